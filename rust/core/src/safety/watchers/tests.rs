#![allow(clippy::unwrap_used)]

use super::*;
use crate::safety::example_envelope;
use core::f64::consts::TAU;

/// Ticks of a number that sums without rounding.
const DT: f64 = 1.0 / 1024.0;
const QUIET: Fault = Fault::NONE;

/// Somebody who walks at a stride per second without any torque; the second joint is only sensed.
struct Bench {
    watchers: Watchers,
    inputs: WatcherInputs,
    tick: u32,
    dt: f64,
}

impl Bench {
    fn new() -> Self {
        let mut kinds = [JointKind::Driven; N_JOINTS];
        (kinds[1], kinds[5]) = (JointKind::Sensed, JointKind::Absent);
        let envelope = Envelope::new(example_envelope()).unwrap();
        let inputs = WatcherInputs {
            t: 0,
            state: State::Run,
            steady: true,
            stamp: 0,
            tau_meas: [None; N_JOINTS],
            tau_sent: [0.0; N_JOINTS],
            dq: [Some(0.0); N_JOINTS],
            phase: [0.0; 2],
            guidance: [0.41; N_JOINTS],
            rope_force: Some(200.0),
            rope_position: Some(1.0),
            support_cmd: 200.0,
            execution: None,
        };
        Self { watchers: Watchers::new(&envelope, kinds, DT).unwrap(), inputs, tick: 0, dt: DT }
    }

    /// Steps for `ticks` up to the first finding, with what `change` makes of the inputs at a time [s].
    fn until(&mut self, ticks: u32, change: impl Fn(&mut WatcherInputs, f64)) -> (u32, Fault) {
        for tick in 1..=ticks {
            let s = f64::from(self.tick) * DT;
            self.tick += 1;
            self.inputs.phase = [s % 1.0, (s + 0.5) % 1.0];
            change(&mut self.inputs, s);
            let fault = self.watchers.step(&self.inputs, self.dt);
            if fault != QUIET {
                return (tick, fault);
            }
        }
        (ticks, QUIET)
    }
}

fn stop(cause: Cause, joint: usize) -> Fault {
    Fault::at(Severity::Protective, cause, joint)
}

#[test]
fn torque_that_is_unusual_at_this_point_of_the_stride_is_a_spasm() {
    for (ticks, allowed) in [(11_464, 16.0), (21_704, 8.0)] {
        for (more, found) in [(allowed - 0.1, QUIET), (allowed + 0.1, stop(Cause::Spasm, 3))] {
            for more in [more, -more] {
                let mut bench = Bench::new();
                bench.inputs.tau_sent = [30.0; N_JOINTS];
                assert_eq!(bench.until(ticks, |_, _| {}), (ticks, QUIET));
                let pushed = bench.until(400, |inputs, _| inputs.tau_sent[3] = 30.0 + more);
                // 0.14 s are 144 ticks of 1/1024 s.
                assert_eq!(pushed, if found == QUIET { (400, QUIET) } else { (144, found) }, "{ticks} {more}");
            }
        }
    }
    // A joint that was led less, in this stride or in the last one, is not judged.
    for (since, until, more, found) in [
        (11_000.0, 12_000.0, 16.1, QUIET),
        (11_000.0, 12_000.0, 400.0, QUIET),
        (10_100.0, 10_200.0, 16.1, QUIET),
        (9000.0, 9010.0, 16.1, stop(Cause::Spasm, 4)),
    ] {
        let mut bench = Bench::new();
        let lead = |inputs: &mut WatcherInputs, s: f64| {
            let led = !(since * DT..until * DT).contains(&s);
            inputs.guidance[4] = if led { 0.41 } else { 0.4 };
        };
        assert_eq!(bench.until(11_464, lead).1, QUIET);
        let pushed = bench.until(200, |inputs, s| {
            lead(inputs, s);
            inputs.tau_sent[4] = more;
        });
        assert_eq!(pushed.1, found, "{since} {more}");
    }
}

#[test]
fn what_is_usual_in_the_next_part_of_the_stride_is_usual_here() {
    let pulse = |s: f64| if (s % 1.0 - 0.5).abs() < 0.1 { 40.0 } else { 0.0 };
    let shifted = |by: f64| {
        let mut bench = Bench::new();
        assert_eq!(bench.until(11_264, |inputs, s| inputs.tau_sent[0] = pulse(s)).1, QUIET);
        bench.until(1024, |inputs, s| inputs.tau_sent[0] = pulse(s + by)).1
    };
    // Of a shift by 0.165 of a second 0.03 are usual, so less than 0.14 s are not.
    assert_eq!(shifted(0.165), QUIET);
    assert_eq!(shifted(-0.165), QUIET);
    assert_eq!(shifted(0.25), stop(Cause::Spasm, 0));
    assert_eq!(shifted(-0.25), stop(Cause::Spasm, 0));
}

