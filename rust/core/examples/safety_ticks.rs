//! Ticks of guard and supervisor to count instructions of (`benches/instructions.py`): `safety_ticks nominal 1000`.
//!
//! Six joints, one simulated millisecond a tick; `denormal` is the same with readings and requests too small for a
//! normal number. Prints a sum over what was let through, so that nothing is left out.
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

/// One tick of guard and supervisor, each fed by the other; `size` scales readings and requests.
fn run(ticks: i64, size: f64) -> f64 {
    let mut guard = Guard::new(envelope(), [JointKind::Driven; N_JOINTS]);
    let mut supervisor = Supervisor::new(&envelope(), SafeProfile::ReleaseAfterDamp);
    let commands = [Request::None, Request::Arm, Request::Start];
    let mut sum = 0.0;
    for k in 0..ticks {
        // A triangle wave of 64 ticks, of another height for each joint.
        let wave = ((k % 64) - 32).abs() as f64 / 32.0;
        let joint = |scale: f64| core::array::from_fn(|i| size * scale * (wave + 0.1 * i as f64));
        let (q, dq) = (joint(0.3).map(Some), joint(1.0).map(Some));
        let fault = guard.check(k * 1_000_000, &q, &dq, &joint(40.0));
        let inputs = SupervisorInputs {
            estop_ok: true,
            severity: fault.severity,
            cause: fault.cause,
            nonresettable: false,
            command: commands[usize::try_from(k.clamp(2, 4) - 2).unwrap()],
            local: true,
            pain: false,
            still: false,
            selftest: Selftest::Pass,
            enable: true,
            carried: false,
        };
        let out = supervisor.step(&inputs, k * 1_000_000);
        debug_assert!(out.severity == Severity::None && out.cause == Cause::None);
        sum += guard.limit(out.leg).torque().iter().sum::<f64>();
    }
    sum
}

fn main() {
    let words: Vec<String> = args().skip(1).collect();
    let (Some(kind), Some(Ok(ticks))) = (words.first(), words.get(1).map(|n| n.parse())) else {
        eprintln!("safety_ticks nominal|denormal TICKS");
        std::process::exit(2);
    };
    println!("{}", run(ticks, if kind == "denormal" { 1e-310 } else { 1.0 }));
}
