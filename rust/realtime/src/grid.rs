//! The grid of absolute times on which ticks begin, and what happens when one is missed.
//!
//! Arithmetic only: times come from outside, so that every rule can be tested without a clock.

use gaitloop_core::Result;
use gaitloop_core::error::in_range;

/// Slowest and fastest rate of a loop [1/s].
pub const RATES: [f64; 2] = [10.0, 5000.0];

/// A checked rate [1/s].
///
/// # Errors
/// [`gaitloop_core::Error::OutOfRange`] outside [`RATES`].
pub fn rate_in_range(rate: f64) -> Result<f64> {
    in_range("rate", rate, RATES[0], RATES[1])
}

/// What a loop does when it missed a tick. There is no third way: ticks are never made up for in a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Goes on at the next time of the grid, whose phase is kept; what was missed is counted.
    Skip,
    /// Ends the loop through the device's safe profile.
    Stop,
}

/// When a tick began, against when it should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Number of the time on the grid, 0 for the first.
    pub index: u64,
    /// That time, from the first one [ns].
    pub t: i64,
    /// Time from it to the beginning of the tick [ns], below a period.
    pub late: i64,
    /// Times of the grid without a tick since the last one, because the thread woke too late.
    pub missed: u64,
}

/// Times `start + k · period`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    start: i64,
    period: i64,
    next: u64,
}

impl Grid {
    /// A grid whose first time is `start` [ns], at a rate [1/s] that was checked.
    #[must_use]
    pub fn new(start: i64, rate: f64) -> Self {
        Self { start, period: ((1e9 / rate).round() as i64).max(1), next: 0 }
    }

    /// Time between two ticks [ns].
    #[must_use]
    pub fn period(&self) -> i64 {
        self.period
    }

    /// When the next tick shall begin [ns].
    #[must_use]
    pub fn target(&self) -> i64 {
        self.time_of(self.next)
    }

    fn time_of(&self, index: u64) -> i64 {
        let steps = i64::try_from(index).unwrap_or(i64::MAX);
        self.start.saturating_add(steps.saturating_mul(self.period))
    }

    /// Number of the last time of the grid that is not after `now`, at least the next one's.
    fn reached(&self, now: i64) -> u64 {
        let passed = now.saturating_sub(self.start).div_euclid(self.period);
        u64::try_from(passed).unwrap_or(0).max(self.next)
    }

    /// A tick begins at `now` [ns]: it belongs to the last time of the grid that has come.
    ///
    /// So the time a tick is told is never later than the clock, and a lease counted from it never lasts too long.
    pub fn begin(&mut self, now: i64) -> Slot {
        let index = self.reached(now);
        let t = self.time_of(index);
        let slot =
            Slot { index, t: t.saturating_sub(self.start), late: now.saturating_sub(t), missed: index - self.next };
        self.next = index + 1;
        slot
    }

    /// The tick ended at `now` [ns]; gives the times of the grid that passed meanwhile and will have no tick.
    ///
    /// A tick that ends on the next time of the grid is in time.
    pub fn end(&mut self, now: i64) -> u64 {
        let first = self.next;
        if now > self.target() {
            let reached = self.reached(now);
            self.next = reached + u64::from(now > self.time_of(reached));
        }
        self.next - first
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MS: i64 = 1_000_000;

    #[test]
    fn ticks_in_time_follow_the_grid() {
        let mut grid = Grid::new(7, 1000.0);
        for index in 0..5_u64 {
            let target = 7 + index as i64 * MS;
            assert_eq!(grid.target(), target);
            let slot = grid.begin(target + 30);
            assert_eq!(slot, Slot { index, t: index as i64 * MS, late: 30, missed: 0 });
            assert_eq!(grid.end(target + MS), 0);
        }
    }

    #[test]
    fn a_late_wake_takes_the_time_that_has_come_and_counts_the_rest() {
        let mut grid = Grid::new(0, 1000.0);
        grid.begin(0);
        grid.end(10);
        assert_eq!(grid.begin(5 * MS + 3), Slot { index: 5, t: 5 * MS, late: 3, missed: 4 });
        assert_eq!((grid.end(5 * MS + 9), grid.target()), (0, 6 * MS));
    }

    #[test]
    fn a_long_tick_is_followed_by_the_next_time_to_come_never_by_a_burst() {
        let mut grid = Grid::new(0, 1000.0);
        grid.begin(0);
        assert_eq!((grid.end(3 * MS + 1), grid.target()), (3, 4 * MS));
        grid.begin(4 * MS);
        assert_eq!((grid.end(6 * MS), grid.target()), (1, 6 * MS), "it ended just as one came");
    }

    #[test]
    fn a_clock_before_the_first_time_waits_for_it() {
        let mut grid = Grid::new(MS, 1000.0);
        assert_eq!(grid.begin(0), Slot { index: 0, t: 0, late: -MS, missed: 0 });
    }

    proptest! {
        #[test]
        fn every_time_is_ticked_or_counted_once_and_the_phase_is_kept(
            rate in RATES[0]..RATES[1],
            pauses in proptest::collection::vec((0_i64..3_000_000, 0_i64..3_000_000), 1..200),
            start in -1_000_000_000_i64..1_000_000_000,
        ) {
            let mut grid = Grid::new(start, rate);
            let (mut now, mut counted) = (start, 0);
            for (ticks, (sleep, work)) in pauses.into_iter().enumerate() {
                prop_assert!(ticks == 0 || grid.target() > now - grid.period(), "a burst");
                let target = grid.target();
                prop_assert_eq!((target - start) % grid.period(), 0);
                now = now.max(target) + sleep;
                let slot = grid.begin(now);
                counted += slot.missed;
                prop_assert_eq!(slot.index, ticks as u64 + counted, "each is ticked or counted");
                prop_assert_eq!(slot.t, slot.index as i64 * grid.period());
                prop_assert!((0..grid.period()).contains(&slot.late));
                now += work;
                counted += grid.end(now);
                prop_assert!(grid.target() >= now, "the next tick is still to come");
            }
        }
    }
}
