//! State after an update, in arrays that are written in place.

use gaitloop_core::trajectory::jerk_limited::{MAX_DOFS, Output};
use pyo3::prelude::*;

use super::input::InputParameter;
use super::memory::Memory;
use super::trajectory::Trajectory;
use crate::convert::ConfigError;

/// What an update gives.
#[pyclass(module = "gaitloop._core", subclass)]
pub(crate) struct OutputParameter {
    memory: Memory,
    pub(super) output: Output,
    pub(super) trajectory: Py<Trajectory>,
    #[pyo3(get)]
    new_position: Py<PyAny>,
    #[pyo3(get)]
    new_velocity: Py<PyAny>,
    #[pyo3(get)]
    new_acceleration: Py<PyAny>,
    #[pyo3(get)]
    new_jerk: Py<PyAny>,
    dofs: usize,
}

impl OutputParameter {
    /// Refuses another number of degrees of freedom.
    pub(super) fn same_dofs(&self, dofs: usize) -> PyResult<()> {
        if self.dofs == dofs {
            return Ok(());
        }
        Err(ConfigError::new_err(format!("output must have {dofs} degrees of freedom, got {}", self.dofs)))
    }

    /// Shows the numbers of the last update.
    pub(super) fn show(&self, py: Python<'_>) -> PyResult<()> {
        self.memory.write(py, &self.output.rows)
    }
}

#[pymethods]
impl OutputParameter {
    #[new]
    fn new(py: Python<'_>, dofs: usize) -> PyResult<Self> {
        if !(1..=MAX_DOFS).contains(&dofs) {
            return Err(ConfigError::new_err(format!("dofs must lie in [1, {MAX_DOFS}], got {dofs}")));
        }
        let memory = Memory::new(py, 4, dofs)?;
        let [new_position, new_velocity, new_acceleration, new_jerk] = core::array::from_fn(|k| memory.row(py, k));
        let trajectory = Py::new(py, Trajectory::of(dofs))?;
        let output = Output::default();
        Ok(Self { memory, output, trajectory, new_position, new_velocity, new_acceleration, new_jerk, dofs })
    }

    /// Number of degrees of freedom [-].
    #[getter]
    fn degrees_of_freedom(&self) -> usize {
        self.dofs
    }

    /// The trajectory that is followed; overwritten when an update plans anew.
    #[getter]
    fn trajectory(&self, py: Python<'_>) -> Py<Trajectory> {
        self.trajectory.clone_ref(py)
    }

    /// Time since the trajectory began [s].
    #[getter]
    fn time(&self) -> f64 {
        self.output.time
    }

    /// Whether the last update planned anew.
    #[getter]
    fn new_calculation(&self) -> bool {
        self.output.new_calculation
    }

    /// Why the input was refused: name, range and value; None when it was not.
    #[getter]
    fn fault(&self) -> Option<String> {
        self.output.fault.map(|fault| fault.to_string())
    }

    /// Make the new state the current one of an input.
    ///
    /// Parameters
    /// ----------
    /// input : InputParameter
    ///     Input of the next update.
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     If it has another number of degrees of freedom.
    fn pass_to_input(&self, py: Python<'_>, input: &InputParameter) -> PyResult<()> {
        input.same_dofs(self.dofs)?;
        self.memory.copy_state(py, &input.memory)
    }
}
