//! Binding of the room `control`, a file per law.

mod body_weight;
mod bumpless;
mod gravity;
mod impedance;
mod observer;

pub(crate) use bumpless::Fader;

use gaitloop_core::control;
use numpy::{Element, PyArray1, PyArray2, PyReadonlyArray1};
use pyo3::prelude::*;

use crate::convert::{ConfigError, vector};

/// Torque of one tick, or of every tick of a recording.
type Torque<'py> = Bound<'py, PyArray1<f64>>;
type Torques<'py> = Bound<'py, PyArray2<f64>>;

#[pyfunction]
fn guidance<'py>(py: Python<'py>, phase: f64, support: PyReadonlyArray1<'py, f64>) -> PyResult<Torque<'py>> {
    Ok(PyArray1::from_slice(py, &control::guidance(phase, &vector("support", &support)?)))
}

#[pyfunction]
fn swing_window(phase: f64) -> f64 {
    control::swing_window(phase)
}

/// A column of a recording of `n` ticks.
fn column<'a, T: Element>(name: &str, values: &'a PyReadonlyArray1<'_, T>, n: usize) -> PyResult<&'a [T]> {
    let slice = values.as_slice().map_err(|_| ConfigError::new_err(format!("{name} must be contiguous")))?;
    if slice.len() == n {
        Ok(slice)
    } else {
        Err(ConfigError::new_err(format!("{name} must have shape ({n},), got ({},)", slice.len())))
    }
}

/// Adds the room's classes and functions to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("SUBTASKS", control::SUBTASKS)?;
    m.add("N_SAGITTAL_SUBTASKS", control::N_SAGITTAL_SUBTASKS)?;
    m.add_class::<body_weight::BodyWeightSupport>()?;
    m.add_class::<Fader>()?;
    m.add_class::<observer::HumanTorqueObserver>()?;
    m.add_class::<impedance::Impedance>()?;
    m.add_class::<gravity::LegGravity>()?;
    m.add_function(wrap_pyfunction!(guidance, m)?)?;
    m.add_function(wrap_pyfunction!(swing_window, m)?)
}
