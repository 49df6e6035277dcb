use super::*;

fn names(ids: &[(&str, &str)]) -> Vec<Names> {
    ids.iter().map(|(id, name)| Names { id: (*id).into(), name: (*name).into() }).collect()
}

#[test]
fn a_device_is_named_by_its_identifier_or_any_part_of_its_name() {
    let devices = names(&[
        ("alsa:hw:CARD=0,DEV=0", "USB Audio"),
        ("alsa:plughw:CARD=0,DEV=0", "USB Audio"),
        ("alsa:hdmi:CARD=1", "HDA Intel HDMI"),
    ]);
    assert_eq!(pick(&devices, "alsa:hw:CARD=0,DEV=0"), Some(0));
    assert_eq!(pick(&devices, "hw:CARD=0,DEV=0"), Some(0));
    assert_eq!(pick(&devices, "usb"), Some(1), "the one that converts formats");
    assert_eq!(pick(&devices, "Hdmi"), Some(2));
    assert_eq!(pick(&devices, "bluetooth"), None);
}

#[test]
fn hosts_have_the_names_that_users_give() {
    assert_eq!("auto".parse::<HostChoice>().unwrap(), HostChoice::Auto);
    for host in AudioHost::all() {
        assert_eq!(host.to_string().parse::<HostChoice>().unwrap(), HostChoice::Only(host));
    }
    let error = "loudspeaker".parse::<HostChoice>().unwrap_err();
    assert!(error.to_string().starts_with("unknown audio host `loudspeaker`, expected auto"));
}
