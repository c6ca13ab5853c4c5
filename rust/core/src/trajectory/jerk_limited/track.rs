//! A target that moves: met where it will be when the movement ends.

use super::axis::{Profile, State};
use super::input::{ControlInterface, Dof, Input, LARGEST, MAX_DOFS};
use super::plan::unchecked;
use super::{range, trajectory::Trajectory};

/// Rounds in which a duration is looked for that is long enough [-].
const GROWING: usize = 6;
/// Rounds in which it is shortened again [-].
const HALVING: usize = 8;

/// Plans to where the target will be, in the shortest time from the tracking time on in which it can be met: gently where that keeps the
/// limits, otherwise with all that the limits allow.
pub(super) fn plan_moving(input: &Input, cycle: f64, out: &mut Trajectory) {
    let least = input.minimum_duration.max(input.tracking);
    let mut moved = aimed(input, least);
    out.clear();
    if ease(&moved, least, out) == input.dofs {
        (out.duration, out.minimum) = (least, [least; MAX_DOFS]);
        return;
    }
    let meets = |t: f64, out: &mut Trajectory| {
        let mut moved = aimed(input, t);
        moved.minimum_duration = 0.0;
        unchecked(&moved, cycle, out);
        out.duration <= t * (1.0 + 1e-9)
    };
    let (mut short, mut long) = (least, least);
    for _ in 0..GROWING {
        if meets(long, out) {
            break;
        }
        (short, long) = (long, out.duration.max(1.1 * long));
    }
    for _ in 0..HALVING {
        let middle = 0.5 * (short + long);
        if short < long && meets(middle, out) {
            long = middle;
        } else {
            short = middle;
        }
    }
    moved = aimed(input, long);
    moved.minimum_duration = long;
    unchecked(&moved, cycle, out);
    let common = out.duration;
    ease(&moved, common, out);
}

/// The input with the targets where they will be after `t` [s].
fn aimed(input: &Input, t: f64) -> Input {
    let mut moved = *input;
    moved.tracking = 0.0;
    for i in 0..input.dofs {
        let aim = target(input, i, t);
        (moved.rows[3][i], moved.rows[4][i], moved.rows[5][i]) = (aim.position, aim.velocity, aim.acceleration);
    }
    moved
}

/// Replaces movements by gentle ones that last `t` [s] where those keep the limits; how many of them do.
fn ease(input: &Input, t: f64, out: &mut Trajectory) -> usize {
    let mut count = 0;
    for i in 0..input.dofs {
        let dof = input.dof(i);
        let free = input.enabled[i] && dof.interface == ControlInterface::Position && dof.limits.jerk.is_finite();
        let Some(profile) = gentle(&dof, t).filter(|_| free) else { continue };
        if dof.bounded() && range::leaves(&profile, range::room(&dof)) {
            continue;
        }
        out.tails[i] = if dof.bounded() { range::tail(dof.target, &dof) } else { None };
        out.profiles[i] = profile;
        count += 1;
    }
    count
}

/// The movement of three equally long pieces, whose jerks are linear in the states: small noise moves them little.
fn gentle(dof: &Dof, t: f64) -> Option<Profile> {
    let (start, end, limits, h) = (dof.current, dof.target, &dof.limits, t / 3.0);
    let drift = start.after(t, 0.0);
    let by_acceleration = (end.acceleration - drift.acceleration) / h;
    let by_velocity = (end.velocity - drift.velocity) / (h * h);
    let by_position = (end.position - drift.position) / (h * h * h);
    let first = by_position - by_velocity + by_acceleration / 3.0;
    let jerks = [first, by_velocity - by_acceleration / 2.0 - 2.0 * first, 1.5 * by_acceleration - by_velocity + first];
    let mut profile = Profile::rest(start);
    for jerk in jerks {
        let (from, within) = (profile.end(), |[low, high]: [f64; 2], x: f64| (low..=high).contains(&x));
        let turn = -from.acceleration / jerk;
        let extreme = if turn > 0.0 && turn < h { from.after(turn, jerk).velocity } else { from.velocity };
        let keeps = jerk.abs() <= limits.jerk
            && within(limits.velocity, from.velocity)
            && within(limits.velocity, extreme)
            && within(limits.acceleration, from.acceleration);
        if !keeps {
            return None;
        }
        profile.push(h, jerk);
    }
    profile.set_end(end);
    Some(profile)
}

/// Where the target will be after `t` [s], with its acceleration only where that stays within its limits, and at rest where there is no room for it.
fn target(input: &Input, i: usize, t: f64) -> State {
    let mut dof = input.dof(i);
    let now = dof.target;
    if !input.enabled[i] || dof.interface == ControlInterface::Velocity {
        return now;
    }
    let [low, high] = dof.limits.velocity;
    let fits = |state: &State| {
        let before = state.velocity - state.acceleration * state.acceleration.abs() / (2.0 * dof.limits.jerk);
        (low..=high).contains(&state.velocity) && (low..=high).contains(&before)
    };
    let later = now.after(t, 0.0);
    let steady = State { acceleration: 0.0, ..now }.after(t, 0.0);
    let mut state = if fits(&later) { later } else { steady };
    state.position = state.position.clamp(dof.range[0], dof.range[1]).clamp(-LARGEST, LARGEST);
    dof.target = state;
    if dof.bounded() && !range::target_fits(&dof) {
        (state.velocity, state.acceleration) = (0.0, 0.0);
    }
    state
}
