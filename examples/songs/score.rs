//! Songs as text: the notation that the `.score` files are written in, read into parts of steps.
//!
//! A file has a head (`title`, `tempo`, `meter`), `let name = …` for what comes again, and parts. A
//! part begins with `part Name, channel 1, program 0, volume 100, pan 64, reverb 40, chorus 0`; the
//! lines below it are its music:
//!
//! | written | means |
//! |---|---|
//! | `c4:1` `f#3+a3+c4:1/3` | a note or a chord and its beats, which stay until others are given; `~` after it strums |
//! | `c4!` `c4?` | louder, softer |
//! | `r:2` | silence |
//! | `bd\|x..X..o.\|` | strokes of a drum, one for each length: `x` plain, `X` loud, `o` soft |
//! | `v80` `v60>90@8` | velocity; growing to another during so many beats |
//! | `g90` | percent of its beats that a note is held |
//! | `cc11=90` `cc11>120@4` | a controller at once; or evenly during so many beats, while the music goes on |
//! | `bend=-200` `bend>0@1` | the same for the pitch wheel, in cents up to 200 |
//! | `tempo=96` `tempo>60@8` | the same for the tempo |
//! | `p48` | another program |
//! | `( … )4` | four times |
//! | `$name` `$name-12` | what was named, moved by semitones if a number follows |
//! | `\|` | a bar line; it is an error if no bar begins there |

use std::collections::HashMap;

/// A place in a score that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {what}: `{text}`")]
pub(crate) struct ScoreError {
    line: usize,
    what: &'static str,
    text: String,
}

/// A word of the score and its line, for errors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'a> {
    text: &'a str,
    line: usize,
}

impl Word<'_> {
    /// The error that this word is.
    pub(crate) fn wrong(self, what: &'static str) -> ScoreError {
        ScoreError { line: self.line, what, text: self.text.to_owned() }
    }
}

/// A song as written.
#[derive(Debug)]
pub(crate) struct Score<'a> {
    pub(crate) title: &'a str,
    pub(crate) tempo: f64,
    /// Quarter notes in a bar.
    pub(crate) beats: f64,
    pub(crate) parts: Vec<Part<'a>>,
}

/// A part: who plays, and what.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub(crate) name: &'a str,
    /// What was given after the name, in its order.
    pub(crate) settings: Vec<(&'a str, u8)>,
    pub(crate) steps: Vec<(Step<'a>, Word<'a>)>,
}

impl Part<'_> {
    /// The setting of this name.
    pub(crate) fn setting(&self, name: &str) -> Option<u8> {
        self.settings.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step<'a> {
    /// Strike keys, with so much more velocity than usual.
    Notes { keys: Vec<i16>, accent: i16, strum: bool },
    /// Let time pass.
    Rest,
    /// Strike one drum by this pattern.
    Strokes { key: u8, pattern: &'a str },
    /// The length of what follows.
    Beats(f64),
    /// Move a value, from where it is unless told, within so many beats.
    Move { what: Moved, from: Option<f64>, to: f64, during: f64 },
    /// The share of its length that a note is held.
    Gate(f64),
    /// Another program.
    Program(u8),
    /// A bar begins here.
    Bar,
}

/// What can move while the music goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Moved {
    Controller(u8),
    Bend,
    Tempo,
    Velocity,
}

/// The drums by their short names.
const DRUMS: [(&str, u8); 21] = [
    ("bd", 36),
    ("rs", 37),
    ("sd", 38),
    ("cp", 39),
    ("ft", 41),
    ("hh", 42),
    ("ph", 44),
    ("lt", 45),
    ("oh", 46),
    ("mt", 47),
    ("ht", 50),
    ("cr", 49),
    ("rd", 51),
    ("rb", 53),
    ("tb", 54),
    ("cb", 56),
    ("cm", 62),
    ("co", 63),
    ("cl", 64),
    ("sh", 70),
    ("tr", 81),
];

impl<'a> Score<'a> {
    /// Reads a score.
    ///
    /// # Errors
    ///
    /// [`ScoreError`] for the first word that means nothing.
    pub(crate) fn read(text: &'a str) -> Result<Self, ScoreError> {
        let mut score = Self { title: "", tempo: 120.0, beats: 4.0, parts: Vec::new() };
        let mut names: HashMap<&str, Vec<Word>> = HashMap::new();
        let mut music: Vec<Vec<Word>> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let (line, text) = (index + 1, line.trim());
            let whole = Word { text, line };
            let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
            let words =
                |text: &'a str| text.split_whitespace().map(move |text| Word { text, line });
            match first {
                "" | "#" => {}
                "title" => score.title = rest,
                "tempo" => {
                    score.tempo = rest.parse().map_err(|_| whole.wrong("expected a number"))?
                }
                "meter" => {
                    score.beats = rest.parse().map_err(|_| whole.wrong("expected a number"))?
                }
                "let" => {
                    let (name, value) = rest
                        .split_once('=')
                        .ok_or_else(|| whole.wrong("expected `let name = …`"))?;
                    names.insert(name.trim(), words(value).collect());
                }
                "part" => {
                    score
                        .parts
                        .push(head(rest).ok_or_else(|| whole.wrong("expected `name value`"))?);
                    music.push(Vec::new());
                }
                _ => {
                    music.last_mut().ok_or_else(|| whole.wrong("no part yet"))?.extend(words(text))
                }
            }
        }
        for (part, words) in score.parts.iter_mut().zip(music) {
            steps(&words, &names, 0, &mut part.steps)?;
        }
        Ok(score)
    }
}

