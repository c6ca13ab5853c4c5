//! The whole recording at once: evenly spaced signals, the steps that fit each other best, their sides.

mod candidates;
mod chains;
mod grid;
mod sides;
mod stride;

use super::signals::{GRAVITY, dot};
use super::{BackImuParams, double_support, nanoseconds, seconds, taken};
use crate::types::{Event, EventKind};
use candidates::candidates;
use grid::{STEP, both, even, triple};
use sides::{Contact, contacts};
use stride::step_times;

/// Shortest stretch without a gap that is looked at [s].
const SHORTEST: f64 = 2.0;
/// Time constant of the direction of gravity, to both sides [s].
const GRAVITY_TIME: f64 = 0.7;
/// Widths of the smoothing for the step time and for the side [s], and what is slow to each in the turning rate [s].
const SMOOTHING: f64 = 0.1;
const SIDE_SMOOTHING: f64 = 0.2;
const SLOW: [f64; 2] = [0.8, 0.4];

/// An event of one stretch [s] with its side and confidence.
type Found = (f64, usize, EventKind, f64);

/// Every event of a recording, in order of time.
pub(super) fn events(params: &BackImuParams, rows: &[[f64; 6]], t: &[i64]) -> Vec<(usize, Event)> {
    let all_taken = rows.iter().all(taken) && t.windows(2).all(|pair| pair[0] < pair[1]);
    if all_taken && rows.len() == t.len() {
        return taken_events(params, rows, t);
    }
    let (mut kept, mut times) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for (row, &t) in rows.iter().zip(t) {
        if taken(row) && times.last().is_none_or(|&last| t > last) {
            kept.push(*row);
            times.push(t);
        }
    }
    taken_events(params, &kept, &times)
}

/// The same of rows that are all taken, at rising times.
fn taken_events(params: &BackImuParams, mut rows: &[[f64; 6]], t: &[i64]) -> Vec<(usize, Event)> {
    let (gap, known) = (nanoseconds(params.gap), t.last().copied().unwrap_or(0));
    let mut all: Vec<(usize, Event)> = Vec::new();
    for times in t.chunk_by(|a, b| b.saturating_sub(*a) <= gap) {
        let Some(&first) = times.first() else { continue };
        let (piece, rest) = rows.split_at(times.len());
        rows = rest;
        all.extend(stretch(params, piece, times).into_iter().map(|(time, side, kind, confidence)| {
            (side, Event { kind, t: first.saturating_add(nanoseconds(time)), t_emit: known, confidence })
        }));
    }
    all.sort_by_key(|(_, event)| event.t);
    let mut last = [None; 2];
    all.retain(|(side, event)| last[side & 1].replace(event.kind) != Some(event.kind));
    all
}

/// Vertical acceleration and turning rate on the even grid.
struct Upright {
    vertical: Vec<f64>,
    /// Both smoothed, the turning rate without what lasts: for the step time.
    rising: Vec<f64>,
    turning: Vec<f64>,
    /// The turning rate that tells the side.
    swaying: Vec<f64>,
}

impl Upright {
    fn new(piece: &[[f64; 6]], s: &[f64], points: usize) -> Self {
        let rows = even(piece, s, points);
        let gravity = both(rows.iter().map(|&[x, y, z, ..]| [x, y, z]).collect(), [GRAVITY_TIME; 3]);
        let raw = gravity.iter().zip(&rows).map(|(&g, &[ax, ay, az, wx, wy, wz])| {
            let q = dot(g, g).max(1e-4);
            [GRAVITY * (dot(g, [ax, ay, az]) / q - 1.0), dot(g, [wx, wy, wz]) / q.sqrt()]
        });
        let raw: Vec<[f64; 2]> = raw.collect();
        let (vertical, turn) = raw.iter().map(|&[vertical, turn]| (vertical, [turn])).unzip();
        let smooth = triple(raw, SMOOTHING);
        let turns: Vec<[f64; 2]> =
            smooth.iter().zip(triple(turn, SIDE_SMOOTHING)).map(|(&[_, turn], [side])| [turn, side]).collect();
        let slow = both(turns.clone(), SLOW);
        let (turning, swaying) =
            turns.iter().zip(slow).map(|(turn, slow)| (turn[0] - slow[0], turn[1] - slow[1])).unzip();
        Self { vertical, rising: smooth.iter().map(|[rising, _]| *rising).collect(), turning, swaying }
    }
}

/// Events of a stretch without a gap, in the order in which they are made.
fn stretch(params: &BackImuParams, piece: &[[f64; 6]], t: &[i64]) -> Vec<Found> {
    let Some(&first) = t.first() else { return Vec::new() };
    let s: Vec<f64> = t.iter().map(|&t| seconds(first, t)).collect();
    let length = s.last().copied().unwrap_or(0.0);
    if length < SHORTEST {
        return Vec::new();
    }
    let signals = Upright::new(piece, &s, (length / STEP) as usize + 1);
    let step_time = step_times(&signals.rising, &signals.turning);
    let found = candidates(&signals.vertical, &signals.rising, &step_time, params.floor);
    let mut events = Vec::new();
    for chain in chains::chains(&found) {
        let steps: Vec<_> = chain.iter().map(|&i| found[i]).collect();
        chain_events(&contacts(&steps, &signals.swaying), &mut events);
    }
    events.retain(|&(time, ..)| (0.0..=length).contains(&time));
    events
}

/// Contacts of a chain and the lifts that follow from them.
fn chain_events(contacts: &[Contact], events: &mut Vec<Found>) {
    let sure = |contact: &Contact| contact.clear * (0.5 + 0.5 * contact.sure);
    if let Some(first) = contacts.first() {
        let swing = first.step_time - double_support(first.step_time);
        events.push((first.at - swing, first.side, EventKind::ToeOff, 0.5 * sure(first)));
    }
    for pair in contacts.windows(2) {
        let [contact, next] = pair else { continue };
        let usual = contact.step_time;
        let time = (next.at - contact.at).min(1.3 * usual).max(0.7 * usual);
        events.push((contact.at, contact.side, EventKind::InitialContact, sure(contact)));
        events.push((contact.at + double_support(time), 1 - contact.side, EventKind::ToeOff, sure(contact)));
    }
    if let Some(last) = contacts.last() {
        events.push((last.at, last.side, EventKind::InitialContact, sure(last)));
    }
}
