//! Phase of both sides without Python.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use gaitloop_core::phase::{PhaseEstimator, PhaseParams};

const DT: f64 = 1e-3;

/// Strides of 1.1 s with a contact each, followed by their movement.
fn walk(estimator: &mut PhaseEstimator, ticks: usize) {
    for i in 0..ticks {
        let age = [i % 1100, (i + 550) % 1100].map(|k| (k == 0).then_some(0.02));
        let phase = std::f64::consts::TAU * DT * i as f64 / 1.1;
        estimator.follow(age, 0.9, DT, Some([Some(phase.cos()), Some(-phase.cos())]), [None; 2]);
    }
}

fn phase(c: &mut Criterion) {
    let mut estimator = PhaseEstimator::new(PhaseParams::default()).unwrap();
    c.bench_function("phase/step/2", |b| b.iter(|| estimator.step(black_box([None, Some(0.01)]), 0.8, 0.001)));
    c.bench_function("phase/follow/2/20000", |b| {
        b.iter(|| {
            estimator.reset(black_box([0.0, 0.5]));
            walk(&mut estimator, 20_000);
        });
    });
}

criterion_group!(benches, phase);
criterion_main!(benches);
