//! Figures over many strides (section 8.10).

use super::tally::measured;
use crate::error::{Result, in_range};

/// Range of a measure that can be compared between sides.
const COMPARABLE: (f64, f64) = (1e-9, 1e9);
/// Means closer to 0 have no coefficient of variation.
const MEAN_MIN: f64 = 1e-12;
/// Strides that make the figures stable.
const STABLE: usize = 20;

/// Spread of a measure over strides; absent where there are too few.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Variability {
    /// Strides with a value.
    pub strides: usize,
    /// Mean, in the measure's unit.
    pub mean: Option<f64>,
    /// Median, in the measure's unit.
    pub median: Option<f64>,
    /// Standard deviation with divisor `strides - 1`, in the measure's unit.
    pub sd: Option<f64>,
    /// Standard deviation over the magnitude of the mean [-].
    pub cv: Option<f64>,
    /// Median of the distances from the median, in the measure's unit.
    pub mad: Option<f64>,
    /// Whether there were 20 strides or more.
    pub stable: bool,
}

/// Spread of `values`; what is absent is left out.
#[must_use]
pub fn variability(values: &[f64]) -> Variability {
    let mut left = present(values);
    let n = left.len();
    let mean = (n > 0).then(|| left.iter().sum::<f64>() / n as f64);
    let square = |mean: f64| left.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
    let sd = mean.filter(|_| n >= 2).map(|mean| (square(mean) / (n - 1) as f64).sqrt());
    let cv = sd.zip(mean.filter(|mean| mean.abs() >= MEAN_MIN)).map(|(sd, mean)| sd / mean.abs());
    let median = median_of(&mut left);
    let mad = median.and_then(|median| {
        left.iter_mut().for_each(|x| *x = (*x - median).abs());
        median_of(&mut left)
    });
    Variability { strides: n, mean, median, sd, cv, mad, stable: n >= STABLE }
}

fn present(values: &[f64]) -> Vec<f64> {
    values.iter().copied().filter(|&x| measured(Some(x)).is_some()).collect()
}

/// The middle of `values`, whose order it changes.
fn median_of(values: &mut [f64]) -> Option<f64> {
    let (half, odd) = (values.len() / 2, values.len() % 2 == 1);
    if values.is_empty() {
        return None;
    }
    let (below, high, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    let high = *high;
    if odd {
        return Some(high);
    }
    let low = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Some(if low == high { low } else { 0.5 * (low + high) })
}

/// Natural logarithm of the ratio of left to right [-]: 0 when equal, positive when left is larger.
///
/// # Errors
/// [`crate::Error::OutOfRange`] for a value outside `1e-9..=1e9`.
pub fn symmetry(left: f64, right: f64) -> Result<f64> {
    let comparable = |name: &'static str, x: f64| in_range(name, x, COMPARABLE.0, COMPARABLE.1);
    Ok((comparable("left", left)? / comparable("right", right)?).ln())
}

/// Natural logarithm of the ratio of the medians of left and right [-]; what is absent is left out.
#[must_use]
pub fn stride_symmetry(left: &[f64], right: &[f64]) -> Option<f64> {
    let middle = |values: &[f64]| median_of(&mut present(values)).filter(|x| (COMPARABLE.0..=COMPARABLE.1).contains(x));
    Some((middle(left)? / middle(right)?).ln())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn symmetry_is_the_log_ratio_of_positive_numbers() {
        assert_eq!(symmetry(2.0, 2.0), Ok(0.0));
        assert_eq!(symmetry(2.0, 1.0).unwrap(), -symmetry(1.0, 2.0).unwrap());
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(symmetry(1.0, bad).unwrap_err().to_string().starts_with("right must lie in"));
        }
    }

    #[test]
    fn the_median_and_its_deviation_ignore_one_wild_value() {
        let spread = variability(&[1.0, 2.0, f64::NAN, 3.0, 4.0, 100.0]);
        assert_eq!((spread.strides, spread.mean, spread.median, spread.mad), (5, Some(22.0), Some(3.0), Some(1.0)));
        assert_eq!(variability(&[f64::INFINITY]).median, None);
        assert_eq!((variability(&[2.0]).sd, variability(&[-1.0, 1.0]).cv), (None, None));
        assert_eq!(stride_symmetry(&[0.4, 0.6, 9.0], &[0.3]), Some(2.0_f64.ln()));
        assert_eq!(stride_symmetry(&[0.0], &[0.3]), None);
    }
}
