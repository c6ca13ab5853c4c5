//! Ticks whose torque another controller asks for: what it is told, what comes of what it asks, and that it is judged.
#![allow(clippy::unwrap_used)]

mod common;
mod counting;

use common::{Bench, IDLE, TAU_MAX, TESTED, params, pressed};
use counting::traffic;
use gaitloop_core::safety::{Cause, Command, State};
use gaitloop_core::trainer::{Ask, Now, Telemetry, Trainer, TrainerParams};
use gaitloop_core::types::{JointKind, Reading};

/// A machine whose left hip is measured only and whose right ankle is not there.
fn bench() -> Bench {
    let mut kinds = [JointKind::Driven; 6];
    (kinds[0], kinds[5]) = (JointKind::Sensed, JointKind::Absent);
    let mut bench = Bench::new(1.0);
    bench.trainer = Trainer::new(TrainerParams { kinds, ..params(1.0) }).unwrap();
    bench
}

fn tick(bench: &mut Bench, buttons: [f64; 8], lead: impl FnOnce(&Now) -> Ask) -> Command {
    bench.fill(buttons);
    bench.sample.foot_force = Reading::new([500.0, 300.0], bench.sample.t);
    bench.sample.foot_force.valid[1] = false;
    bench.act_by(|trainer, sample| trainer.step_led(sample, lead))
}

/// Joints a little off zero, where sensors stand that were never read.
const REST: Ask = Ask { torque: [0.0; 6], q_ref: [0.05; 6], dq_ref: [0.0; 6], guidance: [0.0; 6] };

/// Asks for these torques and stays where it is.
fn pull(torque: [f64; 6]) -> impl Fn(&Now) -> Ask {
    move |_| Ask { torque, ..REST }
}

/// Up to `ticks` of training.
fn led(bench: &mut Bench, ticks: usize, lead: impl Fn(&Now) -> Ask) -> Command {
    for _ in 0..TESTED {
        tick(bench, IDLE, &lead);
    }
    tick(bench, pressed(2), &lead);
    tick(bench, IDLE, &lead);
    assert_eq!(tick(bench, pressed(3), &lead).state(), State::Run);
    let mut last = None;
    for _ in 0..ticks {
        last = Some(tick(bench, IDLE, &lead));
    }
    last.unwrap()
}

#[test]
fn a_controller_is_told_what_was_measured_and_how_far_it_may_go() {
    let mut bench = bench();
    let mut told = None;
    tick(&mut bench, IDLE, |now| {
        told = Some(*now);
        REST
    });
    let now: Now = told.unwrap();
    assert_eq!((now.engagement, now.dt), (0.0, 0.001));
    assert_eq!(now.foot_force, [Some(500.0), None]);
    assert!(now.q[..5].iter().chain(&now.dq[..5]).all(Option::is_some));
    assert_eq!((now.q[5], now.dq[5]), (None, None));
    led(&mut bench, 1200, pull([0.0; 6]));
    tick(&mut bench, IDLE, |now| {
        assert_eq!((now.engagement, now.dt), (1.0, 0.001));
        REST
    });
}

#[test]
fn what_is_asked_for_goes_through_the_guard_to_the_drives_that_are_there() {
    let asked = [30.0, -20.0, 10.0, 1e9, -5.0, f64::NAN];
    let mut bench = bench();
    for _ in 0..TESTED {
        assert_eq!(*tick(&mut bench, IDLE, pull(asked)).torque(), [0.0; 6], "no torque without training");
    }
    let command = led(&mut bench, 60, pull(asked));
    assert_eq!((command.state(), command.fields().cause), (State::Run, Cause::None));
    let torque = command.torque();
    assert_eq!([torque[0], torque[1], torque[2], torque[4], torque[5]], [0.0, -20.0, 10.0, -5.0, 0.0]);
    assert!(torque[3] > 20.0 && torque[3] <= TAU_MAX, "{torque:?}");
    let told = bench.trainer.telemetry();
    assert_eq!(told.tau_requested, [0.0, -20.0, 10.0, 1e9, -5.0, 0.0]);
}

