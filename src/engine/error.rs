//! What can be wrong with what an engine is asked for.

use std::error::Error;

/// A refusal of an engine's control half.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The engine has no use for this kind of download.
    #[error("the {engine} engine takes no {what}")]
    Unsupported {
        /// The engine.
        engine: &'static str,
        /// The kind of download.
        what: &'static str,
    },
    /// A setting outside the engine's capabilities.
    #[error("{setting} {got} is outside what the {engine} engine has ({min} to {max})")]
    Settings {
        /// The engine.
        engine: &'static str,
        /// The setting.
        setting: &'static str,
        /// What was asked for.
        got: u32,
        /// The least it has.
        min: u32,
        /// The most it has.
        max: u32,
    },
    /// The bank cannot be played by this engine.
    #[error("the {engine} engine cannot read the bank")]
    Bank {
        /// The engine.
        engine: &'static str,
        /// What is wrong with it.
        source: Box<dyn Error + Send + Sync>,
    },
    /// Reading the bank made the engine's library panic, which means that it is damaged.
    #[error("the bank is damaged: the {engine} engine gave up on it ({message})")]
    Damaged {
        /// The engine.
        engine: &'static str,
        /// What the panic said.
        message: String,
    },
}
