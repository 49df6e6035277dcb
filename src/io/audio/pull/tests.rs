use super::*;
use crate::port::{Params, SynthPort};

const RATE: SampleRate = SampleRate::new(48_000).unwrap();

/// How far a new port is after `pull` has filled a block of `frames`.
fn position_after(device_channels: u16, frames: usize) -> u64 {
    let port = SynthPort::open(Params::default()).unwrap();
    let (mut pull, mut give) = Pull::new(2, device_channels, RATE, BlockClock::WakeUp);
    give.push(port.activate().unwrap()).unwrap();
    let mut block = vec![9.0; frames * usize::from(device_channels)];
    pull.fill(&mut Target::F32(&mut block), ReferenceTime(0));
    assert!(block.iter().all(|point| *point == 0.0), "every data point is written");
    port.stats().unwrap().position.0
}

#[test]
fn every_frame_of_a_block_is_rendered_once() {
    assert_eq!(position_after(2, 1_024), 1_024);
    assert_eq!(position_after(6, 1_024), 1_024);
    assert_eq!(position_after(1, 3 * PIECE_FRAMES + 7), 3 * PIECE_FRAMES as u64 + 7);
}

#[test]
fn without_a_renderer_a_block_stays_as_it_is() {
    let (mut pull, _give) = Pull::new(2, 2, RATE, BlockClock::WakeUp);
    let mut block = [0.5; 4];
    pull.fill(&mut Target::F32(&mut block), ReferenceTime(0));
    assert_eq!(block, [0.5; 4]);
}
