//! RIFF: the chunks that banks and wave files are made of.
//!
//! Not a reader of any one file kind: a form's meaning belongs to the module that asks for it.
//! Everything works on a [`ByteSource`], inside explicit limits.

mod source;

pub use source::ByteSource;
