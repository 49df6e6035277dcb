//! What the audio thread shares with others, and the rules that it lives by.
//!
//! The audio thread's contract: it never allocates, frees, locks, waits, logs, fails or calls the
//! system. Its memory is sized when a port opens; what it cannot honour it counts; what it lets go of
//! it passes to a control thread through a ring. Rings are [`rtrb`]'s, one for each producer.
//!
//! Not here: what is rendered. Nothing in this module knows audio or MIDI.

mod crew;
mod float_env;
mod gate;
mod latest;
mod peak;
mod room;
mod sync;

pub use crew::Crew;
pub use float_env::FloatEnv;
pub use gate::{Gate, Inside};
pub use latest::Latest;
pub use peak::Peak;
pub use room::{room, zeros};

#[cfg(test)]
mod tests;
