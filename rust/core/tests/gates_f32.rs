//! The gates by which a number from outside becomes one to reckon with, against a criterion of their own on the bits:
//! every f32 there is. Guard and envelope, which do more than that, are given every 257th. Without optimisation all of
//! it is thinned.
#![allow(clippy::unwrap_used)]

use gaitloop_core::safety::kernels::{at_most, clamp, finite, inside, plausible};
use gaitloop_core::safety::{Cause, Envelope, EnvelopeParams, Guard, LegMode};
use gaitloop_core::types::{JointKind, N_JOINTS};

/// Bits of an f32 that are looked at.
fn patterns() -> impl Iterator<Item = u32> {
    (0..=u32::MAX).step_by(if cfg!(debug_assertions) { 4099 } else { 1 })
}

/// Bits without the sign: they grow with the magnitude, and from infinity on no more are numbers.
fn size(bits: u32) -> u32 {
    bits & 0x7FFF_FFFF
}

/// A magnitude of at most that of `limit`, by the bits.
fn up_to(bits: u32, limit: f32) -> bool {
    size(bits) <= limit.to_bits()
}

#[test]
fn a_reading_is_trusted_as_its_bits_say() {
    let trusted = patterns().filter(|bits| {
        let x = f64::from(f32::from_bits(*bits));
        assert_eq!(plausible(x), up_to(*bits, 1e6), "{bits:#x}");
        plausible(x)
    });
    let count = trusted.count();
    println!("{count} patterns are trusted");
    assert!(cfg!(debug_assertions) || count == 2 * (0x4974_2400 + 1), "{count}");
}

#[test]
fn what_is_not_finite_counts_as_nothing() {
    for bits in patterns() {
        let x = f64::from(f32::from_bits(bits));
        let (number, zero) = (size(bits) < 0x7F80_0000, finite(x) == 0.0);
        assert_eq!(zero, !number || size(bits) == 0, "{bits:#x}");
        assert!(!number || finite(x).to_bits() == x.to_bits(), "{bits:#x}");
    }
}

#[test]
fn ranges_and_limits_accept_as_the_bits_say() {
    for bits in patterns() {
        let x = f64::from(f32::from_bits(bits));
        assert_eq!(at_most(x, 6.0), up_to(bits, 6.0), "{bits:#x}");
        let (positive, number) = (bits >> 31 == 0 || size(bits) == 0, size(bits) <= 0x7F80_0000);
        assert_eq!(inside(x, 0.0, 300.0), positive && up_to(bits, 300.0), "{bits:#x}");
        assert_eq!(x > 0.0, number && bits >> 31 == 0 && size(bits) > 0, "{bits:#x}");
        assert!(up_to((clamp(x, -60.0, 60.0) as f32).to_bits(), 60.0), "{bits:#x}");
    }
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
    for bits in patterns().step_by(if cfg!(debug_assertions) { 31 } else { 257 }) {
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
