//! Every state of the supervisor that can be reached against every input and every way of time, and what must never
//! happen; and mistakes planted on purpose, each of which must be noticed.
#![allow(clippy::unwrap_used)]

mod dice;
mod space;

use dice::Dice;

use gaitloop_core::safety::{Cause, Request, SafeProfile, Selftest, Severity, State, SupervisorInputs};
use space::history::History;
use space::model::{MISTAKES, Mistake, Model, OWN_MISTAKES};
use space::properties::PROPERTIES;
use space::search::{Found, Space, explore};
use space::{MS, Machine, Production, every_input, profiles};
use std::collections::BTreeSet;

/// A clock that runs back, stands still, goes on, and jumps beyond every deadline; brakes matter to one profile alone.
fn space(grain: i64, profile: SafeProfile) -> Space {
    let mut inputs = every_input(false);
    if profile == SafeProfile::LockBrake {
        inputs.extend(every_input(true));
    }
    Space { inputs, steps: vec![-7, 0, grain, 10_000 * MS], grain, witnesses: 1, until: None }
}

fn tell(found: &Found) -> String {
    let Found { states, transitions, depth, .. } = found;
    format!("{states} states, {transitions} transitions, at most {depth} ticks from the start")
}

fn keeps_every_property(profile: SafeProfile, space: &Space) -> Found {
    let found = explore(Production::new(profile), profile, space);
    println!("{}: {}", profile.name(), tell(&found));
    for ((name, wording, _), judged) in PROPERTIES.iter().zip(found.judged) {
        println!("{name:>4} {wording}: judged {judged} times");
        let lowers = matches!(profile, SafeProfile::ControlledLower(_));
        assert!(judged > 0 || (*name == "P24" && !lowers), "{name} was never put to the test");
    }
    let violated: Vec<_> = found.violated.iter().map(|(name, way)| format!("{name} is violated by\n{way}")).collect();
    assert!(violated.is_empty(), "{}", violated.join("\n"));
    assert_eq!(found.entered.len(), State::ALL.len() - 1, "all but BOOT are entered");
    found
}

#[test]
fn production_keeps_every_property() {
    // Without optimisation the grid of time is coarser and each state has one witness.
    let [profile, ..] = profiles();
    let fine = Space { witnesses: 2, ..space(50 * MS, profile) };
    let space = if cfg!(debug_assertions) { space(100 * MS, profile) } else { fine };
    let found = keeps_every_property(profile, &space);
    if !cfg!(debug_assertions) {
        assert_eq!((found.states, found.transitions), (6112, 281_617_920), "SAFETY.md quotes these");
    }
}

#[test]
fn production_with_brakes_keeps_every_property() {
    let [_, profile, _] = profiles();
    keeps_every_property(profile, &Space { steps: vec![0, 100 * MS], ..space(100 * MS, profile) });
}

#[test]
fn production_that_lowers_keeps_every_property() {
    let [.., profile] = profiles();
    keeps_every_property(profile, &space(100 * MS, profile));
}

/// Properties of those that must be caught by `property` which a search for the mistake finds violated.
fn caught(mistake: Mistake, label: &str, property: &'static str, profile: SafeProfile) -> Vec<&'static str> {
    let mut space = Space { steps: vec![0, 100 * MS], until: Some(property), ..space(100 * MS, profile) };
    if profile != SafeProfile::ReleaseAfterDamp {
        // What a pending self-test does is the same for every profile.
        space.inputs.retain(|i| i.selftest != Selftest::Pending);
    }
    if !OWN_MISTAKES.iter().any(|(own, ..)| *own == mistake) {
        // Nor does a mistake that any device can make depend on who carries.
        let carried = profile == SafeProfile::LockBrake;
        space.inputs.retain(|i| i.carried == carried);
    }
    let found = explore(Model::new(mistake, profile), profile, &space);
    let caught: Vec<_> = found.violated.keys().copied().collect();
    println!("{}, {label}: caught by {} after {}", profile.name(), caught.join(", "), tell(&found));
    caught
}

#[test]
fn every_planted_mistake_is_caught() {
    let mut blind: BTreeSet<_> = PROPERTIES.iter().map(|(name, ..)| *name).collect();
    let mut missed = Vec::new();
    let anywhere =
        profiles().map(|profile| MISTAKES.iter().map(move |(m, label, property)| (*m, *label, *property, profile)));
    let own = OWN_MISTAKES.iter().map(|(m, label, property, profile)| (*m, *label, *property, profiles()[*profile]));
    for (mistake, label, property, profile) in anywhere.into_iter().flatten().chain(own) {
        let caught = caught(mistake, label, property, profile);
        blind.retain(|name| !caught.contains(name));
        if !caught.contains(&property) {
            missed.push((label, property, profile.name()));
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
    assert!(blind.is_empty(), "these caught nothing: {blind:?}");
}

impl Dice {
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
            carried: !self.once_in(4),
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
    for walk in 0..6000 {
        let profile = profiles()[walk % 3];
        let (mut machine, mut history, mut t) = (Production::new(profile), History::start(profile), dice.time(0));
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
