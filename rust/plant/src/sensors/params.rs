//! What the sensors of a device are like.

use super::groups::number::{
    BUTTONS, DRIVE_STATUS, EXECUTION, HEART_RATE, IMU_RATE, Q_MOTOR, Q_SECOND, TAU_INTERACTION,
};
use super::heart::HeartParams;
use crate::device::DeviceParams;
use gaitloop_core::Result;
use gaitloop_core::error::in_range;
use gaitloop_core::types::SAMPLE_GROUPS;

/// Longest delay of a sensor [ticks].
pub const DELAY_MAX: usize = 50;

/// Groups that a device measures only when asked to.
const OPTIONAL: [usize; 5] = [Q_SECOND, Q_MOTOR, TAU_INTERACTION, IMU_RATE, HEART_RATE];

/// Step between two values that the usual sensor of a group tells apart [the group's unit]; 0 for any value.
pub(crate) const RESOLUTION: [f64; SAMPLE_GROUPS] = [
    1.0 / 65_536.0, // q
    1.0 / 4096.0,   // dq
    1.0 / 8192.0,   // q_second
    1.0 / 65_536.0, // q_motor
    1.0 / 64.0,     // tau_interaction
    1.0 / 8.0,      // foot_force
    1.0 / 1024.0,   // imu_rate
    1.0 / 4096.0,   // belt_speed
    1.0 / 8.0,      // rope_force
    1.0 / 16_384.0, // rope_position
    1.0,            // heart_rate
    1.0,            // buttons
    1.0,            // drive_status
    1.0,            // drive_digest
    0.001,          // drive_watchdog
    0.0,            // execution
];

/// How one group is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sensor {
    /// Standard deviation of the noise [the group's unit], 0 to 1000; absent for the usual one.
    pub noise: Option<f64>,
    /// Step between two values [the group's unit], 0 (any value) to 1000; absent for the usual one.
    pub resolution: Option<f64>,
    /// Ticks from measuring to delivering [ticks], 0 to 50.
    pub delay: usize,
    /// Probability that a tick's message is lost [-], 0 to 1.
    pub dropout: f64,
    /// A lost message leaves the last one in place, stamp and all; else its values are marked invalid.
    pub stale: bool,
}

/// Whether and how a group is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fit {
    /// Not fitted.
    Absent,
    /// As usual.
    Usual,
    /// By a sensor of one's own choice.
    Own(Sensor),
}

/// The sensors of a device, a group of [`gaitloop_core::types::SAMPLE_FIELDS`] each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sensors {
    /// How each group is measured; what stands for the buttons and for the loop is not looked at.
    pub fit: [Fit; SAMPLE_GROUPS],
    /// Stiffness of the spring between motor and joint [N·m/rad], 10 to 1e6.
    pub series_stiffness: f64,
    /// The heart of the person.
    pub heart: HeartParams,
}

impl Default for Sensors {
    fn default() -> Self {
        let fit = core::array::from_fn(|i| if OPTIONAL.contains(&i) { Fit::Absent } else { Fit::Usual });
        Self { fit, series_stiffness: 3000.0, heart: HeartParams::default() }
    }
}

impl Sensor {
    /// Accepts the figures when all lie in their ranges.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first that does not.
    pub fn check(self) -> Result<Self> {
        in_range("noise", self.noise.unwrap_or(0.0), 0.0, 1000.0)?;
        in_range("resolution", self.resolution.unwrap_or(0.0), 0.0, 1000.0)?;
        in_range("delay", self.delay as f64, 0.0, DELAY_MAX as f64)?;
        in_range("dropout", self.dropout, 0.0, 1.0)?;
        Ok(self)
    }
}

impl Sensors {
    /// Accepts the figures when all lie in their ranges.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first that does not; `noise` and `resolution` of what
    /// the drives tell of themselves must be 0.
    pub fn check(self) -> Result<Self> {
        for (index, fit) in self.fit.iter().enumerate() {
            if let Fit::Own(sensor) = fit {
                sensor.check()?;
                if index >= DRIVE_STATUS {
                    in_range("noise", sensor.noise.unwrap_or(0.0), 0.0, 0.0)?;
                    in_range("resolution", sensor.resolution.unwrap_or(0.0), 0.0, 0.0)?;
                }
            }
        }
        in_range("series_stiffness", self.series_stiffness, 10.0, 1e6)?;
        self.heart.check()?;
        Ok(self)
    }

    /// Whether group `index` is measured at all.
    #[must_use]
    pub fn fitted(&self, index: usize) -> bool {
        index == BUTTONS || self.fit.get(index).is_some_and(|f| *f != Fit::Absent)
    }

    /// The sensor of group `index` where it differs from what a plant measures anyway.
    pub(super) fn own(&self, index: usize) -> Option<Sensor> {
        match self.fit[index] {
            _ if index == BUTTONS || index == EXECUTION => None,
            Fit::Own(sensor) => Some(sensor),
            Fit::Usual if OPTIONAL.contains(&index) => Some(Sensor::default()),
            _ => None,
        }
    }
}

/// Standard deviation of the usual noise of group `index` in this device [the group's unit].
pub(super) fn usual_noise(index: usize, device: &DeviceParams) -> f64 {
    let [angle, velocity, force, speed] = device.noise;
    match index {
        0 | Q_MOTOR => angle,
        1 => velocity,
        Q_SECOND => 1e-4,
        TAU_INTERACTION => 0.5,
        5 | 8 => force,
        IMU_RATE => 0.01,
        7 => speed,
        HEART_RATE => 1.0,
        _ => 0.0,
    }
}
