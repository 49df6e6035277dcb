use super::*;
use crate::port::{Params, SynthPort};

const RATE: SampleRate = SampleRate::new(48_000).unwrap();

/// How far a new port is after `pull` has filled a block of `frames`.
fn position_after(device_channels: u16, frames: usize) -> u64 {
    let port = SynthPort::open(Params::default()).unwrap();
    let (mut pull, mut give) = Pull::new(2, device_channels, RATE);
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
    let (mut pull, _give) = Pull::new(2, 2, RATE);
    let mut block = [0.5; 4];
    pull.fill(&mut Target::F32(&mut block), ReferenceTime(0));
    assert_eq!(block, [0.5; 4]);
}

#[test]
fn blocks_begin_evenly_however_late_the_thread_wakes_up() {
    let mut schedule = Schedule::default();
    // A device whose clock is 5 s ahead asks for a block of 10 ms each 10 ms, and plays it 25 ms later.
    let begins: Vec<_> = [300, 100, 40_000, 2_000, 100, 70_000]
        .into_iter()
        .zip(0..)
        .map(|(late, block): (i64, i64)| {
            let cycle = block * 100_000;
            let ahead = 50_000_000;
            let time = Timestamps { asked: cycle + late + ahead, heard: cycle + 250_000 + ahead };
            schedule.begin_of_block(time, ReferenceTime(cycle + late + 20)).0
        })
        .collect();
    let steps: Vec<_> = begins.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(steps, [99_800, 100_000, 100_000, 100_000, 100_000]);
}

#[test]
fn a_host_that_cannot_tell_when_is_taken_at_its_word() {
    let mut schedule = Schedule::default();
    let never = Timestamps { asked: i64::MAX, heard: 0 };
    schedule.begin_of_block(never, ReferenceTime(1_000));
    let same = Timestamps { asked: 9_000, heard: 9_000 };
    assert_eq!(
        schedule.begin_of_block(same, ReferenceTime(10_000)),
        ReferenceTime(10_000 - MARGIN.0)
    );
}
