//! Sound banks through the public API, each test on a bank that it makes itself. The names of tests about the
//! SoundFont standard begin with its clause.

mod fixture;
mod container;
mod tables;
mod zones;
mod generators;
mod modulators;
mod links;
mod samples;
mod waves;
mod sf3;
mod stack;
mod reports;
mod rewrite;
mod hostile;
mod laws;
mod oracle;
