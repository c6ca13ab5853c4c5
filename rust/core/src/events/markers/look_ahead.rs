//! The events of a whole recording: velocities without delay, grounds known from the start, contacts moved to where
//! heel or toe fall fastest.

use super::foot::Foot;
use super::motion::{Motion, Pair, Six, along, blend, nanoseconds, seconds};
use super::params::MarkerParams;
use super::{LEN, Row, judge};
use crate::types::{Event, EventKind, Sides};

const MS: i64 = 1_000_000;
/// Distance to the samples that give a velocity [ns].
const VELOCITY_REACH: i64 = 5 * MS;
/// Distance to the samples that give the body's velocity [ns].
const BODY_REACH: i64 = 500 * MS;
/// Distance within which a contact is looked for [ns].
const CONTACT_REACH: i64 = 50 * MS;
/// Share of the way to the fastest fall that a contact goes [-].
const CONTACT_SHARE: f64 = 0.3;

/// One taken tick of a recording.
struct Tick {
    t: i64,
    row: Row,
}

/// See the specification, "Looking ahead".
pub(super) fn look_ahead(params: &MarkerParams, rows: &[[f64; LEN]], t: &[i64]) -> Vec<(usize, Event)> {
    let ticks = taken(rows, t);
    let Some(&Tick { t: end, .. }) = ticks.last() else { return Vec::new() };
    let gap = nanoseconds(params.gap);
    let bodies = bodies(&ticks);
    let motions = motions(&ticks, gap);
    let unbiased = MarkerParams { bias_ic: 0.0, bias_to: 0.0, ..*params };
    let (_, first) = pass(&unbiased, gap, &ticks, &bodies, &motions, [None; 2]);
    let (mut events, _) = pass(&unbiased, gap, &ticks, &bodies, &motions, first);
    for (side, event) in &mut events {
        let bias = match event.kind {
            EventKind::InitialContact => {
                event.t = moved(event.t, *side, &ticks, &motions);
                params.bias_ic
            }
            EventKind::ToeOff => params.bias_to,
        };
        (event.t, event.t_emit) = (event.t.saturating_sub(nanoseconds(bias)).min(end), end);
    }
    events.sort_by_key(|(_, event)| event.t);
    events
}

fn taken(rows: &[[f64; LEN]], t: &[i64]) -> Vec<Tick> {
    let mut ticks: Vec<Tick> = Vec::with_capacity(rows.len());
    for (row, &t) in rows.iter().zip(t) {
        if ticks.last().is_none_or(|last| t > last.t) {
            ticks.push(Tick { t, row: Row::new(row) });
        }
    }
    ticks
}

/// Difference quotient of two places, each with its time [ns].
fn quotient<const N: usize>((t0, from): (i64, [f64; N]), (t1, to): (i64, [f64; N])) -> [f64; N] {
    let dt = seconds(t0, t1);
    core::array::from_fn(|i| (to[i] - from[i]) / dt)
}

/// Mean velocity of the body around each tick [m/s].
fn bodies(ticks: &[Tick]) -> Vec<Pair> {
    let (pelvis, middle) = (means(ticks, |row| row.pelvis), means(ticks, Row::middle));
    let mut last = [0.0; 2];
    let bodies = pelvis.into_iter().zip(middle).map(|(pelvis, middle)| {
        last = pelvis.or(middle).unwrap_or(last);
        last
    });
    bodies.collect()
}

/// Mean velocity of a place around each tick [m/s], where it was seen at least twice.
fn means(ticks: &[Tick], place: impl Fn(&Row) -> Option<Pair>) -> Vec<Option<Pair>> {
    let places = ticks.iter().filter_map(|tick| Some((tick.t, place(&tick.row)?)));
    let places: Vec<(i64, Pair)> = places.collect();
    let (mut first, mut end) = (0, 0);
    let around = ticks.iter().map(|&Tick { t, .. }| {
        first += count(&places, first, |seen| t.saturating_sub(seen) > BODY_REACH);
        end += count(&places, end, |seen| seen.saturating_sub(t) <= BODY_REACH);
        match places.get(first..end) {
            Some(&[a, .., b]) => Some(quotient(a, b)),
            _ => None,
        }
    });
    around.collect()
}

