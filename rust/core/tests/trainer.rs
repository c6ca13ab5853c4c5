//! The corridor on samples of every kind: total, bounded, and stopping in the tick that sees a fault.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Bench, CHANGE_RATE, IDLE, TAU_MAX, TAU_RATE_MAX, TESTED, TICK, pressed, trainer};
use gaitloop_core::safety::{Cause, State};
use gaitloop_core::trainer::ControlParams;
use gaitloop_core::trajectory::GaitPattern;
use gaitloop_core::types::{Reading, SAMPLE_GROUPS, SAMPLE_LEN, Sample};
use proptest::prelude::*;

#[test]
fn boots_arms_and_runs_only_by_fresh_presses() {
    let mut bench = Bench::new(1.0);
    let mut held = pressed(2);
    held[3] = 1.0;
    for _ in 0..TESTED {
        assert!(!bench.tick(held).enable(), "held buttons must never energise");
    }
    assert_eq!(bench.tick(IDLE).state(), State::Standby);
    assert_eq!(bench.tick(pressed(2)).state(), State::Armed);
    assert_eq!(bench.tick(pressed(3)).state(), State::Run);
}

#[test]
fn a_button_that_is_held_when_another_counted_never_energises() {
    let with = |buttons: &[usize]| core::array::from_fn(|i| if buttons.contains(&i) { 1.0 } else { IDLE[i] });
    let mut bench = Bench::new(1.0);
    for _ in 0..TESTED {
        bench.tick(with(&[3]));
    }
    assert_eq!(bench.tick(with(&[2, 3])).state(), State::Armed);
    for _ in 0..50 {
        assert_eq!(bench.tick(with(&[3])).state(), State::Armed, "start was pressed long before");
    }
    assert_eq!(bench.tick(with(&[2, 4])).state(), State::Standby);
    for _ in 0..50 {
        assert_eq!(bench.tick(with(&[2])).state(), State::Standby, "stop counted, arm must be let go");
    }
    bench.tick(IDLE);
    assert_eq!(bench.tick(with(&[2])).state(), State::Armed);
    bench.trainer.request_stop();
    for _ in 0..50 {
        assert_eq!(bench.tick(with(&[2])).state(), State::Standby, "a stop from afar holds against a held button");
    }
}

#[test]
fn a_button_that_cannot_be_read_for_a_moment_is_no_fresh_press() {
    let mut bench = Bench::new(1.0);
    for i in 0..300 {
        bench.fill(pressed(2));
        bench.sample.buttons.valid[2] = i % 7 != 3;
        assert!(!bench.act().enable());
    }
}

#[test]
fn belt_and_phase_slow_down_together() {
    let mut bench = Bench::walk(1.0);
    let pattern = GaitPattern::koopman(0.8, 1.75, 0.14, None).unwrap();
    bench.tick(pressed(4));
    let mut moving = 0;
    loop {
        let command = bench.tick(IDLE);
        if command.state() != State::SoftStop {
            assert_eq!((command.state(), command.belt_speed()), (State::Standby, 0.0));
            break;
        }
        let rate = bench.trainer.telemetry().phase_rate[0];
        let asked = pattern.stride_rate() * bench.belt / 0.8;
        assert!((rate - asked).abs() < 0.06 + 0.1 * asked, "{rate} {asked}");
        moving += 1;
    }
    assert!(moving > 1000, "a soft stop takes its time: {moving} ticks");
}

#[test]
fn at_the_end_of_a_soft_stop_the_legs_let_go_before_the_power_is_cut() {
    let mut bench = Bench::walk(1.0);
    bench.tick(pressed(4));
    let (mut before, mut largest) = ([0.0_f64; 6], 0.0_f64);
    bench.held = Some([0.3, 0.6, 0.0, -0.1, 0.2, 0.1]); // far from any reference, as a foot in the air may be
    loop {
        let command = bench.tick(IDLE);
        if command.state() != State::SoftStop {
            assert_eq!(command.state(), State::Standby);
            assert!(before.iter().all(|tau| tau.abs() < 0.01), "{before:?}");
            break;
        }
        before = *command.torque();
        largest = before.iter().fold(largest, |most, tau| most.max(tau.abs()));
    }
    assert!(largest > 30.0, "{largest}");
}

