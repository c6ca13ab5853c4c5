//! Speed of the safety room.
#![allow(missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use gaitloop_core::safety::{Envelope, EnvelopeParams, Guard, LegMode};
use gaitloop_core::types::{JointKind, N_JOINTS};
use std::hint::black_box;

fn envelope() -> Envelope {
    let joint = |name: &'static str| {
        Ok::<_, ()>(match name {
            "q_min" => [-0.5; N_JOINTS],
            "tau_max" => [60.0; N_JOINTS],
            "tau_rate_max" => [2000.0; N_JOINTS],
            _ => [10.0_f64.min(if name == "q_max" { 1.0 } else { 10.0 }); N_JOINTS],
        })
    };
    let scalar = |name: &'static str| {
        Ok::<_, ()>(match name {
            "sample_age_max" | "tick_max" | "lease" => 0.02,
            _ => 1.0,
        })
    };
    let params = EnvelopeParams::from_source(joint, scalar).map(Envelope::new);
    params.ok().and_then(Result::ok).unwrap_or_else(|| std::process::exit(1))
}

fn guard_step(criterion: &mut Criterion) {
    let mut guard = Guard::new(envelope(), [JointKind::Driven; N_JOINTS]);
    let (reading, tau, mut t) = ([Some(0.2); N_JOINTS], [20.0; N_JOINTS], 0);
    criterion.bench_function("safety/guard-step/6", |bencher| {
        bencher.iter(|| {
            t += 1_000_000;
            guard.check(t, black_box(&reading), black_box(&reading), black_box(&tau));
            guard.limit(LegMode::Full)
        });
    });
}

criterion_group!(benches, guard_step);
criterion_main!(benches);
