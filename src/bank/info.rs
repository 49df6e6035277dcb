//! What a bank says of itself: the `INFO` list.
//!
//! Not trusted for anything but the format's version and the ROM's name; the rest is for people.

/// A version number, as `ifil` and `iver` hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Version {
    /// Before the point.
    pub major: u16,
    /// After the point; 2.04 is stored as 2 and 4.
    pub minor: u16,
}

/// The `INFO` list of a bank (section 5).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Info {
    /// Version of the format, `ifil`.
    pub version: Version,
    /// The sound engine that the bank was made for, `isng`.
    pub engine: String,
    /// The bank's name, `INAM`.
    pub name: String,
    /// The ROM that the bank's ROM samples are in, `irom`.
    pub rom: Option<String>,
    /// The ROM's version, `iver`.
    pub rom_version: Option<Version>,
    /// When it was made, `ICRD`.
    pub date: Option<String>,
    /// Who made it, `IENG`.
    pub engineer: Option<String>,
    /// The product that it was made for, `IPRD`.
    pub product: Option<String>,
    /// The copyright message, `ICOP`.
    pub copyright: Option<String>,
    /// Anything else, `ICMT`.
    pub comment: Option<String>,
    /// What wrote and changed the file, `ISFT`.
    pub tool: Option<String>,
}

impl Default for Info {
    fn default() -> Self {
        Self {
            version: Version { major: 2, minor: 4 },
            engine: "EMU8000".to_owned(),
            name: String::new(),
            rom: None,
            rom_version: None,
            date: None,
            engineer: None,
            product: None,
            copyright: None,
            comment: None,
            tool: None,
        }
    }
}
