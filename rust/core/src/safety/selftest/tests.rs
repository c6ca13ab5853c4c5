#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::safety::{SafeProfile, example_envelope};
use crate::types::JointReading;

const MS: i64 = 1_000_000;
const DIGEST: f64 = 1234.0;

fn declared() -> Declaration {
    let safe_profile = SafeProfile::ReleaseAfterDamp;
    Declaration { safe_profile, tick: 0.001, watchdog: 0.04, digest: [Some(DIGEST); N_JOINTS] }
}

fn kinds() -> [JointKind; N_JOINTS] {
    let (d, s) = (JointKind::Driven, JointKind::Sensed);
    [d, d, s, d, d, JointKind::Absent]
}

/// Six drives of which one may be told to misbehave, on a bench whose joints stand.
struct Bench {
    test: SelfTest,
    t: i64,
    withheld: i64,
    stopped: bool,
    /// Watchdog at work [ns].
    watchdog: i64,
    latches: bool,
    comes_back: bool,
    /// Joint that misbehaves.
    odd: usize,
    odd_stopped: bool,
    spoil: fn(&mut SelfTestInputs),
}

impl Bench {
    fn new(declared: Declaration) -> Self {
        let test = SelfTest::new(&Envelope::new(example_envelope()).unwrap(), kinds(), declared).unwrap();
        Self {
            test,
            t: 5 * MS,
            withheld: 0,
            stopped: false,
            watchdog: 40 * MS,
            latches: true,
            comes_back: true,
            odd: 3,
            odd_stopped: false,
            spoil: |_| {},
        }
    }

    fn inputs(&self) -> SelfTestInputs {
        let status = |joint: usize| {
            let stopped = if joint == self.odd { self.odd_stopped } else { self.stopped };
            Some(if stopped { -1.0 } else { 0.0 })
        };
        let mut inputs = SelfTestInputs {
            t: self.t,
            clean: true,
            q: [Some(0.1); N_JOINTS],
            q_stamp: self.t,
            dq: [Some(0.0); N_JOINTS],
            dq_stamp: self.t,
            status: core::array::from_fn(status),
            status_stamp: self.t,
            digest: [Some(DIGEST); N_JOINTS],
            digest_stamp: self.t,
            watchdog: [Some(0.04); N_JOINTS],
            watchdog_stamp: self.t,
        };
        (self.spoil)(&mut inputs);
        inputs
    }

    fn tick(&mut self) -> SelfTestOutput {
        let out = self.test.step(&self.inputs());
        self.withheld = if out.withhold { self.withheld + MS } else { 0 };
        if self.withheld > 40 * MS {
            self.stopped = true;
        }
        if self.withheld > self.watchdog {
            self.odd_stopped = true;
        }
        if out.clear {
            self.stopped = false;
            self.odd_stopped &= !self.comes_back;
        }
        if !out.withhold && !self.latches {
            self.odd_stopped = false;
        }
        self.t += MS;
        out
    }

    /// Until it is over; gives the last output and the number of ticks.
    fn run(&mut self) -> (SelfTestOutput, i64) {
        for n in 1..=20_000 {
            let out = self.tick();
            if out.result != Selftest::Pending {
                return (out, n);
            }
        }
        panic!("the self-test hangs");
    }
}

fn refused(bench: &mut Bench, check: Check, joint: Option<usize>) -> i64 {
    let (out, ticks) = bench.run();
    assert_eq!((out.result, out.check, out.joint), (Selftest::Fail, check, joint));
    assert!(!out.withhold && !out.clear);
    assert_eq!(bench.tick(), out, "a failed test stays failed");
    ticks
}

fn spoilt(spoil: fn(&mut SelfTestInputs), check: Check, joint: Option<usize>) -> i64 {
    let mut bench = Bench::new(declared());
    bench.spoil = spoil;
    refused(&mut bench, check, joint)
}

#[test]
fn a_sound_machine_passes_after_all_stages() {
    let mut bench = Bench::new(declared());
    let (out, ticks) = bench.run();
    assert_eq!((out.result, out.check, out.joint), (Selftest::Pass, Check::None, None));
    // 250 ms of everything in order, 60 ms without leases, 50 ms in which nothing may come back, and asking.
    assert!((361..=364).contains(&ticks), "{ticks}");
    assert_eq!(bench.tick(), out, "a passed test stays passed");
    bench.test.reset();
    assert_eq!(bench.tick().result, Selftest::Pending);
}

#[test]
fn leases_are_withheld_for_one_and_a_half_watchdog_times() {
    let mut bench = Bench::new(declared());
    let withheld = (0..400).filter(|_| bench.tick().withhold).count();
    assert_eq!(withheld, 60);
}

