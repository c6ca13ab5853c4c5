//! What may never happen to the core and to native drivers, for any bytes: one function per target, for libFuzzer (`run.sh`) and for the
//! replay of the committed corpora (`tests/replay.rs`).
//!
//! A target reads the bytes as parameters and a sequence of ticks, feeds them to the production code, and judges what
//! comes out by what is promised: nothing but `assert!` makes a finding, and every panic of the core is one.

mod bytes;
mod drives;
mod events;
mod guard;
mod jerk_limited;
mod machine;
mod pattern;
mod phase;
// What the search of the supervisor's states judges by is judged by here too.
#[path = "../../core/tests/space/mod.rs"]
#[allow(dead_code, unused_imports, clippy::unwrap_used)]
mod space;
mod supervisor;
mod trainer;

/// A target: its name, which is that of its corpus too, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 9] = [
    ("guard", guard::run),
    ("supervisor", supervisor::run),
    ("machine", machine::run),
    ("trainer", trainer::run),
    ("events", events::run),
    ("phase", phase::run),
    ("jerk_limited", jerk_limited::run),
    ("pattern", pattern::run),
    ("drives", drives::run),
];

/// The target called `name`.
#[must_use]
pub fn target(name: &str) -> Option<fn(&[u8])> {
    TARGETS.iter().find(|(known, _)| *known == name).map(|(_, run)| *run)
}
