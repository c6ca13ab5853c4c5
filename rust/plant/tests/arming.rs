//! The drives of a simulated machine have a watchdog and a configuration of their own, and a trainer asks for both.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::Setup;
use gaitloop_core::safety::{CHECKS, State};
use gaitloop_core::trainer::Trainer;
use gaitloop_plant::simulation::{Operator, Simulation};
use gaitloop_plant::{Actuation, DeviceParams, PatientParams, Plant};

fn trainer() -> Trainer {
    Setup::new(PatientParams::healthy(1), 0.8, 0.3).build().trainer().clone()
}

/// State after the self-test in a device, and the check and joint that were told last.
fn tested(device: DeviceParams) -> (State, &'static str, f64) {
    let plant = Plant::new(PatientParams::healthy(1), device, 1).unwrap();
    let mut simulation = Simulation::new(trainer(), plant, Operator::new(Vec::new()));
    for _ in 0..12_000 {
        let (_, command) = simulation.tick();
        if !matches!(command.state(), State::Boot | State::Selftest) {
            let [_, check, joint] = simulation.trainer().telemetry().selftest;
            return (command.state(), CHECKS[check as usize], joint);
        }
    }
    panic!("the self-test hangs");
}

#[test]
fn the_machine_that_was_declared_passes_and_any_other_is_refused() {
    let usual = DeviceParams::treadmill_exo(false);
    assert_eq!(tested(usual), (State::Standby, "none", -1.0));
    let one = |change: fn(&mut DeviceParams)| {
        let mut device = usual;
        change(&mut device);
        tested(device)
    };
    assert_eq!(one(|d| d.torque_max[3] += 1e-9), (State::Lockout, "configuration", 3.0));
    assert_eq!(one(|d| d.torque_lag = 0.005), (State::Lockout, "configuration", 0.0));
    assert_eq!(one(|d| d.brake_damping[1] = 0.0), (State::Lockout, "configuration", 1.0));
    assert_eq!(one(|d| d.watchdog = 0.03), (State::Lockout, "configuration", 0.0));
    assert_eq!(one(|d| d.friction[0] = 0.6), (State::Standby, "none", -1.0), "that is no setting of a drive");
}

/// Status of the left hip's drive after each command of a plant that begins ready; commands are enable, lease, clear.
fn status(commands: impl Iterator<Item = (bool, bool, bool)>) -> Vec<f64> {
    let mut plant = Plant::new(PatientParams::healthy(1), DeviceParams::treadmill_exo(false), 1).unwrap();
    commands
        .zip(0..)
        .map(|((enabled, lease, clear), tick)| {
            let t = tick * 1_000_000;
            plant.sample(t);
            let expiry = if lease { t + 10_000_000 } else { t - 1 };
            plant.step(&Actuation { enabled, expiry, clear, ..Actuation::default() }, 1e-3);
            plant.sample(t + 1_000_000).drive_status.value[0]
        })
        .collect()
}

#[test]
fn without_a_lease_drives_stop_by_themselves_and_return_when_enabled_anew() {
    let lost = (true, false, false);
    let on = |n| std::iter::repeat_n((true, true, false), n);
    let seen = status(on(5).chain(std::iter::repeat_n(lost, 45)).chain(on(20)));
    assert_eq!(seen[4], 1.0);
    assert_eq!(seen[5..43], [0.0; 38], "no lease, no power");
    assert_eq!(seen[44..], [-1.0; 26], "stopped after 40 ms, and power asked for all along brings nothing back");
    let again = on(5).chain(std::iter::repeat_n(lost, 45)).chain([(false, true, false), (true, true, false)]);
    assert_eq!(status(again)[50..], [-1.0, 1.0], "only a new enable does");
    let cleared = on(5).chain(std::iter::repeat_n(lost, 45)).chain([(false, true, true), (false, true, false)]);
    assert_eq!(status(cleared)[50..], [0.0, 0.0], "or being asked to");
    let short = on(5).chain(std::iter::repeat_n(lost, 30)).chain(on(2));
    assert_eq!(status(short)[35..], [1.0, 1.0], "a short loss is none");
}

#[test]
fn a_closed_brake_locks_without_power_and_an_open_one_does_not() {
    let locked = |joint: usize| {
        let mut plant = Plant::new(PatientParams::healthy(1), DeviceParams::overground_exo(true), 1).unwrap();
        let before = plant.truth().q[3 + joint];
        for tick in 0..500 {
            plant.sample(tick * 1_000_000);
            plant.step(&Actuation::default(), 1e-3);
        }
        (plant.truth().q[3 + joint] - before).abs()
    };
    assert!(locked(0) < 0.02 && locked(1) < 0.02, "{} {}", locked(0), locked(1));
    let push = |brake: bool| {
        let mut plant = Plant::new(PatientParams::healthy(1), DeviceParams::overground_exo(true), 1).unwrap();
        let torque = [0.0, 40.0, 0.0, 0.0, 0.0, 0.0];
        let command = Actuation { enabled: true, brake, torque, expiry: i64::MAX, ..Actuation::default() };
        let before = plant.truth().q[4];
        for tick in 0..300 {
            plant.sample(tick * 1_000_000);
            plant.step(&command, 1e-3);
        }
        plant.truth().q[4] - before
    };
    assert!(push(true).abs() < 0.02, "{}", push(true));
    assert!(push(false) > 0.1, "{}", push(false));
}
