//! Torque of one tick without Python.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use gaitloop_core::body::Body;
use gaitloop_core::control::{Fader, FaderParams, Impedance, LegGravity, guidance};

fn control(c: &mut Criterion) {
    let law = Impedance::new([200.0; 6], [5.0; 6]).unwrap();
    let q = [0.4, 0.6, -0.1, -0.2, 0.1, 0.15].map(Some);
    c.bench_function("control/impedance/6", |b| {
        b.iter(|| law.step(black_box(&q), &q, &[0.0; 6], &[0.0; 6], &[0.7; 6]))
    });
    let params = FaderParams { time: 10.0, rate: [500.0; 6], energy: 2.0, power: 2.0 };
    let mut fader = Fader::new(params).unwrap();
    c.bench_function("control/fader/6", |b| {
        b.iter(|| {
            fader.request();
            fader.step(black_box(&[0.0; 6]), &[20.0; 6], 0.5, 1.0, 1e-3)
        })
    });
    let gravity = LegGravity::new(Body::new(75.0, 1.75).unwrap());
    c.bench_function("control/gravity/6", |b| b.iter(|| gravity.torque(black_box(&q), 0.0)));
    c.bench_function("control/guidance/3", |b| {
        b.iter(|| guidance(black_box(0.55), &[0.2, 0.8, 0.4, 0.6, 1.0, 0.0, 0.0]))
    });
}

criterion_group!(benches, control);
criterion_main!(benches);
