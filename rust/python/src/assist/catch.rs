//! Strides without support.

use gaitloop_core::assist;
use gaitloop_core::control::N_SUBTASKS;
use numpy::{PyArray1, PyArray2, PyReadonlyArray1};
use pyo3::prelude::*;

use super::{both_sides, side_of};
use crate::convert::{config_error, readings, vector};

/// Withholds support for one stride in so many, at places drawn from a seed.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct CatchTrials(pub(crate) assist::CatchTrials);

/// Reliance as Python sees it: strides, mean and standard error, each (2, 7).
pub(crate) type Tables<'py> = (Table<'py>, Table<'py>, Table<'py>);
type Table<'py> = Bound<'py, PyArray2<f64>>;

#[pymethods]
impl CatchTrials {
    #[new]
    #[pyo3(signature = (*, period, seed, floor))]
    fn new(period: i64, seed: u64, floor: PyReadonlyArray1<'_, f64>) -> PyResult<Self> {
        assist::CatchTrials::new(period, seed, vector("floor", &floor)?).map(Self).map_err(config_error)
    }

    fn begin(&mut self, side: i64) -> PyResult<bool> {
        Ok(self.0.begin(side_of(side)?))
    }

    fn apply<'py>(
        &self,
        py: Python<'py>,
        side: i64,
        support: PyReadonlyArray1<'py, f64>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let support = vector::<N_SUBTASKS>("support", &support)?;
        Ok(PyArray1::from_slice(py, &self.0.apply(side_of(side)?, &support)))
    }

    fn close(&mut self, side: i64, errors: PyReadonlyArray1<'_, f64>, valid: bool) -> PyResult<()> {
        self.0.close(side_of(side)?, &readings(vector("errors", &errors)?), valid);
        Ok(())
    }

    fn abandon(&mut self) {
        self.0.abandon();
    }

    fn reliance<'py>(&self, py: Python<'py>) -> PyResult<Tables<'py>> {
        reliance_tables(py, &self.0.reliance())
    }

    fn reset(&mut self) {
        self.0.reset();
    }

    #[getter]
    fn announced(&self) -> bool {
        self.0.announced()
    }

    #[getter]
    fn active<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<bool>> {
        PyArray1::from_slice(py, &self.0.active())
    }
}

pub(crate) fn reliance_tables<'py>(py: Python<'py>, told: &assist::Reliance) -> PyResult<Tables<'py>> {
    let known = |table: [[Option<f64>; N_SUBTASKS]; 2]| table.map(|row| row.map(|x| x.unwrap_or(f64::NAN)));
    Ok((both_sides(py, told.strides)?, both_sides(py, known(told.mean))?, both_sides(py, known(told.error))?))
}
