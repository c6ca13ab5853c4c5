//! Binding of the room `control`, a file per law.

mod bumpless;
mod gravity;
mod impedance;

pub(crate) use bumpless::Fader;

use gaitloop_core::control;
use numpy::{PyArray1, PyArray2, PyReadonlyArray1};
use pyo3::prelude::*;

use crate::convert::vector;

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

/// Adds the room's classes and functions to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("SUBTASKS", control::SUBTASKS)?;
    m.add("N_SAGITTAL_SUBTASKS", control::N_SAGITTAL_SUBTASKS)?;
    m.add_class::<Fader>()?;
    m.add_class::<impedance::Impedance>()?;
    m.add_class::<gravity::LegGravity>()?;
    m.add_function(wrap_pyfunction!(guidance, m)?)?;
    m.add_function(wrap_pyfunction!(swing_window, m)?)
}
