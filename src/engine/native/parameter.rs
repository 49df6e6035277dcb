//! What generators and modulators add up to for one voice, in the units of the signal path.
//!
//! SPEC: SoundFont 2.04 §9.4 and §9.5: the value is the region's generators plus all modulators, held
//! in range once everything is added. Bank and channel go in, numbers come out; nothing is kept here.

use super::channel::ChannelState;
use super::curve::{Reading, map};
use super::expression::KeyExpression;
use super::input::Signal;
use super::library::RegionPlan;
use super::reached::{PITCH, Reached};
use super::sound_controllers::{self, BALANCE, SoundControllers, VIBRATO_DELAY};
use crate::bank::{Destination, Generator as G, Input, Modulator, ModulatorSource, Transform};
use crate::dsp::{EnvelopeTimes, clamp, exp2_f64};
use crate::midi::Controller;

/// Destinations of modulators: the generators and the pitch, which is no generator.
const DESTINATIONS: usize = G::COUNT + 1;
/// Modulators of one region; a download leaves out what is beyond.
pub(super) const MAX_MODULATORS: usize = 128;

/// The part of a bank's attenuation that is applied.
///
/// DEVIATION: SoundFont 2.04 §8.1.2 #48 says all of it. The hardware that banks are made for applies 0.4,
/// and so does every synthesizer that plays them as their makers heard them.
const ATTENUATION_FACTOR: f32 = 0.4;
/// The most attenuation that a voice can have, in cB.
const MAX_ATTENUATION: f32 = 1440.0;
/// The timecents that mean no time at all.
const NO_TIME: i16 = -32_768;
/// The shortest release in timecents, 15.6 ms for 100 dB, so that a voice that stops does not click.
const SHORTEST_RELEASE: f32 = -7200.0;
/// The shortest of all other times.
const SHORTEST: f32 = -12_000.0;
/// The longest delay and hold.
const LONGEST_WAIT: f32 = 5000.0;
/// The longest attack, decay and release.
const LONGEST_RAMP: f32 = 8000.0;
/// The frequency of 0 absolute cents in Hz.
const HZ_AT_ZERO_CENTS: f64 = 8.175_798_915_643_707;
/// log2(10) / 200: octaves of amplitude in a centibel.
const OCTAVES_PER_CENTIBEL: f32 = 0.016_609_64;

/// What is known of a note when a voice of it is computed.
#[derive(Debug, Clone, Copy)]
pub(super) struct NoteView<'a> {
    /// The key that was struck, which pressure and note-off refer to.
    pub(super) struck: u8,
    /// The key that is played: the region may replace it.
    pub(super) key: u8,
    /// The velocity on the scale of 0 to 127; the region may replace it.
    pub(super) velocity: f32,
    /// Cents that the tuning of its key lies above equal temperament.
    pub(super) key_cents: f32,
    /// What moves the notes of its key alone.
    pub(super) expression: Option<&'a KeyExpression>,
    /// The channel.
    pub(super) channel: &'a ChannelState,
}

impl NoteView<'_> {
    fn source(&self, source: &ModulatorSource, fed: f32) -> f32 {
        let reading = match source.input {
            Input::None => return 1.0,
            Input::Link => return fed,
            Input::NoteOnVelocity => Reading::seven(self.velocity),
            Input::NoteOnKey => Reading::seven(f32::from(self.key)),
            Input::Controller(number) => self.controller(number),
            input => self.channel.reading(input, self.struck),
        };
        map(source, reading)
    }

    /// A controller of the note, or else of its channel.
    fn controller(&self, number: u8) -> Reading {
        match self.expression.and_then(|expression| expression.controller(number)) {
            Some(own) => Reading::seven(own),
            None => self.channel.reading(Input::Controller(number), self.struck),
        }
    }

    /// The sound controllers that are away from rest.
    fn moved(&self) -> SoundControllers {
        let moved = self.channel.moved();
        self.expression.map_or(moved, |expression| expression.moved(moved))
    }

    /// Cents that its key's tuning or its own pitch, and its own bend, move it by.
    fn own_cents(&self) -> (f32, f64) {
        let Some(expression) = self.expression else { return (self.key_cents, 0.0) };
        let pitch = expression.pitch_cents(self.struck).unwrap_or(self.key_cents);
        (pitch, self.channel.part.note_bend(expression))
    }

    /// Where a controller is, 0 to 1; the wheel -1 to 1.
    fn position(&self, signal: Signal) -> f32 {
        let (input, centre) = match signal {
            Signal::Controller(controller) => (Input::Controller(controller), 0.0),
            Signal::ChannelPressure => (Input::ChannelPressure, 0.0),
            Signal::PolyPressure => (Input::PolyPressure, 0.0),
            Signal::PitchWheel => (Input::PitchWheel, 8192.0),
            _ => return 0.0,
        };
        let reading = self.channel.reading(input, self.struck);
        if centre == 0.0 {
            return reading.value / 127.0;
        }
        (reading.value - centre) / centre
    }

    fn output(&self, modulator: &Modulator, fed: f32) -> f32 {
        let mut product = modulator.amount as f32
            * self.source(&modulator.source, fed)
            * self.source(&modulator.amount_source, fed);
        let scale = self.channel.modulation_scale();
        if scale != 1.0 && is_modulation(modulator) {
            product *= scale;
        }
        if modulator.transform == Transform::Absolute { product.abs() } else { product }
    }
}

