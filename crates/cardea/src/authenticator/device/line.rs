//! The line between the kernel's device and an authenticator: packets on one side, requests on the other.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use cardea_authenticator::hid::{Packet, Step, TakenBack, Transport};
use cardea_authenticator::uhid::{self, EVENT, FromKernel};

use crate::clock;

/// A device that is there as long as this.
pub(super) struct Line {
    device: Arc<Device>,
    requests: Receiver<Vec<u8>>,
}

/// What the threads share: one reads, one watches the time, and whoever works on a request is neither.
struct Device {
    /// `/dev/uhid`, or what stands in for it.
    node: File,
    begin: Instant,
    state: Mutex<State>,
    changed: Condvar,
    /// Called when a request is taken back.
    taken_back: fn(),
}

struct State {
    transport: Transport,
    /// Why there is no device any more.
    over: Option<io::Error>,
}

impl Line {
    /// Makes a device of that name.
    ///
    /// # Errors
    /// The kernel makes none, or there are no threads.
    pub(super) fn open(node: File, name: &str, taken_back: fn()) -> io::Result<Self> {
        (&node).write_all(&uhid::create(name))?;
        let state = Mutex::new(State { transport: Transport::default(), over: None });
        let (begin, changed) = (clock::now(), Condvar::new());
        let device = Arc::new(Device { node, begin, state, changed, taken_back });
        let (sender, requests) = mpsc::channel();
        let reading = Arc::clone(&device);
        thread::Builder::new().spawn(move || reading.end(reading.listen(&sender)))?;
        let watching = Arc::clone(&device);
        thread::Builder::new().spawn(move || watching.watch())?;
        Ok(Self { device, requests })
    }

    /// The next request.
    ///
    /// # Errors
    /// There is no device any more.
    pub(super) fn next(&self) -> io::Result<Vec<u8>> {
        let gone = || io::Error::from(ErrorKind::UnexpectedEof);
        self.requests.recv().map_err(|_| self.device.state().over.take().unwrap_or_else(gone))
    }

    /// Answers the request that was the last.
    pub(super) fn answer(&self, answer: &[u8]) {
        let mut state = self.device.state();
        let packets = state.transport.answer(answer);
        self.device.send(&mut state, &packets);
    }

    /// Asks the user, while the client is told that they are asked.
    ///
    /// # Errors
    /// Nobody waits for an answer, before or after.
    pub(super) fn asking<R>(&self, ask: impl FnOnce() -> R) -> Result<R, TakenBack> {
        let mut state = self.device.state();
        let packets = state.transport.ask(self.device.now())?;
        self.device.send(&mut state, &packets);
        drop(state);
        let answer = ask();
        self.device.state().transport.asked()?;
        Ok(answer)
    }
}

impl Drop for Line {
    /// The kernel ends the device at the latest when the file is closed, for which a thread would have to wake.
    fn drop(&mut self) {
        let _ = (&self.device.node).write(&uhid::destroy());
    }
}

impl Device {
    fn now(&self) -> Duration {
        self.begin.elapsed()
    }

    /// A thread that panicked has left nothing half done: each step is one call of the transport.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends packets, none of anybody else's in between.
    fn send(&self, state: &mut State, packets: &[Packet]) {
        let sent = packets.iter().try_for_each(|it| (&self.node).write_all(&uhid::input(it)));
        if let Err(error) = sent {
            state.over.get_or_insert(error);
        }
        self.changed.notify_all();
    }

