//! A JACK client that captures audio and sends MIDI on exact frames.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use jack::{
    AsyncClient, AudioIn, Client, ClientOptions, Control, Frames, LoggerType, MidiOut, Port,
    PortFlags, ProcessHandler, ProcessScope, RawMidi,
};

use super::server::{RATE, until};

/// Seconds that can be captured.
const MAX_SECONDS: usize = 60;

/// An active client with two audio inputs and a MIDI output.
pub(crate) struct RigClient {
    client: AsyncClient<(), Process>,
    captured: Arc<AtomicUsize>,
    go: Arc<AtomicBool>,
}

/// What a client captured.
pub(crate) struct Capture {
    /// Stereo, channels interleaved.
    pub(crate) frames: Vec<[f32; 2]>,
    /// JACK's number of the first frame.
    pub(crate) first: Frames,
    /// Cycles that did not follow the one before, while there was sound or messages were sent.
    pub(crate) gaps: u32,
    /// JACK's number of the frame from which the MIDI messages count.
    pub(crate) base: Frames,
}

impl RigClient {
    /// A client that sends `messages`, each at its frame after [`RigClient::go`].
    pub(crate) fn new(messages: Vec<(Frames, Vec<u8>)>) -> Self {
        Self::named("rig", messages)
    }

    /// As [`RigClient::new`], with a name of its own.
    pub(crate) fn named(name: &str, messages: Vec<(Frames, Vec<u8>)>) -> Self {
        jack::set_logger(LoggerType::None);
        let (client, _) = Client::new(name, ClientOptions::NO_START_SERVER).unwrap();
        let (captured, go) = (Arc::default(), Arc::default());
        let process = Process {
            inputs: ["in_0", "in_1"]
                .map(|name| client.register_port(name, AudioIn::default()).unwrap()),
            output: client.register_port("out", MidiOut::default()).unwrap(),
            frames: Vec::with_capacity(MAX_SECONDS * RATE as usize),
            first: None,
            next: 0,
            gaps: 0,
            captured: Arc::clone(&captured),
            go: Arc::clone(&go),
            base: None,
            messages,
            sent: 0,
        };
        let client = client.activate_async((), process).unwrap();
        Self { client, captured, go }
    }

    /// Captures from the two ports whose names begin with `pattern`.
    pub(crate) fn capture_from(&self, pattern: &str) {
        let client = self.client.as_client();
        let find = || client.ports(Some(pattern), Some("audio"), PortFlags::IS_OUTPUT);
        until("audio ports", Duration::from_secs(5), || find().len() >= 2);
        for (from, to) in find().iter().zip(["in_0", "in_1"]) {
            let to = format!("{}:{to}", client.name());
            // A client that was just made gives its ports a moment before it takes connections.
            until("connection", Duration::from_secs(5), || {
                client.connect_ports_by_name(from, &to).is_ok()
            });
        }
    }

    /// Sends to the MIDI port of this name.
    pub(crate) fn send_to(&self, port: &str) {
        let client = self.client.as_client();
        client.connect_ports_by_name(&format!("{}:out", client.name()), port).unwrap();
    }

    /// Sends to the MIDI port of this name; whether it is there.
    pub(crate) fn try_send_to(&self, port: &str) -> bool {
        let client = self.client.as_client();
        client.connect_ports_by_name(&format!("{}:out", client.name()), port).is_ok()
    }

    /// Begins to send.
    pub(crate) fn go(&self) {
        self.go.store(true, Ordering::Release);
    }

    /// Waits until this much more has been captured.
    pub(crate) fn wait(&self, seconds: f64) {
        let goal = self.captured.load(Ordering::Acquire) + (seconds * f64::from(RATE)) as usize;
        let patience = Duration::from_secs_f64(seconds * 2.0 + 5.0);
        until("capture", patience, || self.captured.load(Ordering::Acquire) >= goal);
    }

    /// Stops and gives what was captured.
    pub(crate) fn finish(self) -> Capture {
        let (_, (), process) = self.client.deactivate().unwrap();
        Capture {
            frames: process.frames,
            first: process.first.unwrap_or_default(),
            gaps: process.gaps,
            base: process.base.unwrap_or_default(),
        }
    }
}

impl Capture {
    /// Whether no cycle was missed since there was sound, by which JACK loses audio and messages.
    pub(crate) fn is_whole(&self) -> bool {
        self.gaps == 0
    }
}

/// Runs `attempt` until the machine was not too busy for it, which it says by a result.
///
/// What a server leaves out when it is not served in time is no fault of ours.
pub(crate) fn undisturbed<T>(mut attempt: impl FnMut() -> Option<T>) -> T {
    for _ in 0..5 {
        if let Some(result) = attempt() {
            return result;
        }
        println!("  the machine was too busy, once more");
    }
    panic!("the machine is too busy for real-time audio");
}

struct Process {
    inputs: [Port<AudioIn>; 2],
    output: Port<MidiOut>,
    frames: Vec<[f32; 2]>,
    first: Option<Frames>,
    next: Frames,
    gaps: u32,
    captured: Arc<AtomicUsize>,
    go: Arc<AtomicBool>,
    base: Option<Frames>,
    messages: Vec<(Frames, Vec<u8>)>,
    sent: usize,
}

impl ProcessHandler for Process {
    fn process(&mut self, _: &Client, scope: &ProcessScope) -> Control {
        let (begin, count) = (scope.last_frame_time(), scope.n_frames());
        match self.first {
            None => self.first = Some(begin),
            Some(_) => self.gaps += u32::from(begin != self.next && self.is_counting()),
        }
        self.next = begin.wrapping_add(count);
        self.send(scope, begin, count);
        let [left, right] = &self.inputs;
        let frames = left.as_slice(scope).iter().zip(right.as_slice(scope));
        let room = self.frames.capacity() - self.frames.len();
        self.frames.extend(frames.map(|(left, right)| [*left, *right]).take(room));
        self.captured.store(self.frames.len(), Ordering::Release);
        Control::Continue
    }
}

impl Process {
    /// Whether something is going on that a missed cycle would spoil.
    fn is_counting(&self) -> bool {
        self.base.is_some() || self.frames.last().is_some_and(|frame| *frame != [0.0, 0.0])
    }

    fn send(&mut self, scope: &ProcessScope, begin: Frames, count: Frames) {
        let mut writer = self.output.writer(scope);
        if self.base.is_none() && self.go.load(Ordering::Acquire) {
            self.base = Some(begin);
        }
        let Some(base) = self.base else { return };
        while let Some((frame, bytes)) = self.messages.get(self.sent) {
            let time = base.wrapping_add(*frame).wrapping_sub(begin);
            if time >= count {
                break;
            }
            writer.write(&RawMidi { time, bytes }).unwrap();
            self.sent += 1;
        }
    }
}
