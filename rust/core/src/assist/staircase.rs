//! A difficulty that holds a success rate.

use super::check_support;
use crate::error::{Result, in_range};

/// Weighted up-down staircase (Kaernbach 1991).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Staircase {
    up: f64,
    down: f64,
    floor: f64,
    ceiling: f64,
    initial: f64,
    level: f64,
    trials: u64,
    successes: u64,
}

impl Staircase {
    /// A staircase to a success rate `target` [-] (0.5 to 0.95) that falls by `step` [-] (0.001 to 0.2) at a failure and
    /// stays within `floor` and `ceiling` [-].
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] or [`crate::Error::Swapped`] naming the first parameter that is refused.
    pub fn new(target: f64, step: f64, floor: f64, ceiling: f64, initial: f64) -> Result<Self> {
        in_range("target", target, 0.5, 0.95)?;
        in_range("step", step, 0.001, 0.2)?;
        check_support(floor, ceiling, initial)?;
        let up = step * (1.0 - target) / target;
        Ok(Self { up, down: step, floor, ceiling, initial, level: initial, trials: 0, successes: 0 })
    }

    /// Takes whether a trial succeeded, absent when it did not count; gives the level [-] of the next.
    pub fn update(&mut self, success: Option<bool>) -> f64 {
        if let Some(success) = success {
            self.trials += 1;
            self.successes += u64::from(success);
            self.level = if success {
                (self.level + self.up).min(self.ceiling)
            } else {
                (self.level - self.down).max(self.floor)
            };
        }
        self.level
    }

    /// Difficulty [-].
    #[must_use]
    pub fn level(&self) -> f64 {
        self.level
    }

    /// Trials that counted.
    #[must_use]
    pub fn trials(&self) -> u64 {
        self.trials
    }

    /// Trials that succeeded.
    #[must_use]
    pub fn successes(&self) -> u64 {
        self.successes
    }

    /// Share of trials that succeeded [-], absent before the first.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        (self.trials > 0).then(|| self.successes as f64 / self.trials as f64)
    }

    /// Starts again.
    pub fn reset(&mut self) {
        (self.level, self.trials, self.successes) = (self.initial, 0, 0);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn steps_balance_at_the_target() {
        let mut law = Staircase::new(0.8, 0.04, 0.0, 1.0, 0.5).unwrap();
        for success in [true, true, true, true, false] {
            law.update(Some(success));
        }
        assert!((law.level() - 0.5).abs() < 1e-12);
        assert_eq!((law.update(None), law.rate()), (law.level(), Some(0.8)));
        assert!(Staircase::new(0.8, 0.04, 0.9, 0.1, 0.5).is_err());
    }
}