#[test]
fn a_machine_without_drives_needs_none() {
    let envelope = Envelope::new(example_envelope()).unwrap();
    let none = Declaration { digest: [None; N_JOINTS], ..declared() };
    let mut bench = Bench::new(none);
    bench.test = SelfTest::new(&envelope, [JointKind::Sensed; N_JOINTS], none).unwrap();
    let (out, ticks) = bench.run();
    assert_eq!((out.result, ticks), (Selftest::Pass, 251));
    bench.test = SelfTest::new(&envelope, [JointKind::Absent; N_JOINTS], none).unwrap();
    bench.spoil = |i| (i.q, i.q_stamp) = ([None; N_JOINTS], 0);
    assert_eq!(bench.run().0.result, Selftest::Pass);
}

#[test]
fn sensors_are_waited_for_until_the_deadline() {
    let end = DEADLINE / MS + 1;
    assert_eq!(spoilt(|i| i.clean = false, Check::Fault, None), end);
    assert_eq!(spoilt(|i| i.q[1] = None, Check::Sample, Some(1)), end);
    assert_eq!(spoilt(|i| i.dq[2] = Some(f64::NAN), Check::Sample, Some(2)), end);
    assert_eq!(spoilt(|i| i.q[4] = Some(1.1), Check::Range, Some(4)), end);
    assert_eq!(spoilt(|i| i.dq_stamp -= 30 * MS, Check::Stale, None), end);
    assert_eq!(spoilt(|i| i.q_stamp += MS, Check::Stale, None), end);
}

#[test]
fn an_encoder_stuck_at_zero_is_refused_after_a_quarter_of_a_second() {
    assert_eq!(spoilt(|i| i.q[2] = Some(0.0), Check::Zero, Some(2)), 251);
    assert_eq!(spoilt(|i| i.q[0] = Some(-0.0), Check::Zero, Some(0)), 251);
    // Zero frames at power-up count for nothing, and zero in between is a place like any other.
    let late = |i: &mut SelfTestInputs| {
        let zero = i.t < 200 * MS || i.t % (2 * MS) == 0;
        i.q[2] = Some(if zero { 0.0 } else { 0.1 });
    };
    let mut bench = Bench::new(declared());
    bench.spoil = late;
    let (out, ticks) = bench.run();
    assert_eq!(out.result, Selftest::Pass);
    assert!(ticks > 196 + 361, "{ticks}");
}

#[test]
fn drives_must_be_ready_and_unpowered() {
    let end = DEADLINE / MS + 1;
    for status in [Some(1.0), Some(-3.0), None, Some(f64::NAN)] {
        let mut bench = Bench::new(declared());
        let spoil: fn(&mut SelfTestInputs) = match status {
            Some(1.0) => |i| i.status[3] = Some(1.0),
            Some(v) if v < 0.0 => |i| i.status[3] = Some(-3.0),
            None => |i| i.status[3] = None,
            _ => |i| i.status[3] = Some(f64::NAN),
        };
        bench.spoil = spoil;
        assert_eq!(refused(&mut bench, Check::Drive, Some(3)), end);
    }
    assert_eq!(spoilt(|i| i.status_stamp = 0, Check::Drive, Some(0)), end);
    assert_eq!(Bench::new(declared()).inputs().status[2], Some(0.0), "a sensed joint's status is not looked at");
}

#[test]
fn a_configuration_that_differs_is_refused_at_once_and_one_not_read_back_in_the_end() {
    assert_eq!(spoilt(|i| i.digest[1] = Some(DIGEST + 1.0), Check::Configuration, Some(1)), 1);
    assert_eq!(spoilt(|i| i.digest[1] = None, Check::Configuration, Some(1)), DEADLINE / MS + 1);
    // What was read before this test says nothing.
    assert_eq!(spoilt(|i| i.digest_stamp = 4 * MS, Check::Configuration, Some(0)), DEADLINE / MS + 1);
    let mut digest = declared().digest;
    digest[4] = None;
    assert_eq!(refused(&mut Bench::new(Declaration { digest, ..declared() }), Check::Configuration, Some(4)), 1);
    digest = declared().digest;
    digest[2] = None; // nothing is driven there
    assert_eq!(Bench::new(Declaration { digest, ..declared() }).run().0.result, Selftest::Pass);
}

#[test]
fn a_watchdog_that_is_off_or_too_slow_is_refused() {
    assert_eq!(spoilt(|i| i.watchdog[3] = Some(0.0), Check::Watchdog, Some(3)), 1);
    assert_eq!(spoilt(|i| i.watchdog[3] = Some(0.0401), Check::Watchdog, Some(3)), 1);
    assert_eq!(spoilt(|i| i.watchdog[3] = None, Check::Watchdog, Some(3)), DEADLINE / MS + 1);
    assert_eq!(spoilt(|i| i.watchdog_stamp = 0, Check::Watchdog, Some(0)), DEADLINE / MS + 1);
    let mut quicker = Bench::new(declared());
    quicker.spoil = |i| i.watchdog[3] = Some(0.01);
    assert_eq!(quicker.run().0.result, Selftest::Pass);
}

