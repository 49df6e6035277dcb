//! Writing chunks into memory.

use super::{FourCc, HEADER_LEN, RiffError};

/// Collects chunks; sizes and pad bytes come by themselves.
///
/// A chunk is written by a closure, so that every chunk that begins also ends.
///
/// ```
/// use portative::riff::{ChunkWriter, FourCc};
///
/// let bytes = ChunkWriter::riff(FourCc(*b"tiny"), |form| {
///     form.chunk(FourCc(*b"data"), |data| data.bytes(&[1, 2, 3]));
/// })?;
/// assert_eq!(bytes, b"RIFF\x10\0\0\0tinydata\x03\0\0\0\x01\x02\x03\0");
/// # Ok::<(), portative::riff::RiffError>(())
/// ```
#[derive(Debug)]
pub struct ChunkWriter {
    bytes: Vec<u8>,
    overflow: Option<RiffError>,
}

impl ChunkWriter {
    /// The bytes of a RIFF file of the given form, whose chunks `body` writes.
    ///
    /// # Errors
    ///
    /// [`RiffError::SizeOverflow`] when a chunk outgrows its 32-bit size field.
    pub fn riff(form: FourCc, body: impl FnOnce(&mut Self)) -> Result<Vec<u8>, RiffError> {
        let mut writer = Self { bytes: Vec::new(), overflow: None };
        writer.container(FourCc::RIFF, form, body);
        match writer.overflow {
            Some(error) => Err(error),
            None => Ok(writer.bytes),
        }
    }

    /// Writes a `LIST` chunk of the given type.
    pub fn list(&mut self, kind: FourCc, body: impl FnOnce(&mut Self)) {
        self.container(FourCc::LIST, kind, body);
    }

    /// Writes a chunk whose data `body` writes.
    pub fn chunk(&mut self, id: FourCc, body: impl FnOnce(&mut Self)) {
        self.bytes.extend(id.0);
        let size_at = self.bytes.len();
        self.bytes.extend([0; 4]);
        body(self);
        let len = self.bytes.len() - size_at - (HEADER_LEN as usize - 4);
        match u32::try_from(len) {
            Ok(size) => self.bytes[size_at..size_at + 4].copy_from_slice(&size.to_le_bytes()),
            Err(_) => {
                let error = RiffError::SizeOverflow { chunk: id, got: len as u64 };
                self.overflow.get_or_insert(error);
            }
        }
        if len % 2 == 1 {
            self.bytes.push(0);
        }
    }

    /// Writes data of the chunk that is open.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Bytes written so far, headers of open chunks included.
    pub fn position(&self) -> usize {
        self.bytes.len()
    }

    fn container(&mut self, id: FourCc, kind: FourCc, body: impl FnOnce(&mut Self)) {
        self.chunk(id, |writer| {
            writer.bytes(&kind.0);
            body(writer);
        });
    }
}
