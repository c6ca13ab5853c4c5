//! Every reachable state of the supervisor against every input, and what must never happen.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::safety::example_envelope;
use std::collections::{BTreeSet, HashSet};
use std::sync::OnceLock;

const TICK: i64 = 1_000_000_000;

/// One explored transition: from, input, to.
struct Step<'a> {
    from: Supervisor,
    edge: bool,
    tested: bool,
    i: &'a SupervisorInputs,
    to: State,
    out: SupervisorOutputs,
}

type Property = (&'static str, fn(&Step) -> bool);

fn rank(state: State) -> Option<u8> {
    [State::Run, State::Degraded, State::SoftStop, State::ProtStop].iter().position(|s| *s == state).map(|r| r as u8)
}

fn energises(s: &Step) -> bool {
    (s.to.energised() && !s.from.state.energised()) || (s.to == State::Run && s.from.state != State::Run)
}

fn serious(i: &SupervisorInputs) -> bool {
    i.severity >= Severity::Protective || i.pain
}

fn asked(s: &Step, command: Request) -> bool {
    s.edge && s.i.local && s.i.enable && s.i.command == command
}

/// Each holds for every transition; the names are those of the invariants.
const PROPERTIES: [Property; 22] = [
    ("P1", |s| s.i.estop_ok || !s.out.energised),
    ("P2", |s| s.i.severity != Severity::Immediate || !s.out.energised),
    ("P3", |s| !serious(s.i) || !s.out.energised || s.to == State::ProtStop),
    ("P4", |s| s.to != State::Run || matches!(s.from.state, State::Armed | State::Run)),
    ("P5", |s| s.to != State::Armed || matches!(s.from.state, State::Standby | State::Armed)),
    ("P6", |s| s.i.local || !energises(s)),
    ("P7", |s| s.i.local || s.from.state != State::Safe || s.to != State::Selftest),
    ("P8", |s| s.from.state != State::Lockout || s.to == State::Lockout),
    ("P9", |s| s.tested || !s.out.energised),
    ("P10", |s| {
        s.from.state != State::Safe || matches!(s.to, State::Safe | State::Selftest | State::Release | State::Lockout)
    }),
    ("P11", |s| {
        !matches!(s.from.state, State::SoftStop | State::ProtStop)
            || !matches!(s.to, State::Armed | State::Run | State::Degraded)
    }),
    ("P12", |s| match (rank(s.from.state), rank(s.to)) {
        (Some(from), Some(to)) => from <= to,
        _ => s.from.state != State::ProtStop || matches!(s.to, State::Safe | State::Lockout),
    }),
    ("P13", |s| s.edge || !energises(s)),
    ("P14", |s| s.out.support != SupportMode::Jog || (s.i.enable && s.i.local && s.i.command == Request::Release)),
    ("P15", |s| {
        let moving = matches!(s.to, State::Run | State::Degraded);
        (moving || (s.out.belt != BeltMode::Track && s.out.support != SupportMode::Track))
            && (s.to == State::Release || s.out.support != SupportMode::Jog)
    }),
    ("P16", |s| s.from.state != State::Degraded || (s.to != State::Run && s.out.leg != LegMode::Full)),
    ("P17", |s| s.i.enable || !energises(s)),
    ("P18", |s| {
        s.i.command != Request::Stop
            || !matches!(s.from.state, State::Armed | State::Run | State::Degraded)
            || !matches!(s.to, State::Armed | State::Run | State::Degraded)
    }),
    ("P19", |s| {
        let elapsed = (s.from.elapsed + TICK) as f64 * SECONDS;
        (s.from.state != State::SoftStop || elapsed <= s.from.soft_deadline || s.to != State::SoftStop)
            && (s.from.state != State::ProtStop || elapsed < s.from.stop_deadline || s.to != State::ProtStop)
    }),
    ("P21", |s| {
        let lost = s.i.nonresettable && s.i.severity != Severity::None && s.from.state != State::Boot;
        !lost || s.to == State::Lockout
    }),
    ("P22", |s| {
        s.to == State::Selftest || (s.out.severity >= s.from.report.severity && s.out.severity >= s.i.severity)
    }),
    ("P23", |s| {
        s.from.state != State::Safe
            || s.to != State::Selftest
            || (asked(s, Request::Reset) && s.i.severity == Severity::None && s.i.estop_ok && !s.i.pain)
    }),
];

fn inputs() -> Vec<SupervisorInputs> {
    let mut all = Vec::new();
    for (severity, command, selftest) in Severity::ALL
        .iter()
        .flat_map(|s| Request::ALL.iter().flat_map(move |c| Selftest::ALL.iter().map(move |t| (*s, *c, *t))))
    {
        for bits in 0..64_u8 {
            let bit = |k: u8| bits & (1 << k) != 0;
            let (estop_ok, nonresettable, local) = (bit(0), bit(1), bit(2));
            let (pain, still, enable) = (bit(3), bit(4), bit(5));
            let cause = if severity == Severity::None { Cause::None } else { Cause::DriveFault };
            all.push(SupervisorInputs {
                estop_ok,
                severity,
                cause,
                nonresettable,
                command,
                local,
                pain,
                still,
                selftest,
                enable,
            });
        }
    }
    all
}

/// A way to step a supervisor: the right one, or one with a mistake in it.
type Stepper = fn(&mut Supervisor, SupervisorInputs);

fn right(supervisor: &mut Supervisor, inputs: SupervisorInputs) {
    supervisor.step(&inputs, TICK);
}

/// Explores everything within reach; gives the violated invariants and the number of states.
fn explore(step: Stepper, first_only: bool) -> (BTreeSet<&'static str>, HashSet<State>, usize) {
    let mut start = Supervisor::new(&Envelope::new(example_envelope()).unwrap());
    start.t_prev = Some(0);
    let (all, mut violated, mut reached) = (inputs(), BTreeSet::new(), HashSet::new());
    let mut seen = HashSet::from([(start.state, start.command, start.elapsed, start.report.severity, false)]);
    let mut open = vec![(start, false)];
    while let Some((from, tested)) = open.pop() {
        for i in &all {
            let mut next = from;
            step(&mut next, *i);
            let edge = from.command.is_some_and(|previous| previous != i.command);
            let passed = tested || (from.state == State::Selftest && i.selftest == Selftest::Pass);
            let tested = passed && !matches!(next.state, State::Safe | State::Lockout);
            let explored = Step { from, edge, tested, i, to: next.state, out: next.outputs() };
            violated.extend(PROPERTIES.iter().filter(|(_, holds)| !holds(&explored)).map(|(name, _)| *name));
            // Time in state matters to the stops alone.
            let stopping = matches!(next.state, State::SoftStop | State::ProtStop);
            (next.t_prev, next.elapsed) = (Some(0), if stopping { next.elapsed.min(3 * TICK) } else { 0 });
            reached.insert(next.state);
            if seen.insert((next.state, next.command, next.elapsed, next.report.severity, tested)) {
                open.push((next, tested));
            }
        }
        if first_only && !violated.is_empty() {
            break;
        }
    }
    (violated, reached, seen.len())
}

fn violated() -> &'static BTreeSet<&'static str> {
    static VIOLATED: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    VIOLATED.get_or_init(|| {
        let (violated, reached, states) = explore(right, false);
        assert_eq!(reached.len(), State::ALL.len() - 1, "all but BOOT are entered");
        assert!(states > 200, "{states}");
        violated
    })
}

macro_rules! invariants {
    ($($test:ident $name:literal;)+) => {
        $(#[test] fn $test() { assert!(!violated().contains($name)); })+
        #[test]
        fn every_property_has_its_test() {
            assert_eq!([$($name),+], PROPERTIES.map(|(name, _)| name));
        }
    };
}

invariants! {
    p1_open_estop_is_never_energised "P1";
    p2_immediate_severity_is_never_energised "P2";
    p3_serious_faults_and_pain_stop_at_once "P3";
    p4_run_only_from_armed "P4";
    p5_armed_only_from_standby "P5";
    p6_remote_never_arms_or_starts "P6";
    p7_remote_never_resets "P7";
    p8_lockout_absorbs "P8";
    p9_energised_only_after_a_selftest "P9";
    p10_safe_leaves_only_by_reset_release_or_lockout "P10";
    p11_no_resume_from_a_stop "P11";
    p12_no_de_escalation "P12";
    p13_a_held_command_never_energises "P13";
    p14_hoist_jog_needs_the_enabling_device "P14";
    p15_stops_neither_track_nor_move_the_hoist "P15";
    p16_degraded_never_widens "P16";
    p17_enable_is_needed_to_energise "P17";
    p18_a_stop_request_from_anyone_acts_at_once "P18";
    p19_stops_end_at_their_deadline "P19";
    p21_a_nonresettable_fault_locks_out "P21";
    p22_the_report_never_falls_before_a_reset "P22";
    p23_leaving_safe_needs_a_fresh_local_reset "P23";
}

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
    }
}

