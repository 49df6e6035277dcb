//! Decoding the compressed samples of SF3 banks.
//!
//! Not a codec of ours: Symphonia decodes, behind one function, so that another decoder can take its place.
//! A stream is Ogg Vorbis, one channel; of more channels the first one counts. Decoding happens when an
//! instrument is asked for, on the caller's thread.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::default::codecs::VorbisDecoder;
use symphonia::default::formats::OggReader;

use crate::bank::SampleFault;
use crate::bank::wave::read_bytes;
use crate::riff::{ByteSource, Span};

/// What an Ogg stream begins with.
const OGG: &[u8] = b"OggS";

/// Decodes a sample to 16-bit points, `limit` of them at most.
///
/// A stream that ends early or holds anything that does not decode loses the whole sample, because its loop
/// points would no longer mean what they meant.
pub(crate) fn decode(stream: Vec<u8>, limit: usize) -> Result<Vec<i16>, SampleFault> {
    if !stream.starts_with(OGG) {
        return Err(SampleFault::UnknownCompression);
    }
    // The decoder is not ours, and panics on some setup headers that nobody but an attacker writes: codebooks whose
    // dimensions do not fit their entries. That loses this sample only. Nothing of the decoder outlives the call.
    catch_unwind(AssertUnwindSafe(|| decode_ogg(stream, limit)))
        .unwrap_or(Err(SampleFault::DamagedStream))
}

fn decode_ogg(stream: Vec<u8>, limit: usize) -> Result<Vec<i16>, SampleFault> {
    let damaged = |_: Error| SampleFault::DamagedStream;
    let options = MediaSourceStreamOptions::default();
    let stream = MediaSourceStream::new(Box::new(Cursor::new(stream)), options);
    let mut reader = OggReader::try_new(stream, FormatOptions::default()).map_err(damaged)?;
    let track = reader.default_track(TrackType::Audio).ok_or(SampleFault::UnknownCompression)?;
    let track_id = track.id;
    let parameters = track.codec_params.as_ref().and_then(|parameters| parameters.audio());
    let parameters = parameters.ok_or(SampleFault::UnknownCompression)?;
    let options = AudioDecoderOptions::default();
    let mut decoder = VorbisDecoder::try_new(parameters, &options)
        .map_err(|_| SampleFault::UnknownCompression)?;
    let mut points = Vec::new();
    let mut planes: Vec<Vec<f32>> = Vec::new();
    while let Some(packet) = reader.next_packet().map_err(damaged)? {
        if packet.track_id != track_id {
            continue;
        }
        decoder.decode(&packet).map_err(damaged)?.copy_to_vecs_planar(&mut planes);
        let plane = planes.first().map_or(&[][..], Vec::as_slice);
        if points.len() + plane.len() > limit {
            return Err(SampleFault::TooLong { limit: limit as u64 });
        }
        points.extend(plane.iter().map(|&value| to_i16(value)));
    }
    Ok(points)
}

/// The nearest 16-bit point; out of range and not-a-number saturate to the ends and to zero.
fn to_i16(value: f32) -> i16 {
    // A cast from a float saturates.
    (value * 32_768.0).round_ties_even() as i16
}

/// How many points a stream says that it has; 0 when it does not say so near its end.
///
/// The last page of an Ogg stream holds the position of its last point: eight bytes from the sixth on.
pub(crate) fn announced_len(source: &dyn ByteSource, span: Span) -> u64 {
    /// The longest that a page can be: its header, 255 lengths, and as many segments of 255 bytes.
    const PAGE_LEN: u64 = 27 + 255 + 255 * 255;
    let tail = span.skip(span.len.saturating_sub(PAGE_LEN));
    let Ok(bytes) = read_bytes(source, tail) else { return 0 };
    let Some(page) = bytes.windows(OGG.len()).rposition(|window| window == OGG) else { return 0 };
    let position = bytes[page..].get(6..).and_then(|rest| rest.first_chunk());
    position.map_or(0, |position| u64::from_le_bytes(*position).min(u64::from(u32::MAX)))
}