#[test]
fn a_spasm_is_judged_after_ten_steady_strides_in_training_and_at_driven_joints() {
    let first = |change: fn(&mut WatcherInputs)| {
        let mut bench = Bench::new();
        bench.until(12_288, move |inputs, s| {
            inputs.tau_sent = [0.0; N_JOINTS];
            // A push in each stride that is larger than all before.
            inputs.tau_sent[4] = 2.0 * (1.0 + s) * (1.0 + s) * (TAU * s).sin().max(0.0);
            change(inputs);
        })
    };
    // The right side begins at phase 0.5: its tenth stride is over after 9.5 s, and the push comes after 10 s.
    let (ticks, fault) = first(|_| {});
    assert_eq!(fault, stop(Cause::Spasm, 4));
    assert!((10 * 1024 + 128..10 * 1024 + 400).contains(&ticks), "{ticks}");
    assert_eq!(first(|inputs| inputs.steady = false).1, QUIET);
    assert_eq!(first(|inputs| inputs.state = State::SoftStop).1, QUIET);
    assert_eq!(first(|inputs| inputs.tau_sent.swap(1, 4)).1, QUIET);
    assert_eq!(first(|inputs| inputs.state = State::Degraded).1, stop(Cause::Spasm, 4));
}

#[test]
fn what_is_usual_is_forgotten_slowly() {
    let after = |strides: u32, torque: f64| {
        let mut usual = Usual::default();
        let mut stride =
            |torque: f64| -> bool { (0..32).any(|k| usual.step(torque, [f64::from(k) / 32.0, 1.0], true, 0.03)) };
        (0..11).for_each(|_| assert!(!stride(30.0)));
        assert!(!stride(38.0));
        (0..strides).for_each(|_| assert!(!stride(30.0)));
        stride(torque)
    };
    // 30 + 8 * 0.97^10 = 35.9 are usual after ten strides, and 8 more are accepted.
    assert!(!after(10, 43.8));
    assert!(after(10, 44.0));
    // After one, 37.8, and 16 more, for it is the thirteenth.
    assert!(!after(1, 53.7));
    assert!(after(1, 53.8));
}

#[test]
fn whoever_differs_from_stride_to_stride_is_given_more_room_within_bounds() {
    let after = |size: f64, torque: f64| {
        let mut usual = Usual::default();
        let mut stride =
            |torque: f64| -> bool { (0..32).any(|k| usual.step(torque, [f64::from(k) / 32.0, 1.0], true, 0.03)) };
        (0..61).for_each(|k| assert!(!stride(if k % 2 == 0 { size } else { 0.0 })));
        stride(size + torque)
    };
    for (size, bound) in [(0.0, 8.0), (3.5, 8.0), (6.0, 12.0), (11.0, 22.0), (60.0, 24.0)] {
        assert!(!after(size, bound - 0.1), "{size}");
        assert!(after(size, bound + 0.1), "{size}");
    }
}

#[test]
fn a_spasm_gives_itself_no_room() {
    let mut usual = Usual::default();
    let mut at = |torque: f64, k: u32| usual.step(torque, [f64::from(k % 32) / 32.0, 1.0], true, 0.03);
    (0..30 * 32).for_each(|k| assert!(!at(30.0, k)));
    // It begins at once in every part of the stride, and is noticed at 8.1 N·m as if there had been none before.
    assert!((0..8).any(|k| at(38.1, k)));
}

#[test]
fn any_phase_has_its_part_of_the_stride() {
    let mut usual = Usual::default();
    for phase in [f64::NAN, -3.0, 0.0, 7.0, f64::INFINITY] {
        assert!(!usual.step(0.0, [phase, 1.0], true, 0.03));
    }
}

