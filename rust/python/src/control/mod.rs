//! Binding of the room `control`, a file per law.

mod body_weight;
mod bumpless;
mod challenge;
mod compensation;
mod complement;
mod foot_lift;
mod gravity;
mod impedance;
mod observer;
mod path;
mod plate;
mod torque_profile;

pub(crate) use bumpless::Fader;
pub(crate) use challenge::Resistance;
pub(crate) use compensation::Compensation;
pub(crate) use foot_lift::FootLift;
pub(crate) use path::PathControl;

use gaitloop_core::control;
use numpy::{Element, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1};
pub(crate) use plate::FootPlate;

use pyo3::prelude::*;

use crate::convert::{ConfigError, vector};

/// Torque of one tick, or of every tick of a recording.
type Torque<'py> = Bound<'py, PyArray1<f64>>;
type Torques<'py> = Bound<'py, PyArray2<f64>>;

/// Refuses recordings that are not as long as the first one; each is its name, its rows and its columns.
fn same_rows(rows: usize, others: &[(&str, usize, usize)]) -> PyResult<()> {
    match others.iter().find(|(_, got, _)| *got != rows) {
        None => Ok(()),
        Some((name, got, width)) => {
            Err(ConfigError::new_err(format!("{name} must have shape ({rows}, {width}), got ({got}, {width})")))
        }
    }
}

#[pyfunction]
fn guidance<'py>(py: Python<'py>, phase: f64, support: PyReadonlyArray1<'py, f64>) -> PyResult<Torque<'py>> {
    Ok(PyArray1::from_slice(py, &control::guidance(phase, &vector("support", &support)?)))
}

#[pyfunction]
fn swing_window(phase: f64) -> f64 {
    control::swing_window(phase)
}

/// A recording of the same length as the first one, `n`.
fn same_length<'a, const N: usize>(name: &str, n: usize, rows: &'a [[f64; N]]) -> PyResult<&'a [[f64; N]]> {
    let got = rows.len();
    if got == n {
        Ok(rows)
    } else {
        Err(ConfigError::new_err(format!("{name} must have shape ({n}, {N}), got ({got}, {N})")))
    }
}

/// One number per tick of a recording of length `n`, or none at all.
fn column(name: &str, n: usize, values: Option<&PyReadonlyArray1<'_, f64>>) -> PyResult<Option<Vec<f64>>> {
    let Some(values) = values else { return Ok(None) };
    let got = values.as_array().len();
    if got == n {
        return Ok(Some(values.as_array().to_vec()));
    }
    Err(ConfigError::new_err(format!("{name} must have shape ({n},), got ({got},)")))
}

/// An array (T, N) of one field of every tick.
fn table<'py, T: Element + Copy, const N: usize>(
    py: Python<'py>,
    rows: impl ExactSizeIterator<Item = [T; N]>,
) -> PyResult<Bound<'py, PyArray2<T>>> {
    let out = PyArray2::<T>::zeros(py, [rows.len(), N], false);
    let mut view = out.readwrite();
    view.as_slice_mut()?.as_chunks_mut::<N>().0.iter_mut().zip(rows).for_each(|(to, row)| *to = row);
    drop(view);
    Ok(out)
}

/// A column of a recording of `n` ticks.
fn ticks<'a, T: Element>(name: &str, values: &'a PyReadonlyArray1<'_, T>, n: usize) -> PyResult<&'a [T]> {
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
    m.add_class::<Compensation>()?;
    m.add_class::<FootLift>()?;
    m.add_class::<FootPlate>()?;
    m.add_class::<torque_profile::ProportionalMoment>()?;
    m.add_class::<torque_profile::SplineProfile>()?;
    m.add_function(wrap_pyfunction!(compensation::segment_gravity, m)?)?;
    m.add_function(wrap_pyfunction!(plate::plate_path, m)?)?;
    m.add("N_SAGITTAL_SUBTASKS", control::N_SAGITTAL_SUBTASKS)?;
    m.add_class::<body_weight::BodyWeightSupport>()?;
    m.add_class::<Fader>()?;
    m.add_class::<challenge::ErrorAmplification>()?;
    m.add_class::<Resistance>()?;
    m.add_class::<complement::ComplementaryMotion>()?;
    m.add_class::<observer::HumanTorqueObserver>()?;
    m.add_class::<impedance::Impedance>()?;
    m.add_class::<gravity::LegGravity>()?;
    m.add_class::<path::ForceField>()?;
    m.add_class::<PathControl>()?;
    m.add_function(wrap_pyfunction!(guidance, m)?)?;
    m.add_function(wrap_pyfunction!(swing_window, m)?)
}
