//! A batch has the bits of the core's single evaluation, whatever the processor, length and place in memory.
#![allow(clippy::unwrap_used)]

use gaitloop_core::trajectory::{GaitPattern, Reference};
use gaitloop_core::types::{JointVec, Sides};
use gaitloop_kernels::{Following, Level, SideTicks, Ticks, evaluate_at};

const SPECIAL: [f64; 22] = [
    0.0,
    -0.0,
    0.5,
    1.0,
    -1.0,
    2.0,
    1.0 - f64::EPSILON / 2.0,
    1.0 + f64::EPSILON,
    -1e-17,
    5e-324,
    -5e-324,
    1e15 + 0.5,
    -4.503_599_627_370_495e15,
    4.503_599_627_370_496e15,
    1e300,
    -1e300,
    99.99,
    -1e4,
    f64::MAX,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
];

/// Any bits, near cycles, and special numbers, in turn.
fn numbers(len: usize, mut bits: u64) -> Vec<f64> {
    let mut next = || {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bits
    };
    (0..len)
        .map(|i| match i % 4 {
            0 => f64::from_bits(next()),
            1 => SPECIAL[(next() >> 32) as usize % SPECIAL.len()],
            _ => (next() >> 11) as f64 * 1e-15 - 4.0,
        })
        .collect()
}

fn patterns() -> Vec<GaitPattern> {
    let table = |rows: usize| -> Vec<JointVec> {
        let angle = |k: usize, j: usize| (0.1 * j as f64 + k as f64 * std::f64::consts::TAU / (rows - 1) as f64).sin();
        (0..rows).map(|k| core::array::from_fn(|j| if j == 5 { 0.0 } else { angle(k, j) })).collect()
    };
    let from_table = |rows, offset| GaitPattern::from_table(&table(rows), 1.1, offset, None, 0.05).unwrap();
    vec![GaitPattern::koopman(0.8, 1.72, 0.14, None).unwrap(), from_table(9, 0.47), from_table(102, 1.0)]
}

fn pairs(numbers: &[f64]) -> Vec<Sides<f64>> {
    numbers.as_chunks().0.to_vec()
}

/// Runs a batch at `level`, its results `shift` numbers after a line's beginning, and compares it row by row.
fn same(level: Level, pattern: &GaitPattern, ticks: impl Ticks, shift: usize, one: impl Fn(usize) -> Reference) {
    let len = 6 * ticks.len();
    let mut memory = vec![f64::NAN; 3 * len + 16];
    let begin = memory.as_ptr().align_offset(64) + shift;
    let (q, rest) = memory[begin..][..3 * len].split_at_mut(len);
    let (dq, ddq) = rest.split_at_mut(len);
    evaluate_at(level, pattern, ticks, [q, dq, ddq]);
    for i in 0..ticks.len() {
        let want = one(i);
        for (got, want) in [(&*q, want.q), (&*dq, want.dq), (&*ddq, want.ddq)] {
            for (got, want) in got[6 * i..][..6].iter().zip(want) {
                assert_eq!(got.to_bits(), want.to_bits(), "{level:?}, row {i}: {got:e} is not {want:e}");
            }
        }
    }
}

fn check(level: Level, pattern: &GaitPattern, len: usize, shift: usize) {
    let (phases, rates) = (numbers(len, 1), numbers(len, 2));
    let own = pattern.stride_rate();
    for rate in [own, f64::NAN, -1e9] {
        let ticks = Following::at_rate(pattern, &phases, rate);
        same(level, pattern, ticks, shift, |i| pattern.evaluate(phases[i], Some(rate)));
    }
    let ticks = Following::at_rates(pattern, &phases, &rates);
    same(level, pattern, ticks, shift, |i| pattern.evaluate(phases[i], Some(rates[i])));
    let [phases, rates, accels] = [3, 4, 5].map(|seed| pairs(&numbers(2 * len, seed)));
    let ticks = SideTicks::new(pattern, &phases, Some(&rates), Some(&accels));
    same(level, pattern, ticks, shift, |i| pattern.evaluate_sides(phases[i], rates[i], accels[i]));
    let ticks = SideTicks::new(pattern, &phases, None, None);
    same(level, pattern, ticks, shift, |i| pattern.evaluate_sides(phases[i], [own; 2], [0.0; 2]));
}

#[test]
fn a_batch_has_the_bits_of_single_evaluations() {
    for level in Level::ALL {
        for pattern in patterns() {
            for len in [0, 1, 31, 32, 33, 200] {
                check(level, &pattern, len, len % 3);
            }
        }
    }
}

#[test]
fn results_too_large_for_the_caches_have_the_same_bits() {
    // 60,000 rows are more than 8 MiB; three results begin a line together for an even shift only.
    for level in Level::ALL {
        for shift in [0, 1, 2] {
            check(level, &patterns()[1], 60_000, shift);
        }
    }
}

#[test]
fn the_best_level_is_here_and_the_baseline_always() {
    assert!(Level::Baseline.is_here() && Level::best().is_here());
    assert!(Level::ALL.iter().all(|level| !level.is_here() || *level <= Level::best()));
}
