//! One tick of a stride without Python.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use gaitloop_core::body::Body;
use gaitloop_core::measures::{MeterInputs, StrideMeter};
use gaitloop_core::types::{Event, EventKind};

fn measures(c: &mut Criterion) {
    let mut meter = StrideMeter::new(0, Body::new(75.0, 1.75).unwrap());
    let mut inputs = MeterInputs {
        event: Some(Event { kind: EventKind::InitialContact, t: 0, t_emit: 0, confidence: 1.0 }),
        in_contact: [true, false],
        other_contact: Some(0),
        q: [Some(0.1); 6],
        q_ref: [0.0; 6],
        phase: 0.3,
        force: Some(300.0),
        belt_speed: Some(0.8),
        torques: None,
    };
    meter.step(&inputs, 0.001);
    inputs.event = None;
    c.bench_function("measures/step/6", |b| b.iter(|| meter.step(black_box(&inputs), 0.001)));
}

criterion_group!(benches, measures);
criterion_main!(benches);
