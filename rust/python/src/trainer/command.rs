//! The command as Python sees it: read only.

use gaitloop_core::safety;
use numpy::PyArray1;
use pyo3::prelude::*;

/// What a device shall do until it expires; only a trainer can give it a torque.
#[pyclass(module = "gaitloop._core")]
pub struct Command(pub(super) safety::Command);

#[pymethods]
impl Command {
    /// An idle command: no torque, drives off, expired.
    #[new]
    fn new() -> Self {
        Self(safety::Command::idle())
    }

    /// Joint torques [N·m], shape (6,).
    #[getter]
    fn torque<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, self.0.torque())
    }

    /// Belt speed [m/s].
    #[getter]
    fn belt_speed(&self) -> f64 {
        self.0.belt_speed()
    }

    /// Force of the body-weight support [N].
    #[getter]
    fn support_force(&self) -> f64 {
        self.0.support_force()
    }

    /// What the body-weight support does: `hold`, `track` or `jog`.
    #[getter]
    fn support_mode(&self) -> &'static str {
        self.0.fields().support_mode.name()
    }

    /// The drives may be powered.
    #[getter]
    fn enable(&self) -> bool {
        self.0.enable()
    }

    /// Drives that stopped by themselves may come back.
    #[getter]
    fn clear(&self) -> bool {
        self.0.fields().clear
    }

    /// The brakes are to be closed; false where the safe profile has none.
    #[getter]
    fn brake(&self) -> bool {
        self.0.fields().brake
    }

    /// Time of the tick [ns].
    #[getter]
    fn t(&self) -> i64 {
        self.0.fields().t
    }

    /// Time from which the command is void [ns]; before `t` where no lease is given.
    #[getter]
    fn expiry(&self) -> i64 {
        self.0.fields().expiry
    }

    /// Number of the command, the first is 1.
    #[getter]
    fn sequence(&self) -> i64 {
        self.0.fields().sequence
    }

    /// State of the supervisor.
    #[getter]
    fn state(&self) -> &'static str {
        self.0.state().name()
    }

    /// Highest severity since the last self-test.
    #[getter]
    fn severity(&self) -> &'static str {
        self.0.fields().severity.name()
    }

    /// Its cause.
    #[getter]
    fn cause(&self) -> &'static str {
        self.0.fields().cause.name()
    }

    /// Active limits, a bit each, in the order of `LIMITS`.
    #[getter]
    fn limits(&self) -> u32 {
        self.0.limits()
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }
}
