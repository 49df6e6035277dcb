use super::*;
use crate::bank::DefaultModulators;

#[test]
fn dbg() {
    let c = ChannelState::new(0);
    let n = NoteView { struck: 60, key: 60, velocity: 127.0, channel: &c };
    for m in DefaultModulators::default().as_slice() {
        println!("{m:?} {} {}", n.output(m, 0.0), n.source(&m.source, 0.0));
    }
}
