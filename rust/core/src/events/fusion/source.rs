//! What is known of a source and of the events it voted for.

use super::foot::SOURCES;
use super::params::Settings;
use crate::types::EventKind;

/// Events missed in a row after which a source has no vote.
const QUIET: u8 = 3;

/// Some of the sources: a bit each.
pub(super) type Set = u8;

/// The sources of a set, by index.
pub(super) fn each(set: Set) -> impl Iterator<Item = usize> {
    let mut rest = set;
    core::iter::from_fn(move || {
        let index = rest.trailing_zeros() as usize;
        rest &= rest.wrapping_sub(1);
        (index < SOURCES).then_some(index)
    })
}

/// A source on one foot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source {
    /// How often it was right of late [-], 0 to 1.
    record: f64,
    /// Share of its weight that it is worth by that record [-].
    share: f64,
    trusted: bool,
    /// Events it missed in a row.
    pub(super) quiet: u8,
    /// Kind and time [ns] of its last event.
    pub(super) own: Option<(EventKind, i64)>,
}

impl Source {
    pub(super) const NEW: Self = Self { record: 1.0, share: 1.0, trusted: true, quiet: 0, own: None };

    pub(super) fn judge(&mut self, right: bool) {
        self.record += 0.2 * (f64::from(u8::from(right)) - self.record);
        self.share = (self.record / 0.75).clamp(0.05, 1.0);
        if self.record < 0.5 {
            self.trusted = false;
        } else if self.record > 0.75 {
            self.trusted = true;
        }
    }

    pub(super) fn miss(&mut self) {
        self.quiet = self.quiet.saturating_add(1);
    }

    pub(super) fn trusted(&self) -> bool {
        self.trusted
    }

    pub(super) fn votes(&self) -> bool {
        self.trusted && self.quiet < QUIET
    }

    pub(super) fn worth(&self, weight: f64) -> f64 {
        weight * self.share
    }
}

/// An event that is being voted on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// Tick of the first vote [ns].
    pub(super) opened: i64,
    /// Time of the event in the first vote [ns].
    pub(super) first: i64,
    /// Who has voted.
    pub(super) members: Set,
    /// Time [ns] and confidence of each vote.
    votes: [(i64, f64); SOURCES],
}

impl Group {
    pub(super) fn new(opened: i64, first: i64) -> Self {
        Self { opened, first, members: 0, votes: [(0, 0.0); SOURCES] }
    }

    /// Adds a vote unless the source has voted; a confidence that is none counts 0.
    pub(super) fn add(&mut self, source: usize, at: i64, confidence: f64) {
        if self.members & (1 << source) == 0 {
            self.members |= 1 << source;
            self.votes[source] = (at, if (0.0..=1.0).contains(&confidence) { confidence } else { 0.0 });
        }
    }

    /// Confidence of a vote.
    pub(super) fn confidence(&self, source: usize) -> f64 {
        self.votes[source].1
    }

    /// Weighted median of the times of these voters [ns].
    pub(super) fn middle(&self, voters: Set, sources: &[Source; SOURCES], settings: &Settings) -> i64 {
        let mut order = [(0_i64, 0_usize, 0.0_f64); SOURCES];
        let mut count = 0;
        for (slot, i) in order.iter_mut().zip(each(voters)) {
            let (at, confidence) = self.votes[i];
            *slot = (at, i, sources[i].worth(settings.weights[i]) * confidence.max(0.05));
            count += 1;
        }
        let order = &mut order[..count];
        order.sort_unstable_by_key(|&(at, i, _)| (at, i));
        let total = order.iter().fold(0.0, |sum, vote| sum + vote.2);
        let mut sum = 0.0;
        for (k, &(at, _, share)) in order.iter().enumerate() {
            sum += share;
            match order.get(k + 1) {
                Some(&(next, _, _)) if (2.0 * sum - total).abs() <= 1e-9 => return at + next.saturating_sub(at) / 2,
                _ if 2.0 * sum > total => return at,
                _ => {}
            }
        }
        order.last().map_or(self.first, |vote| vote.0)
    }
}
