//! Channels: several programs share a key, each by a number of its own (CTAP 2.1 §11.2.3).

/// The number of a channel. Its four bytes mean nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Channel(pub(super) [u8; 4]);

impl Channel {
    /// Where whoever has no channel yet asks for one.
    pub(super) const BROADCAST: Self = Self([0xff; 4]);
}

/// The channels that were given away: all from one up to the last one.
#[derive(Debug, Default)]
pub(super) struct Channels {
    last: u32,
}

impl Channels {
    /// Another one; nothing once there are no more numbers.
    pub(super) fn open(&mut self) -> Option<Channel> {
        let next = self.last.checked_add(1).filter(|next| *next != u32::MAX)?;
        self.last = next;
        Some(Channel(next.to_be_bytes()))
    }

    pub(super) fn has(&self, channel: Channel) -> bool {
        (1..=self.last).contains(&u32::from_be_bytes(channel.0))
    }

    #[cfg(test)]
    pub(super) fn up_to(last: u32) -> Self {
        Self { last }
    }
}
