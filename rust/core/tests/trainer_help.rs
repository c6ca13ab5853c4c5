//! Support in the corridor: what a therapist sets, and strides without support.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Bench, IDLE, TESTED, TICK, params, pressed};
use gaitloop_core::assist::{CatchTrials, OverrideMode, Target};
use gaitloop_core::control::N_SUBTASKS;
use gaitloop_core::trainer::Trainer;
use gaitloop_core::types::Reading;

const RATE: f64 = 0.2;

/// Walks with forces under the feet that follow the phase of the corridor itself, so that strides close.
fn stride(bench: &mut Bench, ticks: u32, mut look: impl FnMut(&Bench)) {
    for _ in 0..ticks {
        bench.fill(IDLE);
        let phase = bench.trainer.telemetry().phase;
        let force = phase.map(|p| if p < 0.6 { 500.0 } else { 0.0 });
        bench.sample.foot_force = Reading::new(force, bench.sample.t);
        bench.act();
        look(bench);
    }
}

fn walking(trainer: Trainer) -> Bench {
    let mut bench = Bench::new(1.0);
    bench.trainer = trainer;
    for _ in 0..TESTED {
        bench.tick(IDLE);
    }
    bench.tick(pressed(2));
    bench.tick(IDLE);
    bench.tick(pressed(3));
    stride(&mut bench, 12_000, |_| ());
    bench
}

fn in_use(bench: &Bench, side: usize, subtask: usize) -> f64 {
    bench.trainer.telemetry().support[N_SUBTASKS * side + subtask]
}

#[test]
fn what_a_therapist_holds_is_approached_at_the_usual_rate_and_released_without_a_jump() {
    let mut bench = walking(Trainer::new(params(0.8)).unwrap());
    bench.trainer.request_override(Target::Subtask(1), OverrideMode::Hold, 20.0).unwrap();
    let mut last = in_use(&bench, 0, 1);
    stride(&mut bench, 6000, |bench| {
        let now = in_use(bench, 0, 1);
        assert!((now - last).abs() <= RATE * TICK as f64 * 1e-9 + 1e-12);
        last = now;
    });
    assert_eq!((in_use(&bench, 0, 1), in_use(&bench, 1, 1)), (0.2, 0.2));
    bench.trainer.release_override(Target::Subtask(1));
    stride(&mut bench, 1500, |bench| assert!((in_use(bench, 0, 1) - 0.2).abs() <= 0.041));
    let refused = bench.trainer.request_override(Target::Subtask(0), OverrideMode::Floor, 120.0).unwrap_err();
    assert!(refused.to_string().starts_with("leading_limb must lie in [0, 100], got 120"), "{refused}");
}

#[test]
fn one_stride_in_so_many_goes_without_support_and_the_law_does_not_learn_from_it() {
    let catch = CatchTrials::new(6, 3, [0.1; N_SUBTASKS]).unwrap();
    let mut bench =
        walking(Trainer::new(gaitloop_core::trainer::TrainerParams { catch: Some(catch), ..params(0.8) }).unwrap());
    bench.trainer.request_override(Target::All, OverrideMode::Hold, 80.0).unwrap();
    let (mut lowest, mut caught, mut told_first) = (1.0_f64, 0_u32, false);
    let mut before = [0.0; 2];
    let mut announced = false;
    stride(&mut bench, 30_000, |bench| {
        let telemetry = bench.trainer.telemetry();
        for (now, before) in telemetry.catch_trial.iter().zip(before) {
            if *now > before {
                caught += 1;
                told_first |= announced;
            }
        }
        announced = telemetry.catch_announced[0] == 1.0;
        before = telemetry.catch_trial;
        lowest = lowest.min(in_use(bench, 0, 0)).min(in_use(bench, 1, 0));
    });
    assert!(caught >= 4 && told_first, "{caught} strides without support");
    assert_eq!(lowest, 0.1);
    let reliance = bench.trainer.reliance().unwrap();
    assert!(reliance.strides.iter().flatten().sum::<f64>() >= 4.0);
    stride(&mut bench, 1000, |_| ());
    assert!(in_use(&bench, 0, 0) > 0.1 || in_use(&bench, 1, 0) > 0.1);
}
