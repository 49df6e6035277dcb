//! An engine that only makes synthesizers: what test engines have in common.

use std::fmt;

use portative::engine::{
    Capabilities, Download, Engine, EngineError, Prepared, Settings, Synthesizer,
};

/// What makes the synthesizers of a bare engine, and what such an engine can do. It takes no downloads.
pub(crate) trait Maker: fmt::Debug + Send + Sync + 'static {
    const NAME: &'static str;
    const CAPABILITIES: Capabilities;
    type Made: Synthesizer + 'static;

    fn make(&self, settings: &Settings) -> Self::Made;
}

/// The engine of a maker.
#[derive(Debug)]
pub(crate) struct Bare<M>(pub(crate) M);

impl<M: Maker> Engine for Bare<M> {
    fn name(&self) -> &'static str {
        M::NAME
    }

    fn capabilities(&self) -> Capabilities {
        M::CAPABILITIES
    }

    fn create(&self, settings: &Settings) -> Result<Box<dyn Synthesizer>, EngineError> {
        Ok(Box::new(self.0.make(settings)))
    }

    fn prepare(&self, _: &Settings, _: &Download) -> Result<Prepared, EngineError> {
        Err(EngineError::Unsupported { engine: M::NAME, what: "downloads" })
    }
}
