//! Binding of the room `phase`.

use gaitloop_core::phase::{self, PhaseParams, PhaseState as CoreState};
use numpy::{PyArray1, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
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
    changed: Py<PyAny>,
}

fn state(py: Python<'_>, s: &CoreState) -> PhaseState {
    let numbers = |x: [f64; 2]| PyArray1::from_slice(py, &x).into_any().unbind();
    PhaseState {
        phase: numbers(s.phase),
        rate: numbers(s.rate),
        accel: numbers(s.accel),
        confidence: numbers(s.confidence),
        mode: PyArray1::from_slice(py, &s.mode.map(|m| m as u8)).into_any().unbind(),
        changed: PyArray1::from_slice(py, &s.changed).into_any().unbind(),
    }
}

/// What a step is given; the movement and the stance may be missing as a whole.
struct Input {
    age: [f64; 2],
    nominal_rate: f64,
    motion: Option<[f64; 2]>,
    stance: Option<[f64; 2]>,
}

fn step(estimator: &mut phase::PhaseEstimator, input: &Input, dt: f64) -> CoreState {
    let stance = input.stance.map_or([None; 2], |s| s.map(ground));
    estimator.follow(readings(input.age), input.nominal_rate, dt, input.motion.map(readings), stance)
}

/// 1 on the ground, 0 in the air, anything else is not known.
fn ground(stance: f64) -> Option<bool> {
    match stance {
        1.0 => Some(true),
        0.0 => Some(false),
        _ => None,
    }
}

/// Gait phase of both sides.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct PhaseEstimator(pub(crate) phase::PhaseEstimator);

#[pymethods]
impl PhaseEstimator {
    #[new]
    #[pyo3(signature = (*, phase_gain=0.35, rate_gain=0.2, rate_leak=0.04, rate_span=0.15, dead_zone=0.03, correction_time=0.3, rate_time=0.05, coupling=0.0, apart=0.1, window=0.5))]
    #[allow(clippy::too_many_arguments)] // one for each parameter
    fn new(
        phase_gain: f64,
        rate_gain: f64,
        rate_leak: f64,
        rate_span: f64,
        dead_zone: f64,
        correction_time: f64,
        rate_time: f64,
        coupling: f64,
        apart: f64,
        window: f64,
    ) -> PyResult<Self> {
        let params = PhaseParams {
            phase_gain,
            rate_gain,
            rate_leak,
            rate_span,
            dead_zone,
            correction_time,
            rate_time,
            coupling,
            apart,
            window,
        };
        phase::PhaseEstimator::new(params).map(Self).map_err(config_error)
    }

    fn reset(&mut self, phases: PyReadonlyArray1<'_, f64>) -> PyResult<()> {
        self.0.reset(vector("phases", &phases)?);
        Ok(())
    }

    #[pyo3(signature = (contact_age, nominal_rate, dt, motion=None, stance=None))]
    fn step(
        &mut self,
        py: Python<'_>,
        contact_age: PyReadonlyArray1<'_, f64>,
        nominal_rate: f64,
        dt: f64,
        motion: Option<PyReadonlyArray1<'_, f64>>,
        stance: Option<PyReadonlyArray1<'_, f64>>,
    ) -> PyResult<PhaseState> {
        let input = Input {
            age: vector("contact_age", &contact_age)?,
            nominal_rate,
            motion: motion.map(|x| vector("motion", &x)).transpose()?,
            stance: stance.map(|x| vector("stance", &x)).transpose()?,
        };
        Ok(state(py, &step(&mut self.0, &input, dt)))
    }

    #[pyo3(signature = (contact_age, nominal_rate, dt, motion=None, stance=None))]
    fn run(
        &mut self,
        py: Python<'_>,
        contact_age: PyReadonlyArray2<'_, f64>,
        nominal_rate: PyReadonlyArray1<'_, f64>,
        dt: f64,
        motion: Option<PyReadonlyArray2<'_, f64>>,
        stance: Option<PyReadonlyArray2<'_, f64>>,
    ) -> PyResult<PhaseState> {
        let ages = rows::<2>("contact_age", &contact_age)?;
        let rates = nominal_rate.as_array();
        let ticks = ages.len();
        if rates.len() != ticks {
            let got = rates.len();
            return Err(ConfigError::new_err(format!("nominal_rate must have shape ({ticks},), got ({got},)")));
        }
        let (rates, motion) = (rates.to_vec(), motion.as_ref().map(|x| as_long("motion", x, ticks)).transpose()?);
        let stance = stance.as_ref().map(|x| as_long("stance", x, ticks)).transpose()?;
        let estimator = &mut self.0;
        let tick = |i: usize| Input {
            age: ages[i],
            nominal_rate: rates[i],
            motion: motion.map(|x| x[i]),
            stance: stance.map(|x| x[i]),
        };
        recording(py, &py.detach(|| (0..ticks).map(|i| step(estimator, &tick(i), dt)).collect::<Vec<_>>()))
    }
}

/// A recording of both sides that has as many rows as the others.
fn as_long<'a>(name: &str, array: &'a PyReadonlyArray2<'_, f64>, ticks: usize) -> PyResult<&'a [[f64; 2]]> {
    let rows = rows::<2>(name, array)?;
    if rows.len() != ticks {
        let got = rows.len();
        return Err(ConfigError::new_err(format!("{name} must have shape ({ticks}, 2), got ({got}, 2)")));
    }
    Ok(rows)
}

fn recording(py: Python<'_>, states: &[CoreState]) -> PyResult<PhaseState> {
    let shape = [states.len(), 2];
    let numbers = |pick: fn(&CoreState) -> [f64; 2]| -> PyResult<Py<PyAny>> {
        Ok(PyArray1::from_iter(py, states.iter().flat_map(pick)).reshape(shape)?.into_any().unbind())
    };
    let mode = PyArray1::from_iter(py, states.iter().flat_map(|s| s.mode.map(|m| m as u8)));
    let changed = PyArray1::from_iter(py, states.iter().flat_map(|s| s.changed));
    Ok(PhaseState {
        phase: numbers(|s| s.phase)?,
        rate: numbers(|s| s.rate)?,
        accel: numbers(|s| s.accel)?,
        confidence: numbers(|s| s.confidence)?,
        mode: mode.reshape(shape)?.into_any().unbind(),
        changed: changed.reshape(shape)?.into_any().unbind(),
    })
}

/// Adds the room's classes and functions to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PhaseState>()?;
    m.add_class::<PhaseEstimator>()
}
