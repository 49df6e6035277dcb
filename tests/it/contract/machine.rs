//! A port against a model of it, call by call, as chance has it; then beside a thread that renders.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use portative::midi::{Channel, Event, Key, Message, Velocity};
use portative::port::{
    DownloadId, EventInput, Params, PlayError, PortError, PortEvent, Renderer, State, SynthPort,
};

use crate::support::level::{LEVEL, Level};

/// Instruments in the bank that is downloaded: one for each of its bytes.
const INSTRUMENTS: u64 = 7;

#[derive(Debug, Clone, Copy)]
enum Step {
    Reopen,
    Close,
    Activate,
    Deactivate,
    DropRenderer(usize),
    Download,
    DownloadDamaged,
    Unload(usize),
    Input,
    DropInput(usize),
    Play { input: usize, on: bool },
    Render { renderer: usize, frames: usize },
    Poll,
    Read,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let pick = || 0usize..1_000;
    let step = prop_oneof![
        2 => Just(Step::Reopen),
        1 => Just(Step::Close),
        3 => Just(Step::Activate),
        1 => Just(Step::Deactivate),
        1 => pick().prop_map(Step::DropRenderer),
        4 => Just(Step::Download),
        1 => Just(Step::DownloadDamaged),
        4 => pick().prop_map(Step::Unload),
        2 => Just(Step::Input),
        1 => pick().prop_map(Step::DropInput),
        4 => (pick(), any::<bool>()).prop_map(|(input, on)| Step::Play { input, on }),
        6 => (pick(), 0usize..40).prop_map(|(renderer, frames)| Step::Render { renderer, frames }),
        2 => Just(Step::Poll),
        2 => Just(Step::Read),
    ];
    prop::collection::vec(step, 1..150)
}

/// What a port should be.
#[derive(Debug, Default)]
struct Model {
    open: bool,
    /// The number of this opening, and of the activation that renders now.
    opening: usize,
    activation: Option<usize>,
    activations: usize,
    good: Vec<DownloadId>,
    /// Unloaded in this opening, with whether a note has been held in every block since.
    leaving: Vec<(DownloadId, bool)>,
    /// Of an earlier opening or unloaded.
    bad: Vec<DownloadId>,
    unloaded: BTreeSet<DownloadId>,
    told: BTreeSet<DownloadId>,
    held: u32,
    position: u64,
}

impl Model {
    fn state(&self) -> State {
        match (self.open, self.activation) {
            (false, _) => State::Closed,
            (true, None) => State::Inactive,
            (true, Some(_)) => State::Active,
        }
    }
}

/// A port, its model, and all that was ever got from it.
struct Trial {
    port: SynthPort,
    engine: Level,
    model: Model,
    renderers: Vec<(Renderer, usize)>,
    /// With the opening they are of and the changes of the level that they have queued.
    inputs: Vec<(EventInput, usize)>,
    queued: Vec<(usize, Vec<bool>)>,
    inputs_made: usize,
    input_numbers: Vec<usize>,
}

impl Trial {
    fn new() -> Self {
        let engine = Level::default();
        Self {
            port: SynthPort::new(Arc::new(engine.clone())),
            engine,
            model: Model::default(),
            renderers: Vec::new(),
            inputs: Vec::new(),
            queued: Vec::new(),
            inputs_made: 0,
            input_numbers: Vec::new(),
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Reopen | Step::Close | Step::Activate | Step::Deactivate => self.turn(step),
            Step::DropRenderer(at) => {
                if !self.renderers.is_empty() {
                    let (_, activation) = self.renderers.remove(at % self.renderers.len());
                    if self.model.activation == Some(activation) {
                        self.model.activation = None;
                    }
                }
            }
            Step::Download | Step::DownloadDamaged | Step::Unload(_) => self.load(step),
            Step::Input => self.new_input(),
            Step::DropInput(at) => {
                if !self.inputs.is_empty() {
                    let at = at % self.inputs.len();
                    drop(self.inputs.remove(at));
                    self.input_numbers.remove(at);
                }
            }
            Step::Play { input, on } => self.play(input, on),
            Step::Render { renderer, frames } => self.render(renderer, frames),
            Step::Poll => self.poll(),
            Step::Read => self.read(),
        }
        assert_eq!(self.port.state(), self.model.state());
    }

