//! Binding of the room `assist`, a file per law.

mod band;
mod catch;
mod forgetting;
mod intensity;
mod iterative;
mod learner;
mod model_based;
mod r#override;
mod schedule;
mod staircase;

pub(crate) use band::BandLaw;
pub(crate) use catch::{CatchTrials, Tables, reliance_tables};
pub(crate) use forgetting::ForgettingLaw;
pub(crate) use r#override::{mode_of, support_target};

use gaitloop_core::assist;
use gaitloop_core::control::N_SUBTASKS;
use numpy::{PyArray2, PyReadonlyArray1};
use pyo3::prelude::*;

use crate::convert::ConfigError;

fn side_of(side: i64) -> PyResult<usize> {
    match side {
        0 => Ok(0),
        1 => Ok(1),
        _ => Err(ConfigError::new_err(format!("side must lie in [0, 1], got {side}"))),
    }
}

/// A recording of one column with `n` rows.
fn column<'a, T: numpy::Element>(name: &str, values: &'a PyReadonlyArray1<'_, T>, n: usize) -> PyResult<&'a [T]> {
    let slice = values.as_slice().map_err(|_| ConfigError::new_err(format!("{name} must be contiguous")))?;
    if slice.len() == n {
        Ok(slice)
    } else {
        Err(ConfigError::new_err(format!("{name} must have shape ({n},), got ({},)", slice.len())))
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
    m.add_class::<ForgettingLaw>()?;
    m.add_class::<iterative::IterativeLearning>()?;
    m.add_class::<model_based::ModelBased>()?;
    m.add_class::<CatchTrials>()?;
    m.add_class::<r#override::Override>()?;
    m.add_class::<schedule::Schedule>()?;
    m.add_class::<staircase::Staircase>()?;
    m.add_class::<intensity::IntensityGovernor>()?;
    m.add_function(wrap_pyfunction!(learner::half_lives, m)?)
}