#[test]
fn torque_that_shakes_degrades_and_then_stops() {
    let at = |size: f64, frequency: f64, state: State| {
        let mut bench = Bench::new();
        bench.inputs.state = state;
        bench.inputs.steady = false;
        let shake = move |inputs: &mut WatcherInputs, s: f64| inputs.tau_sent[2] = size * (TAU * frequency * s).sin();
        let first = bench.until(1024, shake);
        (first, bench, shake)
    };
    // In the middle of the band the root mean square is 0.707 of the size; 4 N·m are allowed.
    assert_eq!(at(5.3, 20.0, State::Run).0.1, QUIET);
    let ((ticks, fault), mut bench, shake) = at(8.0, 20.0, State::Run);
    assert_eq!(fault, Fault::at(Severity::Degrade, Cause::Oscillation, 2));
    assert!((410..485).contains(&ticks), "0.4 s, and what the band takes to ring up: {ticks}");
    let stops = (1..600).find(|_| bench.until(1, shake).1.severity == Severity::Protective);
    assert_eq!(stops, Some(410), "0.4 s later: 820 ticks of shaking less 410");
    assert_eq!(at(8.0, 20.0, State::SoftStop).0.1, fault);
    for state in [State::Armed, State::ProtStop, State::Safe] {
        assert_eq!(at(80.0, 20.0, state).0.1, QUIET);
    }
    // At 2 Hz a section passes 0.15 of it, and two of them 0.022.
    assert_eq!(at(100.0, 2.0, State::Run).0.1, QUIET);
    // Less on either side of the band.
    assert_eq!(at(26.0, 6.0, State::Run).0.1, QUIET);
    assert_eq!(at(40.0, 6.0, State::Run).0.1, fault);
}

#[test]
fn a_joint_that_beats_is_clonus() {
    let at = |size: f64, frequency: f64, joint: usize| {
        let mut bench = Bench::new();
        bench.until(2048, |inputs, s| inputs.dq[joint] = Some(size * (TAU * frequency * s).sin()))
    };
    // 0.5 rad/s of root mean square are a sine of 0.71 rad/s where everything passes, as at 17.8/pi Hz.
    assert_eq!(at(0.65, 17.8 / core::f64::consts::PI, 1).1, QUIET);
    let (ticks, fault) = at(2.0, 6.0, 1);
    assert_eq!(fault, stop(Cause::Clonus, 1));
    assert!((1536..1720).contains(&ticks), "1.5 s, and what the band takes to ring up: {ticks}");
    assert_eq!(at(2.0, 1.0, 1).1, QUIET);
    assert_eq!(at(20.0, 6.0, 5).1, QUIET, "it is not there");
    let mut bench = Bench::new();
    let torque = bench.until(2048, |inputs, s| {
        inputs.steady = false;
        (inputs.tau_meas[0], inputs.stamp) = (Some(14.0 * (TAU * 5.66 * s).sin()), inputs.t);
    });
    assert_eq!(torque.1, stop(Cause::Clonus, 0));
}

#[test]
fn a_measured_torque_goes_before_the_one_that_was_sent_while_it_is_fresh() {
    let shake = |stamp: i64| {
        let mut bench = Bench::new();
        bench.until(1024, |inputs, s| {
            inputs.stamp = inputs.t - stamp;
            inputs.tau_meas[0] = Some(20.0 * (TAU * 20.0 * s).sin());
        })
    };
    assert_eq!(shake(20_000_000).1.cause, Cause::Oscillation);
    assert_eq!(shake(20_000_001).1, QUIET);
    assert_eq!(shake(-1).1, QUIET);
}

#[test]
fn a_slack_rope_is_noticed_in_training() {
    let at = |force: Option<f64>, asked: f64, state: State| {
        let mut bench = Bench::new();
        (bench.inputs.rope_force, bench.inputs.support_cmd, bench.inputs.state) = (force, asked, state);
        bench.until(500, |_, _| {})
    };
    let slack = Fault::new(Severity::Protective, Cause::SupportSlack);
    // 0.1 s are 103 ticks.
    assert_eq!(at(Some(59.0), 200.0, State::Run), (103, slack));
    assert_eq!(at(Some(f64::from(60)), 200.0, State::Run).1, QUIET);
    assert_eq!(at(Some(14.9), 50.0, State::Degraded), (103, slack));
    for (force, asked, state) in [
        (Some(0.0), 49.0, State::Run),
        (Some(0.0), f64::NAN, State::Run),
        (None, 200.0, State::Run),
        (Some(f64::NAN), 200.0, State::Run),
        (Some(0.0), 200.0, State::SoftStop),
    ] {
        assert_eq!(at(force, asked, state).1, QUIET, "{force:?} {asked} {state:?}");
    }
}

#[test]
fn a_rope_that_gives_way_is_noticed_and_the_band_of_a_stride_is_not() {
    let fall = |speed: f64, depth: f64| {
        let mut bench = Bench::new();
        bench.until(1024, |_, _| {});
        bench.until(1024, |inputs, s| inputs.rope_position = Some(1.0 - (speed * (s - 1.0)).min(depth)))
    };
    let slack = Fault::new(Severity::Protective, Cause::SupportSlack);
    let (ticks, fault) = fall(0.5, 1.0);
    // 0.06 m take 123 ticks, 0.02 s another 21.
    assert_eq!(fault, slack);
    assert!((143..148).contains(&ticks), "{ticks}");
    assert_eq!(fall(0.28, 1.0).1, QUIET);
    assert_eq!(fall(1.0, 0.058).1, QUIET);
}

