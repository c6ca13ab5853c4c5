//! The invariants of the state machine, each for every tick.

use super::history::{Tick, level};
use super::{LOWER_DEADLINE, SOFT_DEADLINE, STOP_DEADLINE};
use gaitloop_core::safety::{
    BeltMode, Cause, LegMode, Request, SafeProfile, Severity, State, SupervisorInputs, SupportMode,
};

/// Whether a tick keeps the property; absent when the property says nothing about such a tick.
type Judge = fn(&Tick) -> Option<bool>;

/// Name, wording, judge.
pub type Property = (&'static str, &'static str, Judge);

/// `then`, if `when`.
fn given(when: bool, then: bool) -> Option<bool> {
    when.then_some(then)
}

/// Legs driven, or about to be.
fn active(state: State) -> bool {
    matches!(state, State::Armed | State::Run | State::Degraded)
}

fn quiet(i: &SupervisorInputs) -> bool {
    let told = i.severity != Severity::None || i.cause != Cause::None || i.nonresettable || i.pain;
    !told && i.command == Request::None
}

/// At rest without power: legs off, belt braked, hoist held.
fn at_rest(t: &Tick) -> bool {
    !t.powered() && (t.out.leg, t.out.belt, t.out.support) == (LegMode::Off, BeltMode::Brake, SupportMode::Hold)
}

pub const PROPERTIES: [Property; 25] = [
    ("P1", "with the emergency stop open nothing is energised", |t| given(!t.i.estop_ok, !t.powered())),
    ("P2", "with severity 4 nothing is energised", |t| given(t.i.severity == Severity::Immediate, !t.powered())),
    ("P3", "severity 3 and above, and pain, stop at once", protective),
    ("P4", "RUN only from ARMED", |t| match t.to() {
        State::Run => Some(matches!(t.from(), State::Armed | State::Run)),
        State::Degraded => Some(matches!(t.from(), State::Run | State::Degraded)),
        _ => None,
    }),
    ("P5", "ARMED only from STANDBY", |t| {
        given(t.to() == State::Armed, matches!(t.from(), State::Standby | State::Armed))
    }),
    ("P6", "nobody arms or starts from afar", |t| given(!t.i.local, !t.energises())),
    ("P7", "nobody resets from afar", |t| {
        given(!t.i.local && !matches!(t.from(), State::Boot | State::Selftest), t.to() != State::Selftest)
    }),
    ("P8", "LOCKOUT stays", |t| given(t.from() == State::Lockout, t.to() == State::Lockout && at_rest(t))),
    ("P9", "energised only after a self-test since the last SAFE", |t| given(t.powered(), t.past.tested)),
    ("P10", "SAFE leaves to SELFTEST, RELEASE or LOCKOUT only", |t| {
        let allowed = [State::Safe, State::Selftest, State::Release, State::Lockout];
        given(t.from() == State::Safe, allowed.contains(&t.to()))
    }),
    ("P11", "no stop is resumed: first the power goes, then somebody arms", |t| given(t.past.stopped, !active(t.to()))),
    ("P12", "an answer does not fall back to a milder one", escalation),
    ("P13", "a held command never energises", |t| given(!t.edge, !t.energises())),
    ("P14", "the hoist moves by hand only while that is held with the enabling device", |t| {
        let held = t.i.local && t.i.enable && t.i.command == Request::Release;
        given(t.out.support == SupportMode::Jog, held && t.i.estop_ok && t.i.severity == Severity::None)
    }),
    ("P15", "in a stop nothing tracks and the hoist holds", outputs),
    ("P16", "degraded never widens", |t| given(t.past.narrowed, t.to() != State::Run && t.out.leg != LegMode::Full)),
    ("P17", "to energise needs the enabling device", |t| given(!t.i.enable, !t.energises() && t.to() != State::Armed)),
    ("P18", "a stop request from anyone leaves RUN at once", |t| {
        given(t.i.command == Request::Stop && active(t.from()), !active(t.to()))
    }),
    ("P19", "stops end at their deadline, whatever the clock does", deadlines),
    ("P20", "the emergency stop alone always leads to power off", |t| given(!t.i.estop_ok && quiet(t.i), at_rest(t))),
    ("P21", "after a fault that needs service nothing is energised", |t| given(t.past.broken, !t.powered())),
    ("P22", "the report does not fall before a reset", |t| {
        let told = t.out.severity >= t.i.severity;
        Some(told && (t.to() == State::Selftest || t.out.severity >= t.past.worst))
    }),
    ("P23", "SAFE is left for good by a fresh local reset with the cause gone", |t| {
        let gone = t.i.estop_ok && t.i.severity == Severity::None && !t.i.pain;
        let reset = t.from() == State::Safe && t.to() == State::Selftest && t.pressed(Request::Reset) && gone;
        given(t.past.latched, reset || matches!(t.to(), State::Safe | State::Release | State::Lockout))
    }),
    ("P24", "a person is lowered with all the torque until down, then it fades before the power goes", lowering),
    ("P25", "brakes open in training once the drives carry, and close at the latest with the power", brakes),
];