/// Whether a modulator is the modulation wheel's way to the pitch, which registered parameter 5 scales.
///
/// SPEC: CA-026; General MIDI Level 2 §3.4.4.
fn is_modulation(modulator: &Modulator) -> bool {
    modulator.source.input == Input::Controller(Controller::MODULATION.get())
        && matches!(
            modulator.destination,
            Destination::Generator(G::VibLfoToPitch | G::ModLfoToPitch)
        )
}

/// What the modulators of a region add to each destination.
#[derive(Debug, Clone, Copy)]
struct Sums([f32; DESTINATIONS]);

impl Sums {
    /// Only what is `reached`.
    fn new(modulators: &[Modulator], note: &NoteView<'_>, reached: Reached) -> Self {
        let mut sums = [0.0; DESTINATIONS];
        let mut fed = [0.0; MAX_MODULATORS];
        for (modulator, index) in modulators.iter().zip(0..MAX_MODULATORS) {
            if !reached.meets(Reached::of(modulator.destination)) {
                continue;
            }
            let output = note.output(modulator, fed[index]);
            match modulator.destination {
                Destination::Generator(generator) => {
                    sums[usize::from(generator.operator())] += output;
                }
                Destination::Pitch => sums[PITCH] += output,
                Destination::Modulator(target) => {
                    if let Some(input) = fed.get_mut(usize::from(target)) {
                        *input += output;
                    }
                }
            }
        }
        Self(sums)
    }

    /// Adds what the channel itself adds: numbered parameters, sound controllers, drums.
    fn add_channel(&mut self, region: &RegionPlan, note: &NoteView<'_>, reached: Reached) {
        let channel = note.channel;
        if channel.offsets().are_used() {
            channel.offsets().add_to(&mut self.0);
        }
        let base = |generator| f32::from(region.generators.get(generator));
        if channel.overrides().are_used() {
            channel.overrides().add_to(&mut self.0, base);
        }
        let moved = note.moved().without(region.own_controllers);
        if !moved.is_empty() {
            let what = (moved, reached);
            sound_controllers::add_to(&mut self.0, what, |n| note.controller(n).value, base);
        }
        if let Some(drums) = channel.drums() {
            drums.add_to(&mut self.0, note.struck, |generator| region.generators.get(generator));
        }
    }

    fn of(&self, generator: G) -> f32 {
        self.0[usize::from(generator.operator())]
    }
}

/// What has to be reached for something of a voice to change.
pub(super) mod reach {
    use crate::bank::{Destination, Generator as G};
    use crate::engine::native::reached::Reached;

    /// Its pitch, oscillators and envelope aside.
    pub(super) const PITCH: Reached = Reached::of(Destination::Pitch).with(Reached::these(&[
        G::CoarseTune,
        G::FineTune,
        G::ScaleTuning,
    ]));
    /// Anything that it is heard at another pitch by.
    pub(in super::super) const SPEED: Reached = PITCH.with(Reached::these(&[
        G::ModLfoToPitch,
        G::VibLfoToPitch,
        G::ModEnvToPitch,
        G::FreqModLfo,
        G::FreqVibLfo,
    ]));
    /// The gains that its ramps lead to.
    pub(in super::super) const LEVELS: Reached = Reached::these(&[
        G::InitialAttenuation,
        G::Pan,
        G::ReverbEffectsSend,
        G::ChorusEffectsSend,
        G::InitialFilterQ,
    ]);
    /// What moves the gains besides.
    pub(in super::super) const TREMOLO: Reached =
        Reached::these(&[G::ModLfoToVolume, G::FreqModLfo]);
    /// Its filter.
    pub(in super::super) const FILTER: Reached = Reached::these(&[
        G::InitialFilterFc,
        G::InitialFilterQ,
        G::ModLfoToFilterFc,
        G::ModEnvToFilterFc,
        G::FreqModLfo,
    ]);
}

