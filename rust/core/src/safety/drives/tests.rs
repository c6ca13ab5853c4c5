#![allow(clippy::unwrap_used)]

use super::*;
use crate::safety::example_envelope;

const MS: i64 = 1_000_000;
const DT: f64 = 0.001;

/// Drives that follow a torque of `size` [N·m] with a lag of 4 ms; the second one is only sensed.
struct Bench {
    drives: Drives,
    t: i64,
    size: f64,
    came: JointVec,
    state: State,
}

impl Bench {
    fn new(size: f64) -> Self {
        let mut kinds = [JointKind::Driven; N_JOINTS];
        kinds[1] = JointKind::Sensed;
        let envelope = Envelope::new(example_envelope()).unwrap();
        Self { drives: Drives::new(&envelope, kinds), t: 0, size, came: [0.0; N_JOINTS], state: State::Run }
    }

    /// Steps for `ticks`, what comes being made of what is sent by `change`, up to the first finding.
    fn until(&mut self, ticks: i64, change: impl Fn(f64) -> Option<f64>) -> (i64, Fault) {
        let mut inputs =
            DriveInputs { t: 0, state: self.state, stamp: 0, tau_meas: [None; N_JOINTS], tau_sent: [0.0; N_JOINTS] };
        for tick in 1..=ticks {
            self.t += MS;
            (inputs.t, inputs.stamp) = (self.t, self.t);
            let sent = self.size * (5.0 * self.t as f64 * SECONDS).sin();
            inputs.tau_sent = [sent; N_JOINTS];
            for (came, tau) in self.came.iter_mut().zip(&mut inputs.tau_meas) {
                let want = change(sent);
                *came += (want.unwrap_or(0.0) - *came) * 0.25;
                *tau = want.map(|_| *came);
            }
            let fault = self.drives.step(&inputs, DT);
            if fault != Fault::NONE {
                return (tick, fault);
            }
        }
        (ticks, Fault::NONE)
    }
}

fn residual() -> Fault {
    Fault::at(Severity::Immediate, Cause::TorqueResidual, 0)
}

#[test]
fn a_drive_that_follows_with_a_lag_is_left_alone() {
    for size in [0.0, 3.0, 100.0] {
        assert_eq!(Bench::new(size).until(10_000, Some).1, Fault::NONE);
        assert_eq!(Bench::new(size).until(10_000, |sent| Some(0.9 * sent)).1, Fault::NONE);
    }
}

#[test]
fn a_drive_that_does_otherwise_is_cut() {
    let wrongs: [fn(f64) -> f64; 5] = [|x| -x, |_| 0.0, |_| 100.0, |x| x - 30.0, |x| x.clamp(-5.0, 5.0)];
    for wrong in wrongs {
        let mut bench = Bench::new(20.0);
        assert_eq!(bench.until(1000, Some).1, Fault::NONE);
        let (tick, fault) = bench.until(1000, |sent| Some(wrong(sent)));
        assert_eq!(fault, residual());
        assert!((10..600).contains(&tick), "{tick}");
    }
}

#[test]
fn a_gain_that_is_off_by_a_third_degrades() {
    let mut bench = Bench::new(5.0);
    assert_eq!(bench.until(2000, Some).1, Fault::NONE);
    let (tick, fault) = bench.until(4000, |sent| Some(1.35 * sent));
    assert_eq!(fault, Fault::at(Severity::Degrade, Cause::TorqueGain, 0));
    assert!(tick > 500, "{tick}");
    assert_eq!(Bench::new(5.0).until(9000, |sent| Some(1.25 * sent)).1, Fault::NONE);
    assert_eq!(Bench::new(3.0).until(9000, |sent| Some(1.4 * sent)).1, Fault::NONE);
}

#[test]
fn without_sensor_or_power_nothing_is_said() {
    assert_eq!(Bench::new(50.0).until(2000, |_| None).1, Fault::NONE);
    assert_eq!(Bench::new(50.0).until(2000, |_| Some(f64::NAN)).1, Fault::NONE);
    let mut bench = Bench::new(50.0);
    bench.state = State::Safe;
    assert_eq!(bench.until(2000, |x| Some(-x)).1, Fault::NONE);
    let mut bench = Bench::new(50.0);
    bench.drives.kinds = [JointKind::Sensed; N_JOINTS];
    assert_eq!(bench.until(2000, |x| Some(-x)).1, Fault::NONE);
}

