//! From members of the families to pieces of constant jerk.

use super::cruise::Change;
use super::side::{Point, Side};
use crate::trajectory::jerk_limited::axis::Profile;

/// Durations and signs of jerk of one movement, in order of time.
pub(super) type Moves = [(f64, f64); 7];

/// The pieces of a member of the family that gets farthest up; those of the other family have the opposite jerk.
pub(super) fn moves(side: &Side, point: &Point) -> Moves {
    let lead = (point.lead.top - side.lead.lead, point.lead.hold, point.lead.top);
    let tail = (point.tail.top - side.tail.lead, point.tail.hold, point.tail.top);
    let (one, two) = if side.swapped { (tail, lead) } else { (lead, tail) };
    let (down_one, down_two) = if point.cruise > 0.0 { (one.2, two.2) } else { (one.2 + two.2, 0.0) };
    [(one.0, 1.0), (one.1, 0.0), (down_one, -1.0), (point.cruise, 0.0), (down_two, -1.0), (two.1, 0.0), (two.0, 1.0)]
}

/// Durations and signs of jerk of a change from the first state to a level.
pub(super) fn first(change: &Change) -> [(f64, f64); 3] {
    let Change { half, arc, sign } = change;
    [(arc.top - half.lead, *sign), (arc.hold, 0.0), (arc.top, -sign)]
}

/// The same from a level to the last state.
pub(super) fn last(change: &Change) -> [(f64, f64); 3] {
    let [one, two, three] = first(change);
    [three, two, one]
}

/// Append the convex combination of two movements of the same duration, `share` of `up` and the rest of the negative of `down`.
pub(super) fn blend(up: &Moves, down: &Moves, share: f64, jerk: f64, profile: &mut Profile) {
    let (mut i, mut k) = (0, 0);
    let (mut left_up, mut left_down) = (up[0].0, down[0].0);
    for _ in 0..2 * (up.len() + down.len()) {
        if i < up.len() && (left_up <= 0.0 || left_up.is_nan()) {
            i += 1;
            left_up = up.get(i).map_or(f64::INFINITY, |m| m.0);
        } else if k < down.len() && (left_down <= 0.0 || left_down.is_nan()) {
            k += 1;
            left_down = down.get(k).map_or(f64::INFINITY, |m| m.0);
        } else if i < up.len() || k < down.len() {
            let step = left_up.min(left_down);
            let (above, below) = (up.get(i).map_or(0.0, |m| m.1), down.get(k).map_or(0.0, |m| m.1));
            profile.push(step, jerk * (share * above - (1.0 - share) * below));
            left_up -= step;
            left_down -= step;
        }
    }
}
