//! Contacts when the whole recording is known: two passes, a clean-up, and contacts moved to where the force rises.

use super::foot::{Foot, seconds};
use super::hidden::hidden;
use super::params::Settings;
use super::{ForceContacts, force};
use crate::types::{Event, EventKind, Sides};

/// Shortest contact of a lightly loaded foot, and shortest lift [s].
const SHORT: f64 = 0.15;
/// Share of the peak force below which a short contact is none [-].
const WEAK: f64 = 0.3;
/// Force at which a contact begins when nothing hides it [N].
const LEVEL: f64 = 20.0;
/// That force in deviations of the lifted foot's force [-].
const NOISES: f64 = 4.0;
/// Standard deviation of white noise by the median change from sample to sample [-].
const DEVIATION: f64 = 1.048_358;
/// Farthest that a contact is moved back [ns].
const MOVE: i64 = 100_000_000;
/// Nearest and farthest time before a contact that tell the zero [ns], and how many samples it needs.
const ZERO_SPAN: (i64, i64) = (20_000_000, 400_000_000);
const ZERO_SAMPLES: usize = 5;

/// All that one sensor measured, and what the whole of it says.
#[derive(Default)]
pub(super) struct Survey {
    pub(super) t: Vec<i64>,
    pub(super) x: Vec<f64>,
    /// Forces while the foot was lifted, and their changes from sample to sample [N].
    free: Vec<f64>,
    moves: Vec<f64>,
    was_free: bool,
    pub(super) zero: f64,
    noise: f64,
    pub(super) scale: f64,
    pub(super) stance: f64,
    pub(super) swing: f64,
    pub(super) stances: u32,
}

