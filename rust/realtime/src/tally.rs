//! What a loop counts and measures of itself, in memory of fixed size.

use gaitloop_core::types::NS;
use hdrhistogram::Histogram;

/// Longest time that is told apart [ns]; longer ones count as this.
const LONGEST: u64 = 60_000_000_000;
/// Significant decimal digits of a recorded time.
const DIGITS: u8 = 2;
/// Quantiles of a [`Distribution`].
pub const QUANTILES: [f64; 5] = [0.5, 0.9, 0.99, 0.999, 0.9999];

/// Ticks and what went wrong with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Ticks that ran.
    pub ticks: u64,
    /// Times of the grid without a tick.
    pub missed: u64,
    /// Overruns because the thread woke after the next tick was due.
    pub late_wakes: u64,
    /// Overruns because the tick itself took too long, mostly outside the device.
    pub long_ticks: u64,
    /// Overruns because the tick took too long, mostly in the device.
    pub slow_device: u64,
    /// Ticks in which the device did not answer in time.
    pub timeouts: u64,
    /// Page faults of the thread that needed no disk, after the first tick.
    pub minor_faults: u64,
    /// Page faults that needed the disk.
    pub major_faults: u64,
    /// Rows of telemetry for which there was no room.
    pub dropped: u64,
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.ticks += other.ticks;
        self.missed += other.missed;
        self.late_wakes += other.late_wakes;
        self.long_ticks += other.long_ticks;
        self.slow_device += other.slow_device;
        self.timeouts += other.timeouts;
        self.minor_faults += other.minor_faults;
        self.major_faults += other.major_faults;
        self.dropped += other.dropped;
    }
}

/// A histogram read out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Distribution {
    /// Number of values.
    pub count: u64,
    /// Value at each of [`QUANTILES`] [s], to two significant digits.
    pub quantiles: [f64; QUANTILES.len()],
    /// Largest value [s], to two significant digits.
    pub max: f64,
}

/// Counters and histograms of a stretch of a loop.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The counters.
    pub counts: Counts,
    wake: Histogram<u64>,
    execution: Histogram<u64>,
    period_error: Histogram<u64>,
}

fn histogram() -> Histogram<u64> {
    let Ok(mut made) = Histogram::new_with_bounds(1, LONGEST, DIGITS) else {
        unreachable!("the bounds are constant and valid")
    };
    made.reset(); // writes every counter, so that no page of it is met for the first time in a tick
    made
}

impl Default for Tally {
    fn default() -> Self {
        Self { counts: Counts::default(), wake: histogram(), execution: histogram(), period_error: histogram() }
    }
}

fn put(histogram: &mut Histogram<u64>, ns: i64) {
    histogram.saturating_record(u64::try_from(ns).unwrap_or(0));
}

fn read(histogram: &Histogram<u64>) -> Distribution {
    let seconds = |ns: u64| ns as f64 / NS;
    Distribution {
        count: histogram.len(),
        quantiles: QUANTILES.map(|q| seconds(histogram.value_at_quantile(q))),
        max: seconds(histogram.max()),
    }
}

impl Tally {
    /// Time from a tick's time on the grid to its beginning [ns].
    pub fn woke(&mut self, late: i64) {
        put(&mut self.wake, late);
    }

    /// Time from the beginning of a tick to its end [ns].
    pub fn took(&mut self, execution: i64) {
        put(&mut self.execution, execution);
    }

    /// Difference of the time between two beginnings and the period [ns], either way.
    pub fn strayed(&mut self, error: i64) {
        put(&mut self.period_error, error.saturating_abs());
    }

    /// Adds what another stretch saw.
    pub fn add(&mut self, other: &Self) {
        self.counts.add(&other.counts);
        for (sum, part) in [
            (&mut self.wake, &other.wake),
            (&mut self.execution, &other.execution),
            (&mut self.period_error, &other.period_error),
        ] {
            // Same bounds, so nothing is refused.
            let _ = sum.add(part);
        }
    }

    /// Forgets everything, and keeps the memory.
    pub fn reset(&mut self) {
        self.counts = Counts::default();
        self.wake.reset();
        self.execution.reset();
        self.period_error.reset();
    }

    /// Latency of waking, execution time and error of the period.
    #[must_use]
    pub fn distributions(&self) -> [Distribution; 3] {
        [read(&self.wake), read(&self.execution), read(&self.period_error)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantiles_are_the_values_to_two_digits() {
        let mut tally = Tally::default();
        (1..=1000).for_each(|us| tally.woke(us * 1000));
        tally.took(i64::MAX);
        tally.strayed(-2_000);
        let [wake, execution, error] = tally.distributions();
        for (q, want) in wake.quantiles.iter().zip([500e-6, 900e-6, 990e-6, 999e-6, 1000e-6]) {
            assert!((q / want - 1.0).abs() < 0.01, "{q} for {want}");
        }
        assert_eq!(wake.count, 1000);
        assert!((execution.max - 60.0).abs() < 0.6 && (error.max - 2e-6).abs() < 2e-8);
    }

    proptest! {
        #[test]
        fn stretches_add_up_to_the_whole(values in proptest::collection::vec((0_i64..100_000_000, any::<bool>()), 1..300)) {
            let (mut whole, mut parts) = (Tally::default(), [Tally::default(), Tally::default()]);
            for (value, second) in values {
                for tally in [&mut whole, &mut parts[usize::from(second)]] {
                    tally.counts.ticks += 1;
                    tally.counts.missed += value as u64;
                    tally.woke(value);
                    tally.took(value / 2);
                    tally.strayed(-value);
                }
            }
            let [mut sum, second] = parts;
            sum.add(&second);
            prop_assert_eq!(sum.distributions(), whole.distributions());
            prop_assert_eq!(sum.counts, whole.counts);
            sum.reset();
            prop_assert_eq!(sum.distributions(), Tally::default().distributions());
        }
    }
}
