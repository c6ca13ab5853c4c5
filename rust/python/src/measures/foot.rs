//! Way of a foot from its inertial sensor.

use gaitloop_core::measures::{self, FootPath};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use super::meter::event_of;
use crate::convert::{config_error, rows, vector};

/// Way of a foot from one rest to the next; errors and sources are those of `foot_trajectory`.
///
/// Attributes
/// ----------
/// t_start : int
///     Time of the first rest [ns].
/// t_end : int
///     Time of the second rest [ns].
/// length : float
///     Horizontal distance of the two rests [m].
/// lift : float
///     Largest height above the line between the two rests [m].
/// height_change : float
///     How much higher the second rest is [m].
/// turn : float
///     Change of heading, positive to the left [rad].
#[pyclass(module = "gaitloop._core", frozen, get_all)]
pub(super) struct FootStep {
    t_start: i64,
    t_end: i64,
    length: f64,
    lift: f64,
    height_change: f64,
    turn: f64,
}

/// Measures the ways of one foot while it walks.
#[pyclass(module = "gaitloop._core")]
pub(super) struct FootMeter(measures::FootMeter);

#[pymethods]
impl FootMeter {
    #[new]
    fn new() -> Self {
        Self(measures::FootMeter::new())
    }

    #[pyo3(signature = (imu, t, event=None))]
    fn step(&mut self, imu: PyReadonlyArray1<'_, f64>, t: i64, event: Option<(u8, i64)>) -> PyResult<Option<FootStep>> {
        let step = self.0.step(&vector("imu", &imu)?, t, event_of(event)?);
        Ok(step.map(|measures::FootStep { t_start, t_end, length, lift, height_change, turn }| FootStep {
            t_start,
            t_end,
            length,
            lift,
            height_change,
            turn,
        }))
    }
}

type Points<'py> = Bound<'py, PyArray2<f64>>;
type Way<'py> = (Bound<'py, PyArray1<f64>>, Points<'py>, Points<'py>, f64, f64, f64, f64);

/// Time, position, velocity, length, lift, height change and turn.
#[pyfunction]
pub(super) fn foot_trajectory<'py>(
    py: Python<'py>,
    time: PyReadonlyArray1<'py, f64>,
    imu: PyReadonlyArray2<'py, f64>,
    before: (f64, f64),
    after: (f64, f64),
) -> PyResult<Option<Way<'py>>> {
    let way = measures::foot_trajectory(time.as_slice()?, rows("imu", &imu)?, before, after).map_err(config_error)?;
    let Some(FootPath { time, position, velocity, length, lift, height_change, turn }) = way else { return Ok(None) };
    let points = |p: &[[f64; 3]]| PyArray1::from_slice(py, p.as_flattened()).reshape([p.len(), 3]);
    let (position, velocity) = (points(&position)?, points(&velocity)?);
    Ok(Some((PyArray1::from_vec(py, time), position, velocity, length, lift, height_change, turn)))
}
