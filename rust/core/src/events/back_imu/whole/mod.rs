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
use grid::{STEP, both, even};
use sides::{Contact, contacts, turning};
use stride::step_times;

/// Shortest stretch without a gap that is looked at [s].
const SHORTEST: f64 = 2.0;
/// Time constant of the direction of gravity, to both sides [s].
const GRAVITY_TIME: f64 = 0.7;

/// An event of one stretch [s] with its side and confidence.
type Found = (f64, usize, EventKind, f64);

/// Every event of a recording, in order of time.
pub(super) fn events(params: &BackImuParams, rows: &[[f64; 6]], t: &[i64]) -> Vec<(usize, Event)> {
    let mut kept: Vec<(i64, [f64; 6])> = Vec::with_capacity(rows.len());
    for (row, &t) in rows.iter().zip(t) {
        if taken(row) && kept.last().is_none_or(|&(last, _)| t > last) {
            kept.push((t, *row));
        }
    }
    let (gap, known) = (nanoseconds(params.gap), kept.last().map_or(0, |&(last, _)| last));
    let mut all: Vec<(usize, Event)> = Vec::new();
    for piece in kept.chunk_by(|a, b| b.0.saturating_sub(a.0) <= gap) {
        let Some(&(first, _)) = piece.first() else { continue };
        all.extend(stretch(params, piece).into_iter().map(|(time, side, kind, confidence)| {
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
    turn: Vec<f64>,
}

impl Upright {
    fn new(piece: &[(i64, [f64; 6])], s: &[f64], points: usize) -> Self {
        let rows: [Vec<f64>; 6] = core::array::from_fn(|axis| even(|i| piece[i].1[axis], s, points));
        let [ax, ay, az, wx, wy, wz] = rows;
        let (gx, gy, gz) = (both(&ax, GRAVITY_TIME), both(&ay, GRAVITY_TIME), both(&az, GRAVITY_TIME));
        let (mut vertical, mut turn) = (Vec::with_capacity(points), Vec::with_capacity(points));
        for i in 0..points {
            let g = [gx[i], gy[i], gz[i]];
            let q = dot(g, g).max(1e-4);
            vertical.push(GRAVITY * (dot(g, [ax[i], ay[i], az[i]]) / q - 1.0));
            turn.push(dot(g, [wx[i], wy[i], wz[i]]) / q.sqrt());
        }
        Self { vertical, turn }
    }
}

/// Events of a stretch without a gap, in the order in which they are made.
fn stretch(params: &BackImuParams, piece: &[(i64, [f64; 6])]) -> Vec<Found> {
    let Some(&(first, _)) = piece.first() else { return Vec::new() };
    let s: Vec<f64> = piece.iter().map(|&(t, _)| seconds(first, t)).collect();
    let length = s.last().copied().unwrap_or(0.0);
    if length < SHORTEST {
        return Vec::new();
    }
    let points = (length / STEP) as usize + 1;
    let signals = Upright::new(piece, &s, points);
    let step_time = step_times(&signals.vertical, &signals.turn);
    let found = candidates(&signals.vertical, &step_time, params.floor);
    let (turning, mut events) = (turning(&signals.turn), Vec::new());
    for chain in chains::chains(&found) {
        let steps: Vec<_> = chain.iter().map(|&i| found[i]).collect();
        chain_events(&contacts(&steps, &turning), &mut events);
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
