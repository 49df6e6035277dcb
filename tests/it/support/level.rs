//! An engine whose sound can be read: the level is an eighth for each note held.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use portative::engine::{
    BlockEvent, Capabilities, Download, Effects, Engine, EngineError, Holding, Installation, Place,
    Prepared, Retired, Settings, Status, StereoBus, Synthesizer,
};
use portative::midi::Message;

/// What one held note adds to both channels.
pub(crate) const LEVEL: f32 = 0.125;

/// The control half. A bank is taken as it is, and counts one instrument for each byte.
#[derive(Debug, Clone, Default)]
pub(crate) struct Level {
    banks: Arc<AtomicUsize>,
}

impl Level {
    /// Banks in memory, in any synthesizer or on the way.
    pub(crate) fn banks(&self) -> usize {
        self.banks.load(Ordering::SeqCst)
    }
}

impl Engine for Level {
    fn name(&self) -> &'static str {
        "level"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            voices: 1..=1_000,
            default_voices: 32,
            channel_groups: 1..=4,
            sample_rate: 1..=96_000,
            effects: Effects { reverb: true, ..Effects::NONE },
        }
    }

    fn create(&self, _: &Settings) -> Result<Box<dyn Synthesizer>, EngineError> {
        Ok(Box::new(LevelSynthesizer::default()))
    }

    fn prepare(&self, _: &Settings, download: &Download) -> Result<Prepared, EngineError> {
        let Download::Bank(source) = download else {
            return Err(EngineError::Unsupported { engine: "level", what: "such download" });
        };
        if source.is_empty() {
            return Err(EngineError::Unsupported { engine: "level", what: "empty bank" });
        }
        self.banks.fetch_add(1, Ordering::SeqCst);
        let payload = Box::new(LoadedBank(Arc::clone(&self.banks)));
        let address = (&raw const *payload).addr();
        let holding = Holding { address, waves: 1, bytes: 2 * source.len() };
        let installation = Installation(payload);
        Ok(Prepared { instruments: source.len(), holdings: vec![holding], installation })
    }
}

/// Counts itself out when it is freed.
struct LoadedBank(Arc<AtomicUsize>);

impl Drop for LoadedBank {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[derive(Default)]
struct LevelSynthesizer {
    held: u32,
    banks: Vec<(Place, Box<LoadedBank>)>,
    ended: Vec<(Place, Box<LoadedBank>)>,
}

impl Synthesizer for LevelSynthesizer {
    fn install(&mut self, place: Place, installation: Installation) -> Option<Retired> {
        let bank = installation.0.downcast::<LoadedBank>().expect("a bank of this engine");
        self.banks.push((place, bank));
        None
    }

    fn uninstall(&mut self, place: Place) {
        let at = self.banks.iter().position(|(taken, _)| *taken == place);
        self.ended.extend(at.map(|at| self.banks.remove(at)));
    }

    /// Gives a bank back when no note is held: any note may play it.
    fn reclaim(&mut self) -> Option<(Place, Retired)> {
        if self.held > 0 {
            return None;
        }
        self.ended.pop().map(|(place, bank)| (place, Retired(bank)))
    }

    fn render(&mut self, events: &[BlockEvent], buses: &mut [StereoBus<'_>]) {
        let [bus] = buses else { return };
        let mut events = events.iter().peekable();
        for frame in 0..=bus.left.len() {
            while let Some(event) = events.next_if(|event| event.offset as usize <= frame) {
                match event.event.message {
                    Message::NoteOn { .. } => self.held += 1,
                    Message::NoteOff { .. } => self.held = self.held.saturating_sub(1),
                    _ => {}
                }
            }
            if frame < bus.left.len() {
                bus.left[frame] = self.held as f32 * LEVEL;
                bus.right[frame] = self.held as f32 * LEVEL;
            }
        }
    }

    fn status(&self) -> Status {
        Status { voices: Some(self.held), ..Status::default() }
    }
}
