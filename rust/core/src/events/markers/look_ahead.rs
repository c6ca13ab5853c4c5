//! The events of a whole recording: velocities without delay, grounds known from the start, contacts moved to where
//! heel or toe fall fastest.

use super::foot::Foot;
use super::motion::{self, Motion, Pair, Six, along, blend, minus, nanoseconds, seconds};
use super::params::MarkerParams;
use super::{LEN, is_place, judge};
use crate::types::{Event, EventKind, Sides};

const MS: i64 = 1_000_000;
/// Position of the pelvis among the markers.
const PELVIS: usize = 4;
/// Distance to the samples that give a velocity [ns].
const VELOCITY_REACH: i64 = 5 * MS;
/// Distance to the samples that give the body's velocity [ns].
const BODY_REACH: i64 = 500 * MS;
/// Distance within which a contact is looked for [ns].
const CONTACT_REACH: i64 = 50 * MS;
/// Share of the way to the fastest fall that a contact goes [-].
const CONTACT_SHARE: f64 = 0.3;

/// One taken tick of a recording.
struct Tick<'a> {
    t: i64,
    row: &'a [f64; LEN],
    /// Which of the five markers were seen.
    seen: [bool; 5],
}

impl Tick<'_> {
    fn point(&self, marker: usize) -> [f64; 3] {
        core::array::from_fn(|i| self.row[3 * marker + i])
    }

    /// Pelvis, or the middle of the feet [m]; what is asked for was seen.
    fn place(&self, middle: bool) -> Pair {
        if middle {
            return motion::middle(&[self.foot(0), self.foot(1)]);
        }
        let [x, y, _] = self.point(PELVIS);
        [x, y]
    }

    fn foot(&self, side: usize) -> Six {
        core::array::from_fn(|i| self.row[6 * side + i])
    }
}

/// See the specification, "Looking ahead".
pub(super) fn look_ahead(params: &MarkerParams, rows: &[[f64; LEN]], t: &[i64]) -> Vec<(usize, Event)> {
    let ticks = taken(rows, t);
    let Some(&Tick { t: end, .. }) = ticks.last() else { return Vec::new() };
    let gap = nanoseconds(params.gap);
    let bodies = bodies(&ticks);
    let velocities = velocities(&ticks, gap);
    let unbiased = MarkerParams { bias_ic: 0.0, bias_to: 0.0, ..*params };
    let (_, first) = pass(&unbiased, &ticks, &bodies, &velocities, [None; 2]);
    let (mut events, _) = pass(&unbiased, &ticks, &bodies, &velocities, first);
    for (side, event) in &mut events {
        let bias = match event.kind {
            EventKind::InitialContact => {
                event.t = moved(event.t, *side, &ticks, &velocities);
                params.bias_ic
            }
            EventKind::ToeOff => params.bias_to,
        };
        (event.t, event.t_emit) = (event.t.saturating_sub(nanoseconds(bias)).min(end), end);
    }
    events.sort_by_key(|(side, event)| (event.t, *side));
    events
}

fn taken<'a>(rows: &'a [[f64; LEN]], t: &[i64]) -> Vec<Tick<'a>> {
    let mut ticks: Vec<Tick<'a>> = Vec::with_capacity(rows.len());
    for (row, &t) in rows.iter().zip(t) {
        if ticks.last().is_none_or(|last| t > last.t) {
            let seen = core::array::from_fn(|i| is_place(&row[3 * i..3 * i + 3]));
            ticks.push(Tick { t, row, seen });
        }
    }
    ticks
}

/// A pointer that moves along the ticks as the tick that is asked about does.
#[derive(Clone, Copy, Default)]
struct Pointer {
    next: usize,
    last: Option<usize>,
}

impl Pointer {
    /// The first tick that is seen and late enough.
    fn first(&mut self, ticks: &[Tick], seen: impl Fn(&Tick) -> bool, late: impl Fn(i64) -> bool) -> Option<usize> {
        self.next += ticks.iter().skip(self.next).take_while(|tick| !(seen(tick) && late(tick.t))).count();
        (self.next < ticks.len()).then_some(self.next)
    }

    /// The last tick that is seen and early enough.
    fn last(&mut self, ticks: &[Tick], seen: impl Fn(&Tick) -> bool, early: impl Fn(i64) -> bool) -> Option<usize> {
        for tick in ticks.iter().skip(self.next).take_while(|tick| early(tick.t)) {
            self.last = if seen(tick) { Some(self.next) } else { self.last };
            self.next += 1;
        }
        self.last
    }
}

/// Mean velocity of the body around each tick [m/s].
fn bodies(ticks: &[Tick]) -> Vec<Pair> {
    let mut pointers = [[Pointer::default(); 2]; 2];
    let mut body = [0.0; 2];
    let each = ticks.iter().map(|tick| {
        let [pelvis, feet] = &mut pointers;
        let mean = mean(ticks, tick.t, false, pelvis).or_else(|| mean(ticks, tick.t, true, feet));
        body = mean.unwrap_or(body);
        body
    });
    each.collect()
}

