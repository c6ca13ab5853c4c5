//! Settings of the vote and their ranges.

use super::foot::SOURCES;
use crate::error::{Error, Result, in_range};
use crate::types::NS;

/// Settings of [`super::FusedContacts`] beside the weights of its sources.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FusedParams {
    /// Longest time between two events that are the same [s], `0.02..=0.3`.
    pub window: f64,
    /// Longest time for which an event that has its quorum waits for the other votes [s], `0..=0.1`.
    pub wait: f64,
    /// Share of the weight that has to agree [-], `0..=1`.
    pub quorum: f64,
    /// Shortest stance time [s], `0..=0.5`.
    pub stance: f64,
    /// Shortest swing time [s], `0..=0.5`.
    pub swing: f64,
}

impl Default for FusedParams {
    fn default() -> Self {
        Self { window: 0.12, wait: 0.03, quorum: 0.5, stance: 0.1, swing: 0.1 }
    }
}

impl FusedParams {
    /// The settings themselves, when all are sound.
    fn checked(self) -> Result<Self> {
        in_range("window", self.window, 0.02, 0.3)?;
        in_range("wait", self.wait, 0.0, 0.1)?;
        in_range("quorum", self.quorum, 0.0, 1.0)?;
        in_range("stance", self.stance, 0.0, 0.5)?;
        in_range("swing", self.swing, 0.0, 0.5)?;
        Ok(self)
    }
}

/// Sound settings, with the times in [ns] that every tick compares and the number of sources.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) params: FusedParams,
    pub(super) weights: [f64; SOURCES],
    pub(super) sources: usize,
    pub(super) window: i64,
    pub(super) wait: i64,
}

impl Settings {
    pub(super) fn new(weights: &[f64], params: FusedParams) -> Result<Self> {
        let (min, max) = (0.01, 1.0);
        if let Some((i, &value)) = weights.iter().enumerate().find(|(_, w)| !(min..=max).contains(*w)) {
            return Err(Error::OutOfRange { name: "weights", index: Some(i), value, min, max });
        }
        in_range("sources", weights.len() as f64, 1.0, SOURCES as f64)?;
        let params = params.checked()?;
        let mut all = [0.0; SOURCES];
        for (to, from) in all.iter_mut().zip(weights) {
            *to = *from;
        }
        let nanoseconds = |seconds: f64| (seconds * NS) as i64;
        Ok(Self {
            params,
            weights: all,
            sources: weights.len(),
            window: nanoseconds(params.window),
            wait: nanoseconds(params.wait),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn bad_settings_are_named() {
        let good = FusedParams::default();
        assert!(Settings::new(&[1.0; SOURCES], good).is_ok());
        let refused = |weights: &[f64], params| Settings::new(weights, params).map(|_| ()).unwrap_err().to_string();
        assert_eq!(refused(&[1.0, 2.0], good), "weights must lie in [0.01, 1], got 2 at index 1");
        assert_eq!(refused(&[], good), "sources must lie in [1, 8], got 0");
        assert_eq!(refused(&[1.0; 9], good), "sources must lie in [1, 8], got 9");
        let bad = FusedParams { quorum: f64::NAN, ..good };
        assert_eq!(refused(&[0.01], bad), "quorum must lie in [0, 1], got NaN");
    }
}
