//! The periodic reference of six joints.

use crate::curve::Curve;
use crate::error::Result;
use crate::types::{JointVec, N_LEG, N_SIDES, Sides, wrap};

use super::foot;
use super::leg::{LANES, Leg, Piece, accel_used, rate_used};

/// Where the joints should be, and how they should move.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reference {
    /// Joint angles [rad].
    pub q: JointVec,
    /// Joint velocities [rad/s].
    pub dq: JointVec,
    /// Joint accelerations [rad/s²].
    pub ddq: JointVec,
}

/// Angles, first and second derivatives with respect to phase of the joints of one leg.
pub(super) type LegCurve = [[f64; N_LEG]; 3];

/// Six periodic joint curves with a continuous second derivative, each over its own side's cycle.
#[derive(Clone, Debug, PartialEq)]
pub struct GaitPattern {
    /// Polynomials of the left leg, followed by those of the right leg unless both legs share them.
    pieces: Vec<Piece>,
    /// Number of intervals of a cycle.
    intervals: usize,
    /// Position of the first piece of each leg.
    first: Sides<usize>,
    offset: f64,
    stride_rate: f64,
    speed: Option<f64>,
    published_stride_rate: Option<f64>,
}

/// What a pattern carries beside its curves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cadence {
    /// Phase of the right leg minus that of the left [-].
    pub offset: f64,
    /// Strides per second [1/s].
    pub stride_rate: f64,
    /// Walking speed [m/s].
    pub speed: Option<f64>,
    /// Strides per second that the source of the curves gives [1/s].
    pub published_stride_rate: Option<f64>,
}

impl GaitPattern {
    /// A pattern through `left` and `right` samples at uniform phases; equal legs share their polynomials.
    pub(super) fn through(left: &[[f64; N_LEG]], right: &[[f64; N_LEG]], cadence: Cadence) -> Result<Self> {
        let intervals = left.len();
        let mut pieces = leg_pieces(left)?;
        let first = if left == right { [0, 0] } else { [0, intervals] };
        if left != right {
            pieces.extend(leg_pieces(right)?);
        }
        let Cadence { offset, stride_rate, speed, published_stride_rate } = cadence;
        Ok(Self { pieces, intervals, first, offset, stride_rate, speed, published_stride_rate })
    }

    /// The same curves with another cadence.
    pub(super) fn with_stride_rate(self, stride_rate: f64) -> Self {
        Self { stride_rate, ..self }
    }

    /// Number of intervals of a cycle.
    pub(super) fn intervals(&self) -> usize {
        self.intervals
    }

    /// Coefficients of `joint` of the leg of `side` on interval `j`, lowest power first, in the interval's fraction.
    pub(super) fn cubic(&self, side: usize, joint: usize, j: usize) -> [f64; 4] {
        self.pieces[self.first[side] + j].map(|power| power[joint])
    }

    /// What the pattern carries beside its curves.
    pub(super) fn cadence(&self) -> Cadence {
        let Self { offset, stride_rate, speed, published_stride_rate, .. } = *self;
        Cadence { offset, stride_rate, speed, published_stride_rate }
    }

    /// Curves of the leg of `side` (0 left, 1 right) at `phase` of its own cycle.
    #[inline]
    pub(super) fn leg(&self, side: usize, phase: f64) -> LegCurve {
        let leg = self.leg_curves(side);
        let curve = leg.curve(leg.place(fraction(phase)));
        core::array::from_fn(|k| core::array::from_fn(|i| curve[k][i]))
    }

