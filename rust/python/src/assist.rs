//! Binding of the room `assist`.

use gaitloop_core::assist::{self, BandParams, ForgettingParams};
use numpy::{PyArray1, PyArray2, PyReadonlyArray1};
use pyo3::prelude::*;

use crate::convert::{ConfigError, config_error, readings, vector};

fn side_of(side: i64) -> PyResult<usize> {
    match side {
        0 => Ok(0),
        1 => Ok(1),
        _ => Err(ConfigError::new_err(format!("side must lie in [0, 1], got {side}"))),
    }
}

fn both_sides<'py>(py: Python<'py>, support: [[f64; 5]; 2]) -> PyResult<Bound<'py, PyArray2<f64>>> {
    Ok(PyArray2::from_vec2(py, &support.map(|s| s.to_vec()))?)
}

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

    #[getter]
    fn support<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        both_sides(py, self.0.support())
    }
}

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

    #[getter]
    fn support<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        both_sides(py, self.0.support())
    }
}

/// A law of either kind, as the corridor takes it.
pub(crate) fn assist_law(law: &Bound<'_, PyAny>) -> PyResult<assist::Assist> {
    if let Ok(band) = law.cast::<BandLaw>() {
        Ok(assist::Assist::Band(band.borrow().0))
    } else if let Ok(forgetting) = law.cast::<ForgettingLaw>() {
        Ok(assist::Assist::Forgetting(forgetting.borrow().0))
    } else {
        Err(ConfigError::new_err(format!("assist must be a BandLaw or a ForgettingLaw, got {}", law.get_type())))
    }
}

/// Adds the room's classes and functions to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<BandLaw>()?;
    m.add_class::<ForgettingLaw>()
}
