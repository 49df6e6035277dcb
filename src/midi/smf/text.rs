//! What the bytes of texts mean.
//!
//! Source: RP-026, which knows Latin and Japanese texts; XF Format Specifications 2.01, which knows the same two.

use std::borrow::Cow;

use encoding_rs::{SHIFT_JIS, WINDOWS_1252};

/// How a text is written, as far as its file says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TextEncoding {
    /// The file does not say: UTF-8 where the bytes are that, else Latin.
    #[default]
    Unsaid,
    /// ISO 8859-1. What that leaves to controls are the signs of Windows-1252, which files mean by them.
    Latin,
    /// Shift-JIS.
    Japanese,
}

impl TextEncoding {
    /// The encoding of a language as RP-026 (`LATIN`, `JP`) and XF (`L1`, `JP`) name it.
    pub fn of_language(name: &str) -> Option<Self> {
        let is = |known: &str| name.trim().eq_ignore_ascii_case(known);
        if is("JP") {
            return Some(Self::Japanese);
        }
        (is("LATIN") || is("L1")).then_some(Self::Latin)
    }

    /// What a text switches to for itself and those that follow: the last `{@...}` in it.
    pub fn switched_by(bytes: &[u8]) -> Option<Self> {
        let start = bytes.windows(2).rposition(|pair| pair == b"{@")? + 2;
        let rest = bytes.get(start..)?;
        let name = rest.get(..rest.iter().position(|byte| *byte == b'}')?)?;
        Self::of_language(std::str::from_utf8(name).ok()?)
    }

    /// The text that `bytes` mean. What means nothing becomes a replacement character.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        let encoding = match self {
            Self::Japanese => SHIFT_JIS,
            Self::Latin => WINDOWS_1252,
            Self::Unsaid => match std::str::from_utf8(bytes) {
                Ok(text) => return Cow::Borrowed(text),
                Err(_) => WINDOWS_1252,
            },
        };
        encoding.decode_without_bom_handling(bytes).0
    }
}

#[cfg(test)]
mod tests;
