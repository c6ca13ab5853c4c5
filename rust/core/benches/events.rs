//! Force contacts without Python.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use gaitloop_core::events::{ForceContacts, ForceParams, FusedContacts, FusedParams};
use gaitloop_core::types::Event;

const TICK: i64 = 10_000_000;

fn force(tick: i64, shift: f64) -> f64 {
    let u = (tick as f64 / 120.0 + shift) % 1.0 / 0.62;
    if u < 1.0 { 800.0 * (1.0 - (2.0 * u - 1.0).powi(6)) } else { 0.0 }
}

fn events(c: &mut Criterion) {
    let forces: Vec<[Option<f64>; 2]> = (0..12_000).map(|i| [Some(force(i, 0.0)), Some(force(i, 0.5))]).collect();
    let mut contacts = ForceContacts::new(ForceParams::default()).unwrap();
    let mut tick = 0_usize;
    c.bench_function("events/step/1", |b| {
        b.iter(|| {
            tick += 1;
            contacts.step(black_box(forces[tick % 12_000]), tick as i64 * TICK)
        })
    });
    c.bench_function("events/run/12000", |b| {
        b.iter(|| {
            let mut contacts = ForceContacts::new(ForceParams::default()).unwrap();
            forces.iter().zip(0_i64..).filter(|(f, i)| contacts.step(**f, i * TICK) != [None; 2]).count()
        })
    });
}

fn fusion(c: &mut Criterion) {
    let mut contacts = ForceContacts::new(ForceParams::default()).unwrap();
    let mut found: Vec<(usize, Event)> = Vec::new();
    let times: Vec<i64> = (0..12_000).map(|i| i * TICK).collect();
    for (i, &t) in (0..).zip(&times) {
        let events = contacts.step([Some(force(i, 0.0)), Some(force(i, 0.5))], t);
        found.extend(events.into_iter().enumerate().filter_map(|(side, event)| Some((side, event?))));
    }
    let alive = vec![[true; 2]; 3 * times.len()];
    c.bench_function("events/fusion/3x12000", |b| {
        b.iter(|| {
            let mut fused = FusedContacts::new(&[1.0; 3], FusedParams::default()).unwrap();
            fused.run(black_box(&[&found, &found, &found]), &alive, &times).len()
        })
    });
}

criterion_group!(benches, events, fusion);
criterion_main!(benches);
