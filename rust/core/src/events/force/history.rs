//! Net forces of the last moments, thinned to a fixed number whatever the rate.

use crate::types::Sides;

/// Look-back of the ratio of both forces [ns].
pub(super) const WINDOW: i64 = 100_000_000;
const LEN: usize = 8;

/// Ring of snapshots at least a sixth of the window apart.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct History {
    ring: [Option<(i64, Sides<f64>)>; LEN],
    next: usize,
}

impl History {
    /// Adds a snapshot unless the last one is too young.
    pub(super) fn push(&mut self, t: i64, net: Sides<f64>) {
        let newest = self.ring[(self.next + LEN - 1) % LEN];
        if newest.is_none_or(|(last, _)| t.saturating_sub(last) >= WINDOW / 6) {
            self.ring[self.next] = Some((t, net));
            self.next = (self.next + 1) % LEN;
        }
    }

    /// The oldest snapshot that is not older than the window, if it has at least four fifths of its age.
    pub(super) fn old(&self, t: i64) -> Option<(i64, Sides<f64>)> {
        let mut best: Option<(i64, Sides<f64>)> = None;
        for snapshot in self.ring.iter().flatten() {
            let age = t.saturating_sub(snapshot.0);
            if (WINDOW / 5 * 4..=WINDOW).contains(&age) && best.is_none_or(|b| snapshot.0 < b.0) {
                best = Some(*snapshot);
            }
        }
        best
    }
}
