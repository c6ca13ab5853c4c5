//! Settings of the force detector and their ranges.

use crate::error::{Error, Result, in_range};
use crate::types::NS;

/// Settings of [`super::ForceContacts`]; the defaults suit belts and insoles between 50 Hz and 1 kHz.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForceParams {
    /// Peak force of a step that is assumed until one was seen [N], `100..=3000`.
    pub scale: f64,
    /// Force at which a contact begins, as a share of the peak force [-], `0.01..=0.5`.
    pub on: f64,
    /// Force at which a contact ends, as a share of the peak force [-], `0.01..=0.5`, not above `on`.
    pub off: f64,
    /// Smallest of both thresholds [N], `1..=200`.
    pub floor: f64,
    /// Share of the upper threshold from which the debounce time of a contact counts [-], `0.1..=1`.
    pub arm: f64,
    /// Time a new state must last before it is believed [s], `0..=0.05`.
    pub debounce: f64,
    /// Smallest time between two events of a foot [s], `0..=0.5`.
    pub refractory: f64,
    /// Time constant with which the zero of a lifted foot is followed [s], `0.02..=10`.
    pub baseline_time: f64,
    /// Largest zero error that is followed [N], `0..=200`.
    pub baseline_max: f64,
    /// Time from the first sample until events are reported [s], `0..=1`.
    pub settle: f64,
    /// Time without a sample after which the state of a foot is forgotten [s], `0.01..=1`.
    pub gap: f64,
    /// Whether a foot may load the other foot's sensor too, as on two belts.
    pub shared: bool,
}

impl Default for ForceParams {
    fn default() -> Self {
        Self {
            scale: 700.0,
            on: 0.055,
            off: 0.04,
            floor: 30.0,
            arm: 0.3,
            debounce: 0.008,
            refractory: 0.12,
            baseline_time: 0.3,
            baseline_max: 50.0,
            settle: 0.1,
            gap: 0.1,
            shared: true,
        }
    }
}

impl ForceParams {
    /// The settings themselves, when all are sound.
    fn checked(self) -> Result<Self> {
        in_range("scale", self.scale, 100.0, 3000.0)?;
        in_range("on", self.on, 0.01, 0.5)?;
        in_range("off", self.off, 0.01, 0.5)?;
        in_range("floor", self.floor, 1.0, 200.0)?;
        in_range("arm", self.arm, 0.1, 1.0)?;
        in_range("debounce", self.debounce, 0.0, 0.05)?;
        in_range("refractory", self.refractory, 0.0, 0.5)?;
        in_range("baseline_time", self.baseline_time, 0.02, 10.0)?;
        in_range("baseline_max", self.baseline_max, 0.0, 200.0)?;
        in_range("settle", self.settle, 0.0, 1.0)?;
        in_range("gap", self.gap, 0.01, 1.0)?;
        if self.off > self.on {
            return Err(Error::Swapped {
                low: "off",
                high: "on",
                index: None,
                low_value: self.off,
                high_value: self.on,
            });
        }
        Ok(self)
    }
}

/// Sound settings, with the times in [ns] that every tick compares.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) params: ForceParams,
    pub(super) debounce: i64,
    pub(super) refractory: i64,
    pub(super) settle: i64,
    pub(super) gap: i64,
}

impl Settings {
    pub(super) fn new(params: ForceParams) -> Result<Self> {
        let params = params.checked()?;
        let nanoseconds = |seconds: f64| (seconds * NS) as i64;
        Ok(Self {
            params,
            debounce: nanoseconds(params.debounce),
            refractory: nanoseconds(params.refractory),
            settle: nanoseconds(params.settle),
            gap: nanoseconds(params.gap),
        })
    }

    /// Threshold [N] that is a share of the peak force `scale` [N].
    pub(super) fn level(&self, share: f64, scale: f64) -> f64 {
        self.params.floor.max(share * scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_settings_are_named() {
        let good = ForceParams::default();
        assert!(good.checked().is_ok());
        assert!(matches!(ForceParams { on: 0.02, ..good }.checked(), Err(Error::Swapped { low: "off", .. })));
        assert!(matches!(ForceParams { gap: f64::NAN, ..good }.checked(), Err(Error::OutOfRange { name: "gap", .. })));
    }
}
