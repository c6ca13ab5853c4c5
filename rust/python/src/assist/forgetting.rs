//! Decay, and growth with the error.

use gaitloop_core::assist::{self, ForgettingParams};
use numpy::{PyArray1, PyArray2, PyReadonlyArray1};
use pyo3::prelude::*;

use super::{both_sides, side_of};
use crate::convert::{config_error, readings, vector};

/// Support decays at every stride and grows with the error.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct ForgettingLaw(pub(crate) assist::ForgettingLaw);

#[pymethods]
impl ForgettingLaw {
    #[new]
    #[pyo3(signature = (*, forget, gain, dead_zone, floor, ceiling, initial))]
    fn new(
        forget: f64,
        gain: f64,
        dead_zone: PyReadonlyArray1<'_, f64>,
        floor: f64,
        ceiling: f64,
        initial: f64,
    ) -> PyResult<Self> {
        let dead_zone = vector("dead_zone", &dead_zone)?;
        let params = ForgettingParams { forget, gain, dead_zone, floor, ceiling, initial };
        assist::ForgettingLaw::new(params).map(Self).map_err(config_error)
    }

    fn update<'py>(
        &mut self,
        py: Python<'py>,
        side: i64,
        errors: PyReadonlyArray1<'py, f64>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let errors = readings(vector("errors", &errors)?);
        Ok(PyArray1::from_slice(py, &self.0.update(side_of(side)?, &errors)))
    }

    fn follow(&mut self, side: i64, support: PyReadonlyArray1<'_, f64>) -> PyResult<()> {
        self.0.follow(side_of(side)?, &vector("support", &support)?);
        Ok(())
    }

    #[getter]
    fn support<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        both_sides(py, self.0.support())
    }
}
