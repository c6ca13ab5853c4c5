//! Binding of the controllers of devices whose gait the trainer does not know.

use crate::control::FootPlate;
use crate::convert::{config_error, readings, rows, vector};
use crate::trajectory::GaitPattern;
use gaitloop_core::trainer::Now;
use gaitloop_plant::{self as plant, PlatePath, Postures, Steps};
use numpy::{PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

/// What is told of a tick: angles, velocities, foot forces, engagement, length of the tick and pitch of the trunk.
const TOLD: usize = 17;
/// What is asked for: torque, reference angles and velocities, guidance.
const ASKED: usize = 24;

/// A controller that asks a trainer for torque.
#[pyclass(module = "gaitloop._core", subclass, frozen)]
pub struct Lead(pub(crate) plant::Lead);

#[pymethods]
impl Lead {
    /// Steps over ground.
    #[staticmethod]
    fn of_steps(
        pattern: PyRef<'_, GaitPattern>,
        stiffness: PyReadonlyArray1<'_, f64>,
        damping: PyReadonlyArray1<'_, f64>,
        swing: f64,
    ) -> PyResult<Self> {
        let (stiffness, damping) = (vector("stiffness", &stiffness)?, vector("damping", &damping)?);
        let steps = Steps::new(pattern.0.clone(), stiffness, damping, swing).map_err(config_error)?;
        Ok(Self(plant::Lead::Steps(Box::new(steps))))
    }

    /// Foot plates along a path.
    #[staticmethod]
    fn of_plates(law: PyRef<'_, FootPlate>, cycle: f64) -> PyResult<Self> {
        let plates = PlatePath::new(law.0.clone(), cycle).map_err(config_error)?;
        Ok(Self(plant::Lead::Plates(Box::new(plates))))
    }

    /// Postures in turn.
    #[staticmethod]
    fn of_postures(
        postures: PyReadonlyArray2<'_, f64>,
        durations: PyReadonlyArray1<'_, f64>,
        stiffness: PyReadonlyArray1<'_, f64>,
        damping: PyReadonlyArray1<'_, f64>,
    ) -> PyResult<Self> {
        let (stiffness, damping) = (vector("stiffness", &stiffness)?, vector("damping", &damping)?);
        let postures = rows::<6>("postures", &postures)?.to_vec();
        let durations = durations.as_array().to_vec();
        let lead = Postures::new(postures, durations, stiffness, damping).map_err(config_error)?;
        Ok(Self(plant::Lead::Postures(Box::new(lead))))
    }

    /// What it asks for, from its beginning, in every tick of a recording (T, 17) of what it is told: (T, 24).
    fn run<'py>(&self, py: Python<'py>, told: PyReadonlyArray2<'py, f64>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let told = rows::<TOLD>("told", &told)?;
        let out = PyArray2::zeros(py, [told.len(), ASKED], false);
        let mut lead = self.0.clone();
        for (row, asked) in told.iter().zip(out.readwrite().as_slice_mut()?.as_chunks_mut::<ASKED>().0) {
            let [q, dq] = [0, 6].map(|from| readings(core::array::from_fn(|i| row[from + i])));
            let (foot_force, [engagement, dt, pitch]) = (readings([row[12], row[13]]), [row[14], row[15], row[16]]);
            let ask = lead.ask(&Now { q, dq, foot_force, engagement, dt }, pitch);
            for (to, from) in asked.chunks_exact_mut(6).zip([ask.torque, ask.q_ref, ask.dq_ref, ask.guidance]) {
                to.copy_from_slice(&from);
            }
        }
        Ok(out)
    }
}
