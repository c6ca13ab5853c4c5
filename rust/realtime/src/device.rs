//! What a loop needs of a device.

use gaitloop_core::safety::{Command, SafeProfile};
use gaitloop_core::types::Sample;
use std::fmt;
use std::io::ErrorKind;

/// Why a device did not do its part of a tick. No text is made in a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceError {
    /// No answer in time; the next tick may get one. The sample is absent, which the guard judges.
    Timeout(&'static str),
    /// The device is gone; the loop ends.
    Lost(&'static str),
    /// It cannot be opened, for what the system says.
    Unopened(&'static str, ErrorKind),
    /// It was set up for something else.
    Unfit(&'static str),
}

impl fmt::Display for DeviceError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout(what) => write!(out, "{what} did not answer in time"),
            Self::Lost(what) => write!(out, "{what} is gone"),
            Self::Unopened(what, why) => {
                write!(out, "{what} cannot be opened ({why}): look at its address, its plug and your right to use it")
            }
            Self::Unfit(what) => out.write_str(what),
        }
    }
}

/// A device driven from the loop's own thread.
///
/// Units are those of [`Sample`] and [`Command`]: SI, radians, flexion and dorsiflexion positive, torque as the person
/// feels it. Between [`Device::open`] and [`Device::close`] no call may allocate, take a lock or wait longer than a
/// quarter of the period; a driver that waits for an answer gives up by then with [`DeviceError::Timeout`].
pub trait Device: Send {
    /// What it is called in messages.
    fn name(&self) -> &'static str;

    /// Makes it ready to be measured, its drives without power; called once, before the first tick.
    ///
    /// # Errors
    /// [`DeviceError`] when it cannot be used; nothing is powered then.
    fn open(&mut self, period: f64) -> Result<(), DeviceError>;

    /// Measures for the tick at `t` [ns], which grows from call to call. What was not measured is absent.
    ///
    /// # Errors
    /// [`DeviceError`]; after a timeout it is called again in the next tick.
    fn measure(&mut self, t: i64) -> Result<Sample, DeviceError>;

    /// Gives the drives a command, which holds until it expires whether or not another one follows.
    ///
    /// # Errors
    /// [`DeviceError`]; after a timeout it is called again in the next tick.
    fn exchange(&mut self, command: &Command) -> Result<(), DeviceError>;

    /// Brings the drives to rest as `profile` says, with no torque commanded from here on; called once, however the loop
    /// ends. It needs nothing from the trainer, which may be what failed.
    fn close(&mut self, profile: SafeProfile);
}
