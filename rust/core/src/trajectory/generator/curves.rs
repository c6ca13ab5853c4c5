//! Six periodic cubic curves that can be added and scaled, and their extremes.

use crate::trajectory::pattern::GaitPattern;
use crate::types::{JointVec, N_JOINTS, N_LEG, Sides, wrap};

/// Polynomial coefficients of all joints on one interval of phase, lowest power first.
pub(super) type Piece = [JointVec; 4];

/// Six curves, each over its own side's cycle, on the same number of intervals.
#[derive(Clone, Debug)]
pub(super) struct Curves {
    pieces: Vec<Piece>,
}

impl Curves {
    /// The same `values` at every phase, on `intervals`.
    pub fn constant(values: JointVec, intervals: usize) -> Self {
        Self { pieces: vec![[values, [0.0; N_JOINTS], [0.0; N_JOINTS], [0.0; N_JOINTS]]; intervals] }
    }

    /// The curves of a pattern.
    pub fn of(pattern: &GaitPattern) -> Self {
        Self { pieces: pattern.joint_pieces() }
    }

    /// Number of intervals of a cycle.
    pub fn intervals(&self) -> usize {
        self.pieces.len()
    }

    /// Whether no curve depends on phase.
    pub fn is_constant(&self) -> bool {
        self.pieces.iter().all(|p| p[0] == self.pieces[0][0] && p[1..] == [[0.0; N_JOINTS]; 3])
    }

    /// Constant curves on as many `intervals` as asked; others as they are.
    pub fn on(self, intervals: usize) -> Self {
        if self.intervals() != intervals && self.is_constant() {
            Self::constant(self.pieces[0][0], intervals)
        } else {
            self
        }
    }

    /// The curves moved by `by`.
    pub fn shifted(mut self, by: JointVec) -> Self {
        for piece in &mut self.pieces {
            for (value, by) in piece[0].iter_mut().zip(by) {
                *value += by;
            }
        }
        self
    }

    /// Sum of curves on the same number of intervals, each joint of each scaled by its factor.
    pub fn sum<const K: usize>(terms: [(JointVec, &Self); K]) -> Self {
        let pieces = (0..terms[0].1.intervals())
            .map(|i| {
                core::array::from_fn(|power| {
                    core::array::from_fn(|j| terms.iter().map(|(factor, c)| factor[j] * c.pieces[i][power][j]).sum())
                })
            })
            .collect();
        Self { pieces }
    }

    /// Values, first and second derivatives with respect to phase, at a phase of each side.
    #[inline]
    pub fn at(&self, phases: Sides<f64>) -> [JointVec; 3] {
        let scale = self.pieces.len() as f64;
        let mut out = [[0.0; N_JOINTS]; 3];
        for (side, phase) in phases.into_iter().enumerate() {
            let x = wrap(phase) * scale;
            let i = (x as usize).min(self.pieces.len() - 1);
            let u = x - i as f64;
            let [a, b, c, d] = &self.pieces[i];
            for j in N_LEG * side..N_LEG * (side + 1) {
                out[0][j] = a[j] + u * (b[j] + u * (c[j] + u * d[j]));
                out[1][j] = scale * (b[j] + u * (2.0 * c[j] + u * 3.0 * d[j]));
                out[2][j] = scale * scale * (2.0 * c[j] + u * 6.0 * d[j]);
            }
        }
        out
    }

    /// Coefficients of a joint on an interval.
    pub fn cubic(&self, interval: usize, joint: usize) -> [f64; 4] {
        self.pieces[interval].map(|power| power[joint])
    }

    /// Extremes of the curve of a joint.
    pub fn extremes(&self, joint: usize) -> Extremes {
        extremes_of(self.intervals(), |i| self.cubic(i, joint))
    }
}

/// Range of a curve and the largest magnitudes of it and its derivatives with respect to phase.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extremes {
    /// Lowest value [rad].
    pub low: f64,
    /// Highest value [rad].
    pub high: f64,
    /// Largest magnitude of the value and its first three derivatives [rad].
    pub top: [f64; 4],
}

impl Extremes {
    /// Of the curve that is 0.
    pub const ZERO: Self = Self { low: 0.0, high: 0.0, top: [0.0; 4] };
    const NONE: Self = Self { low: f64::INFINITY, high: f64::NEG_INFINITY, top: [0.0; 4] };

    /// Takes in the cubic `c` on `[0, width]`, one unit of which is `1/scale` of a cycle.
    fn widen(&mut self, c: [f64; 4], width: f64, scale: f64) {
        let [k0, k1, k2, k3] = c;
        let value = |u: f64| k0 + u * (k1 + u * (k2 + u * k3));
        let slope = |u: f64| k1 + u * (2.0 * k2 + u * 3.0 * k3);
        let bend = |u: f64| 2.0 * k2 + u * 6.0 * k3;
        // Where the slope is 0: 3 k3 u² + 2 k2 u + k1 = 0, in the form that does not cancel.
        let root = (k2 * k2 - 3.0 * k3 * k1).max(0.0).sqrt();
        let sum = -(k2 + if k2 < 0.0 { -root } else { root });
        for u in [0.0, width, sum / (3.0 * k3), k1 / sum] {
            if (0.0..=width).contains(&u) {
                self.low = self.low.min(value(u));
                self.high = self.high.max(value(u));
            }
        }
        for u in [0.0, width, -k2 / (3.0 * k3)] {
            if (0.0..=width).contains(&u) {
                self.top[1] = self.top[1].max(scale * slope(u).abs());
            }
        }
        self.top[2] = self.top[2].max(scale * scale * bend(0.0).abs().max(bend(width).abs()));
        self.top[3] = self.top[3].max(scale * scale * scale * (6.0 * k3).abs());
    }

