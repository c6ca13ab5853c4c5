//! What hostile but legal requests and broken readings may not do to a person in the corridor.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Bench, IDLE, TESTED, params, pressed};
use gaitloop_core::assist::CatchTrials;
use gaitloop_core::control::N_SUBTASKS;
use gaitloop_core::safety::State;
use gaitloop_core::trainer::{ControlParams, Trainer, TrainerParams};
use gaitloop_core::trajectory::GaitPattern;
use gaitloop_core::types::Reading;

fn step(bench: &mut Bench, buttons: [f64; 8]) {
    bench.fill(buttons);
    let force = bench.trainer.telemetry().phase.map(|p| if p < 0.6 { 500.0 } else { 0.0 });
    bench.sample.foot_force = Reading::new(force, bench.sample.t);
    bench.act();
}

fn start(bench: &mut Bench) {
    for _ in 0..TESTED {
        step(bench, IDLE);
    }
    step(bench, pressed(2));
    step(bench, IDLE);
    step(bench, pressed(3));
}

#[test]
fn a_stride_without_support_ends_with_the_walk_it_was_begun_in() {
    let catch = CatchTrials::new(6, 3, [0.0; N_SUBTASKS]).unwrap();
    let mut bench = Bench::new(1.0);
    bench.trainer = Trainer::new(TrainerParams { catch: Some(catch), ..params(0.8) }).unwrap();
    start(&mut bench);
    let mut ticks = 0;
    while bench.trainer.telemetry().catch_trial == [0.0; 2] {
        step(&mut bench, IDLE);
        ticks += 1;
        assert!(ticks < 60_000);
    }
    bench.trainer.request_stop();
    let mut ticks = 0;
    step(&mut bench, IDLE);
    step(&mut bench, IDLE);
    assert_eq!(bench.trainer.telemetry().catch_trial, [0.0; 2], "support is withheld while the walk is stopped");
    while bench.act().state() == State::SoftStop {
        step(&mut bench, IDLE);
        ticks += 1;
        assert!(ticks < 20_000);
    }
    step(&mut bench, IDLE);
    start(&mut bench);
    for _ in 0..2000 {
        step(&mut bench, IDLE);
        let telemetry = bench.trainer.telemetry();
        assert!(telemetry.support.iter().all(|s| *s >= 0.7), "{telemetry:?}");
    }
}

#[test]
fn a_pattern_slower_than_the_belt_is_refused_while_the_belt_still_slows() {
    let mut bench = Bench::walk(1.0);
    bench.trainer.request_speed(0.2).unwrap();
    step(&mut bench, IDLE);
    assert!(bench.belt > 0.75);
    let pattern = GaitPattern::koopman(0.3, 1.75, 0.14, None).unwrap();
    let slow = ControlParams { pattern, ..bench.trainer.control().clone() };
    let before = bench.trainer.telemetry().phase_rate[0];
    let asked = bench.trainer.request_control(slow.clone());
    let mut fastest = 0.0_f64;
    for _ in 0..3000 {
        step(&mut bench, IDLE);
        fastest = fastest.max(bench.trainer.telemetry().phase_rate[0]);
    }
    assert!(asked.is_err(), "the phase ran at {fastest} in place of {before} strides a second");
    assert!(bench.belt < 0.3, "{}", bench.belt);
    bench.trainer.request_control(slow).unwrap();
}
