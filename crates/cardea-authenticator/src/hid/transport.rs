//! The transport: one transaction at a time, whatever the channels send.

use core::time::Duration;

use super::channel::{Channel, Channels};
use super::message::{Command, HidError, LONGEST, Message, Waiting};
use super::packet::{Content, Packet};
use crate::status::Status;

/// How long the rest of a message may take after each packet. CTAP leaves it open; keys in hardware take about as
/// long.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often a client hears that its request is not forgotten: at least every 100 ms (§11.2.9.1.7).
const KEEPALIVE: Duration = Duration::from_millis(80);

/// The version of CTAPHID (§11.2.9.1.3).
const PROTOCOL: u8 = 2;
/// Which version of the device this is: its maker's choice.
const DEVICE: [u8; 3] = [1, 0, 0];
/// `CAPABILITY_CBOR` and `CAPABILITY_NMSG`: CTAP2, and no CTAP1.
const CAPABILITIES: u8 = 0x04 | 0x08;

/// A key's end of CTAPHID.
///
/// Moments are given as time since any fixed one, by a clock that does not go back. [`receive`](Self::receive) takes
/// each packet; what it answers with says what is to be done. While the authenticator works on a request,
/// packets go on being received, and [`tick`](Self::tick) is called when [`next_tick`](Self::next_tick) says.
#[derive(Debug, Default)]
pub struct Transport {
    channels: Channels,
    stage: Stage,
}

/// What the transport is about.
#[derive(Debug, Default)]
enum Stage {
    /// Nothing.
    #[default]
    Idle,
    /// A message of which packets are missing.
    Receiving(Partial),
    /// A request that the authenticator works on.
    Working(Working),
    /// The authenticator is not done with a request for which nobody waits any more.
    Abandoned,
}

#[derive(Debug)]
struct Partial {
    channel: Channel,
    command: Command,
    length: usize,
    payload: Vec<u8>,
    /// The number that the next packet must have.
    next: u8,
    /// When it is given up.
    until: Duration,
}

#[derive(Debug)]
struct Working {
    channel: Channel,
    waiting: Waiting,
    /// Whether the client has taken the request back.
    taken_back: bool,
    /// When the client is to hear of it.
    keepalive: Duration,
}

/// What to do after a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Step {
    /// Send these packets, if there are any.
    Send(Vec<Packet>),
    /// Hand this request to the authenticator; its answer goes to [`Transport::answer`].
    Work(Vec<u8>),
    /// Send these packets, if there are any, and stop asking the user: the request was taken back. The answer that the
    /// authenticator gives to it goes to [`Transport::answer`] all the same.
    TakeBack(Vec<Packet>),
}

/// The client has taken its request back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the client has taken its request back")]
pub struct TakenBack;

impl Transport {
    /// Takes a packet of a client.
    pub fn receive(&mut self, packet: &Packet, now: Duration) -> Step {
        let (channel, content) = packet.read();
        match content {
            Content::First { command, length, data } => {
                self.first(channel, (command, length, data), now)
            }
            Content::Further { number, data } => self.further(channel, number, data, now),
        }
    }

    /// Takes the authenticator's answer to the request, and says what to send.
    #[must_use]
    pub fn answer(&mut self, answer: &[u8]) -> Vec<Packet> {
        match core::mem::take(&mut self.stage) {
            Stage::Working(Working { channel, .. }) => cbor(channel, answer),
            Stage::Abandoned => Vec::new(),
            // Nothing was asked; what is being received goes on.
            stage @ (Stage::Idle | Stage::Receiving(_)) => {
                self.stage = stage;
                Vec::new()
            }
        }
    }

    /// The authenticator is about to ask its user. Clients show that, so they are told at once.
    ///
    /// # Errors
    ///
    /// Nobody waits for it: the user is not to be asked.
    pub fn ask(&mut self, now: Duration) -> Result<Vec<Packet>, TakenBack> {
        let working = self.awaited()?;
        working.waiting = Waiting::User;
        working.keepalive = now.saturating_add(KEEPALIVE);
        Ok(Waiting::User.on(working.channel))
    }

