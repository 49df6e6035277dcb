use super::*;

/// What a line of a growing ramp holds `delay` frames ago, when pieces of `piece` frames are written.
fn heard(delay: usize, piece: usize, frames: usize) -> Vec<f32> {
    let mut lines = Lines::new(2, 300);
    let still = Glide::at_rest(0);
    let mut heard = Vec::new();
    for first in (0..frames).step_by(piece) {
        lines.write(0, piece, |lines: [&mut [f32]; 2]| {
            for (line, sign) in lines.into_iter().zip([1.0, -1.0]) {
                for (frame, point) in line.iter_mut().enumerate() {
                    *point = sign * (1 + first + frame) as f32;
                }
            }
        });
        let mut out = [vec![0.0; piece], vec![0.0; piece]];
        for (line, out) in out.iter_mut().enumerate() {
            lines.fetch(line, &still, [0, delay as u32], out);
        }
        assert_eq!(out[0], out[1].iter().map(|point| -point).collect::<Vec<_>>());
        heard.extend(&out[0]);
        lines.advance(piece);
    }
    heard
}

#[test]
fn a_line_holds_what_went_in_and_silence_before() {
    for delay in [0, 1, 63, 64, 65, 299, 300] {
        for piece in [1, 8, 63, 64] {
            let frames = 20 * 64 / piece * piece;
            let expected: Vec<f32> =
                (0..frames).map(|frame: usize| (1 + frame).saturating_sub(delay) as f32).collect();
            assert_eq!(heard(delay, piece, frames), expected, "{delay} {piece}");
        }
    }
}

#[test]
fn after_a_restart_a_line_is_silent() {
    let mut lines = Lines::new(1, 100);
    lines.write(0, PIECE, |[line]| line.fill(1.0));
    lines.advance(PIECE);
    lines.restart();
    let mut scratch = [0.5; PADDED];
    assert_eq!(lines.past(0, 100, &mut scratch[..PIECE]), [0.0; PIECE]);
    let mut out = [0.5; PIECE];
    lines.fetch(0, &Glide::at_rest(0), [0, 100], &mut out);
    assert_eq!(out, [0.0; PIECE]);
}

#[test]
fn a_glide_goes_from_one_setting_to_the_next_and_lingers() {
    let mut setting = 0;
    let mut glide = Glide::at_rest(setting);
    glide.ask(&mut setting, 1, 100);
    glide.ask(&mut setting, 2, 100);
    assert_eq!((glide.from, setting), (0, 1));
    let way = glide.way();
    assert_eq!([0, 50, 100].map(|frame| way.at(frame, 4.0, 8.0)), [4.0, 6.0, 8.0]);
    assert_eq!(glide.piece(1_000), 100 + WIDTH);
    glide.advance(&mut setting, 100);
    assert_eq!((glide.way().at(WIDTH - 1, 4.0, 8.0), glide.is_over()), (8.0, false));
    glide.advance(&mut setting, WIDTH as u32);
    assert_eq!((glide.from, setting, glide.is_over()), (1, 2, false));
    glide.stop(&mut setting);
    assert_eq!((setting, glide.is_over(), glide.piece(7)), (2, true, 7));
}

#[test]
fn an_effect_works_until_its_tail_is_over() {
    let mut activity = Activity::at_rest(100);
    assert_eq!(activity.step(false, 64), Step::Sleeps);
    assert_eq!(activity.step(true, 64), Step::Starts);
    assert_eq!(activity.step(false, 64), Step::GoesOn);
    assert!(!activity.is_over());
    activity.change(50);
    assert!(!activity.is_over());
    activity.step(false, 64);
    assert!(activity.is_over());
    activity.step(true, 1);
    assert!(!activity.is_over());
}
