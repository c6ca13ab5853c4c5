//! Beginning and end of ticks on their grid, counted and measured.

use crate::grid::{Grid, Slot};
use crate::tally::Tally;

/// The grid of a loop and what is known of its ticks.
#[derive(Debug)]
pub(crate) struct Beat {
    pub grid: Grid,
    pub tally: Box<Tally>,
    began: Option<i64>,
}

impl Beat {
    pub fn new(grid: Grid) -> Self {
        Self { grid, tally: Box::default(), began: None }
    }

    /// A tick begins at `now` [ns].
    pub fn begin(&mut self, now: i64) -> Slot {
        let slot = self.grid.begin(now);
        let period = self.grid.period();
        let missed = i64::try_from(slot.missed).unwrap_or(i64::MAX);
        self.tally.counts.ticks += 1;
        self.tally.counts.missed += slot.missed;
        self.tally.counts.late_wakes += u64::from(slot.missed > 0);
        self.tally.woke(slot.late.saturating_add(missed.saturating_mul(period)));
        if let Some(began) = self.began {
            self.tally.strayed(now - began - period);
        }
        self.began = Some(now);
        slot
    }

    /// The tick that began last was done at `done` [ns], after `in_device` [ns] in the device; everything after it at `now`.
    ///
    /// Gives the times of the grid that passed meanwhile.
    pub fn end(&mut self, done: i64, in_device: i64, now: i64) -> u64 {
        let execution = self.began.map_or(0, |began| done - began);
        self.tally.took(execution);
        let missed = self.grid.end(now);
        let counts = &mut self.tally.counts;
        counts.missed += missed;
        if missed > 0 {
            let cause = if 2 * in_device > execution { &mut counts.slow_device } else { &mut counts.long_ticks };
            *cause += 1;
        }
        missed
    }
}
