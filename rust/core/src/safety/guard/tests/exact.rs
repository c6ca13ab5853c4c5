//! What the guard lets through, to the bit, where a decision turns: at each bound and on both sides of it.

use super::super::*;
use super::{REST, guard};
use crate::safety::example_envelope;

const TICK: i64 = 1_000_000;

/// A guard with these limits whose torque is `tau` on every joint, at rest in the middle of the range, and its time.
fn loaded(limits: EnvelopeParams, tau: f64) -> (Guard, i64) {
    let mut guard = Guard::new(Envelope::new(limits).unwrap(), [JointKind::Driven; N_JOINTS]);
    for t in 0..100 {
        guard.check(t * TICK, &REST, &REST, &[tau; N_JOINTS]);
        guard.limit(LegMode::Full);
    }
    assert_eq!(guard.tau_prev, [tau; N_JOINTS]);
    (guard, 99 * TICK)
}

/// Torque and limits of the next tick.
fn next(guard: &mut Guard, t: i64, q: f64, dq: f64, tau: f64, mode: LegMode) -> (f64, u32) {
    guard.check(t, &[Some(q); N_JOINTS], &[Some(dq); N_JOINTS], &[tau; N_JOINTS]);
    let safe = guard.limit(mode);
    (safe.torque()[5], safe.limits())
}

#[test]
fn the_range_of_motion_has_the_same_tolerance_at_both_ends() {
    for (q, cause) in [(-0.5349, Cause::None), (-0.535, Cause::RangeExceeded), (1.0349, Cause::None)] {
        assert_eq!(guard().check(0, &[Some(q); N_JOINTS], &REST, &[0.0; N_JOINTS]).cause, cause, "{q}");
    }
}

#[test]
fn a_stop_grants_less_from_tick_to_tick_until_its_deadline() {
    let limits = EnvelopeParams { stop_damping: [200.0; N_JOINTS], ..example_envelope() };
    let (mut guard, begun) = loaded(limits, -60.0);
    // Damping alone would ask for 200 N·m; the cap falls from 60 N·m to nothing within 1.5 s.
    for k in 1..=2000_i64 {
        let (tau, bits) = next(&mut guard, begun + k * TICK, 0.0, 1.0, 0.0, LegMode::Damp);
        let cap = 60.0 * (1.0 - (k - 1) as f64 * 1e-3 / 1.5).max(0.0);
        assert!((tau + cap).abs() < 1e-9, "{tau} after {k} ms, cap {cap}");
        assert_eq!(bits & TORQUE, TORQUE);
    }
    // The next stop begins anew.
    assert_eq!(next(&mut guard, begun + 2001 * TICK, 0.0, 0.0, 0.0, LegMode::Full).0, 0.0);
    let t = begun + 2002 * TICK;
    assert_eq!(next(&mut guard, t, 0.0, 1.0, 0.0, LegMode::Damp).0, -2.0);
    assert_eq!(next(&mut guard, t + TICK, 0.0, 1.0, 0.0, LegMode::Damp).0, -4.0);
}

#[test]
fn an_unseen_joint_fades_by_a_fiftieth_of_its_limit_a_millisecond() {
    for tau in [48.0, -48.0] {
        for (dq, mode, rest) in [
            (None, LegMode::Full, 46.8),
            (None, LegMode::Damp, 46.8),
            (Some(0.5), LegMode::Full, 46.8),
            // In a stop no torque pushes along; against the movement, and at rest, it fades.
            (Some(0.5), LegMode::Damp, 0.0),
            (Some(100.0), LegMode::Damp, 0.0),
            (Some(-0.5), LegMode::Damp, 46.8),
            (Some(-100.0), LegMode::Damp, 46.8),
            (Some(0.0), LegMode::Damp, 46.8),
        ] {
            let (mut guard, begun) = loaded(example_envelope(), tau);
            let dq = dq.map(|dq: f64| dq * tau.signum());
            guard.check(begun + TICK, &[None; N_JOINTS], &[dq; N_JOINTS], &[tau; N_JOINTS]);
            let safe = guard.limit(mode);
            let got = safe.torque()[3] * tau.signum();
            assert!((got - rest).abs() < 1e-12 && safe.limits() == STALE, "{dq:?} {mode:?}: {got}");
        }
    }
}

#[test]
fn a_wall_acts_beyond_its_bound_and_not_on_it() {
    // At 5 rad/s the walls allow 20 · (6 - 5) = 20 N·m along the movement.
    for sign in [1.0, -1.0] {
        let bit = if sign > 0.0 { WALL_UPPER } else { WALL_LOWER };
        let (mut guard, begun) = loaded(example_envelope(), sign * 20.0);
        let t = begun + TICK;
        assert_eq!(next(&mut guard, t, 0.0, sign * 5.0, sign * 20.0, LegMode::Full), (sign * 20.0, 0));
        assert_eq!(next(&mut guard, t + TICK, 0.0, sign * 5.0, sign * 20.5, LegMode::Full), (sign * 20.0, bit));
    }
}

