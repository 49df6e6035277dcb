use super::*;

fn channel(number: u8) -> Channel {
    Channel::from_status(number - 1)
}

fn members(zones: Zones, master: u8) -> Vec<u8> {
    zones.members(channel(master)).map(|channel| channel.index() + 1).collect()
}

#[test]
fn members_lie_next_to_their_master() {
    let zones = Zones::default().configured(channel(1), 3).configured(channel(16), 2);
    assert_eq!(members(zones, 1), [2, 3, 4]);
    assert_eq!(members(zones, 16), [14, 15]);
    assert!(zones.is_master(channel(1)) && zones.is_master(channel(16)));
    assert_eq!(zones.master_of(channel(5)), None);
}

#[test]
fn the_zone_set_up_last_takes_what_it_needs() {
    let zones = Zones::default().configured(channel(16), 10).configured(channel(1), 7);
    assert_eq!((members(zones, 1).len(), members(zones, 16).len()), (7, 7));
    let zones = zones.configured(channel(16), 12);
    assert_eq!((members(zones, 1), members(zones, 16).len()), (vec![2, 3], 12));
    let all = zones.configured(channel(1), 15);
    assert_eq!((members(all, 1).len(), members(all, 16).len()), (15, 0));
    assert!(!all.is_master(channel(16)));
    assert!(!all.configured(channel(1), 0).exist());
}

#[test]
fn what_is_shared_adds_up_around_its_rest() {
    let shared = |own, master, rest| Shared { own, master, rest }.sum();
    let (quarter, centre) = (ControlValue(0x4000_0000), ControlValue::CENTRE);
    assert_eq!(shared(quarter, quarter, ControlValue::MIN), centre);
    assert_eq!(shared(ControlValue::MAX, quarter, ControlValue::MIN), ControlValue::MAX);
    assert_eq!(shared(quarter, centre, centre), quarter);
    assert_eq!(shared(quarter, quarter, centre), ControlValue::MIN);
}
