use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::*;
use crate::port::{Params, Renderer, SinkError, SinkStatus};
use crate::time::SampleRate;

const FORMAT: AudioFormat =
    AudioFormat { sample_rate: SampleRate::new(48_000).unwrap(), audio_channels: 2 };

const fn ms(millis: i64) -> ReferenceTime {
    ReferenceTime::from_millis(millis)
}

/// A device that is there or not.
#[derive(Debug, Clone, Default)]
struct Plug {
    out: Arc<AtomicBool>,
    opened: Arc<AtomicUsize>,
    format: Option<AudioFormat>,
}

impl Plug {
    fn sink(&self) -> Box<dyn WaveSink> {
        Box::new(PlugSink { plug: self.clone(), renderer: None })
    }

    fn supervisor(&self) -> Supervisor<&'static str> {
        let plug = self.clone();
        Supervisor::new(Box::new(move |_| {
            plug.opened.fetch_add(1, Ordering::Relaxed);
            if plug.out.load(Ordering::Relaxed) { Err("nothing there") } else { Ok(plug.sink()) }
        }))
    }

    fn pull_out(&self, out: bool) {
        self.out.store(out, Ordering::Relaxed);
    }
}

struct PlugSink {
    plug: Plug,
    renderer: Option<Renderer>,
}

impl WaveSink for PlugSink {
    fn format(&self) -> AudioFormat {
        self.plug.format.unwrap_or(FORMAT)
    }

    fn start(&mut self, renderer: Renderer) -> Result<(), SinkError> {
        self.renderer = Some(renderer);
        Ok(())
    }

    fn quiesce(&mut self) {
        self.renderer = None;
    }

    fn status(&self) -> SinkStatus {
        SinkStatus { lost: self.plug.out.load(Ordering::Relaxed), ..SinkStatus::default() }
    }
}

fn playing(plug: &Plug) -> SynthPort {
    let port = SynthPort::open(Params::default()).unwrap();
    port.connect(plug.sink()).unwrap();
    port
}

#[test]
fn a_device_that_comes_back_plays_on_where_it_was() {
    let plug = Plug::default();
    let port = playing(&plug);
    let mut supervisor = plug.supervisor();
    assert!(supervisor.poll(&port, ms(0)).is_none());

    plug.pull_out(true);
    assert!(matches!(supervisor.poll(&port, ms(1_000)), Some(Supervised::Lost)));
    assert_eq!(port.state(), State::Inactive);
    assert!(matches!(
        supervisor.poll(&port, ms(1_010)),
        Some(Supervised::StillLost("nothing there"))
    ));
    assert!(supervisor.poll(&port, ms(1_400)).is_none(), "not yet again");
    assert_eq!(plug.opened.load(Ordering::Relaxed), 1);

    plug.pull_out(false);
    let recovered = supervisor.poll(&port, ms(1_510));
    assert!(matches!(recovered, Some(Supervised::Recovered { after }) if after == ms(510)));
    assert_eq!(port.state(), State::Active);
    assert!(!supervisor.is_waiting());
}

#[test]
fn a_device_of_another_format_is_reported_and_not_used() {
    let plug = Plug::default();
    let port = playing(&plug);
    let other = AudioFormat { sample_rate: SampleRate::new(44_100).unwrap(), audio_channels: 2 };
    let mut supervisor = Plug { format: Some(other), ..plug.clone() }.supervisor();
    plug.pull_out(true);
    supervisor.poll(&port, ms(0));
    plug.pull_out(false);
    let found = supervisor.poll(&port, ms(1));
    assert!(matches!(found, Some(Supervised::OtherFormat { port: FORMAT, sink }) if sink == other));
    assert_eq!(port.state(), State::Inactive);
    assert!(supervisor.is_waiting());
}

#[test]
fn a_port_that_was_closed_meanwhile_is_left_alone() {
    let plug = Plug::default();
    let port = playing(&plug);
    let mut supervisor = plug.supervisor();
    plug.pull_out(true);
    supervisor.poll(&port, ms(0));
    port.close().unwrap();
    assert!(supervisor.poll(&port, ms(1)).is_none());
    assert!(!supervisor.is_waiting());
    assert_eq!(plug.opened.load(Ordering::Relaxed), 0);
}