/// Pain does not forbid to lower the person by hand, a serious fault does.
fn protective(t: &Tick) -> Option<bool> {
    let fault = t.i.severity >= Severity::Protective;
    let stopped = t.to() == State::ProtStop || !t.powered();
    given(fault || t.i.pain, stopped && (!fault || t.to() != State::Release))
}

/// A soft stop may end in STANDBY once all stands, a latched stop by a reset or by hand.
fn escalation(t: &Tick) -> Option<bool> {
    let (before, to) = (t.past.level, t.to());
    Some(match level(to) {
        Some(after) => after >= before,
        None => match before {
            0 => true,
            2 => to == State::Standby && t.i.still,
            4 => matches!(to, State::Selftest | State::Release),
            _ => false,
        },
    })
}

/// The whole table of outputs, since a stop is only as good as what it orders.
fn outputs(t: &Tick) -> Option<bool> {
    use {BeltMode as Belt, LegMode as Leg, SupportMode as Support};
    let lowers = matches!(t.past.profile, SafeProfile::ControlledLower(_));
    let want = match t.to() {
        State::Run => (Leg::Full, Belt::Track, Support::Track),
        State::Degraded => (Leg::Narrow, Belt::Track, Support::Track),
        State::SoftStop => (Leg::Ramp, Belt::Soft, Support::Hold),
        State::ProtStop if lowers && t.out.leg == Leg::Lower => (Leg::Lower, Belt::Stop, Support::Hold),
        State::ProtStop => (Leg::Damp, Belt::Stop, Support::Hold),
        State::Armed => (Leg::Zero, Belt::Brake, Support::Hold),
        State::Release => (Leg::Off, Belt::Brake, Support::Jog),
        _ => (Leg::Off, Belt::Brake, Support::Hold),
    };
    Some((t.out.leg, t.out.belt, t.out.support) == want && t.out.energised == super::powered(t.to()))
}

/// Both parts of a protective stop that lowers; only a cut of the power ends them early.
fn lowering(t: &Tick) -> Option<bool> {
    let SafeProfile::ControlledLower(_) = t.past.profile else { return None };
    let cut =
        !t.i.estop_ok || t.i.severity == Severity::Immediate || (t.i.nonresettable && t.i.severity != Severity::None);
    let was = t.from() == State::ProtStop;
    match (was, t.past.leg, t.to()) {
        _ if cut => None,
        (false, _, State::ProtStop) => Some(t.out.leg == LegMode::Lower),
        (true, LegMode::Lower, to) => {
            let down = t.i.still || t.past.in_state >= LOWER_DEADLINE;
            Some(to == State::ProtStop && t.out.leg == if down { LegMode::Damp } else { LegMode::Lower })
        }
        (true, _, State::ProtStop) => Some(t.out.leg == LegMode::Damp),
        (true, ..) => Some(t.past.in_state >= STOP_DEADLINE),
        (false, ..) => None,
    }
}

/// A device without brakes is told of none.
fn brakes(t: &Tick) -> Option<bool> {
    let open = !t.out.brake;
    if t.past.profile != SafeProfile::LockBrake {
        return Some(open);
    }
    Some(match t.to() {
        State::Run | State::Degraded => open == t.past.carried,
        State::SoftStop => open == (t.past.open && t.i.carried),
        State::ProtStop => open == t.past.open,
        _ => !open,
    })
}

/// Each stop by itself, and all together: the ticks that change from one to the next are not counted.
fn deadlines(t: &Tick) -> Option<bool> {
    let stays = t.from() == t.to() && t.past.leg == t.out.leg;
    let lower = if matches!(t.past.profile, SafeProfile::ControlledLower(_)) { LOWER_DEADLINE } else { 0 };
    let in_time = match t.to() {
        State::ProtStop if t.out.leg == LegMode::Lower => !stays || t.past.in_state < lower,
        State::SoftStop => !stays || t.past.in_state <= SOFT_DEADLINE,
        State::ProtStop => !stays || t.past.in_state < STOP_DEADLINE,
        _ => return None,
    };
    Some(in_time && t.past.stopping <= SOFT_DEADLINE + lower + STOP_DEADLINE)
}
