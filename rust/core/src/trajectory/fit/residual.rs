//! What a person's mean cycle adds to a model.

use core::f64::consts::TAU;

use crate::types::N_LEG;

use super::cycles::{Cycle, distance};
use super::{GaitPattern, SAMPLES, Table};

/// What the good cycles of a side add to a model.
#[derive(Clone, Debug)]
pub(super) struct Residual {
    /// At uniform phases [rad].
    pub values: Table,
    /// Root mean square over the cycle [rad].
    pub rms: [f64; N_LEG],
    /// Spread of the cycles around their mean [rad].
    pub spread: [f64; N_LEG],
}

impl Residual {
    pub(super) fn new(model: &GaitPattern, side: usize, cycles: &[Cycle], harmonics: usize) -> Self {
        let mean = mean_of(cycles);
        let spread = spread_of(cycles, &mean);
        let mut values = mean;
        for (j, row) in values.iter_mut().enumerate() {
            let model = model.leg(side, j as f64 / SAMPLES as f64)[0];
            for i in 0..N_LEG {
                row[i] -= model[i];
            }
        }
        let raw = rms_of(&values);
        // The mean of n cycles is off by about spread / sqrt(n); as much of the residual may be chance.
        let chance = spread.map(|s| s * s / cycles.len() as f64);
        let weight: [f64; N_LEG] =
            core::array::from_fn(|i| if raw[i] > 0.0 { (1.0 - chance[i] / (raw[i] * raw[i])).max(0.0) } else { 0.0 });
        for row in &mut values {
            for i in 0..N_LEG {
                row[i] *= weight[i];
            }
        }
        let values = smoothed(&values, harmonics);
        let rms = rms_of(&values);
        Self { values, rms, spread }
    }
}

fn mean_of(cycles: &[Cycle]) -> Table {
    let mut sum: Table = vec![[0.0; N_LEG]; SAMPLES];
    for cycle in cycles {
        add(&mut sum, &cycle.angles);
    }
    scaled(&sum, cycles.len())
}

/// How far the hip is flexed at the contacts against half a cycle later: the first harmonic of its mean cycle [rad].
pub(super) fn lead(cycles: &[Cycle]) -> f64 {
    let turn = |j: usize| (TAU * j as f64 / SAMPLES as f64).cos();
    let sum: f64 = mean_of(cycles).iter().enumerate().map(|(j, row)| row[0] * turn(j)).sum();
    2.0 / SAMPLES as f64 * sum
}

fn add(sum: &mut Table, other: &Table) {
    for (row, by) in sum.iter_mut().zip(other) {
        for i in 0..N_LEG {
            row[i] += by[i];
        }
    }
}

/// A sum divided by a count.
fn scaled(sum: &Table, count: usize) -> Table {
    sum.iter().map(|row| row.map(|v| v / count as f64)).collect()
}

fn spread_of(cycles: &[Cycle], mean: &Table) -> [f64; N_LEG] {
    let mut sum = [0.0; N_LEG];
    for cycle in cycles {
        for (row, mean) in cycle.angles.iter().zip(mean) {
            for i in 0..N_LEG {
                sum[i] += (row[i] - mean[i]) * (row[i] - mean[i]);
            }
        }
    }
    sum.map(|s| (s / ((cycles.len() - 1) * SAMPLES) as f64).sqrt())
}

fn rms_of(table: &Table) -> [f64; N_LEG] {
    core::array::from_fn(|i| (table.iter().map(|row| row[i] * row[i]).sum::<f64>() / table.len() as f64).sqrt())
}

