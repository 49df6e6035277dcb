use super::*;

const PLACE: TuningPlace = TuningPlace { bank: 1, program: 2 };

#[test]
fn a_frequency_is_a_semitone_and_a_fraction_of_16384() {
    assert_eq!(deviation(60, &[60, 0, 0]), Some(0.0));
    assert_eq!(deviation(60, &[61, 0x40, 0]), Some(150.0));
    assert_eq!(deviation(60, &[60, 0, 1]), Some(100.0 / 16_384.0));
    assert_eq!(deviation(0, &[0x7F, 0x7F, 0x7E]), Some(12_800.0 - 200.0 / 16_384.0));
    assert_eq!(deviation(60, &[0x7F; 3]), None);
}

#[test]
fn offsets_of_an_octave_have_one_byte_or_two() {
    let mut one = [64; 12];
    (one[0], one[11]) = (0, 127);
    assert_eq!(octave_cents(&one)[..2], [-64.0, 0.0]);
    assert_eq!(octave_cents(&one)[11], 63.0);
    let mut two = [0x40, 0].repeat(12);
    two[..4].copy_from_slice(&[0, 0, 0x7F, 0x7F]);
    assert_eq!(octave_cents(&two)[..3], [-100.0, 8191.0 * 100.0 / 8192.0, 0.0]);
}

#[test]
fn a_program_is_kept_until_everything_is_cleared() {
    let mut tunings = Tunings::new();
    assert_eq!(tunings.get(PLACE), None);
    let changes = [60, 61, 0, 0, 61, 0x7F, 0x7F, 0x7F];
    let update = TuningUpdate::Keys { place: PLACE, changes: &changes, real_time: true };
    assert_eq!(tunings.update(&update), Some(PLACE));
    assert_eq!(tunings.get(PLACE).map(|cents| cents[59..62].to_vec()), Some(vec![0.0, 100.0, 0.0]));
    tunings.clear();
    assert_eq!(tunings.get(PLACE), None);
}

#[test]
fn what_finds_no_room_is_refused() {
    let mut tunings = Tunings::new();
    let offsets = [70; 12];
    let update = |program: u8, bank: u8| TuningUpdate::OctaveProgram {
        place: TuningPlace { bank, program },
        offsets: &offsets,
    };
    for program in 0..128 {
        assert!(tunings.update(&update(program, 0)).is_some());
    }
    assert_eq!(tunings.update(&update(0, 1)), None);
    assert!(tunings.update(&update(5, 0)).is_some());
}
