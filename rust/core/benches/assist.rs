//! Support after a stride without Python.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use gaitloop_core::assist::{
    BandLaw, BandParams, ForgettingLaw, ForgettingParams, IterativeLearning, IterativeParams, ModelBased, ModelInputs,
    ModelParams,
};

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

fn learning(c: &mut Criterion) {
    let (gain, bound) = ([200.0; 6], [30.0; 6]);
    let params = IterativeParams { bins: 50, keep: 0.9, gain, lead: 0.03, smoothing: 0.1, bound };
    let mut iterative = IterativeLearning::new(params).unwrap();
    c.bench_function("assist/iterative/tick", |b| {
        b.iter(|| {
            iterative.observe(0, black_box(0.3), &[Some(0.1); 3]);
            iterative.torque(0, black_box(0.3))
        });
    });
    let (q_min, q_max) = ([-1.0; 6], [1.0; 6]);
    let params = ModelParams { phases: 12, angles: 3, q_min, q_max, slope: 5.0, gain, forget_time: 3.0, bound };
    let mut model = ModelBased::new(params).unwrap();
    let state = [Some(0.1); 6];
    let inputs =
        ModelInputs { phase: [Some(0.2), Some(0.7)], q: state, dq: state, q_ref: [Some(0.3); 6], dq_ref: state };
    c.bench_function("assist/model_based/6", |b| b.iter(|| model.step(black_box(&inputs), 1e-3)));
}

criterion_group!(benches, assist, learning);
criterion_main!(benches);
