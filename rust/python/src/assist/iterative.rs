//! Torque over phase, learned from stride to stride.

use gaitloop_core::assist::{self, IterativeParams};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use super::{column, side_of};
use crate::convert::{config_error, readings, rows, vector};

/// Torque learned over phase bins from stride to stride, and forgotten.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct IterativeLearning(assist::IterativeLearning);

#[pymethods]
impl IterativeLearning {
    #[new]
    #[pyo3(signature = (*, bins, keep, gain, lead, smoothing, bound))]
    fn new(
        bins: i64,
        keep: f64,
        gain: PyReadonlyArray1<'_, f64>,
        lead: f64,
        smoothing: f64,
        bound: PyReadonlyArray1<'_, f64>,
    ) -> PyResult<Self> {
        let (gain, bound) = (vector("gain", &gain)?, vector("bound", &bound)?);
        let params = IterativeParams { bins, keep, gain, lead, smoothing, bound };
        assist::IterativeLearning::new(params).map(Self).map_err(config_error)
    }

    fn observe(&mut self, side: i64, phase: f64, errors: PyReadonlyArray1<'_, f64>) -> PyResult<()> {
        self.0.observe(side_of(side)?, phase, &readings(vector("errors", &errors)?));
        Ok(())
    }

    fn close(&mut self, side: i64, valid: bool) -> PyResult<()> {
        self.0.close(side_of(side)?, valid);
        Ok(())
    }

    fn torque<'py>(&mut self, py: Python<'py>, side: i64, phase: f64) -> PyResult<Bound<'py, PyArray1<f64>>> {
        Ok(PyArray1::from_slice(py, &self.0.torque(side_of(side)?, phase)))
    }

    fn table<'py>(&self, py: Python<'py>, side: i64) -> PyResult<Bound<'py, PyArray2<f64>>> {
        Ok(PyArray2::from_vec2(py, &self.0.table(side_of(side)?).map(<[f64]>::to_vec))?)
    }

    fn run<'py>(
        &mut self,
        py: Python<'py>,
        phase: PyReadonlyArray1<'py, f64>,
        errors: PyReadonlyArray2<'py, f64>,
        side: i64,
        close: PyReadonlyArray1<'py, bool>,
        valid: PyReadonlyArray1<'py, bool>,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let (side, errors) = (side_of(side)?, rows::<3>("errors", &errors)?);
        let n = errors.len();
        let phase = column("phase", &phase, n)?;
        let (close, valid) = (column("close", &close, n)?, column("valid", &valid, n)?);
        let torque: Vec<f64> = py.detach(|| {
            let tick = |i: usize| {
                if close[i] {
                    self.0.close(side, valid[i]);
                }
                self.0.observe(side, phase[i], &readings(errors[i]));
                self.0.torque(side, phase[i])
            };
            (0..n).flat_map(tick).collect()
        });
        PyArray1::from_vec(py, torque).reshape([n, 3])
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}
