//! The watch over the torque between machine and person.

use super::{Envelope, Fault, code, joint_kinds};
use crate::convert::{readings, vector};
use gaitloop_core::safety as core;
use gaitloop_core::types::N_JOINTS;
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;

/// Watches the torque between machine and person.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct Interaction(core::Interaction);

#[pymethods]
impl Interaction {
    #[new]
    fn new(envelope: &Envelope, kinds: Vec<String>) -> PyResult<Self> {
        Ok(Self(core::Interaction::new(&envelope.0, joint_kinds(&kinds)?)))
    }

    fn step(&mut self, state: i64, torque: PyReadonlyArray1<'_, f64>, dt: f64) -> PyResult<Fault> {
        let state = code("state", state, core::STATES.len(), core::State::from_code)?;
        Ok(Fault(self.0.step(state, &readings(vector::<N_JOINTS>("torque", &torque)?), dt)))
    }

    #[getter]
    fn share(&self) -> f64 {
        self.0.share()
    }
}