/// The middle value, the lower one of two; absent without any.
fn median(mut values: Vec<f64>) -> Option<f64> {
    let middle = values.len().checked_sub(1)? / 2;
    let (_, value, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    Some(*value)
}

/// Events of a recording, by time, left before right.
pub(super) fn look_ahead(detector: &ForceContacts, rows: &[[f64; 2]], t: &[i64]) -> Vec<(usize, Event)> {
    let settings = &detector.settings;
    let mut pass = detector.clone();
    pass.reset();
    let (mut surveys, mut found) = ([Survey::default(), Survey::default()], [Vec::new(), Vec::new()]);
    for (row, &t) in rows.iter().zip(t) {
        if pass.t.is_some_and(|last| t <= last) {
            continue;
        }
        take(&mut pass, row, t, &mut found);
        for (side, survey) in surveys.iter_mut().enumerate() {
            let Some(x) = force(Some(row[side])) else { continue };
            survey.add(t, x, pass.feet[side].free_of_load(settings, t));
        }
    }
    let end = pass.t.unwrap_or_default();
    for (survey, events) in surveys.iter_mut().zip(&mut found) {
        survey.learn(settings, events);
        events.clear();
    }
    pass.reset();
    pass.feet = [Foot::known(&surveys[0]), Foot::known(&surveys[1])];
    for (row, &t) in rows.iter().zip(t) {
        take(&mut pass, row, t, &mut found);
    }
    let kept = [0, 1].map(|side| surveys[side].moved(settings, surveys[side].clean(&found[side])));
    let missing = if settings.params.shared { hidden(&surveys, &kept) } else { Vec::new() };
    let seen = (0..).zip(kept).flat_map(|(side, events)| events.into_iter().map(move |event| (side, event)));
    let mut all: Vec<_> = seen.chain(missing).collect();
    all.sort_by_key(|(side, event)| (event.t, *side));
    for (_, event) in &mut all {
        event.t_emit = end;
    }
    all
}

fn take(pass: &mut ForceContacts, row: &[f64; 2], t: i64, found: &mut Sides<Vec<Event>>) {
    for (found, event) in found.iter_mut().zip(pass.step(row.map(Some), t)) {
        found.extend(event);
    }
}

pub(super) fn is_contact(a: &Event, b: &Event) -> bool {
    (a.kind, b.kind) == (EventKind::InitialContact, EventKind::ToeOff)
}

pub(super) fn is_lift(a: &Event, b: &Event) -> bool {
    (a.kind, b.kind) == (EventKind::ToeOff, EventKind::InitialContact)
}

/// Without pairs of neighbours, dropped from the left, none twice.
fn without(events: &[Event], drop: impl Fn(&Event, &Event) -> bool) -> Vec<Event> {
    let (mut kept, mut rest) = (Vec::with_capacity(events.len()), events);
    while let [first, tail @ ..] = rest {
        if tail.first().is_some_and(|second| drop(first, second)) {
            rest = &tail[1..];
        } else {
            kept.push(*first);
            rest = tail;
        }
    }
    kept
}

impl Survey {
    /// Takes a sample [N] and whether the foot was lifted.
    fn add(&mut self, t: i64, x: f64, free: bool) {
        if free {
            self.free.push(x);
            if self.was_free {
                self.moves.extend(self.x.last().map(|before| (x - before).abs()));
            }
        }
        self.was_free = free;
        self.t.push(t);
        self.x.push(x);
    }

    /// Zero, noise, peak force and stance time from the events of a first pass.
    fn learn(&mut self, settings: &Settings, events: &[Event]) {
        let most = settings.params.baseline_max;
        self.zero = median(core::mem::take(&mut self.free)).map_or(0.0, |zero| zero.clamp(-most, most));
        self.noise = median(core::mem::take(&mut self.moves)).map_or(0.0, |change| DEVIATION * change);
        let pairs = || events.iter().zip(events.iter().skip(1));
        let stances = || pairs().filter(|(a, b)| is_contact(a, b)).map(|(a, b)| (a.t, b.t));
        self.stances = u32::try_from(stances().count()).unwrap_or(u32::MAX);
        self.stance = median(stances().map(|(a, b)| seconds(a, b)).collect()).unwrap_or(0.0);
        let lifts = pairs().filter(|(a, b)| is_lift(a, b)).map(|(a, b)| seconds(a.t, b.t));
        self.swing = median(lifts.collect()).unwrap_or(0.0);
        let peaks = stances().map(|(a, b)| self.peak(a, b)).collect();
        self.scale = median(peaks).map_or(settings.params.scale, |peak| peak.clamp(100.0, 3000.0));
    }

    /// Forces from `start` to `end` [ns], both included.
    fn between(&self, start: i64, end: i64) -> &[f64] {
        let (from, to) = (self.t.partition_point(|&t| t < start), self.t.partition_point(|&t| t <= end));
        self.x.get(from..to).unwrap_or_default()
    }

    /// Largest force less zero [N] from `start` to `end` [ns]; 0 without a sample.
    fn peak(&self, start: i64, end: i64) -> f64 {
        let most = self.between(start, end).iter().copied().reduce(f64::max);
        most.map_or(0.0, |most| most - self.zero)
    }

    /// The events without weak short contacts, then without short lifts.
    fn clean(&self, events: &[Event]) -> Vec<Event> {
        let short = |a: &Event, b: &Event| seconds(a.t, b.t) < SHORT;
        let weak = |a: &Event, b: &Event| self.peak(a.t, b.t) < WEAK * self.scale;
        let kept = without(events, |a, b| is_contact(a, b) && short(a, b) && weak(a, b));
        without(&kept, |a, b| is_lift(a, b) && short(a, b))
    }

    /// The events with each contact at a level just above what the lifted foot shows.
    fn moved(&self, settings: &Settings, mut events: Vec<Event>) -> Vec<Event> {
        let level = settings.level(settings.params.on, self.scale).min(LEVEL.max(NOISES * self.noise));
        let mut before = self.t.first().copied().unwrap_or_default();
        for event in &mut events {
            if event.kind == EventKind::InitialContact {
                let start = before.max(event.t.saturating_sub(ZERO_SPAN.1));
                let lifted = self.between(start, event.t.saturating_sub(ZERO_SPAN.0));
                let own = if lifted.len() < ZERO_SAMPLES { None } else { median(lifted.to_vec()) };
                let zero = own.unwrap_or(self.zero);
                if zero.abs() <= settings.params.baseline_max {
                    let earliest = before.max(event.t.saturating_sub(MOVE));
                    event.t = self.rise(zero + level, (earliest, event.t), settings.gap).unwrap_or(event.t);
                }
            }
            before = event.t;
        }
        events
    }

    /// Last time within a span [ns] at which the force rose through `level` [N], from the end of the span backwards.
    fn rise(&self, level: f64, (earliest, latest): (i64, i64), gap: i64) -> Option<i64> {
        let mut i = self.t.partition_point(|&t| t < latest);
        loop {
            let (t, x) = (*self.t.get(i)?, *self.x.get(i)?);
            let (t0, x0) = (*self.t.get(i.checked_sub(1)?)?, *self.x.get(i.checked_sub(1)?)?);
            if t < earliest || x < level || t.saturating_sub(t0) > gap {
                return None;
            }
            if x0 < level {
                let share = (level - x0) / (x - x0);
                let at = t0.saturating_add((share * t.saturating_sub(t0) as f64) as i64).min(latest);
                return (at >= earliest).then_some(at);
            }
            i -= 1;
        }
    }
}
