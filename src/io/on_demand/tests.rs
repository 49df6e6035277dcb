use super::*;
use crate::bank::Bank;
use crate::io::BUILT_IN_BANK;
use crate::midi::{Channel, Key, Program, Velocity};
use crate::port::Params;

fn stack() -> Stack {
    Stack::new(vec![Arc::new(Bank::from_source(Arc::new(BUILT_IN_BANK)).unwrap())])
}

#[test]
fn a_program_change_brings_its_instrument_and_notes_before_it_play_the_first() {
    let port = Arc::new(SynthPort::open(Params::default()).unwrap());
    let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
    let on_demand = OnDemand::start(Arc::clone(&port), stack(), |patch, error| {
        panic!("{patch}: {error}");
    });
    let _on_demand = on_demand.unwrap();
    assert_eq!(port.content().unwrap().instruments, 2, "a piano and a drum kit");
    let channel = Channel::new(3).unwrap();
    input.program_change(channel, Program::new(40).unwrap()).unwrap();
    input.note_on(channel, Key::new(60).unwrap(), Velocity::new(100).unwrap()).unwrap();
    let mut block = [0.0; 2 * 64];
    let mut peak = 0.0_f32;
    for _ in 0..1_000_000 {
        renderer.render_interleaved(&mut block);
        peak = block.iter().fold(peak, |peak, point| peak.max(point.abs()));
        if port.content().unwrap().instruments == 3 {
            break;
        }
    }
    assert_eq!(port.content().unwrap().instruments, 3);
    assert!(peak > 0.001, "the piano played in its place");
    input.program_change(channel, Program::new(40).unwrap()).unwrap();
    renderer.render_interleaved(&mut block);
    assert_eq!(port.content().unwrap().instruments, 3, "once");
}

#[test]
fn it_ends_when_dropped_and_with_a_port_that_was_closed() {
    let port = Arc::new(SynthPort::open(Params::default()).unwrap());
    let on_demand = OnDemand::start(Arc::clone(&port), stack(), |_, _| {}).unwrap();
    port.close().unwrap();
    drop(on_demand);
    assert_eq!(Arc::strong_count(&port), 1);
    let refused = OnDemand::start(port, stack(), |_, _| {}).unwrap_err();
    assert!(matches!(refused, PortError::WrongState { .. }), "{refused}");
}
