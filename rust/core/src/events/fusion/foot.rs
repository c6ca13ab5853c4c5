//! The vote on one foot.

use super::params::Settings;
use super::source::{Group, Set, Source, each};
use crate::types::{Event, EventKind};

/// Most sources there may be.
pub(super) const SOURCES: usize = 8;
/// Age at which an event is closed [ns].
const LATE: i64 = 300_000_000;
/// Age from which an event is not taken any more [ns].
const OLD: i64 = 1_000_000_000;
/// Time without an event after which any may come [ns].
const FREE: i64 = 2_000_000_000;
const KINDS: [EventKind; 2] = [EventKind::InitialContact, EventKind::ToeOff];
/// Room for rounding in sums of weights.
const TINY: f64 = 1e-9;

fn seconds(from: i64, to: i64) -> f64 {
    to.saturating_sub(from) as f64 * 1e-9
}

fn other(kind: EventKind) -> EventKind {
    match kind {
        EventKind::InitialContact => EventKind::ToeOff,
        EventKind::ToeOff => EventKind::InitialContact,
    }
}

/// An event that was told and may still be found by others.
#[derive(Clone, Copy, Debug)]
struct Told {
    at: i64,
    finders: Set,
    judged: bool,
}

/// A tick as one foot sees it: the time [ns] and who is alive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tick<'a> {
    pub(super) settings: &'a Settings,
    pub(super) alive: Set,
    pub(super) t: i64,
}

/// Result of a vote.
struct Weighed {
    able: Set,
    voters: Set,
    total: f64,
    reached: bool,
}

/// State of one foot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Foot {
    pub(super) sources: [Source; SOURCES],
    groups: [Option<Group>; 2],
    told: [Option<Told>; 2],
    /// Usual time before an event of each kind [s]: of swing, of stance.
    usual: [Option<f64>; 2],
    last: Option<(EventKind, i64)>,
}

impl Foot {
    pub(super) const NEW: Self =
        Self { sources: [Source::NEW; SOURCES], groups: [None; 2], told: [None; 2], usual: [None; 2], last: None };

    pub(super) fn in_contact(&self) -> bool {
        matches!(self.last, Some((EventKind::InitialContact, _)))
    }

    /// Whether a tick at `t` [ns] in which nobody finds anything changes nothing.
    pub(super) fn idle(&self, t: i64) -> bool {
        let open = |told: &Told| told.judged || t.saturating_sub(told.at) < LATE;
        self.groups.iter().all(Option::is_none) && self.told.iter().flatten().all(open)
    }

    /// One tick with what the sources found.
    pub(super) fn step(&mut self, found: impl Iterator<Item = Option<Event>>, tick: &Tick) -> Option<Event> {
        for kind in KINDS {
            self.expire(kind, tick);
        }
        for (i, event) in found.enumerate().take(SOURCES) {
            if let (Some(event), true) = (event, tick.alive & (1 << i) != 0) {
                self.take(i, &event, tick);
            }
        }
        let first = if self.in_contact() { EventKind::ToeOff } else { EventKind::InitialContact };
        self.decide(first, tick).or_else(|| self.decide(other(first), tick))
    }

    /// Closes what is too old for more votes.
    fn expire(&mut self, kind: EventKind, tick: &Tick) {
        if self.told[kind as usize].is_some_and(|told| tick.t.saturating_sub(told.at) >= LATE) {
            self.judge(kind, tick);
        }
        if self.groups[kind as usize].as_ref().is_some_and(|group| tick.t.saturating_sub(group.opened) >= LATE) {
            self.drop(kind, tick);
        }
    }

    /// Judges everybody by the told event of a kind, once.
    fn judge(&mut self, kind: EventKind, tick: &Tick) {
        let Some(told) = self.told[kind as usize].as_mut().filter(|told| !told.judged) else { return };
        told.judged = true;
        for i in each(tick.alive) {
            let right = told.finders & (1 << i) != 0;
            self.sources[i].judge(right);
            if !right {
                self.sources[i].miss();
            }
        }
    }

    /// Closes an event that was not told.
    fn drop(&mut self, kind: EventKind, tick: &Tick) {
        let Some(group) = self.groups[kind as usize].take() else { return };
        let vote = self.weigh(&group, tick);
        let heard = each(vote.able & !group.members).any(|i| self.sources[i].quiet == 0);
        if heard && !vote.reached {
            for i in each(group.members) {
                self.sources[i].judge(false);
            }
        }
        for i in each(tick.alive & !group.members) {
            self.sources[i].miss();
        }
    }

