//! A difficulty that holds a success rate.

use gaitloop_core::assist;
use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use crate::convert::config_error;

/// Weighted up-down staircase.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct Staircase(assist::Staircase);

#[pymethods]
impl Staircase {
    #[new]
    #[pyo3(signature = (*, target, step, floor, ceiling, initial))]
    fn new(target: f64, step: f64, floor: f64, ceiling: f64, initial: f64) -> PyResult<Self> {
        assist::Staircase::new(target, step, floor, ceiling, initial).map(Self).map_err(config_error)
    }

    fn update(&mut self, success: Option<bool>) -> f64 {
        self.0.update(success)
    }

    fn run<'py>(&mut self, py: Python<'py>, success: PyReadonlyArray1<'py, f64>) -> Bound<'py, PyArray1<f64>> {
        let said = |x: &f64| match *x {
            1.0 => Some(true),
            0.0 => Some(false),
            _ => None,
        };
        let levels = success.as_array().iter().map(|x| self.0.update(said(x))).collect();
        PyArray1::from_vec(py, levels)
    }

    fn reset(&mut self) {
        self.0.reset();
    }

    #[getter]
    fn level(&self) -> f64 {
        self.0.level()
    }

    #[getter]
    fn trials(&self) -> u64 {
        self.0.trials()
    }

    #[getter]
    fn successes(&self) -> u64 {
        self.0.successes()
    }

    #[getter]
    fn rate(&self) -> f64 {
        self.0.rate().unwrap_or(f64::NAN)
    }
}
