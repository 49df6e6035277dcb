//! The arithmetic of the audio path is the same on every machine, so what differs between machines is not used.

use std::fs;

use crate::tidy::sources;

/// What gives other bits elsewhere: fused or repeated multiplication, the platform's transcendental functions,
/// approximations, and minimum and maximum of floats, whose treatment of signed zeros and of
/// not-a-number is left to the machine.
const FORBIDDEN: &[&str] = &[
    "mul_add",
    "powi(",
    "powf(",
    ".exp(",
    ".exp2(",
    ".exp_m1(",
    ".ln(",
    ".ln_1p(",
    ".log(",
    ".log2(",
    ".log10(",
    ".sin(",
    ".cos(",
    ".tan(",
    ".sin_cos(",
    ".asin(",
    ".acos(",
    ".atan(",
    ".atan2(",
    ".sinh(",
    ".cosh(",
    ".tanh(",
    ".cbrt(",
    ".hypot(",
    "f32::min",
    "f32::max",
    "f64::min(",
    "f64::max(",
    "fmul_fast",
    "_rcp",
    "rsqrt",
    "_fmadd",
    "_fmsub",
    "_fnmadd",
    "_fnmsub",
    "_min_ps",
    "_max_ps",
    "_dp_ps",
    "_hadd_ps",
    "enable = \"fma",
    "to_ratio()",
    "to_secs()",
    "to_gain()",
    "to_hz()",
];

#[test]
fn nothing_in_the_audio_path_depends_on_the_machine() {
    let mut found = Vec::new();
    let files = ["src/dsp", "src/engine/native"].into_iter().flat_map(sources);
    let roots = ["src/dsp.rs", "src/engine/native.rs"].map(Into::into);
    for file in files.chain(roots).filter(|file| !file.ends_with("tests.rs")) {
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for word in FORBIDDEN.iter().filter(|word| code.contains(**word)) {
                found.push(format!("{}:{}: {word}", file.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "not the same on every machine:\n{}", found.join("\n"));
}
