//! What a pattern does, measured by the kinematics of a leg, in the words a therapist uses.

use crate::body::Body;
use crate::error::{Error, Result, in_range};
use crate::types::{JointVec, N_JOINTS, N_LEG, N_SIDES, Sides, wrap};

use super::foot::{self, ANY_MASS, StanceLine, stance_line};
use super::pattern::GaitPattern;
use super::table::check_angles;

/// Number of phases among which the rearmost toe is looked for.
const TOE_POINTS: usize = 512;
/// Bisections after that.
const TOE_STEPS: usize = 60;

/// A pattern in a therapist's words, measured on its curves for one body height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Description {
    /// Distance of the ankles at the initial contact of each side [m].
    pub step_length: Sides<f64>,
    /// Smallest height of each swinging toe over the standing foot [m].
    pub foot_clearance: Sides<f64>,
    /// Largest minus smallest knee angle [rad].
    pub knee_range: Sides<f64>,
    /// Largest minus smallest hip angle [rad].
    pub hip_range: Sides<f64>,
    /// Steps per minute [1/min].
    pub cadence: f64,
    /// Walking speed [m/s], absent where it is not known.
    pub speed: Option<f64>,
    /// Logarithm of left over right step length [-], absent unless both are positive.
    pub asymmetry: Option<f64>,
    /// Phase of the right leg minus that of the left [-].
    pub phase_offset: f64,
    /// Phase at which the toe is farthest behind the hip [-].
    pub stance_share: Sides<f64>,
    /// Speed with which the ankle goes back in mid-stance [m/s].
    pub stance_speed: Sides<f64>,
}

/// How a pattern differs from a table of curves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Mean of pattern minus table [rad].
    pub offset: JointVec,
    /// Root mean square of what is left without the offset [rad].
    pub rms: JointVec,
}

/// Smallest and largest value of a curve, and the phases at which it takes them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub min: f64,
    pub max: f64,
    pub at_min: f64,
    pub at_max: f64,
}

impl Extent {
    pub(super) fn range(&self) -> f64 {
        self.max - self.min
    }
}

/// Extent of a periodic cubic spline of `n` pieces: over its knots and the roots of its derivative.
pub(super) fn extent(n: usize, piece: impl Fn(usize) -> [f64; 4]) -> Extent {
    let mut e = Extent { min: f64::INFINITY, max: f64::NEG_INFINITY, at_min: 0.0, at_max: 0.0 };
    for j in 0..n {
        let [a, b, c, d] = piece(j);
        let mut take = |u: f64| {
            let (value, phase) = (a + u * (b + u * (c + u * d)), (j as f64 + u) / n as f64);
            if value < e.min {
                (e.min, e.at_min) = (value, phase);
            }
            if value > e.max {
                (e.max, e.at_max) = (value, phase);
            }
        };
        take(0.0);
        let inner = c * c - 3.0 * b * d;
        if inner >= 0.0 {
            // Roots of b + 2 c u + 3 d u², without cancellation; a root that is not a number lies in no interval.
            let q = -(c + if c < 0.0 { -inner.sqrt() } else { inner.sqrt() });
            for u in [q / (3.0 * d), b / q] {
                if u > 0.0 && u < 1.0 {
                    take(u);
                }
            }
        }
    }
    e
}

/// Place of the toe before the hip [m] and its derivative with respect to phase.
fn toe(body: &Body, pattern: &GaitPattern, side: usize, phase: f64) -> [f64; 2] {
    let [q, dq, _] = pattern.leg(side, phase);
    let place = body.leg(q, 0.0).toe[0];
    let (thigh, shank) = (q[0], q[0] - q[1]);
    let foot = shank + q[2];
    let slope = body.thigh.length * thigh.cos() * dq[0]
        + body.shank.length * shank.cos() * (dq[0] - dq[1])
        + (body.ankle_height * foot.cos() - body.toe * foot.sin()) * (dq[0] - dq[1] + dq[2]);
    [place, slope]
}

/// Phase [-] at which the toe is farthest behind the hip, the kinematic sign of toe-off.
///
/// Zeni, J. A., Richards, J. G. & Higginson, J. S. (2008). Two simple methods for determining gait events during
/// treadmill and overground walking using kinematic data. Gait & Posture 27(4), 710-714.
pub(super) fn toe_off(body: &Body, pattern: &GaitPattern, side: usize) -> f64 {
    let at = |k: f64| toe(body, pattern, side, wrap(k / TOE_POINTS as f64));
    let mut best = (0.0, f64::INFINITY);
    for k in 0..TOE_POINTS {
        let place = at(k as f64)[0];
        if place < best.1 {
            best = (k as f64, place);
        }
    }
    let (mut low, mut high) = (best.0 - 1.0, best.0 + 1.0);
    for _ in 0..TOE_STEPS {
        let middle = 0.5 * (low + high);
        if at(middle)[1] < 0.0 { low = middle } else { high = middle }
    }
    wrap(0.5 * (low + high) / TOE_POINTS as f64)
}

