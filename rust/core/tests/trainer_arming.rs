//! Nothing is armed before the self-test has seen samples, configuration and the drives' own watchdog at work.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Bench, DIGEST, IDLE, TESTED, TICK, WATCHDOG, declaration, params, pressed};
use gaitloop_core::safety::{CHECKS, Command, Declaration, State};
use gaitloop_core::trainer::{Trainer, TrainerParams};
use gaitloop_core::types::{N_JOINTS, Reading};

/// Ticks with drives and samples spoiled, until the self-test is over; the last command.
fn test(bench: &mut Bench, mut spoil: impl FnMut(&mut Bench)) -> Command {
    for _ in 0..11_000 {
        bench.fill(IDLE);
        spoil(bench);
        let command = bench.act();
        assert!(!command.enable(), "the self-test runs without power");
        if !matches!(command.state(), State::Boot | State::Selftest) {
            return command;
        }
    }
    panic!("the self-test hangs");
}

/// Result, check and joint as telemetry tells them.
fn told(bench: &Bench) -> (f64, &'static str, f64) {
    let [result, check, joint] = bench.trainer.telemetry().selftest;
    (result, CHECKS[check as usize], joint)
}

fn refused(spoil: impl FnMut(&mut Bench)) -> (&'static str, f64) {
    let mut bench = Bench::new(1.0);
    let command = test(&mut bench, spoil);
    assert_eq!((command.state(), command.fields().cause.name()), (State::Lockout, "selftest_failed"));
    let (result, check, joint) = told(&bench);
    assert_eq!(result, 2.0);
    for button in [5, 2, 3] {
        assert_eq!(bench.tick(pressed(button)).state(), State::Lockout);
        bench.tick(IDLE);
    }
    (check, joint)
}

#[test]
fn a_sound_machine_is_ready_after_its_drives_were_seen_to_stop() {
    let mut bench = Bench::new(1.0);
    let (mut withheld, mut stopped, mut ticks) = (0, 0, 0);
    loop {
        let command = bench.tick(IDLE);
        let fields = command.fields();
        assert!(!fields.enable && bench.torque == [0.0; N_JOINTS]);
        withheld += i32::from(fields.expiry < fields.t);
        stopped += i32::from(bench.status < 0.0);
        if command.state() == State::Standby {
            break;
        }
        ticks += 1;
        assert!(ticks < TESTED);
    }
    assert_eq!(withheld, 60, "leases are withheld for one and a half watchdog times");
    assert!((70..80).contains(&stopped), "the drives stop by themselves and stay so: {stopped}");
    assert_eq!(told(&bench), (1.0, "none", -1.0));
    assert_eq!(bench.status, 0.0, "and are ready again");
    assert_eq!(bench.tick(pressed(2)).state(), State::Armed);
    assert_eq!(bench.status, 1.0);
}

#[test]
fn what_is_wrong_is_named_with_its_joint() {
    assert_eq!(refused(|b| b.sample.q.value[4] = 0.0), ("zero", 4.0));
    assert_eq!(refused(|b| b.sample.drive_digest.value[1] = DIGEST + 1.0), ("configuration", 1.0));
    assert_eq!(refused(|b| b.sample.drive_digest.valid[1] = false), ("configuration", 1.0));
    assert_eq!(refused(|b| b.sample.drive_watchdog.value[5] = 2.0 * WATCHDOG), ("watchdog", 5.0));
    assert_eq!(refused(|b| b.sample.drive_status.valid[2] = false), ("drive", 2.0));
    assert_eq!(refused(|b| b.sample.drive_status.value[2] = 1.0), ("drive", 2.0));
    assert_eq!(refused(|b| b.sample.q.stamp = b.sample.t / (8 * TICK) * (8 * TICK)), ("rate", -1.0));
}

#[test]
fn a_drive_without_a_watchdog_at_work_is_refused_whatever_it_reads_back() {
    assert_eq!(refused(|b| b.sample.drive_status.value[3] = 0.0), ("stop", 3.0));
    // One comes back when leases do, without being asked.
    let mut held = false;
    let mut bench = Bench::new(1.0);
    for _ in 0..TESTED {
        bench.fill(IDLE);
        if held {
            bench.sample.drive_status.value[0] = 0.0;
        }
        let was = bench.status < 0.0;
        let command = bench.act();
        held = was && command.fields().expiry > command.fields().t;
    }
    assert_eq!(told(&bench), (2.0, "latch", 0.0));
    assert_eq!(bench.tick(IDLE).state(), State::Lockout);
}

#[test]
fn a_device_that_can_compare_nothing_is_refused() {
    let device = Declaration { digest: [None; N_JOINTS], ..declaration() };
    let mut bench = Bench::new(1.0);
    bench.trainer = Trainer::new(TrainerParams { device, ..params(1.0) }).unwrap();
    assert_eq!(test(&mut bench, |_| ()).state(), State::Lockout);
    assert_eq!(told(&bench), (2.0, "configuration", 0.0));
}

#[test]
fn after_a_latched_stop_everything_is_proved_afresh() {
    let mut bench = Bench::walk(1.0);
    bench.tick([0.0; 8]);
    bench.tick(IDLE);
    let reset = bench.tick(pressed(5));
    assert_eq!(reset.state(), State::Selftest);
    assert!(reset.fields().expiry > reset.fields().t);
    let begun = bench.sample.t;
    let mut again = bench.trainer.clone();
    assert_eq!(test(&mut bench, |_| ()).state(), State::Standby);
    // What was read back before the reset says nothing about drives that may have lost it since.
    core::mem::swap(&mut bench.trainer, &mut again);
    bench.sample.t = begun;
    bench.status = 0.0;
    let stale = |b: &mut Bench| b.sample.drive_digest = Reading::new([DIGEST; N_JOINTS], begun - TICK);
    assert_eq!(test(&mut bench, stale).state(), State::Lockout);
    assert_eq!(told(&bench), (2.0, "configuration", 0.0));
}

#[test]
fn an_emergency_stop_during_the_proof_ends_it() {
    let mut bench = Bench::new(1.0);
    loop {
        let fields = *bench.tick(IDLE).fields();
        if fields.expiry < fields.t {
            break;
        }
    }
    assert_eq!(bench.tick([0.0; 8]).state(), State::Safe);
    let fields = *bench.tick([0.0; 8]).fields();
    assert!(fields.expiry > fields.t, "leases are given again: the drives are told to stay off");
}
