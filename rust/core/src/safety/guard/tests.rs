//! What the guard lets through, for any bits of its input.
#![allow(clippy::unwrap_used)]

mod exact;

use super::*;
use crate::safety::example_envelope;
use proptest::prelude::*;

/// One tick: time step [ns], angle, velocity, requested torque (the same for all joints but for a shift), leg mode.
type Tick = (i64, Option<f64>, Option<f64>, f64, LegMode);

fn hostile() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), Just(f64::NAN), Just(f64::INFINITY), Just(f64::MIN_POSITIVE), -100.0..100.0]
}

fn reading(size: f64) -> impl Strategy<Value = Option<f64>> {
    prop_oneof![8 => (-size..size).prop_map(Some), 1 => hostile().prop_map(Some), 1 => Just(None)]
}

fn tick() -> impl Strategy<Value = Tick> {
    let step = prop_oneof![8 => Just(1_000_000_i64), 1 => any::<i64>(), 1 => -1_000_000..30_000_000_i64];
    let torque = prop_oneof![3 => -120.0..120.0, 1 => hostile()];
    let mode = prop_oneof![3 => Just(LegMode::Damp), 5 => (0..7_i64).prop_map(|c| LegMode::from_code(c).unwrap())];
    (step, reading(1.5), reading(8.0), torque, mode)
}

fn envelope() -> impl Strategy<Value = Envelope> {
    let vector = |lo: f64, hi: f64| prop::array::uniform6(prop_oneof![Just(lo), lo..hi]);
    (vector(0.0, 300.0), vector(0.0, 20_000.0), vector(0.0, 5000.0), vector(0.0, 200.0), vector(0.0, 200.0)).prop_map(
        |(tau_max, tau_rate_max, wall_stiffness, wall_damping, stop_damping)| {
            let limits = EnvelopeParams {
                tau_max,
                tau_rate_max,
                wall_stiffness,
                wall_damping,
                stop_damping,
                ..example_envelope()
            };
            Envelope::new(limits).unwrap()
        },
    )
}

