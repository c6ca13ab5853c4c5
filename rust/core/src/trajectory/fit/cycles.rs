//! Cycles of a recording, and which of them can be trusted.

use crate::types::{JointVec, N_LEG, smooth_step};

use super::{FitParams, Reason, Rejected, SAMPLES, Table};

/// Angles of hip, knee and ankle a person can have [rad].
const RANGE: [[f64; 2]; N_LEG] = [[-0.7, 2.3], [-0.35, 2.7], [-1.1, 0.9]];
/// Fewest samples of a cycle.
const SAMPLES_MIN: usize = 10;
/// Part of the cycle at each end over which a gap between its ends is closed [-].
const CLOSING: f64 = 0.05;
/// Median absolute deviations, scaled to the standard deviation of a normal distribution, that count as far.
const FAR: f64 = 3.0;
/// That scale [-].
const NORMAL: f64 = 1.4826;

/// A cycle of one leg from contact to contact, at uniform phases.
#[derive(Clone, Debug)]
pub(super) struct Cycle {
    /// Time of the contact it begins with [s].
    pub start: f64,
    /// Time of the contact it ends with [s].
    pub end: f64,
    /// Angles [rad], closed.
    pub angles: Table,
}

/// The good cycles of a side in order of time; the others go to `rejected`.
pub(super) fn good_cycles(
    side: usize,
    time: &[f64],
    angles: &[JointVec],
    contacts: &[f64],
    params: &FitParams,
    rejected: &mut Vec<Rejected>,
) -> Vec<Cycle> {
    let (first, last) = (time[0], time[time.len() - 1]);
    let outside = |start: f64, end: f64| start < first || end > last;
    let spans = || contacts.windows(2).map(|pair| (pair[0], pair[1]));
    let durations: Vec<f64> = spans().filter(|(a, b)| !outside(*a, *b)).map(|(a, b)| b - a).collect();
    let usual = median(&durations);
    let mut bad: Vec<(f64, Reason)> = Vec::new();
    let mut candidates: Vec<Cycle> = Vec::new();
    for (start, end) in spans() {
        let leg = Leg { side, time, angles };
        let reason = if outside(start, end) {
            Some(Reason::Outside)
        } else if (end - start - usual).abs() > params.duration_span * usual {
            Some(Reason::Duration)
        } else {
            leg.fault(start, end, params.max_gap)
        };
        match reason {
            Some(reason) => bad.push((start, reason)),
            None => candidates.push(Cycle { start, end, angles: leg.resampled(start, end) }),
        }
    }
    let good = near_the_median(candidates, params.distance_min, &mut bad);
    bad.sort_by(|a, b| a.0.total_cmp(&b.0));
    rejected.extend(bad.into_iter().map(|(start, reason)| Rejected { side, start, reason }));
    good
}

/// One leg of a recording.
#[derive(Clone, Copy)]
struct Leg<'a> {
    side: usize,
    time: &'a [f64],
    angles: &'a [JointVec],
}

impl Leg<'_> {
    fn at(&self, k: usize) -> [f64; N_LEG] {
        core::array::from_fn(|i| self.angles[k][N_LEG * self.side + i])
    }

    /// What is wrong with the samples from `start` to `end`, which lie within the recording.
    fn fault(&self, start: f64, end: f64, max_gap: f64) -> Option<Reason> {
        let low = self.time.partition_point(|t| *t <= start) - 1;
        let high = self.time.partition_point(|t| *t < end);
        let wide = self.time[low..=high].windows(2).any(|pair| pair[1] - pair[0] > max_gap);
        let absent = (low..=high).any(|k| self.at(k).iter().any(|v| !v.is_finite()));
        if absent || wide || high - low + 1 < SAMPLES_MIN {
            return Some(Reason::Gap);
        }
        let beyond = |row: [f64; N_LEG]| row.iter().zip(RANGE).any(|(v, [min, max])| *v < min || *v > max);
        (low..=high).any(|k| beyond(self.at(k))).then_some(Reason::Range)
    }

    /// Angles at a time within the recording, linear between samples.
    fn interpolated(&self, t: f64) -> [f64; N_LEG] {
        let k = (self.time.partition_point(|x| *x <= t) - 1).min(self.time.len() - 2);
        let (a, b) = (self.at(k), self.at(k + 1));
        let r = (t - self.time[k]) / (self.time[k + 1] - self.time[k]);
        core::array::from_fn(|i| a[i] + r * (b[i] - a[i]))
    }

    /// Angles at uniform phases, the gap between both ends closed.
    fn resampled(&self, start: f64, end: f64) -> Table {
        let mut table: Table =
            (0..SAMPLES).map(|j| self.interpolated(start + (end - start) * (j as f64 / SAMPLES as f64))).collect();
        let (from, to) = (table[0], self.interpolated(end));
        for (j, row) in table.iter_mut().enumerate() {
            let p = j as f64 / SAMPLES as f64;
            let weight = (1.0 - smooth_step(p / CLOSING)) - (1.0 - smooth_step((1.0 - p) / CLOSING));
            for i in 0..N_LEG {
                row[i] += (to[i] - from[i]) / 2.0 * weight;
            }
        }
        table
    }
}

/// Cycles that are not far from the median cycle.
fn near_the_median(cycles: Vec<Cycle>, always: f64, bad: &mut Vec<(f64, Reason)>) -> Vec<Cycle> {
    let middle: Table = (0..SAMPLES)
        .map(|j| core::array::from_fn(|i| median(&cycles.iter().map(|c| c.angles[j][i]).collect::<Vec<_>>())))
        .collect();
    let distances: Vec<f64> = cycles.iter().map(|cycle| distance(&cycle.angles, &middle)).collect();
    let usual = median(&distances);
    let spread = median(&distances.iter().map(|d| (d - usual).abs()).collect::<Vec<_>>());
    let limit = always.max(usual + FAR * NORMAL * spread);
    let mut good = Vec::new();
    for (cycle, distance) in cycles.into_iter().zip(distances) {
        if distance > limit { bad.push((cycle.start, Reason::Distance)) } else { good.push(cycle) }
    }
    good
}

/// Root mean square difference [rad] of two tables.
pub(super) fn distance(a: &Table, b: &Table) -> f64 {
    let mut sum = 0.0;
    for (a, b) in a.iter().zip(b) {
        for i in 0..N_LEG {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
    }
    (sum / (a.len() * N_LEG) as f64).sqrt()
}

/// Median; 0 of nothing.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        n if n % 2 == 1 => sorted[n / 2],
        n => 0.5 * (sorted[n / 2 - 1] + sorted[n / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_of_odd_even_and_nothing() {
        assert_eq!((median(&[3.0, 1.0, 2.0]), median(&[4.0, 1.0, 2.0, 3.0]), median(&[])), (2.0, 2.5, 0.0));
    }
}