#[test]
fn the_wrong_rate_is_refused() {
    // Samples of 100 Hz told as if they were of 1 kHz, each ten times.
    assert_eq!(spoilt(|i| (i.q_stamp, i.dq_stamp) = (i.t / (10 * MS) * (10 * MS), i.t), Check::Rate, None), 251);
    let mut bench = Bench::new(Declaration { tick: 0.0012, ..declared() });
    assert_eq!(refused(&mut bench, Check::Rate, None), 251);
    let mut bench = Bench::new(Declaration { tick: 0.00105, ..declared() });
    assert_eq!(bench.run().0.result, Selftest::Pass);
}

#[test]
fn a_drive_that_does_not_stop_by_itself_is_refused() {
    let mut bench = Bench::new(declared());
    bench.watchdog = i64::MAX; // reads back as set, and is not there
    refused(&mut bench, Check::Stop, Some(3));
    let mut bench = Bench::new(declared());
    bench.watchdog = 61 * MS;
    refused(&mut bench, Check::Stop, Some(3));
}

#[test]
fn a_drive_that_comes_back_by_itself_is_refused() {
    let mut bench = Bench::new(declared());
    bench.latches = false;
    refused(&mut bench, Check::Latch, Some(3));
}

#[test]
fn a_drive_that_stays_stopped_is_refused() {
    let mut bench = Bench::new(declared());
    bench.comes_back = false;
    refused(&mut bench, Check::Clear, Some(3));
}

#[test]
fn a_fault_during_the_proof_begins_anew() {
    let mut bench = Bench::new(declared());
    while !bench.tick().withhold {}
    bench.spoil = |i| i.clean = false;
    let out = bench.tick();
    assert_eq!((out.result, out.check, out.withhold, out.clear), (Selftest::Pending, Check::Fault, false, true));
    bench.spoil = |_| {};
    let (out, ticks) = bench.run();
    assert_eq!(out.result, Selftest::Pass);
    assert!(ticks > 360, "{ticks}");
}

#[test]
fn it_ends_whatever_the_clock_does() {
    for step in [0, -MS, i64::MIN, i64::MAX] {
        let mut bench = Bench::new(declared());
        let mut over = false;
        for _ in 0..10_002 {
            over |= bench.test.step(&bench.inputs()).result != Selftest::Pending;
            bench.t = bench.t.saturating_add(step);
        }
        assert!(over, "{step}");
    }
}

#[test]
fn the_deadline_is_told_by_the_clock_where_it_goes_on() {
    let mut bench = Bench::new(declared());
    bench.spoil = |inputs| inputs.q[1] = None;
    let ticks = (0..20_000).take_while(|_| {
        bench.t += 9 * MS;
        bench.tick().result == Selftest::Pending
    });
    assert_eq!(ticks.count(), 1000, "of 10 ms each");
}

#[test]
fn whatever_is_read_it_ends_and_withholds_no_longer_than_it_should() {
    let mut state = 1_u64;
    let mut dice = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let odd = [None, Some(f64::NAN), Some(f64::INFINITY), Some(0.0), Some(-1.0), Some(1.0), Some(1e308)];
    for _ in 0..200 {
        let mut bench = Bench::new(declared());
        let (mut over, mut withheld) = (false, 0);
        for _ in 0..10_002 {
            let mut inputs = bench.inputs();
            if dice() % 3 == 0 {
                let mut any = || -> JointReading { core::array::from_fn(|_| odd[(dice() % 7) as usize]) };
                (inputs.q, inputs.status, inputs.digest, inputs.watchdog) = (any(), any(), any(), any());
            }
            let out = bench.test.step(&inputs);
            withheld = if out.withhold { withheld + 1 } else { 0 };
            assert!(withheld <= 60);
            bench.t += MS;
            over = out.result != Selftest::Pending;
            if over {
                break;
            }
        }
        assert!(over);
    }
}

#[test]
fn declarations_are_checked() {
    let envelope = Envelope::new(example_envelope()).unwrap();
    let new = |declared| SelfTest::new(&envelope, kinds(), declared).map(|_| ()).map_err(|e| e.to_string());
    let digest = |value| Declaration { digest: [None, Some(value), None, None, None, None], ..declared() };
    assert_eq!(new(digest(9_007_199_254_740_991.0)), Ok(()));
    for value in [0.0, 0.5, -1.0, 1.5, f64::NAN, f64::INFINITY, 9_007_199_254_740_992.0] {
        assert!(new(digest(value)).unwrap_err().starts_with("digest must lie in [1, 9007199254740991]"), "{value}");
    }
    for tick in [0.0, 0.021, f64::NAN] {
        assert!(new(Declaration { tick, ..declared() }).unwrap_err().starts_with("tick must lie in"));
    }
    for watchdog in [0.0, 0.001, 0.0501, f64::NAN] {
        assert!(new(Declaration { watchdog, ..declared() }).unwrap_err().starts_with("watchdog must lie in"));
    }
}