/// Place of the ankle before the hip [m].
pub(super) fn ankle(body: &Body, pattern: &GaitPattern, side: usize, phase: f64) -> f64 {
    body.leg(pattern.leg(side, phase)[0], 0.0).ankle[0]
}

impl GaitPattern {
    /// Extent of a joint of a side.
    pub(super) fn extent(&self, side: usize, joint: usize) -> Extent {
        extent(self.intervals(), |j| self.cubic(side, joint, j))
    }

    pub(super) fn stance(&self, body: &Body, side: usize) -> StanceLine {
        stance_line(body, |phase| self.leg(side, phase)[0])
    }

    pub(super) fn step_length(&self, body: &Body) -> Sides<f64> {
        let o = self.offset();
        let apart =
            |front: usize, other: f64| ankle(body, self, front, 0.0) - ankle(body, self, 1 - front, wrap(other));
        [apart(0, o), apart(1, -o)]
    }

    pub(super) fn side_clearance(&self, body: &Body, swing: usize) -> f64 {
        foot::side_clearance(body, self.offset(), swing, |side, phase| self.leg(side, phase)[0])
    }

    /// The pattern in a therapist's words, for a person of `height` [m], 1.0 to 2.3, pelvis upright.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming `height`.
    pub fn describe(&self, height: f64) -> Result<Description> {
        let body = Body::new(ANY_MASS, height)?;
        let sides = |of: &dyn Fn(usize) -> f64| [of(0), of(1)];
        let step_length = self.step_length(&body);
        let [left, right] = step_length;
        Ok(Description {
            step_length,
            foot_clearance: sides(&|side| self.side_clearance(&body, side)),
            knee_range: sides(&|side| self.extent(side, 1).range()),
            hip_range: sides(&|side| self.extent(side, 0).range()),
            cadence: 120.0 * self.stride_rate(),
            speed: self.speed(),
            asymmetry: (left > 0.0 && right > 0.0).then(|| (left / right).ln()),
            phase_offset: self.offset(),
            stance_share: sides(&|side| toe_off(&body, self, side)),
            stance_speed: sides(&|side| -self.stance(&body, side).slope * self.stride_rate()),
        })
    }

    /// Difference of the pattern from a table of curves `angles` [rad], -3 to 3, at phases `i / (N - 1)`, 9 rows or
    /// more, each leg over its own cycle.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] or [`Error::Length`] naming `angles`.
    pub fn difference(&self, angles: &[JointVec]) -> Result<Difference> {
        check_angles(angles)?;
        let rows = angles.len() - 1;
        let n = rows as f64;
        let at: Vec<JointVec> = (0..rows)
            .map(|i| {
                let legs = [0, 1].map(|side| self.leg(side, i as f64 / n)[0]);
                core::array::from_fn(|j| legs[j / N_LEG][j % N_LEG] - angles[i][j])
            })
            .collect();
        let mean = |of: &dyn Fn(&JointVec) -> f64| at.iter().map(of).sum::<f64>() / n;
        let offset: JointVec = core::array::from_fn(|j| mean(&|row| row[j]));
        let rms = core::array::from_fn(|j| mean(&|row| (row[j] - offset[j]).powi(2)).sqrt());
        Ok(Difference { offset, rms })
    }

    /// The first joint whose curve leaves `lower..=upper` [rad] the farthest, as an error.
    pub(super) fn within(&self, lower: &JointVec, upper: &JointVec) -> Result<()> {
        const SLACK: f64 = 1e-9;
        let mut worst = (SLACK, None);
        for joint in 0..N_JOINTS {
            let e = self.extent(joint / N_LEG, joint % N_LEG);
            for (beyond, value) in [(lower[joint] - e.min, e.min), (e.max - upper[joint], e.max)] {
                if beyond > worst.0 {
                    worst = (beyond, Some((joint, value)));
                }
            }
        }
        let Some((joint, value)) = worst.1 else { return Ok(()) };
        let (min, max) = (lower[joint], upper[joint]);
        Err(Error::OutOfRange { name: ADJUSTED[joint], index: None, value, min, max })
    }

    /// Checks that both ankles go back in stance, as a foot on a belt does.
    pub(super) fn walks(&self, body: &Body) -> Result<Sides<StanceLine>> {
        let lines = [0, 1].map(|side| self.stance(body, side));
        for line in lines.iter().take(N_SIDES) {
            in_range("stance_travel", -line.slope, 0.05, 5.0)?;
        }
        Ok(lines)
    }
}

/// Names of the joints of a result in messages.
const ADJUSTED: [&str; N_JOINTS] =
    ["adjusted hip_l", "adjusted knee_l", "adjusted ankle_l", "adjusted hip_r", "adjusted knee_r", "adjusted ankle_r"];
