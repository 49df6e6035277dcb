//! The records of the `pdta` tables, each with its exact layout.
//!
//! Not checked values: a record holds what a file holds, sound or not. All numbers are little endian.

/// A record of fixed length that a table is made of.
pub trait Record: Sized {
    /// The table's chunk identifier.
    const CHUNK: [u8; 4];
    /// Bytes of one record.
    const LEN: usize;

    /// The record in the first [`Self::LEN`] bytes; bytes that are missing count as zero.
    fn from_bytes(bytes: &[u8]) -> Self;

    /// Appends the record's bytes.
    fn write_to(&self, out: &mut Vec<u8>);
}

/// A name field: 20 bytes, the text ends at the first zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Name(pub [u8; 20]);

impl Name {
    /// The text: UTF-8 where it is valid, otherwise each byte as the Latin-1 character.
    pub fn to_text(self) -> String {
        text(&self.0)
    }

    /// The name with this text, cut to 19 bytes and a zero as section 7.2 asks for.
    ///
    /// Characters beyond ASCII are written as UTF-8, and never cut in the middle.
    pub fn from_text(text: &str) -> Self {
        let mut name = [0; 20];
        let mut end = text.len().min(name.len() - 1);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        name[..end].copy_from_slice(&text.as_bytes()[..end]);
        Self(name)
    }

    /// Whether the field ends with a zero, as the standard demands.
    pub fn is_terminated(self) -> bool {
        self.0.contains(&0)
    }
}

/// The text of a zero-terminated field.
pub(crate) fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    match std::str::from_utf8(&bytes[..end]) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes[..end].iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// A preset header, `phdr` (section 7.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PresetHeader {
    /// The preset's name.
    pub name: Name,
    /// MIDI program number.
    pub program: u16,
    /// MIDI bank number; 128 is percussion.
    pub bank: u16,
    /// The first of its zones in `pbag`.
    pub bag_index: u16,
    /// Reserved; kept as it is.
    pub library: u32,
    /// Reserved; kept as it is.
    pub genre: u32,
    /// Reserved; kept as it is.
    pub morphology: u32,
}

impl Record for PresetHeader {
    const CHUNK: [u8; 4] = *b"phdr";
    const LEN: usize = 38;

    fn from_bytes(bytes: &[u8]) -> Self {
        let mut fields = Fields(bytes);
        Self {
            name: Name(fields.take()),
            program: fields.u16(),
            bank: fields.u16(),
            bag_index: fields.u16(),
            library: fields.u32(),
            genre: fields.u32(),
            morphology: fields.u32(),
        }
    }

    fn write_to(&self, out: &mut Vec<u8>) {
        out.extend(self.name.0);
        for value in [self.program, self.bank, self.bag_index] {
            out.extend(value.to_le_bytes());
        }
        for value in [self.library, self.genre, self.morphology] {
            out.extend(value.to_le_bytes());
        }
    }
}

/// Where a zone's generators and modulators begin (sections 7.3 and 7.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bag {
    /// The first generator.
    pub generator_index: u16,
    /// The first modulator.
    pub modulator_index: u16,
}

impl Bag {
    /// Bytes of one bag.
    pub const LEN: usize = 4;

    fn from_bytes(bytes: &[u8]) -> Self {
        let mut fields = Fields(bytes);
        Self { generator_index: fields.u16(), modulator_index: fields.u16() }
    }

    fn write_to(self, out: &mut Vec<u8>) {
        out.extend(self.generator_index.to_le_bytes());
        out.extend(self.modulator_index.to_le_bytes());
    }
}

/// A generator of a zone (sections 7.5 and 7.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GeneratorRecord {
    /// The generator's number.
    pub operator: u16,
    /// The amount, signed, unsigned or two bytes as the generator has it.
    pub amount: [u8; 2],
}

impl GeneratorRecord {
    /// Bytes of one generator.
    pub const LEN: usize = 4;

    /// A generator with a signed amount.
    pub const fn new(operator: u16, amount: i16) -> Self {
        Self { operator, amount: amount.to_le_bytes() }
    }

    /// The amount as a signed number.
    pub const fn signed(self) -> i16 {
        i16::from_le_bytes(self.amount)
    }

    /// The amount as an index.
    pub const fn index(self) -> u16 {
        u16::from_le_bytes(self.amount)
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        let mut fields = Fields(bytes);
        Self { operator: fields.u16(), amount: fields.take() }
    }

    fn write_to(self, out: &mut Vec<u8>) {
        out.extend(self.operator.to_le_bytes());
        out.extend(self.amount);
    }
}

/// A modulator of a zone (sections 7.4 and 7.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ModulatorRecord {
    /// The source's word.
    pub source: u16,
    /// A generator number, or 0x8000 and a modulator of the same zone.
    pub destination: u16,
    /// Factor, in units of the destination.
    pub amount: i16,
    /// The amount source's word.
    pub amount_source: u16,
    /// 0 linear, 2 absolute value.
    pub transform: u16,
}

