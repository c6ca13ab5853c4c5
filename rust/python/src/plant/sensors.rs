//! Sensors of one's own choice.

use gaitloop_core::types::SAMPLE_GROUPS;
use gaitloop_plant::{Fit, HeartParams, Sensor as Params, Sensors as AllParams};
use pyo3::prelude::*;

use crate::convert::config_error;

/// How one group is measured.
#[pyclass(module = "gaitloop._core", subclass, frozen)]
pub struct Sensor(Params);

#[pymethods]
impl Sensor {
    #[new]
    #[pyo3(signature = (*, noise, resolution, delay, dropout, stale))]
    fn new(noise: Option<f64>, resolution: Option<f64>, delay: usize, dropout: f64, stale: bool) -> PyResult<Self> {
        Ok(Self(Params { noise, resolution, delay, dropout, stale }.check().map_err(config_error)?))
    }
}

/// Fitted as usual or not at all, or a sensor.
#[derive(FromPyObject)]
enum Choice<'py> {
    Usual(bool),
    Own(PyRef<'py, Sensor>),
}

/// The sensors of a device.
#[pyclass(module = "gaitloop._core", subclass, frozen)]
pub struct Sensors(pub(super) AllParams);

#[pymethods]
impl Sensors {
    #[new]
    #[pyo3(signature = (*, fit, series_stiffness, heart))]
    fn new(fit: [Choice<'_>; SAMPLE_GROUPS], series_stiffness: f64, heart: [f64; 4]) -> PyResult<Self> {
        let fit = fit.map(|choice| match choice {
            Choice::Usual(true) => Fit::Usual,
            Choice::Usual(false) => Fit::Absent,
            Choice::Own(sensor) => Fit::Own(sensor.0),
        });
        let [rest, max, oxygen_max, time] = heart;
        let heart = HeartParams { rest, max, oxygen_max, time };
        Ok(Self(AllParams { fit, series_stiffness, heart }.check().map_err(config_error)?))
    }
}