/// The mean and the first harmonics of each column.
fn smoothed(table: &Table, harmonics: usize) -> Table {
    let n = table.len();
    let turns: Vec<(f64, f64)> = (0..n).map(|m| (TAU * m as f64 / n as f64).sin_cos()).collect();
    let mut out: Table = vec![[0.0; N_LEG]; n];
    for i in 0..N_LEG {
        let mean = table.iter().map(|row| row[i]).sum::<f64>() / n as f64;
        for row in &mut out {
            row[i] = mean;
        }
        for k in 1..=harmonics {
            let (mut s, mut c) = (0.0, 0.0);
            for (j, row) in table.iter().enumerate() {
                let (sin, cos) = turns[k * j % n];
                s += row[i] * sin;
                c += row[i] * cos;
            }
            let (s, c) = (2.0 * s / n as f64, 2.0 * c / n as f64);
            for (j, row) in out.iter_mut().enumerate() {
                let (sin, cos) = turns[k * j % n];
                row[i] += c * cos + s * sin;
            }
        }
    }
    out
}

/// The least number of cycles from which on the running mean stays within `tolerance` [rad] of the mean of all.
pub(super) fn cycles_needed(cycles: &[Cycle], tolerance: f64) -> usize {
    let last = mean_of(cycles);
    let mut sum: Table = vec![[0.0; N_LEG]; SAMPLES];
    let mut needed = 1;
    for (i, cycle) in cycles.iter().enumerate() {
        add(&mut sum, &cycle.angles);
        if distance(&scaled(&sum, i + 1), &last) > tolerance {
            needed = i + 2;
        }
    }
    needed
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn cycle(level: f64) -> Cycle {
        Cycle { start: 0.0, end: 1.0, angles: vec![[level; N_LEG]; SAMPLES] }
    }

    #[test]
    fn harmonics_below_the_limit_pass_and_those_above_do_not() {
        let wave = |k: usize| -> Table {
            (0..SAMPLES).map(|j| [0.3 + (TAU * (k * j) as f64 / SAMPLES as f64).sin(); N_LEG]).collect()
        };
        assert!(distance(&smoothed(&wave(5), 5), &wave(5)) < 1e-14);
        assert!(distance(&smoothed(&wave(6), 5), &vec![[0.3; N_LEG]; SAMPLES]) < 1e-14);
    }

    #[test]
    fn as_many_cycles_are_needed_as_the_mean_takes_to_settle() {
        // Running means 0.2, 0.1, 0.0667, 0.05, 0.04 of which the last is final.
        let cycles: Vec<Cycle> = [0.2, 0.0, 0.0, 0.0, 0.0].map(cycle).into();
        assert_eq!(cycles_needed(&cycles, 0.03), 3);
        assert_eq!(cycles_needed(&cycles, 0.011), 4);
        assert_eq!(cycles_needed(&cycles, 1.0), 1);
    }

    #[test]
    fn a_leg_leads_at_its_own_contacts_and_not_at_the_others() {
        let hip = |at: f64| {
            let row = |j: usize| [0.4 + 0.3 * (TAU * (j as f64 / SAMPLES as f64 - at)).cos(), 5.0, 5.0];
            lead(&[Cycle { start: 0.0, end: 1.0, angles: (0..SAMPLES).map(row).collect() }])
        };
        assert!((hip(0.0) - 0.3).abs() < 1e-14 && (hip(0.5) + 0.3).abs() < 1e-14 && hip(0.25).abs() < 1e-14);
    }

    #[test]
    fn a_residual_within_chance_shrinks_to_nothing() {
        let model = GaitPattern::koopman(0.8, 1.7, 0.14, None).unwrap();
        let table: Table = (0..SAMPLES).map(|j| model.leg(0, j as f64 / SAMPLES as f64)[0]).collect();
        let shifted =
            |by: f64| Cycle { start: 0.0, end: 1.0, angles: table.iter().map(|r| r.map(|v| v + by)).collect() };
        let noisy = [0.10, -0.09, 0.11, -0.10].map(shifted);
        assert_eq!(Residual::new(&model, 0, &noisy, 20).rms, [0.0; N_LEG]);
        let sure = [0.10, 0.10, 0.10, 0.10].map(shifted);
        assert!(Residual::new(&model, 0, &sure, 20).rms.iter().all(|r| (r - 0.1).abs() < 1e-9));
    }
}
