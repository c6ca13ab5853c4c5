//! Binding of the room `phase`.

use gaitloop_core::phase::{self, PhaseParams, PhaseState as CoreState};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use crate::convert::{ConfigError, config_error, readings, rows, vector};

/// Phase of both sides, of one tick or of a recording.
#[pyclass(module = "gaitloop._core", frozen, get_all)]
struct PhaseState {
    phase: Py<PyAny>,
    rate: Py<PyAny>,
    accel: Py<PyAny>,
    confidence: Py<PyAny>,
    mode: Py<PyAny>,
}

fn state(py: Python<'_>, s: &CoreState) -> PhaseState {
    let numbers = |x: [f64; 2]| PyArray1::from_slice(py, &x).into_any().unbind();
    PhaseState {
        phase: numbers(s.phase),
        rate: numbers(s.rate),
        accel: numbers(s.accel),
        confidence: numbers(s.confidence),
        mode: PyArray1::from_slice(py, &s.mode.map(|m| m as u8)).into_any().unbind(),
    }
}

/// Event-and-time phase of both sides.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct PhaseEstimator(pub(crate) phase::PhaseEstimator);

#[pymethods]
impl PhaseEstimator {
    #[new]
    #[pyo3(signature = (*, phase_gain=0.35, rate_gain=0.2, rate_leak=0.04, rate_span=0.15, dead_zone=0.03, correction_time=0.3, rate_time=0.05))]
    fn new(
        phase_gain: f64,
        rate_gain: f64,
        rate_leak: f64,
        rate_span: f64,
        dead_zone: f64,
        correction_time: f64,
        rate_time: f64,
    ) -> PyResult<Self> {
        let params = PhaseParams { phase_gain, rate_gain, rate_leak, rate_span, dead_zone, correction_time, rate_time };
        phase::PhaseEstimator::new(params).map(Self).map_err(config_error)
    }

    fn reset(&mut self, phases: PyReadonlyArray1<'_, f64>) -> PyResult<()> {
        self.0.reset(vector("phases", &phases)?);
        Ok(())
    }

    fn step(
        &mut self,
        py: Python<'_>,
        contact_age: PyReadonlyArray1<'_, f64>,
        nominal_rate: f64,
        dt: f64,
    ) -> PyResult<PhaseState> {
        let age = readings(vector("contact_age", &contact_age)?);
        Ok(state(py, &self.0.step(age, nominal_rate, dt)))
    }

    fn run(
        &mut self,
        py: Python<'_>,
        contact_age: PyReadonlyArray2<'_, f64>,
        nominal_rate: PyReadonlyArray1<'_, f64>,
        dt: f64,
    ) -> PyResult<PhaseState> {
        let ages = rows::<2>("contact_age", &contact_age)?;
        let rates = nominal_rate.as_array();
        if rates.len() != ages.len() {
            let (want, got) = (ages.len(), rates.len());
            return Err(ConfigError::new_err(format!("nominal_rate must have shape ({want},), got ({got},)")));
        }
        let rates = rates.to_vec();
        let estimator = &mut self.0;
        let states: Vec<CoreState> = py
            .detach(|| ages.iter().zip(&rates).map(|(age, &rate)| estimator.step(readings(*age), rate, dt)).collect());
        let numbers = |pick: fn(&CoreState) -> [f64; 2]| -> PyResult<Py<PyAny>> {
            Ok(PyArray1::from_iter(py, states.iter().flat_map(pick)).reshape([states.len(), 2])?.into_any().unbind())
        };
        let modes = PyArray1::from_iter(py, states.iter().flat_map(|s| s.mode.map(|m| m as u8)));
        let mode: Bound<'_, PyArray2<u8>> = modes.reshape([states.len(), 2])?;
        Ok(PhaseState {
            phase: numbers(|s| s.phase)?,
            rate: numbers(|s| s.rate)?,
            accel: numbers(|s| s.accel)?,
            confidence: numbers(|s| s.confidence)?,
            mode: mode.into_any().unbind(),
        })
    }
}

/// Adds the room's classes and functions to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PhaseState>()?;
    m.add_class::<PhaseEstimator>()
}