    fn closed(mut self) -> Self {
        self.top[0] = self.low.abs().max(self.high.abs());
        self
    }
}

/// Extremes of a curve of `n` intervals.
pub(super) fn extremes_of(n: usize, cubic: impl Fn(usize) -> [f64; 4]) -> Extremes {
    let mut all = Extremes::NONE;
    for i in 0..n {
        all.widen(cubic(i), 1.0, n as f64);
    }
    all.closed()
}

/// Extremes of the curve `to` of `m` intervals minus the curve `from` of `n`, on the union of their knots.
pub(super) fn extremes_between(
    n: usize,
    from: impl Fn(usize) -> [f64; 4],
    m: usize,
    to: impl Fn(usize) -> [f64; 4],
) -> Extremes {
    let mut all = Extremes::NONE;
    let (mut i, mut k) = (0, 0);
    let mut start = 0.0;
    while i < n && k < m {
        // The next knot of the two, i + 1 of n or k + 1 of m, compared as integers.
        let (a, b) = ((i + 1) * m, (k + 1) * n);
        let end = if a <= b { (i + 1) as f64 / n as f64 } else { (k + 1) as f64 / m as f64 };
        let (x, y) = (moved(from(i), n, start, i), moved(to(k), m, start, k));
        all.widen(core::array::from_fn(|power| y[power] - x[power]), end - start, 1.0);
        (i, k) = (i + usize::from(a <= b), k + usize::from(b <= a));
        start = end;
    }
    all.closed()
}

/// A cubic of interval `i` of `n` as a polynomial in phase, from `start` [-] on.
fn moved([k0, k1, k2, k3]: [f64; 4], n: usize, start: f64, i: usize) -> [f64; 4] {
    let scale = n as f64;
    let u = start * scale - i as f64;
    [
        k0 + u * (k1 + u * (k2 + u * k3)),
        scale * (k1 + u * (2.0 * k2 + u * 3.0 * k3)),
        scale * scale * (k2 + u * 3.0 * k3),
        scale * scale * scale * k3,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waves(n: usize) -> Curves {
        let knots =
            |f: fn(f64) -> f64| (0..n).map(|i| f(core::f64::consts::TAU * i as f64 / n as f64)).collect::<Vec<_>>();
        let curve = |values: &[f64]| crate::curve::Curve::new("angles", values).map(|c| c.pieces().to_vec());
        let (Ok(a), Ok(b)) = (curve(&knots(f64::sin)), curve(&knots(|x| (2.0 * x).cos() + 0.1 * x.sin()))) else {
            return Curves::constant([f64::NAN; 6], 4);
        };
        let piece =
            |i: usize| core::array::from_fn(|p| [a[i][p], b[i][p], 0.0, b[i][p], a[i][p], 1.0 - p.min(1) as f64]);
        Curves { pieces: (0..n).map(piece).collect() }
    }

    #[test]
    fn extremes_are_those_of_a_fine_scan() {
        for n in [5, 16, 50] {
            let curves = waves(n);
            for joint in 0..N_JOINTS {
                let e = curves.extremes(joint);
                let rows = (0..200_000).map(|k| curves.at([f64::from(k) / 200_000.0; 2]).map(|row| row[joint]));
                let (mut low, mut high, mut top) = (f64::INFINITY, f64::NEG_INFINITY, [0.0_f64; 3]);
                for row in rows {
                    low = low.min(row[0]);
                    high = high.max(row[0]);
                    top = core::array::from_fn(|k| top[k].max(row[k].abs()));
                }
                for (got, want) in [(e.low, low), (e.high, high), (e.top[0], top[0]), (e.top[1], top[1])] {
                    assert!((got - want).abs() < 1e-7, "{n} {joint}: {got} {want}");
                }
                assert!((e.top[2] - top[2]).abs() < 2e-2);
            }
        }
    }

    #[test]
    fn difference_on_other_knots_is_the_difference() {
        let (from, to) = (waves(50), waves(16));
        for joint in 0..N_JOINTS {
            let e = extremes_between(50, |i| from.cubic(i, joint), 16, |i| to.cubic(i, joint));
            let mut top = [0.0_f64; 3];
            for k in 0..100_000 {
                let phase = [f64::from(k) / 100_000.0; 2];
                let (x, y) = (from.at(phase), to.at(phase));
                top = core::array::from_fn(|k| top[k].max((y[k][joint] - x[k][joint]).abs()));
            }
            for (k, want) in top.iter().enumerate() {
                let tolerance = [1e-7, 1e-6, 2e-2][k];
                assert!((e.top[k] - want).abs() < tolerance, "{joint} {k}: {} {want}", e.top[k]);
            }
        }
    }

    #[test]
    fn sums_scale_each_joint() {
        let (a, b) = (waves(16), Curves::constant([1.0; 6], 16));
        let factor = core::array::from_fn(|j| j as f64);
        let sum = Curves::sum([(factor, &a), ([2.0; 6], &b)]);
        let (got, part) = (sum.at([0.3, 0.9]), a.at([0.3, 0.9]));
        for j in 0..6 {
            assert!((got[0][j] - (factor[j] * part[0][j] + 2.0)).abs() < 1e-13);
            assert!((got[1][j] - factor[j] * part[1][j]).abs() < 1e-12);
        }
        assert!(b.is_constant() && !a.is_constant());
    }
}