#[test]
fn a_fault_stops_within_the_tick_that_sees_it() {
    type Break = fn(&mut Sample);
    let faults: [(Break, Cause); 6] = [
        (|s| s.q.value[1] = f64::NAN, Cause::JointInvalid),
        (|s| s.dq.valid[4] = false, Cause::JointInvalid),
        (|s| s.q.value[0] = 1.3, Cause::RangeExceeded),
        (|s| s.t -= 5 * TICK, Cause::TimeBackwards),
        (|s| s.t += 50 * TICK, Cause::TimeJump),
        (|s| s.q.stamp -= 40 * TICK, Cause::SampleStale),
    ];
    for (fault, cause) in faults {
        let mut bench = Bench::walk(1.0);
        bench.fill(IDLE);
        fault(&mut bench.sample);
        let command = bench.act();
        assert_eq!((command.state(), command.fields().cause), (State::ProtStop, cause));
        for _ in 0..1600 {
            bench.tick(IDLE);
        }
        let command = bench.tick(IDLE);
        assert_eq!((command.state(), *command.torque(), command.belt_speed()), (State::Safe, [0.0; 6], 0.0));
    }
}

#[test]
fn an_open_emergency_stop_cuts_at_once_and_stays_cut() {
    let mut bench = Bench::walk(1.0);
    let mut open = IDLE;
    open[0] = 0.0;
    let command = bench.tick(open);
    assert_eq!((command.state(), command.enable(), *command.torque()), (State::Safe, false, [0.0; 6]));
    for button in [2, 3] {
        assert_eq!(bench.tick(pressed(button)).state(), State::Safe);
    }
}

#[test]
fn without_support_the_torque_does_not_depend_on_the_reference() {
    let mut bench = Bench::walk(0.0);
    bench.held = Some([0.2, 0.3, 0.0, -0.1, 0.2, 0.1]);
    for _ in 0..900 {
        assert_eq!(bench.tick(IDLE).state(), State::Run);
        assert_eq!(bench.trainer.telemetry().tau_requested, [0.0; 6]);
    }
}

#[test]
fn requests_outside_their_range_are_refused_by_name() {
    let mut trainer = trainer(1.0);
    assert!(trainer.request_speed(f64::NAN).unwrap_err().to_string().starts_with("speed must lie in [0, 0.8]"));
    assert!(trainer.request_support_force(401.0).unwrap_err().to_string().starts_with("support_force must lie in"));
    trainer.request_speed(0.4).unwrap();
}

#[test]
fn an_absent_belt_sensor_is_no_zero() {
    let mut bench = Bench::walk(1.0);
    let rate = bench.trainer.telemetry().phase_rate[0];
    for _ in 0..300 {
        bench.fill(IDLE);
        bench.sample.belt_speed = Reading::default();
        assert_eq!(bench.act().state(), State::Run);
    }
    assert!((bench.trainer.telemetry().phase_rate[0] - rate).abs() < 0.02, "the commanded belt speed stands in");
}

#[test]
fn pain_and_a_failing_drive_are_protective_stops() {
    let mut bench = Bench::walk(1.0);
    let command = bench.tick(pressed(7));
    assert_eq!((command.state(), command.fields().cause), (State::ProtStop, Cause::Pain));
    for status in [0.0, -3.0] {
        let mut bench = Bench::walk(1.0);
        bench.fill(IDLE);
        bench.sample.drive_status = Reading::new([1.0, 1.0, 1.0, 1.0, status, 1.0], bench.sample.t);
        let command = bench.act();
        assert_eq!((command.state(), command.fields().cause), (State::ProtStop, Cause::DriveFault));
    }
}

#[test]
fn a_soft_start_engages_before_the_belt_moves() {
    let mut bench = Bench::new(0.7);
    for _ in 0..TESTED {
        bench.tick(IDLE);
    }
    bench.tick(pressed(2));
    bench.tick(IDLE);
    bench.tick(pressed(3));
    let (mut before, mut begun) = (0.0, None);
    for tick in 0..1000 {
        let command = bench.tick(IDLE);
        let seen = bench.trainer.telemetry();
        assert!(seen.engagement[0] >= before && seen.engagement[0] - before < 0.002);
        let most = seen.guidance.iter().copied().fold(0.0, f64::max);
        assert!((most - 0.7 * seen.engagement[0]).abs() < 1e-12, "guidance follows engagement: {most}");
        assert_eq!(seen.phase, *begun.get_or_insert(seen.phase), "no phase without a belt, tick {tick}");
        assert_eq!(command.belt_speed(), 0.0);
        before = seen.engagement[0];
    }
    for _ in 0..20 {
        bench.tick(IDLE);
    }
    assert!(bench.tick(IDLE).belt_speed() > 0.0 && bench.trainer.telemetry().engagement == [1.0]);
}