fn head(text: &str) -> Option<Part<'_>> {
    let mut fields = text.split(',').map(str::trim);
    let name = fields.next()?;
    let setting = |field: &'_ str| -> Option<(usize, u8)> {
        let (name, value) = field.split_once(' ')?;
        Some((name.len(), value.parse().ok()?))
    };
    let settings =
        fields.map(|field| setting(field).map(|(length, value)| (&field[..length], value)));
    Some(Part { name, settings: settings.collect::<Option<_>>()?, steps: Vec::new() })
}

/// Appends the steps of `words`, with names and repetitions written out, all keys moved by `shift`.
fn steps<'a>(
    words: &[Word<'a>],
    names: &HashMap<&str, Vec<Word<'a>>>,
    shift: i16,
    out: &mut Vec<(Step<'a>, Word<'a>)>,
) -> Result<(), ScoreError> {
    let mut open = Vec::new();
    for &word in words {
        if word.text == "(" {
            open.push(out.len());
        } else if let Some(times) = word.text.strip_prefix(')') {
            let start = open.pop().ok_or_else(|| word.wrong("nothing to repeat"))?;
            let times: usize = times.parse().map_err(|_| word.wrong("expected how many times"))?;
            let again = out[start..].to_vec();
            (1..times).for_each(|_| out.extend_from_slice(&again));
        } else if let Some(name) = word.text.strip_prefix('$') {
            let (name, moved) = name.split_at(name.find(['+', '-']).unwrap_or(name.len()));
            let moved = if moved.is_empty() { Ok(0) } else { moved.parse::<i16>() };
            let moved = moved.map_err(|_| word.wrong("expected semitones"))?;
            let named = names.get(name).ok_or_else(|| word.wrong("no such name"))?;
            steps(named, names, shift + moved, out)?;
        } else {
            let (body, beats) = word.text.split_once(':').unwrap_or((word.text, ""));
            if !beats.is_empty() {
                let beats = fraction(beats).ok_or_else(|| word.wrong("expected beats"))?;
                out.push((Step::Beats(beats), word));
            }
            if !body.is_empty() {
                let step = step(body, shift).ok_or_else(|| word.wrong("no such step"))?;
                out.push((step, word));
            }
        }
    }
    Ok(())
}

/// A number, or one divided by another.
fn fraction(text: &str) -> Option<f64> {
    match text.split_once('/') {
        Some((above, below)) => Some(above.parse::<f64>().ok()? / below.parse::<f64>().ok()?),
        None => text.parse().ok(),
    }
}

fn step(text: &str, shift: i16) -> Option<Step<'_>> {
    match text {
        "|" => return Some(Step::Bar),
        "r" => return Some(Step::Rest),
        _ => {}
    }
    if let Some((drum, pattern)) = text.split_once('|') {
        let (_, key) = DRUMS.iter().find(|(name, _)| *name == drum)?;
        return Some(Step::Strokes { key: *key, pattern: pattern.strip_suffix('|')? });
    }
    moved(text).or_else(|| gate_or_program(text)).or_else(|| notes(text, shift))
}

fn gate_or_program(text: &str) -> Option<Step<'_>> {
    if let Some(percent) = text.strip_prefix('g') {
        // `g4` is a note; a gate has two digits or three.
        return (percent.len() > 1)
            .then(|| percent.parse::<f64>().ok())?
            .map(|percent| Step::Gate(percent / 100.0));
    }
    Some(Step::Program(text.strip_prefix('p')?.parse().ok()?))
}

fn moved(text: &str) -> Option<Step<'_>> {
    if let Some(velocity) = text.strip_prefix('v') {
        let Some((from, rest)) = velocity.split_once('>') else {
            let to = velocity.parse().ok()?;
            return Some(Step::Move { what: Moved::Velocity, from: None, to, during: 0.0 });
        };
        let (to, during) = rest.split_once('@')?;
        let (from, to, during) = (from.parse().ok()?, to.parse().ok()?, fraction(during)?);
        return Some(Step::Move { what: Moved::Velocity, from: Some(from), to, during });
    }
    let at = text.find(['=', '>'])?;
    let (name, rest) = text.split_at(at);
    let what = match name {
        "bend" => Moved::Bend,
        "tempo" => Moved::Tempo,
        _ => Moved::Controller(name.strip_prefix("cc")?.parse().ok()?),
    };
    let (to, during) = match rest.strip_prefix('>') {
        Some(rest) => {
            let (to, during) = rest.split_once('@')?;
            (to.parse().ok()?, fraction(during)?)
        }
        None => (rest.strip_prefix('=')?.parse().ok()?, 0.0),
    };
    Some(Step::Move { what, from: None, to, during })
}

fn notes(text: &str, shift: i16) -> Option<Step<'_>> {
    let names = text.trim_end_matches(['!', '?', '~']);
    let marks = &text[names.len()..];
    let loud = marks.matches('!').count() as i16;
    let soft = marks.matches('?').count() as i16;
    let keys = names.split('+').map(|name| Some(key(name)? + shift)).collect::<Option<Vec<_>>>()?;
    Some(Step::Notes { keys, accent: 14 * (loud - soft), strum: marks.contains('~') })
}

/// The key of a name such as `c4`, `f#3` or `bb2`; `c4` is 60.
fn key(name: &str) -> Option<i16> {
    let letter = name.chars().next()?;
    let step = [9, 11, 0, 2, 4, 5, 7].get("abcdefg".find(letter)?)?;
    let (signs, octave) = name[1..].split_at(name[1..].find(|c: char| c.is_ascii_digit())?);
    let sign = match signs {
        "" => 0,
        "#" => 1,
        "b" => -1,
        _ => return None,
    };
    Some(12 * (octave.parse::<i16>().ok()? + 1) + step + sign)
}
