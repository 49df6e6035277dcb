use super::*;

/// What comes out for `bytes`, as the bytes that say the same without running status.
fn parse(bytes: &[u8]) -> (Vec<Vec<u8>>, StreamCounts) {
    let mut parser = StreamParser::new(ChannelGroup(0));
    let mut out = Vec::new();
    parser.feed(bytes, |event| out.push(event.message.to_midi1().to_vec()));
    (out, parser.counts())
}

fn check(bytes: &[u8], expected: &[&[u8]], counts: StreamCounts) {
    let (out, got) = parse(bytes);
    assert_eq!(out, expected, "{bytes:02x?}");
    assert_eq!(got, counts, "{bytes:02x?}");
}

const NONE: StreamCounts =
    StreamCounts { stray_data: 0, incomplete: 0, undefined: 0, unterminated_sysex: 0 };

#[test]
fn every_channel_message_comes_out() {
    check(
        &[0x80, 60, 1, 0x91, 61, 2, 0xA2, 62, 3, 0xB3, 7, 4, 0xC4, 5, 0xD5, 6, 0xE6, 7, 8],
        &[
            &[0x80, 60, 1],
            &[0x91, 61, 2],
            &[0xA2, 62, 3],
            &[0xB3, 7, 4],
            &[0xC4, 5],
            &[0xD5, 6],
            &[0xE6, 7, 8],
        ],
        NONE,
    );
}

#[test]
fn running_status_holds_for_one_and_two_data_bytes() {
    check(&[0x90, 60, 1, 61, 2], &[&[0x90, 60, 1], &[0x90, 61, 2]], NONE);
    check(&[0xC0, 1, 2], &[&[0xC0, 1], &[0xC0, 2]], NONE);
}

#[test]
fn a_note_on_with_velocity_zero_is_a_note_off() {
    check(&[0x90, 60, 1, 60, 0], &[&[0x90, 60, 1], &[0x80, 60, 64]], NONE);
}

#[test]
fn real_time_bytes_may_stand_anywhere_and_change_nothing() {
    for real_time in [0xF8, 0xFA, 0xFB, 0xFC, 0xFE] {
        check(
            &[real_time, 0x90, real_time, 60, real_time, 1, real_time, 61, 2],
            &[&[0x90, 60, 1], &[0x90, 61, 2]],
            NONE,
        );
        check(&[0xF0, 1, real_time, 2, 0xF7], &[&[0xF0, 1, 2, 0xF7]], NONE);
    }
}

#[test]
fn ff_is_a_system_reset_and_changes_nothing_in_the_message_around_it() {
    check(&[0x90, 60, 0xFF, 1], &[&[0xFF], &[0x90, 60, 1]], NONE);
}

#[test]
fn f9_and_fd_are_counted_and_ignored() {
    let counts = StreamCounts { undefined: 2, ..NONE };
    check(&[0x90, 60, 0xF9, 0xFD, 1], &[&[0x90, 60, 1]], counts);
}

#[test]
fn system_common_messages_end_running_status_and_are_no_events() {
    let stray = StreamCounts { stray_data: 2, ..NONE };
    for common in [&[0xF1, 5][..], &[0xF2, 5, 6], &[0xF3, 5], &[0xF6]] {
        check(&[&[0x90, 60, 1], common, &[61, 2]].concat(), &[&[0x90, 60, 1]], stray);
    }
    let undefined = StreamCounts { undefined: 1, ..stray };
    for status in [0xF4, 0xF5, 0xF7] {
        check(&[0x90, 60, 1, status, 61, 2], &[&[0x90, 60, 1]], undefined);
    }
}

#[test]
fn data_without_a_status_are_dropped_and_counted() {
    let counts = StreamCounts { stray_data: 3, ..NONE };
    check(&[1, 2, 3, 0xC0, 4], &[&[0xC0, 4]], counts);
}

#[test]
fn a_message_that_another_cuts_off_is_dropped_and_counted() {
    let counts = StreamCounts { incomplete: 2, ..NONE };
    check(&[0x90, 60, 0x90, 61, 2, 0xF2, 1, 0xC0, 3], &[&[0x90, 61, 2], &[0xC0, 3]], counts);
}

#[test]
fn exclusive_messages_leave_in_packets_that_say_where_they_stand() {
    let packets = |count: usize| {
        let mut parser = StreamParser::new(ChannelGroup(3));
        let payload: Vec<u8> = (0..count as u8).collect();
        let mut out = Vec::new();
        parser.feed(&[&[0xF0], &payload[..], &[0xF7]].concat(), |event| out.push(event));
        let expected: Vec<_> = SysExPacket::split(&payload)
            .map(|packet| Event::in_group(ChannelGroup(3), Message::SysEx(packet)))
            .collect();
        assert_eq!(out, expected, "{count} bytes");
        out.len()
    };
    assert_eq!([0, 1, 5, 6, 7, 12, 13].map(packets), [1, 1, 1, 1, 2, 2, 3]);
}

#[test]
fn an_exclusive_packet_leaves_as_soon_as_another_must_follow() {
    let mut parser = StreamParser::new(ChannelGroup(0));
    let mut events = 0;
    parser.feed(&[0xF0, 1, 2, 3, 4, 5, 6], |_| events += 1);
    assert_eq!(events, 0);
    let packet = SysExPacket::new(&[1, 2, 3, 4, 5, 6], true, false);
    assert_eq!(parser.push(7), Some(Event::new(Message::SysEx(packet))));
}

#[test]
fn any_status_ends_an_exclusive_message_and_is_counted() {
    let counts = StreamCounts { unterminated_sysex: 1, ..NONE };
    check(&[0xF0, 1, 2, 0x90, 60, 1], &[&[0xF0, 1, 2, 0xF7], &[0x90, 60, 1]], counts);
    check(&[0xF0, 1, 0xF0, 2, 0xF7], &[&[0xF0, 1, 0xF7], &[0xF0, 2, 0xF7]], counts);
    let undefined = StreamCounts { undefined: 1, ..counts };
    check(&[0xF0, 1, 0xF4], &[&[0xF0, 1, 0xF7]], undefined);
}

#[test]
fn after_a_reset_nothing_of_before_is_left() {
    let mut parser = StreamParser::new(ChannelGroup(0));
    parser.feed(&[0x90, 60], |_| {});
    parser.reset();
    assert_eq!(parser.push(1), None);
    assert_eq!(parser.counts().stray_data, 1);
    parser.feed(&[0xF0, 1, 2], |_| {});
    parser.reset();
    assert_eq!(parser.push(0xF7), None);
}