/// The parameters of a voice that may change while it sounds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Parameters {
    /// cB, 0 to 1440.
    pub(super) attenuation_cb: f32,
    /// Tenths of a percent, -500 to 500.
    pub(super) pan: f32,
    /// What balance leaves of the left and the right, linear factors.
    pub(super) balance: [f32; 2],
    /// A linear factor.
    pub(super) reverb_send: f32,
    /// A linear factor.
    pub(super) chorus_send: f32,
    /// A linear factor.
    pub(super) delay_send: f32,
    /// Cents above the pitch at which the wave was recorded.
    pub(super) pitch_cents: f64,
    /// Cents from one key to the next.
    pub(super) cents_per_key: f64,
    /// Absolute cents, not held in range: oscillator and envelope come on top.
    pub(super) cutoff_cents: f32,
    /// cB, 0 to 960.
    pub(super) q_cb: f32,
    /// Cents at the oscillator's top.
    pub(super) mod_lfo_to_pitch: f32,
    /// Cents at the oscillator's top.
    pub(super) vib_lfo_to_pitch: f32,
    /// Cents at the envelope's top.
    pub(super) mod_env_to_pitch: f32,
    /// Cents at the oscillator's top.
    pub(super) mod_lfo_to_cutoff: f32,
    /// Cents at the envelope's top.
    pub(super) mod_env_to_cutoff: f32,
    /// Octaves of amplitude at the oscillator's top.
    pub(super) mod_lfo_to_volume: f32,
    /// Periods per frame.
    pub(super) mod_lfo_rate: f64,
    /// Periods per frame.
    pub(super) vib_lfo_rate: f64,
}

/// Times of a voice.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Times {
    /// The volume envelope.
    pub(super) vol_env: EnvelopeTimes,
    /// The modulation envelope.
    pub(super) mod_env: EnvelopeTimes,
    /// Frames before the modulation oscillator begins.
    pub(super) mod_lfo_delay: u32,
    /// Frames before the vibrato oscillator begins.
    pub(super) vib_lfo_delay: u32,
}

/// One evaluation of a region's generators and modulators.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evaluation<'a> {
    region: &'a RegionPlan,
    note: NoteView<'a>,
    sums: Sums,
    /// What of the sums there is.
    reached: Reached,
    rate: f64,
}

impl<'a> Evaluation<'a> {
    /// Evaluates the modulators of `region` for `note`; `rate` is the output's sample rate in Hz.
    pub(super) fn new(region: &'a RegionPlan, note: NoteView<'a>, rate: f64) -> Self {
        Self::of(region, note, rate, Reached::ALL)
    }

    /// Evaluates those that lead to what is `reached`.
    pub(super) fn of(
        region: &'a RegionPlan,
        note: NoteView<'a>,
        rate: f64,
        reached: Reached,
    ) -> Self {
        let mut sums = Sums::new(&region.modulators, &note, reached);
        sums.add_channel(region, &note, reached);
        Self { region, note, sums, reached, rate }
    }

    fn generator(&self, generator: G) -> f32 {
        f32::from(self.region.generators.get(generator))
    }

    /// Generator and modulators together.
    fn value(&self, generator: G) -> f32 {
        self.generator(generator) + self.sums.of(generator)
    }

    fn send(&self, generator: G) -> f32 {
        clamp(self.value(generator) / 1000.0, 0.0, 1.0)
    }

    /// The channel's send, of which a drum has its part; banks know nothing of a delay.
    fn delay_send(&self) -> f32 {
        let (channel, key) = (self.note.channel, self.note.struck);
        let send = channel.delay_send();
        channel.drums().map_or(send, |drums| send * drums.delay_send(key))
    }

    /// The parameters that may change while the voice sounds, all of which must be reached.
    pub(super) fn parameters(&self) -> Parameters {
        self.parameters_after(Parameters::default())
    }

    /// What was `before` with what is reached as it is now.
    ///
    /// Everything is reached where messages lead to parameters in ways of their own.
    pub(super) fn parameters_after(&self, before: Parameters) -> Parameters {
        let mut parameters = self.own_parameters(before);
        let part = &self.note.channel.part;
        if part.matrix.is_active() {
            part.matrix.apply(&mut parameters, self.rate, |signal| self.note.position(signal));
        }
        parameters
    }

