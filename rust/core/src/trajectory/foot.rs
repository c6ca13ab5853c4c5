//! What a pattern does with the foot: its clearance in swing and its speed in stance.

use crate::body::Body;
use crate::error::Result;
use crate::types::{N_LEG, N_SIDES, smooth_step, wrap, wrap_signed};

/// A mass within the range of [`Body`]; lengths do not depend on it.
pub(super) const ANY_MASS: f64 = 75.0;
/// Number of phases at which clearance is judged, 0.70 to 0.90 in steps of 0.005.
pub(super) const SWING_POINTS: usize = 41;
/// Number of phases at which stance speed is judged, 0.10 to 0.40 in steps of 0.01.
const STANCE_POINTS: usize = 31;
/// Middle of the part of the cycle over which the foot follows the belt [-]: 0.08 to 0.45.
const STANCE_MIDDLE: f64 = 0.265;
/// Half its width [-].
const STANCE_HALF: f64 = 0.185;
/// Width at each end over which the published hip returns [-].
const STANCE_BLEND: f64 = 0.10;

/// Phase of the swinging leg at point `k`.
pub(super) fn swing_phase(k: usize) -> f64 {
    0.70 + 0.005 * k as f64
}

/// Smallest height [m] of a swinging toe over the lower of heel and toe of the other leg at the same instant.
///
/// `angles(side, phase)` gives hip, knee and ankle [rad] of a side at its own phase.
pub(super) fn clearance(height: f64, offset: f64, angles: impl Fn(usize, f64) -> [f64; N_LEG]) -> Result<f64> {
    let body = Body::new(ANY_MASS, height)?;
    Ok((0..N_SIDES).map(|swing| side_clearance(&body, offset, swing, &angles)).fold(f64::INFINITY, f64::min))
}

/// Clearance [m] of the leg of side `swing` alone.
pub(super) fn side_clearance(
    body: &Body,
    offset: f64,
    swing: usize,
    angles: impl Fn(usize, f64) -> [f64; N_LEG],
) -> f64 {
    let (stand, shift) = if swing == 0 { (1, offset) } else { (0, -offset) };
    let mut smallest = f64::INFINITY;
    for k in 0..SWING_POINTS {
        let phase = swing_phase(k);
        let (a, b) = (angles(swing, phase), angles(stand, wrap(phase + shift)));
        smallest = smallest.min(toe_over_foot(body, a, b));
    }
    smallest
}

/// Height [m] of the toe of a leg with angles `swing` [rad] over the lower of heel and toe of a leg with angles
/// `stand` [rad].
pub(super) fn toe_over_foot(body: &Body, swing: [f64; N_LEG], stand: [f64; N_LEG]) -> f64 {
    let stand = body.leg(stand, 0.0);
    body.leg(swing, 0.0).toe[1] - stand.heel[1].min(stand.toe[1])
}

/// Position of the ankle before the hip over mid-stance, as a straight line in phase.
#[derive(Clone, Copy, Debug)]
pub(super) struct StanceLine {
    /// Position at phase 0.25 [m].
    pub middle: f64,
    /// Slope [m per cycle], negative while the foot goes back with the belt.
    pub slope: f64,
}

/// Least-squares line through the ankle's position over mid-stance.
pub(super) fn stance_line(body: &Body, angles: impl Fn(f64) -> [f64; N_LEG]) -> StanceLine {
    let (mut sum, mut num, mut den) = (0.0, 0.0, 0.0);
    for k in 0..STANCE_POINTS {
        let phase = 0.10 + 0.01 * k as f64;
        let x = body.leg(angles(phase), 0.0).ankle[0];
        // The phases are centred, so the mean of x drops out of the slope.
        let centred = phase - 0.25;
        sum += x;
        num += centred * x;
        den += centred * centred;
    }
    StanceLine { middle: sum / STANCE_POINTS as f64, slope: num / den }
}

/// The hip angle [rad] in `angles` [rad] moved, by the stance weight of `phase`, to where the ankle lies on `line`.
pub(super) fn hip_on_line(body: &Body, line: StanceLine, phase: f64, angles: [f64; N_LEG]) -> f64 {
    let [hip, knee, _] = angles;
    let from_middle = wrap_signed(phase - STANCE_MIDDLE);
    let weight = smooth_step((STANCE_HALF + STANCE_BLEND - from_middle.abs()) / STANCE_BLEND);
    // x = a sin(hip) - b cos(hip) = reach sin(hip - lag)
    let (a, b) = (body.thigh.length + body.shank.length * knee.cos(), body.shank.length * knee.sin());
    let (reach, lag) = ((a * a + b * b).sqrt(), b.atan2(a));
    let x = line.middle + line.slope * (STANCE_MIDDLE + from_middle - 0.25);
    hip + weight * (lag + (x / reach).clamp(-1.0, 1.0).asin() - hip)
}
