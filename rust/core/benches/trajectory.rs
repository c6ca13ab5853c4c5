//! Evaluation of references without Python.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use gaitloop_core::trajectory::{GaitPattern, MinimumJerk};

fn trajectory(c: &mut Criterion) {
    let pattern = GaitPattern::koopman(0.8, 1.72, 8.0_f64.to_radians(), None).unwrap();
    c.bench_function("trajectory/evaluate/1", |b| b.iter(|| pattern.evaluate(black_box(0.3), None)));
    c.bench_function("trajectory/evaluate_sides/1", |b| {
        b.iter(|| pattern.evaluate_sides(black_box([0.3, 0.8]), black_box([0.8; 2]), black_box([0.1; 2])))
    });
    let phases: Vec<f64> = (0..1000).map(|i| f64::from(i) * 0.0137 % 1.0).collect();
    c.bench_function("trajectory/evaluate/1000", |b| {
        b.iter(|| phases.iter().map(|p| pattern.evaluate(*p, None).q[0]).sum::<f64>())
    });
    c.bench_function("trajectory/koopman/1", |b| b.iter(|| GaitPattern::koopman(black_box(0.8), 1.72, 0.14, None)));
    let movement = MinimumJerk::new(0.0, 1.0, 2.0).unwrap();
    c.bench_function("trajectory/minimum_jerk/1", |b| b.iter(|| movement.evaluate(black_box(0.7))));
}

criterion_group!(benches, trajectory);
criterion_main!(benches);