#[test]
fn a_request_that_is_no_number_stops_in_its_tick() {
    let mut bench = bench();
    led(&mut bench, 100, pull([0.0; 6]));
    let command = tick(&mut bench, IDLE, pull([0.0, 0.0, f64::NAN, 0.0, 0.0, 0.0]));
    assert_eq!((command.state(), command.fields().cause), (State::ProtStop, Cause::ControllerNotFinite));
    assert!(command.torque().iter().all(|tau| tau.is_finite()));
}

#[test]
fn a_joint_that_stands_while_it_is_to_move_is_found_stuck() {
    // It stands already, so the stop is over as soon as it begins.
    for (guidance, want) in [(1.0, (State::Safe, Cause::EncoderStuck)), (0.4, (State::Run, Cause::None))] {
        let mut bench = bench();
        let lead = move |_: &Now| Ask { dq_ref: [0.8; 6], guidance: [guidance; 6], ..REST };
        let command = led(&mut bench, 40, lead);
        assert_eq!((command.state(), command.fields().cause), want, "guidance {guidance}");
    }
}

#[test]
fn telemetry_tells_what_was_asked_for_and_nothing_of_a_gait() {
    let mut bench = bench();
    let ask = Ask { torque: [1.0; 6], q_ref: [0.02; 6], dq_ref: [0.03; 6], guidance: [0.4; 6] };
    let command = led(&mut bench, 4000, move |_| ask);
    let told = *bench.trainer.telemetry();
    let asked = Telemetry {
        q_ref: ask.q_ref,
        dq_ref: ask.dq_ref,
        guidance: ask.guidance,
        tau_requested: [0.0, 1.0, 1.0, 1.0, 1.0, 0.0],
        engagement: [1.0],
        belt_target: [0.8],
        selftest: told.selftest,
        ..Telemetry::default()
    };
    assert_eq!(told, asked);
    assert_eq!(told.selftest, [1.0, 0.0, -1.0]);
    assert_eq!((command.state(), command.belt_speed()), (State::Run, 0.8));
}

#[test]
fn pain_stops_a_led_machine_and_its_legs_are_damped() {
    let mut bench = bench();
    led(&mut bench, 1200, pull([20.0; 6]));
    let command = tick(&mut bench, pressed(7), pull([20.0; 6]));
    assert_eq!((command.state(), command.fields().cause), (State::ProtStop, Cause::Pain));
    for _ in 0..10 {
        tick(&mut bench, IDLE, pull([20.0; 6]));
    }
    assert_eq!(*tick(&mut bench, IDLE, pull([20.0; 6])).torque(), [0.0; 6], "at rest there is nothing to damp");
}

#[test]
fn without_a_judge_what_is_asked_for_is_what_is_given() {
    let mut bench = bench();
    let torque = [1.0, 2.0, 1e6, f64::NAN, 5.0, 6.0];
    bench.fill(IDLE);
    let wish = bench.trainer.step_led_unjudged(&bench.sample, pull(torque));
    assert_eq!([wish.torque[0], wish.torque[1], wish.torque[2], wish.torque[5]], [0.0, 2.0, 1e6, 0.0]);
    assert!(wish.torque[3].is_nan());
    assert_eq!((wish.belt_speed, wish.support_force), (0.0, 200.0));
}

#[test]
fn led_ticks_neither_allocate_nor_free() {
    let mut bench = bench();
    let follow = |now: &Now| Ask { torque: now.q.map(|q| q.map_or(0.0, |q| -50.0 * q)), ..REST };
    led(&mut bench, 1200, follow);
    let ticks = traffic(|| {
        for k in 0..4000 {
            let buttons = if k == 3000 { pressed(4) } else { IDLE };
            std::hint::black_box(tick(&mut bench, buttons, follow));
        }
    });
    assert_eq!(ticks, [0, 0], "allocated, given back");
}