/// A supervisor in RUN, its next time 0 ns.
fn running() -> Supervisor {
    let mut supervisor = Supervisor::new(&Envelope::new(example_envelope()).unwrap());
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
fn planted_mistakes_are_caught() {
    let mistakes: [(&str, Stepper); 11] = [
        ("level-triggered start", |s, i| {
            s.command = Some(Request::None);
            right(s, i);
        }),
        ("de-escalating report", |s, i| {
            s.report = Fault::NONE;
            right(s, i);
        }),
        ("forgotten lock-out", |s, i| right(s, SupervisorInputs { nonresettable: false, ..i })),
        ("remote arm", |s, i| right(s, SupervisorInputs { local: i.local || i.command == Request::Arm, ..i })),
        ("remote reset", |s, i| right(s, SupervisorInputs { local: i.local || i.command == Request::Reset, ..i })),
        ("stop that waits for standstill", |s, i| {
            let waits = s.state == State::Run && i.command == Request::Stop && !i.still;
            right(s, SupervisorInputs { command: if waits { Request::None } else { i.command }, ..i });
        }),
        ("skipped re-test", |s, i| {
            let was_safe = s.state == State::Safe;
            right(s, i);
            s.state = if was_safe && s.state == State::Selftest { State::Standby } else { s.state };
        }),
        ("auto-clear", |s, i| {
            s.state = if s.state == State::Safe && i.severity == Severity::None { State::Selftest } else { s.state };
            right(s, i);
        }),
        ("silent widening", |s, i| {
            s.state = if s.state == State::Degraded { State::Run } else { s.state };
            right(s, i);
        }),
        ("resume from stop", |s, i| {
            s.state = if s.state == State::SoftStop && i.command == Request::Start { State::Run } else { s.state };
            right(s, i);
        }),
        ("hoist jog without enable", |s, i| {
            right(s, SupervisorInputs { enable: i.enable || i.command == Request::Release, ..i });
        }),
    ];
    for (name, mistake) in mistakes {
        assert!(!explore(mistake, true).0.is_empty(), "{name} was not caught");
    }
}
