//! Tables of addresses: what lies at each, and how its value is written.

/// How a value is written in data bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Form {
    /// One byte, 0 to 127.
    Seven,
    /// Two bytes, the high one first.
    Fourteen,
    /// Two bytes of four bits each, the high one first.
    Nibbles2,
    /// Four bytes of four bits each, the high one first.
    Nibbles4,
}

impl Form {
    /// The bytes of a value.
    pub(in super::super) const fn len(self) -> usize {
        match self {
            Self::Seven => 1,
            Self::Fourteen | Self::Nibbles2 => 2,
            Self::Nibbles4 => 4,
        }
    }

    const fn bits(self) -> u32 {
        if matches!(self, Self::Nibbles2 | Self::Nibbles4) { 4 } else { 7 }
    }

    fn value(self, bytes: &[u8]) -> u16 {
        let bits = self.bits();
        bytes.iter().fold(0, |value, byte| value << bits | u16::from(byte & ((1 << bits) - 1)))
    }
}

/// One parameter of a device.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Row<T> {
    /// The last byte of its address.
    pub(in super::super) at: u8,
    pub(in super::super) form: Form,
    /// Its name in the maker's manuals.
    pub(in super::super) name: &'static str,
    /// What it sets.
    pub(in super::super) sets: T,
}

/// A parameter of one byte.
pub(super) const fn row<T>(at: u8, name: &'static str, sets: T) -> Row<T> {
    Row { at, form: Form::Seven, name, sets }
}

/// A parameter that is written otherwise.
pub(super) const fn wide<T>(at: u8, form: Form, name: &'static str, sets: T) -> Row<T> {
    Row { at, form, name, sets }
}

/// Reads data from the address `at` on: every parameter that they cover, up to the first that is cut off.
///
/// Bytes at addresses that no row has are passed over.
pub(super) fn each<T: Copy>(rows: &[Row<T>], at: u8, data: &[u8], mut sink: impl FnMut(T, u16)) {
    let mut offset = 0;
    while let Some(rest) = data.get(offset..).filter(|rest| !rest.is_empty()) {
        let address = usize::from(at) + offset;
        let Some(row) = rows.iter().find(|row| usize::from(row.at) == address) else {
            offset += 1;
            continue;
        };
        let Some(bytes) = rest.get(..row.form.len()) else { return };
        sink(row.sets, row.form.value(bytes));
        offset += bytes.len();
    }
}
