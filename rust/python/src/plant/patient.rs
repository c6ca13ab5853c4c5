//! The person.

use gaitloop_core::types::JOINTS;
use gaitloop_plant::{Learning, PatientParams, Reflex, Spasm, UnassistedGait};
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
    #[pyo3(signature = (
        *, mass, height, strength, delay, foot_drop, excursion, cadence, variability, foot_clearance, hurry, reflex_gain,
        reflex_threshold, reflex_delay, spasm, fatigue, skill, effort, automatic, skill_rates, effort_rates
    ))]
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
        hurry: PyReadonlyArray1<'_, f64>,
        reflex_gain: PyReadonlyArray1<'_, f64>,
        reflex_threshold: f64,
        reflex_delay: f64,
        spasm: Option<(usize, f64, f64, f64, f64)>,
        fatigue: f64,
        skill: PyReadonlyArray1<'_, f64>,
        effort: PyReadonlyArray1<'_, f64>,
        automatic: PyReadonlyArray1<'_, f64>,
        skill_rates: PyReadonlyArray1<'_, f64>,
        effort_rates: PyReadonlyArray1<'_, f64>,
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
            hurry: vector("hurry", &hurry)?,
            reflex: Reflex {
                gain: vector("reflex_gain", &reflex_gain)?,
                threshold: reflex_threshold,
                delay: reflex_delay,
            },
            spasm: spasm.map(|(joint, start, torque, rise, hold)| Spasm { joint, start, torque, rise, hold }),
            fatigue,
            learning: Learning {
                skill: vector("skill", &skill)?,
                effort: vector("effort", &effort)?,
                automatic: vector("automatic", &automatic)?,
                skill_rates: vector("skill_rates", &skill_rates)?,
                effort_rates: vector("effort_rates", &effort_rates)?,
            },
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

    /// Gait without help at `speed` [m/s], or at the highest that is held; without the interpreter lock.
    fn unassisted<'py>(
        &self,
        py: Python<'py>,
        speed: Option<f64>,
        strides: u32,
        seed: u64,
    ) -> PyResult<Bound<'py, PyDict>> {
        let patient = self.0;
        let gait = py
            .detach(|| match speed {
                Some(speed) => UnassistedGait::at(patient, speed, strides, seed),
                None => UnassistedGait::fastest(patient, strides, seed),
            })
            .map_err(config_error)?;
        let out = PyDict::new(py);
        out.set_item("speed", gait.speed)?;
        out.set_item("strides", gait.strides)?;
        out.set_item("stance", PyArray1::from_slice(py, &gait.stance))?;
        out.set_item("knee_peak", PyArray1::from_slice(py, &gait.knee_peak))?;
        out.set_item("clearance", PyArray1::from_slice(py, &gait.clearance))?;
        out.set_item("deviation", PyArray1::from_slice(py, &gait.deviation))?;
        out.set_item("torque", PyArray1::from_slice(py, &gait.torque))?;
        Ok(out)
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
        out.set_item("hurry", PyArray1::from_slice(py, &p.hurry))?;
        out.set_item("reflex_gain", PyArray1::from_slice(py, &p.reflex.gain))?;
        out.set_item("reflex_threshold", p.reflex.threshold)?;
        out.set_item("reflex_delay", p.reflex.delay)?;
        out.set_item("spasm", p.spasm.map(|s| (JOINTS[s.joint], s.start, s.torque, s.rise, s.hold)))?;
        out.set_item("fatigue", p.fatigue)?;
        out.set_item("skill", PyArray1::from_slice(py, &p.learning.skill))?;
        out.set_item("effort", PyArray1::from_slice(py, &p.learning.effort))?;
        out.set_item("automatic", PyArray1::from_slice(py, &p.learning.automatic))?;
        out.set_item("skill_rates", PyArray1::from_slice(py, &p.learning.skill_rates))?;
        out.set_item("effort_rates", PyArray1::from_slice(py, &p.learning.effort_rates))?;
        Ok(out)
    }
}
