//! Support after a stride without Python.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use gaitloop_core::assist::{BandLaw, BandParams, ForgettingLaw, ForgettingParams};

fn assist(c: &mut Criterion) {
    let errors = [Some(0.1), Some(0.0), None, Some(0.05), Some(0.08), None, None];
    let (floor, ceiling, initial) = (0.0, 1.0, 0.5);
    let (lower, upper) = BandParams::published_bounds();
    let params = BandParams { lower, upper, step_up: 0.1, step_down: 0.05, floor, ceiling, initial };
    let mut band = BandLaw::new(params).unwrap();
    c.bench_function("assist/band/7", |b| b.iter(|| band.update(0, black_box(&errors))));
    let params = ForgettingParams { forget: 0.9, gain: 2.0, dead_zone: [0.05; 7], floor, ceiling, initial };
    let mut forgetting = ForgettingLaw::new(params).unwrap();
    c.bench_function("assist/forgetting/7", |b| b.iter(|| forgetting.update(0, black_box(&errors))));
}

criterion_group!(benches, assist);
criterion_main!(benches);
