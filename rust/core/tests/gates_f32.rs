//! The gates by which a number from outside becomes one to reckon with, against a criterion of their own on the bits:
//! every f32 there is. Guard and envelope, which do more than that, are given every 1,031st. Without optimisation all
//! of it is thinned.
#![allow(clippy::unwrap_used)]

use gaitloop_core::safety::kernels::{
    Asked, Walls, at_most, clamp, drive_power, driven, finite, inside, plausible, sizeable, stored,
};
use gaitloop_core::safety::{Cause, Envelope, EnvelopeParams, Guard, LegMode};
use gaitloop_core::types::{JointKind, N_JOINTS};

/// Bits without the sign: they grow with the magnitude, and from infinity on no more are numbers.
fn size(bits: u32) -> u32 {
    bits & 0x7FFF_FFFF
}

/// A magnitude of at most that of `limit`, by the bits.
fn up_to(bits: u32, limit: f32) -> bool {
    size(bits) <= limit.to_bits()
}

/// First f32 that a gate does not take as it should; `holds` is asked without a branch, so that it takes seconds.
fn wrong(holds: impl Fn(u32, f64) -> bool) -> Option<u32> {
    const BLOCK: u32 = 1 << 16;
    let holds = |bits: u32| holds(bits, f64::from(f32::from_bits(bits)));
    let step = if cfg!(debug_assertions) { 67 } else { 1 };
    let block = |first: u32| (0..BLOCK).map(move |k| first + k);
    // However thinned, the blocks of the bound of what is plausible and of infinity are among them.
    let bounds = [1e6, f32::INFINITY].map(|x: f32| x.to_bits() / BLOCK);
    let mut firsts = (0..=u32::MAX / BLOCK).step_by(step).chain(bounds).map(|k| k * BLOCK);
    let suspect = firsts.find(|first| !block(*first).fold(true, |all, bits| all & holds(bits)));
    suspect.and_then(|first| block(first).find(|bits| !holds(*bits)))
}

#[test]
fn a_reading_is_trusted_as_its_bits_say() {
    assert_eq!(wrong(|bits, x| plausible(x) == up_to(bits, 1e6)), None);
    assert!(wrong(|bits, x| plausible(x) == (size(bits) < 1e6_f32.to_bits())).is_some(), "1e6 itself is trusted");
}

#[test]
fn what_is_not_finite_counts_as_nothing() {
    let kept = |bits, x: f64| size(bits) >= 0x7F80_0000 || finite(x).to_bits() == x.to_bits();
    let zero = |bits, x| (finite(x) == 0.0) == (size(bits) >= 0x7F80_0000 || size(bits) == 0);
    assert_eq!(wrong(|bits, x| kept(bits, x) & zero(bits, x)), None);
}

#[test]
fn no_number_of_single_precision_is_too_small_to_count() {
    assert_eq!(wrong(|_, x| (sizeable(x) == x) | x.is_nan()), None);
    assert!(wrong(|_, x| (sizeable(1e-100 * x) == 1e-100 * x) | x.is_nan()).is_some(), "1e-140 is");
}

/// Above a positive number, by the bits; what is not a number is not.
fn above(bits: u32, limit: f32) -> bool {
    (bits > limit.to_bits()) & (bits <= f32::INFINITY.to_bits())
}

/// Above 0, by the bits.
fn positive(bits: u32) -> bool {
    above(bits, 0.0)
}

fn asked(tau: f64, prev: f64, dq: f64) -> Asked {
    Asked { tau, cap: 60.0, prev, slope: 2.0, dq, damp: false }
}

const FREE: Walls = Walls { lo: -1e3, hi: 1e3, clash: false };

#[test]
fn a_request_is_held_to_the_power_as_its_bits_say() {
    // 100 W at 2 rad/s leave 50 N·m; what is not finite is left to the cap.
    let held = |bits| above(bits, 50.0) & (bits < f32::INFINITY.to_bits());
    let upward = |bits, x| driven(&asked(x, 0.0, 2.0), &FREE, 100.0).1 == held(bits);
    let downward = |bits: u32, x| driven(&asked(x, 0.0, -2.0), &FREE, 100.0).1 == held(bits ^ 0x8000_0000);
    assert_eq!(wrong(|bits, x| upward(bits, x) & downward(bits, x)), None);
    let kept = |bits, x: f64| (driven(&asked(x, 0.0, 2.0), &FREE, 100.0).0.tau == x) | x.is_nan() | held(bits);
    assert_eq!(wrong(kept), None);
    assert!(
        wrong(|bits, x| driven(&asked(x, 0.0, 2.0), &FREE, 100.0).1 == above(bits, 50.0)).is_some(),
        "infinity is not"
    );
}

