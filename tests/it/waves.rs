//! Waves that a port plays by themselves, beside all instruments and channels.

use std::sync::Arc;

use portative::bank::write::{Points, Preset, Sample, SoundFont, Zone};
use portative::bank::{Bank, BankError, PatchNumber, SampleIndex};
use portative::engine::{Effects, EngineError, WaveManner};
use portative::port::{Params, PortError, PortEvent, Renderer, SynthPort, VoiceState};
use portative::time::{ReferenceTime, SampleTime};

const POINTS: u64 = 9_600;

/// A bank with one sample, half of full scale, whose loop is the middle; recorded at key 69, 7 cents off.
fn bank() -> Arc<Bank> {
    let points = Points::Pcm16(vec![16_384; POINTS as usize]);
    let sample = Sample { rate: 48_000, original_pitch: 69, ..Sample::new("wave", points) };
    let font = SoundFont {
        presets: vec![Preset::new("preset", 0, 0).zone(Zone::new().instrument(0))],
        instruments: vec![portative::bank::write::Instrument {
            zones: vec![Zone::new().sample(0)],
            ..portative::bank::write::Instrument::new("instrument")
        }],
        samples: vec![sample.looped(2_000, 8_000)],
        ..SoundFont::default()
    };
    Arc::new(Bank::from_source(Arc::new(font.to_bytes().unwrap())).unwrap())
}

fn open() -> SynthPort {
    let params = Params {
        sample_rate: Some(48_000),
        effects: Some(Effects::NONE),
        audio_channels: Some(1),
        ..Params::default()
    };
    SynthPort::open(params).unwrap()
}

/// The peak of the next `frames`, a whole number of blocks.
fn listen(renderer: &mut Renderer, frames: usize) -> f32 {
    let mut out = vec![0.0; frames];
    out.chunks_mut(480).for_each(|block| renderer.render_interleaved(block));
    out.iter().fold(0.0, |peak: f32, point| peak.max(point.abs()))
}

#[test]
fn a_wave_plays_once_at_its_own_pitch_and_ends() {
    let (port, bank) = (open(), bank());
    let wave = port.download_wave(&bank, SampleIndex(0)).unwrap();
    let content = port.content().unwrap();
    assert_eq!((content.instruments, content.waves), (0, 1));
    let voice = port.play_wave(wave, WaveManner::default()).unwrap();
    assert_eq!(port.voice_state(voice).unwrap(), VoiceState::Waiting, "nobody renders");
    let mut renderer = port.activate().unwrap();
    let peak = listen(&mut renderer, 4_800);
    assert!(peak > 0.01);
    // One point for each frame, less what lies before the first, and the four that interpolation reads.
    let VoiceState::Playing { point } = port.voice_state(voice).unwrap() else { panic!() };
    assert!((4_796..=4_804).contains(&point), "{point}");
    listen(&mut renderer, 4_800);
    assert_eq!(listen(&mut renderer, 4_800), 0.0);
    assert_eq!(port.voice_state(voice).unwrap(), VoiceState::Ended);
}

#[test]
fn pitch_level_and_loop_are_as_asked_for() {
    let (port, bank) = (open(), bank());
    let wave = port.download_wave(&bank, SampleIndex(0)).unwrap();
    let mut renderer = port.activate().unwrap();
    let mut play = |manner| {
        let voice = port.play_wave(wave, manner).unwrap();
        let peak = listen(&mut renderer, 2_400);
        let VoiceState::Playing { point } = port.voice_state(voice).unwrap() else { panic!() };
        port.stop_wave(voice).unwrap();
        assert!(listen(&mut renderer, 9_600) > 0.0);
        assert_eq!(port.voice_state(voice).unwrap(), VoiceState::Ended, "it was let go");
        (peak, point)
    };
    let (full, _) = play(WaveManner::default());
    let (quiet, octave) =
        play(WaveManner { cents: 1_200.0, attenuation_cb: 200.0, is_looped: true });
    assert!((20.0 * (quiet / full).log10() + 20.0).abs() < 0.05, "{full} {quiet}");
    assert!((4_796..=4_804).contains(&octave), "twice as fast: {octave}");
    let (loudest, _) =
        play(WaveManner { cents: f32::NAN, attenuation_cb: -1e30, is_looped: false });
    assert_eq!(loudest, full, "numbers that are none or outside are held in range");
}

