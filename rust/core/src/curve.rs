//! Periodic cubic spline with a continuous second derivative.

use crate::error::{Error, Result, in_range};
use crate::types::wrap;

/// A periodic curve over the gait cycle through equally spaced values.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Polynomial coefficients of each interval, lowest power first, in the interval's own fraction `u`.
    pieces: Vec<[f64; 4]>,
}

impl Curve {
    /// The curve through `values[j]` at phase `j / N`.
    ///
    /// # Errors
    /// [`Error::Length`] for fewer than 4 values, [`Error::OutOfRange`] for one that is not finite.
    pub fn new(name: &'static str, values: &[f64]) -> Result<Self> {
        let n = values.len();
        if n < 4 {
            return Err(Error::Length { name, got: n, min: 4, max: usize::MAX });
        }
        for (i, &v) in values.iter().enumerate() {
            in_range(name, v, -1e6, 1e6).map_err(|_| Error::OutOfRange {
                name,
                index: Some(i),
                value: v,
                min: -1e6,
                max: 1e6,
            })?;
        }
        // With curvature scaled by h², s_j = h² M_j: s_{j-1} + 4 s_j + s_{j+1} = 6 (y_{j-1} - 2 y_j + y_{j+1}).
        let at = |i: usize| values[i % n];
        let rhs: Vec<f64> = (0..n).map(|j| 6.0 * (at(j + n - 1) - 2.0 * at(j) + at(j + 1))).collect();
        let s = solve_cyclic(&rhs);
        let pieces = (0..n)
            .map(|j| {
                let (y0, y1, s0, s1) = (values[j], at(j + 1), s[j], s[(j + 1) % n]);
                [y0, (y1 - y0) - (2.0 * s0 + s1) / 6.0, s0 / 2.0, (s1 - s0) / 6.0]
            })
            .collect();
        Ok(Self { pieces })
    }

    /// Polynomial coefficients of each interval, lowest power first, in the interval's own fraction.
    #[must_use]
    pub fn pieces(&self) -> &[[f64; 4]] {
        &self.pieces
    }

    /// Number of intervals.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Never true: a curve has at least four intervals.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Value and first and second derivative with respect to phase.
    #[must_use]
    pub fn evaluate(&self, phase: f64) -> [f64; 3] {
        let n = self.pieces.len();
        let scale = n as f64;
        let x = wrap(phase) * scale;
        let j = (x as usize).min(n - 1);
        let u = x - j as f64;
        let [a, b, c, d] = self.pieces[j];
        [
            a + u * (b + u * (c + u * d)),
            scale * (b + u * (2.0 * c + u * 3.0 * d)),
            scale * scale * (2.0 * c + u * 6.0 * d),
        ]
    }
}

/// Solves `x_{j-1} + 4 x_j + x_{j+1} = rhs_j` on a circle by elimination with one rank-one correction
/// (Sherman-Morrison); the matrix is diagonally dominant, so no pivoting is needed.
fn solve_cyclic(rhs: &[f64]) -> Vec<f64> {
    let n = rhs.len();
    // Corner entries are taken out by changing the first and last diagonal entry by `gamma = -4`.
    let gamma = -4.0;
    let diagonal = |j: usize| match j {
        0 => 4.0 - gamma,
        j if j == n - 1 => 4.0 - 1.0 / gamma,
        _ => 4.0,
    };
    let tridiagonal = |rhs: &dyn Fn(usize) -> f64| {
        let (mut slope, mut x) = (vec![0.0; n], vec![0.0; n]);
        let mut pivot = diagonal(0);
        x[0] = rhs(0) / pivot;
        for j in 1..n {
            slope[j] = 1.0 / pivot;
            pivot = diagonal(j) - slope[j];
            x[j] = (rhs(j) - x[j - 1]) / pivot;
        }
        for j in (0..n - 1).rev() {
            x[j] -= slope[j + 1] * x[j + 1];
        }
        x
    };
    let x = tridiagonal(&|j| rhs[j]);
    let z = tridiagonal(&|j| match j {
        0 => gamma,
        j if j == n - 1 => 1.0,
        _ => 0.0,
    });
    let factor = (x[0] + x[n - 1] / gamma) / (1.0 + z[0] + z[n - 1] / gamma);
    x.iter().zip(&z).map(|(x, z)| x - factor * z).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use core::f64::consts::TAU;

    #[test]
    fn passes_through_its_values_and_follows_a_sine() {
        let n = 64;
        let values: Vec<f64> = (0..n).map(|j| (TAU * j as f64 / n as f64).sin()).collect();
        let curve = Curve::new("angles", &values).unwrap();
        for (j, v) in values.iter().enumerate() {
            assert!((curve.evaluate(j as f64 / n as f64)[0] - v).abs() < 1e-14);
        }
        for k in 0..1000 {
            let phase = k as f64 / 1000.0;
            let [y, dy, ddy] = curve.evaluate(phase);
            assert!((y - (TAU * phase).sin()).abs() < 1e-6);
            assert!((dy - TAU * (TAU * phase).cos()).abs() < 1e-4);
            assert!((ddy + TAU * TAU * (TAU * phase).sin()).abs() < 0.05);
        }
    }

    #[test]
    fn is_smooth_over_the_seam_and_total() {
        let curve = Curve::new("angles", &[0.0, 1.0, 0.5, -0.3, 0.2]).unwrap();
        let (a, b) = (curve.evaluate(1.0 - 1e-9), curve.evaluate(0.0));
        for i in 0..3 {
            assert!((a[i] - b[i]).abs() < 1e-5);
        }
        for phase in [f64::NAN, f64::INFINITY, -1e300, 1.0, -1e-17] {
            assert!(curve.evaluate(phase).iter().all(|v| v.is_finite()));
        }
    }

    #[test]
    fn refuses_too_few_or_non_finite_values() {
        assert!(matches!(Curve::new("angles", &[0.0; 3]), Err(Error::Length { .. })));
        assert!(matches!(
            Curve::new("angles", &[0.0, f64::NAN, 0.0, 0.0]),
            Err(Error::OutOfRange { index: Some(1), .. })
        ));
    }
}