#[test]
fn a_torque_is_held_to_the_power_at_every_velocity() {
    // 60 N·m at up to 2 rad/s are 120 W; against the velocity any torque is let through.
    let held = |dq| driven(&asked(60.0, 60.0, dq), &FREE, 120.0);
    let tells = |bits, x| held(x).1 == above(bits, 2.0);
    let within = |x: f64| {
        let (asked, more) = held(x);
        (asked.tau == asked.prev) & (asked.tau <= if more { 120.0 / x } else { 60.0 }) & (asked.tau >= 0.0)
    };
    assert_eq!(wrong(|bits, x| tells(bits, x) & within(x)), None);
}

#[test]
fn the_power_falls_as_the_store_fills() {
    // 400 W until 32.5 J are left of 75 J, then down to the 75 W that leak.
    let right = |bits: u32, x: f64| {
        let (power, number) = (drive_power(400.0, x, 75.0), !x.is_nan());
        let (room, all) = (!above(bits, 75.0_f32.next_down()), !above(bits, 42.5));
        inside(power, 75.0, 400.0) & ((power > 75.0) == (room & number)) & ((power == 400.0) == (all & number))
    };
    assert_eq!(wrong(right), None);
}

#[test]
fn a_store_takes_what_drives_and_leaks() {
    let after = |x| stored(10.0, x, 75.0, 0.001);
    let leaked = stored(10.0, 0.0, 75.0, 0.001);
    let right = |bits: u32, x: f64| {
        let drives = positive(bits);
        (drives | (after(x) == leaked)) & ((after(x) > 10.0) == above(bits, 75.0)) & (after(x) >= leaked)
    };
    assert_eq!(wrong(right), None);
    assert!(leaked < 10.0);
}

#[test]
fn limits_accept_as_the_bits_say() {
    assert_eq!(wrong(|bits, x| at_most(x, 6.0) == up_to(bits, 6.0)), None);
    assert_eq!(wrong(|_, x| clamp(x, -60.0, 60.0).abs() <= 60.0), None);
}

#[test]
fn ranges_accept_as_the_bits_say() {
    let positive = |bits: u32| (bits >> 31 == 0) | (size(bits) == 0);
    assert_eq!(wrong(|bits, x| inside(x, 0.0, 300.0) == positive(bits) & up_to(bits, 300.0)), None);
    assert_eq!(wrong(|bits, x| (x > 0.0) == (bits > 0) & (bits <= 0x7F80_0000)), None);
}

fn limits(tau_max: f64) -> EnvelopeParams {
    let joint = |name: &'static str| {
        Ok::<_, ()>(match name {
            "q_min" => [-0.5; N_JOINTS],
            "tau_max" => [tau_max; N_JOINTS],
            _ => [1.0; N_JOINTS],
        })
    };
    let scalar = |name: &'static str| {
        Ok::<_, ()>(match name {
            "sample_age_max" | "tick_max" | "lease" => 0.02,
            _ => 0.5,
        })
    };
    EnvelopeParams::from_source(joint, scalar).unwrap()
}

#[test]
fn guard_and_envelope_accept_as_the_bits_say() {
    let mut guard = Guard::new(Envelope::new(limits(60.0)).unwrap(), [JointKind::Driven; N_JOINTS]);
    let mut t = 0;
    for bits in (0..=u32::MAX).step_by(if cfg!(debug_assertions) { 65_537 } else { 1031 }) {
        let x = f64::from(f32::from_bits(bits));
        let rest = [Some(0.0); N_JOINTS];
        let mut told = |q, dq, tau| {
            t += 1_000_000;
            let cause = guard.check(t, &[Some(q); N_JOINTS], &[Some(dq); N_JOINTS], &[tau; N_JOINTS]).cause;
            let torque = *guard.limit(LegMode::Full).torque();
            assert!(torque.iter().all(|tau| tau.abs() <= 60.0), "{bits:#x}");
            // Forgets a speed that was too fast.
            t += 1_000_000;
            guard.check(t, &rest, &rest, &[0.0; N_JOINTS]);
            guard.limit(LegMode::Full);
            cause
        };
        let trusted = up_to(bits, 1e6);
        assert_eq!(told(x, 0.0, 0.0) != Cause::JointInvalid, trusted, "{bits:#x}");
        assert_eq!(told(0.0, x, 0.0) != Cause::JointInvalid, trusted, "{bits:#x}");
        assert_eq!(told(0.0, 0.0, x) == Cause::ControllerNotFinite, size(bits) >= 0x7F80_0000, "{bits:#x}");
        let positive = bits >> 31 == 0 || size(bits) == 0;
        assert_eq!(Envelope::new(limits(x)).is_ok(), positive && up_to(bits, 300.0), "{bits:#x}");
    }
}
