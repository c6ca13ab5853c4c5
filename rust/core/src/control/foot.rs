//! Where a foot is and how its points move up and down the leg, as the foot lift sees it.

use crate::body::{Body, LegPoints};

/// Hip, knee and ankle of one leg, each absent where it was not measured.
type Leg = [Option<f64>; 3];

/// One foot, placed from the angles of its leg.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Foot {
    /// Points relative to the hip [m].
    pub points: LegPoints,
    /// Speed (x, z) [m/s] of the toe and of the lower of heel and toe, the pelvis at rest; absent where not known.
    pub speed: Option<[[f64; 2]; 2]>,
    /// Whether the ankle was assumed.
    pub assumed: bool,
}

impl Foot {
    /// From angles [rad] and velocities [rad/s] of the leg. An absent ankle is put at `own` [rad] and stays there, or,
    /// where that is not given because the leg stands, so that the foot is flat and stays flat.
    pub(super) fn place(body: &Body, q: Leg, dq: Leg, pitch: f64, own: Option<f64>) -> Option<Self> {
        let (hip, knee) = (q[0]?, q[1]?);
        let ankle = q[2].or(own).unwrap_or(knee - hip - pitch);
        let points = body.leg([hip, knee, ankle], pitch);
        let all = [points.knee, points.ankle, points.heel, points.toe];
        if !all.as_flattened().iter().all(|v| v.is_finite()) {
            return None;
        }
        let speed = Self::speeds(body, &points, [hip, knee], q[2].is_some(), dq, pitch, own.is_some());
        Some(Self { points, speed, assumed: q[2].is_none() })
    }

    fn speeds(
        body: &Body,
        points: &LegPoints,
        [hip, knee]: [f64; 2],
        measured: bool,
        dq: Leg,
        pitch: f64,
        own: bool,
    ) -> Option<[[f64; 2]; 2]> {
        let (dhip, dknee) = (dq[0]?, dq[1]?);
        let shank = dhip - dknee;
        let foot = match (measured, own) {
            (true, _) => shank + dq[2]?,
            (false, true) => shank,
            (false, false) => 0.0,
        };
        let (thigh_at, shank_at) = (pitch + hip, pitch + hip - knee);
        let v = body.thigh.length * thigh_at.cos() * dhip + body.shank.length * shank_at.cos() * shank;
        let up = body.thigh.length * thigh_at.sin() * dhip + body.shank.length * shank_at.sin() * shank;
        let low = if points.heel[1] < points.toe[1] { points.heel } else { points.toe };
        let speed =
            [points.toe, low].map(|p| [v - (p[1] - points.ankle[1]) * foot, up + (p[0] - points.ankle[0]) * foot]);
        speed.as_flattened().iter().all(|v| v.is_finite()).then_some(speed)
    }
}