#[test]
fn a_loop_that_is_late_is_warned_of_then_stopped() {
    let at = |execution: f64, state: State| {
        let mut bench = Bench::new();
        (bench.inputs.execution, bench.inputs.state) = (Some(execution), state);
        let first = bench.until(2000, |_, _| {});
        (first, bench)
    };
    let soft = Fault::new(Severity::Soft, Cause::Overrun);
    assert_eq!(at(0.8 * DT, State::Run).0.1, QUIET);
    // The third is the warning, 0.1 s or 103 ticks later a soft stop, 0.5 s or 512 ticks later a protective one.
    let (first, mut bench) = at(0.81 * DT, State::Run);
    assert_eq!(first, (106, soft));
    let stops = (1..600).find(|_| bench.until(1, |_, _| {}).1 != soft);
    assert_eq!((stops, bench.until(1, |_, _| {}).1.severity), (Some(512), Severity::Protective));
    // One that is long enough counts alone.
    assert_eq!(at(5.01 * DT, State::Run).0, (104, soft));
    // Alone it is a warning; another one within 10 s is not, and that is told until 10 s have passed without.
    let mut bench = Bench::new();
    let mut after = |pause: u32, execution: f64| {
        let waited = bench.until(pause, |inputs, _| inputs.execution = Some(0.0));
        (waited.1, bench.until(1, |inputs, _| inputs.execution = Some(execution)).1)
    };
    assert_eq!(after(1, 6.0 * DT), (QUIET, QUIET));
    assert_eq!(after(10_239, 6.0 * DT), (QUIET, soft));
    let counted = (1..20_000).find(|_| bench.until(1, |inputs, _| inputs.execution = Some(0.0)).1 == QUIET);
    assert_eq!(counted, Some(10_240));
    assert_eq!(bench.until(1, |inputs, _| inputs.execution = Some(6.0 * DT)).1, QUIET);
    assert_eq!(bench.until(200, |inputs, _| inputs.execution = None).1, QUIET);
    assert_eq!(bench.until(1, |inputs, _| inputs.execution = Some(-6.0 * DT)).1, QUIET);
    let unpowered = Fault::new(Severity::Degrade, Cause::Overrun);
    assert_eq!(at(6.0 * DT, State::Standby).0, (104, unpowered));
}

#[test]
fn a_rate_that_was_not_declared_is_a_fault() {
    let at = |dt: f64, state: State| {
        let mut bench = Bench::new();
        (bench.dt, bench.inputs.state, bench.inputs.steady) = (dt, state, false);
        bench.until(3000, |_, _| {})
    };
    let wrong = Fault::new(Severity::Protective, Cause::Rate);
    assert_eq!(at(DT, State::Run).1, QUIET);
    assert_eq!(at(1.09 * DT, State::Run).1, QUIET);
    assert_eq!(at(0.91 * DT, State::Run).1, QUIET);
    // 0.1 s are 13 ticks of 1/128 s, or 205 of 1/2048 s; it takes two of them.
    assert_eq!(at(8.0 * DT, State::Run), (26, wrong));
    assert_eq!(at(0.5 * DT, State::Run), (410, wrong));
    assert_eq!(at(1.11 * DT, State::SoftStop).1, wrong);
    assert_eq!(at(8.0 * DT, State::Standby), (26, Fault::new(Severity::Degrade, Cause::Rate)));
    // Time that stands still, or is no number, has no rate.
    assert_eq!(at(f64::NAN, State::Run).1, QUIET);
}

#[test]
fn a_single_hiccup_is_no_rate() {
    let mut bench = Bench::new();
    for _ in 0..20 {
        (0..220).for_each(|_| assert_eq!(bench.until(1, |_, _| {}).1, QUIET));
        bench.dt = 0.02;
        assert_eq!(bench.until(1, |_, _| {}).1, QUIET);
        bench.dt = DT;
    }
}

#[test]
fn a_bad_period_is_named() {
    let envelope = Envelope::new(example_envelope()).unwrap();
    for period in [0.0, 1e-4, 0.0201, f64::NAN] {
        let refused = Watchers::new(&envelope, [JointKind::Driven; N_JOINTS], period).unwrap_err().to_string();
        assert!(refused.starts_with("period must lie in [0.0002, 0.02]"), "{refused}");
    }
}