    /// The same without what messages lead to them.
    fn own_parameters(&self, before: Parameters) -> Parameters {
        let mut after = before;
        self.follow_levels(&mut after);
        if self.reached.meets(reach::PITCH) {
            after.pitch_cents = self.pitch();
            after.cents_per_key = self.scale();
        }
        for (generator, value) in [
            (G::InitialFilterFc, &mut after.cutoff_cents),
            (G::ModLfoToPitch, &mut after.mod_lfo_to_pitch),
            (G::VibLfoToPitch, &mut after.vib_lfo_to_pitch),
            (G::ModEnvToPitch, &mut after.mod_env_to_pitch),
            (G::ModLfoToFilterFc, &mut after.mod_lfo_to_cutoff),
            (G::ModEnvToFilterFc, &mut after.mod_env_to_cutoff),
        ] {
            if self.reached.has(generator) {
                *value = self.value(generator);
            }
        }
        if self.reached.has(G::ModLfoToVolume) {
            after.mod_lfo_to_volume = self.value(G::ModLfoToVolume) * OCTAVES_PER_CENTIBEL;
        }
        if self.reached.has(G::FreqModLfo) {
            after.mod_lfo_rate = self.lfo_rate(G::FreqModLfo);
        }
        if self.reached.has(G::FreqVibLfo) {
            after.vib_lfo_rate = self.lfo_rate(G::FreqVibLfo);
        }
        after
    }

    /// What of the parameters makes the gains.
    fn follow_levels(&self, after: &mut Parameters) {
        let reached = self.reached;
        if reached.has(G::InitialAttenuation) {
            after.attenuation_cb = self.attenuation();
        }
        if reached.has(G::Pan) {
            after.pan = clamp(self.value(G::Pan), -500.0, 500.0);
        }
        if reached.is_all() {
            after.balance = self.balance();
            after.delay_send = self.delay_send();
        }
        if reached.has(G::ReverbEffectsSend) {
            after.reverb_send = self.send(G::ReverbEffectsSend);
        }
        if reached.has(G::ChorusEffectsSend) {
            after.chorus_send = self.send(G::ChorusEffectsSend);
        }
        if reached.has(G::InitialFilterQ) {
            after.q_cb = clamp(self.value(G::InitialFilterQ), 0.0, 960.0);
        }
    }

    /// Whether a sound controller is away from rest and the bank has nothing else in mind for it.
    fn is_moved(&self, controller: u8) -> bool {
        let moved = self.note.channel.moved();
        moved.without(self.region.own_controllers).contains(controller)
    }

    fn balance(&self) -> [f32; 2] {
        if !self.is_moved(BALANCE) {
            return [1.0; 2];
        }
        sound_controllers::balance_gains(self.note.channel.position(BALANCE))
    }

    fn attenuation(&self) -> f32 {
        let bank = self.generator(G::InitialAttenuation) * self.region.attenuation_factor;
        clamp(bank + self.sums.of(G::InitialAttenuation), 0.0, MAX_ATTENUATION)
    }

    /// SPEC: §8.1.2 #56: the scale turns around the root key.
    fn pitch(&self) -> f64 {
        let from_root = f64::from(self.note.key) - self.region.root_key;
        let tuning = self.value(G::CoarseTune) * 100.0 + self.value(G::FineTune);
        let (tuned, bent) = self.note.own_cents();
        // A region that follows keys half as far follows their tuning half as far.
        (from_root + f64::from(tuned) * 0.01) * self.scale()
            + bent
            + self.region.correction_cents
            + f64::from(tuning)
            + f64::from(self.sums.0[PITCH])
            + self.note.channel.tuning_cents()
    }

    fn scale(&self) -> f64 {
        let offset = self.note.channel.offsets().get(G::ScaleTuning);
        f64::from(self.generator(G::ScaleTuning) + offset)
    }

    fn lfo_rate(&self, generator: G) -> f64 {
        let cents = clamp(self.value(generator), -16_000.0, 4500.0);
        HZ_AT_ZERO_CENTS * exp2_f64(f64::from(cents) / 1200.0) / self.rate
    }

