//! Settings of the shank detector and their ranges; what a tick's length says.

use crate::error::{Result, in_range};
use crate::types::NS;

/// Settings of [`super::ShankGyroContacts`]; the defaults suit sensors on the shank between 50 Hz and 1 kHz.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShankGyroParams {
    /// Time from the end of the forward swing to the contact when no impact is felt [s], `0..=0.1`.
    pub contact_delay: f64,
    /// Time from the toe-off to the moment at which the shank begins to turn forward [s], `0..=0.15`.
    pub lift_lead: f64,
    /// Time without a sample after which the state of a foot is forgotten [s], `0.01..=1`.
    pub gap: f64,
}

impl Default for ShankGyroParams {
    fn default() -> Self {
        Self { contact_delay: 0.05, lift_lead: 0.058, gap: 0.15 }
    }
}

impl ShankGyroParams {
    /// The settings themselves, when all are sound.
    fn checked(self) -> Result<Self> {
        in_range("contact_delay", self.contact_delay, 0.0, 0.1)?;
        in_range("lift_lead", self.lift_lead, 0.0, 0.15)?;
        in_range("gap", self.gap, 0.01, 1.0)?;
        Ok(self)
    }
}

/// Delay of the smoothed rate [ns].
const SMOOTHING: i64 = 5_000_000;

/// Sound settings in [ns].
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    /// From the smoothed rate's fall through its level to the contact.
    pub(super) delay: i64,
    /// From the toe-off to the smoothed rate's rise through zero.
    pub(super) lead: i64,
    pub(super) gap: i64,
}

impl Settings {
    pub(super) fn new(params: ShankGyroParams) -> Result<Self> {
        let params = params.checked()?;
        let nanoseconds = |seconds: f64| (seconds * NS) as i64;
        Ok(Self {
            delay: nanoseconds(params.contact_delay) - SMOOTHING,
            lead: nanoseconds(params.lift_lead) + SMOOTHING,
            gap: nanoseconds(params.gap),
        })
    }
}

/// Length of a tick, and what each filter takes of a new value after it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) ns: i64,
    pub(super) dt: f64,
    /// Shares of filters of 5 ms, 10 ms and 200 ms [-].
    pub(super) smooth: f64,
    pub(super) fast: f64,
    pub(super) slow: f64,
    /// What is left of a sum that fades within 4 s [-].
    pub(super) keep: f64,
}

impl Span {
    pub(super) fn new(ns: i64) -> Self {
        let dt = ns as f64 * 1e-9;
        let share = |time: f64| dt / (time + dt);
        let keep = (1.0 - dt / 4.0).max(0.0);
        Self { ns, dt, smooth: share(0.005), fast: share(0.01), slow: share(0.2), keep }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_settings_are_named() {
        use crate::error::Error;
        let good = ShankGyroParams::default();
        assert!(good.checked().is_ok());
        let refused = |params: ShankGyroParams| match params.checked() {
            Err(Error::OutOfRange { name, .. }) => name,
            _ => "",
        };
        assert_eq!(refused(ShankGyroParams { contact_delay: 0.11, ..good }), "contact_delay");
        assert_eq!(refused(ShankGyroParams { lift_lead: -1e-9, gap: 5.0, ..good }), "lift_lead");
        assert_eq!(refused(ShankGyroParams { gap: f64::NAN, ..good }), "gap");
    }

    #[test]
    fn a_contact_without_delay_leads_the_smoothed_rate() {
        let settings = Settings::new(ShankGyroParams { contact_delay: 0.0, ..ShankGyroParams::default() });
        assert_eq!(settings.map(|s| s.delay), Ok(-SMOOTHING));
    }
}
