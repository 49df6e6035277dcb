//! The synth port: every state × every call, time, overflow, and a close that gives everything back.

mod fixture;

mod activation;
mod closing;
mod limiter;
mod opening;
mod states;
mod time;
