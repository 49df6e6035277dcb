use super::*;
use crate::bank::sf2::record::sample_type;
use crate::bank::{Generator, Info};
use crate::riff::{Chunk, Chunks, FourCc, Span};

/// A bank of one preset, one instrument, and the given samples.
fn bank(samples: Vec<Sample>) -> SoundFont {
    SoundFont {
        info: Info { name: "test".to_owned(), ..Info::default() },
        presets: vec![Preset::new("P", 0, 5).zone(Zone::new().instrument(0))],
        instruments: vec![Instrument::new("I").zone(Zone::new().set(Generator::Pan, 3).sample(0))],
        samples,
        ..SoundFont::default()
    }
}

/// The chunks of all three lists, in file order.
fn flat(bytes: &Vec<u8>) -> Vec<(String, Vec<u8>)> {
    let riff = Chunks::new(bytes, Span::of(bytes)).next().unwrap().unwrap();
    let (form, body) = riff.form(bytes).unwrap();
    assert_eq!(form, FourCc(*b"sfbk"));
    let lists: Vec<Chunk> = Chunks::new(bytes, body).map(Result::unwrap).collect();
    let inner = |list: &Chunk| Chunks::new(bytes, list.form(bytes).unwrap().1).collect::<Vec<_>>();
    let chunks = lists.iter().flat_map(inner).map(Result::unwrap);
    chunks.map(|c| (c.id.to_string(), c.read(bytes, 1 << 20).unwrap())).collect()
}

fn names(bytes: &Vec<u8>) -> String {
    flat(bytes).into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn data(bytes: &Vec<u8>, name: &str) -> Vec<u8> {
    flat(bytes).into_iter().find(|(id, _)| id == name).unwrap().1
}

#[test]
fn s4_3_the_lists_and_tables_stand_in_the_standards_order() {
    let bytes = bank(vec![Sample::new("S", Points::Pcm16(vec![1, 2]))]).to_bytes().unwrap();
    assert_eq!(names(&bytes), "ifil isng INAM smpl phdr pbag pmod pgen inst ibag imod igen shdr");
}

#[test]
fn s7_every_table_ends_with_its_terminal_record() {
    let bytes = bank(vec![Sample::new("S", Points::Pcm16(vec![1, 2]))]).to_bytes().unwrap();
    assert_eq!(data(&bytes, "phdr").len(), 2 * 38);
    assert_eq!(&data(&bytes, "phdr")[38..41], b"EOP");
    assert_eq!(data(&bytes, "pbag"), [0, 0, 0, 0, 1, 0, 0, 0]);
    assert_eq!(data(&bytes, "pmod"), [0; 10]);
    assert_eq!(data(&bytes, "pgen"), [41, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(&data(&bytes, "inst")[22..25], b"EOI");
    assert_eq!(data(&bytes, "ibag"), [0, 0, 0, 0, 2, 0, 0, 0]);
    assert_eq!(data(&bytes, "igen"), [17, 0, 3, 0, 53, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(&data(&bytes, "shdr")[46..49], b"EOS");
}

#[test]
fn s6_1_at_least_46_zero_points_follow_each_sample() {
    let samples = vec![
        Sample::new("S", Points::Pcm16(vec![1, 2])).looped(0, 2),
        Sample::new("T", Points::Pcm16(vec![3])),
    ];
    let bytes = bank(samples).to_bytes().unwrap();
    let smpl = data(&bytes, "smpl");
    assert_eq!(smpl.len(), 2 * (2 + 46 + 1 + 46));
    assert_eq!(&smpl[..6], [1, 0, 2, 0, 0, 0]);
    assert_eq!(&smpl[96..100], [3, 0, 0, 0]);
    let second = &data(&bytes, "shdr")[46..];
    assert_eq!(&second[20..28], [48, 0, 0, 0, 49, 0, 0, 0]);
}

#[test]
fn s6_2_low_bytes_of_24_bit_points_go_to_their_own_chunk() {
    let samples = vec![
        Sample::new("S", Points::Pcm24(vec![0x01_02_03, -1])),
        Sample::new("T", Points::Pcm16(vec![7])),
    ];
    let bytes = bank(samples).to_bytes().unwrap();
    let (smpl, sm24) = (data(&bytes, "smpl"), data(&bytes, "sm24"));
    assert_eq!(&smpl[..4], [2, 1, 0xFF, 0xFF]);
    assert_eq!(&sm24[..3], [3, 0xFF, 0]);
    // 95 points, and one more byte because that is odd.
    assert_eq!((smpl.len(), sm24.len()), (190, 96));
}

#[test]
fn a_compressed_stream_lies_after_the_pcm_and_is_addressed_in_bytes() {
    let samples = vec![
        Sample::new("S", Points::Compressed(b"OggS!".to_vec())).looped(10, 20),
        Sample::new("T", Points::Pcm16(vec![7])),
    ];
    let bytes = bank(samples).to_bytes().unwrap();
    let shdr = data(&bytes, "shdr");
    assert_eq!(&shdr[20..36], [94, 0, 0, 0, 99, 0, 0, 0, 10, 0, 0, 0, 20, 0, 0, 0]);
    assert_eq!(shdr[44], 0x11);
    assert_eq!(&data(&bytes, "smpl")[94..], b"OggS!");
}

#[test]
fn rom_samples_keep_their_addresses() {
    let mut sample = Sample::new("R", Points::Rom { start: 100, end: 200 }).looped(1, 2);
    sample.kind = sample_type::LEFT;
    let shdr = data(&bank(vec![sample]).to_bytes().unwrap(), "shdr");
    assert_eq!(&shdr[20..29], [100, 0, 0, 0, 200, 0, 0, 0, 101]);
    assert_eq!(&shdr[44..46], [4, 0x80]);
}

#[test]
fn s5_texts_have_an_even_length_and_end_with_a_zero() {
    let bytes = bank(vec![]).to_bytes().unwrap();
    assert_eq!(data(&bytes, "INAM"), b"test\0\0");
    assert_eq!(data(&bytes, "isng"), b"EMU8000\0");
    assert_eq!(data(&bytes, "ifil"), [2, 0, 4, 0]);
}

#[test]
fn more_zones_than_an_index_can_name_are_refused() {
    let mut many = bank(vec![]);
    many.instruments[0].zones = vec![Zone::new(); 65_536];
    let error = many.to_bytes().unwrap_err();
    assert_eq!(
        error.to_string(),
        "ibag: 65536 records, more than the 65535 that an index can name"
    );
}
