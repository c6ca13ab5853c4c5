//! Evenly spaced signals and their smoothing without delay.

/// Distance of two points [s].
pub(super) const STEP: f64 = 0.02;

/// Means of the straight lines through the samples `rows` at the times `s` [s], around each point of the grid.
pub(super) fn even<const N: usize>(rows: &[[f64; N]], s: &[f64], points: usize) -> Vec<[f64; N]> {
    let Some(last) = s.len().checked_sub(2) else { return vec![[0.0; N]; points] };
    let (mut k, mut sum) = (0, [0.0; N]);
    let mut integral = |point: f64| -> [f64; N] {
        while k < last && s[k + 1] <= point {
            let half = 0.5 * (s[k + 1] - s[k]);
            for (sum, (from, to)) in sum.iter_mut().zip(rows[k].iter().zip(&rows[k + 1])) {
                *sum += half * (to + from);
            }
            k += 1;
        }
        let d = point - s[k];
        let share = 0.5 * (d / (s[k + 1] - s[k]));
        let (from, to) = (&rows[k], &rows[k + 1]);
        core::array::from_fn(|i| sum[i] + d * (from[i] + share * (to[i] - from[i])))
    };
    let (mut edge, mut before) = (0.0, integral(0.0));
    let mean = |i: usize| {
        let next = (STEP * i as f64 + STEP / 2.0).min(s[last + 1]);
        let (area, per) = (integral(next), 1.0 / (next - edge));
        let mean = core::array::from_fn(|i| (area[i] - before[i]) * per);
        (edge, before) = (next, area);
        mean
    };
    (0..points).map(mean).collect()
}

/// Low-pass of first order with time constants `tau` [s], forwards and then backwards.
pub(super) fn both<const N: usize>(mut out: Vec<[f64; N]>, tau: [f64; N]) -> Vec<[f64; N]> {
    let k = tau.map(|tau| STEP / (tau + STEP));
    let mut mean = out.first().copied().unwrap_or([0.0; N]);
    let mut pass = |values: &mut [f64; N]| {
        for ((mean, value), k) in mean.iter_mut().zip(values).zip(k) {
            *mean = (1.0 - k) * *mean + k * *value;
            *value = *mean;
        }
    };
    out.iter_mut().for_each(&mut pass);
    out.iter_mut().rev().for_each(pass);
    out
}

/// Moving mean over `width` [s], three times, with the ends held.
pub(super) fn triple<const N: usize>(mut out: Vec<[f64; N]>, width: f64) -> Vec<[f64; N]> {
    let half = (0.5 * width / STEP + 0.5) as usize;
    let full = 2 * half + 1;
    let share = 1.0 / full as f64;
    let (Some(&first), Some(&last)) = (out.first(), out.last()) else { return out };
    let (mut ends, mut sums) = ([first, last], vec![[0.0; N]; out.len() + full]);
    for _ in 0..3 {
        let (mut sum, mut later) = ([0.0; N], sums.iter_mut().skip(1));
        let mut add = |value: &[f64; N]| {
            sum = core::array::from_fn(|i| sum[i] + value[i]);
            if let Some(place) = later.next() {
                *place = sum;
            }
        };
        (0..half).for_each(|_| add(&ends[0]));
        out.iter().for_each(&mut add);
        (0..half).for_each(|_| add(&ends[1]));
        for (mean, (from, to)) in out.iter_mut().zip(sums.iter().zip(&sums[full..])) {
            *mean = core::array::from_fn(|i| (to[i] - from[i]) * share);
        }
        ends = [out[0], out[out.len() - 1]];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_even_stays_as_it_is() {
        let s: Vec<f64> = (0..300).map(|i| f64::from(i) * 0.013).collect();
        let ramp = even(&s.iter().map(|s| [2.0 * s + 1.0]).collect::<Vec<_>>(), &s, 150);
        for (i, [value]) in ramp.iter().enumerate().skip(1) {
            assert!((value - (0.04 * i as f64 + 1.0)).abs() < 1e-12, "{i}: {value}");
        }
        assert!(
            both(vec![[3.0]; 50], [0.7]).iter().chain(&triple(vec![[3.0]; 50], 0.3)).all(|[z]| (z - 3.0).abs() < 1e-12)
        );
    }

    #[test]
    fn smoothing_moves_nothing_in_time() {
        let mut hill = vec![[0.0]; 201];
        hill[100] = [1.0];
        for smooth in [both(hill.clone(), [0.1]), triple(hill, 0.3)] {
            assert!(
                (1..100)
                    .all(|i| (smooth[100 - i][0] - smooth[100 + i][0]).abs() < 1e-9 && smooth[100 - i] < smooth[100])
            );
        }
    }
}
