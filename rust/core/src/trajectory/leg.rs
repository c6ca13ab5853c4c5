//! Polynomials of one leg: where a phase falls, and how the joints move there.

use crate::types::{N_LEG, WHOLE, floor};

/// Lanes of a leg: hip, knee, ankle, and one of padding that lets the joints be computed side by side.
pub const LANES: usize = N_LEG + 1;
/// Largest phase rate that is used [1/s]; it keeps every result finite.
const RATE_MAX: f64 = 100.0;
/// Largest phase acceleration that is used [1/s²].
const ACCEL_MAX: f64 = 1e4;

/// Cubic polynomials of one leg on one interval of phase: coefficient, lowest power first, then joint.
pub type Piece = [[f64; LANES]; 4];

/// The curves of one leg over its own cycle.
///
/// Its functions are inlined into their callers, so that code compiled for a newer processor evaluates with that
/// processor's vectors; the operations and their order, thus the results, are the same everywhere.
#[derive(Clone, Copy, Debug)]
pub struct Leg<'a> {
    pieces: &'a [Piece],
    scale: f64,
}

impl<'a> Leg<'a> {
    /// The curves with these pieces, one or more; as many as a `u32` counts would fill 512 GiB.
    pub(super) fn new(pieces: &'a [Piece]) -> Self {
        Self { pieces, scale: pieces.len() as f64 }
    }

    /// Position of the interval that `phase`, wrapped, falls into, and the fraction of the interval before it [-].
    #[inline(always)]
    #[must_use]
    pub fn place(&self, phase: f64) -> (u32, f64) {
        let x = phase * self.scale;
        let (below, last) = (floor(x), self.scale - 1.0);
        let j = if below < last { below } else { last };
        ((j + WHOLE).to_bits() as u32, x - j)
    }

    /// Polynomials of interval `j`.
    #[inline(always)]
    #[must_use]
    pub fn piece(&self, j: u32) -> &'a Piece {
        &self.pieces[j as usize]
    }

    /// Number of intervals [-].
    #[inline(always)]
    #[must_use]
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// Angles [rad] and their first and second derivatives with respect to phase, at a place.
    #[inline(always)]
    #[must_use]
    pub fn curve(&self, (j, u): (u32, f64)) -> [[f64; LANES]; 3] {
        let [a, b, c, d] = self.piece(j);
        let (scale, u3, u6) = (self.scale, u * 3.0, u * 6.0);
        let mut out = [[0.0; LANES]; 3];
        for i in 0..LANES {
            let twice = 2.0 * c[i];
            out[0][i] = a[i] + u * (b[i] + u * (c[i] + u * d[i]));
            out[1][i] = scale * (b[i] + u * (twice + u3 * d[i]));
            out[2][i] = scale * scale * (twice + u6 * d[i]);
        }
        out
    }

    /// Angles [rad], velocities [rad/s] and accelerations [rad/s²] at a place that is passed at `rate` [1/s] and
    /// `accel` [1/s²], both within what [`rate_used`] and [`accel_used`] give.
    #[inline(always)]
    #[must_use]
    pub fn motion(&self, place: (u32, f64), rate: f64, accel: f64) -> [[f64; LANES]; 3] {
        let [y, dy, ddy] = self.curve(place);
        let mut out = [y; 3];
        for i in 0..LANES {
            out[1][i] = dy[i] * rate;
            out[2][i] = ddy[i] * (rate * rate) + dy[i] * accel;
        }
        out
    }
}

/// Phase rate [1/s] within ±100, 0 when it is not finite.
#[inline(always)]
#[must_use]
pub fn rate_used(rate: f64) -> f64 {
    bounded(rate, RATE_MAX)
}

/// Phase acceleration [1/s²] within ±1e4, 0 when it is not finite.
#[inline(always)]
#[must_use]
pub fn accel_used(accel: f64) -> f64 {
    bounded(accel, ACCEL_MAX)
}

/// `x` within `±max`, 0 when it is not finite.
#[inline(always)]
fn bounded(x: f64, max: f64) -> f64 {
    if x.is_finite() { x.clamp(-max, max) } else { 0.0 }
}
