//! Movement from rest to rest with the least jerk.
//!
//! Flash, T. & Hogan, N. (1985). The coordination of arm movements: an experimentally confirmed mathematical model.
//! J Neurosci 5(7), 1688-1703.

use crate::error::{Result, in_range};

/// Largest magnitude of start and end; it keeps every result finite.
const VALUE_MAX: f64 = 1e6;

/// A movement from `start` to `end` that begins and ends at rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MinimumJerk {
    start: f64,
    distance: f64,
    duration: f64,
    rate: f64,
}

impl MinimumJerk {
    /// From `start` to `end` [rad, or any unit of the caller], each -1e6 to 1e6, in `duration` [s], 1e-3 to 1e4.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first argument outside its range.
    pub fn new(start: f64, end: f64, duration: f64) -> Result<Self> {
        let start = in_range("start", start, -VALUE_MAX, VALUE_MAX)?;
        let end = in_range("end", end, -VALUE_MAX, VALUE_MAX)?;
        let duration = in_range("duration", duration, 1e-3, 1e4)?;
        Ok(Self { start, distance: end - start, duration, rate: 1.0 / duration })
    }

    /// Value and its first and second time derivative at `t` [s]; before 0 and for NaN the start, after the end the end.
    #[inline]
    #[must_use]
    pub fn evaluate(&self, t: f64) -> [f64; 3] {
        let x = t / self.duration;
        // NaN fails the comparison and counts as 0.
        let s = if x > 0.0 { x.min(1.0) } else { 0.0 };
        let (d, rate) = (self.distance, self.rate);
        [
            self.start + d * (s * s * s * (10.0 + s * (6.0 * s - 15.0))),
            d * rate * (s * s * (30.0 + s * (30.0 * s - 60.0))),
            d * rate * rate * (s * (60.0 + s * (120.0 * s - 180.0))),
        ]
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn middle_and_ends_have_their_known_values() {
        let movement = MinimumJerk::new(1.0, 3.0, 2.0).unwrap();
        // Half way: half the distance, 15/8 of the mean speed, no acceleration.
        assert_eq!(movement.evaluate(1.0), [2.0, 1.875, 0.0]);
        for t in [-1.0, 0.0, f64::NAN, f64::NEG_INFINITY] {
            assert_eq!(movement.evaluate(t), [1.0, 0.0, 0.0]);
        }
        for t in [2.0, 9.0, f64::INFINITY] {
            assert_eq!(movement.evaluate(t), [3.0, 0.0, 0.0]);
        }
    }

    #[test]
    fn refuses_and_names_what_is_wrong() {
        for (name, start, end, duration) in
            [("start", f64::NAN, 0.0, 1.0), ("end", 0.0, f64::INFINITY, 1.0), ("duration", 0.0, 1.0, 0.0)]
        {
            let message = MinimumJerk::new(start, end, duration).unwrap_err().to_string();
            assert!(message.starts_with(&format!("{name} must lie in")), "{message}");
        }
    }
}
