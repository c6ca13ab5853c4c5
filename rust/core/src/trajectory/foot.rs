//! What a pattern does with the foot: its clearance in swing and its speed in stance.

use crate::body::Body;
use crate::error::Result;
use crate::types::{N_LEG, wrap};

/// A mass within the range of [`Body`]; lengths do not depend on it.
const ANY_MASS: f64 = 75.0;
/// Number of phases at which clearance is judged, 0.70 to 0.90 in steps of 0.005.
pub(super) const SWING_POINTS: usize = 41;
/// Number of phases at which stance speed is judged, 0.10 to 0.40 in steps of 0.01.
const STANCE_POINTS: usize = 31;

/// Phase of the swinging leg at point `k`.
pub(super) fn swing_phase(k: usize) -> f64 {
    0.70 + 0.005 * k as f64
}

/// Smallest height [m] of a swinging toe over the lower of heel and toe of the other leg at the same instant.
///
/// `angles(side, phase)` gives hip, knee and ankle [rad] of a side at its own phase.
pub(super) fn clearance(height: f64, offset: f64, angles: impl Fn(usize, f64) -> [f64; N_LEG]) -> Result<f64> {
    let body = Body::new(ANY_MASS, height)?;
    let mut smallest = f64::INFINITY;
    for (swing, stand, shift) in [(0, 1, offset), (1, 0, -offset)] {
        for k in 0..SWING_POINTS {
            let phase = swing_phase(k);
            let (a, b) = (angles(swing, phase), angles(stand, wrap(phase + shift)));
            smallest = smallest.min(toe_over_foot(&body, a, b));
        }
    }
    Ok(smallest)
}

/// Height [m] of the toe of a leg with angles `swing` [rad] over the lower of heel and toe of a leg with angles
/// `stand` [rad].
pub(super) fn toe_over_foot(body: &Body, swing: [f64; N_LEG], stand: [f64; N_LEG]) -> f64 {
    let stand = body.leg(stand, 0.0);
    body.leg(swing, 0.0).toe[1] - stand.heel[1].min(stand.toe[1])
}

/// Least-squares slope [m per cycle] of the ankle's position relative to the hip over mid-stance.
pub(super) fn stance_slope(body: &Body, angles: impl Fn(f64) -> [f64; N_LEG]) -> f64 {
    let (mut num, mut den) = (0.0, 0.0);
    for k in 0..STANCE_POINTS {
        let phase = 0.10 + 0.01 * k as f64;
        // The phases are centred, so the mean of x drops out of the sum.
        let centred = phase - 0.25;
        num += centred * body.leg(angles(phase), 0.0).ankle[0];
        den += centred * centred;
    }
    num / den
}
