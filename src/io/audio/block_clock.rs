//! When a device's blocks begin.
//!
//! JACK knows: it follows its driver with a loop of its own, and live MIDI through JACK is placed by the
//! same cycle times, so both agree to the frame. What other hosts say of their blocks jumps with
//! their estimate of the queue; there it is the moment when the thread woke up, which the port smooths.

use crate::time::ReferenceTime;

#[cfg(feature = "jack")]
use std::sync::Arc;

#[cfg(feature = "jack")]
use crate::io::jack_cycles::Cycles;
#[cfg(feature = "jack")]
use crate::io::jack_server::CountedClient;
#[cfg(feature = "jack")]
use crate::io::translation::Translation;

/// How much earlier than it began a block is said to have begun.
///
/// A live event is played one block after it arrived, and would come too late for that by the least
/// error of the clocks or a prompter wake-up than usual. This is what they may differ by; it adds to
/// the latency.
const MARGIN: ReferenceTime = ReferenceTime(5_000);

/// Tells when the block that is asked for begins.
///
/// # Thread
///
/// Audio thread.
#[derive(Debug)]
pub(super) enum BlockClock {
    /// By the cycles of the JACK server, read through a client that does nothing else.
    #[cfg(feature = "jack")]
    Jack {
        /// The client.
        client: Arc<CountedClient>,
        /// JACK's clock on the master clock.
        translation: Translation,
        /// The server's cycles.
        cycles: Cycles,
    },
    /// By the thread's waking up.
    WakeUp,
}

impl BlockClock {
    /// The clock of the server that `client` is of.
    #[cfg(feature = "jack")]
    pub(super) fn jack(client: Arc<CountedClient>) -> Self {
        let cycles = Cycles::new(client.client.sample_rate());
        Self::Jack { client, translation: Translation::default(), cycles }
    }

    /// When the block of `frames` begins that is asked for `now`.
    #[cfg_attr(not(feature = "jack"), expect(unused_variables, reason = "only JACK counts them"))]
    pub(super) fn begin_of_block(&mut self, frames: usize, now: ReferenceTime) -> ReferenceTime {
        let begin = match self {
            #[cfg(feature = "jack")]
            Self::Jack { client, translation, cycles } => {
                let (jack_now, first_frame, begin) = client.cycle();
                translation.observe(jack_now, crate::io::clock::now());
                let frames = u32::try_from(frames).unwrap_or(u32::MAX);
                cycles.begin(first_frame, frames, translation.at(begin))
            }
            Self::WakeUp => now,
        };
        ReferenceTime(begin.0.saturating_sub(MARGIN.0))
    }
}
