//! The belt's inclination: set slowly, and held unless it is commanded.

use super::{Actuation, DeviceParams};

/// Steepest inclination of any belt, up and down [rad]: that of the patterns for ramps, 10°.
pub(crate) const STEEPEST: f64 = 10.0 * core::f64::consts::PI / 180.0;

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