#[test]
fn the_torque_limit_acts_beyond_its_bound_and_not_on_it() {
    let (mut guard, begun) = loaded(example_envelope(), 60.0);
    assert_eq!(next(&mut guard, begun + TICK, 0.0, 0.0, 60.0, LegMode::Full), (60.0, 0));
    assert_eq!(next(&mut guard, begun + 2 * TICK, 0.0, 0.0, 60.0_f64.next_up(), LegMode::Full), (60.0, TORQUE));
}

#[test]
fn walls_that_contradict_each_other_are_both_told() {
    let limits =
        EnvelopeParams { wall_damping: [1.0; N_JOINTS], wall_stiffness: [5000.0; N_JOINTS], ..example_envelope() };
    for (q, tau) in [(1.03, -2.0), (-0.53, 2.0)] {
        let mut guard = Guard::new(Envelope::new(limits).unwrap(), [JointKind::Driven; N_JOINTS]);
        assert_eq!(next(&mut guard, 0, q, 0.0, 0.0, LegMode::Full), (tau, WALL_UPPER | WALL_LOWER | RATE), "{q}");
    }
}

#[test]
fn a_stop_drops_torque_along_the_movement_and_keeps_torque_against_it() {
    // Torque before, velocity, stop damping; torque after.
    for (tau, dq, damping, after) in [
        (20.0, 0.5, 10.0, -2.0),
        (20.0, 0.5, 0.0, 0.0),
        (20.0, -0.5, 10.0, 18.0),
        (20.0, -0.5, 0.0, 18.0),
        (20.0, 0.0, 10.0, 18.0),
    ] {
        for sign in [1.0, -1.0] {
            let limits = EnvelopeParams { stop_damping: [damping; N_JOINTS], ..example_envelope() };
            let (mut guard, begun) = loaded(limits, sign * tau);
            let got = next(&mut guard, begun + TICK, 0.25, sign * dq, 0.0, LegMode::Damp).0;
            assert_eq!(got, sign * after, "{dq} {damping}");
        }
    }
}

#[test]
fn a_stop_pushes_along_the_movement_no_more_than_a_passed_wall_asks() {
    // Back from 0.1 rad beyond the upper end: the wall asks for 20 · 1 - 400 · 0.1 = -20 N·m.
    let (mut guard, begun) = loaded(example_envelope(), -60.0);
    let (tau, _) = next(&mut guard, begun + TICK, 1.1, -1.0, 0.0, LegMode::Damp);
    assert!((tau + 20.0).abs() < 1e-9, "{tau}");
    let (mut guard, begun) = loaded(example_envelope(), 60.0);
    let (tau, _) = next(&mut guard, begun + TICK, -0.6, 1.0, 0.0, LegMode::Damp);
    assert!((tau - 20.0).abs() < 1e-9, "{tau}");
}

#[test]
fn an_angle_that_is_not_believed_lets_its_own_joint_fade() {
    let (mut guard, begun) = loaded(example_envelope(), 48.0);
    guard.check(begun + TICK, &REST, &REST, &[48.0; N_JOINTS]);
    guard.distrust(&core::array::from_fn(|i| i == 2));
    let safe = guard.limit(LegMode::Full);
    assert!((safe.torque()[2] - 46.8).abs() < 1e-12 && safe.limits() == STALE, "{safe:?}");
    assert!((0..N_JOINTS).all(|i| i == 2 || safe.torque()[i] == 48.0), "{safe:?}");
}

#[test]
fn a_stop_for_the_muscles_damps_as_little_as_the_device_says() {
    let limits =
        EnvelopeParams { yield_damping: [3.0; N_JOINTS], stop_damping: [10.0; N_JOINTS], ..example_envelope() };
    let firmly = EnvelopeParams { yield_damping: [30.0; N_JOINTS], ..limits };
    for (limits, mode, damping) in
        [(limits, LegMode::Damp, 3.0), (limits, LegMode::Lower, 10.0), (firmly, LegMode::Damp, 10.0)]
    {
        let (mut guard, begun) = loaded(limits, 0.0);
        guard.yields(true);
        let damped = |guard: &mut Guard, from: i64| {
            (from..from + 20).map(|k| next(guard, begun + k * TICK, 0.0, 1.0, 0.0, mode).0).last()
        };
        assert_eq!(damped(&mut guard, 1), Some(-damping), "{mode:?}");
        // The walls stay as they are: at -0.6 rad they push back.
        let pushed = (21..40).map(|k| next(&mut guard, begun + k * TICK, -0.6, 0.0, 0.0, mode).0).last();
        assert!(pushed > Some(5.0), "{pushed:?}");
        guard.yields(false);
        assert_eq!(damped(&mut guard, 40), Some(-10.0), "{mode:?}");
    }
}
