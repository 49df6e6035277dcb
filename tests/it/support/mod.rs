//! What several tests use.

pub(crate) mod level;
pub(crate) mod bank;
pub(crate) mod stage;
