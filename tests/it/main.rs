//! Tests that need only the public API, in one binary.

mod tidy;
mod bank;
