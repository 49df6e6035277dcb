//! What several tests use.

#[path = "../../support/bare.rs"]
pub(crate) mod bare;
pub(crate) mod level;
pub(crate) mod bank;
pub(crate) mod stage;
