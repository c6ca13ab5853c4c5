//! What a movement starts from, goes to, and keeps to, as Python writes it.

mod read;

use core::sync::atomic::{AtomicU64, Ordering};

use gaitloop_core::trajectory::jerk_limited::{FIELDS, Input, MAX_DOFS};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::choice::{Choice, Choices};
use super::memory::Memory;
use crate::convert::{ConfigError, config_error};

const MIN_VELOCITY: usize = 7;
const MIN_ACCELERATION: usize = 9;
const MAX_POSITION: usize = 11;
const MIN_POSITION: usize = 12;

static VERSION: AtomicU64 = AtomicU64::new(1);

fn next_version() -> u64 {
    VERSION.fetch_add(1, Ordering::Relaxed)
}

/// Everything a movement depends on, in arrays that are written in place.
#[pyclass(module = "gaitloop._core", subclass)]
pub(crate) struct InputParameter {
    pub(super) memory: Memory,
    dofs: usize,
    version: u64,
    /// Which of the limits that may be left out were given.
    given: [bool; FIELDS.len()],
    interface: Choices,
    synchronization: Choices,
    discretization: Choice,
    minimum_duration: Option<f64>,
    tracking: Option<f64>,
}

impl InputParameter {
    fn optional(&self, py: Python<'_>, k: usize) -> Option<Py<PyAny>> {
        self.given[k].then(|| self.memory.row(py, k))
    }

    fn set_optional(&mut self, k: usize, value: &Bound<'_, PyAny>) -> PyResult<()> {
        if !value.is_none() {
            self.memory.assign(k, FIELDS[k], value)?;
        }
        self.version = next_version();
        self.given[k] = !value.is_none();
        Ok(())
    }
}

#[pymethods]
impl InputParameter {
    #[new]
    fn new(py: Python<'_>, dofs: usize) -> PyResult<Self> {
        if !(1..=MAX_DOFS).contains(&dofs) {
            return Err(ConfigError::new_err(format!("dofs must lie in [1, {MAX_DOFS}], got {dofs}")));
        }
        let memory = Memory::new(py, FIELDS.len(), dofs)?;
        memory.write(py, &Input::new(dofs).rows)?;
        // Bytes, since Python can write any bits into an array of truth values; `enabled` shows them as such.
        memory.write_flags(py, &vec![true; dofs])?;
        let mut given = [true; FIELDS.len()];
        for k in [MIN_VELOCITY, MIN_ACCELERATION, MAX_POSITION, MIN_POSITION] {
            given[k] = false;
        }
        Ok(Self {
            memory,
            dofs,
            version: next_version(),
            given,
            interface: Choices::new(py, "ControlInterface")?,
            synchronization: Choices::new(py, "Synchronization")?,
            discretization: Choice::first(py, "DurationDiscretization")?,
            minimum_duration: None,
            tracking: None,
        })
    }

    /// Number of degrees of freedom [-].
    #[getter]
    fn degrees_of_freedom(&self) -> usize {
        self.dofs
    }

    /// Position at the beginning [rad], shape (J,).
    #[getter]
    fn current_position(&self, py: Python<'_>) -> Py<PyAny> {
        self.memory.row(py, 0)
    }

    #[setter]
    fn set_current_position(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.memory.assign(0, "current_position", value)
    }

    /// Velocity at the beginning [rad/s], shape (J,).
    #[getter]
    fn current_velocity(&self, py: Python<'_>) -> Py<PyAny> {
        self.memory.row(py, 1)
    }

    #[setter]
    fn set_current_velocity(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.memory.assign(1, "current_velocity", value)
    }

    /// Acceleration at the beginning [rad/s²], shape (J,).
    #[getter]
    fn current_acceleration(&self, py: Python<'_>) -> Py<PyAny> {
        self.memory.row(py, 2)
    }

    #[setter]
    fn set_current_acceleration(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.memory.assign(2, "current_acceleration", value)
    }

    /// Position at the end [rad], shape (J,).
    #[getter]
    fn target_position(&self, py: Python<'_>) -> Py<PyAny> {
        self.memory.row(py, 3)
    }

    #[setter]
    fn set_target_position(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.memory.assign(3, "target_position", value)
    }

    /// Velocity at the end [rad/s], shape (J,).
    #[getter]
    fn target_velocity(&self, py: Python<'_>) -> Py<PyAny> {
        self.memory.row(py, 4)
    }

    #[setter]
    fn set_target_velocity(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.memory.assign(4, "target_velocity", value)
    }

    /// Acceleration at the end [rad/s²], shape (J,).
    #[getter]
    fn target_acceleration(&self, py: Python<'_>) -> Py<PyAny> {
        self.memory.row(py, 5)
    }

    #[setter]
    fn set_target_acceleration(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.memory.assign(5, "target_acceleration", value)
    }

    /// Largest velocity [rad/s], shape (J,).
    #[getter]
    fn max_velocity(&self, py: Python<'_>) -> Py<PyAny> {
        self.memory.row(py, 6)
    }

    #[setter]
    fn set_max_velocity(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.memory.assign(6, "max_velocity", value)
    }

