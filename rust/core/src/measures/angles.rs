//! Key angles, and lengths from joint angles (sections 8.2 and 8.3).

use super::batch::Stride;
use super::recording::RecordedSamples;
use super::row::StrideRow;
use super::signals::{Place, inside};
use super::tally::{KeyAngles, LegTally, SWING, Tally, leg_of};
use crate::body::Body;
use crate::types::{JointReading, JointVec, N_LEG};

/// Phases in which the height of the toe is judged [-].
pub(super) const MID_SWING: core::ops::RangeInclusive<f64> = 0.70..=0.90;

/// How far the ankle of `side` lies before the other one [m], pelvis upright.
pub(super) fn step_length(body: &Body, q: &JointReading, side: usize) -> Option<f64> {
    let ankle = |side: usize| {
        let leg = leg_of(q, side);
        Some(body.leg([leg[0]?, leg[1]?, 0.0], 0.0).ankle[0])
    };
    Some(ankle(side)? - ankle(1 - side)?)
}

/// Height of the toe of `side` above the lower end of the other foot [m], pelvis upright and level.
pub(super) fn toe_height(body: &Body, q: &JointReading, side: usize) -> Option<f64> {
    let leg = |side: usize| {
        let [hip, knee, ankle] = leg_of(q, side);
        Some(body.leg([hip?, knee?, ankle?], 0.0))
    };
    let (own, other) = (leg(side)?, leg(1 - side)?);
    Some(own.toe[1] - other.heel[1].min(other.toe[1]))
}

/// Key angles of a stride, and of a person of known `body` step length and toe clearance where markers gave none.
pub(super) fn add(row: &mut StrideRow, stride: &Stride, angles: &RecordedSamples<'_, JointVec>, body: Option<&Body>) {
    let (mut leg, mut ankle, mut toe) = (LegTally::new(), Tally::new(), Tally::new());
    for (t, q) in inside(angles, stride.start, stride.end) {
        let (q, phase) = (q.map(Some), (t - stride.start) / stride.duration);
        let own = leg_of(&q, stride.side);
        leg.add(own, phase, 1.0);
        if SWING.contains(&phase) {
            ankle.add(own[2], 1.0);
        }
        if let Some(body) = body.filter(|_| MID_SWING.contains(&phase)) {
            toe.add(toe_height(body, &q, stride.side), 1.0);
        }
    }
    let KeyAngles { hip_max, hip_min, knee_at_contact, knee_stance_max, knee_swing_max } = leg.key_angles();
    let [hip_range, knee_range, ankle_range]: [Option<f64>; N_LEG] = leg.ranges();
    *row = StrideRow { hip_max, hip_min, knee_at_contact, knee_stance_max, knee_swing_max, ..*row };
    *row = StrideRow { hip_range, knee_range, ankle_range, ankle_swing_max: ankle.max(), ..*row };
    row.toe_clearance = row.toe_clearance.or(toe.min());
    row.step_length = row.step_length.or_else(|| {
        let place = Place::new(angles, stride.end)?;
        let q = core::array::from_fn(|i| place.value(|q| q[i]));
        step_length(body?, &q, stride.side)
    });
}
