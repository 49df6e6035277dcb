use std::sync::Arc;
use std::thread;

use super::*;

#[test]
fn only_one_is_inside_at_a_time() {
    let gate = Gate::new(1);
    let inside = gate.enter().unwrap();
    assert!(gate.enter().is_none());
    drop(inside);
    assert!(gate.enter().is_some());
}

#[test]
fn a_shut_gate_gives_its_value_once_and_lets_nobody_in() {
    let gate = Gate::new(7);
    assert_eq!(gate.take(), None, "an open gate keeps its value");
    gate.shut();
    assert!(gate.enter().is_none());
    assert_eq!(gate.take(), Some(7));
    assert_eq!(gate.take(), None);
    gate.shut();
    assert!(gate.enter().is_none());
}

#[test]
fn whoever_is_inside_when_it_is_shut_leaves_with_the_value_in_place() {
    let gate = Gate::new(String::from("here"));
    let mut inside = gate.enter().unwrap();
    gate.shut();
    assert_eq!(gate.take(), None);
    inside.push('!');
    drop(inside);
    assert_eq!(gate.take().as_deref(), Some("here!"));
}

#[test]
fn two_threads_never_meet_inside() {
    let gate = Arc::new(Gate::new((0u64, 0u64)));
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let gate = Arc::clone(&gate);
            thread::spawn(move || {
                let mut entered = 0u64;
                while !gate.is_shut() {
                    if let Some(mut pair) = gate.enter() {
                        pair.0 += 1;
                        pair.1 += 1;
                        entered += 1;
                        assert_eq!(pair.0, pair.1);
                        if pair.0 == 100_000 {
                            gate.shut();
                        }
                    }
                }
                entered
            })
        })
        .collect();
    let entered: u64 = workers.into_iter().map(|worker| worker.join().unwrap()).sum();
    assert_eq!(gate.take(), Some((entered, entered)));
}

#[test]
fn a_reader_never_sees_half_a_write() {
    let cell = Arc::new(Latest::new([0, 0, 0]));
    let reader = {
        let cell = Arc::clone(&cell);
        thread::spawn(move || {
            let mut newest = 0;
            while newest < 50_000 {
                let [a, b, c] = cell.read();
                assert!(a == b && b == c && a >= newest);
                newest = a;
            }
        })
    };
    (1..=50_000).for_each(|i| cell.write([i, i, i]));
    reader.join().unwrap();
}
