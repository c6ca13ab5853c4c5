//! What a therapist asks for.

use gaitloop_core::assist::{self, OverrideMode, Target};
use gaitloop_core::control::{N_SUBTASKS, SUBTASKS};
use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use crate::convert::{ConfigError, config_error, vector};

/// Hold, floor and ceiling of a therapist, in clinical units.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct Override(assist::Override);

fn target_of(name: &str, all: bool) -> PyResult<Target> {
    if let Some(i) = SUBTASKS.iter().position(|subtask| *subtask == name) {
        return Ok(Target::Subtask(i));
    }
    match name {
        "all" if all => Ok(Target::All),
        "clearance" => Ok(Target::Clearance),
        "step_length" => Ok(Target::StepLength),
        _ => {
            let every = if all { "all, " } else { "" };
            let known = SUBTASKS.join(", ");
            Err(ConfigError::new_err(format!(
                "target must be one of {known}, {every}clearance, step_length, got {name}"
            )))
        }
    }
}

/// A target whose support can be set.
pub(crate) fn support_target(name: &str) -> PyResult<Target> {
    match target_of(name, true) {
        Ok(target @ (Target::Subtask(_) | Target::All)) => Ok(target),
        _ => Err(ConfigError::new_err(format!("target must be one of {}, all, got {name}", SUBTASKS.join(", ")))),
    }
}

pub(crate) fn mode_of(name: &str) -> PyResult<OverrideMode> {
    match name {
        "hold" => Ok(OverrideMode::Hold),
        "floor" => Ok(OverrideMode::Floor),
        "ceiling" => Ok(OverrideMode::Ceiling),
        _ => Err(ConfigError::new_err(format!("mode must be one of hold, floor, ceiling, got {name}"))),
    }
}

#[pymethods]
impl Override {
    #[new]
    fn new() -> Self {
        Self(assist::Override::default())
    }

    fn set(&mut self, target: &str, mode: &str, value: f64) -> PyResult<()> {
        self.0.set(target_of(target, true)?, mode_of(mode)?, value).map_err(config_error)
    }

    fn release(&mut self, target: &str) -> PyResult<()> {
        self.0.release(target_of(target, true)?);
        Ok(())
    }

    fn get(&self, target: &str) -> PyResult<(Option<f64>, Option<f64>, Option<f64>)> {
        let [hold, floor, ceiling] = self.0.get(target_of(target, false)?);
        Ok((hold, floor, ceiling))
    }

    #[staticmethod]
    fn core_units(target: &str, value: f64) -> PyResult<f64> {
        target_of(target, true)?.core_units(value).map_err(config_error)
    }

    fn apply<'py>(&self, py: Python<'py>, support: PyReadonlyArray1<'py, f64>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        Ok(PyArray1::from_slice(py, &self.0.apply(&vector::<N_SUBTASKS>("support", &support)?)))
    }

    fn clearance(&self, x: f64) -> f64 {
        self.0.clearance(x)
    }

    fn step_length(&self, x: f64) -> f64 {
        self.0.step_length(x)
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}
