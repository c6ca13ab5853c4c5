//! The grid for loops written in Python, and what a machine can do.

use super::statistics::{Told, tally_dict, told};
use super::{Privileges, RealTimeError, policy_of, spin_of, wanted_of};
use crate::convert::config_error;
use gaitloop_realtime::{Monotonic, Tally};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Waits for the next time of a grid.
#[pyclass(module = "gaitloop._core", subclass)]
pub struct Pacer(gaitloop_realtime::Pacer);

#[pymethods]
impl Pacer {
    #[new]
    fn new(rate: f64, policy: &str, spin: f64) -> PyResult<Self> {
        let clock = Monotonic::spinning(spin_of(spin)?);
        Ok(Self(gaitloop_realtime::Pacer::new(rate, policy_of(policy)?, clock).map_err(config_error)?))
    }

    /// End the tick under way, wait for the next one without the interpreter lock, and return its time.
    ///
    /// Returns
    /// -------
    /// int
    ///     Time on the grid since the first wait [ns], a multiple of the period.
    ///
    /// Raises
    /// ------
    /// RealTimeError
    ///     If a tick was missed under the policy `stop`, and at every call after that.
    fn wait(&mut self, py: Python<'_>) -> PyResult<i64> {
        let pacer = &mut self.0;
        py.detach(|| pacer.sleep());
        // The tick begins once the interpreter is to be had again.
        pacer.begin().ok_or_else(|| RealTimeError::new_err("a tick was missed under the policy 'stop'"))
    }

    fn tally<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        tally_dict(py, &self.0.statistics())
    }
}

/// Wake at `rate` [1/s] for `seconds` [s] on a thread that does nothing else; what was counted, and the privileges.
#[pyfunction]
pub(super) fn measure_wakeups<'py>(
    py: Python<'py>,
    rate: f64,
    seconds: f64,
    spin: f64,
    privileges: Privileges,
) -> PyResult<(Bound<'py, PyDict>, Vec<Told>)> {
    let (spin, wanted) = (spin_of(spin)?, wanted_of(privileges)?);
    let (tally, reports): (Tally, _) =
        py.detach(|| gaitloop_realtime::measure_wakeups(rate, seconds, spin, wanted)).map_err(config_error)?;
    Ok((tally_dict(py, &tally)?, told(&reports)))
}

/// Ask for privileges on a thread of its own and give them back; what became of each.
#[pyfunction]
pub(super) fn probe_privileges(py: Python<'_>, privileges: Privileges) -> PyResult<Vec<Told>> {
    let wanted = wanted_of(privileges)?;
    Ok(told(&py.detach(|| gaitloop_realtime::probe(&wanted))))
}

/// Resolution of the clock that loops sleep by [s]; None where the system does not tell.
#[pyfunction]
pub(super) fn clock_resolution() -> Option<f64> {
    gaitloop_realtime::kernel_resolution()
}
