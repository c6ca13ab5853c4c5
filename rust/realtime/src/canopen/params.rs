//! What a drive and its bus are made of.

use super::winch::WinchParams;
use super::{Mapping, Object};
use gaitloop_core::error::in_range;
use gaitloop_core::{Error, Result};

/// Mode of a drive, with its number in CiA 402.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum Mode {
    /// Cyclic synchronous position.
    Position = 8,
    /// Cyclic synchronous velocity.
    Velocity = 9,
    /// Cyclic synchronous torque.
    Torque = 10,
}

impl Mode {
    /// The object that takes the setpoint.
    #[must_use]
    pub fn target(self) -> Object {
        match self {
            Self::Position => Object::TargetPosition,
            Self::Velocity => Object::TargetVelocity,
            Self::Torque => Object::TargetTorque,
        }
    }

    /// Process data that the drive receives in every cycle.
    ///
    /// # Errors
    /// None: it fits.
    pub fn command(self) -> Result<Mapping> {
        Mapping::new(&[Object::Controlword, Object::Mode, self.target()])
    }

    /// First process data that it sends in every cycle.
    ///
    /// # Errors
    /// None: it fits.
    pub fn tell() -> Result<Mapping> {
        Mapping::new(&[Object::Statusword, Object::Position, Object::Torque])
    }

    /// Second process data that it sends in every cycle.
    ///
    /// # Errors
    /// None: it fits.
    pub fn tell_more() -> Result<Mapping> {
        Mapping::new(&[Object::Velocity, Object::ErrorCode, Object::ModeDisplay])
    }

    /// Third process data, which the drive of a winch sends in every cycle.
    ///
    /// # Errors
    /// None: it fits.
    pub fn tell_load() -> Result<Mapping> {
        Mapping::new(&[Object::Load])
    }
}

/// One drive; no part has a default.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AxisParams {
    /// Its number on the network, 1 to 126.
    pub node: u8,
    /// How it is driven.
    pub mode: Mode,
    /// Counts for each rad or metre, negative where they fall as the joint bends [-], 1 to 1e8.
    pub counts: f64,
    /// Counts at zero.
    pub zero: i32,
    /// Torque behind the gear at the drive's rated torque [N·m], or force on the rope [N], 0.1 to 2000.
    pub rated_torque: f64,
    /// Largest setpoint: torque [N·m] or velocity [rad/s or m/s], 0 to 1000; speed of a rope [m/s], 0 to 1.
    pub setpoint_max: f64,
    /// Age of feedback from which it is lost [s], 0.002 to 0.05.
    pub feedback_age_max: f64,
    /// Silence after which its heartbeat is lost [s], 0.005 to 1.
    pub heartbeat_timeout: f64,
    /// Time for which a limit of its own may act [s], 0.01 to 60.
    pub limit_time: f64,
    /// Digest of its critical configuration; none where the self-test compares it.
    pub digest: Option<f64>,
    /// The rope that it winds, where it is a winch.
    pub winch: Option<WinchParams>,
}

impl AxisParams {
    /// Accepts what lies in its ranges.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming the first that does not.
    pub fn check(self) -> Result<Self> {
        in_range("node", f64::from(self.node), 1.0, 126.0)?;
        if !(1.0..=1e8).contains(&self.counts.abs()) {
            return Err(Error::OutOfRange { name: "counts", index: None, value: self.counts, min: -1e8, max: 1e8 });
        }
        in_range("rated_torque", self.rated_torque, 0.1, 2000.0)?;
        in_range("setpoint_max", self.setpoint_max, 0.0, 1000.0)?;
        in_range("feedback_age_max", self.feedback_age_max, 0.002, 0.05)?;
        in_range("heartbeat_timeout", self.heartbeat_timeout, 0.005, 1.0)?;
        in_range("limit_time", self.limit_time, 0.01, 60.0)?;
        if let Some(winch) = self.winch {
            winch.check()?;
            in_range("setpoint_max", self.setpoint_max, 0.0, 1.0)?;
        }
        Ok(self)
    }
}

#[cfg(test)]
pub(super) fn example(node: u8, mode: Mode) -> AxisParams {
    AxisParams {
        node,
        mode,
        counts: 100_000.0,
        zero: 500,
        rated_torque: 20.0,
        setpoint_max: 30.0,
        feedback_age_max: 0.01,
        heartbeat_timeout: 0.05,
        limit_time: 0.1,
        digest: None,
        winch: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn process_data_fit_and_a_mode_takes_its_own_setpoint() {
        for mode in [Mode::Position, Mode::Velocity, Mode::Torque] {
            assert!(mode.command().is_ok_and(|m| m.has(mode.target()) && m.has(Object::Controlword)));
        }
        assert!(Mode::tell().is_ok_and(|m| m.len() == 8) && Mode::tell_more().is_ok_and(|m| m.len() == 7));
    }

    #[test]
    fn each_part_is_refused_by_its_name() {
        let good = example(1, Mode::Torque);
        assert!(good.check().is_ok() && AxisParams { counts: -good.counts, ..good }.check().is_ok());
        let refused = |bad: AxisParams, name: &str| {
            let words = bad.check().err().map(|error| error.to_string()).unwrap_or_default();
            assert!(words.starts_with(&format!("{name} must lie in")), "{words}");
        };
        refused(AxisParams { node: 0, ..good }, "node");
        refused(AxisParams { node: 127, ..good }, "node");
        for bad in [f64::NAN, 0.5, f64::INFINITY] {
            refused(AxisParams { counts: bad, ..good }, "counts");
        }
        refused(AxisParams { rated_torque: 0.0, ..good }, "rated_torque");
        refused(AxisParams { setpoint_max: f64::NAN, ..good }, "setpoint_max");
        refused(AxisParams { feedback_age_max: 1.0, ..good }, "feedback_age_max");
        refused(AxisParams { heartbeat_timeout: 0.0, ..good }, "heartbeat_timeout");
        refused(AxisParams { limit_time: f64::INFINITY, ..good }, "limit_time");
    }
}
