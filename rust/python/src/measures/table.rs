//! Strides of a recording.

use gaitloop_core::measures::{self, BeltSpeed, Profile, RecordedEvents, RecordedSamples, RecordedTorques, Recording};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, PyReadonlyArray3};
use pyo3::prelude::*;

use super::meter::JointWork;
use super::or_nan;
use crate::convert::{ConfigError, blocks, config_error, rows};

/// Samples of a recording: time and values.
type Pair<'py, V> = Option<(PyReadonlyArray1<'py, f64>, V)>;
type Table<'py> = Bound<'py, PyArray2<f64>>;

type Columns<'py> = PyReadonlyArray1<'py, f64>;
type Rows<'py> = PyReadonlyArray2<'py, f64>;
type Blocks<'py> = PyReadonlyArray3<'py, f64>;
/// Time, velocities, torques of the robot, torques of the person.
type Power<'py> = Option<(Columns<'py>, Rows<'py>, Rows<'py>, Rows<'py>)>;

/// A reference of the sagittal angles: 51 rows of hip, knee and ankle.
pub(super) fn profile<'a>(name: &str, angles: &'a PyReadonlyArray2<'_, f64>) -> PyResult<&'a Profile> {
    let found = rows::<3>(name, angles)?;
    let shape = || ConfigError::new_err(format!("{name} must have shape (51, 3), got ({}, 3)", found.len()));
    found.try_into().map_err(|_| shape())
}

fn samples<'a, const N: usize>(
    name: &str,
    pair: &'a Pair<'_, Rows<'_>>,
) -> PyResult<Option<RecordedSamples<'a, [f64; N]>>> {
    let Some((time, value)) = pair else { return Ok(None) };
    Ok(Some(RecordedSamples { time: time.as_slice()?, value: rows(name, value)? }))
}

fn block_samples<'a, const M: usize, const N: usize>(
    name: &str,
    pair: &'a Pair<'_, Blocks<'_>>,
) -> PyResult<Option<RecordedSamples<'a, [[f64; N]; M]>>> {
    let Some((time, value)) = pair else { return Ok(None) };
    Ok(Some(RecordedSamples { time: time.as_slice()?, value: blocks(name, value)? }))
}

fn belt<'a>(pair: &'a Pair<'_, Columns<'_>>) -> PyResult<Option<BeltSpeed<'a>>> {
    let Some((time, value)) = pair else { return Ok(None) };
    Ok(Some(match (time.as_slice()?, value.as_slice()?) {
        ([], [constant]) => BeltSpeed::Constant(*constant),
        (time, value) => BeltSpeed::Samples(RecordedSamples { time, value }),
    }))
}

fn torques<'a>(
    time: &'a Columns<'_>,
    dq: &'a Rows<'_>,
    robot: &'a Rows<'_>,
    human: &'a Rows<'_>,
) -> PyResult<RecordedTorques<'a>> {
    Ok(RecordedTorques {
        time: time.as_slice()?,
        dq: rows("dq", dq)?,
        tau_robot: rows("tau_robot", robot)?,
        tau_human: rows("tau_human", human)?,
    })
}

/// One row per stride: the columns of `STRIDE_COLUMNS`, then 1 when the stride is valid; left, then right.
#[pyfunction]
#[pyo3(signature = (side, kind, time, *, angles=None, forces=None, belt_speed=None, markers=None, foot_imu=None,
    trunk=None, power=None, mass=None, height=None, reference=None))]
#[allow(clippy::too_many_arguments)]
pub(super) fn stride_measures<'py>(
    py: Python<'py>,
    side: PyReadonlyArray1<'py, u8>,
    kind: PyReadonlyArray1<'py, u8>,
    time: Columns<'py>,
    angles: Pair<'py, Rows<'py>>,
    forces: Pair<'py, Rows<'py>>,
    belt_speed: Pair<'py, Columns<'py>>,
    markers: Pair<'py, Blocks<'py>>,
    foot_imu: Pair<'py, Blocks<'py>>,
    trunk: Pair<'py, Rows<'py>>,
    power: Power<'py>,
    mass: Option<f64>,
    height: Option<f64>,
    reference: Option<Rows<'py>>,
) -> PyResult<(Table<'py>, Table<'py>)> {
    let recording = Recording {
        angles: samples("angles", &angles)?,
        forces: samples("forces", &forces)?,
        belt_speed: belt(&belt_speed)?,
        markers: block_samples("markers", &markers)?,
        foot_imu: block_samples("foot_imu", &foot_imu)?,
        trunk: samples("trunk", &trunk)?,
        torques: power.as_ref().map(|(time, dq, robot, human)| torques(time, dq, robot, human)).transpose()?,
        mass,
        height,
        reference: reference.as_ref().map(|angles| profile("reference", angles)).transpose()?,
    };
    let events = RecordedEvents { side: side.as_slice()?, kind: kind.as_slice()?, time: time.as_slice()? };
    let [left, right] = measures::stride_measures(&events, &recording).map_err(config_error)?;
    Ok((table(py, &left)?, table(py, &right)?))
}

#[pyfunction]
pub(super) fn robot_work(
    time: Columns<'_>,
    dq: Rows<'_>,
    tau_robot: Rows<'_>,
    tau_human: Rows<'_>,
) -> PyResult<(JointWork, JointWork)> {
    let torques = torques(&time, &dq, &tau_robot, &tau_human)?;
    let [left, right] = measures::robot_work(&torques).map_err(config_error)?;
    Ok((left.into(), right.into()))
}

fn table<'py>(py: Python<'py>, strides: &[measures::StrideRow]) -> PyResult<Table<'py>> {
    let columns = measures::STRIDE_COLUMNS.len() + 1;
    let numbers = strides
        .iter()
        .flat_map(|row| row.values().into_iter().map(or_nan).chain(core::iter::once(f64::from(u8::from(row.valid)))));
    PyArray1::from_iter(py, numbers).reshape([strides.len(), columns])
}
