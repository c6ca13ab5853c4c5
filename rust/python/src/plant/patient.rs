//! The person.

use gaitloop_plant::PatientParams;
use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::convert::{config_error, vector};

/// A simulated person.
#[pyclass(module = "gaitloop._core", subclass, frozen)]
pub struct Patient(pub(crate) PatientParams);

#[pymethods]
impl Patient {
    #[new]
    #[pyo3(signature = (*, mass, height, strength, delay, foot_drop, excursion, cadence, variability, foot_clearance))]
    #[allow(clippy::too_many_arguments)] // one keyword per parameter
    fn new(
        mass: f64,
        height: f64,
        strength: PyReadonlyArray1<'_, f64>,
        delay: PyReadonlyArray1<'_, f64>,
        foot_drop: [bool; 2],
        excursion: PyReadonlyArray1<'_, f64>,
        cadence: f64,
        variability: f64,
        foot_clearance: f64,
    ) -> PyResult<Self> {
        let params = PatientParams {
            mass,
            height,
            strength: vector("strength", &strength)?,
            delay: vector("delay", &delay)?,
            foot_drop,
            excursion: vector("excursion", &excursion)?,
            cadence,
            variability,
            foot_clearance,
        };
        Ok(Self(params.check().map_err(config_error)?))
    }

    /// Parameters of a person without impairment.
    #[staticmethod]
    fn healthy_parameters(py: Python<'_>, seed: u64) -> PyResult<Bound<'_, PyDict>> {
        Self(PatientParams::healthy(seed)).parameters(py)
    }

    /// Parameters of a person after a stroke.
    #[staticmethod]
    fn stroke_parameters(py: Python<'_>, side: usize, severity: f64, seed: u64) -> PyResult<Bound<'_, PyDict>> {
        Self(PatientParams::stroke(side, severity, seed).map_err(config_error)?).parameters(py)
    }

    /// Parameters of a person of a functional ambulation category.
    #[staticmethod]
    fn fac_parameters(py: Python<'_>, level: u8, side: usize, seed: u64) -> PyResult<Bound<'_, PyDict>> {
        Self(PatientParams::fac(level, side, seed).map_err(config_error)?).parameters(py)
    }

    /// All parameters by name.
    fn parameters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let p = &self.0;
        let out = PyDict::new(py);
        out.set_item("mass", p.mass)?;
        out.set_item("height", p.height)?;
        out.set_item("strength", PyArray1::from_slice(py, &p.strength))?;
        out.set_item("delay", PyArray1::from_slice(py, &p.delay))?;
        out.set_item("foot_drop", p.foot_drop)?;
        out.set_item("excursion", PyArray1::from_slice(py, &p.excursion))?;
        out.set_item("cadence", p.cadence)?;
        out.set_item("variability", p.variability)?;
        out.set_item("foot_clearance", p.foot_clearance)?;
        Ok(out)
    }
}
