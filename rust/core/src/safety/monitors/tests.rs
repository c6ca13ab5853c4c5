//! Each monitor on both sides of its bound, and of the time for which something may be wrong.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::safety::example_envelope;

const DT: f64 = 0.01;

fn monitors() -> Monitors {
    Monitors::new(&Envelope::new(example_envelope()).unwrap(), [JointKind::Driven; N_JOINTS])
}

/// Settled training in which nothing is wrong.
fn calm() -> MonitorInputs {
    MonitorInputs {
        t: 1_000_000_000,
        state: State::Run,
        settled: true,
        q_stamp: 1_000_000_000,
        dq_stamp: 1_000_000_000,
        belt_meas: Some(1.0),
        belt_cmd: 1.0,
        phase_lost: [false; N_SIDES],
        rope_position: Some(1.0),
        stance_share: [None; N_SIDES],
        q: [Some(0.2); N_JOINTS],
        q_ref: [0.0; N_JOINTS],
        guidance: [1.0; N_JOINTS],
    }
}

/// The tick, counted from 1, in which `inputs` make a fault, and the fault; none within 100 ticks.
fn first(monitors: &mut Monitors, inputs: &MonitorInputs) -> Option<(u32, Fault)> {
    (1..=100).map(|k| (k, monitors.step(inputs, DT))).find(|(_, fault)| *fault != Fault::NONE)
}

fn cause(inputs: &MonitorInputs) -> Cause {
    first(&mut monitors(), inputs).map_or(Cause::None, |(_, fault)| fault.cause)
}

#[test]
fn calm_training_is_no_fault() {
    assert_eq!(cause(&calm()), Cause::None);
    assert_eq!(cause(&MonitorInputs { state: State::Degraded, ..calm() }), Cause::None);
}

#[test]
fn a_sample_is_stale_beyond_its_largest_age_and_from_the_future() {
    for (age, stale) in [(0, false), (20_000_000, false), (20_000_001, true), (-1, true), (i64::MIN, true)] {
        let stamp = 1_000_000_000_i64.saturating_sub(age);
        let want = if stale { Cause::SampleStale } else { Cause::None };
        for inputs in [MonitorInputs { q_stamp: stamp, ..calm() }, MonitorInputs { dq_stamp: stamp, ..calm() }] {
            assert_eq!(cause(&inputs), want, "{age}");
            assert_eq!(cause(&MonitorInputs { state: State::Standby, ..inputs }), Cause::None);
            assert_eq!(cause(&MonitorInputs { state: State::ProtStop, ..inputs }), want);
        }
    }
    let inputs = MonitorInputs { q_stamp: 0, ..calm() };
    let mut none = Monitors { kinds: [JointKind::Absent; N_JOINTS], ..monitors() };
    assert_eq!(none.step(&inputs, DT), Fault::NONE, "without a joint there is no sample");
    let mut one = Monitors {
        kinds: core::array::from_fn(|i| if i == 4 { JointKind::Sensed } else { JointKind::Absent }),
        ..none
    };
    assert_eq!(one.step(&inputs, DT).cause, Cause::SampleStale);
}

#[test]
fn a_belt_may_differ_for_a_while() {
    let apart = |meas| MonitorInputs { belt_meas: meas, belt_cmd: 0.0, ..calm() };
    for meas in [Some(0.15), Some(-0.15), None, Some(f64::NAN), Some(2e6)] {
        assert_eq!(cause(&apart(meas)), Cause::None, "{meas:?}");
    }
    for meas in [0.15_f64.next_up(), (-0.15_f64).next_down(), -1.0] {
        let fault = Fault::new(Severity::Protective, Cause::BeltMismatch);
        let (tick, found) = first(&mut monitors(), &apart(Some(meas))).unwrap();
        assert!(found == fault && (15..=16).contains(&tick), "{meas}: {found:?} in tick {tick}");
    }
    // Time counts on where nothing was measured, and anew after a tick that was right or out of training.
    for (between, ticks) in [
        (apart(None), 11..=12),
        (apart(Some(0.0)), 15..=16),
        (MonitorInputs { state: State::SoftStop, ..apart(Some(2.0)) }, 15..=16),
    ] {
        let mut monitors = monitors();
        for inputs in [apart(Some(2.0)); 4].into_iter().chain([between; 30]) {
            assert_eq!(monitors.step(&inputs, DT), Fault::NONE);
        }
        assert!(ticks.contains(&first(&mut monitors, &apart(Some(2.0))).unwrap().0), "{ticks:?}");
    }
}

#[test]
fn a_tick_without_length_lets_no_time_pass() {
    let inputs = MonitorInputs { belt_meas: Some(2.0), ..calm() };
    for dt in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let mut monitors = monitors();
        assert!((0..100).all(|_| monitors.step(&inputs, dt) == Fault::NONE), "{dt}");
    }
}

#[test]
fn lost_events_matter_on_a_moving_belt() {
    for lost in [[true, false], [false, true]] {
        let inputs = |belt: f64| MonitorInputs { phase_lost: lost, belt_cmd: belt, belt_meas: Some(belt), ..calm() };
        assert_eq!(cause(&inputs(0.05)), Cause::None);
        let found = first(&mut monitors(), &inputs(0.051));
        assert_eq!(found, Some((1, Fault::new(Severity::Soft, Cause::EventsLost))));
        assert_eq!(cause(&MonitorInputs { settled: false, ..inputs(1.0) }), Cause::None);
        assert_eq!(cause(&MonitorInputs { state: State::Armed, ..inputs(1.0) }), Cause::None);
    }
}

