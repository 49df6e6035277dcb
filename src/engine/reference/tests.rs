use super::*;
use crate::time::SampleRate;

const SETTINGS: Settings = Settings {
    sample_rate: SampleRate::new(44_100).unwrap(),
    voices: 64,
    channel_groups: 1,
    effects: Effects::NONE,
};

fn prepare(bytes: &[u8]) -> Result<Prepared, EngineError> {
    Reference.prepare(&SETTINGS, &Download::Bank(Arc::new(bytes.to_vec())))
}

#[test]
fn what_is_no_bank_is_refused_with_the_engines_name() {
    for bytes in [&b""[..], b"RIFF", b"MThd\0\0\0\x06", b"RIFF\x04\0\0\0WAVE"] {
        let error = prepare(bytes).unwrap_err();
        assert!(matches!(error, EngineError::Bank { engine: NAME, .. }), "{error:?}");
    }
}

#[test]
fn settings_outside_the_capabilities_are_refused_by_name() {
    let error = Reference.create(&Settings { voices: 257, ..SETTINGS }).err().unwrap();
    assert_eq!(
        error.to_string(),
        "voices 257 is outside what the rustysynth engine has (8 to 256)"
    );
}

#[test]
fn without_a_bank_it_is_silent_and_overwrites() {
    let mut synthesizer = Reference.create(&SETTINGS).unwrap();
    let (mut left, mut right) = ([1.0; 8], [1.0; 8]);
    synthesizer.render(&[], &mut [StereoBus { left: &mut left, right: &mut right }]);
    assert_eq!((left, right), ([0.0; 8], [0.0; 8]));
}

#[test]
fn an_installation_of_another_engine_comes_back() {
    let mut synthesizer = Reference.create(&SETTINGS).unwrap();
    let foreign = Installation(Box::new("not a bank"));
    let back = synthesizer.install(Place(0), foreign).unwrap();
    assert!(back.0.is::<&str>());
}
