use super::command::Reset;
use super::*;
use crate::engine::native::drum_setup::{DrumEdit, DrumParameter};

/// What a message without F0 and F7 asks for, as text, so that borrowed commands can be kept.
fn asked(payload: &[u8]) -> Vec<String> {
    let mut commands = Vec::new();
    let understood = read(payload, &mut |command| commands.push(format!("{command:?}")));
    assert_eq!(understood, !commands.is_empty());
    commands
}

#[track_caller]
fn check(payload: &[u8], expected: &[Command<'_>]) {
    let expected: Vec<String> = expected.iter().map(|command| format!("{command:?}")).collect();
    assert_eq!(asked(payload), expected);
}

/// A data set for GS with its checksum.
fn gs(body: &[u8]) -> Vec<u8> {
    let sum = body.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    let mut payload = vec![0x41, 0x10, 0x42, 0x12];
    payload.extend_from_slice(body);
    payload.push(((128 - sum % 128) % 128) as u8);
    payload
}

#[test]
fn resets_of_every_maker_are_understood() {
    check(&[0x7E, 0x7F, 9, 1], &[Command::Reset(Reset::Gm1)]);
    check(&[0x7E, 0x7F, 9, 2], &[Command::Reset(Reset::Own)]);
    check(&[0x7E, 0x7F, 9, 3], &[Command::Reset(Reset::Gm2)]);
    check(&[0x41, 0x10, 0x42, 0x12, 0x40, 0, 0x7F, 0, 0x41], &[Command::Reset(Reset::Gs)]);
    check(&gs(&[0, 0, 0x7F, 1]), &[Command::Reset(Reset::Gs)]);
    check(&[0x43, 0x10, 0x4C, 0, 0, 0x7E, 0], &[Command::Reset(Reset::Xg)]);
    check(&[0x43, 0x10, 0x4C, 0, 0, 0x7F, 0], &[Command::Reset(Reset::Xg)]);
}

#[test]
fn other_devices_wrong_checksums_and_unknown_messages_ask_for_nothing() {
    for payload in [
        &[][..],
        &[0x7E],
        &[0x7E, 0x05, 9, 1],
        &[0x7E, 0x7F, 9],
        &[0x7E, 0x7F, 9, 9],
        &[0x7F, 0x7F, 4, 1, 0],
        &[0x41, 0x10, 0x42, 0x12, 0x40, 0, 0x7F, 0, 0x40],
        &[0x41, 0x11, 0x42, 0x12, 0x40, 0, 0x7F, 0, 0x41],
        &[0x41, 0x10, 0x45, 0x12, 0x10, 0, 0, 0x41, 0x2F],
        &[0x43, 0x11, 0x4C, 0, 0, 0x7E, 0],
        &[0x7D, 1, 2, 3],
    ] {
        check(payload, &[]);
    }
}

#[test]
fn one_data_set_may_cover_several_addresses() {
    let part = |sets, value| Command::Part { part: 0, sets, value };
    check(
        &gs(&[0x40, 0x11, 0x19, 100, 64, 64, 20]),
        &[
            part(PartSetting::Controller(7), 100),
            part(PartSetting::Velocity(VelocitySense::Depth), 64),
            part(PartSetting::Velocity(VelocitySense::Offset), 64),
            part(PartSetting::Pan, 20),
        ],
    );
}

#[test]
fn a_value_that_is_cut_off_is_left_out() {
    check(&gs(&[0x40, 0, 0, 4, 0, 0]), &[]);
    check(&gs(&[0x40, 0, 0, 0, 4, 0, 1]), &[Command::Master(MasterSetting::Tune, 1025)]);
}

#[test]
fn gs_numbers_its_parts_with_the_drums_first() {
    for (block, part) in [(0x10, 9), (0x11, 0), (0x19, 8), (0x1A, 10), (0x1F, 15)] {
        let sets = PartSetting::Rhythm;
        check(&gs(&[0x40, block, 0x15, 1]), &[Command::Part { part, sets, value: 1 }]);
    }
}

#[test]
fn the_controller_blocks_of_gs_name_source_and_destination() {
    let part = |sets| Command::Part { part: 0, sets, value: 70 };
    let depth = PartSetting::Depth(ControlSource::ChannelPressure, Destination::Cutoff);
    check(&gs(&[0x40, 0x21, 0x21, 70]), &[part(depth)]);
    check(&gs(&[0x40, 0x21, 0x10, 70]), &[part(PartSetting::BendRange)]);
}

#[test]
fn drums_are_named_by_map_and_key() {
    let drum = |map, key, parameter, value| Command::Drum {
        map,
        edit: DrumEdit { key, parameter, value },
    };
    check(
        &gs(&[0x41, 0x12, 36, 100, 90]),
        &[drum(2, 36, DrumParameter::Level, 100), drum(2, 37, DrumParameter::Level, 90)],
    );
    check(
        &[0x43, 0x10, 0x4C, 0x30, 38, 1, 70, 110],
        &[drum(1, 38, DrumParameter::PitchFine, 70), drum(1, 38, DrumParameter::Level, 110)],
    );
}

#[test]
fn global_parameters_name_their_slot_and_may_be_several() {
    check(
        &[0x7F, 0x7F, 4, 5, 1, 1, 1, 1, 1, 0, 3, 1, 50],
        &[
            Command::Effect(EffectSetting::Gm2ReverbType, 3),
            Command::Effect(EffectSetting::Gm2ReverbTime, 50),
        ],
    );
    check(
        &[0x7F, 0x7F, 4, 5, 1, 1, 1, 1, 2, 4, 127],
        &[Command::Effect(EffectSetting::ChorusToReverb, 127)],
    );
    check(&[0x7F, 0x7F, 4, 5, 1, 1, 1, 1, 3, 0, 1], &[]);
}

#[test]
fn a_dump_counts_only_with_its_checksum() {
    let mut payload = vec![0x7E, 0x7F, 8, 1, 5];
    payload.extend_from_slice(b"just intonation ");
    payload.extend((0..128).flat_map(|key| [key, 0, 0]));
    let sum = payload.iter().fold(0, |sum, byte| sum ^ byte) & 0x7F;
    payload.push(sum);
    assert_eq!(payload.len() + 2, 408);
    assert_eq!(asked(&payload).len(), 1);
    payload[30] ^= 1;
    check(&payload, &[]);
}

#[test]
fn a_scale_names_its_channels() {
    let mut payload = vec![0x7F, 0x7F, 8, 8, 0x01, 0x40, 0x03];
    payload.extend([64; 12]);
    let update = TuningUpdate::Scale {
        channels: 1 << 14 | 1 << 13 | 0b11,
        offsets: &[64; 12],
        real_time: true,
    };
    check(&payload, &[Command::Tune(update)]);
}

#[test]
fn any_bytes_are_read_without_a_panic() {
    let mut state = 1_u32;
    let mut random = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    let heads: [&[u8]; 6] = [
        &[0x7F, 0x7F],
        &[0x7E, 0x10],
        &[0x41, 0x10, 0x42, 0x12],
        &[0x43, 0x10, 0x4C],
        &[0x7F, 0x7F, 4, 5],
        &[0x7F, 0x7F, 8],
    ];
    for _ in 0..20_000 {
        let mut payload = heads[random(6) as usize].to_vec();
        let range = if random(2) == 0 { 16 } else { 128 };
        payload.extend((0..random(40)).map(|_| random(range) as u8).collect::<Vec<_>>());
        if payload[0] == 0x41 {
            payload = gs(&payload[4..]);
        }
        asked(&payload);
    }
}
