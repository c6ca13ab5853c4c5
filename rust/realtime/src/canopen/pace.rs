//! Whether the answers of the drives keep pace with the cycles (CO9).

/// Time in which an answer must have come, and a tick at least [s] (CO9).
const IN_TIME: f64 = 0.002;
/// Share of the ticks of a second in which none may have come [-]: from there on the 99th percentile is later (CO9).
const SHARE: f64 = 0.01;
/// Seconds without more than that after which it is forgotten.
const QUIET: u32 = 10;

/// How late the bus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lateness {
    /// Not at all.
    None,
    /// More than one answer in a hundred was late.
    Late,
    /// And again within ten seconds.
    Still,
}

/// Counts late answers of a bus, second by second.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    second: u32,
    patience: u32,
    most: u32,
    ticks: u32,
    late: u32,
    quiet: u32,
    lateness: Lateness,
}

impl Pace {
    /// Of a bus with `rate` cycles a second [1/s], which has not begun.
    #[must_use]
    pub fn new(rate: f64) -> Self {
        let second = rate.ceil().max(1.0) as u32;
        Self {
            second,
            patience: (IN_TIME * rate).ceil().max(1.0) as u32,
            most: (SHARE * f64::from(second)) as u32,
            ticks: 0,
            late: 0,
            quiet: 0,
            lateness: Lateness::None,
        }
    }

    /// One tick, in which the drive that has been silent for longest has not answered for so many; nothing is held against
    /// drives that are not at work.
    pub fn step(&mut self, silent: u32, works: bool) -> Lateness {
        if !works {
            (self.ticks, self.late, self.quiet, self.lateness) = (0, 0, 0, Lateness::None);
            return self.lateness;
        }
        self.ticks += 1;
        self.late += u32::from(silent >= self.patience);
        if self.late > self.most {
            (self.ticks, self.late, self.quiet) = (0, 0, 0);
            self.lateness = if self.lateness == Lateness::None { Lateness::Late } else { Lateness::Still };
        } else if self.ticks >= self.second {
            (self.ticks, self.late, self.quiet) = (0, 0, self.quiet + 1);
            if self.quiet >= QUIET {
                self.lateness = Lateness::None;
            }
        }
        self.lateness
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Seconds at 250 1/s, in each of which so many answers are a tick late.
    fn seconds(pace: &mut Pace, count: u32, late: u32) -> Lateness {
        let mut last = Lateness::None;
        for tick in 0..count * 250 {
            last = pace.step(u32::from(tick % 250 < late), true);
        }
        last
    }

    #[test]
    fn one_in_a_hundred_passes_more_are_late_and_more_again_stop() {
        let mut pace = Pace::new(250.0);
        assert_eq!(seconds(&mut pace, 100, 2), Lateness::None);
        assert_eq!(seconds(&mut pace, 1, 3), Lateness::Late);
        assert_eq!(seconds(&mut pace, 5, 0), Lateness::Late);
        assert_eq!(seconds(&mut pace, 1, 3), Lateness::Still);
        assert_eq!(seconds(&mut pace, 9, 2), Lateness::Still);
        assert_eq!(seconds(&mut pace, 3, 0), Lateness::None);
        assert_eq!(seconds(&mut pace, 1, 6), Lateness::Still, "twice in a second");
        assert_eq!(pace.step(9, false), Lateness::None);
    }

    #[test]
    fn two_milliseconds_are_given_whatever_the_rate() {
        for (rate, patience) in [(100.0, 1), (500.0, 1), (1000.0, 2), (5000.0, 10)] {
            let mut pace = Pace::new(rate);
            let ramp = |pace: &mut Pace, silent| (0..200).map(|_| pace.step(silent, true)).max();
            assert_eq!(ramp(&mut pace, patience - 1), Some(Lateness::None), "{rate}");
            assert_eq!(ramp(&mut pace, patience), Some(Lateness::Still), "{rate}");
        }
    }

    proptest! {
        #[test]
        fn any_pace_is_survived(rate in -1.0..1e9_f64, steps in vec((any::<u32>(), any::<bool>()), 0..500)) {
            let mut pace = Pace::new(rate);
            for (silent, works) in steps {
                let lateness = pace.step(silent, works);
                prop_assert!(works || lateness == Lateness::None);
            }
        }
    }
}
