//! One foot: its thresholds, its zero and its scale.

use super::ahead::Survey;
use super::history::{History, WINDOW};
use super::params::Settings;
use crate::types::{Event, EventKind};

/// Time constant with which the share of the other foot is followed [s].
const LEAK_TIME: f64 = 0.1;
/// Longest time for which a foot is believed to be off the ground while its sensor is loaded [s].
const LEAK_HOLD: f64 = 1.0;
/// Change of the force against the other's, as a share of the scale, below which the ratio stands [-].
const FLAT: f64 = 0.035;
/// Double support in which a ratio may begin to stand [s].
const DOUBLE_SUPPORT: (f64, f64) = (0.06, 0.4);
/// Share of the usual stance time before which a foot on a loaded sensor has not lifted [-].
const EARLY: f64 = 0.75;
/// Confidence of a toe-off that was read from the ratio of both forces [-].
const SPLIT_CONFIDENCE: f64 = 0.5;

/// A threshold that is being crossed.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    armed: i64,
    crossed: Option<i64>,
}

/// One foot between two ticks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Foot {
    pub(super) contact: bool,
    /// First sample since the state was forgotten [ns].
    since: Option<i64>,
    /// Last sample [ns].
    pub(super) seen: Option<i64>,
    /// Last signal: time [ns] and force less zero and share of the other foot [N].
    last: Option<(i64, f64)>,
    /// Force less zero [N].
    net: f64,
    baseline: f64,
    scale: f64,
    peak: f64,
    candidate: Option<Candidate>,
    event: Option<i64>,
    contact_at: Option<i64>,
    stance: f64,
    stances: u32,
    /// Share of the other foot's force that this sensor carries, while lifted [-].
    leak: f64,
    /// Largest net force of this double support [N].
    top: f64,
    flat: Option<i64>,
}

/// What a foot knows of the other one, as it was when the tick began.
pub(super) struct Other {
    contact: bool,
    contact_at: Option<i64>,
    net: f64,
    pub(super) raw_net: f64,
}

impl Other {
    pub(super) fn of(foot: &Foot, settings: &Settings, t: i64) -> Self {
        let fresh = foot.seen.is_some_and(|seen| t.saturating_sub(seen) <= settings.gap);
        let net = if fresh { foot.net.max(0.0) } else { 0.0 };
        Self { contact: foot.contact, contact_at: foot.contact_at, net, raw_net: foot.net }
    }
}

pub(super) fn seconds(from: i64, to: i64) -> f64 {
    to.saturating_sub(from) as f64 * 1e-9
}

impl Foot {
    pub(super) fn new(scale: f64) -> Self {
        Self {
            contact: false,
            since: None,
            seen: None,
            last: None,
            net: 0.0,
            baseline: 0.0,
            scale,
            peak: 0.0,
            candidate: None,
            event: None,
            contact_at: None,
            stance: 0.0,
            stances: 0,
            leak: 0.0,
            top: 0.0,
            flat: None,
        }
    }

    /// A foot of which a whole recording is known.
    pub(super) fn known(survey: &Survey) -> Self {
        let mut foot = Self::new(survey.scale);
        (foot.baseline, foot.stance, foot.stances) = (survey.zero, survey.stance, survey.stances);
        foot
    }

    /// Whether the foot is lifted and its sensor carries nothing, as far as is known.
    pub(super) fn free_of_load(&self, settings: &Settings, t: i64) -> bool {
        let settled = self.since.is_some_and(|since| t.saturating_sub(since) >= settings.settle);
        settled && !self.contact && self.leak <= 0.0
    }

    /// Takes a sample [N]; after a gap the state is forgotten, what was learned stays.
    pub(super) fn take(&mut self, settings: &Settings, force: Option<f64>, t: i64) {
        let Some(force) = force else { return };
        if self.seen.is_some_and(|seen| t.saturating_sub(seen) > settings.gap) {
            (self.since, self.last, self.candidate, self.contact_at) = (None, None, None, None);
            (self.leak, self.peak) = (0.0, 0.0);
        }
        self.seen = Some(t);
        self.net = force - self.baseline;
    }

    /// One tick with a sample: `history` holds the net forces [N] of both feet before it, this one's at `side`.
    pub(super) fn step(
        &mut self,
        settings: &Settings,
        (raw, t): (f64, i64),
        other: &Other,
        (history, side): (&History, usize),
    ) -> Option<Event> {
        let (shared, share) =
            if self.contact { (0.0, settings.params.off) } else { (self.leak * other.net, settings.params.on) };
        let (signal, level) = (self.net - shared, settings.level(share, self.scale) + 0.1 * shared);
        let previous = self.last.replace((t, signal));
        let dt = previous.map_or(0.0, |(last, _)| seconds(last, t));
        let since = *self.since.get_or_insert(t);
        if t.saturating_sub(since) < settings.settle {
            self.contact = signal >= 2.0 * settings.level(settings.params.on, self.scale);
            if !self.contact {
                self.follow_zero(settings, raw, dt);
            }
            return None;
        }
        if self.contact {
            self.peak = self.peak.max(self.net);
        } else if signal < level {
            self.follow(settings, raw, dt, other);
        }
        if self.leak > 0.0 && self.event.is_some_and(|event| seconds(event, t) > LEAK_HOLD) {
            (self.contact, self.contact_at, self.candidate, self.leak, self.peak) = (true, None, None, 0.0, 0.0);
            return None;
        }
        if let Some(event) = self.split(settings, t, other, (history, side), signal >= level) {
            return Some(event);
        }
        self.threshold(settings, (t, signal), previous, level)
    }

