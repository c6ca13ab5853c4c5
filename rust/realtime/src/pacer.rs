//! The grid for a loop that is written elsewhere, with the same statistics.

use crate::beat::Beat;
use crate::clock::{Clock, Monotonic};
use crate::grid::{Grid, Policy, rate_in_range};
use crate::privileges::{PrivilegeReport, Wanted};
use crate::sys;
use crate::tally::Tally;
use gaitloop_core::Result;
use gaitloop_core::error::in_range;

/// Longest measurement [s].
const LONGEST: f64 = 86_400.0;

/// Waits for the next time of a grid.
#[derive(Debug)]
pub struct Pacer<C = Monotonic> {
    rate: f64,
    policy: Policy,
    clock: C,
    beat: Option<Beat>,
    overrun: bool,
}

impl<C: Clock> Pacer<C> {
    /// A pacer whose first tick begins with the first wait.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming `rate`.
    pub fn new(rate: f64, policy: Policy, clock: C) -> Result<Self> {
        Ok(Self { rate: rate_in_range(rate)?, policy, clock, beat: None, overrun: false })
    }

    /// Ends the tick under way, waits for the next one, and gives its time from the first one [ns]; None after a missed
    /// tick under [`Policy::Stop`], from then on at once.
    pub fn wait(&mut self) -> Option<i64> {
        self.sleep();
        self.begin()
    }

    /// Ends the tick under way and waits; the next one has not begun.
    pub fn sleep(&mut self) {
        let now = self.clock.now();
        let grid = Grid::new(now, self.rate);
        let beat = match &mut self.beat {
            Some(beat) => {
                self.overrun |= beat.end(now, 0, now) > 0 && self.policy == Policy::Stop;
                beat
            }
            None => self.beat.insert(Beat::new(grid)),
        };
        if !self.overrun {
            self.clock.sleep_until(beat.grid.target());
        }
    }

    /// Begins the tick that was waited for, now: whoever has to wait for anything else after the sleep, such as the
    /// interpreter, calls it after that.
    pub fn begin(&mut self) -> Option<i64> {
        let beat = self.beat.as_mut().filter(|_| !self.overrun)?;
        let slot = beat.begin(self.clock.now());
        self.overrun = slot.missed > 0 && self.policy == Policy::Stop;
        (!self.overrun).then_some(slot.t)
    }

    /// Everything counted and measured so far; the tick under way is not ended.
    #[must_use]
    pub fn statistics(&self) -> Tally {
        self.beat.as_ref().map_or_else(Tally::default, |beat| (*beat.tally).clone())
    }
}

/// Wakes for `seconds` [s] at `rate` [1/s] on a thread that does nothing else, with the privileges wanted.
///
/// # Errors
/// [`gaitloop_core::Error::OutOfRange`] naming `rate`, `seconds`, or what is wanted.
pub fn measure_wakeups(rate: f64, seconds: f64, spin: i64, wanted: Wanted) -> Result<(Tally, Vec<PrivilegeReport>)> {
    let wanted = wanted.check()?;
    let ticks = (in_range("seconds", seconds, 0.01, LONGEST)? * rate_in_range(rate)?) as u64;
    let mut pacer = Pacer::new(rate, Policy::Skip, Monotonic::spinning(spin))?;
    let mut measure = move || {
        sys::block_signals();
        let held = wanted.request();
        sys::touch_stack();
        for _ in 0..ticks {
            pacer.wait();
        }
        (pacer.statistics(), held.reports.to_vec())
    };
    Ok(std::thread::scope(|scope| scope.spawn(&mut measure).join()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A clock that a test turns.
    struct Turned(i64);

    impl Clock for &mut Turned {
        fn now(&self) -> i64 {
            self.0
        }

        fn sleep_until(&mut self, t: i64) {
            self.0 = self.0.max(t);
        }
    }

    #[test]
    fn what_passes_between_sleep_and_beginning_makes_the_tick_late() {
        let mut clock = Turned(5);
        let mut pacer = Pacer::new(1000.0, Policy::Skip, &mut clock).unwrap();
        assert_eq!((pacer.wait(), pacer.wait()), (Some(0), Some(1_000_000)));
        pacer.sleep();
        pacer.clock.0 += 5_300_000;
        assert_eq!(pacer.begin(), Some(7_000_000));
        let (tally, target) = (pacer.statistics(), 5.3e-3);
        assert_eq!((tally.counts.ticks, tally.counts.missed, tally.counts.late_wakes), (3, 5, 1));
        assert!((tally.distributions()[0].max / target - 1.0).abs() < 0.01);
    }

    #[test]
    fn under_the_policy_stop_a_missed_tick_is_the_last_one() {
        for late in [true, false] {
            let mut clock = Turned(0);
            let mut pacer = Pacer::new(1000.0, Policy::Stop, &mut clock).unwrap();
            assert!(pacer.wait().is_some());
            if late {
                pacer.sleep();
                pacer.clock.0 += 2_000_000;
                assert_eq!(pacer.begin(), None);
            } else {
                pacer.clock.0 += 2_000_000; // a long tick
            }
            assert_eq!((pacer.wait(), pacer.wait()), (None, None));
        }
    }
}