    /// Smallest velocity, None: minus the largest [rad/s], shape (J,).
    #[getter]
    fn min_velocity(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.optional(py, 7)
    }

    #[setter]
    fn set_min_velocity(&mut self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.set_optional(7, value)
    }

    /// Largest acceleration, infinite: first order [rad/s²], shape (J,).
    #[getter]
    fn max_acceleration(&self, py: Python<'_>) -> Py<PyAny> {
        self.memory.row(py, 8)
    }

    #[setter]
    fn set_max_acceleration(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.memory.assign(8, "max_acceleration", value)
    }

    /// Smallest acceleration, None: minus the largest [rad/s²], shape (J,).
    #[getter]
    fn min_acceleration(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.optional(py, 9)
    }

    #[setter]
    fn set_min_acceleration(&mut self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.set_optional(9, value)
    }

    /// Largest jerk, infinite: second order [rad/s³], shape (J,).
    #[getter]
    fn max_jerk(&self, py: Python<'_>) -> Py<PyAny> {
        self.memory.row(py, 10)
    }

    #[setter]
    fn set_max_jerk(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.memory.assign(10, "max_jerk", value)
    }

    /// Largest position, None: no limit [rad], shape (J,).
    #[getter]
    fn max_position(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.optional(py, 11)
    }

    #[setter]
    fn set_max_position(&mut self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.set_optional(11, value)
    }

    /// Smallest position, None: no limit [rad], shape (J,).
    #[getter]
    fn min_position(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.optional(py, 12)
    }

    #[setter]
    fn set_min_position(&mut self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.set_optional(12, value)
    }

    /// What the targets are.
    #[getter]
    fn control_interface(&self, py: Python<'_>) -> Py<PyAny> {
        self.interface.all.member.clone_ref(py)
    }

    #[setter]
    fn set_control_interface(&mut self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.version = next_version();
        self.interface.set_all(value)
    }

    /// The same for each degree of freedom; None: one for all.
    #[getter]
    fn per_dof_control_interface(&self, py: Python<'_>) -> Option<Py<PyTuple>> {
        self.interface.each(py)
    }

    #[setter]
    fn set_per_dof_control_interface(&mut self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.version = next_version();
        self.interface.set_each("per_dof_control_interface", value, self.dofs)
    }

    /// How the degrees of freedom wait for each other.
    #[getter]
    fn synchronization(&self, py: Python<'_>) -> Py<PyAny> {
        self.synchronization.all.member.clone_ref(py)
    }

    #[setter]
    fn set_synchronization(&mut self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.version = next_version();
        self.synchronization.set_all(value)
    }

    /// The same for each degree of freedom; None: one for all.
    #[getter]
    fn per_dof_synchronization(&self, py: Python<'_>) -> Option<Py<PyTuple>> {
        self.synchronization.each(py)
    }

    #[setter]
    fn set_per_dof_synchronization(&mut self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.version = next_version();
        self.synchronization.set_each("per_dof_synchronization", value, self.dofs)
    }

    /// Which durations are allowed.
    #[getter]
    fn duration_discretization(&self, py: Python<'_>) -> Py<PyAny> {
        self.discretization.member.clone_ref(py)
    }

    #[setter]
    fn set_duration_discretization(&mut self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.version = next_version();
        self.discretization = Choice::new(value.py(), "DurationDiscretization", value)?;
        Ok(())
    }

    /// Which degrees of freedom move, shape (J,); the others go on with constant acceleration.
    #[getter]
    fn enabled(&self, py: Python<'_>) -> Py<PyAny> {
        self.memory.flags(py)
    }

    #[setter]
    fn set_enabled(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let (py, all) = (value.py(), value.extract::<Vec<bool>>());
        let all = all.ok().filter(|all| all.len() == self.dofs);
        let all = all
            .ok_or_else(|| ConfigError::new_err(format!("enabled must be {} truth values, got {value}", self.dofs)))?;
        self.memory.write_flags(py, &all)
    }

    /// Shortest duration of what is synchronised [s], None: none.
    #[getter]
    fn minimum_duration(&self) -> Option<f64> {
        self.minimum_duration
    }

    #[setter]
    fn set_minimum_duration(&mut self, value: Option<f64>) {
        self.version = next_version();
        self.minimum_duration = value;
    }

    /// Shortest time in which a moving target is caught up with [s], None: the target does not move.
    #[getter]
    fn tracking(&self) -> Option<f64> {
        self.tracking
    }

    #[setter]
    fn set_tracking(&mut self, value: Option<f64>) {
        self.version = next_version();
        self.tracking = value;
    }

    /// Refuse what no movement can be planned for.
    fn validate(&self, py: Python<'_>) -> PyResult<()> {
        self.input(py)?.check().map_err(config_error)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let mut text = format!("InputParameter({})", self.dofs);
        for (k, name) in FIELDS.iter().enumerate().filter(|(k, _)| self.given[*k]) {
            let values = self.memory.row(py, k).bind(py).call_method0("tolist")?.repr()?.to_string();
            text.push_str(&format!("\n{name} = {values}"));
        }
        Ok(text)
    }
}
