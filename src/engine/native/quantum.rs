//! What happens to groups in a quantum: the work of its grid point, and its frames.
//!
//! Nothing that happens in a group concerns another but the order in which they are added up, so this is one for the
//! thread that has all groups and for each of those that share them.

use super::channel::ChannelState;
use super::expression::KeyExpression;
use super::group::{EFFECTS, Group, Mix, Waves, lanes, render, render_both};
use super::input::InputSet;
use super::library::{Library, RegionRef};
use super::moment::Moment;
use super::voice::Voice;
use super::wanted::Wanted;
use crate::dsp::{LANES, SimdLevel, Strip};

/// Frames of a group that are not in the common mix yet: from `start` to the group's position.
#[derive(Debug)]
pub(super) struct Ahead {
    pub(super) start: u64,
    pub(super) mix: Mix,
}

/// Does what a grid point means for a group; `changes` are those since the last one, and what the group's voices keep.
pub(super) fn begin_group(
    (group, voices): (&mut Group, &mut [Voice]),
    (library, level, wanted): (&Library, SimdLevel, &mut Wanted),
    changes: Option<(&[ChannelState], &[KeyExpression])>,
    moment: &Moment,
    fed: &mut [Option<u64>; EFFECTS],
) {
    group.filter.flush();
    if let Some((channels, kept)) = changes {
        for lane in lanes(group.occupied) {
            let place = (group.regions[lane], &kept[lane]);
            if update(&mut voices[lane], place, library, channels, moment) {
                group.wake(lane);
            }
        }
    }
    group.go_on(moment.quantum_start);
    group.follow_rest(moment);
    wanted.clear();
    let mut planned = 0;
    for lane in lanes(group.occupied & !group.resting) {
        if voices[lane].prepare_quantum(group, lane, moment, wanted) {
            planned |= 1 << lane;
        }
    }
    wanted.answer(level, moment);
    for lane in lanes(planned) {
        voices[lane].begin_quantum(group, lane, moment, wanted);
    }
    note_feeding(fed, group, moment);
    group.find_next_corner();
}

/// Renders groups up to now and adds all that is new to the mix.
pub(super) fn render_groups(
    (groups, voices, ahead): (&mut [Group], &mut [Voice], &mut [Ahead]),
    waves: &Waves<'_>,
    moment: &Moment,
    strips: &mut [Strip; 2],
    mix: &mut Mix,
) {
    let mut waiting: Option<(&mut Group, &mut [Voice])> = None;
    let groups = groups.iter_mut().zip(voices.chunks_exact_mut(LANES));
    for ((group, voices), ahead) in groups.zip(ahead) {
        if group.occupied == 0 {
            continue;
        }
        let start = std::mem::replace(&mut ahead.start, moment.now);
        let is_plain = start == group.position && group.next_corner >= moment.now;
        match waiting.take() {
            Some(first) if is_plain && first.0.position == start => {
                advance_both([first, (group, voices)], waves, moment, strips, mix);
                continue;
            }
            Some(first) => advance(first, waves, moment, &mut strips[0], mix),
            None => {}
        }
        if is_plain {
            waiting = Some((group, voices));
        } else {
            let frames = moment.index(start) as usize..moment.index(group.position) as usize;
            mix.add(&ahead.mix, frames);
            advance((group, voices), waves, moment, &mut strips[0], mix);
        }
    }
    if let Some(last) = waiting {
        advance(last, waves, moment, &mut strips[0], mix);
    }
}

/// Renders two groups up to now, which is not after the next corner of either.
fn advance_both(
    [(one, voices), (other, other_voices)]: [(&mut Group, &mut [Voice]); 2],
    waves: &Waves<'_>,
    moment: &Moment,
    strips: &mut [Strip; 2],
    mix: &mut Mix,
) {
    let frames = moment.index(one.position) as usize..moment.index(moment.now) as usize;
    render_both([&mut *one, &mut *other], waves, frames, strips, mix);
    for (group, voices) in [(one, voices), (other, other_voices)] {
        group.position = moment.now;
        pass_corners(group, voices, moment);
    }
}

/// Renders a group up to now, corner by corner.
pub(super) fn advance(
    (group, voices): (&mut Group, &mut [Voice]),
    waves: &Waves<'_>,
    moment: &Moment,
    strip: &mut Strip,
    mix: &mut Mix,
) {
    while group.position < moment.now {
        let to = group.next_corner.clamp(group.position, moment.now);
        let frames = moment.index(group.position) as usize..moment.index(to) as usize;
        render(group, waves, frames, strip, mix);
        group.position = to;
        pass_corners(group, voices, &Moment { now: to, ..*moment });
    }
}

/// Takes down what a group sends to from now on.
pub(super) fn note_feeding(fed: &mut [Option<u64>; EFFECTS], group: &Group, moment: &Moment) {
    for (fed, sending) in fed.iter_mut().zip(group.sending) {
        if sending != 0 {
            fed.get_or_insert(moment.now);
        }
    }
}

/// Hands a channel's changes to a voice that depends on them; whether there were any.
fn update(
    voice: &mut Voice,
    (place, kept): (RegionRef, &KeyExpression),
    library: &Library,
    channels: &[ChannelState],
    moment: &Moment,
) -> bool {
    let Some(channel) = channels.get(usize::from(voice.channel)) else { return false };
    if channel.changed == InputSet::NONE {
        return false;
    }
    let Some(region) = library.region(place) else { return false };
    let concerned = channel.changed.meets(region.inputs);
    if concerned {
        voice.update(region, channel, kept, moment);
    }
    concerned
}

fn pass_corners(group: &mut Group, voices: &mut [Voice], moment: &Moment) {
    if group.next_corner > moment.now {
        return;
    }
    for lane in lanes(group.occupied) {
        if group.corners[lane] <= moment.now {
            voices[lane].pass_corner(group, lane, moment);
        }
    }
    group.find_next_corner();
}