    fn turn(&mut self, step: Step) {
        let state = self.model.state();
        match step {
            Step::Reopen => {
                let asked = Params { audio_channels: Some(1), ..Params::default() };
                let result = self.port.reopen(asked);
                if self.model.open {
                    assert!(matches!(result, Err(PortError::AlreadyOpen)));
                } else {
                    assert!(result.unwrap().is_exact());
                    self.model.open = true;
                    self.model.opening += 1;
                    (self.model.held, self.model.position) = (0, 0);
                    self.queued.clear();
                }
            }
            Step::Close => self.close(),
            Step::Activate => match self.port.activate() {
                Ok(renderer) => {
                    assert_eq!(state, State::Inactive);
                    self.model.activations += 1;
                    self.model.activation = Some(self.model.activations);
                    self.renderers.push((renderer, self.model.activations));
                }
                Err(refused) => {
                    assert!(
                        matches!(refused, PortError::WrongState { state: it, .. } if it == state)
                    );
                    assert_ne!(state, State::Inactive);
                }
            },
            _ => match self.port.deactivate() {
                Ok(sink) => {
                    assert!(sink.is_none() && state == State::Active);
                    self.model.activation = None;
                }
                Err(refused) => {
                    assert!(
                        matches!(refused, PortError::WrongState { state: it, .. } if it == state)
                    );
                    assert_ne!(state, State::Active);
                }
            },
        }
    }

    fn close(&mut self) {
        match self.port.close() {
            Ok(released) => {
                assert!(self.model.open && released.freed && released.sink.is_none());
                self.poll();
                // What was told of between the last poll and the close is not among the released.
                let held = released.content.instruments;
                let least = self.model.good.len() as u64 * INSTRUMENTS;
                assert!(held >= least);
                self.model.leaving.clear();
                assert_eq!(self.model.told, self.model.unloaded, "closing tells of all");
                self.model.open = false;
                self.model.activation = None;
                self.model.bad.append(&mut self.model.good);
                assert_eq!(self.engine.banks(), 0);
            }
            Err(refused) => {
                assert!(matches!(refused, PortError::AlreadyClosed) && !self.model.open);
            }
        }
    }

    fn load(&mut self, step: Step) {
        let open = self.model.open;
        match step {
            Step::Download => {
                match self.port.download_bank(Arc::new(vec![0; INSTRUMENTS as usize])) {
                    Ok(id) => {
                        assert!(open);
                        assert!(!self.model.good.contains(&id) && !self.model.bad.contains(&id));
                        self.model.good.push(id);
                    }
                    Err(refused) => assert!(!open, "{refused}"),
                }
            }
            Step::DownloadDamaged => match self.port.download_bank(Arc::new(Vec::new())) {
                Err(PortError::Engine(_)) => assert!(open),
                Err(PortError::WrongState { .. }) => assert!(!open),
                other => panic!("{other:?}"),
            },
            Step::Unload(at) => self.unload(at),
            _ => {}
        }
    }

    fn unload(&mut self, at: usize) {
        let (good, bad) = (self.model.good.len(), self.model.bad.len());
        if good + bad == 0 {
            return;
        }
        // Good ones as often as bad ones.
        let is_good = good > 0 && (bad == 0 || at.is_multiple_of(2));
        let id = if is_good { self.model.good[at % good] } else { self.model.bad[at % bad] };
        match self.port.unload(id) {
            Ok(()) => {
                assert!(is_good && self.model.open);
                self.model.good.retain(|it| *it != id);
                self.model.bad.push(id);
                self.model.leaving.push((id, self.model.held > 0));
                assert!(self.model.unloaded.insert(id));
            }
            Err(PortError::WrongState { .. }) => assert!(!self.model.open),
            Err(PortError::NotDownloaded { .. }) => assert!(self.model.unloaded.contains(&id)),
            Err(PortError::InvalidDownload { .. }) => assert!(self.model.bad.contains(&id)),
            Err(other) => panic!("{other}"),
        }
    }

