//! Mistakes of the guard planted on purpose, each of which must be caught by the property that it breaks; the guard
//! itself and a second one without a mistake break none.
#![allow(clippy::unwrap_used)]

mod dice;
mod planted;

use gaitloop_core::safety::Guard;
use planted::guard::Planted;
use planted::judge::PROPERTIES;
use planted::mistakes::{MISTAKES, Mistake};
use planted::{KINDS, Machine, envelope, violated};
use std::collections::{BTreeMap, BTreeSet};

const EPISODES: u64 = 400;

#[test]
fn the_guard_keeps_every_property() {
    let mut judged = BTreeMap::new();
    let make = || Box::new(Guard::new(envelope(), KINDS)) as Box<dyn Machine>;
    let found = violated(make, EPISODES, None, |name| *judged.entry(name).or_insert(0) += 1);
    for (name, wording) in PROPERTIES {
        let times: u32 = judged.remove(name).unwrap_or(0);
        println!("{name:>8} {wording}: judged {times} times");
        assert!(times > 1000, "{name} was hardly put to the test");
    }
    assert!(judged.is_empty(), "without a wording: {judged:?}");
    assert!(found.is_empty(), "violated: {found:?}");
}

#[test]
fn a_second_guard_without_a_mistake_keeps_every_property() {
    let make = || Box::new(Planted::new(Mistake::Nothing, *envelope().params())) as Box<dyn Machine>;
    assert_eq!(violated(make, EPISODES, None, |_| {}), BTreeSet::new());
}

#[test]
fn every_planted_mistake_is_caught() {
    let mut blind: BTreeSet<_> = PROPERTIES.iter().map(|(name, _)| *name).collect();
    let mut missed = Vec::new();
    for (mistake, label, property) in MISTAKES {
        let make = || Box::new(Planted::new(*mistake, *envelope().params())) as Box<dyn Machine>;
        let found = violated(make, EPISODES, Some(property), |_| {});
        println!("{label}: caught by {found:?}");
        blind.retain(|name| !found.contains(name));
        if !found.contains(property) {
            missed.push((*label, *property, found));
        }
    }
    assert!(missed.is_empty(), "not caught by its property: {missed:?}");
    assert!(blind.is_empty(), "these caught nothing: {blind:?}");
}