#[test]
fn an_old_torque_counts_as_absent_and_wild_numbers_do_no_harm() {
    let mut bench = Bench::new(50.0);
    let mut inputs =
        DriveInputs { t: 0, state: State::Run, stamp: 0, tau_meas: [Some(90.0); N_JOINTS], tau_sent: [0.0; N_JOINTS] };
    for t in 0..100 {
        (inputs.t, inputs.stamp) = (t * MS, t * MS - 30 * MS);
        assert_eq!(bench.drives.step(&inputs, DT), Fault::NONE);
    }
    for wild in [f64::NAN, f64::INFINITY, 1e308, -1e6] {
        inputs.tau_sent = [wild; N_JOINTS];
        for t in [i64::MIN, i64::MAX, 0] {
            (inputs.t, inputs.stamp) = (t, 0);
            bench.drives.step(&inputs, wild);
        }
    }
    assert!(bench.drives.seen.iter().all(|seen| seen.high.is_finite() && seen.told.is_finite()));
}

/// Sends `sent` to all drives, which give `came`, measured 5 ms ago.
fn told(drives: &mut Drives, sent: f64, came: f64, dt: f64) -> Fault {
    let (t, stamp) = (5 * MS, 0);
    let (tau_meas, tau_sent) = ([Some(came); N_JOINTS], [sent; N_JOINTS]);
    drives.step(&DriveInputs { t, state: State::Run, stamp, tau_meas, tau_sent }, dt)
}

#[test]
fn what_a_drive_may_be_giving_follows_within_twenty_milliseconds() {
    let mut drives = Bench::new(0.0).drives;
    for (sent, low, high) in [(100.0, 25.0, 100.0), (0.0, 0.0, 75.0), (-100.0, -100.0, 31.25), (-60.0, -90.0, 8.4375)] {
        told(&mut drives, sent, sent, 0.005);
        assert_eq!((drives.seen[0].low, drives.seen[0].high), (low, high), "{sent}");
    }
    told(&mut drives, 7.0, 7.0, 0.03);
    assert_eq!((drives.seen[0].low, drives.seen[0].high), (7.0, 7.0), "a long tick is all of it");
}

#[test]
fn a_residual_counts_beyond_its_bound_and_not_on_it_whatever_the_size() {
    // Of 40 N·m a share of 15 % and 2 N·m are left free.
    for sent in [40.0, -40.0] {
        let mut drives = Bench::new(0.0).drives;
        told(&mut drives, sent, sent, 0.02);
        for _ in 0..30 {
            assert_eq!(told(&mut drives, sent, sent * 1.2, DT), Fault::NONE);
        }
        let faults: Vec<_> = (0..10).map(|_| told(&mut drives, sent, sent * 1.200_001, DT)).collect();
        assert_eq!((faults[8], faults[9]), (Fault::NONE, residual()));
    }
}

#[test]
fn a_tick_without_a_length_counts_for_nothing() {
    for dt in [f64::INFINITY, f64::NAN, -1.0, 0.0] {
        let mut drives = Bench::new(0.0).drives;
        for _ in 0..100 {
            assert_eq!(told(&mut drives, 0.0, 90.0, dt), Fault::NONE);
        }
        assert_eq!((0..10).map(|_| told(&mut drives, 0.0, 90.0, DT)).last(), Some(residual()));
    }
}

#[test]
fn a_gain_counts_beyond_its_bound_and_not_on_it() {
    for (came, fault) in [(13.0, Fault::NONE), (13.001, Fault::at(Severity::Degrade, Cause::TorqueGain, 0))] {
        let mut drives = Bench::new(0.0).drives;
        assert_eq!((0..2).map(|_| told(&mut drives, 10.0, came, 1.0)).last(), Some(fault), "{came}");
    }
}