#[test]
fn a_start_begins_at_the_phase_of_the_measured_posture() {
    let pattern = GaitPattern::koopman(0.8, 1.75, 0.14, None).unwrap();
    for k in [5_u8, 17, 40, 63] {
        let phase = f64::from(k) / 64.0;
        let mut bench = Bench::new(1.0);
        let mut start = IDLE;
        bench.sample.q.value = pattern.evaluate(phase + 0.003, None).q;
        bench.held = Some(bench.sample.q.value);
        for tick in 0..TESTED + 50 {
            bench.tick(start);
            start = if tick == TESTED {
                pressed(2)
            } else if tick == TESTED + 10 {
                pressed(3)
            } else {
                IDLE
            };
        }
        let seen = bench.trainer.telemetry().phase;
        assert!((seen[0] - phase).abs() < 1e-9 && (seen[1] - (phase + 0.5).fract()).abs() < 1e-9, "{k}: {seen:?}");
    }
}

#[test]
fn a_stop_from_afar_counts_once_and_the_stop_button_beats_the_others() {
    let mut bench = Bench::walk(1.0);
    bench.trainer.request_stop();
    assert_eq!(bench.tick(IDLE).state(), State::SoftStop);
    while bench.tick(IDLE).state() == State::SoftStop {}
    bench.tick(pressed(2));
    bench.tick(IDLE);
    assert_eq!(bench.tick(pressed(3)).state(), State::Run, "the old request is spent");
    assert_eq!(bench.trainer.telemetry().engagement, [0.0], "every start is a soft start");
    bench.tick(IDLE);
    let [left, right] = bench.trainer.telemetry().phase;
    let from_scratch = (left * 64.0 - (left * 64.0).round()).abs() < 1e-3 && (right - left).abs() - 0.5 < 1e-9;
    assert!(from_scratch, "every start begins at a phase of the posture: {left} {right}");
    let mut all = pressed(4);
    (all[2], all[3], all[5], all[6]) = (1.0, 1.0, 1.0, 1.0);
    assert_eq!(bench.tick(all).state(), State::SoftStop);
}

#[test]
fn support_approaches_what_a_stride_asked_for_without_a_step() {
    let mut bench = Bench::walk_felt(0.5);
    let mut before = bench.trainer.telemetry().support;
    let mut changed = 0;
    for k in 0..20_000 {
        bench.fill(IDLE);
        let forces = if k % 1250 < 720 { [650.0, 0.0] } else { [0.0, 650.0] };
        bench.sample.foot_force = Reading::new(forces, bench.sample.t);
        bench.act();
        let now = bench.trainer.telemetry().support;
        let largest = now.iter().zip(&before).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(largest <= 0.2 * 0.001 + 1e-12, "{largest} in one tick");
        changed += u32::from(largest > 0.0);
        before = now;
    }
    assert!(changed > 50, "nobody asked for another support");
}

