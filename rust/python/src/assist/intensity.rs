//! Speed governed by heart-rate reserve.

use gaitloop_core::assist::{self, IntensityParams};
use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use super::column;
use crate::convert::config_error;

/// Keeps the heart rate in a band of its reserve.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct IntensityGovernor(assist::IntensityGovernor);

type Floats<'py> = Bound<'py, PyArray1<f64>>;

impl IntensityGovernor {
    fn tick(&mut self, heart_rate: f64, age: f64, dt: f64) -> (f64, f64, i64) {
        let told = self.0.step(heart_rate.is_finite().then_some(heart_rate), age, dt);
        (told.value, told.reserve.unwrap_or(f64::NAN), told.mode as i64)
    }
}

#[pymethods]
impl IntensityGovernor {
    #[new]
    #[allow(clippy::too_many_arguments)] // one keyword per parameter
    #[pyo3(signature = (
        *, rest, max, lower, upper, limit, slowest, fastest, initial, rate_up, rate_down, hold
    ))]
    fn new(
        rest: f64,
        max: f64,
        lower: f64,
        upper: f64,
        limit: f64,
        slowest: f64,
        fastest: f64,
        initial: f64,
        rate_up: f64,
        rate_down: f64,
        hold: f64,
    ) -> PyResult<Self> {
        let params =
            IntensityParams { rest, max, lower, upper, limit, slowest, fastest, initial, rate_up, rate_down, hold };
        assist::IntensityGovernor::new(params).map(Self).map_err(config_error)
    }

    fn target(&self, fraction: f64) -> f64 {
        self.0.target(fraction)
    }

    fn step(&mut self, heart_rate: f64, age: f64, dt: f64) -> (f64, f64, i64) {
        self.tick(heart_rate, age, dt)
    }

    fn run<'py>(
        &mut self,
        py: Python<'py>,
        heart_rate: PyReadonlyArray1<'py, f64>,
        age: PyReadonlyArray1<'py, f64>,
        dt: f64,
    ) -> PyResult<(Floats<'py>, Floats<'py>, Bound<'py, PyArray1<i64>>)> {
        let n = heart_rate.as_array().len();
        let (heart_rate, age) = (column("heart_rate", &heart_rate, n)?, column("age", &age, n)?);
        let mut told = (Vec::with_capacity(n), Vec::with_capacity(n), Vec::with_capacity(n));
        py.detach(|| {
            for i in 0..n {
                let (value, reserve, mode) = self.tick(heart_rate[i], age[i], dt);
                told.0.push(value);
                told.1.push(reserve);
                told.2.push(mode);
            }
        });
        Ok((PyArray1::from_vec(py, told.0), PyArray1::from_vec(py, told.1), PyArray1::from_vec(py, told.2)))
    }

    fn request(&mut self, fastest: f64) -> PyResult<()> {
        self.0.request(fastest).map_err(config_error)
    }

    fn reset(&mut self) {
        self.0.reset();
    }

    #[getter]
    fn value(&self) -> f64 {
        self.0.value()
    }

    #[getter]
    fn fastest(&self) -> f64 {
        self.0.fastest()
    }
}