    /// The times, read again while the voice sounds only where a modulator leads to one.
    pub(super) fn times(&self) -> Times {
        let away = 60.0 - f32::from(self.note.key);
        let vol_hold = away * self.value(G::KeynumToVolEnvHold);
        let vol_decay = away * self.value(G::KeynumToVolEnvDecay);
        let mod_hold = away * self.value(G::KeynumToModEnvHold);
        let mod_decay = away * self.value(G::KeynumToModEnvDecay);
        let sustain_cb = clamp(self.value(G::SustainVolEnv), 0.0, 1440.0);
        Times {
            vol_env: EnvelopeTimes {
                delay: self.wait(G::DelayVolEnv, 0.0),
                attack: self.ramp(G::AttackVolEnv, 0.0, SHORTEST),
                hold: self.wait(G::HoldVolEnv, vol_hold),
                decay: self.ramp(G::DecayVolEnv, vol_decay, SHORTEST),
                release: self.ramp(G::ReleaseVolEnv, 0.0, SHORTEST_RELEASE),
                sustain_drop: sustain_cb * OCTAVES_PER_CENTIBEL,
            },
            mod_env: EnvelopeTimes {
                delay: self.wait(G::DelayModEnv, 0.0),
                attack: self.ramp(G::AttackModEnv, 0.0, SHORTEST),
                hold: self.wait(G::HoldModEnv, mod_hold),
                decay: self.ramp(G::DecayModEnv, mod_decay, SHORTEST),
                release: self.ramp(G::ReleaseModEnv, 0.0, SHORTEST),
                sustain_drop: clamp(self.value(G::SustainModEnv) / 1000.0, 0.0, 1.0),
            },
            mod_lfo_delay: self.wait(G::DelayModLfo, 0.0),
            vib_lfo_delay: self.vibrato_delay(),
        }
    }

    fn vibrato_delay(&self) -> u32 {
        let frames = self.wait(G::DelayVibLfo, 0.0);
        if !self.is_moved(VIBRATO_DELAY) {
            return frames;
        }
        let position = self.note.channel.position(VIBRATO_DELAY);
        let later = f64::from(sound_controllers::vibrato_delay(position)) * self.rate;
        frames.saturating_add_signed(later as i32)
    }

    fn wait(&self, generator: G, key_scaling: f32) -> u32 {
        self.frames(generator, key_scaling, SHORTEST, LONGEST_WAIT)
    }

    fn ramp(&self, generator: G, key_scaling: f32, shortest: f32) -> u32 {
        self.frames(generator, key_scaling, shortest, LONGEST_RAMP)
    }

    fn frames(&self, generator: G, key_scaling: f32, shortest: f32, longest: f32) -> u32 {
        let releases = shortest == SHORTEST_RELEASE;
        // What a modulator adds to no time is no time still; an override makes a time of it.
        let none = self.region.generators.get(generator) == NO_TIME
            || self.note.channel.overrides().are_used();
        if none && self.value(generator) < f32::from(NO_TIME / 2) && !releases {
            return 0;
        }
        let timecents = clamp(self.value(generator) + key_scaling, shortest, longest);
        (exp2_f64(f64::from(timecents) / 1200.0) * self.rate + 0.5) as u32
    }

    /// The least attenuation in cB that this voice can ever have: what no controller can take away.
    pub(super) fn least_attenuation(&self) -> f32 {
        let bank = self.generator(G::InitialAttenuation) * self.region.attenuation_factor;
        // A parameter that makes the note louder counts as it is now: one that comes later may cut its end short.
        let offset = self.note.channel.offsets().get(G::InitialAttenuation);
        let mut least = if offset < 0.0 { bank + offset } else { bank };
        for modulator in self.region.modulators.iter() {
            if modulator.destination == Destination::Generator(G::InitialAttenuation) {
                least += self.least_output(modulator);
            }
        }
        clamp(least, 0.0, MAX_ATTENUATION)
    }

    fn least_output(&self, modulator: &Modulator) -> f32 {
        let fixed = |source: &ModulatorSource| {
            matches!(source.input, Input::None | Input::NoteOnVelocity | Input::NoteOnKey)
        };
        let sources = [&modulator.source, &modulator.amount_source];
        if sources.iter().all(|source| fixed(source)) {
            return self.note.output(modulator, 0.0);
        }
        let linked = sources.iter().any(|source| source.input == Input::Link);
        let signed = sources.iter().any(|s| s.polarity == crate::bank::Polarity::Bipolar);
        match modulator.transform {
            Transform::Absolute => 0.0,
            Transform::Linear if linked => -MAX_ATTENUATION,
            Transform::Linear if signed => -(modulator.amount as f32).abs(),
            Transform::Linear if modulator.amount < 0 => modulator.amount as f32,
            Transform::Linear => 0.0,
        }
    }
}

/// The part of a bank's attenuation that counts, for banks of the SoundFont kind.
pub(super) const fn sound_font_attenuation_factor() -> f32 {
    ATTENUATION_FACTOR
}

#[cfg(test)]
mod tests;
