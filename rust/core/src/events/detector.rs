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
