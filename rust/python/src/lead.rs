//! Binding of the controllers of devices whose gait the trainer does not know.

use crate::control::FootPlate;
use crate::convert::{config_error, vector};
use crate::trajectory::GaitPattern;
use gaitloop_plant::{self as plant, PlatePath, Steps};
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;

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
}
