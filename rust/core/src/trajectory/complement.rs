//! One leg from the other: a cycle of it half a cycle later, or instant by instant.

use crate::error::{Result, in_range};
use crate::types::{N_JOINTS, N_LEG, N_SIDES};

use super::pattern::{Cadence, GaitPattern};

/// Number of phases at which a healthy pattern is looked at.
const ROWS: usize = 200;
/// Angles and velocities of one leg.
const N: usize = 2 * N_LEG;
/// Standard deviation below which a column does not count as moving.
const STILL: f64 = 1e-9;
/// Largest distance from the mean that is used, in standard deviations.
const SPAN: f64 = 3.0;

type Vector = [f64; N];
type Matrix = [Vector; N];

impl GaitPattern {
    /// The pattern in which both legs do what the leg of `side` (0 left, 1 right) does, the right one `offset` [-], 0
    /// to 1, of a cycle after the left.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming `side` or `offset`.
    pub fn complement(&self, side: usize, offset: f64) -> Result<Self> {
        check_side("side", side)?;
        let offset = in_range("offset", offset, 0.0, 1.0)?;
        let samples: Vec<[f64; N_LEG]> =
            (0..self.intervals()).map(|j| core::array::from_fn(|joint| self.cubic(side, joint, j)[0])).collect();
        Self::through(&samples, &samples, Cadence { offset, ..self.cadence() })
    }
}

fn check_side(name: &'static str, side: usize) -> Result<()> {
    in_range(name, side as f64, 0.0, (N_SIDES - 1) as f64).map(|_| ())
}

/// Mean, spread and range of the columns of a training set.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Columns {
    mean: Vector,
    spread: Vector,
    min: Vector,
    max: Vector,
}

impl Columns {
    fn of(rows: &[Vector]) -> Self {
        let n = rows.len() as f64;
        let column = |i: usize| rows.iter().map(move |row| row[i]);
        let mean: Vector = core::array::from_fn(|i| column(i).sum::<f64>() / n);
        let spread = core::array::from_fn(|i| {
            let spread = (column(i).map(|x| (x - mean[i]) * (x - mean[i])).sum::<f64>() / n).sqrt();
            if spread < STILL { 1.0 } else { spread }
        });
        let min = core::array::from_fn(|i| column(i).fold(f64::INFINITY, f64::min));
        let max = core::array::from_fn(|i| column(i).fold(f64::NEG_INFINITY, f64::max));
        Self { mean, spread, min, max }
    }

    fn standard(&self, row: &Vector) -> Vector {
        core::array::from_fn(|i| (row[i] - self.mean[i]) / self.spread[i])
    }
}

/// Angles and velocities of one leg from those of the other, without a phase: a linear map learned from a pattern.
///
/// Vallery, H., van Asseldonk, E. H. F., Buss, M. & van der Kooij, H. (2009). Reference trajectory generation for
/// rehabilitation robots: complementary limb motion estimation. IEEE Trans Neural Syst Rehabil Eng 17(1), 23-30.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LimbComplement {
    from: Columns,
    to: Columns,
    map: Matrix,
    rms: Vector,
}

impl LimbComplement {
    /// Learned from `pattern` at its own cadence; `sound` is the side (0 left, 1 right) that will be given, `ridge`
    /// [-], 1e-9 to 1, how much the map prefers small numbers.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming `sound` or `ridge`.
    pub fn from_pattern(pattern: &GaitPattern, sound: usize, ridge: f64) -> Result<Self> {
        check_side("sound", sound)?;
        let ridge = in_range("ridge", ridge, 1e-9, 1.0)?;
        let mut legs = [Vec::with_capacity(ROWS), Vec::with_capacity(ROWS)];
        for k in 0..ROWS {
            let reference = pattern.evaluate(k as f64 / ROWS as f64, None);
            for (side, rows) in legs.iter_mut().enumerate() {
                rows.push(core::array::from_fn(|i| {
                    let of = if i < N_LEG { &reference.q } else { &reference.dq };
                    of[N_LEG * side + i % N_LEG]
                }));
            }
        }
        let (x, y): (&[Vector], &[Vector]) = (&legs[sound], &legs[1 - sound]);
        let (from, to) = (Columns::of(x), Columns::of(y));
        let mut learned = Self { from, to, map: regression(&from, &to, x, y, ridge), rms: [0.0; N] };
        let mut squares = [0.0; N];
        for (x, y) in x.iter().zip(y) {
            let got = learned.estimate(x);
            squares.iter_mut().zip(got).zip(y).for_each(|((sum, got), y)| *sum += (got - y) * (got - y));
        }
        learned.rms = squares.map(|sum| (sum / ROWS as f64).sqrt());
        Ok(learned)
    }

    fn estimate(&self, row: &Vector) -> Vector {
        let z = self.from.standard(row).map(|z| if z.is_finite() { z.clamp(-SPAN, SPAN) } else { 0.0 });
        core::array::from_fn(|j| {
            let sum: f64 = (0..N).map(|i| z[i] * self.map[i][j]).sum();
            (self.to.mean[j] + self.to.spread[j] * sum).clamp(self.to.min[j], self.to.max[j])
        })
    }

