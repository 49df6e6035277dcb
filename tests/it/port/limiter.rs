//! The limiter.

use std::sync::Arc;

use portative::port::{Params, SynthPort};

use super::fixture::{mono, note_on, open, render};
use crate::support::level::Level;

#[test]
fn without_being_asked_for_there_is_no_limiter_and_no_latency() {
    let granted = open().params().unwrap();
    assert!(!granted.limiter);
    assert_eq!(granted.latency_frames, 0);
}

#[test]
fn a_limiter_delays_by_what_the_port_reports_and_keeps_below_full_scale() {
    let asked = Params { limiter: Some(true), gain_db: Some(40.0), ..mono() };
    let port = SynthPort::open_with(Arc::new(Level::default()), asked).unwrap();
    let granted = port.params().unwrap();
    assert!(granted.limiter && granted.is_exact());
    let latency = granted.latency_frames as usize;
    assert_eq!(latency, granted.sample_rate.hz() as usize / 500);
    let mut input = port.event_input().unwrap();
    let mut renderer = port.activate().unwrap();
    input.play(note_on()).unwrap();
    let out = render(&mut renderer, latency + 4_000);
    assert_eq!(out[..latency], vec![0.0; latency]);
    assert!(out[latency..].iter().all(|point| *point > 0.9 && *point < 1.0));
}
