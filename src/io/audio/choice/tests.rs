use super::*;

const ANY: Wish = Wish { sample_rate: None, block_frames: None, host_sets_block: false };

fn range(channels: u16, rates: (u32, u32), format: SampleFormat) -> Range {
    Range { channels, rates, format, blocks: Some((64, 8_192)) }
}

fn chosen(offered: &[Range], wish: Wish) -> (u16, u32, SampleFormat) {
    let choice = choose(offered, wish).unwrap();
    (choice.channels, choice.sample_rate, choice.format)
}

#[test]
fn stereo_floating_point_at_48_khz_is_preferred() {
    let offered = [
        range(1, (8_000, 192_000), SampleFormat::F32),
        range(2, (8_000, 192_000), SampleFormat::I16),
        range(2, (8_000, 192_000), SampleFormat::F32),
        range(6, (8_000, 192_000), SampleFormat::F32),
    ];
    assert_eq!(chosen(&offered, ANY), (2, 48_000, SampleFormat::F32));
}

#[test]
fn the_rate_asked_for_wins_over_the_format() {
    let offered = [
        range(2, (48_000, 48_000), SampleFormat::F32),
        range(8, (44_100, 44_100), SampleFormat::I16),
    ];
    let wish = Wish { sample_rate: Some(44_100), ..ANY };
    assert_eq!(chosen(&offered, wish), (8, 44_100, SampleFormat::I16));
}

#[test]
fn a_rate_that_the_device_lacks_becomes_one_that_it_has() {
    let offered = [range(2, (44_100, 44_100), SampleFormat::I32)];
    let wish = Wish { sample_rate: Some(96_000), ..ANY };
    assert_eq!(chosen(&offered, wish), (2, 44_100, SampleFormat::I32));
    let odd = [range(2, (32_000, 32_000), SampleFormat::I24)];
    assert_eq!(chosen(&odd, ANY), (2, 32_000, SampleFormat::I24));
}

#[test]
fn mono_is_taken_when_there_is_nothing_else() {
    let offered = [range(1, (48_000, 48_000), SampleFormat::F32)];
    assert_eq!(chosen(&offered, ANY).0, 1);
}

#[test]
fn formats_that_we_cannot_give_are_no_choice() {
    let offered = [range(2, (48_000, 48_000), SampleFormat::DsdU8)];
    assert_eq!(choose(&offered, ANY), None);
    assert_eq!(choose(&[], ANY), None);
}

#[test]
fn blocks_stay_inside_what_the_device_has_and_are_the_servers_on_jack() {
    let offered = [range(2, (48_000, 48_000), SampleFormat::F32)];
    let block = |wish| choose(&offered, wish).unwrap().block;
    assert_eq!(block(ANY), BufferSize::Fixed(1_024));
    assert_eq!(block(Wish { block_frames: Some(16), ..ANY }), BufferSize::Fixed(64));
    let jack = Wish { block_frames: Some(256), host_sets_block: true, ..ANY };
    assert_eq!(block(jack), BufferSize::Default);
    let silent = [Range { blocks: None, ..offered[0] }];
    assert_eq!(choose(&silent, ANY).unwrap().block, BufferSize::Default);
}
