//! Settings of the foot IMU detector and their ranges.

use crate::error::{Result, in_range};
use crate::types::NS;

/// Settings of [`super::FootImuContacts`]; the defaults suit sensors on the instep between 50 Hz and 1 kHz.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FootImuParams {
    /// Smallest pitch rate of a push-off [rad/s], `0.2..=5`.
    pub push: f64,
    /// Smallest pitch rate of a swing [rad/s], `0.2..=5`.
    pub swing: f64,
    /// Smallest angle by which the heel rises in a push-off [rad], `0.02..=0.5`.
    pub lift: f64,
    /// Time from the falling flank of the push-off to the toe-off [s], `-0.05..=0.05`.
    pub toe_off_delay: f64,
    /// Time from the first turn after the swing to the initial contact [s], `-0.05..=0.05`.
    pub contact_delay: f64,
    /// Smallest time from an initial contact to the next toe-off [s], `0.05..=1`.
    pub min_stance: f64,
    /// Smallest time from a toe-off to the next initial contact [s], `0.05..=1`.
    pub min_swing: f64,
    /// Time without a sample after which the state of a foot is forgotten [s], `0.01..=1`.
    pub gap: f64,
}

impl Default for FootImuParams {
    fn default() -> Self {
        Self {
            push: 0.8,
            swing: 0.6,
            lift: 0.12,
            toe_off_delay: -0.005,
            contact_delay: -0.004,
            min_stance: 0.2,
            min_swing: 0.15,
            gap: 0.1,
        }
    }
}

impl FootImuParams {
    /// The settings themselves, when all are sound.
    fn checked(self) -> Result<Self> {
        in_range("push", self.push, 0.2, 5.0)?;
        in_range("swing", self.swing, 0.2, 5.0)?;
        in_range("lift", self.lift, 0.02, 0.5)?;
        in_range("toe_off_delay", self.toe_off_delay, -0.05, 0.05)?;
        in_range("contact_delay", self.contact_delay, -0.05, 0.05)?;
        in_range("min_stance", self.min_stance, 0.05, 1.0)?;
        in_range("min_swing", self.min_swing, 0.05, 1.0)?;
        in_range("gap", self.gap, 0.01, 1.0)?;
        Ok(self)
    }
}

/// Seconds as whole nanoseconds, cut off.
pub(super) fn ns(seconds: f64) -> i64 {
    (seconds * NS) as i64
}

/// Sound settings, with the times in [ns] that ticks need.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) params: FootImuParams,
    pub(super) toe_off_delay: i64,
    pub(super) contact_delay: i64,
    pub(super) gap: i64,
}

impl Settings {
    pub(super) fn new(params: FootImuParams) -> Result<Self> {
        let params = params.checked()?;
        Ok(Self {
            params,
            toe_off_delay: ns(params.toe_off_delay),
            contact_delay: ns(params.contact_delay),
            gap: ns(params.gap),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn bad_settings_are_named() {
        let good = FootImuParams::default();
        assert!(good.checked().is_ok());
        assert!(matches!(
            FootImuParams { lift: 0.6, gap: 0.0, ..good }.checked(),
            Err(Error::OutOfRange { name: "lift", .. })
        ));
        assert!(matches!(
            FootImuParams { gap: f64::NAN, ..good }.checked(),
            Err(Error::OutOfRange { name: "gap", .. })
        ));
    }
}
