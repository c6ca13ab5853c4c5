//! The form that all detectors share.

use crate::types::{Event, Sides};

/// A detector of the events of both feet: rows of `N` values in, at most one event per foot and tick out.
///
/// A row is flat, left before right; a value that is not finite was not measured.
pub trait Detector<const N: usize> {
    /// One tick at time `t` [ns]; a tick whose time does not exceed the one before is not taken.
    fn step(&mut self, row: &[f64; N], t: i64) -> Sides<Option<Event>>;

    /// Side and event of everything found in a whole recording, in order of time; what the detector has seen before
    /// plays no part. Rows whose time does not exceed the one before are not taken. This allocates.
    fn look_ahead(&self, rows: &[[f64; N]], t: &[i64]) -> Vec<(usize, Event)>;

    /// Which feet are on the ground, as far as known.
    fn in_contact(&self) -> Sides<bool>;

    /// Which feet are not watched because their sensor gave nothing in the last tick.
    fn paused(&self) -> Sides<bool>;

    /// Forgets everything.
    fn reset(&mut self);
}

/// What a detector finds in a whole recording once it has learned the person from it: all rows once without events,
/// `rewind`, all rows again; the events by time, left first where times are equal, known at the last time taken.
pub(super) fn second_pass<const N: usize, D: Detector<N>>(
    mut fresh: D,
    rewind: impl FnOnce(&mut D),
    rows: &[[f64; N]],
    t: &[i64],
) -> Vec<(usize, Event)> {
    for (row, &t) in rows.iter().zip(t) {
        fresh.step(row, t);
    }
    rewind(&mut fresh);
    let (mut found, mut end) = (Vec::new(), i64::MIN);
    for (row, &t) in rows.iter().zip(t) {
        end = end.max(t);
        let events = fresh.step(row, t);
        found.extend(events.into_iter().enumerate().filter_map(|(side, event)| Some((side, event?))));
    }
    found.sort_by_key(|(side, event): &(usize, Event)| (event.t, *side));
    found.iter_mut().for_each(|(_, event)| event.t_emit = end);
    found
}
