use std::io::Cursor;

use super::*;
use crate::time::SampleRate;

fn writer(format: SampleFormat, channels: u16) -> WaveWriter<Cursor<Vec<u8>>> {
    let rate = SampleRate::new(44_100).unwrap();
    let audio = AudioFormat { sample_rate: rate, audio_channels: channels };
    WaveWriter::new(Cursor::new(Vec::new()), audio, PcmEncoder::new(format, false)).unwrap()
}

/// The chunks of a WAVE file: name and data.
fn chunks(file: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut rest = &file[12..];
    let mut found = Vec::new();
    while rest.len() >= 8 {
        let name = String::from_utf8(rest[..4].to_vec()).unwrap();
        let len = u32::from_le_bytes(rest[4..8].try_into().unwrap()) as usize;
        found.push((name, rest[8..8 + len].to_vec()));
        rest = &rest[8 + len + len % 2..];
    }
    found
}

#[test]
fn a_finished_file_has_sizes_that_agree_with_its_bytes() {
    let mut writer = writer(SampleFormat::S24, 1);
    writer.write(&[0.0, 0.5, -0.5]).unwrap();
    let file = writer.finish().unwrap().into_inner();
    assert_eq!(&file[..4], b"RIFF");
    assert_eq!(u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize, file.len() - 8);
    assert_eq!(file.len() % 2, 0, "nine bytes of data and one of padding");
    let chunks = chunks(&file);
    let names: Vec<_> = chunks.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["JUNK", "fmt ", "fact", "data"]);
    assert_eq!(chunks[1].1[..4], [1, 0, 1, 0], "PCM, mono");
    assert_eq!(chunks[2].1, 3_u32.to_le_bytes());
    assert_eq!(chunks[3].1.len(), 9);
}

#[test]
fn a_file_is_whole_after_each_update_of_its_header() {
    let mut writer = writer(SampleFormat::F32, 2);
    for frames in 1..4_u32 {
        writer.write(&[0.25, -0.25]).unwrap();
        writer.update_header().unwrap();
        let file = writer.out.get_ref();
        assert_eq!(u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize, file.len() - 8);
        assert_eq!(chunks(file)[3].1.len(), 8 * frames as usize);
    }
}

#[test]
fn an_unfinished_file_says_that_its_length_is_unknown() {
    let mut writer = writer(SampleFormat::S16, 2);
    writer.write(&[0.0; 4]).unwrap();
    let file = writer.finish_stream().unwrap().into_inner();
    assert_eq!(file[4..8], [0xFF; 4]);
    assert_eq!(file[file.len() - 12..][..4], [0xFF; 4], "the data chunk's size");
}

#[test]
fn more_than_four_gigabytes_become_rf64() {
    let mut writer = writer(SampleFormat::F32, 2);
    writer.data_len = 5 << 30;
    let header = writer.header(Some(writer.data_len));
    assert_eq!(&header[..4], b"RF64");
    assert_eq!(header[4..8], [0xFF; 4]);
    assert_eq!(&header[12..16], b"ds64");
    let size = |at: usize| u64::from_le_bytes(header[at..at + 8].try_into().unwrap());
    assert_eq!(size(20), HEADER_LEN - 8 + writer.data_len, "the form");
    assert_eq!(size(28), writer.data_len, "the data");
    assert_eq!(size(36), writer.data_len / 8, "the frames");
}
