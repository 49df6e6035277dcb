use super::super::recorder::Recorder;
use super::*;
use crate::port::{Renderer, SynthPort};

/// A keyboard on a port that has rendered its first block, of 480 frames, at time 0.
struct Rig {
    _port: SynthPort,
    renderer: Renderer,
    recorder: Recorder,
    keyboard: Keyboard,
    listening: Arc<AtomicBool>,
    activity: Arc<Activity>,
    now: i64,
}

impl Rig {
    fn new() -> Self {
        let (port, renderer, recorder) = Recorder::port();
        let listening = Arc::new(AtomicBool::new(true));
        let activity = Arc::new(Activity::default());
        let input = port.event_input().unwrap();
        let keyboard = Keyboard::new(input, Arc::clone(&activity), Arc::clone(&listening));
        let mut rig =
            Self { _port: port, renderer, recorder, keyboard, listening, activity, now: 0 };
        rig.block();
        rig
    }

    /// Renders a block of 10 ms.
    fn block(&mut self) {
        let mut out = [0.0; 960];
        self.renderer.render_interleaved_at(ReferenceTime(self.now), &mut out);
        self.now += 100_000;
    }

    /// What is played in the next two blocks.
    fn played(&mut self) -> Vec<Message> {
        self.block();
        self.block();
        self.recorder.messages()
    }
}

fn note_off(channel: u8, key: u8) -> Message {
    let (channel, key) = (Channel::from_status(channel), Key::from_data(key));
    Message::NoteOff { channel, key, velocity: Velocity::from_data(64) }
}

#[test]
fn events_keep_their_spacing_whenever_they_are_delivered() {
    let mut rig = Rig::new();
    // 1 ms and 3.5 ms into the first block, delivered together.
    rig.keyboard.receive(ReferenceTime::from_millis(1), &[0x90, 60, 100]);
    rig.keyboard.receive(ReferenceTime(35_000), &[62, 100]);
    rig.block();
    let frames: Vec<_> = rig.recorder.take().into_iter().map(|(frame, _)| frame).collect();
    assert_eq!(frames, [480 + 48, 480 + 168]);
    assert_eq!(rig.activity.notes.load(Ordering::Relaxed), 2);
    assert_eq!(rig.activity.last.load(Ordering::Relaxed), 35_000);
}

#[test]
fn what_is_held_is_let_go_and_nothing_else() {
    let mut rig = Rig::new();
    let bytes = [0x90, 60, 100, 62, 100, 60, 0, 0x91, 40, 9, 0xB0, 64, 127, 0xE1, 0, 0];
    rig.keyboard.receive(ReferenceTime(0), &bytes);
    rig.played();
    rig.keyboard.release();
    let (first, second) = (Channel::from_status(0), Channel::from_status(1));
    let (controller, value) = (Controller::SUSTAIN, ControlValue::MIN);
    let expected = [
        note_off(0, 62),
        Message::ControlChange { channel: first, controller, value },
        note_off(1, 40),
        Message::PitchBend { channel: second, bend: ControlValue::CENTRE },
    ];
    assert_eq!(rig.played(), expected);
    rig.keyboard.release();
    assert_eq!(rig.played(), [], "once");
}

#[test]
fn a_message_that_was_cut_off_is_forgotten() {
    let mut rig = Rig::new();
    rig.keyboard.receive(ReferenceTime(0), &[0x90, 60]);
    rig.keyboard.release();
    rig.keyboard.receive(ReferenceTime(0), &[100]);
    assert_eq!(rig.played(), []);
}

#[test]
fn while_nobody_listens_notes_are_not_begun_but_ended() {
    let mut rig = Rig::new();
    rig.keyboard.receive(ReferenceTime(0), &[0x90, 60, 100]);
    rig.listening.store(false, Ordering::Relaxed);
    // Far in the future of a port that does not render: still as soon as possible.
    rig.keyboard.receive(ReferenceTime::from_millis(60_000), &[0x90, 72, 100, 0x80, 60, 64]);
    let played = rig.played();
    assert_eq!(played.len(), 2, "{played:?}");
    assert_eq!(played[1], note_off(0, 60));
    rig.keyboard.release();
    assert_eq!(rig.played(), []);
}

#[test]
fn events_that_find_no_room_are_counted() {
    let mut rig = Rig::new();
    for _ in 0..5_000 {
        rig.keyboard.receive(ReferenceTime(0), &[0xB0, 1, 1]);
    }
    assert_eq!(rig.activity.events.load(Ordering::Relaxed), 5_000);
    assert_eq!(rig.activity.lost.load(Ordering::Relaxed), 5_000 - 4_096);
}
