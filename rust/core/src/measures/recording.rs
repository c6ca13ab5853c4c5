//! What was recorded, and its check.

use super::foot::ImuRow;
use super::profile::Profile;
use crate::error::{Error, Result, in_range};
use crate::types::{JointVec, Sides};

/// Largest magnitude of a time [s].
const TIME_MAX: f64 = 1e12;

/// Events of both feet in the order in which they happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecordedEvents<'a> {
    /// Side of each event, 0 left, 1 right.
    pub side: &'a [u8],
    /// Kind of each event, 0 initial contact, 1 toe-off.
    pub kind: &'a [u8],
    /// Time of each event [s], not decreasing.
    pub time: &'a [f64],
}

/// Samples with a time base of their own; what is not finite is absent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecordedSamples<'a, V> {
    /// Time of each sample [s], increasing.
    pub time: &'a [f64],
    /// Values of each sample.
    pub value: &'a [V],
}

/// Speed of the belt over a recording.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BeltSpeed<'a> {
    /// The same all the time [m/s].
    Constant(f64),
    /// Samples [m/s].
    Samples(RecordedSamples<'a, f64>),
}

/// Velocities and torques of the joints over a recording.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecordedTorques<'a> {
    /// Time of each sample [s], increasing.
    pub time: &'a [f64],
    /// Joint velocities [rad/s].
    pub dq: &'a [JointVec],
    /// Torques of the robot [N·m].
    pub tau_robot: &'a [JointVec],
    /// Torques of the person [N·m].
    pub tau_human: &'a [JointVec],
}

/// Markers of one sample: left heel, left toe, right heel, right toe, pelvis; x, y, z up [m].
pub type MarkerRow = [[f64; 3]; 5];

/// What was recorded beside the events, and what is known of the person.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Recording<'a> {
    /// Joint angles [rad].
    pub angles: Option<RecordedSamples<'a, JointVec>>,
    /// Vertical force under each foot [N].
    pub forces: Option<RecordedSamples<'a, Sides<f64>>>,
    /// Speed of the belt; its presence says that the walk was on a treadmill.
    pub belt_speed: Option<BeltSpeed<'a>>,
    /// Markers [m].
    pub markers: Option<RecordedSamples<'a, MarkerRow>>,
    /// Rows of the sensor on each foot.
    pub foot_imu: Option<RecordedSamples<'a, Sides<ImuRow>>>,
    /// Acceleration of the lower trunk forward, to the left, upward [m/s²].
    pub trunk: Option<RecordedSamples<'a, [f64; 3]>>,
    /// Velocities and torques of the joints.
    pub torques: Option<RecordedTorques<'a>>,
    /// Body mass [kg], 20 to 200.
    pub mass: Option<f64>,
    /// Body height [m], 1.0 to 2.3.
    pub height: Option<f64>,
    /// Angles to compare with [rad]; by default those of adults at the speed of the stride.
    pub reference: Option<&'a Profile>,
}

pub(super) fn check(events: &RecordedEvents<'_>, recording: &Recording<'_>) -> Result<()> {
    let n = events.time.len();
    same_length("side", events.side.len(), n)?;
    same_length("kind", events.kind.len(), n)?;
    for (name, values) in [("side", events.side), ("kind", events.kind)] {
        if let Some(i) = values.iter().position(|&v| v > 1) {
            let value = f64::from(values[i]);
            return Err(Error::OutOfRange { name, index: Some(i), value, min: 0.0, max: 1.0 });
        }
    }
    ordered("time", events.time, true)?;
    recording.mass.map_or(Ok(0.0), |mass| in_range("mass", mass, 20.0, 200.0))?;
    recording.height.map_or(Ok(0.0), |height| in_range("height", height, 1.0, 2.3))?;
    samples("angles_time", "angles", recording.angles)?;
    samples("forces_time", "forces", recording.forces)?;
    if let Some(BeltSpeed::Samples(belt)) = recording.belt_speed {
        samples("belt_time", "belt_speed", Some(belt))?;
    }
    samples("markers_time", "markers", recording.markers)?;
    samples("foot_imu_time", "foot_imu", recording.foot_imu)?;
    samples("trunk_time", "trunk", recording.trunk)?;
    recording.torques.map_or(Ok(()), |torques| check_torques("torques_time", &torques))
}

pub(super) fn check_torques(name: &'static str, torques: &RecordedTorques<'_>) -> Result<()> {
    ordered(name, torques.time, false)?;
    let n = torques.time.len();
    same_length("dq", torques.dq.len(), n)?;
    same_length("tau_robot", torques.tau_robot.len(), n)?;
    same_length("tau_human", torques.tau_human.len(), n)
}

fn samples<V>(time: &'static str, name: &'static str, samples: Option<RecordedSamples<'_, V>>) -> Result<()> {
    let Some(samples) = samples else { return Ok(()) };
    ordered(time, samples.time, false)?;
    same_length(name, samples.value.len(), samples.time.len())
}

pub(super) fn same_length(name: &'static str, got: usize, want: usize) -> Result<()> {
    if got == want { Ok(()) } else { Err(Error::Length { name, got, min: want, max: want }) }
}

pub(super) fn ordered(name: &'static str, time: &[f64], equal_allowed: bool) -> Result<()> {
    for (index, &value) in time.iter().enumerate() {
        in_range(name, value, -TIME_MAX, TIME_MAX)?;
        let previous = if index > 0 { time[index - 1] } else { f64::NEG_INFINITY };
        if value < previous || (value == previous && !equal_allowed) {
            return Err(Error::NotIncreasing { name, index, value, previous });
        }
    }
    Ok(())
}
