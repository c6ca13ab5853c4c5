//! Hold inside a band, step outside it.

use gaitloop_core::assist::{self, BandParams};
use numpy::{PyArray1, PyArray2, PyReadonlyArray1};
use pyo3::prelude::*;

use super::{both_sides, side_of};
use crate::convert::{config_error, readings, vector};

/// Holds support inside an error band, steps outside it.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct BandLaw(pub(crate) assist::BandLaw);

#[pymethods]
impl BandLaw {
    #[new]
    #[pyo3(signature = (*, lower, upper, step_up, step_down, floor, ceiling, initial))]
    fn new(
        lower: PyReadonlyArray1<'_, f64>,
        upper: PyReadonlyArray1<'_, f64>,
        step_up: f64,
        step_down: f64,
        floor: f64,
        ceiling: f64,
        initial: f64,
    ) -> PyResult<Self> {
        let (lower, upper) = (vector("lower", &lower)?, vector("upper", &upper)?);
        let params = BandParams { lower, upper, step_up, step_down, floor, ceiling, initial };
        assist::BandLaw::new(params).map(Self).map_err(config_error)
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
