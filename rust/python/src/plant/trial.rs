//! Sessions of a virtual trial.

use gaitloop_plant::simulation::{Operator, Press, Simulation};
use gaitloop_plant::trial::TrainingSession;
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::Plant;
use crate::trainer::Trainer;

/// Buttons `arm` and `start` among `BUTTONS`, pressed one after the other.
const PRESSES: [Press; 2] = [
    Press { button: 2, from: 500_000_000, until: 700_000_000 },
    Press { button: 3, from: 1_000_000_000, until: 1_200_000_000 },
];

/// Lets copies of trainer and plant walk `strides` strides from boot, without the interpreter lock.
#[pyfunction]
pub(super) fn training_session<'py>(
    py: Python<'py>,
    trainer: PyRef<'py, Trainer>,
    plant: PyRef<'py, Plant>,
    strides: u32,
) -> PyResult<Bound<'py, PyDict>> {
    let mut simulation = Simulation::new(trainer.0.clone(), plant.0.clone(), Operator::new(PRESSES.to_vec()));
    let session = py.detach(|| TrainingSession::run(&mut simulation, strides));
    let out = PyDict::new(py);
    out.set_item("strides", session.strides)?;
    out.set_item("stopped", session.stopped)?;
    out.set_item("effort", PyArray1::from_slice(py, &session.effort))?;
    out.set_item("work", PyArray1::from_slice(py, &session.work))?;
    out.set_item("error", PyArray1::from_slice(py, &session.error))?;
    out.set_item("interaction", PyArray1::from_slice(py, &session.interaction))?;
    out.set_item("support", session.support)?;
    out.set_item("skill", PyArray1::from_slice(py, &session.patient.learning.skill))?;
    out.set_item("drive", PyArray1::from_slice(py, &session.patient.learning.effort))?;
    Ok(out)
}
