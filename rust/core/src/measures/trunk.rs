//! Step-to-step symmetry of the trunk within a stride (section 8.7).

use super::batch::Stride;
use super::recording::RecordedSamples;
use super::row::StrideRow;
use super::signals::Place;
use super::tally::measured;

/// Harmonics of the stride that are summed.
const HARMONICS: usize = 20;
/// Smaller divisors are taken for rounding, over the sum of the magnitudes [-].
const DIVISOR_MIN: f64 = 1e-9;
/// Points of a stride in a table.
const POINTS: usize = 128;

/// Cosine and sine of each n-th of a cycle.
pub(super) struct Waves(Vec<(f64, f64)>);

impl Waves {
    fn new(n: usize) -> Self {
        let angle = |i: usize| core::f64::consts::TAU * i as f64 / n as f64;
        Self((0..n).map(|i| (angle(i).cos(), angle(i).sin())).collect())
    }

    /// For the strides of a table.
    pub(super) fn of_table() -> Self {
        Self::new(POINTS)
    }

    fn amplitude(&self, x: &[f64], k: usize) -> f64 {
        let (mut cos, mut sin, mut at) = (0.0, 0.0, 0);
        for x in x {
            let (c, s) = self.0[at];
            cos += x * c;
            sin += x * s;
            at += k;
            if at >= self.0.len() {
                at -= self.0.len();
            }
        }
        cos.hypot(sin)
    }

    fn ratio(&self, x: &[f64], lateral: bool) -> Option<f64> {
        let (mut odd, mut even) = (0.0, 0.0);
        for k in 1..=HARMONICS {
            *(if k % 2 == 0 { &mut even } else { &mut odd }) += self.amplitude(x, k);
        }
        let (above, below) = if lateral { (odd, even) } else { (even, odd) };
        let size: f64 = x.iter().map(|x| x.abs()).sum();
        (below > DIVISOR_MIN * size).then(|| above / below)
    }
}

/// Sum of the amplitudes of the even harmonics of one stride over that of the odd ones; `lateral` the other way round.
#[must_use]
pub fn harmonic_ratio(acceleration: &[f64], lateral: bool) -> Option<f64> {
    let whole = acceleration.len() > 2 * HARMONICS && acceleration.iter().all(|&x| measured(Some(x)).is_some());
    whole.then(|| Waves::new(acceleration.len()).ratio(acceleration, lateral)).flatten()
}

/// Harmonic ratios of a stride: forward, to the left, upward.
pub(super) fn add(row: &mut StrideRow, stride: &Stride, trunk: &RecordedSamples<'_, [f64; 3]>, waves: &Waves) {
    let places: [_; POINTS] =
        core::array::from_fn(|j| Place::new(trunk, stride.start + j as f64 / POINTS as f64 * stride.duration));
    let ratio = |axis: usize| {
        let mut x = [0.0; POINTS];
        for (x, place) in x.iter_mut().zip(&places) {
            *x = place.as_ref()?.value(|a| a[axis])?;
        }
        waves.ratio(&x, axis == 1)
    };
    (row.harmonic_ap, row.harmonic_ml, row.harmonic_v) = (ratio(0), ratio(1), ratio(2));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_harmonics_count_above_odd_ones() {
        let angle = |j: usize| core::f64::consts::TAU * j as f64 / 100.0;
        let x: Vec<f64> = (0..100).map(|j| 3.0 * (2.0 * angle(j)).cos() + angle(j).sin() + 9.8).collect();
        assert!(harmonic_ratio(&x, false).is_some_and(|ratio| (ratio - 3.0).abs() < 1e-9));
        assert!(harmonic_ratio(&x, true).is_some_and(|ratio| (ratio - 1.0 / 3.0).abs() < 1e-9));
        assert_eq!(harmonic_ratio(&x[..40], false), None);
        assert_eq!(harmonic_ratio(&[9.8; 100], false), None, "nothing but rounding");
    }
}
