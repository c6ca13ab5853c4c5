//! Settings of the marker detector and their ranges.

use crate::error::{Result, in_range};

/// Settings of [`super::MarkerContacts`]; the defaults suit laboratories between 50 Hz and 1 kHz.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarkerParams {
    /// Time constant of the velocity filter [s], `0..=0.02`.
    pub smoothing: f64,
    /// Smallest walking speed that thresholds are shares of [m/s], `0.05..=1`.
    pub speed_min: f64,
    /// How much too late initial contacts are told [s], `-0.1..=0.1`; taken off their times.
    pub bias_ic: f64,
    /// How much too late toe-offs are told [s], `-0.1..=0.1`; taken off their times.
    pub bias_to: f64,
    /// Time without a sample after which the state of a foot is forgotten [s], `0.01..=1`.
    pub gap: f64,
}

impl Default for MarkerParams {
    fn default() -> Self {
        Self { smoothing: 0.003, speed_min: 0.2, bias_ic: 0.0, bias_to: 0.0, gap: 0.1 }
    }
}

impl MarkerParams {
    /// The settings themselves, when all are sound.
    pub(super) fn checked(self) -> Result<Self> {
        in_range("smoothing", self.smoothing, 0.0, 0.02)?;
        in_range("speed_min", self.speed_min, 0.05, 1.0)?;
        in_range("bias_ic", self.bias_ic, -0.1, 0.1)?;
        in_range("bias_to", self.bias_to, -0.1, 0.1)?;
        in_range("gap", self.gap, 0.01, 1.0)?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn bad_settings_are_named() {
        let good = MarkerParams::default();
        assert!(good.checked().is_ok());
        assert!(matches!(
            MarkerParams { bias_to: 0.2, ..good }.checked(),
            Err(Error::OutOfRange { name: "bias_to", .. })
        ));
        assert!(matches!(MarkerParams { gap: f64::NAN, ..good }.checked(), Err(Error::OutOfRange { name: "gap", .. })));
    }
}
