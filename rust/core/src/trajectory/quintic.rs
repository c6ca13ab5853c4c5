//! Movement between two full boundary states.

use crate::error::{Result, all_in_range, in_range};

/// Largest magnitude of every boundary value; it keeps every result finite.
const VALUE_MAX: f64 = 1e6;

/// The polynomial of fifth degree between two states of position, velocity and acceleration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quintic {
    start: [f64; 3],
    end: [f64; 3],
    duration: f64,
    /// Coefficients in the fraction of the duration, lowest power first.
    powers: [f64; 6],
}

impl Quintic {
    /// From `start` to `end`, each position [rad, or any unit of the caller], velocity [unit/s] and acceleration
    /// [unit/s²] of -1e6 to 1e6, in `duration` [s], 1e-3 to 1e4.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first argument outside its range.
    pub fn new(start: [f64; 3], end: [f64; 3], duration: f64) -> Result<Self> {
        let start = all_in_range("start", start, -VALUE_MAX, VALUE_MAX)?;
        let end = all_in_range("end", end, -VALUE_MAX, VALUE_MAX)?;
        let h = in_range("duration", duration, 1e-3, 1e4)?;
        let ([q0, v0, a0], [q1, v1, a1]) = (start, end);
        let (v0, a0, v1, a1, d) = (v0 * h, a0 * h * h, v1 * h, a1 * h * h, q1 - q0);
        let k3 = 10.0 * d - 6.0 * v0 - 4.0 * v1 - 1.5 * a0 + 0.5 * a1;
        let k4 = -15.0 * d + 8.0 * v0 + 7.0 * v1 + 1.5 * a0 - a1;
        let k5 = 6.0 * d - 3.0 * v0 - 3.0 * v1 - 0.5 * a0 + 0.5 * a1;
        Ok(Self { start, end, duration, powers: [q0, v0, 0.5 * a0, k3, k4, k5] })
    }

    /// Position, velocity and acceleration at `t` [s]; before 0 and for NaN the start, after the end the end.
    #[inline]
    #[must_use]
    pub fn evaluate(&self, t: f64) -> [f64; 3] {
        let (s, h) = (t / self.duration, self.duration);
        if s >= 1.0 {
            return self.end;
        }
        // NaN fails the comparison and counts as 0.
        let s = if s > 0.0 { s } else { return self.start };
        let [k0, k1, k2, k3, k4, k5] = self.powers;
        [
            k0 + s * (k1 + s * (k2 + s * (k3 + s * (k4 + s * k5)))),
            (k1 + s * (2.0 * k2 + s * (3.0 * k3 + s * (4.0 * k4 + s * 5.0 * k5)))) / h,
            (2.0 * k2 + s * (6.0 * k3 + s * (12.0 * k4 + s * 20.0 * k5))) / (h * h),
        ]
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn rest_to_rest_is_minimum_jerk() {
        let quintic = Quintic::new([1.0, 0.0, 0.0], [3.0, 0.0, 0.0], 2.0).unwrap();
        let least = super::super::MinimumJerk::new(1.0, 3.0, 2.0).unwrap();
        for k in -2..24 {
            let t = 0.1 * f64::from(k);
            for (a, b) in quintic.evaluate(t).iter().zip(least.evaluate(t)) {
                assert!((a - b).abs() < 1e-13);
            }
        }
    }

    #[test]
    fn reproduces_a_polynomial_of_fifth_degree() {
        let truth = |t: f64| {
            let p = [0.3, -1.0, 0.7, 2.0, -0.4, 0.1];
            [
                p.iter().rev().fold(0.0, |sum, c| sum * t + c),
                p[1] + t * (2.0 * p[2] + t * (3.0 * p[3] + t * (4.0 * p[4] + t * 5.0 * p[5]))),
                2.0 * p[2] + t * (6.0 * p[3] + t * (12.0 * p[4] + t * 20.0 * p[5])),
            ]
        };
        let quintic = Quintic::new(truth(0.0), truth(1.7), 1.7).unwrap();
        for k in 0..=17 {
            let t = 0.1 * f64::from(k);
            for (a, b) in quintic.evaluate(t).iter().zip(truth(t)) {
                assert!((a - b).abs() < 1e-12, "{t}: {a} {b}");
            }
        }
    }

    #[test]
    fn time_outside_gives_the_boundary_states() {
        let (start, end) = ([1.0, 2.0, 3.0], [-1.0, 0.5, -4.0]);
        let quintic = Quintic::new(start, end, 0.7).unwrap();
        for t in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
            assert_eq!(quintic.evaluate(t), start);
        }
        for t in [0.7, 1.0, f64::INFINITY] {
            assert_eq!(quintic.evaluate(t), end);
        }
    }

    #[test]
    fn refuses_and_names_what_is_wrong() {
        let message = |r: Result<Quintic>| r.unwrap_err().to_string();
        let good = [0.0; 3];
        assert_eq!(
            message(Quintic::new([0.0, f64::NAN, 0.0], good, 1.0)),
            "start must lie in [-1000000, 1000000], got NaN at index 1"
        );
        assert!(message(Quintic::new(good, [0.0, 0.0, 2e6], 1.0)).starts_with("end must lie in"));
        assert!(message(Quintic::new(good, good, 0.0)).starts_with("duration must lie in"));
    }
}
