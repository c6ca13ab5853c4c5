//! Phase of both sides without Python.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use gaitloop_core::phase::{PhaseEstimator, PhaseParams};

fn phase(c: &mut Criterion) {
    let mut estimator = PhaseEstimator::new(PhaseParams::default()).unwrap();
    c.bench_function("phase/step/2", |b| b.iter(|| estimator.step(black_box([None, Some(0.01)]), 0.8, 0.001)));
}

criterion_group!(benches, phase);
criterion_main!(benches);
