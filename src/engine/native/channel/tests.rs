use super::*;

fn channel(events: &[(u8, u8)]) -> ChannelState {
    let mut channel = ChannelState::new(0, BankStyle::Gs);
    for &(controller, value) in events {
        channel.set_controller(controller, ControlValue::from_u7(value));
    }
    channel
}

fn value(channel: &ChannelState, controller: u8) -> f32 {
    channel.reading(Input::Controller(controller), 60).value
}

fn bend_range(channel: &ChannelState) -> f32 {
    channel.registered.bend_range
}

#[test]
fn the_power_on_state_is_that_of_the_standards() {
    let channel = ChannelState::new(0, BankStyle::Gs);
    for (controller, expected) in [(7, 100.0), (10, 64.0), (11, 127.0), (91, 40.0), (93, 0.0)] {
        assert_eq!(value(&channel, controller), expected, "{controller}");
    }
    assert!(!channel.request().percussion);
    assert!(ChannelState::new(9, BankStyle::Gs).request().percussion);
    assert_eq!(bend_range(&channel), 2.0);
}

#[test]
fn a_fine_controller_refines_the_coarse_one_until_that_moves_again() {
    assert_eq!(value(&channel(&[(1, 5), (33, 64)]), 1), 5.5);
    assert_eq!(value(&channel(&[(1, 5), (33, 64), (1, 6)]), 1), 6.0);
}

#[test]
fn rpn_0_takes_the_fine_part_before_or_after_the_coarse_one() {
    assert_eq!(bend_range(&channel(&[(101, 0), (100, 0), (6, 12), (38, 50)])), 12.5);
    assert_eq!(bend_range(&channel(&[(101, 0), (100, 0), (38, 50), (6, 12)])), 12.5);
}

#[test]
fn rpn_1_and_2_tune_the_channel() {
    let fine = channel(&[(101, 0), (100, 1), (6, 96), (38, 0)]);
    assert_eq!(fine.tuning_cents(), 50.0);
    let coarse = channel(&[(101, 0), (100, 2), (6, 52)]);
    assert_eq!(coarse.tuning_cents(), -1200.0);
}

#[test]
fn data_without_a_parameter_changes_nothing() {
    assert_eq!(bend_range(&channel(&[(6, 12)])), 2.0);
    assert_eq!(bend_range(&channel(&[(101, 0), (100, 0), (99, 1), (98, 8), (6, 12)])), 2.0);
    assert_eq!(bend_range(&channel(&[(101, 0), (100, 0), (101, 127), (100, 127), (6, 12)])), 2.0);
}

#[test]
fn increment_and_decrement_step_semitones_and_fine_steps() {
    assert_eq!(bend_range(&channel(&[(101, 0), (100, 0), (96, 0), (96, 0)])), 4.0);
    assert_eq!(bend_range(&channel(&[(101, 0), (100, 0), (97, 0), (97, 0), (97, 0)])), 0.0);
    let tuned = channel(&[(101, 0), (100, 1), (97, 0)]);
    assert_eq!(tuned.registered.fine_tuning, 8191);
    assert_eq!(channel(&[(101, 0), (100, 2), (96, 0)]).tuning_cents(), 100.0);
}

#[test]
fn rp_015_resets_some_controllers_and_keeps_others() {
    let mut channel = channel(&[(1, 50), (7, 20), (10, 3), (11, 9), (64, 127), (91, 77)]);
    channel.set_controller(101, ControlValue::from_u7(0));
    channel.set_controller(100, ControlValue::from_u7(0));
    channel.set_controller(6, ControlValue::from_u7(7));
    channel.set_wheel(ControlValue::MAX);
    channel.reset_controllers();
    for (controller, expected) in
        [(1, 0.0), (7, 20.0), (10, 3.0), (11, 127.0), (64, 0.0), (91, 77.0), (100, 127.0)]
    {
        assert_eq!(value(&channel, controller), expected, "{controller}");
    }
    assert_eq!(bend_range(&channel), 7.0);
    assert_eq!(channel.reading(Input::PitchWheel, 60).value, 8192.0);
}

#[test]
fn rp_015_resets_these_controllers_and_no_others() {
    let mut channel = ChannelState::new(0, BankStyle::Gs);
    let kept = |controller: u8| !(98..=101).contains(&controller);
    (1..120).for_each(|controller| {
        channel.set_controller(controller, ControlValue::from_u7(77));
    });
    (1..120).filter(|&n| (33..64).contains(&n)).for_each(|n| {
        channel.set_controller(n - 32, ControlValue::from_u7(77));
    });
    channel.reset_controllers();
    for controller in (1..32).chain(64..120).filter(|&n| kept(n)) {
        let expected = match controller {
            11 => 127.0,
            1 | 64..=68 => 0.0,
            _ => 77.0,
        };
        assert_eq!(value(&channel, controller), expected, "{controller}");
    }
    assert_eq!(channel.pointer, Pointer::NULL);
}

#[test]
fn pedals_act_when_they_pass_the_middle() {
    let mut channel = ChannelState::new(0, BankStyle::Gs);
    let mut press =
        |controller, value| channel.set_controller(controller, ControlValue::from_u7(value));
    assert_eq!(press(64, 63), Effect::None);
    assert_eq!(press(64, 64), Effect::None);
    assert_eq!(press(64, 100), Effect::None);
    assert_eq!(press(64, 10), Effect::SustainUp);
    assert_eq!(press(66, 127), Effect::SostenutoDown);
    assert_eq!(press(66, 0), Effect::SostenutoUp);
}

#[test]
fn a_program_change_takes_the_bank_last_selected_or_the_one_that_comes_along() {
    let mut channel = channel(&[(0, 8), (32, 3)]);
    channel.set_program(5, None, BankStyle::Gs);
    let request = channel.request();
    assert_eq!((request.bank, request.program), (BankSelect { msb: 8, lsb: 3 }, 5));
    channel.set_program(5, Some(BankSelect { msb: 1, lsb: 2 }), BankStyle::Gs);
    assert_eq!(channel.request().bank, BankSelect { msb: 1, lsb: 2 });
}

#[test]
fn banks_of_xg_turn_a_channel_into_drums_and_back() {
    let mut channel = ChannelState::new(0, BankStyle::Xg);
    for (msb, percussion) in [(127, true), (0, false), (126, true), (64, false)] {
        channel.set_program(0, Some(BankSelect { msb, lsb: 0 }), BankStyle::Xg);
        assert_eq!(channel.request().percussion, percussion, "{msb}");
    }
    channel.set_percussion(true);
    channel.set_program(0, Some(BankSelect::default()), BankStyle::Xg);
    assert!(channel.request().percussion);
}

#[test]
fn only_what_changed_is_marked() {
    let mut channel = ChannelState::new(0, BankStyle::Gs);
    channel.changed = InputSet::NONE;
    channel.set_controller(74, ControlValue::from_u7(1));
    let mut expected = InputSet::NONE;
    expected.insert(Signal::Controller(74));
    assert_eq!(channel.changed, expected);
}