    /// Angles [rad] and velocities [rad/s] of the other leg (hip, knee, ankle) for those of the sound one. Values far
    /// from the training pattern count as its border, those that are not finite as its mean; the result never leaves
    /// the range of the training pattern.
    #[must_use]
    pub fn step(&self, q: [f64; N_LEG], dq: [f64; N_LEG]) -> ([f64; N_LEG], [f64; N_LEG]) {
        let out = self.estimate(&core::array::from_fn(|i| if i < N_LEG { q[i] } else { dq[i - N_LEG] }));
        (core::array::from_fn(|i| out[i]), core::array::from_fn(|i| out[N_LEG + i]))
    }

    /// Root mean square error on the training pattern: three angles [rad], three velocities [rad/s].
    #[must_use]
    pub fn rms(&self) -> [f64; N_JOINTS] {
        self.rms
    }
}

/// `(Z'Z/n + ridge I)^-1 (Z'Y/n)` of the standardised rows.
fn regression(from: &Columns, to: &Columns, x: &[Vector], y: &[Vector], ridge: f64) -> Matrix {
    let (mut a, mut b) = ([[0.0; N]; N], [[0.0; N]; N]);
    let n = x.len() as f64;
    for (x, y) in x.iter().zip(y) {
        let (z, w) = (from.standard(x), to.standard(y));
        for i in 0..N {
            for j in 0..N {
                a[i][j] += z[i] * z[j] / n;
                b[i][j] += z[i] * w[j] / n;
            }
        }
    }
    for (i, row) in a.iter_mut().enumerate() {
        row[i] += ridge;
    }
    eliminate(a, b)
}

/// Solves `a x = b` for a symmetric positive definite `a`: no pivoting is needed.
fn eliminate(mut a: Matrix, mut b: Matrix) -> Matrix {
    for k in 0..N {
        for i in k + 1..N {
            let factor = a[i][k] / a[k][k];
            for j in 0..N {
                a[i][j] -= factor * a[k][j];
                b[i][j] -= factor * b[k][j];
            }
        }
    }
    for k in (0..N).rev() {
        let known = |j: usize| (k + 1..N).map(|i| a[k][i] * b[i][j]).sum::<f64>();
        b[k] = core::array::from_fn(|j| (b[k][j] - known(j)) / a[k][k]);
    }
    b
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::needless_range_loop)]
mod tests {
    use super::*;
    use core::f64::consts::TAU;

    #[test]
    fn a_sine_half_a_cycle_later_is_its_negative() {
        let angles: Vec<[f64; 6]> = (0..=200)
            .map(|i| [0.3, 0.2, 0.1, 0.3, 0.2, 0.1].map(|a: f64| a * (TAU * f64::from(i) / 200.0).sin()))
            .collect();
        let pattern = GaitPattern::from_table(&angles, 1.0, 0.5, None, 0.05).unwrap();
        let other = LimbComplement::from_pattern(&pattern, 0, 1e-9).unwrap();
        let (q, dq) = other.step([0.15, 0.1, 0.05], [1.0, 0.6, 0.3]);
        for i in 0..3 {
            assert!(
                (q[i] + [0.15, 0.1, 0.05][i]).abs() < 0.02 && (dq[i] + [1.0, 0.6, 0.3][i]).abs() < 0.1,
                "{q:?} {dq:?}"
            );
        }
        assert!(other.rms().iter().all(|rms| *rms < 1e-6), "{:?}", other.rms());
    }

    #[test]
    fn stays_within_the_training_pattern_for_any_input() {
        let pattern = GaitPattern::koopman(0.8, 1.72, 0.14, None).unwrap();
        let other = LimbComplement::from_pattern(&pattern, 1, 1e-3).unwrap();
        for x in [f64::NAN, f64::INFINITY, -f64::MAX, 1e9, 0.0] {
            let (q, dq) = other.step([x; 3], [x, 0.0, x]);
            for i in 0..3 {
                assert!((other.to.min[i]..=other.to.max[i]).contains(&q[i]));
                assert!((other.to.min[3 + i]..=other.to.max[3 + i]).contains(&dq[i]));
            }
        }
    }

    #[test]
    fn the_other_leg_follows_by_the_offset() {
        let angles: Vec<[f64; 6]> = (0..=50)
            .map(|i| core::array::from_fn(|j| 0.1 * (j as f64 + 1.0) * (TAU * f64::from(i) / 50.0).sin()))
            .collect();
        let pattern = GaitPattern::from_table(&angles, 1.0, 0.5, Some(1.0), 0.05).unwrap();
        let both = pattern.complement(1, 0.4).unwrap();
        let (sound, now, then) = (pattern.leg(1, 0.3)[0], both.evaluate(0.3, None).q, both.evaluate(0.9, None).q);
        for i in 0..3 {
            assert!((now[i] - sound[i]).abs() < 1e-15 && (then[3 + i] - sound[i]).abs() < 1e-14);
        }
        assert_eq!((both.stride_rate(), both.speed(), both.offset()), (1.0, Some(1.0), 0.4));
        assert!(pattern.complement(2, 0.5).is_err() && pattern.complement(0, f64::NAN).is_err());
        assert!(LimbComplement::from_pattern(&pattern, 2, 0.1).is_err());
        assert!(LimbComplement::from_pattern(&pattern, 0, 0.0).is_err());
    }
}
