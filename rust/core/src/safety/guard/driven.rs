//! Power and energy with which a joint is driven.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::safety::example_envelope;
use proptest::prelude::*;

fn guard(power: f64, energy: f64) -> Guard {
    let limits = EnvelopeParams { power_max: [power; N_JOINTS], energy_max: [energy; N_JOINTS], ..example_envelope() };
    Guard::new(Envelope::new(limits).unwrap(), [JointKind::Driven; N_JOINTS])
}

/// Torque and active limits of joint 0 after `ticks` of a millisecond at angle 0, velocity `dq` and request `tau`.
fn after(guard: &mut Guard, ticks: core::ops::Range<i64>, dq: f64, tau: f64) -> (f64, u32) {
    let mut last = (0.0, 0);
    for t in ticks {
        guard.check(t * 1_000_000, &[Some(0.0); N_JOINTS], &[Some(dq); N_JOINTS], &[tau; N_JOINTS]);
        let safe = guard.limit(LegMode::Full);
        last = (safe.torque()[0], safe.limits());
    }
    last
}

#[test]
fn a_joint_is_driven_with_no_more_than_the_largest_power() {
    let mut limited = guard(100.0, 1000.0);
    assert_eq!(after(&mut limited, 0..100, 4.0, 50.0), (25.0, POWER));
    assert_eq!(after(&mut limited, 100..200, -4.0, 50.0), (50.0, 0), "braking is free");
    assert_eq!(after(&mut limited, 200..300, -4.0, -50.0), (-25.0, POWER));
    assert_eq!(after(&mut limited, 300..400, 0.0, -50.0), (-50.0, 0));
    assert_eq!(after(&mut limited, 400..401, -5.0, -50.0), (-20.0, POWER), "cut at once when it gets faster");
    assert_eq!(after(&mut limited, 401..500, 1.0, f64::INFINITY), (0.0, 0));
    for (speed, tau, bits) in [(4.0, 25.0, 0), (-4.0, -25.0, 0), (4.0, 25.0_f64.next_up(), POWER)] {
        assert_eq!(after(&mut guard(100.0, 1000.0), 0..100, speed, tau).1, bits, "{tau} N·m at {speed} rad/s");
    }
}

#[test]
fn without_power_or_energy_a_joint_is_braked_but_not_driven() {
    for mut limited in [guard(0.0, 1000.0), guard(100.0, 0.0)] {
        assert_eq!(after(&mut limited, 0..100, 1.0, 50.0).0, 0.0);
        assert_eq!(after(&mut limited, 100..200, 1.0, -50.0).0, -50.0);
    }
}

#[test]
fn a_used_up_store_leaves_what_leaks_and_fills_again() {
    let mut limited = guard(400.0, 75.0);
    // At 150 W, of which 75 W leak, 67.5 J of 75 J are stored after 0.9 s; then the power tapers off to what leaks.
    assert_eq!(after(&mut limited, 0..890, 3.0, 50.0), (50.0, 0));
    let (tau, bits) = after(&mut limited, 890..3000, 3.0, 50.0);
    assert!((25.0..25.1).contains(&tau), "{tau}");
    assert_eq!(bits, ENERGY);
    assert!((74.9..=75.0).contains(&limited.stored[0]));
    assert_eq!(after(&mut limited, 3000..3100, 3.0, -50.0).0, -50.0, "braking is free");
    after(&mut limited, 3100..4101, 0.0, 0.0);
    assert_eq!(limited.stored[0], 0.0);
    assert_eq!(after(&mut limited, 4101..4501, 3.0, 50.0), (50.0, 0));
}

#[test]
fn a_false_speed_fills_the_store_with_no_more_than_a_tick_at_the_largest() {
    let mut limited = guard(400.0, 75.0);
    after(&mut limited, 0..50, 1.0, 50.0);
    let (before, fastest) = (limited.stored[0], limited.params().dq_max[0]);
    assert!(after(&mut limited, 50..51, 1e6, 50.0).0 <= 400.0 / 1e6, "what is read as that fast is not driven");
    let spike = limited.stored[0] - before;
    assert!((0.0..=50.0 * fastest * 0.001).contains(&spike), "{spike} J");
    // Walking goes on with all of the power, at once.
    assert_eq!(after(&mut limited, 51..151, 3.0, 50.0), (50.0, 0));
}

