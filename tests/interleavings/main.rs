//! What the audio thread shares with others, under every order in which threads can meet.
//!
//! The source is that of the library; only its atomics and cells are those of a checker, which runs each test in all
//! interleavings, and with every value that the memory model lets a thread read.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../src/rt/gate.rs"]
#[expect(unreachable_pub, reason = "the library makes it public")]
mod gate;
#[path = "../../src/rt/latest.rs"]
#[expect(unreachable_pub, reason = "the library makes it public")]
mod latest;
mod sync;

use loom::model::Builder;
use loom::sync::Arc;
use loom::sync::atomic::AtomicUsize;
use loom::thread;

use gate::Gate;
use latest::Latest;
use sync::Ordering;

/// A value that counts itself out when it is dropped.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn of_two_who_want_to_enter_a_gate_never_both_are_inside() {
    loom::model(|| {
        let gate = Arc::new(Gate::new(0));
        let enter = |gate: &Gate<i32>| {
            let Some(mut inside) = gate.enter() else { return 0 };
            // The checker sees any two accesses that nothing orders.
            *inside += 1;
            1
        };
        let other = thread::spawn({
            let gate = Arc::clone(&gate);
            move || enter(&gate)
        });
        let entered = enter(&gate) + other.join().unwrap();
        assert!(entered >= 1, "one of them finds it free");
        assert_eq!(*gate.enter().unwrap(), entered);
    });
}

#[test]
fn a_gate_that_is_shut_while_somebody_renders_gives_its_value_to_one_taker() {
    loom::model(|| {
        let drops = Arc::new(AtomicUsize::new(0));
        let gate = Arc::new(Gate::new((Counted(Arc::clone(&drops)), 0)));
        let audio = thread::spawn({
            let gate = Arc::clone(&gate);
            move || {
                for _ in 0..2 {
                    if let Some(mut inside) = gate.enter() {
                        inside.1 += 1;
                    }
                }
            }
        });
        let closer = thread::spawn({
            let gate = Arc::clone(&gate);
            move || {
                gate.shut();
                gate.take().map(|(_, blocks)| blocks)
            }
        });
        let second = gate.take().is_some();
        let taken = closer.join().unwrap();
        audio.join().unwrap();
        assert!(gate.is_shut());
        let left_behind = gate.take().is_some();
        let takers = usize::from(second) + usize::from(taken.is_some()) + usize::from(left_behind);
        assert_eq!((takers, drops.load(Ordering::Relaxed)), (1, 1));
        assert!(gate.enter().is_none());
    });
}

#[test]
fn what_was_done_inside_a_gate_is_seen_by_who_takes_the_value() {
    loom::model(|| {
        let gate = Arc::new(Gate::new(0));
        let audio = thread::spawn({
            let gate = Arc::clone(&gate);
            move || gate.enter().map(|mut inside| *inside = 7).is_some()
        });
        gate.shut();
        let taken = gate.take();
        let rendered = audio.join().unwrap();
        let value = taken.or_else(|| gate.take());
        assert_eq!(value, Some(if rendered { 7 } else { 0 }));
    });
}

#[test]
fn a_reader_of_the_latest_value_sees_a_whole_write_and_later_no_older_one() {
    // A reader that meets a write asks again, without end were it never let go on: so many changes of thread do.
    let mut model = Builder::new();
    model.preemption_bound = Some(2);
    model.check(|| {
        let cell = Arc::new(Latest::new([0, 0]));
        let writer = thread::spawn({
            let cell = Arc::clone(&cell);
            move || cell.write([1, 1])
        });
        let [first, same] = cell.read();
        assert_eq!(first, same);
        let [second, same] = cell.read();
        assert_eq!(second, same);
        assert!(second >= first);
        writer.join().unwrap();
        assert_eq!(cell.read(), [1, 1]);
    });
}