/// Mean velocity of the pelvis, or of the middle of the feet, around a time [m/s], where it was seen at least twice.
fn mean(ticks: &[Tick], t: i64, middle: bool, [first, last]: &mut [Pointer; 2]) -> Option<Pair> {
    let seen = |tick: &Tick| if middle { tick.seen[..PELVIS] == [true; 4] } else { tick.seen[PELVIS] };
    let from = first.first(ticks, seen, |seen| t.saturating_sub(seen) <= BODY_REACH)?;
    let to = last.last(ticks, seen, |seen| seen.saturating_sub(t) <= BODY_REACH)?;
    if to <= from {
        return None;
    }
    let dt = seconds(ticks[from].t, ticks[to].t);
    let (from, to) = (ticks[from].place(middle), ticks[to].place(middle));
    Some(minus(to, from).map(|way| way / dt))
}

/// Velocities of both feet at each tick [m/s], where heel and toe have one.
fn velocities(ticks: &[Tick], gap: i64) -> Vec<Sides<Option<Six>>> {
    let mut pointers = [[Pointer::default(); 2]; 4];
    let each = ticks.iter().map(|tick| {
        core::array::from_fn(|side| {
            let [hx, hy, hz] = velocity(ticks, tick, gap, 2 * side, &mut pointers[2 * side])?;
            let [tx, ty, tz] = velocity(ticks, tick, gap, 2 * side + 1, &mut pointers[2 * side + 1])?;
            Some([hx, hy, hz, tx, ty, tz])
        })
    });
    each.collect()
}

/// Velocity of a marker [m/s] at a tick where it is seen, from its samples on both sides.
fn velocity(ticks: &[Tick], tick: &Tick, gap: i64, i: usize, [until, from]: &mut [Pointer; 2]) -> Option<[f64; 3]> {
    let (t, seen) = (tick.t, |tick: &Tick| tick.seen[i]);
    if !seen(tick) {
        return None;
    }
    let before = &ticks[until.last(ticks, seen, |seen| t.saturating_sub(seen) >= VELOCITY_REACH)?];
    let after = &ticks[from.first(ticks, seen, |seen| seen.saturating_sub(t) >= VELOCITY_REACH)?];
    if t.saturating_sub(before.t) > gap || after.t.saturating_sub(t) > gap {
        return None;
    }
    let (dt, old, new) = (seconds(before.t, after.t), before.point(i), after.point(i));
    Some(core::array::from_fn(|i| (new[i] - old[i]) / dt))
}

/// Steps 3 and 4 over all ticks: the events, and the velocity of each foot's ground when it was first known [m/s].
fn pass(
    params: &MarkerParams,
    ticks: &[Tick],
    bodies: &[Pair],
    velocities: &[Sides<Option<Six>>],
    known: Sides<Option<Pair>>,
) -> (Vec<(usize, Event)>, Sides<Option<Pair>>) {
    let (gap, mut feet) = (nanoseconds(params.gap), known.map(Foot::new));
    let (mut first, mut events) = ([None; 2], Vec::new());
    for ((tick, &body), velocities) in ticks.iter().zip(bodies).zip(velocities) {
        let motions = core::array::from_fn(|side| {
            let v = velocities[side]?;
            let dt = feet[side].see(tick.t, gap).map_or(0.0, |step| step as f64 * 1e-9);
            Some(Motion { v, along: along(&tick.foot(side)), dt, blend: blend(dt), lag: 0.0 })
        });
        let found = judge(&mut feet, params, &motions, body, tick.t);
        events.extend(found.into_iter().enumerate().filter_map(|(side, event)| Some((side, event?))));
        for (first, foot) in first.iter_mut().zip(&feet) {
            *first = first.or(foot.own);
        }
    }
    (events, first)
}

/// A contact [ns], moved towards the moment around it at which heel or toe fall fastest.
fn moved(z: i64, side: usize, ticks: &[Tick], velocities: &[Sides<Option<Six>>]) -> i64 {
    let fall = |i: usize| {
        let [_, _, heel_up, _, _, toe_up] = velocities.get(i)?[side]?;
        Some(-heel_up.min(toe_up))
    };
    let start = ticks.partition_point(|tick| z.saturating_sub(tick.t) > CONTACT_REACH);
    let near = ticks.iter().enumerate().skip(start).take_while(|(_, tick)| tick.t.saturating_sub(z) <= CONTACT_REACH);
    let falls: Vec<(usize, i64, f64)> = near.filter_map(|(i, tick)| Some((i, tick.t, fall(i)?))).collect();
    let Some(&first) = falls.first() else { return z };
    let top = falls.iter().fold(first, |top, fall| if fall.2 > top.2 { *fall } else { top });
    if falls.len() < 3 || top.0 == first.0 || falls.last().is_some_and(|last| top.0 == last.0) {
        return z;
    }
    let (i, mut p, here) = top;
    if let (Some(before), Some(after)) = (fall(i - 1), fall(i + 1)) {
        let bend = before - 2.0 * here + after;
        if bend < 0.0 {
            let span = ticks[i + 1].t.saturating_sub(ticks[i - 1].t) as f64;
            p = p.saturating_add((0.5 * (before - after) / bend * 0.5 * span) as i64);
        }
    }
    z.saturating_add((CONTACT_SHARE * p.saturating_sub(z) as f64) as i64)
}
