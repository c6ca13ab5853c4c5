//! Ticks of guard and supervisor to count instructions of (`benches/instructions.py`): `safety_ticks walk 1000`.
//!
//! Six joints that walk, or `stop` in a protective stop that lasts; with `-denormal` readings and requests are too small
//! for a normal number. Prints in how many ticks torque was let through, so that nothing is left out.
#![allow(missing_docs, clippy::unwrap_used)]

use gaitloop_core::safety::{
    Cause, Envelope, EnvelopeParams, Guard, Request, SafeProfile, Selftest, Severity, Supervisor, SupervisorInputs,
};
use gaitloop_core::types::{JointKind, N_JOINTS};
use std::env::args;

fn envelope() -> Envelope {
    let joint = |name: &'static str| {
        Ok::<_, ()>(match name {
            "q_min" => [-0.5; N_JOINTS],
            "q_max" => [1.0; N_JOINTS],
            "tau_max" => [60.0; N_JOINTS],
            "tau_rate_max" => [2000.0; N_JOINTS],
            _ => [10.0; N_JOINTS],
        })
    };
    let scalar = |name: &'static str| {
        Ok::<_, ()>(match name {
            "sample_age_max" | "tick_max" | "lease" => 0.02,
            _ => 1.0,
        })
    };
    Envelope::new(EnvelopeParams::from_source(joint, scalar).unwrap()).unwrap()
}

/// Ticks of guard and supervisor, each fed by the other; `size` scales readings and requests.
fn run(ticks: i64, size: f64, stop: bool) -> u64 {
    let mut guard = Guard::new(envelope(), [JointKind::Driven; N_JOINTS]);
    let mut supervisor = Supervisor::new(&envelope(), SafeProfile::ReleaseAfterDamp);
    let commands = [Request::None, Request::Arm, Request::Start];
    // A triangle wave of 64 ticks, of another height for each joint; made before, so that only the ticks are counted.
    let joints = |k: i64, scale: f64| {
        let wave = ((k % 64) - 32).abs() as f64 / 32.0;
        core::array::from_fn::<f64, N_JOINTS, _>(|i| size * scale * (wave + 0.1 * i as f64))
    };
    let table: Vec<_> =
        (0..64).map(|k| (joints(k, 0.3).map(Some), joints(k, 1.0).map(Some), joints(k, 40.0))).collect();
    let (mut moved, step) = (0, if stop { 1000 } else { 1_000_000 });
    for (k, (q, dq, tau)) in (0..ticks).zip(table.iter().cycle()) {
        let fault = guard.check(k * step, q, dq, tau);
        let inputs = SupervisorInputs {
            estop_ok: true,
            severity: fault.severity,
            cause: fault.cause,
            nonresettable: false,
            command: commands[usize::try_from(k.clamp(2, 4) - 2).unwrap()],
            local: true,
            pain: stop && k > 4,
            still: false,
            selftest: Selftest::Pass,
            enable: true,
            carried: false,
        };
        let out = supervisor.step(&inputs, k * step);
        debug_assert!(stop || (out.severity == Severity::None && out.cause == Cause::None));
        // A comparison of bits: adding up denormals would cost what the guard does not.
        moved += u64::from(guard.limit(out.leg).torque().iter().any(|tau| tau.to_bits() != 0));
    }
    moved
}

fn main() {
    let words: Vec<String> = args().skip(1).collect();
    let (Some(kind), Some(Ok(ticks))) = (words.first(), words.get(1).map(|n| n.parse())) else {
        eprintln!("safety_ticks walk|stop|walk-denormal|stop-denormal TICKS");
        std::process::exit(2);
    };
    println!("{}", run(ticks, if kind.ends_with("denormal") { 1e-310 } else { 1.0 }, kind.starts_with("stop")));
}