    /// The user has answered.
    ///
    /// # Errors
    ///
    /// Nobody waits for it any more: whatever the user said, nothing may be done.
    pub fn asked(&mut self) -> Result<(), TakenBack> {
        self.awaited()?.waiting = Waiting::Work;
        Ok(())
    }

    /// What to send because time has passed: that a request is not forgotten, or that a message was not completed.
    #[must_use]
    pub fn tick(&mut self, now: Duration) -> Vec<Packet> {
        if self.next_tick().is_none_or(|next| now < next) {
            return Vec::new();
        }
        match &mut self.stage {
            Stage::Receiving(Partial { channel, .. }) => {
                let channel = *channel;
                self.stage = Stage::Idle;
                HidError::Timeout.on(channel)
            }
            Stage::Working(working) => {
                working.keepalive = now.saturating_add(KEEPALIVE);
                working.waiting.on(working.channel)
            }
            Stage::Idle | Stage::Abandoned => Vec::new(),
        }
    }

    /// When [`tick`](Self::tick) has something to do next.
    pub fn next_tick(&self) -> Option<Duration> {
        match &self.stage {
            Stage::Receiving(partial) => Some(partial.until),
            Stage::Working(working) => Some(working.keepalive),
            Stage::Idle | Stage::Abandoned => None,
        }
    }

    fn awaited(&mut self) -> Result<&mut Working, TakenBack> {
        match &mut self.stage {
            Stage::Working(working) if !working.taken_back => Ok(working),
            Stage::Working(_) | Stage::Idle | Stage::Receiving(_) | Stage::Abandoned => {
                Err(TakenBack)
            }
        }
    }

    /// A packet with which a message begins.
    fn first(
        &mut self,
        channel: Channel,
        (number, length, data): (u8, usize, &[u8]),
        now: Duration,
    ) -> Step {
        let command = Command::numbered(number);
        // No answer, whoever sends it (§11.2.9.1.5).
        if command == Some(Command::Cancel) {
            return self.cancel(channel);
        }
        if channel == Channel::BROADCAST {
            return Step::Send(self.open(command, length, data));
        }
        if !self.channels.has(channel) {
            return Step::Send(HidError::Channel.on(channel));
        }
        if let Some(step) = self.occupied(channel, command) {
            return step;
        }
        let outcome = match command {
            None | Some(Command::Cancel) => Err(HidError::Command),
            Some(Command::Init) if length != NONCE => Err(HidError::Length),
            Some(Command::Cbor) if length == 0 => Err(HidError::Length),
            Some(_) if length > LONGEST => Err(HidError::Length),
            Some(command) => Ok(command),
        };
        match outcome {
            Err(error) => Step::Send(error.on(channel)),
            Ok(command) => {
                let payload = data.get(..length).unwrap_or(data).to_vec();
                let until = now.saturating_add(PATIENCE);
                self.gathered(Partial { channel, command, length, payload, next: 0, until }, now)
            }
        }
    }

    /// What becomes of a message that begins while another one is going on; nothing where none is (§11.2.5).
    fn occupied(&mut self, channel: Channel, command: Option<Command>) -> Option<Step> {
        let active = match &self.stage {
            Stage::Idle => return None,
            Stage::Receiving(Partial { channel, .. }) | Stage::Working(Working { channel, .. }) => {
                Some(*channel)
            }
            Stage::Abandoned => None,
        };
        let resynchronizes = command == Some(Command::Init);
        let busy = || Some(Step::Send(HidError::Busy.on(channel)));
        match &self.stage {
            // Whoever gave up a request gets along with its channel again, but not yet with the authenticator.
            Stage::Abandoned if resynchronizes => None,
            _ if active != Some(channel) => busy(),
            Stage::Receiving(_) => {
                self.stage = Stage::Idle;
                let error = || Step::Send(HidError::Sequence.on(channel));
                (!resynchronizes).then(error)
            }
            Stage::Working(_) if resynchronizes => None,
            Stage::Working(_) | Stage::Idle | Stage::Abandoned => busy(),
        }
    }