/// Number of places from `start` on, in a row, whose time is as asked.
fn count<const N: usize>(places: &[(i64, [f64; N])], start: usize, asked: impl Fn(i64) -> bool) -> usize {
    places.iter().skip(start).take_while(|(t, _)| asked(*t)).count()
}

/// How each foot moves at each tick.
fn motions(ticks: &[Tick], gap: i64) -> Vec<Sides<Option<Motion>>> {
    let velocities: [Vec<Option<[f64; 3]>>; 4] =
        core::array::from_fn(|marker| velocities(ticks, gap, |row| point(row, marker)));
    let mut seen: Sides<Option<i64>> = [None; 2];
    let each = ticks.iter().enumerate().map(|(i, tick)| {
        core::array::from_fn(|side| {
            let at = |marker: usize| velocities[2 * side + marker].get(i).copied().flatten();
            let ([hx, hy, hz], [tx, ty, tz]) = (at(0)?, at(1)?);
            let dt = seen[side].replace(tick.t).map_or(0.0, |last| seconds(last, tick.t));
            let v = [hx, hy, hz, tx, ty, tz];
            Some(Motion { v, along: along(&tick.row.feet[side]), dt, blend: blend(dt), lag: 0.0 })
        })
    });
    each.collect()
}

/// A marker of a foot: left heel, left toe, right heel, right toe.
fn point(row: &Row, marker: usize) -> Option<[f64; 3]> {
    let foot: &Six = &row.feet[marker / 2];
    let place: [f64; 3] = core::array::from_fn(|i| foot[marker % 2 * 3 + i]);
    super::is_place(&place).then_some(place)
}

/// Velocity of a marker at the ticks where it is seen, from its samples on both sides [m/s].
fn velocities(ticks: &[Tick], gap: i64, point: impl Fn(&Row) -> Option<[f64; 3]>) -> Vec<Option<[f64; 3]>> {
    let places: Vec<(i64, [f64; 3])> = ticks.iter().filter_map(|tick| Some((tick.t, point(&tick.row)?))).collect();
    let (mut after, mut until) = (0, 0);
    let each = ticks.iter().map(|tick| {
        let t = tick.t;
        after += count(&places, after, |seen| seen.saturating_sub(t) < VELOCITY_REACH);
        until += count(&places, until, |seen| t.saturating_sub(seen) >= VELOCITY_REACH);
        point(&tick.row)?;
        let (before, after) = (places.get(until.checked_sub(1)?)?, places.get(after)?);
        let near = t.saturating_sub(before.0) <= gap && after.0.saturating_sub(t) <= gap;
        near.then(|| quotient(*before, *after))
    });
    each.collect()
}

/// Steps 3 and 4 over all ticks: the events, and the velocity of each foot's ground when it was first known [m/s].
fn pass(
    params: &MarkerParams,
    gap: i64,
    ticks: &[Tick],
    bodies: &[Pair],
    motions: &[Sides<Option<Motion>>],
    known: Sides<Option<Pair>>,
) -> (Vec<(usize, Event)>, Sides<Option<Pair>>) {
    let mut feet = known.map(Foot::new);
    let (mut first, mut events) = ([None; 2], Vec::new());
    for ((tick, &body), motions) in ticks.iter().zip(bodies).zip(motions) {
        for (foot, motion) in feet.iter_mut().zip(motions) {
            if motion.is_some() {
                foot.see(tick.t, gap);
            }
        }
        let found = judge(&mut feet, params, motions, body, tick.t);
        events.extend(found.into_iter().enumerate().filter_map(|(side, event)| Some((side, event?))));
        for (first, foot) in first.iter_mut().zip(&feet) {
            *first = first.or(foot.own);
        }
    }
    (events, first)
}

/// A contact [ns], moved towards the moment around it at which heel or toe fall fastest.
fn moved(z: i64, side: usize, ticks: &[Tick], motions: &[Sides<Option<Motion>>]) -> i64 {
    let fall = |i: usize| {
        let [_, _, heel_up, _, _, toe_up] = motions.get(i)?[side]?.v;
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