#[test]
fn a_loop_goes_on_until_it_is_stopped_and_keeps_its_wave_after_unload() {
    let (port, bank) = (open(), bank());
    let wave = port.download_wave(&bank, SampleIndex(0)).unwrap();
    let mut renderer = port.activate().unwrap();
    let looped = WaveManner { is_looped: true, ..WaveManner::default() };
    let voice = port.play_wave(wave, looped).unwrap();
    port.unload(wave).unwrap();
    assert!(listen(&mut renderer, 96_000) > 0.01);
    let VoiceState::Playing { point } = port.voice_state(voice).unwrap() else { panic!() };
    assert!((1_990..8_010).contains(&point), "in its loop: {point}");
    assert!(port.poll_event().is_none());
    let refused = port.play_wave(wave, looped).unwrap_err();
    assert!(matches!(refused, PortError::NotDownloaded { .. }), "{refused}");
    port.stop_wave(voice).unwrap();
    listen(&mut renderer, 9_600);
    assert_eq!(port.poll_event(), Some(PortEvent::Unloaded(wave)));
    assert_eq!(port.content().unwrap().bytes, 0);
}

#[test]
fn what_is_no_wave_is_refused_and_voices_are_bounded() {
    let (port, bank) = (open(), bank());
    let instrument = port.download(&bank, PatchNumber::melodic(0)).unwrap();
    let refused = port.play_wave(instrument, WaveManner::default()).unwrap_err();
    assert_eq!(refused.to_string(), "that download is no wave to be played by itself");
    let refused = port.download_wave(&bank, SampleIndex(7)).unwrap_err();
    let PortError::Engine(EngineError::Bank { source, .. }) = refused else { panic!("{refused}") };
    let named = source.downcast_ref::<BankError>();
    assert!(matches!(named, Some(BankError::NoSuchSample { expected: 1, got: 7 })), "{source}");
    let wave = port.download_wave(&bank, SampleIndex(0)).unwrap();
    assert_eq!(port.content().unwrap().waves, 1, "the instrument's wave is the same");
    let mut renderer = port.activate().unwrap();
    let voices: Vec<_> =
        (0..40).map(|_| port.play_wave(wave, WaveManner::default()).unwrap()).collect();
    listen(&mut renderer, 960);
    let playing = |voice| matches!(port.voice_state(voice), Ok(VoiceState::Playing { .. }));
    assert_eq!(voices.iter().filter(|voice| playing(**voice)).count(), 32);
    assert_eq!(port.stats().unwrap().lost_notes, 8);
    port.close().unwrap();
    let closed = port.voice_state(voices[0]).unwrap_err();
    assert!(matches!(closed, PortError::WrongState { .. }), "{closed}");
}

/// The first frame of the next `frames` that is not silent.
fn onset(renderer: &mut Renderer, frames: usize, block: usize) -> Option<usize> {
    let mut out = vec![0.0; frames];
    out.chunks_mut(block).for_each(|block| renderer.render_interleaved(block));
    out.iter().position(|point| *point != 0.0)
}

