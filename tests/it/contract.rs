//! The contract of a synth port, edge case by edge case, and what happens to those who break it.
//!
//! The cases are those of the model, IDirectMusicSynth. Some of them cannot be written down in Rust any more:
//!
//! | Case of the model | Why it has no test here |
//! |---|---|
//! | Open with a structure of size 0; GetFormat with a size of 1 byte | [`Params`] and [`Granted`](portative::port::Granted) have one size, returned by value |
//! | Null pointers before state, for every call | there are references only |
//! | Share TRUE | there is no such parameter: what ports share is what one [`Bank`] holds |
//! | Activate without a sink, or with a sink without a clock | activation hands out the renderer; time is an argument of a render |
//! | Removing the sink of a closed synth that was active | closing gives the sink back and ends the activation |
//! | Unload of a wave before its instrument | waves have no handles of their own; instruments that share one are tested |
//! | Memory of the caller that changes before it may | a source is read during `download` and never again, which is tested |
//! | A stereo wave; a wave that is not PCM | sample headers of a bank name mono points of 16 or 24 bits, or Vorbis |
//! | A download of type 0; indexes and offsets outside the block | a bank is parsed, which is tested with damaged ones |
//! | One good and one cut event in a buffer | events are values and each is played by its own call, which answers for it |
//! | An id that was reserved and never used | handles come from downloads only and cannot be made up |
//! | Releasing a port twice, or calling it after that | ownership; renderers, inputs and clocks that outlive it are tested |
//! | SetNumChannelGroups on a closed synth | the number is chosen when the port opens |

mod download;
mod events;
mod flood;
mod handover;
mod lifecycle;
mod machine;
mod misbehaviour;
mod ports;
mod recorder;
mod threads;
