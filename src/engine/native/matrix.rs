//! Controllers led to destinations by message rather than by the bank's modulators.
//!
//! SPEC: CA-022 (controller destination setting), and the controller blocks of GS and XG, which mean the same.

use super::input::Signal;
use super::parameter::Parameters;
use super::sysex::{ControlSource, Destination};
use crate::dsp::{clamp, log2};

const SOURCES: usize = ControlSource::ALL.len();
const DESTINATIONS: usize = Destination::ALL.len();
/// A depth that does nothing, of destinations that go both ways.
const CENTRE: f32 = 64.0;
/// How far the modulation wheel moves the vibrato at power-on, in the steps of a device; banks say so themselves.
const OWN_VIBRATO: f32 = 10.0;
/// The most that amplitude is lowered, in cB.
const SILENT_CB: f32 = 1440.0;

/// How far each controller moves each destination.
#[derive(Debug, Clone)]
pub(super) struct ControllerMatrix {
    /// In the units of the destination, for a controller at its top.
    depths: [[f32; DESTINATIONS]; SOURCES],
    /// The numbers of the controllers that can be chosen.
    assigned: [u8; 2],
    /// Whether any depth is not 0.
    active: bool,
}

impl ControllerMatrix {
    /// What a device has at power-on: nothing, because the bank's modulators do it.
    pub(super) const fn new() -> Self {
        Self { depths: [[0.0; DESTINATIONS]; SOURCES], assigned: [16, 17], active: false }
    }

    /// Sets a depth by its data byte.
    pub(super) fn set(&mut self, source: ControlSource, destination: Destination, value: u8) {
        let value = f32::from(value & 0x7F);
        let around = |step: f32| (value - CENTRE) * step;
        self.depths[source as usize][destination as usize] = match destination {
            Destination::Pitch => clamp(around(100.0), -2400.0, 2400.0),
            Destination::Cutoff => around(9600.0 / 64.0),
            Destination::Amplitude => around(1.0 / 64.0),
            Destination::LfoRate => around(10.0 / 64.0),
            Destination::LfoPitch => {
                let own = if source == ControlSource::Modulation { OWN_VIBRATO } else { 0.0 };
                (value - own) * (600.0 / 127.0)
            }
            Destination::LfoCutoff => value * (2400.0 / 127.0),
            Destination::LfoAmplitude => value * (1.0 / 127.0),
        };
        self.active = self.depths.iter().flatten().any(|depth| *depth != 0.0);
    }

    /// Leads a controller nowhere.
    pub(super) fn clear(&mut self, source: ControlSource) {
        self.depths[source as usize] = [0.0; DESTINATIONS];
        self.active = self.depths.iter().flatten().any(|depth| *depth != 0.0);
    }

    /// Chooses the controller of one of the assignable sources.
    pub(super) fn assign(&mut self, source: ControlSource, controller: u8) {
        match source {
            ControlSource::Assigned1 => self.assigned[0] = controller & 0x7F,
            ControlSource::Assigned2 => self.assigned[1] = controller & 0x7F,
            _ => {}
        }
    }

    /// Whether anything leads anywhere.
    pub(super) const fn is_active(&self) -> bool {
        self.active
    }

    /// What a source reads.
    pub(super) const fn signal(&self, source: ControlSource) -> Signal {
        match source {
            ControlSource::Modulation => Signal::Controller(1),
            ControlSource::Bend => Signal::PitchWheel,
            ControlSource::ChannelPressure => Signal::ChannelPressure,
            ControlSource::PolyPressure => Signal::PolyPressure,
            ControlSource::Assigned1 => Signal::Controller(self.assigned[0]),
            ControlSource::Assigned2 => Signal::Controller(self.assigned[1]),
        }
    }

    /// Moves parameters as far as `position` says of each source: 0 to 1, the wheel -1 to 1.
    pub(super) fn apply(
        &self,
        parameters: &mut Parameters,
        rate: f64,
        position: impl Fn(Signal) -> f32,
    ) {
        let mut moved = [0.0; DESTINATIONS];
        for source in ControlSource::ALL {
            let depths = &self.depths[source as usize];
            if depths.iter().any(|depth| *depth != 0.0) {
                let position = position(self.signal(source));
                for (moved, depth) in moved.iter_mut().zip(depths) {
                    *moved += depth * position;
                }
            }
        }
        let of = |destination: Destination| moved[destination as usize];
        parameters.pitch_cents += f64::from(of(Destination::Pitch));
        parameters.cutoff_cents += of(Destination::Cutoff);
        parameters.attenuation_cb =
            attenuated(parameters.attenuation_cb, of(Destination::Amplitude));
        parameters.vib_lfo_to_pitch += of(Destination::LfoPitch);
        parameters.mod_lfo_to_cutoff += of(Destination::LfoCutoff);
        parameters.mod_lfo_to_volume += octaves(1.0 + of(Destination::LfoAmplitude));
        let faster = f64::from(of(Destination::LfoRate)) / rate;
        for lfo in [&mut parameters.mod_lfo_rate, &mut parameters.vib_lfo_rate] {
            let moved = *lfo + faster;
            *lfo = if moved > 0.0 { moved } else { 0.0 };
        }
    }
}

fn octaves(factor: f32) -> f32 {
    if factor > 0.0 { log2(f64::from(factor)) as f32 } else { 0.0 }
}

/// An attenuation in cB after the amplitude was changed by this part of itself.
fn attenuated(attenuation_cb: f32, part: f32) -> f32 {
    if part == 0.0 {
        return attenuation_cb;
    }
    let factor = 1.0 + part;
    if factor <= 0.0 {
        return SILENT_CB;
    }
    clamp(attenuation_cb - octaves(factor) * CENTIBELS_PER_OCTAVE, 0.0, SILENT_CB)
}

/// 200 log10(2).
const CENTIBELS_PER_OCTAVE: f32 = 60.205_999;