    /// A packet with which a message goes on. What belongs to no message is passed over (§11.2.5.4).
    fn further(&mut self, channel: Channel, number: u8, data: &[u8], now: Duration) -> Step {
        let mut partial = match core::mem::take(&mut self.stage) {
            Stage::Receiving(partial) if partial.channel == channel => partial,
            stage @ (Stage::Idle | Stage::Receiving(_) | Stage::Working(_) | Stage::Abandoned) => {
                self.stage = stage;
                return Step::Send(Vec::new());
            }
        };
        if number != partial.next {
            return Step::Send(HidError::Sequence.on(channel));
        }
        let missing = partial.length.saturating_sub(partial.payload.len());
        partial.payload.extend_from_slice(data.get(..missing).unwrap_or(data));
        partial.next = number.saturating_add(1);
        partial.until = now.saturating_add(PATIENCE);
        self.gathered(partial, now)
    }

    /// Waits for more of a message, or does what it says.
    fn gathered(&mut self, message: Partial, now: Duration) -> Step {
        if message.payload.len() < message.length {
            self.stage = Stage::Receiving(message);
            return Step::Send(Vec::new());
        }
        let Partial { channel, command, payload, .. } = message;
        match command {
            Command::Ping => {
                let number = command.number();
                Step::Send(Packet::of(&Message { channel, command: number, payload: &payload }))
            }
            Command::Init => self.resynchronize(channel, &payload),
            Command::Cbor => {
                let keepalive = now.saturating_add(KEEPALIVE);
                let waiting = Waiting::Work;
                self.stage =
                    Stage::Working(Working { channel, waiting, taken_back: false, keepalive });
                Step::Work(payload)
            }
            Command::Cancel => Step::Send(Vec::new()),
        }
    }

    /// Forgets what a channel was about (§11.2.5.3).
    fn resynchronize(&mut self, channel: Channel, nonce: &[u8]) -> Step {
        let answer = welcome(channel, channel, nonce);
        match self.stage {
            Stage::Working(_) => {
                self.stage = Stage::Abandoned;
                Step::TakeBack(answer)
            }
            Stage::Idle | Stage::Receiving(_) | Stage::Abandoned => Step::Send(answer),
        }
    }

    /// Gives away a channel, also while another one's transaction is going on: nothing of it is touched.
    fn open(&mut self, command: Option<Command>, length: usize, data: &[u8]) -> Vec<Packet> {
        let opened = match (command, data.get(..NONCE)) {
            (Some(Command::Init), Some(nonce)) if length == NONCE => {
                self.channels.open().map(|new| (new, nonce)).ok_or(HidError::Other)
            }
            (Some(Command::Init), _) => Err(HidError::Length),
            _ => Err(HidError::Channel),
        };
        match opened {
            Ok((new, nonce)) => welcome(Channel::BROADCAST, new, nonce),
            Err(error) => error.on(Channel::BROADCAST),
        }
    }

    /// Takes a request back. While the user is asked, the client gets its answer at once, since people are slow;
    /// what is done already is not undone, and its answer is the authenticator's.
    fn cancel(&mut self, channel: Channel) -> Step {
        let Stage::Working(working) = &mut self.stage else { return Step::Send(Vec::new()) };
        if working.channel != channel {
            return Step::Send(Vec::new());
        }
        working.taken_back = true;
        match working.waiting {
            Waiting::Work => Step::TakeBack(Vec::new()),
            Waiting::User => {
                self.stage = Stage::Abandoned;
                Step::TakeBack(cbor(channel, &[Status::KeepaliveCancel.code()]))
            }
        }
    }

    #[cfg(test)]
    pub(super) fn with_channels(channels: Channels) -> Self {
        Self { channels, stage: Stage::Idle }
    }
}

/// How many bytes the nonce of `CTAPHID_INIT` has.
const NONCE: usize = 8;

/// The answer to `CTAPHID_INIT`.
fn welcome(to: Channel, channel: Channel, nonce: &[u8]) -> Vec<Packet> {
    let payload = [nonce, &channel.0, &[PROTOCOL], &DEVICE, &[CAPABILITIES]].concat();
    Packet::of(&Message { channel: to, command: Command::Init.number(), payload: &payload })
}

/// The answer to `CTAPHID_CBOR`. One that does not fit is none.
fn cbor(channel: Channel, answer: &[u8]) -> Vec<Packet> {
    let other = [Status::Other.code()];
    let payload = if answer.len() > LONGEST { &other } else { answer };
    Packet::of(&Message { channel, command: Command::Cbor.number(), payload })
}
