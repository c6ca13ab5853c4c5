//! Binding of the room `assist`, a file per law.

mod band;
mod forgetting;

pub(crate) use band::BandLaw;
pub(crate) use forgetting::ForgettingLaw;

use gaitloop_core::assist;
use gaitloop_core::control::N_SUBTASKS;
use numpy::PyArray2;
use pyo3::prelude::*;

use crate::convert::ConfigError;

fn side_of(side: i64) -> PyResult<usize> {
    match side {
        0 => Ok(0),
        1 => Ok(1),
        _ => Err(ConfigError::new_err(format!("side must lie in [0, 1], got {side}"))),
    }
}

fn both_sides<'py>(py: Python<'py>, support: [[f64; N_SUBTASKS]; 2]) -> PyResult<Bound<'py, PyArray2<f64>>> {
    Ok(PyArray2::from_vec2(py, &support.map(|s| s.to_vec()))?)
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
