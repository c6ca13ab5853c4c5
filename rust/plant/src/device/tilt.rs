//! The belt's inclination: set slowly, and held unless it is commanded.

use super::{Actuation, DeviceParams};
use gaitloop_core::Result;
use gaitloop_core::error::in_range;

/// Steepest inclination of any belt, up and down [rad]: that of the patterns for ramps, 10°.
const STEEPEST: f64 = 10.0 * core::f64::consts::PI / 180.0;

impl DeviceParams {
    /// Accepts the range of the inclination; solid ground does not tilt.
    pub(super) fn check_incline(self) -> Result<Self> {
        let steepest = if self.belt { STEEPEST } else { 0.0 };
        in_range("incline_low", self.incline[0], -steepest, 0.0)?;
        in_range("incline_high", self.incline[1], 0.0, steepest)?;
        in_range("incline_rate", self.incline_rate, 0.0, 0.05)?;
        Ok(self)
    }
}

/// How a belt lies: it turns about the line under the hip.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Tilt {
    /// Inclination [rad], positive uphill.
    pub angle: f64,
    /// How fast it changes [rad/s].
    pub rate: f64,
}

impl Tilt {
    /// One substep of `h` [s]: towards what is commanded, at the machine's own pace, while the drives are live.
    pub fn step(&mut self, params: &DeviceParams, command: &Actuation, live: bool, h: f64) {
        let Some(target) = command.incline.filter(|angle| live && angle.is_finite()) else {
            self.rate = 0.0;
            return;
        };
        let [low, high] = params.incline;
        let most = params.incline_rate * h;
        let change = (target.clamp(low, high) - self.angle).clamp(-most, most);
        self.angle += change;
        self.rate = change / h;
    }

    /// Whether it is anything else than a level belt at rest.
    pub fn is_level(&self) -> bool {
        self.angle == 0.0 && self.rate == 0.0
    }
}
