//! Evenly spaced signals and their smoothing without delay.

/// Distance of two points [s].
pub(super) const STEP: f64 = 0.02;

/// Mean of the straight lines through the samples `z` at the times `s` [s], around each point of the grid.
pub(super) fn even(z: impl Fn(usize) -> f64, s: &[f64], points: usize) -> Vec<f64> {
    let Some(last) = s.len().checked_sub(2) else { return vec![0.0; points] };
    let mut sums = vec![0.0; s.len()];
    for j in 0..=last {
        sums[j + 1] = sums[j] + 0.5 * (z(j + 1) + z(j)) * (s[j + 1] - s[j]);
    }
    let integral = |point: f64, k: &mut usize| {
        while *k < last && s[*k + 1] <= point {
            *k += 1;
        }
        let (d, slope) = (point - s[*k], (z(*k + 1) - z(*k)) / (s[*k + 1] - s[*k]));
        sums[*k] + (z(*k) * d + 0.5 * slope * d * d)
    };
    let (mut k, mut m) = (0, 0);
    let mean = |i: usize| {
        let at = STEP * i as f64;
        let (from, to) = ((at - STEP / 2.0).max(0.0), (at + STEP / 2.0).min(s[last + 1]));
        (integral(to, &mut m) - integral(from, &mut k)) / (to - from)
    };
    (0..points).map(mean).collect()
}

/// Low-pass of first order with time constant `tau` [s], forwards and then backwards.
pub(super) fn both(z: &[f64], tau: f64) -> Vec<f64> {
    let k = STEP / (tau + STEP);
    let mut out = z.to_vec();
    let mut mean = out.first().copied().unwrap_or(0.0);
    for value in &mut out {
        mean += k * (*value - mean);
        *value = mean;
    }
    for value in out.iter_mut().rev() {
        mean += k * (*value - mean);
        *value = mean;
    }
    out
}

/// Moving mean over `width` [s], three times, with the ends held.
pub(super) fn triple(z: &[f64], width: f64) -> Vec<f64> {
    let half = (0.5 * width / STEP + 0.5) as usize;
    let (full, mut out) = (2 * half + 1, z.to_vec());
    let mut sums = Vec::with_capacity(z.len() + full);
    for _ in 0..3 {
        let (first, last) = (out.first().copied().unwrap_or(0.0), out.last().copied().unwrap_or(0.0));
        let ends = |value: f64| core::iter::repeat_n(value, half);
        let mut sum = 0.0;
        sums.clear();
        sums.push(sum);
        sums.extend(ends(first).chain(out.iter().copied()).chain(ends(last)).map(|value| {
            sum += value;
            sum
        }));
        for (mean, (from, to)) in out.iter_mut().zip(sums.iter().zip(sums.iter().skip(full))) {
            *mean = (to - from) / full as f64;
        }
    }
    out
}

/// Takes away what lasts longer than `tau` [s].
pub(super) fn less_slow(z: &mut [f64], tau: f64) {
    let slow = both(z, tau);
    for (value, slow) in z.iter_mut().zip(slow) {
        *value -= slow;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_even_stays_as_it_is() {
        let s: Vec<f64> = (0..300).map(|i| f64::from(i) * 0.013).collect();
        let ramp = even(|i| 2.0 * s[i] + 1.0, &s, 150);
        for (i, value) in ramp.iter().enumerate().skip(1) {
            assert!((value - (0.04 * i as f64 + 1.0)).abs() < 1e-12, "{i}: {value}");
        }
        assert!(both(&[3.0; 50], 0.7).iter().chain(&triple(&[3.0; 50], 0.3)).all(|z| (z - 3.0).abs() < 1e-12));
    }

    #[test]
    fn smoothing_moves_nothing_in_time() {
        let mut hill = vec![0.0; 201];
        hill[100] = 1.0;
        for smooth in [both(&hill, 0.1), triple(&hill, 0.3)] {
            assert!(
                (1..100).all(|i| (smooth[100 - i] - smooth[100 + i]).abs() < 1e-9 && smooth[100 - i] < smooth[100])
            );
        }
    }
}
