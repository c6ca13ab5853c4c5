//! How the corridor brings a device to rest, by the safe profile that the device declares.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Bench, IDLE, TESTED, declaration, params, pressed};
use gaitloop_core::safety::{Command, Declaration, SafeProfile, State};
use gaitloop_core::trainer::{Trainer, TrainerParams};
use gaitloop_core::types::{N_JOINTS, Reading};

fn bench(safe_profile: SafeProfile) -> Bench {
    let device = Declaration { safe_profile, ..declaration() };
    let mut bench = Bench::new(1.0);
    bench.trainer = Trainer::new(TrainerParams { device, ..params(1.0) }).unwrap();
    bench
}

/// Up to `ticks` of training.
fn walk(bench: &mut Bench, ticks: usize) {
    for _ in 0..TESTED {
        bench.tick(IDLE);
    }
    bench.tick(pressed(2));
    bench.tick(IDLE);
    assert_eq!(bench.tick(pressed(3)).state(), State::Run);
    for _ in 0..ticks {
        assert_eq!(bench.tick(IDLE).state(), State::Run);
    }
}

/// One tick in which every joint moves at `speed` [rad/s], up for a tenth of a second and down for the next.
fn moving(bench: &mut Bench, buttons: [f64; 8], speed: f64, tick: usize) -> Command {
    let dq = if tick % 200 < 100 { speed } else { -speed };
    let before = bench.sample.q.value;
    bench.fill(buttons);
    bench.sample.q.value = before.map(|q| q + 0.001 * dq);
    bench.sample.dq = Reading::new([dq; N_JOINTS], bench.sample.t);
    bench.act()
}

#[test]
fn brakes_open_once_the_drives_carry_and_lock_with_the_power() {
    let mut bench = bench(SafeProfile::LockBrake);
    assert!(bench.tick(IDLE).fields().brake);
    walk(&mut bench, 900);
    assert!(bench.tick(IDLE).fields().brake, "the legs are not fully engaged yet");
    let mut opened = None;
    for tick in 0..300 {
        bench.fill(IDLE);
        bench.sample.drive_status.valid[4] = tick > 200;
        let brake = bench.act().fields().brake;
        opened = opened.or((!brake).then_some(tick));
    }
    assert_eq!(opened, Some(201), "the last drive told that it carries");
    bench.fill(IDLE);
    bench.sample.drive_status.valid = [false; N_JOINTS];
    assert!(!bench.act().fields().brake, "they do not close in motion");
    let mut stop = moving(&mut bench, pressed(7), 1.0, 0);
    for tick in 1.. {
        if stop.state() != State::ProtStop {
            break;
        }
        assert!(!stop.fields().brake);
        stop = moving(&mut bench, IDLE, 1.0, tick);
    }
    assert_eq!((stop.state(), stop.fields().brake), (State::Safe, true));
}

#[test]
fn brakes_open_on_a_bus_that_is_late_too() {
    let mut bench = bench(SafeProfile::LockBrake);
    walk(&mut bench, 900);
    let mut brake = true;
    for _ in 0..300 {
        bench.fill(IDLE);
        bench.sample.drive_status.value[4] = 2.0;
        brake = bench.act().fields().brake;
    }
    assert!(!brake, "what is late follows");
}

#[test]
fn brakes_lock_while_a_soft_stop_lets_go() {
    let mut bench = bench(SafeProfile::LockBrake);
    walk(&mut bench, 1500);
    let mut command = bench.tick(pressed(4));
    let (mut open, mut closed) = (0, 0);
    while command.state() == State::SoftStop {
        *(if command.fields().brake { &mut closed } else { &mut open }) += 1;
        assert!(!command.fields().brake || bench.belt == 0.0);
        command = bench.tick(IDLE);
    }
    assert!(open > 300 && (495..=502).contains(&closed), "{open} {closed}");
    assert_eq!((command.state(), command.fields().brake), (State::Standby, true));
}

#[test]
fn a_device_without_brakes_is_told_of_none() {
    let mut bench = bench(SafeProfile::ReleaseAfterDamp);
    walk(&mut bench, 1500);
    assert!(!bench.tick(IDLE).fields().brake && !bench.tick([0.0; 8]).fields().brake);
}

/// Size of the knee's torque in each tick of a protective stop in which the joints move at `speed` to and fro.
fn lowered(speed: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut bench = bench(SafeProfile::controlled_lower(3.0).unwrap());
    walk(&mut bench, 1500);
    let mut command = moving(&mut bench, pressed(7), speed(0), 0);
    let mut torque = Vec::new();
    while command.state() == State::ProtStop {
        torque.push(command.torque()[1].abs());
        command = moving(&mut bench, IDLE, speed(torque.len()), torque.len());
        assert!(torque.len() < 10_000);
    }
    assert_eq!(command.state(), State::Safe);
    torque
}

#[test]
fn a_person_is_lowered_with_all_the_torque_and_then_let_go_slowly() {
    // 10 N·m·s/rad of damping, of 100 N·m at most.
    let torque = lowered(|_| 1.0);
    assert!((4499..=4503).contains(&torque.len()), "3 s of lowering and 1.5 s of fading: {}", torque.len());
    // While the movement turns, the torque turns as fast as it may.
    let steady = |tick: usize| tick % 100 > 20;
    let lasts = |ticks: core::ops::Range<usize>| ticks.filter(|k| steady(*k)).all(|k| (torque[k] - 10.0).abs() < 1e-9);
    assert!(lasts(100..4300), "the damping lasts until a tenth of the torque that there is is less");
    assert!(torque[4490] < 1.0, "{}", torque[4490]);
    let fades = |k: usize| torque[k] <= torque[k - 1] && torque[k - 1] - torque[k] < 0.1;
    assert!((4300..4490).filter(|k| steady(*k)).all(fades), "nothing lets go at once");
}

#[test]
fn who_is_down_is_let_go_sooner_and_a_turn_on_the_way_is_not_down() {
    let torque = lowered(|tick| if tick < 1000 { 1.0 } else { 0.1 });
    assert!((2998..=3004).contains(&torque.len()), "1 s, half a second of rest, 1.5 s of fading: {}", torque.len());
    let turning = lowered(|tick| if tick % 400 < 300 { 0.1 } else { 1.0 });
    assert!((4499..=4503).contains(&turning.len()), "{}", turning.len());
}