#[test]
fn a_person_who_sinks_is_noticed_and_one_who_settles_is_not() {
    let at = |x: f64| MonitorInputs { rope_position: Some(x), ..calm() };
    let after = |fall: f64| {
        let mut monitors = monitors();
        assert_eq!(monitors.step(&at(1.0), DT), Fault::NONE);
        first(&mut monitors, &at(1.0 - fall))
    };
    assert_eq!(after(0.08), None);
    let (tick, fault) = after(0.2).unwrap();
    assert!((10..=11).contains(&tick) && fault == Fault::new(Severity::Protective, Cause::PostureLost), "{tick}");
    // Over the low-pass of 10 s the reference follows; a rise is no fault; what is not measured stays.
    let mut slow = monitors();
    for k in 0..2000 {
        assert_eq!(slow.step(&at(1.0 - 0.005 * f64::from(k) * DT), DT), Fault::NONE);
    }
    assert_eq!(first(&mut slow, &at(1.5)), None);
    assert_eq!(first(&mut monitors(), &MonitorInputs { rope_position: None, ..calm() }), None);
    // A fall of exactly as much as is accepted is none: the reference that a tick of 0.1 s leads there from.
    let after = |from: f64| from + (0.0 - from) * (0.1 / 10.0);
    let start = (-40..40).map(|k| 0.08 / 0.99 + f64::from(k) * f64::EPSILON / 16.0);
    let from = start.into_iter().find(|from| after(*from) == 0.08).unwrap();
    for (from, fault) in [(from, false), (from + 1e-6, true)] {
        let mut monitors = monitors();
        monitors.step(&at(from), DT);
        assert_eq!(monitors.step(&at(0.0), 0.1) != Fault::NONE, fault);
    }
    // Out of settled training the height is forgotten.
    let mut again = monitors();
    again.step(&at(2.0), DT);
    again.step(&MonitorInputs { settled: false, ..at(2.0) }, DT);
    assert_eq!(first(&mut again, &at(1.0)), None);
}

#[test]
fn three_dragged_strides_in_a_row_are_a_fault() {
    let stride = |side: usize, share: Option<f64>| {
        let mut inputs = calm();
        inputs.stance_share[side] = share;
        inputs
    };
    let (bad, good) = (Some(0.7501), Some(0.75));
    for side in 0..N_SIDES {
        for (shares, fault) in [
            (vec![bad, bad, bad], true),
            (vec![bad, None, bad, None, bad], true),
            (vec![Some(f64::NAN), bad, bad], true),
            (vec![bad, bad], false),
            (vec![bad, bad, good, bad, bad], false),
            (vec![good; 5], false),
        ] {
            let mut monitors = monitors();
            let told = shares.iter().map(|share| monitors.step(&stride(side, *share), DT)).last().unwrap();
            let want = if fault { Fault::new(Severity::Soft, Cause::FootDrag) } else { Fault::NONE };
            assert_eq!(told, want, "{shares:?}");
            monitors.step(&MonitorInputs { settled: false, ..calm() }, DT);
            assert_eq!(monitors.step(&calm(), DT), Fault::NONE);
        }
    }
}

#[test]
fn a_guided_joint_that_does_not_follow_is_named() {
    let away = |i: usize, error: Option<f64>, guidance: f64| {
        let mut inputs = calm();
        (inputs.q[i], inputs.q_ref[i], inputs.guidance[i]) = (error.map(|e| e + 0.1), 0.1, guidance);
        inputs
    };
    for i in [0, 1, 3, 4] {
        for error in [0.61, -0.61, 2.0] {
            let (tick, fault) = first(&mut monitors(), &away(i, Some(error), 0.51)).unwrap();
            assert!((30..=31).contains(&tick), "{tick}");
            assert_eq!(fault, Fault::at(Severity::Protective, Cause::FollowingError, i));
        }
        assert_eq!(cause(&away(i, Some(0.59), 1.0)), Cause::None);
        assert_eq!(cause(&away(i, Some(2.0), 0.5)), Cause::None, "a free joint need not follow");
        assert_eq!(cause(&away(i, None, 1.0)), Cause::None);
        let mut sensed = Monitors { kinds: [JointKind::Sensed; N_JOINTS], ..monitors() };
        assert_eq!(first(&mut sensed, &away(i, Some(2.0), 1.0)), None);
        // Out of settled training the time begins anew.
        let mut monitors = monitors();
        for _ in 0..20 {
            assert_eq!(monitors.step(&away(i, Some(2.0), 1.0), DT), Fault::NONE);
        }
        monitors.step(&MonitorInputs { settled: false, ..calm() }, DT);
        assert!((30..=31).contains(&first(&mut monitors, &away(i, Some(2.0), 1.0)).unwrap().0));
    }
    for ankle in [2, 5] {
        assert_eq!(cause(&away(ankle, Some(2.0), 1.0)), Cause::None, "an ankle is not judged");
    }
}