    /// Reads what the kernel says until it says no more.
    fn listen(&self, sender: &Sender<Vec<u8>>) -> io::Result<()> {
        let mut event = vec![0; EVENT];
        loop {
            let length = match (&self.node).read(&mut event) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                outcome => outcome?,
            };
            if length == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            match uhid::read(event.get(..length).unwrap_or_default()) {
                FromKernel::Packet(packet) => self.receive(&packet, sender),
                FromKernel::Reply(reply) => (&self.node).write_all(&reply)?,
                FromKernel::Nothing => {}
            }
        }
    }

    fn receive(&self, packet: &Packet, sender: &Sender<Vec<u8>>) {
        let mut state = self.state();
        match state.transport.receive(packet, self.now()) {
            Step::Send(packets) => self.send(&mut state, &packets),
            Step::TakeBack(packets) => {
                self.send(&mut state, &packets);
                (self.taken_back)();
            }
            Step::Work(request) => {
                // Where nobody works any more, the process is about to end.
                let _ = sender.send(request);
                self.changed.notify_all();
            }
        }
    }

    fn end(&self, outcome: io::Result<()>) {
        let mut state = self.state();
        if let Err(error) = outcome {
            state.over.get_or_insert(error);
        }
        self.changed.notify_all();
    }

    /// Sends what is due because time has passed.
    fn watch(&self) {
        let mut state = self.state();
        while state.over.is_none() {
            let now = self.now();
            let packets = state.transport.tick(now);
            if !packets.is_empty() {
                self.send(&mut state, &packets);
            }
            state = match state.transport.next_tick() {
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(next) => {
                    let time = next.saturating_sub(now);
                    let waited = self.changed.wait_timeout(state, time);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

    use super::*;

    const CHANNEL: [u8; 4] = [0, 0, 0, 1];

    /// What the kernel is to a device, and a client that has opened it.
    struct Kernel(File);

    impl Kernel {
        /// A device, and the kernel's side of it.
        fn with(taken_back: fn()) -> (Self, Line) {
            let pair =
                socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None);
            let (ours, theirs) = pair.unwrap();
            let (kernel, node) = (Self(ours.into()), File::from(theirs));
            let line = Line::open(node, "Cardea Authenticator", taken_back).unwrap();
            assert_eq!(kernel.event(), uhid::create("Cardea Authenticator"));
            (kernel, line)
        }

        fn event(&self) -> Vec<u8> {
            let mut event = vec![0; EVENT + 1];
            let length = (&self.0).read(&mut event).unwrap();
            event.truncate(length);
            event
        }

        /// A packet to the device, as `/dev/hidraw` brings it.
        fn write(&self, channel: [u8; 4], bytes: &[u8]) {
            let mut event = vec![0; EVENT];
            event[..4].copy_from_slice(&6_u32.to_ne_bytes());
            event[5..9].copy_from_slice(&channel);
            event[9..9 + bytes.len()].copy_from_slice(bytes);
            event[4100..4102].copy_from_slice(&65_u16.to_ne_bytes());
            event[4102] = 1;
            (&self.0).write_all(&event).unwrap();
        }

        /// A packet of the device: its command, and as many bytes of it as it says.
        fn read(&self) -> (u8, Vec<u8>) {
            let event = self.event();
            assert_eq!(event[..6], [&12_u32.to_ne_bytes()[..], &64_u16.to_ne_bytes()].concat());
            let length = usize::from(u16::from_be_bytes([event[11], event[12]]));
            (event[10], event[13..13 + length].to_vec())
        }

        /// As [`Self::read`], after whatever says that a request is not forgotten.
        fn answer(&self, waiting: u8) -> (u8, Vec<u8>) {
            loop {
                match self.read() {
                    (0xbb, status) => assert_eq!(status, [waiting]),
                    answer => return answer,
                }
            }
        }

        fn open_channel(&self) {
            self.write([0xff; 4], &[0x86, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]);
            let (command, answer) = self.read();
            assert_eq!((command, &answer[8..12]), (0x86, &CHANNEL[..]));
        }
    }

    #[test]
    fn a_request_of_a_client_is_answered_and_meanwhile_it_hears_that_it_is_not_forgotten() {
        let (kernel, line) = Kernel::with(|| {});
        kernel.open_channel();
        kernel.write(CHANNEL, &[0x90, 0, 1, 4]);
        assert_eq!(line.next().unwrap(), [4]);
        assert_eq!(kernel.read(), (0xbb, vec![1]), "it is worked on");
        let asked = line.asking(|| kernel.answered_with_two());
        assert_eq!(asked, Ok("yes"));
        line.answer(&[0, 0xa0]);
        assert_eq!(kernel.answer(1), (0x90, vec![0, 0xa0]));
    }

    impl Kernel {
        /// What a client sees while the user is asked.
        fn answered_with_two(&self) -> &'static str {
            while self.read() != (0xbb, vec![2]) {}
            assert_eq!(self.read(), (0xbb, vec![2]));
            "yes"
        }
    }

    #[test]
    fn a_request_that_is_taken_back_is_answered_before_the_user_is() {
        static TAKEN_BACK: AtomicBool = AtomicBool::new(false);
        let (kernel, line) = Kernel::with(|| TAKEN_BACK.store(true, Ordering::Release));
        kernel.open_channel();
        kernel.write(CHANNEL, &[0x90, 0, 1, 4]);
        line.next().unwrap();
        let asked = line.asking(|| {
            kernel.write(CHANNEL, &[0x91, 0, 0]);
            loop {
                match kernel.read() {
                    (0xbb, _) => {}
                    answer => return answer,
                }
            }
        });
        assert_eq!(asked, Err(TakenBack));
        assert!(TAKEN_BACK.load(Ordering::Acquire));
        line.answer(&[0x2d]);
        kernel.write(CHANNEL, &[0x81, 0, 1, 9]);
        assert_eq!(kernel.read(), (0x81, vec![9]), "there is no second answer");
    }

    #[test]
    fn a_message_that_is_not_completed_is_given_up_without_anybody_asking() {
        let (kernel, _line) = Kernel::with(|| {});
        kernel.open_channel();
        kernel.write(CHANNEL, &[0x90, 1, 0]);
        assert_eq!(kernel.read(), (0xbf, vec![5]));
    }

    #[test]
    fn a_device_that_the_kernel_has_ended_is_over() {
        let (kernel, line) = Kernel::with(|| {});
        drop(kernel);
        assert_eq!(line.next().unwrap_err().kind(), ErrorKind::UnexpectedEof);
    }

    #[test]
    fn the_kernel_is_told_that_a_device_is_over_and_what_it_does_not_have() {
        let (kernel, line) = Kernel::with(|| {});
        let mut report = vec![0; EVENT];
        report[..4].copy_from_slice(&9_u32.to_ne_bytes());
        report[4] = 7;
        (&kernel.0).write_all(&report).unwrap();
        let reply = kernel.event();
        assert_eq!((reply[0], reply[4], reply[8]), (10, 7, 5));
        drop(line);
        assert_eq!(kernel.event(), uhid::destroy());
    }
}