    /// The curves of the leg of `side` (0 left, 1 right), for evaluating them at many phases.
    #[inline]
    #[must_use]
    pub fn leg_curves(&self, side: usize) -> Leg<'_> {
        Leg::new(&self.pieces[self.first[side]..][..self.intervals])
    }

    /// The reference for a phase [-], phase rate [1/s] and phase acceleration [1/s²] of each side.
    ///
    /// Phases are wrapped; a rate or acceleration that is not finite counts as 0, and its magnitude is used up to
    /// 100 1/s and 1e4 1/s², so every result is finite.
    #[inline]
    #[must_use]
    pub fn evaluate_sides(&self, phases: Sides<f64>, rates: Sides<f64>, accels: Sides<f64>) -> Reference {
        let mut out = Reference::default();
        for side in 0..N_SIDES {
            let leg = self.leg_curves(side);
            let (rate, accel) = (rate_used(rates[side]), accel_used(accels[side]));
            let [q, dq, ddq] = leg.motion(leg.place(fraction(phases[side])), rate, accel);
            let joints = N_LEG * side..N_LEG * (side + 1);
            out.q[joints.clone()].copy_from_slice(&q[..N_LEG]);
            out.dq[joints.clone()].copy_from_slice(&dq[..N_LEG]);
            out.ddq[joints].copy_from_slice(&ddq[..N_LEG]);
        }
        out
    }

    /// The reference at the left side's `phase` [-], the right side following by the pattern's offset, both at
    /// `rate` [1/s], the pattern's own when absent.
    #[inline]
    #[must_use]
    pub fn evaluate(&self, phase: f64, rate: Option<f64>) -> Reference {
        let left = fraction(phase);
        let rate = rate.unwrap_or(self.stride_rate);
        self.evaluate_sides([left, fraction(left + self.offset)], [rate; 2], [0.0; 2])
    }

    /// Polynomial coefficients of all joints on each interval of a cycle, lowest power first.
    pub(super) fn joint_pieces(&self) -> Vec<[JointVec; 4]> {
        let joint = |i: usize, power: usize, j: usize| self.pieces[self.first[j / N_LEG] + i][power][j % N_LEG];
        let piece = |i| core::array::from_fn(|power| core::array::from_fn(|j| joint(i, power, j)));
        (0..self.intervals).map(piece).collect()
    }

    /// Strides per second at the pattern's speed [1/s].
    #[must_use]
    pub fn stride_rate(&self) -> f64 {
        self.stride_rate
    }

    /// Walking speed the pattern belongs to [m/s], absent when it is not known.
    #[must_use]
    pub fn speed(&self) -> Option<f64> {
        self.speed
    }

    /// Phase of the right side minus phase of the left [-].
    #[must_use]
    pub fn offset(&self) -> f64 {
        self.offset
    }

    /// Strides per second that the publication of the curves gives [1/s], absent for a recorded stride.
    #[must_use]
    pub fn published_stride_rate(&self) -> Option<f64> {
        self.published_stride_rate
    }

    /// Smallest height [m] of the swinging toe over the standing foot, for a person of `height` [m], 1.0 to 2.3.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming `height`.
    pub fn foot_clearance(&self, height: f64) -> Result<f64> {
        foot::clearance(height, self.offset, |side, phase| self.leg(side, phase)[0])
    }
}

/// [`wrap`] with the same bits, quick where the phase is already a fraction or one cycle on.
#[inline]
fn fraction(x: f64) -> f64 {
    if (0.0..1.0).contains(&x) {
        x
    } else if (1.0..2.0).contains(&x) {
        x - 1.0
    } else {
        wrap(x)
    }
}

/// Polynomials of one leg through samples at uniform phases.
fn leg_pieces(samples: &[[f64; N_LEG]]) -> Result<Vec<Piece>> {
    let mut pieces: Vec<Piece> = vec![[[0.0; LANES]; 4]; samples.len()];
    for joint in 0..N_LEG {
        let values: Vec<f64> = samples.iter().map(|row| row[joint]).collect();
        let curve = Curve::new("angles", &values)?;
        for (piece, coefficients) in pieces.iter_mut().zip(curve.pieces()) {
            for (power, c) in coefficients.iter().enumerate() {
                piece[power][joint] = *c;
            }
        }
    }
    Ok(pieces)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn pattern() -> GaitPattern {
        GaitPattern::koopman(0.8, 1.72, 0.14, None).unwrap()
    }

    #[test]
    fn quick_fraction_has_the_bits_of_wrap() {
        for x in [-0.0, 0.0, 0.3, 1.0, 1.7, 2.0, 1.0 - f64::EPSILON / 2.0, -1e-17, -0.4, -1.0, 7.3, 1e300, f64::NAN] {
            assert_eq!(fraction(x).to_bits(), wrap(x).to_bits(), "{x}");
        }
    }

    #[test]
    fn evaluate_is_evaluate_sides_with_the_right_side_following() {
        let pattern = pattern();
        for phase in [-0.3, 0.0, 0.45, 0.9, 12.6] {
            let sides = pattern.evaluate_sides([phase, phase + 0.5], [0.7; 2], [0.0; 2]);
            let both = pattern.evaluate(phase, Some(0.7));
            for i in 0..6 {
                assert!((sides.q[i] - both.q[i]).abs() < 1e-12 && (sides.dq[i] - both.dq[i]).abs() < 1e-11);
            }
        }
        assert_eq!(pattern.evaluate(0.2, None), pattern.evaluate(0.2, Some(pattern.stride_rate())));
    }

    #[test]
    fn velocity_and_acceleration_are_the_derivatives_over_time() {
        let (pattern, rate, accel, h) = (pattern(), 0.8, 2.0, 1e-5);
        let at = |t: f64| {
            let phase = 0.3 + rate * t + 0.5 * accel * t * t;
            pattern.evaluate_sides([phase; 2], [rate + accel * t; 2], [accel; 2])
        };
        let (before, now, after) = (at(-h), at(0.0), at(h));
        for i in 0..6 {
            assert!(((after.q[i] - before.q[i]) / (2.0 * h) - now.dq[i]).abs() < 1e-6);
            assert!(((after.dq[i] - before.dq[i]) / (2.0 * h) - now.ddq[i]).abs() < 1e-2);
        }
    }

    #[test]
    fn every_input_gives_finite_results() {
        let pattern = pattern();
        for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, -f64::MAX, f64::MIN_POSITIVE] {
            let r = pattern.evaluate_sides([x, 0.1], [0.5, x], [x, x]);
            assert!(r.q.iter().chain(&r.dq).chain(&r.ddq).all(|v| v.is_finite()), "{x}");
        }
    }
}
