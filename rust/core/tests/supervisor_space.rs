//! Every state of the supervisor that can be reached against every input and every way of time, and what must never
//! happen; and mistakes planted on purpose, each of which must be noticed.
#![allow(clippy::unwrap_used)]

mod space;

use gaitloop_core::safety::{Cause, Request, Selftest, Severity, State, SupervisorInputs};
use space::history::History;
use space::model::{MISTAKES, Model};
use space::properties::PROPERTIES;
use space::search::{Found, Space, explore};
use space::{MS, Machine, Production, every_input};
use std::collections::BTreeSet;

/// A clock that runs back, stands still, goes on, and jumps beyond every deadline.
fn space(grain: i64) -> Space {
    Space { inputs: every_input(), steps: vec![-7, 0, grain, 10_000 * MS], grain, witnesses: 1, until: None }
}

fn tell(found: &Found) -> String {
    let Found { states, transitions, depth, .. } = found;
    format!("{states} states, {transitions} transitions, at most {depth} ticks from the start")
}

#[test]
fn production_keeps_every_property() {
    // Without optimisation the grid of time is coarser and each state has one witness.
    let space = if cfg!(debug_assertions) { space(100 * MS) } else { Space { witnesses: 2, ..space(50 * MS) } };
    let found = explore(Production::new(), &space);
    println!("{}", tell(&found));
    for ((name, wording, _), judged) in PROPERTIES.iter().zip(found.judged) {
        println!("{name:>4} {wording}: judged {judged} times");
        assert!(judged > 0, "{name} was never put to the test");
    }
    let violated: Vec<_> = found.violated.iter().map(|(name, way)| format!("{name} is violated by\n{way}")).collect();
    assert!(violated.is_empty(), "{}", violated.join("\n"));
    assert_eq!(found.entered.len(), State::ALL.len() - 1, "all but BOOT are entered");
    if !cfg!(debug_assertions) {
        assert_eq!((found.states, found.transitions), (6112, 281_617_920), "SAFETY.md quotes these");
    }
}

#[test]
fn every_planted_mistake_is_caught() {
    let mut space = Space { steps: vec![0, 100 * MS], ..space(100 * MS) };
    let mut blind: BTreeSet<_> = PROPERTIES.iter().map(|(name, ..)| *name).collect();
    let mut missed = Vec::new();
    for (mistake, label, property) in MISTAKES {
        space.until = Some(property);
        let found = explore(Model::new(*mistake), &space);
        let caught: Vec<_> = found.violated.keys().copied().collect();
        println!("{label}: caught by {} after {}", caught.join(", "), tell(&found));
        blind.retain(|name| !caught.contains(name));
        if !caught.contains(property) {
            missed.push((*label, *property));
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
    assert!(blind.is_empty(), "these caught nothing: {blind:?}");
}

/// Numbers that look random, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }

    /// True once in `n` times.
    fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn any<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }

    /// Mostly well, so that training begins; any cause.
    fn inputs(&mut self) -> SupervisorInputs {
        let severity = if self.once_in(20) { self.any(&Severity::ALL) } else { Severity::None };
        SupervisorInputs {
            estop_ok: !self.once_in(100),
            severity,
            cause: self.any(&Cause::ALL),
            nonresettable: self.once_in(100),
            command: self.any(&Request::ALL),
            local: !self.once_in(8),
            pain: self.once_in(100),
            still: self.once_in(40),
            selftest: if self.once_in(60) { Selftest::Fail } else { self.any(&[Selftest::Pending, Selftest::Pass]) },
            enable: !self.once_in(10),
        }
    }

    /// Time of the next tick, from `t` [ns].
    fn time(&mut self, t: i64) -> i64 {
        match self.below(40) {
            0 => self.any(&[i64::MIN, i64::MAX, 0, t, t.saturating_sub(3), t.saturating_add(1)]),
            1 => t.saturating_add(200 * MS),
            _ => t.saturating_add(MS),
        }
    }
}

/// What the exploration leaves out: every cause, every millisecond, the ends of time.
#[test]
fn properties_hold_on_random_walks() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut entered = BTreeSet::new();
    for _ in 0..4000 {
        let (mut machine, mut history, mut t) = (Production::new(), History::START, dice.time(0));
        let mut inputs = dice.inputs();
        for _ in 0..300 {
            // Most inputs stay for a while in which nothing comes to rest, or no deadline would ever come.
            inputs = if dice.once_in(3) { dice.inputs() } else { SupervisorInputs { still: false, ..inputs } };
            t = dice.time(t);
            let out = machine.step(&inputs, t);
            let tick = history.tick(&inputs, t, out);
            let violated: Vec<_> = PROPERTIES.iter().filter(|p| p.2(&tick) == Some(false)).map(|p| p.0).collect();
            assert!(violated.is_empty() && machine.sound(), "{violated:?} at {t} ns by {inputs:?} -> {out:?}");
            history = History::after(&tick);
            entered.insert((out.state as u8, out.cause as u8));
        }
    }
    println!("{} states with their causes", entered.len());
    assert!(entered.len() > 100, "{}", entered.len());
}