    fn new_input(&mut self) {
        match self.port.event_input() {
            Ok(input) => {
                assert!(self.model.open);
                self.inputs.push((input, self.model.opening));
                self.input_numbers.push(self.inputs_made);
                self.queued.push((self.inputs_made, Vec::new()));
                self.inputs_made += 1;
            }
            Err(PortError::TooManyInputs { limit }) => assert!(self.queued.len() >= limit),
            Err(refused) => {
                assert!(matches!(refused, PortError::WrongState { .. }) && !self.model.open);
            }
        }
    }

    fn play(&mut self, at: usize, on: bool) {
        if self.inputs.is_empty() {
            return;
        }
        let at = at % self.inputs.len();
        let (input, opening) = &mut self.inputs[at];
        let good = self.model.open && *opening == self.model.opening;
        match input.play(note(on)) {
            Ok(()) => {
                assert!(good);
                let number = self.input_numbers[at];
                let queue = self.queued.iter_mut().find(|(it, _)| *it == number).unwrap();
                queue.1.push(on);
            }
            Err(PlayError::Closed) => assert!(!good),
            Err(other) => panic!("{other}"),
        }
    }

    fn render(&mut self, at: usize, frames: usize) {
        if self.renderers.is_empty() {
            return;
        }
        let at = at % self.renderers.len();
        let (renderer, activation) = &mut self.renderers[at];
        let live = self.model.activation == Some(*activation);
        let mut out = vec![f32::NAN; frames];
        renderer.render_interleaved(&mut out);
        let mut expected = 0.0;
        if live {
            for (_, queue) in &mut self.queued {
                for on in queue.drain(..) {
                    let held = self.model.held;
                    self.model.held = if on { held + 1 } else { held.saturating_sub(1) };
                }
            }
            expected = self.model.held as f32 * LEVEL;
            self.model.position += frames as u64;
            assert_eq!(renderer.position().0, self.model.position);
            if self.model.held == 0 {
                self.model.leaving.iter_mut().for_each(|(_, kept)| *kept = false);
            }
        }
        assert!(out.iter().all(|level| *level == expected), "{expected} in {out:?}");
    }

    fn poll(&mut self) {
        while let Some(event) = self.port.poll_event() {
            let PortEvent::Unloaded(id) = event else { panic!("{event:?}") };
            assert!(self.model.unloaded.contains(&id), "told of what was not unloaded");
            assert!(self.model.told.insert(id), "told twice");
        }
        let told = &self.model.told;
        if self.model.open && self.port.state() != State::Closed {
            for (id, kept) in &self.model.leaving {
                assert!(!(*kept && told.contains(id)), "a note is held");
            }
        }
        self.model.leaving.retain(|(id, _)| !told.contains(id));
    }

    fn read(&mut self) {
        let (downloads, content, stats) =
            (self.port.downloads(), self.port.content(), self.port.stats());
        if !self.model.open {
            assert!(downloads.is_err() && content.is_err() && stats.is_err());
            return;
        }
        assert_eq!(downloads.unwrap(), self.model.good);
        assert_eq!(stats.unwrap().position.0, self.model.position);
        self.poll();
        let held = self.port.content().unwrap().instruments;
        self.poll();
        let ours = (self.model.good.len() + self.model.leaving.len()) as u64 * INSTRUMENTS;
        assert_eq!(held, ours, "what is there is what is good and what has not left");
    }

    /// Everything ends: notes, renderers, what was unloaded.
    fn end(mut self) {
        if !self.model.open {
            self.step(Step::Reopen);
        }
        if self.model.activation.is_none() {
            self.step(Step::Activate);
        }
        self.inputs.clear();
        self.input_numbers.clear();
        let last = self.renderers.len() - 1;
        self.step(Step::Render { renderer: last, frames: 3 });
        self.step(Step::Input);
        for _ in 0..self.model.held {
            self.step(Step::Play { input: 0, on: false });
        }
        for _ in 0..3 {
            self.step(Step::Render { renderer: last, frames: 3 });
            self.step(Step::Read);
        }
        assert_eq!(self.model.held, 0);
        assert_eq!(
            self.model.told, self.model.unloaded,
            "nothing sounds, so all that left is told"
        );
        self.step(Step::Close);
        let (port, engine) = (self.port, self.engine);
        drop(port);
        assert_eq!(engine.banks(), 0);
        for (mut renderer, _) in self.renderers {
            let mut out = [f32::NAN; 3];
            renderer.render_interleaved(&mut out);
            assert_eq!(out, [0.0; 3]);
        }
    }
}