fn any_bits() -> impl Strategy<Value = f64> {
    prop_oneof![4 => -2.0..2.0f64, 1 => any::<u64>().prop_map(f64::from_bits)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever a sensor delivers, the command is finite, bounded in size and slope, and expires.
    #[test]
    fn any_sample_gives_a_bounded_command(
        seeds in prop::collection::vec((prop::collection::vec(any_bits(), SAMPLE_LEN), any::<u64>(), -3..30i64), 1..60),
        running in any::<bool>(),
    ) {
        let mut bench = if running { Bench::walk(1.0) } else { Bench::new(1.0) };
        let mut last = bench.torque;
        for (values, mask, step) in seeds {
            let value: [f64; SAMPLE_LEN] = core::array::from_fn(|i| values[i]);
            let valid = core::array::from_fn(|i| mask >> (i % 64) & 1 == 1 || i % 7 != 0);
            bench.sample.t += step * TICK;
            let t = bench.sample.t;
            bench.sample = Sample::from_flat(t, &value, &valid, &[t; SAMPLE_GROUPS]);
            bench.sample.buttons = Reading::new(IDLE, t);
            let command = bench.trainer.step(&bench.sample);
            for (tau, last) in command.torque().iter().zip(&last) {
                prop_assert!(tau.is_finite() && tau.abs() <= TAU_MAX);
                let towards_zero = tau.abs() <= last.abs() && tau * last >= 0.0;
                prop_assert!(towards_zero || (tau - last).abs() <= TAU_RATE_MAX * 0.02 + last.abs() + 1e-9);
            }
            prop_assert!((0.0..=1.2).contains(&command.belt_speed()));
            prop_assert!((0.0..=400.0).contains(&command.support_force()));
            prop_assert!(command.fields().expiry - command.fields().t <= 15_000_000);
            prop_assert!(bench.trainer.telemetry().q_ref.iter().all(|v| v.is_finite()));
            last = *command.torque();
        }
    }
}

#[test]
fn a_change_of_law_in_motion_is_carried_through_within_its_bounds() {
    let mut bench = Bench::walk_felt(1.0);
    bench.pulled = 0.08; // so that every spring is stretched
    for _ in 0..20 {
        bench.tick(IDLE);
    }
    let mut plain = bench.trainer.clone();
    let stiffer = ControlParams { stiffness: [900.0; 6], ..bench.trainer.control().clone() };
    bench.trainer.request_control(stiffer).unwrap();
    let (mut before, mut ticks, mut added) = (0.0, 0, 0.0);
    loop {
        bench.fill(IDLE);
        bench.trainer.step(&bench.sample);
        plain.step(&bench.sample);
        bench.sample.t += TICK;
        let (seen, base) = (bench.trainer.telemetry(), plain.telemetry());
        let w = seen.change[0];
        if w == 0.0 {
            break;
        }
        // tau = (1 - w) old + w new, and old is what the plain trainer asks for.
        for j in 0..6 {
            let apart = (seen.tau_requested[j] - base.tau_requested[j]) / w;
            let step = (w - before) * apart.abs();
            assert!(step <= CHANGE_RATE * 0.001 + 1e-6, "joint {j}: {step} N·m in a tick at {w}");
        }
        let stretch = |j: usize| base.q_ref[j] - bench.sample.q.value[j];
        let stored: f64 = (0..6).map(|j| 0.5 * base.guidance[j] * (900.0 - 300.0) * stretch(j) * stretch(j)).sum();
        added += (w - before) * stored;
        (before, ticks) = (w, ticks + 1);
    }
    assert!(ticks > 1000, "{ticks}");
    assert!(added <= 2.0 + 2.0 * f64::from(ticks) * 0.001 + 1e-9, "{added} J in {ticks} ticks");
    let now = bench.trainer.telemetry().tau_requested;
    let base = plain.telemetry().tau_requested;
    assert!((0..6).any(|j| (now[j] - base[j]).abs() > 10.0), "the springs are stiffer: {now:?} {base:?}");
}

#[test]
fn the_newest_of_many_requests_wins_and_a_slow_pattern_is_refused() {
    let mut bench = Bench::walk(1.0);
    let start = bench.trainer.control().clone();
    for stiffness in [100.0, 200.0, 700.0, 50.0] {
        bench.trainer.request_control(ControlParams { stiffness: [stiffness; 6], ..start.clone() }).unwrap();
    }
    assert_eq!(bench.trainer.control().stiffness, [50.0; 6]);
    let mut fades = 0;
    let mut running = true;
    for _ in 0..5000 {
        bench.tick(IDLE);
        let busy = bench.trainer.telemetry().change[0] > 0.0;
        fades += u32::from(busy && !running);
        running = busy;
    }
    assert!(fades <= 2 && bench.trainer.telemetry().change == [0.0], "{fades}");
    assert_eq!(bench.trainer.control().stiffness, [50.0; 6]);
    let slow = ControlParams { pattern: GaitPattern::koopman(0.4, 1.75, 0.14, None).unwrap(), ..start };
    let refused = bench.trainer.request_control(slow).unwrap_err().to_string();
    assert!(refused.starts_with("pattern.speed must lie in [0.8, 3], got 0.4"), "{refused}");
}

#[test]
fn a_change_of_pattern_moves_the_reference_smoothly() {
    let mut bench = Bench::walk(1.0);
    let other = GaitPattern::koopman(0.9, 1.65, 0.10, Some(0.04)).unwrap();
    let start = bench.trainer.control().clone();
    bench.trainer.request_control(ControlParams { pattern: other, ..start }).unwrap();
    let mut last = bench.trainer.telemetry().q_ref;
    for _ in 0..3000 {
        bench.tick(IDLE);
        let now = bench.trainer.telemetry().q_ref;
        assert!((0..6).all(|j| (now[j] - last[j]).abs() < 0.012), "{now:?} {last:?}");
        last = now;
    }
    assert_eq!(bench.trainer.telemetry().change, [0.0]);
}
