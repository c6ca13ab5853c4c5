//! A target that moves: met where it will be when the movement ends.

use super::axis::State;
use super::input::{ControlInterface, Input, LARGEST};
use super::plan::unchecked;
use super::{range, trajectory::Trajectory};

/// Rounds in which target and duration are brought together [-].
const ROUNDS: usize = 12;

/// Plans to where the target will be, in no less than the tracking time.
pub(super) fn plan_moving(input: &Input, cycle: f64, out: &mut Trajectory) {
    let mut moved = *input;
    moved.tracking = 0.0;
    moved.minimum_duration = input.minimum_duration.max(input.tracking);
    let mut t = moved.minimum_duration;
    for _ in 0..ROUNDS {
        for i in 0..input.dofs {
            let target = target(input, i, t);
            (moved.rows[3][i], moved.rows[4][i], moved.rows[5][i]) =
                (target.position, target.velocity, target.acceleration);
        }
        unchecked(&moved, cycle, out);
        let longer = out.duration();
        if !longer.is_finite() || longer <= t * (1.0 + 1e-9) {
            break;
        }
        t = longer;
    }
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