#[test]
fn a_wave_begins_at_its_frame_whatever_the_block_size() {
    let bank = bank();
    let mut onsets = Vec::new();
    for block in [1, 7, 64, 480, 2_400] {
        let port = open();
        let wave = port.download_wave(&bank, SampleIndex(0)).unwrap();
        let mut renderer = port.activate().unwrap();
        let later = port.play_wave_at(SampleTime(1_333), wave, WaveManner::default()).unwrap();
        assert_eq!(onset(&mut renderer, 1_200, block), None);
        assert_eq!(port.voice_state(later).unwrap(), VoiceState::Waiting);
        let after = onset(&mut renderer, 2_400, block).unwrap();
        assert!(matches!(port.voice_state(later).unwrap(), VoiceState::Playing { .. }));
        onsets.push(1_200 + after);
    }
    assert!((1_333..1_340).contains(&onsets[0]), "{onsets:?}");
    assert!(onsets.iter().all(|onset| *onset == onsets[0]), "{onsets:?}");
}

#[test]
fn waves_wait_for_their_frames_in_any_order_and_reference_time_leads_to_them() {
    let (port, bank) = (open(), bank());
    let wave = port.download_wave(&bank, SampleIndex(0)).unwrap();
    let (mut renderer, clock) = (port.activate().unwrap(), port.latency_clock().unwrap());
    let mut block = [0.0; 480];
    renderer.render_interleaved_at(ReferenceTime::from_millis(0), &mut block);
    let voices: Vec<_> = [40, 20, 30]
        .map(|millis| clock.stamp(ReferenceTime::from_millis(millis)))
        .into_iter()
        .map(|time| port.play_wave_at(time, wave, WaveManner::default()).unwrap())
        .collect();
    let mut begun = Vec::new();
    for number in 1..8 {
        renderer.render_interleaved_at(ReferenceTime::from_millis(10 * number), &mut block);
        let plays = |voice| matches!(port.voice_state(voice), Ok(VoiceState::Playing { .. }));
        begun.push(voices.iter().map(|voice| plays(*voice)).collect::<Vec<_>>());
    }
    let in_order = [[false, false, false], [false, true, false], [false, true, true], [true; 3]];
    begun.dedup();
    assert_eq!(begun, in_order);
}

#[test]
fn a_wave_that_is_stopped_or_unloaded_before_its_frame_never_begins() {
    let (port, bank) = (open(), bank());
    let mut renderer = port.activate().unwrap();
    let wave = port.download_wave(&bank, SampleIndex(0)).unwrap();
    let voice = port.play_wave_at(SampleTime(1_000), wave, WaveManner::default()).unwrap();
    port.stop_wave_at(SampleTime(900), voice).unwrap();
    assert_eq!(onset(&mut renderer, 2_400, 480), None);
    assert_eq!(port.voice_state(voice).unwrap(), VoiceState::Ended);
    let voice = port.play_wave_at(SampleTime(3_000), wave, WaveManner::default()).unwrap();
    port.unload(wave).unwrap();
    renderer.render_interleaved(&mut [0.0; 2]);
    // The place of the one is used again by the other.
    let other = port.download_wave(&bank, SampleIndex(0)).unwrap();
    assert_eq!(onset(&mut renderer, 2_400, 480), None);
    assert_eq!(port.voice_state(voice).unwrap(), VoiceState::Ended);
    let voice = port.play_wave_at(SampleTime(0), other, WaveManner::default()).unwrap();
    assert!(onset(&mut renderer, 480, 480).is_some());
    port.stop_wave_at(port.stats().unwrap().position + 480, voice).unwrap();
    assert!(onset(&mut renderer, 480, 480).is_some(), "until then");
}

#[test]
fn of_too_many_waves_that_wait_the_newest_are_lost_and_counted() {
    let (port, bank) = (open(), bank());
    let mut renderer = port.activate().unwrap();
    let wave = port.download_wave(&bank, SampleIndex(0)).unwrap();
    for _ in 0..1_030 {
        port.play_wave_at(SampleTime(1_000_000), wave, WaveManner::default()).unwrap();
        renderer.render_interleaved(&mut []);
    }
    assert_eq!(port.stats().unwrap().lost_notes, 6);
}
