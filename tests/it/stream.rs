//! Laws of the byte-stream parser.

use proptest::prelude::*;

use portative::midi::stream::StreamParser;
use portative::midi::{ChannelGroup, Event, Message};

fn parse<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Event> {
    let mut parser = StreamParser::new(ChannelGroup(0));
    let mut events = Vec::new();
    for piece in pieces {
        parser.feed(piece, |event| events.push(event));
    }
    events
}

/// Bytes of which many are statuses.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop_oneof![any::<u8>(), 0x80_u8.., Just(0xF0), 0..8_u8], 0..200)
}

proptest! {
    #[test]
    fn the_same_comes_out_wherever_the_bytes_are_split(bytes in stream(), at in any::<prop::sample::Index>()) {
        let (head, tail) = bytes.split_at(at.index(bytes.len() + 1));
        prop_assert_eq!(parse([head, tail]), parse([&bytes[..]]));
        prop_assert_eq!(parse(bytes.chunks(1)), parse([&bytes[..]]));
    }

    #[test]
    fn what_comes_out_says_the_same_when_it_goes_in_again(mut bytes in stream()) {
        // A system reset overtakes the exclusive data that wait for their packet to fill.
        bytes.retain(|byte| *byte != 0xFF);
        // F7 ends an exclusive message that is still open, and says nothing otherwise.
        let events = parse([&bytes[..], &[0xF7]]);
        let mut again = Vec::new();
        for event in &events {
            again.extend_from_slice(&event.message.to_midi1());
        }
        prop_assert_eq!(parse([&again[..]]), events);
    }

    #[test]
    fn exclusive_packets_alternate_between_first_and_last(bytes in stream()) {
        let mut open = false;
        for event in parse([&bytes[..]]) {
            match event.message {
                Message::SysEx(packet) => {
                    prop_assert_eq!(packet.is_first(), !open);
                    prop_assert!(packet.bytes().iter().all(|byte| *byte < 0x80));
                    open = !packet.is_last();
                }
                Message::SystemReset => {}
                _ => prop_assert!(!open, "a message inside an exclusive one"),
            }
        }
    }
}
