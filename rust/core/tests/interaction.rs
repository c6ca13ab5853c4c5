//! Torque between machine and person, through the whole trainer.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Bench, IDLE, TESTED, limits, params, pressed};
use gaitloop_core::safety::{Cause, Command, Envelope, EnvelopeParams, State};
use gaitloop_core::trainer::{Trainer, TrainerParams};
use gaitloop_core::types::{JointKind, N_JOINTS, Reading};

const ANKLE: usize = 5;

/// A device that measures the torque at an ankle which it does not drive, at the start of training.
fn training(dose: f64) -> Bench {
    let mut kinds = [JointKind::Driven; N_JOINTS];
    kinds[ANKLE] = JointKind::Sensed;
    let envelope = Envelope::new(EnvelopeParams { dose_max: [dose; N_JOINTS], ..limits() }).unwrap();
    let mut bench = Bench::new(0.0);
    bench.trainer = Trainer::new(TrainerParams { kinds, envelope, ..params(0.0) }).unwrap();
    for _ in 0..TESTED {
        bench.tick(IDLE);
    }
    bench.tick(pressed(2));
    bench.tick(IDLE);
    assert_eq!(bench.tick(pressed(3)).state(), State::Run);
    bench
}

/// Ticks with `torque` [N·m] at the ankle while the state is `state`; how many there were, and the last command.
fn while_in(bench: &mut Bench, state: State, torque: f64) -> (u32, Command) {
    for ticks in 1..20_000 {
        bench.fill(IDLE);
        bench.sample.tau_interaction = Reading::default();
        bench.sample.tau_interaction.stamp = bench.sample.t;
        bench.sample.tau_interaction.value[ANKLE] = torque;
        bench.sample.tau_interaction.valid[ANKLE] = true;
        let command = bench.act();
        if command.state() != state {
            return (ticks, command);
        }
    }
    panic!("it stays in {state:?}");
}

#[test]
fn too_much_torque_stops_after_twenty_milliseconds() {
    let mut bench = training(1e5);
    let (ticks, command) = while_in(&mut bench, State::Run, -limits().interaction_max[ANKLE] - 1.0);
    assert_eq!((ticks, command.state(), command.fields().cause), (20, State::ProtStop, Cause::InteractionTorque));
}

#[test]
fn a_spent_dose_ends_the_session() {
    let mut bench = training(30.0);
    let (ticks, command) = while_in(&mut bench, State::Run, 20.0);
    assert!((1498..=1501).contains(&ticks), "{ticks}");
    assert_eq!((command.state(), command.fields().cause), (State::SoftStop, Cause::Dose));
    assert_eq!(bench.trainer.dose(), 1.0);
    assert_eq!(while_in(&mut bench, State::SoftStop, 0.0).1.state(), State::Standby);
    for buttons in [pressed(2), IDLE, pressed(2), IDLE] {
        assert_eq!(bench.tick(buttons).state(), State::Standby);
    }
}
