//! Settings of the lower-back detector and their ranges.

use crate::error::{Result, in_range};

/// Settings of [`super::BackImuContacts`]; the defaults suit adults at any speed, healthy or not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BackImuParams {
    /// Smallest rise of the smoothed vertical acceleration that may be a step [m/s²], `0.05..=5`.
    pub floor: f64,
    /// Share of the usual rise of a step at which a contact is seen [-], `0.1..=0.9`.
    pub rise: f64,
    /// Step time that is assumed until steps were seen [s], `0.3..=1.8`.
    pub step_time: f64,
    /// Time without a sample after which the moment is forgotten [s], `0.01..=1`.
    pub gap: f64,
}

impl Default for BackImuParams {
    fn default() -> Self {
        Self { floor: 0.6, rise: 0.3, step_time: 0.6, gap: 0.2 }
    }
}

impl BackImuParams {
    /// The settings themselves, when all are sound.
    pub(super) fn checked(self) -> Result<Self> {
        in_range("floor", self.floor, 0.05, 5.0)?;
        in_range("rise", self.rise, 0.1, 0.9)?;
        in_range("step_time", self.step_time, 0.3, 1.8)?;
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
        let good = BackImuParams::default();
        assert!(good.checked().is_ok());
        assert!(matches!(
            BackImuParams { rise: 0.95, gap: 0.0, ..good }.checked(),
            Err(Error::OutOfRange { name: "rise", .. })
        ));
        assert!(matches!(
            BackImuParams { floor: f64::NAN, ..good }.checked(),
            Err(Error::OutOfRange { name: "floor", .. })
        ));
    }
}
