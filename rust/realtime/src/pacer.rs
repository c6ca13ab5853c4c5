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
        let now = self.clock.now();
        let stops = self.policy == Policy::Stop;
        let beat = match &mut self.beat {
            Some(beat) => {
                self.overrun |= beat.end(now, 0, now) > 0 && stops;
                beat
            }
            None => self.beat.insert(Beat::new(Grid::new(now, self.rate))),
        };
        if self.overrun {
            return None;
        }
        self.clock.sleep_until(beat.grid.target());
        let slot = beat.begin(self.clock.now());
        self.overrun = slot.missed > 0 && stops;
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
