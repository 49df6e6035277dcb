use super::*;

const HALF: EchoRequest = EchoRequest { time: 63.5, feedback: 63.5 };

#[test]
fn a_delay_answers_in_the_middle() {
    let echo = HALF.parameters(EchoKind::Delay, 127.0, 20_000.0);
    assert_eq!(echo.levels, [1.0, 0.0, 0.0]);
    assert_eq!((echo.feedback, echo.level, echo.to_reverb), (0.5, RETURN, 0.0));
    assert!((echo.seconds[0] - 0.2234).abs() < 1e-6);
}

#[test]
fn a_panning_delay_answers_from_side_to_side_each_time_weaker_by_the_feedback() {
    let echo = HALF.parameters(EchoKind::PanningDelay, 64.0, 4_000.0);
    assert_eq!((echo.levels, echo.feedback), ([0.0, 1.0, 0.5], 0.25));
    assert_eq!(echo.seconds[1] * 2.0, echo.seconds[2]);
    assert_eq!((echo.seconds[0], echo.low_pass), (echo.seconds[2], 4_000.0));
}