    /// Zero of a lifted foot, or the share of the other foot that its sensor carries.
    fn follow(&mut self, settings: &Settings, raw: f64, dt: f64, other: &Other) {
        if self.leak <= 0.0 {
            self.follow_zero(settings, raw, dt);
        } else if other.net > 0.3 * self.scale {
            self.leak += ((self.net / other.net).max(0.0) - self.leak) * (dt / LEAK_TIME).min(1.0);
        } else if other.net < 0.1 * self.scale {
            self.leak = 0.0;
        }
        if self.leak < 0.01 {
            self.leak = 0.0;
        }
    }

    fn follow_zero(&mut self, settings: &Settings, raw: f64, dt: f64) {
        let next = self.baseline + (raw - self.baseline) * (dt / settings.params.baseline_time).min(1.0);
        self.baseline = next.clamp(-settings.params.baseline_max, settings.params.baseline_max);
    }

    /// Toe-off of a foot whose sensor stays loaded by the other foot.
    fn split(
        &mut self,
        settings: &Settings,
        t: i64,
        other: &Other,
        (history, side): (&History, usize),
        loaded: bool,
    ) -> Option<Event> {
        let (Some(own), Some(theirs)) = (self.contact_at, other.contact_at) else {
            (self.top, self.flat) = (self.net, None);
            return None;
        };
        let double = seconds(theirs, t);
        if !(settings.params.shared && self.contact && other.contact && theirs > own && double <= DOUBLE_SUPPORT.1) {
            (self.top, self.flat) = (self.net, None);
            return None;
        }
        self.top = self.top.max(self.net);
        let standing = history.old(t).is_some_and(|(t0, net)| {
            let (net0, other0) = (net[side], net[1 - side]);
            t0 >= theirs
                && other0 > 0.2 * self.scale
                && (net0 / other0 * other.net - self.net).abs() < FLAT * self.scale
        });
        let possible = loaded
            && self.stances >= 2
            && double > DOUBLE_SUPPORT.0
            && seconds(own, t) >= EARLY * self.stance
            && other.net > 0.1 * self.scale
            && self.net < 0.95 * self.top;
        if !(standing && possible) {
            self.flat = None;
            return None;
        }
        let first = *self.flat.get_or_insert(t);
        if t.saturating_sub(first) < settings.debounce || t < self.free(settings) {
            return None;
        }
        let happened = first.saturating_sub(WINDOW).max(self.free(settings));
        (self.contact, self.leak) = (false, self.net / other.net);
        Some(self.emit(EventKind::ToeOff, happened, t, SPLIT_CONFIDENCE))
    }

    /// Hysteresis, debouncing and refractory time.
    fn threshold(
        &mut self,
        settings: &Settings,
        now: (i64, f64),
        previous: Option<(i64, f64)>,
        level: f64,
    ) -> Option<Event> {
        let (t, signal) = now;
        let (beyond, armed) = if self.contact {
            (signal < level, signal < level)
        } else {
            (signal >= level, signal >= settings.params.arm * level)
        };
        if !armed {
            self.candidate = None;
            return None;
        }
        let candidate = self.candidate.get_or_insert(Candidate { armed: t, crossed: None });
        if !beyond {
            candidate.crossed = None;
            return None;
        }
        let crossed = *candidate.crossed.get_or_insert(crossing(previous, now, level));
        let (first, free) = (candidate.armed, self.free(settings));
        if t.saturating_sub(first) < settings.debounce || t < free {
            return None;
        }
        Some(self.switch(crossed.max(free), t))
    }

    /// First time at which the next event may happen [ns].
    fn free(&self, settings: &Settings) -> i64 {
        self.event.map_or(i64::MIN, |event| event.saturating_add(settings.refractory))
    }

    fn switch(&mut self, happened: i64, t: i64) -> Event {
        self.contact = !self.contact;
        if self.contact {
            (self.contact_at, self.leak) = (Some(happened), 0.0);
            return self.emit(EventKind::InitialContact, happened, t, 1.0);
        }
        let first = self.stances == 0 && self.contact_at.is_some();
        let change = (self.peak - self.scale).clamp(-0.1 * self.scale, 0.3 * self.scale);
        let scale = if first { self.peak } else { self.scale + 0.2 * change };
        self.scale = scale.clamp(100.0, 3000.0);
        if let Some(contact_at) = self.contact_at {
            let stance = seconds(contact_at, happened);
            self.stance = if first { stance } else { self.stance + 0.2 * (stance - self.stance) };
            self.stances = self.stances.saturating_add(1);
        }
        self.emit(EventKind::ToeOff, happened, t, 1.0)
    }

    fn emit(&mut self, kind: EventKind, happened: i64, t: i64, confidence: f64) -> Event {
        (self.candidate, self.flat, self.peak, self.event) = (None, None, 0.0, Some(happened));
        Event { kind, t: happened, t_emit: t, confidence }
    }
}

/// Time [ns] at which the line through two samples crosses `level`; the later sample's where there is no line.
fn crossing(previous: Option<(i64, f64)>, (t, signal): (i64, f64), level: f64) -> i64 {
    let Some((before, old)) = previous else { return t };
    let share = (level - old) / (signal - old);
    if !(0.0..=1.0).contains(&share) {
        return t;
    }
    before.saturating_add((share * t.saturating_sub(before) as f64) as i64).min(t)
}
