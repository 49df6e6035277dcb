//! Letting go of something that may hang while it is dropped.

use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};

/// A drop that goes on in a thread of its own.
#[derive(Debug)]
pub(super) struct GivingUp(Receiver<()>);

impl GivingUp {
    /// Waits for its end, `patience` at most; whether it has ended.
    ///
    /// A thread that never ends stays until the process does; that costs its stack and what it holds.
    pub(super) fn wait(&self, patience: Duration) -> bool {
        use crossbeam_channel::RecvTimeoutError::{Disconnected, Timeout};
        match self.0.recv_timeout(patience) {
            Ok(()) | Err(Disconnected) => true,
            Err(Timeout) => false,
        }
    }
}

/// Drops `value` in a thread of its own.
///
/// When there is none to be had, here.
pub(super) fn give_up<T: Send + 'static>(value: T) -> GivingUp {
    let (ended, watch) = bounded::<()>(0);
    let drop_it = move || {
        drop(value);
        drop(ended);
    };
    // A thread that cannot be made drops its closure, and the value with it.
    let _ = thread::Builder::new().name("portative-release".into()).spawn(drop_it);
    GivingUp(watch)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its drop takes as long as the channel stays open.
    struct Hanging(Receiver<()>);

    impl Drop for Hanging {
        fn drop(&mut self) {
            let _ = self.0.recv();
        }
    }

    #[test]
    fn a_drop_that_hangs_costs_its_patience_and_no_more() {
        let (hold, held) = bounded(0);
        let going = give_up(Hanging(held));
        assert!(!going.wait(Duration::from_millis(1)));
        drop(hold);
        assert!(going.wait(Duration::from_secs(60)));
        assert!(going.wait(Duration::ZERO), "it stays ended");
    }
}