#[test]
fn a_joint_that_is_too_fast_is_given_what_the_largest_speed_takes() {
    for sign in [1.0, -1.0] {
        let mut limited = guard(6000.0, 1000.0);
        let fastest = limited.params().dq_max[0];
        after(&mut limited, 0..50, 0.0, sign * 50.0);
        after(&mut limited, 50..51, sign * 1.5 * fastest, sign * 50.0);
        assert_eq!(limited.stored[0], kernels::stored(0.0, 50.0 * fastest, 1000.0, 0.001));
    }
}

#[test]
fn a_wall_pushes_back_whatever_power_it_takes() {
    let mut limited = guard(0.0, 0.0);
    for t in 0..100 {
        limited.check(t * 1_000_000, &[Some(1.03); N_JOINTS], &[Some(-0.3); N_JOINTS], &[60.0; N_JOINTS]);
        limited.limit(LegMode::Full);
    }
    // The spring asks for 400 N·m/rad over 0.03 rad, less what the damping of the braking curve gives back.
    assert!(limited.tau_prev[0] < 0.0, "{:?}", limited.tau_prev);
    let wall = limited.envelope.walls(0, 1.03, -0.3);
    assert_eq!(limited.tau_prev[0], wall.hi);
}

#[test]
fn an_unseen_velocity_leaves_the_store_as_it_is() {
    let mut limited = guard(400.0, 20.0);
    after(&mut limited, 0..50, 4.0, 50.0);
    let before = limited.stored;
    limited.check(50_000_000, &[Some(0.0); N_JOINTS], &[None; N_JOINTS], &[50.0; N_JOINTS]);
    limited.limit(LegMode::Damp);
    assert_eq!(limited.stored, before);
}

#[test]
fn numbers_too_small_to_be_told_from_zero_are_zero() {
    for (tiny, zero) in [(1e-140, true), (-1e-140, true), (5e-324, true), (1e-139, false), (-1e-139, false)] {
        let mut limited = guard(0.0, 0.0);
        // At rest a joint needs no power; at any other speed it has none.
        let (tau, bits) = after(&mut limited, 0..100, tiny, f64::copysign(50.0, tiny));
        assert_eq!((tau.abs(), bits), if zero { (50.0, 0) } else { (0.0, POWER) }, "{tiny}");
        assert_eq!(after(&mut limited, 100..200, 0.0, tiny).0 == 0.0, zero, "{tiny}");
    }
    let mut limited = guard(100.0, 1000.0);
    limited.check(0, &[Some(-1e-200); N_JOINTS], &[Some(1e-200); N_JOINTS], &[f64::NAN; N_JOINTS]);
    assert_eq!((limited.q, limited.dq), ([Some(0.0); N_JOINTS], [Some(0.0); N_JOINTS]));
    assert!(limited.tau_cmd[0].is_nan(), "what is no number stays none");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// N8, from any torque before, and that nothing but a wall's spring is exempt.
    #[test]
    fn n8_a_joint_is_driven_within_its_power(
        power in prop_oneof![Just(0.0), 0.0..600.0], energy in prop_oneof![Just(0.0), 0.0..200.0],
        stored in 0.0..300.0, prev in -60.0..60.0, q in -0.8..1.3, dq in prop_oneof![-8.0..8.0, Just(0.0), -1e-300..1e-300],
        tau in prop_oneof![any::<f64>(), -100.0..100.0], step in 1..30_000_000_i64, mode in 2..7_i64,
    ) {
        let mut limited = guard(power, energy);
        let mode = LegMode::from_code(mode).unwrap();
        let tick = |guard: &mut Guard, t| {
            guard.check(t, &[Some(q); N_JOINTS], &[Some(dq); N_JOINTS], &[tau; N_JOINTS]);
            guard.tau_prev = [prev; N_JOINTS];
            guard.stored = [stored; N_JOINTS];
            guard.limit(mode).torque()[0]
        };
        tick(&mut limited, 0);
        let out = tick(&mut limited, step);
        let most = kernels::drive_power(power, limited.stored[0], energy);
        let dq = trusted(Some(dq)).unwrap();
        prop_assert!(most <= power);
        if out * dq > 0.0 && out.abs() > (most / dq).abs() {
            let asked = limited.envelope.walls(0, q, dq).asked(out);
            prop_assert!(out.abs() <= asked.abs(), "{} at {} rad/s, {} W, wall {}", out, dq, most, asked);
        }
    }
}
