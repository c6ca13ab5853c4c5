//! Weight of the legs.

use gaitloop_core::body::Body;
use gaitloop_core::control;
use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use super::Torque;
use crate::convert::{config_error, readings, vector};

/// Torque that holds the legs of one person against gravity.
#[pyclass(module = "gaitloop._core", frozen)]
pub(super) struct LegGravity(control::LegGravity);

#[pymethods]
impl LegGravity {
    #[new]
    fn new(mass: f64, height: f64) -> PyResult<Self> {
        Ok(Self(control::LegGravity::new(Body::new(mass, height).map_err(config_error)?)))
    }

    #[pyo3(signature = (q, pelvis_pitch=0.0))]
    fn torque<'py>(&self, py: Python<'py>, q: PyReadonlyArray1<'py, f64>, pelvis_pitch: f64) -> PyResult<Torque<'py>> {
        Ok(PyArray1::from_slice(py, &self.0.torque(&readings(vector("q", &q)?), pelvis_pitch)))
    }
}