fn note(on: bool) -> Event {
    let (channel, key) = (Channel::default(), Key::new(60).unwrap());
    let velocity = Velocity::new(100).unwrap();
    Event::new(match on {
        true => Message::NoteOn { channel, key, velocity },
        false => Message::NoteOff { channel, key, velocity },
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_port_is_what_its_model_is_after_any_calls(steps in steps()) {
        let mut trial = Trial::new();
        for step in steps {
            trial.step(step);
        }
        trial.end();
    }
}

/// Does what does not depend on when blocks are rendered; hands renderers to the thread beside.
fn disturb(
    port: &SynthPort,
    renderer: &Mutex<Option<Renderer>>,
    steps: Vec<Step>,
) -> (BTreeSet<DownloadId>, Vec<DownloadId>) {
    let (mut good, mut unloaded, mut told) = (Vec::new(), BTreeSet::new(), Vec::new());
    let mut inputs: Vec<EventInput> = Vec::new();
    for step in steps {
        match step {
            Step::Reopen => drop(port.reopen(Params::default())),
            Step::Close => drop(port.close().map(|released| {
                assert!(released.freed);
                good.clear();
            })),
            Step::Activate => {
                drop(port.activate().map(|new| renderer.lock().unwrap().replace(new)))
            }
            Step::Deactivate => drop(port.deactivate()),
            Step::DropRenderer(_) => drop(renderer.lock().unwrap().take()),
            Step::Download => good.extend(port.download_bank(Arc::new(vec![0; 7])).ok()),
            Step::DownloadDamaged => assert!(port.download_bank(Arc::new(Vec::new())).is_err()),
            Step::Unload(at) if !good.is_empty() => {
                let id = good.remove(at % good.len());
                match port.unload(id) {
                    Ok(()) => assert!(unloaded.insert(id)),
                    Err(PortError::Stalled { .. }) => good.push(id),
                    Err(other) => panic!("{other}"),
                }
            }
            Step::Input => inputs.extend(port.event_input().ok()),
            Step::DropInput(at) if !inputs.is_empty() => drop(inputs.remove(at % inputs.len())),
            Step::Play { input, on } if !inputs.is_empty() => {
                let at = input % inputs.len();
                let _ = inputs[at].play(note(on));
            }
            Step::Render { .. } => std::thread::yield_now(),
            Step::Read => {
                if let Ok(downloads) = port.downloads() {
                    assert_eq!(downloads, {
                        let mut sorted = good.clone();
                        sorted.sort_unstable();
                        sorted
                    });
                }
            }
            _ => told.extend(std::iter::from_fn(|| port.poll_event())),
        }
    }
    let _ = port.close();
    told.extend(std::iter::from_fn(|| port.poll_event()));
    let ids = told.into_iter().map(|event| match event {
        PortEvent::Unloaded(id) => id,
        other => panic!("{other:?}"),
    });
    (unloaded, ids.collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn beside_a_thread_that_renders_each_unload_is_told_of_once_and_all_is_given_back(
        steps in steps(),
    ) {
        let engine = Level::default();
        let port = SynthPort::open_with(Arc::new(engine.clone()), Params::default()).unwrap();
        let renderer = Mutex::new(None::<Renderer>);
        let done = AtomicBool::new(false);
        let (unloaded, mut told) = std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut block = [0.0f32; 32];
                while !done.load(Ordering::Acquire) {
                    if let Some(renderer) = &mut *renderer.lock().unwrap() {
                        renderer.render_interleaved(&mut block);
                        assert!(block.iter().all(|level| level.is_finite()));
                    }
                    std::thread::yield_now();
                }
            });
            // The thread beside is to end also when an assertion fails here.
            let disturbed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                disturb(&port, &renderer, steps)
            }));
            done.store(true, Ordering::Release);
            disturbed.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        told.sort_unstable();
        prop_assert_eq!(told, unloaded.into_iter().collect::<Vec<_>>());
        prop_assert_eq!(engine.banks(), 0);
    }
}
