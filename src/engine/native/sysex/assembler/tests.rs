use super::*;

fn whole(assembler: &mut Assembler, payload: &[u8]) -> Option<Vec<u8>> {
    SysExPacket::split(payload)
        .fold(None, |found, packet| assembler.push(&packet).map(<[u8]>::to_vec).or(found))
}

#[test]
fn packets_become_the_message_they_were() {
    let mut assembler = Assembler::new();
    for len in [0, 1, 6, 7, 408, CAPACITY] {
        let payload: Vec<u8> = (0..len).map(|i| i as u8 & 0x7F).collect();
        assert_eq!(whole(&mut assembler, &payload), Some(payload), "{len} bytes");
    }
}

#[test]
fn what_is_too_long_is_passed_over_and_counted() {
    let mut assembler = Assembler::new();
    assert_eq!(whole(&mut assembler, &[0; CAPACITY + 1]), None);
    assert_eq!(assembler.too_long(), 1);
    assert_eq!(whole(&mut assembler, &[1]), Some(vec![1]));
}

#[test]
fn the_rest_of_a_message_whose_begin_was_missed_is_passed_over() {
    let mut assembler = Assembler::new();
    assert_eq!(assembler.push(&SysExPacket::new(&[9, 1], false, true)), None);
}