/// Runs the ticks and hands each joint of each to `holds`: limits, joint, reading, torque before and after, dt, mode.
fn run(envelope: Envelope, ticks: &[Tick], holds: impl Fn(&EnvelopeParams, usize, [f64; 2], [f64; 2], f64, LegMode)) {
    let mut guard = Guard::new(envelope, [JointKind::Driven; N_JOINTS]);
    let mut t = 0_i64;
    for (step, q, dq, tau, mode) in ticks {
        t = t.wrapping_add(*step);
        let shift = |x: Option<f64>, by: f64| core::array::from_fn(|i| x.map(|x| x + by * i as f64));
        let (q, dq) = (shift(*q, 0.1), shift(*dq, -0.7));
        guard.check(t, &q, &dq, &core::array::from_fn(|i| tau + i as f64));
        let (dt, before) = (guard.dt, guard.tau_prev);
        let after = *guard.limit(*mode).torque();
        for i in 0..N_JOINTS {
            let present = trusted(q[i]).zip(trusted(dq[i])).map_or([f64::NAN; 2], |(q, dq)| [q, dq]);
            holds(envelope.params(), i, present, [before[i], after[i]], dt, *mode);
        }
        let frozen = *guard.limit(*mode).torque();
        assert!((0..N_JOINTS).all(|i| frozen[i].abs() <= after[i].abs()), "a second limit adds torque");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn n1_n2_n7_torque_is_finite_and_in_range(envelope in envelope(), ticks in prop::collection::vec(tick(), 1..60)) {
        run(envelope, &ticks, |p, i, _, [_, tau], _, _| {
            assert!(tau.is_finite());
            assert!(tau.abs() <= p.tau_max[i], "{tau}");
        });
    }

    #[test]
    fn n3_slope_is_bounded_unless_cutting_to_zero(envelope in envelope(), ticks in prop::collection::vec(tick(), 1..60)) {
        run(envelope, &ticks, |p, i, [q, _], [prev, tau], dt, _| {
            let slope = if q.is_nan() { p.tau_max[i] / FADE_TIME * dt } else { p.tau_rate_max[i] * dt };
            let room = slope + 1e-9;
            assert!(prev.min(0.0) - room <= tau && tau <= prev.max(0.0) + room, "{prev} -> {tau}, slope {slope}");
        });
    }

    #[test]
    fn n4_no_outward_torque_beyond_the_braking_curve(envelope in envelope(), ticks in prop::collection::vec(tick(), 1..60)) {
        run(envelope, &ticks, |p, i, [q, dq], [_, tau], _, _| {
            let curve = |distance: f64| (2.0 * p.brake_decel[i] * distance.max(0.0)).sqrt().min(p.dq_max[i]);
            assert!(!(dq > curve(p.q_max[i] - q) && tau > 0.0), "q {q} dq {dq} tau {tau}");
            assert!(!(-dq > curve(q - p.q_min[i]) && tau < 0.0), "q {q} dq {dq} tau {tau}");
        });
    }

    #[test]
    fn n5_a_protective_stop_dissipates_but_for_the_wall(envelope in envelope(), ticks in prop::collection::vec(tick(), 1..60)) {
        run(envelope, &ticks, |p, i, [q, dq], [_, tau], _, mode| {
            if matches!(mode, LegMode::Damp | LegMode::Lower) && tau * dq > 0.0 {
                let depth = if tau < 0.0 { q - p.q_max[i] } else { p.q_min[i] - q };
                assert!(tau.abs() <= p.wall_stiffness[i] * depth.max(0.0) + 1e-9, "q {q} dq {dq} tau {tau}");
            }
        });
    }

    #[test]
    fn n6_an_intersection_never_widens(a in envelope(), b in envelope()) {
        let both = a.intersect(&b).unwrap();
        for name in ["q_max", "dq_max", "tau_max", "tau_rate_max", "brake_decel", "stop_deadline"] {
            let [x, y, z] = [a, b, both].map(|e| e.params().get(name).unwrap().to_vec());
            assert!((0..z.len()).all(|i| z[i] <= x[i] && z[i] <= y[i]), "{name}");
        }
        prop_assert_eq!(both.params().wall_stiffness, a.params().wall_stiffness);
        prop_assert_eq!(both.intersect(&a).unwrap().params().tau_max, both.params().tau_max);
    }
}

fn guard() -> Guard {
    Guard::new(Envelope::new(example_envelope()).unwrap(), [JointKind::Driven; N_JOINTS])
}

const REST: JointReading = [Some(0.0); N_JOINTS];

#[test]
fn faults_name_cause_and_joint() {
    let at = |q: JointReading, dq: JointReading, tau: f64, mode| {
        let mut guard = guard();
        guard.limit(mode);
        guard.check(0, &q, &dq, &[tau; N_JOINTS]);
        let fault = guard.check(1_000_000, &q, &dq, &[tau; N_JOINTS]);
        (fault.cause, fault.joint)
    };
    let one = |i: usize, x: Option<f64>| core::array::from_fn(|j| if i == j { x } else { Some(0.0) });
    assert_eq!(at(REST, REST, 0.0, LegMode::Full), (Cause::None, None));
    assert_eq!(at(REST, REST, f64::NAN, LegMode::Full), (Cause::ControllerNotFinite, Some(0)));
    assert_eq!(at(REST, REST, f64::NAN, LegMode::Zero), (Cause::None, None));
    assert_eq!(at(one(4, None), REST, 0.0, LegMode::Full), (Cause::JointInvalid, Some(4)));
    assert_eq!(at(REST, one(3, Some(f64::NAN)), 0.0, LegMode::Full), (Cause::JointInvalid, Some(3)));
    assert_eq!(at(one(2, Some(1.0349)), REST, 0.0, LegMode::Full), (Cause::None, None));
    assert_eq!(at(one(2, Some(1.035)), REST, 0.0, LegMode::Full), (Cause::RangeExceeded, Some(2)));
    assert_eq!(at(REST, one(5, Some(-6.1)), 0.0, LegMode::Full), (Cause::Overspeed, Some(5)));
}

#[test]
fn time_faults_need_no_joint() {
    let mut guard = guard();
    let mut check = |t| guard.check(t, &REST, &REST, &[0.0; N_JOINTS]).cause;
    let causes = [0, 1_000_000, 1_000_000, 21_000_000, 42_000_001, 5].map(&mut check);
    let (back, jump) = (Cause::TimeBackwards, Cause::TimeJump);
    assert_eq!(causes, [Cause::None, Cause::None, back, Cause::None, jump, back]);
}

#[test]
fn torque_follows_its_slope_and_is_cut_at_the_braking_curve() {
    let mut guard = guard();
    let mut tau = |t: i64, dq: f64, mode| {
        guard.check(t * 1_000_000, &REST, &[Some(dq); N_JOINTS], &[100.0; N_JOINTS]);
        let safe = guard.limit(mode);
        (safe.torque()[0], safe.limits())
    };
    assert_eq!(tau(0, 0.0, LegMode::Full), (2.0, TORQUE | RATE));
    assert_eq!(tau(1, 0.0, LegMode::Full), (4.0, TORQUE | RATE));
    assert_eq!(tau(2, 9.0, LegMode::Full), (-2.0, TORQUE | WALL_UPPER | RATE));
    assert_eq!(tau(3, 0.0, LegMode::Zero), (0.0, 0));
    assert_eq!(tau(4, 0.1, LegMode::Damp), (-1.0, 0));
}

#[test]
fn a_passed_wall_pushes_back_however_deep() {
    let limits =
        EnvelopeParams { wall_damping: [1.0; N_JOINTS], wall_stiffness: [5000.0; N_JOINTS], ..example_envelope() };
    let mut guard = Guard::new(Envelope::new(limits).unwrap(), [JointKind::Driven; N_JOINTS]);
    for t in 0..100 {
        guard.check(t * 1_000_000, &[Some(1.03); N_JOINTS], &REST, &[60.0; N_JOINTS]);
        guard.limit(LegMode::Full);
    }
    assert_eq!(guard.tau_prev, [-60.0; N_JOINTS]);
}

#[test]
fn an_unseen_joint_fades_within_fifty_milliseconds() {
    let mut guard = guard();
    for t in 0..40 {
        guard.check(t * 1_000_000, &REST, &REST, &[60.0; N_JOINTS]);
        guard.limit(LegMode::Full);
    }
    assert_eq!(guard.tau_prev, [60.0; N_JOINTS]);
    for t in 40..91 {
        guard.check(t * 1_000_000, &[None; N_JOINTS], &REST, &[60.0; N_JOINTS]);
        assert_eq!(guard.limit(LegMode::Damp).limits(), STALE);
    }
    assert_eq!(guard.tau_prev, [0.0; N_JOINTS]);
}

#[test]
fn a_soft_stop_out_of_degraded_does_not_widen_the_torque() {
    let mut guard = guard();
    let mut last = |ticks: core::ops::Range<i64>, mode| {
        for t in ticks {
            guard.check(t * 1_000_000, &REST, &REST, &[100.0; N_JOINTS]);
            guard.limit(mode);
        }
        guard.tau_prev[0]
    };
    assert_eq!(last(0..50, LegMode::Narrow), 30.0);
    assert_eq!(last(50..100, LegMode::Ramp), 30.0);
    assert_eq!(last(100..150, LegMode::Full), 60.0);
    assert_eq!(last(150..200, LegMode::Ramp), 60.0);
}
