//! Stride time of a side, learned from contact to contact.

/// Stride time of somebody of whom nothing is known: 0.9 strides a second [s].
const USUAL: f64 = 1.0 / 0.9;
/// Longest time between two contacts that is a stride [s].
const LONGEST: f64 = 4.0;
/// Slowest nominal rate that says something about the stride time [1/s].
const SLOWEST: f64 = 0.2;

/// What is known of a side's stride time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cadence {
    /// Stride time [s], 0 before the first stride.
    time: f64,
    /// Strides that were taken.
    pub(super) strides: u32,
    /// Share by which the last stride was off, while it may have been the first of a new pace.
    earlier: f64,
    /// Duration that was refused last [s].
    refused: f64,
}

impl Cadence {
    /// Expected stride time [s].
    pub(super) fn expected(&self, nominal_rate: Option<f64>) -> f64 {
        match nominal_rate {
            _ if self.strides > 0 => self.time,
            Some(rate) if rate > SLOWEST => 1.0 / rate,
            _ => USUAL,
        }
    }

    /// Takes a stride; false when it is too long to be one.
    pub(super) fn learn(&mut self, duration: f64) -> bool {
        let longest = if self.strides > 0 { (1.7 * self.time).min(LONGEST) } else { LONGEST };
        if duration > longest {
            let twice = 0.8 * duration <= self.refused && self.refused <= 1.25 * duration && 1.25 * duration <= 5.0;
            if twice {
                self.time = duration;
            }
            self.refused = duration;
            self.earlier = 0.0;
            return false;
        }
        self.refused = 0.0;
        self.strides = self.strides.saturating_add(1);
        let change = if self.strides == 1 { 0.0 } else { duration / self.time - 1.0 };
        let before = core::mem::replace(&mut self.earlier, change);
        let mut gain = (1.0 / f64::from(self.strides)).max(0.15);
        if change * before > 0.0 && change.abs().min(before.abs()) > 0.1 && (change - before).abs() < 0.1 {
            gain = 0.7;
            self.earlier = 0.0;
        }
        self.time += gain * (duration - self.time);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(durations: &[f64]) -> Cadence {
        let mut cadence = Cadence::default();
        for &duration in durations {
            cadence.learn(duration);
        }
        cadence
    }

    #[test]
    fn expects_what_the_belt_asks_for_until_a_stride_was_seen() {
        assert_eq!(Cadence::default().expected(Some(0.5)), 2.0);
        assert_eq!(Cadence::default().expected(Some(0.1)), USUAL);
        assert_eq!(Cadence::default().expected(None), USUAL);
        assert_eq!(after(&[1.3]).expected(Some(0.5)), 1.3);
    }

    #[test]
    fn the_same_change_twice_is_a_new_pace() {
        let steady = after(&[1.0; 20]);
        assert_eq!(steady.expected(None), 1.0);
        let mut once = steady;
        once.learn(1.3);
        assert!((once.expected(None) - 1.045).abs() < 1e-12);
        once.learn(1.36);
        assert!((once.expected(None) - (1.045 + 0.7 * (1.36 - 1.045))).abs() < 1e-12);
    }

    #[test]
    fn a_pause_is_no_stride_but_two_alike_are() {
        let mut cadence = after(&[1.0; 5]);
        assert!(!cadence.learn(2.5));
        assert_eq!((cadence.expected(None), cadence.strides), (1.0, 5));
        assert!(!cadence.learn(2.6));
        assert_eq!(cadence.expected(None), 2.6);
        assert!(cadence.learn(2.7));
    }
}
