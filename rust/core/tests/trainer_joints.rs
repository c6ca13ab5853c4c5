//! The corridor on a device that feels no foot: contacts from the joints, and the weight of the device taken off.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Bench, IDLE, TAU_MAX, TESTED, params, pressed};
use gaitloop_core::control::{Compensation, CompensationParams};
use gaitloop_core::events::{JointContacts, JointParams};
use gaitloop_core::phase::{PhaseEstimator, PhaseParams};
use gaitloop_core::safety::{Cause, State};
use gaitloop_core::trainer::{Contacts, Trainer, TrainerParams};
use gaitloop_core::types::EventKind;

/// By the joints, the phase by the belt alone.
fn by_joints(support: f64) -> TrainerParams {
    TrainerParams {
        contacts: Contacts::Joints(JointContacts::new(JointParams::default()).unwrap()),
        phase: PhaseEstimator::new(PhaseParams { phase_gain: 0.0, rate_span: 0.0, ..PhaseParams::default() }).unwrap(),
        ..params(support)
    }
}

fn started(params: TrainerParams) -> Bench {
    let mut bench = Bench::new(0.5);
    bench.trainer = Trainer::new(params).unwrap();
    for _ in 0..TESTED {
        bench.tick(IDLE);
    }
    bench.tick(pressed(2));
    bench.tick(IDLE);
    assert_eq!(bench.tick(pressed(3)).state(), State::Run);
    bench
}

/// Ticks until training ends, at most so many, and what it ended with.
fn until_stopped(bench: &mut Bench, most: u32) -> (u32, State, Cause) {
    for tick in 0..most {
        let command = bench.tick(IDLE);
        if command.state() != State::Run {
            return (tick, command.state(), command.fields().cause);
        }
    }
    (most, State::Run, Cause::None)
}

#[test]
fn strides_close_and_help_adapts_without_a_foot_sensor() {
    let mut bench = started(by_joints(0.5));
    let (mut contacts, mut strides) = (vec![], vec![]);
    for _ in 0..20_000 {
        assert_eq!(bench.tick(IDLE).state(), State::Run);
        while let Some((side, event)) = bench.trainer.next_event() {
            contacts.extend((event.kind == EventKind::InitialContact).then_some(side));
        }
        strides.extend(core::iter::from_fn(|| bench.trainer.next_stride()));
    }
    assert!(contacts.len() > 18, "{}", contacts.len());
    assert!(contacts.windows(2).all(|pair| pair[0] != pair[1]), "{contacts:?}");
    let walked: Vec<_> = strides.iter().skip(6).collect();
    for stride in &walked {
        assert!(stride.valid && (stride.stride_time - 1.228).abs() < 0.05, "{}", stride.stride_time);
        assert!(stride.step_time.is_some() && stride.force_peak.is_none() && stride.force_mean.is_none());
    }
    assert!(bench.trainer.telemetry().support[0] < 0.5, "legs that follow get less help");
    let [left, right] = bench.trainer.telemetry().phase;
    assert!((left - right).abs() > 0.45 && (left - right).abs() < 0.55, "the legs stay half a stride apart");
}

#[test]
fn legs_that_no_longer_swing_over_a_moving_belt_are_a_soft_stop() {
    let mut bench = started(by_joints(0.3));
    assert_eq!(until_stopped(&mut bench, 12_000).1, State::Run);
    bench.held = Some([0.2, 0.3, 0.0, 0.2, 0.3, 0.0]);
    let (ticks, state, cause) = until_stopped(&mut bench, 5_000);
    assert_eq!((state, cause), (State::SoftStop, Cause::EventsLost));
    assert!((600..2600).contains(&ticks), "{ticks}");
    while bench.tick(IDLE).state() == State::SoftStop {}
    assert_eq!(bench.belt, 0.0);
}

#[test]
fn a_detector_that_never_tells_anything_is_no_gait_that_has_just_begun() {
    let mut bench = started(params(0.3)); // no force is ever measured
    let (ticks, state, cause) = until_stopped(&mut bench, 20_000);
    assert_eq!((state, cause), (State::SoftStop, Cause::EventsLost));
    assert!((6_000..8_000).contains(&ticks), "{ticks}"); // soft start, and what it takes to settle
}

fn burden(max_torque: f64) -> Compensation {
    Compensation::new(CompensationParams {
        gravity: [[0.0, 8.0, 4.0, 0.0, 0.0, 0.0]; 2],
        coulomb: [2.0; 6],
        viscous: [1.0; 6],
        inertia: [0.0; 6],
        max_torque: [max_torque; 6],
        friction_speed: 0.02,
        friction_share: 0.8,
        inertia_share: 0.0,
        accel_time: 0.02,
    })
    .unwrap()
}

#[test]
fn what_the_device_weighs_comes_with_the_engagement_and_stays_inside_the_guard() {
    let (mut plain, mut carried) = (
        started(TrainerParams { speed: 0.0, ..by_joints(0.5) }),
        started(TrainerParams { speed: 0.0, compensation: Some(burden(50.0)), ..by_joints(0.5) }),
    );
    let mut last = [0.0; 6];
    for tick in 0..3000 {
        let (was, now) = (plain.tick(IDLE), carried.tick(IDLE));
        let added: Vec<f64> = now.torque().iter().zip(was.torque()).map(|(now, was)| now - was).collect();
        for (i, (added, last)) in added.iter().zip(&mut last).enumerate() {
            assert!((*added - *last).abs() < 0.1, "{tick} {i}: {added} after {last}");
            *last = *added;
        }
        assert!(now.torque().iter().all(|tau| tau.abs() <= TAU_MAX));
    }
    let [hip, knee] = [last[0], last[1]];
    let q = carried.sample.q.value;
    let weight = 8.0 * q[0].cos() + 4.0 * (q[0] - q[1]).sin();
    assert!((hip - weight).abs() < 1e-6 && (knee + 4.0 * (q[0] - q[1]).sin()).abs() < 1e-6, "{hip} {weight} {knee}");
}

#[test]
fn a_burden_larger_than_what_it_may_take_is_cut() {
    let mut bench = started(TrainerParams { speed: 0.0, compensation: Some(burden(3.0)), ..by_joints(0.0) });
    for _ in 0..3000 {
        let command = bench.tick(IDLE);
        assert!(command.torque().iter().all(|tau| tau.abs() <= 3.0 + 1e-9), "{:?}", command.torque());
    }
    assert!((bench.torque[0] - 3.0).abs() < 1e-9);
}