    /// Takes what a source found.
    fn take(&mut self, i: usize, event: &Event, tick: &Tick) {
        let at = event.t.min(tick.t);
        if tick.t.saturating_sub(at) > OLD {
            return;
        }
        let kind = event.kind;
        self.sources[i].quiet = 0;
        self.check_sense(i, kind, at);
        let near = |time: i64| at.saturating_sub(time).saturating_abs() <= tick.settings.window;
        if let Some(told) = self.told[kind as usize].as_mut().filter(|told| near(told.at)) {
            if !told.judged {
                told.finders |= 1 << i;
            }
            return;
        }
        if self.groups[kind as usize].as_ref().is_some_and(|group| !near(group.first)) {
            self.drop(kind, tick);
        }
        self.groups[kind as usize].get_or_insert_with(|| Group::new(tick.t, at)).add(i, at, event.confidence);
    }

    /// A source that finds events faster than the person walks is wrong, whatever the others say.
    fn check_sense(&mut self, i: usize, kind: EventKind, at: i64) {
        let own = self.sources[i].own.replace((kind, at));
        let (Some((before, time)), [Some(swing), Some(stance)]) = (own, self.usual) else { return };
        let usual = if kind == EventKind::InitialContact { swing } else { stance };
        let least = if before == kind { 0.75 * (stance + swing) } else { 0.6 * usual };
        if at > time && seconds(time, at) < least {
            self.sources[i].judge(false);
        }
    }

    /// Who may vote: those who vote, without any those trusted, without any all.
    fn able(&self, alive: Set) -> Set {
        let those = |good: fn(&Source) -> bool| {
            each(alive).filter(|&i| good(&self.sources[i])).fold(0, |set: Set, i| set | (1 << i))
        };
        match (those(Source::votes), those(Source::trusted)) {
            (0, 0) => alive,
            (0, trusted) => trusted,
            (votes, _) => votes,
        }
    }

    fn worth(&self, i: usize, settings: &Settings) -> f64 {
        self.sources[i].worth(settings.weights[i])
    }

    fn weigh(&self, group: &Group, tick: &Tick) -> Weighed {
        let able = self.able(tick.alive);
        let voters = able & group.members;
        let sum = |set: Set| each(set).fold(0.0, |sum, i| sum + self.worth(i, tick.settings));
        let total = sum(able);
        Weighed { able, voters, total, reached: sum(voters) >= tick.settings.params.quorum * total - TINY }
    }

    /// Tells the event of a kind if the vote on it is over and it fits into the walk.
    fn decide(&mut self, kind: EventKind, tick: &Tick) -> Option<Event> {
        let group = self.groups[kind as usize].as_ref()?;
        let vote = self.weigh(group, tick);
        let whole = vote.voters == vote.able;
        let over = whole || tick.t.saturating_sub(group.opened) >= tick.settings.wait;
        if vote.voters == 0 || !vote.reached || !over {
            return None;
        }
        let at = group.middle(vote.voters, &self.sources, tick.settings);
        if !self.in_order(kind, at, whole, tick) {
            return None;
        }
        let sure = each(vote.voters).fold(0.0, |sum, i| sum + self.worth(i, tick.settings) * group.confidence(i));
        let finders = group.members;
        self.tell(kind, at, finders, tick);
        Some(Event { kind, t: at, t_emit: tick.t, confidence: (sure / vote.total).min(1.0) })
    }

    fn in_order(&self, kind: EventKind, at: i64, whole: bool, tick: &Tick) -> bool {
        let Some((before, time)) = self.last else { return true };
        if at <= time {
            return false;
        }
        if tick.t.saturating_sub(time) > FREE {
            return true;
        }
        let since = seconds(time, at);
        if before == kind {
            return matches!(self.usual, [Some(swing), Some(stance)] if since >= 0.75 * (stance + swing));
        }
        let params = &tick.settings.params;
        let least = if kind == EventKind::InitialContact { params.swing } else { params.stance };
        let usual = self.usual[kind as usize].filter(|_| !whole);
        since >= usual.map_or(least, |usual| least.max(0.6 * usual))
    }

    fn tell(&mut self, kind: EventKind, at: i64, finders: Set, tick: &Tick) {
        self.judge(kind, tick);
        if let Some((before, time)) = self.last
            && before != kind
            && at.saturating_sub(time) <= FREE
        {
            let x = seconds(time, at);
            let usual = &mut self.usual[kind as usize];
            *usual = Some(usual.map_or(x, |usual| usual + 0.2 * (x - usual)));
        }
        self.groups[kind as usize] = None;
        self.told[kind as usize] = Some(Told { at, finders, judged: false });
        self.last = Some((kind, at));
    }
}
