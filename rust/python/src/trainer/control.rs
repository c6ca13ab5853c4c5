//! A law with its parameters and its reference, as the corridor takes it.

use crate::control::{FootLift, PathControl, Resistance};
use crate::convert::{config_error, vector};
use crate::trajectory::GaitPattern;
use gaitloop_core::trainer::ControlParams;
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;

/// A law, its parameters and its reference.
#[pyclass(module = "gaitloop._core", frozen)]
pub struct ControlSet(pub(crate) ControlParams);

#[pymethods]
impl ControlSet {
    #[new]
    #[pyo3(signature = (*, pattern, stiffness, damping, leg_weight, path=None, foot_lift=None, resistance=None))]
    fn new(
        pattern: PyRef<'_, GaitPattern>,
        stiffness: PyReadonlyArray1<'_, f64>,
        damping: PyReadonlyArray1<'_, f64>,
        leg_weight: f64,
        path: Option<PyRef<'_, PathControl>>,
        foot_lift: Option<PyRef<'_, FootLift>>,
        resistance: Option<PyRef<'_, Resistance>>,
    ) -> PyResult<Self> {
        let params = ControlParams {
            pattern: pattern.0.clone(),
            stiffness: vector("stiffness", &stiffness)?,
            damping: vector("damping", &damping)?,
            leg_weight,
            path: path.map(|law| law.0.clone()),
            foot_lift: foot_lift.map(|law| law.0),
            resistance: resistance.map(|law| law.0),
        };
        params.check().map(Self).map_err(config_error)
    }
}
