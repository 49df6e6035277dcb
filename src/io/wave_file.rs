//! WAVE files: RIFF up to four gigabytes, RF64 beyond.
//!
//! The header is written first, with room for the sizes of an RF64 file, and brought up to date now and
//! then, so that what is on the disk can be played even if the program dies. To a stream that
//! cannot seek goes a header that says that the length is unknown.
//!
//! Source: Multimedia Programming Interface and Data Specifications 1.0 (RIFF, WAVE); EBU Tech 3306 (RF64).

use std::io::{self, Seek, SeekFrom, Write};

use crate::format::{AudioFormat, PcmEncoder, SampleFormat};

/// Writes data points as a WAVE file.
#[derive(Debug)]
pub struct WaveWriter<W> {
    out: W,
    format: AudioFormat,
    encoder: PcmEncoder,
    bytes: Vec<u8>,
    data_len: u64,
}

/// `WAVE_FORMAT_PCM`.
const PCM: u16 = 1;
/// `WAVE_FORMAT_IEEE_FLOAT`.
const IEEE_FLOAT: u16 = 3;
/// The size field of a chunk whose size is elsewhere or unknown.
const UNKNOWN: u32 = u32::MAX;
/// The bytes of a `ds64` chunk without a table.
const DS64_LEN: u32 = 28;
/// The bytes before the first data point.
const HEADER_LEN: u64 = 12 + (8 + DS64_LEN as u64) + (8 + 18) + (8 + 4) + 8;

impl<W: Write> WaveWriter<W> {
    /// Begins a file of unknown length.
    ///
    /// # Errors
    ///
    /// What `out` reports.
    pub fn new(out: W, format: AudioFormat, encoder: PcmEncoder) -> io::Result<Self> {
        let mut writer = Self { out, format, encoder, bytes: Vec::new(), data_len: 0 };
        let header = writer.header(None);
        writer.out.write_all(&header)?;
        Ok(writer)
    }

    /// Appends interleaved data points.
    ///
    /// # Errors
    ///
    /// What the output reports.
    pub fn write(&mut self, points: &[f32]) -> io::Result<()> {
        self.bytes.clear();
        self.encoder.encode(points, &mut self.bytes);
        self.out.write_all(&self.bytes)?;
        self.data_len += self.bytes.len() as u64;
        Ok(())
    }

    /// Ends the file without a last look at its header, which goes on saying that the length is unknown.
    ///
    /// # Errors
    ///
    /// What the output reports.
    pub fn finish_stream(mut self) -> io::Result<W> {
        self.pad()?;
        self.out.flush()?;
        Ok(self.out)
    }

    /// The byte after an odd number of them.
    fn pad(&mut self) -> io::Result<()> {
        if self.data_len % 2 == 1 { self.out.write_all(&[0]) } else { Ok(()) }
    }

    /// The chunks before the data, for a file with `data_len` bytes of it.
    fn header(&self, data_len: Option<u64>) -> Vec<u8> {
        let riff_len = data_len.map(|len| HEADER_LEN - 8 + len + len % 2);
        let small = riff_len.and_then(|len| u32::try_from(len).ok().filter(|len| *len < UNKNOWN));
        let is_rf64 = riff_len.is_some() && small.is_none();
        let block_align = self.format.audio_channels * self.encoder.format().bytes();
        let frames = data_len.unwrap_or(0) / u64::from(block_align.max(1));

        let mut header = Vec::with_capacity(HEADER_LEN as usize);
        header.extend_from_slice(if is_rf64 { b"RF64" } else { b"RIFF" });
        header.extend_from_slice(&small.unwrap_or(UNKNOWN).to_le_bytes());
        header.extend_from_slice(b"WAVE");
        header.extend_from_slice(if is_rf64 { b"ds64" } else { b"JUNK" });
        header.extend_from_slice(&DS64_LEN.to_le_bytes());
        let sizes =
            if is_rf64 { [riff_len.unwrap_or(0), data_len.unwrap_or(0), frames] } else { [0; 3] };
        sizes.iter().for_each(|size| header.extend_from_slice(&size.to_le_bytes()));
        header.extend_from_slice(&0_u32.to_le_bytes());
        self.push_format(&mut header, block_align);
        header.extend_from_slice(b"fact");
        header.extend_from_slice(&4_u32.to_le_bytes());
        let frames = if data_len.is_some() { u32::try_from(frames).ok() } else { None };
        header.extend_from_slice(&frames.unwrap_or(UNKNOWN).to_le_bytes());
        header.extend_from_slice(b"data");
        let data_size = data_len.filter(|_| !is_rf64).and_then(|len| u32::try_from(len).ok());
        header.extend_from_slice(&data_size.unwrap_or(UNKNOWN).to_le_bytes());
        debug_assert_eq!(header.len() as u64, HEADER_LEN);
        header
    }

    /// The `fmt ` chunk.
    fn push_format(&self, header: &mut Vec<u8>, block_align: u16) {
        let sample_format = self.encoder.format();
        let tag = if sample_format == SampleFormat::F32 { IEEE_FLOAT } else { PCM };
        let rate = self.format.sample_rate.hz();
        header.extend_from_slice(b"fmt ");
        header.extend_from_slice(&18_u32.to_le_bytes());
        header.extend_from_slice(&tag.to_le_bytes());
        header.extend_from_slice(&self.format.audio_channels.to_le_bytes());
        header.extend_from_slice(&rate.to_le_bytes());
        header.extend_from_slice(&rate.saturating_mul(block_align.into()).to_le_bytes());
        header.extend_from_slice(&block_align.to_le_bytes());
        header.extend_from_slice(&(8 * sample_format.bytes()).to_le_bytes());
        header.extend_from_slice(&0_u16.to_le_bytes());
    }
}

impl<W: Write + Seek> WaveWriter<W> {
    /// Makes the file on the disk whole up to here.
    ///
    /// # Errors
    ///
    /// What the output reports.
    pub fn update_header(&mut self) -> io::Result<()> {
        let header = self.header(Some(self.data_len));
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&header)?;
        self.out.seek(SeekFrom::Start(HEADER_LEN + self.data_len))?;
        self.out.flush()
    }

    /// Ends the file.
    ///
    /// # Errors
    ///
    /// What the output reports.
    pub fn finish(mut self) -> io::Result<W> {
        self.pad()?;
        self.update_header()?;
        Ok(self.out)
    }
}

#[cfg(test)]
mod tests;