impl ModulatorRecord {
    /// Bytes of one modulator.
    pub const LEN: usize = 10;

    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        let mut fields = Fields(bytes);
        Self {
            source: fields.u16(),
            destination: fields.u16(),
            amount: fields.u16().cast_signed(),
            amount_source: fields.u16(),
            transform: fields.u16(),
        }
    }

    pub(crate) fn write_to(self, out: &mut Vec<u8>) {
        out.extend(self.source.to_le_bytes());
        out.extend(self.destination.to_le_bytes());
        out.extend(self.amount.to_le_bytes());
        out.extend(self.amount_source.to_le_bytes());
        out.extend(self.transform.to_le_bytes());
    }
}

/// An instrument, `inst` (section 7.6).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InstrumentHeader {
    /// The instrument's name.
    pub name: Name,
    /// The first of its zones in `ibag`.
    pub bag_index: u16,
}

impl Record for InstrumentHeader {
    const CHUNK: [u8; 4] = *b"inst";
    const LEN: usize = 22;

    fn from_bytes(bytes: &[u8]) -> Self {
        let mut fields = Fields(bytes);
        Self { name: Name(fields.take()), bag_index: fields.u16() }
    }

    fn write_to(&self, out: &mut Vec<u8>) {
        out.extend(self.name.0);
        out.extend(self.bag_index.to_le_bytes());
    }
}

/// A sample header, `shdr` (section 7.10).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SampleHeader {
    /// The sample's name.
    pub name: Name,
    /// First data point in `smpl`; a byte offset when the sample is compressed.
    pub start: u32,
    /// One past the last data point, or byte when the sample is compressed.
    pub end: u32,
    /// First data point of the loop; counted from the sample's own start when it is compressed.
    pub loop_start: u32,
    /// One past the last data point of the loop; counted like `loop_start`.
    pub loop_end: u32,
    /// Data points per second.
    pub rate: u32,
    /// MIDI key of the recorded pitch; 255 is unpitched.
    pub original_pitch: u8,
    /// Cents to add when the sample plays.
    pub correction: i8,
    /// The sample that plays together with this one.
    pub link: u16,
    /// The kind of sample: see [`sample_type`].
    pub kind: u16,
}

impl Record for SampleHeader {
    const CHUNK: [u8; 4] = *b"shdr";
    const LEN: usize = 46;

    fn from_bytes(bytes: &[u8]) -> Self {
        let mut fields = Fields(bytes);
        Self {
            name: Name(fields.take()),
            start: fields.u32(),
            end: fields.u32(),
            loop_start: fields.u32(),
            loop_end: fields.u32(),
            rate: fields.u32(),
            original_pitch: fields.take::<1>()[0],
            correction: fields.take::<1>()[0].cast_signed(),
            link: fields.u16(),
            kind: fields.u16(),
        }
    }

    fn write_to(&self, out: &mut Vec<u8>) {
        out.extend(self.name.0);
        for value in [self.start, self.end, self.loop_start, self.loop_end, self.rate] {
            out.extend(value.to_le_bytes());
        }
        out.extend([self.original_pitch, self.correction.cast_unsigned()]);
        out.extend(self.link.to_le_bytes());
        out.extend(self.kind.to_le_bytes());
    }
}

/// Values and bits of [`SampleHeader::kind`].
pub mod sample_type {
    /// Not part of a pair.
    pub const MONO: u16 = 1;
    /// The right half of a pair.
    pub const RIGHT: u16 = 2;
    /// The left half of a pair.
    pub const LEFT: u16 = 4;
    /// One of a circle of samples.
    pub const LINKED: u16 = 8;
    /// Bit: the data is a compressed stream (SF3).
    pub const COMPRESSED: u16 = 0x10;
    /// Bit: the data points are in a sound module's ROM.
    pub const ROM: u16 = 0x8000;
}

macro_rules! same_layout {
    ($(#[$doc:meta] $name:ident is $inner:ident in $chunk:literal;)*) => {$(
        #[$doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub(crate) struct $name(pub(crate) $inner);

        impl Record for $name {
            const CHUNK: [u8; 4] = *$chunk;
            const LEN: usize = $inner::LEN;

            fn from_bytes(bytes: &[u8]) -> Self {
                Self($inner::from_bytes(bytes))
            }

            fn write_to(&self, out: &mut Vec<u8>) {
                self.0.write_to(out);
            }
        }

        impl From<$name> for $inner {
            fn from(record: $name) -> Self {
                record.0
            }
        }
    )*};
}

same_layout! {
    /// A zone of a preset.
    PresetBag is Bag in b"pbag";
    /// A modulator of a preset's zone.
    PresetModulator is ModulatorRecord in b"pmod";
    /// A generator of a preset's zone.
    PresetGenerator is GeneratorRecord in b"pgen";
    /// A zone of an instrument.
    InstrumentBag is Bag in b"ibag";
    /// A modulator of an instrument's zone.
    InstrumentModulator is ModulatorRecord in b"imod";
    /// A generator of an instrument's zone.
    InstrumentGenerator is GeneratorRecord in b"igen";
}

/// Fields of a record, in order.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        match self.0.split_first_chunk() {
            Some((field, rest)) => {
                self.0 = rest;
                *field
            }
            None => [0; N],
        }
    }

    fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take())
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }
}

#[cfg(test)]
mod tests;
