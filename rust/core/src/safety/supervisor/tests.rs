//! Single ways through the supervisor; all of them are explored in `tests/supervisor_space.rs`.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::safety::example_envelope;

fn calm() -> SupervisorInputs {
    SupervisorInputs {
        estop_ok: true,
        severity: Severity::None,
        cause: Cause::None,
        nonresettable: false,
        command: Request::None,
        local: true,
        pain: false,
        still: false,
        selftest: Selftest::Pass,
        enable: true,
        carried: false,
    }
}

/// A supervisor in RUN, its next time 0 ns.
fn running() -> Supervisor {
    let mut supervisor = Supervisor::new(&Envelope::new(example_envelope()).unwrap(), SafeProfile::ReleaseAfterDamp);
    for (t, command) in [Request::None, Request::None, Request::Arm, Request::Start].into_iter().enumerate() {
        supervisor.step(&SupervisorInputs { command, ..calm() }, t as i64 - 4);
    }
    assert_eq!(supervisor.state(), State::Run);
    supervisor
}

#[test]
fn p19_stops_end_even_when_time_stands_still() {
    for t in [|_| 0, |k: i64| -k, |k: i64| 1_000_000 * k] {
        let mut supervisor = running();
        supervisor.step(&SupervisorInputs { command: Request::Stop, ..calm() }, t(0));
        let ticks = (1..10_000).find(|k| supervisor.step(&calm(), t(*k)).state == State::Safe).unwrap();
        assert!((3_999..=4_003).contains(&ticks), "{ticks}");
        assert_eq!(supervisor.outputs().cause, Cause::Deadline);
    }
}

#[test]
fn p20_estop_alone_powers_off() {
    let mut supervisor = running();
    let out = supervisor.step(&SupervisorInputs { estop_ok: false, ..calm() }, 1);
    assert_eq!((out.state, out.energised, out.cause), (State::Safe, false, Cause::EstopOpen));
}

#[test]
fn a_fault_that_needs_service_is_not_forgotten_in_the_first_tick() {
    for (estop_ok, severity) in [(true, Severity::Degrade), (true, Severity::Immediate), (false, Severity::None)] {
        let envelope = Envelope::new(example_envelope()).unwrap();
        let mut supervisor = Supervisor::new(&envelope, SafeProfile::LockBrake);
        let inputs = SupervisorInputs { estop_ok, severity, nonresettable: true, cause: Cause::DriveFault, ..calm() };
        assert_eq!(supervisor.step(&inputs, 0).state, State::Lockout);
        assert_eq!(supervisor.step(&calm(), 1_000_000).state, State::Lockout);
    }
}
