//! The songs that come with Portative, from their scores.

mod score;
mod perform;

use portative::midi::smf;

/// The songs: the name of the file, and the score.
pub(crate) const SONGS: [(&str, &str); 4] = [
    ("first-light", include_str!("first-light.score")),
    ("harbour-train", include_str!("harbour-train.score")),
    ("paper-kites", include_str!("paper-kites.score")),
    ("grand-tour", include_str!("grand-tour.score")),
];

/// The bytes of a Standard MIDI File of this score.
///
/// # Errors
///
/// What is wrong with the score, and where.
pub(crate) fn compile(score: &str) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    Ok(smf::write(&perform::perform(&score::Score::read(score)?)?)?)
}
