//! Binding of the online generator.

use gaitloop_core::trajectory::{self, Caught, Foot, GeneratorParams, GeneratorReference};
use gaitloop_core::types::{JointVec, N_JOINTS};
use numpy::{PyArray1, PyArrayMethods, PyReadonlyArray1};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;

use super::out::into_out;
use super::pattern::GaitPattern;
use crate::convert::{ConfigError, config_error, vector};

/// Reference of both legs, of one tick or of every tick of a run.
#[pyclass(module = "gaitloop._core", frozen)]
struct GaitReference {
    ticks: Vec<GeneratorReference>,
    one: bool,
}

impl GaitReference {
    fn rows<'py, const N: usize>(
        &self,
        py: Python<'py>,
        pick: impl Fn(&GeneratorReference) -> [f64; N],
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = PyArray1::from_iter(py, self.ticks.iter().flat_map(pick));
        Ok(if self.one { rows.into_any() } else { rows.reshape([self.ticks.len(), N])?.into_any() })
    }

    fn column<'py, T>(&self, py: Python<'py>, pick: fn(&GeneratorReference) -> T) -> PyResult<Bound<'py, PyAny>>
    where
        T: numpy::Element + IntoPyObject<'py>,
    {
        match (self.one, self.ticks.first()) {
            (true, Some(tick)) => pick(tick).into_bound_py_any(py),
            _ => Ok(PyArray1::from_iter(py, self.ticks.iter().map(pick)).into_any()),
        }
    }
}

#[pymethods]
impl GaitReference {
    /// Joint angles [rad], shape (6,) or (T, 6).
    #[getter]
    fn q<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.rows(py, |tick| tick.reference.q)
    }

    /// Joint velocities [rad/s], shape (6,) or (T, 6).
    #[getter]
    fn dq<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.rows(py, |tick| tick.reference.dq)
    }

    /// Joint accelerations [rad/s²], shape (6,) or (T, 6).
    #[getter]
    fn ddq<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.rows(py, |tick| tick.reference.ddq)
    }

    /// Phase of left and right side [-], shape (2,) or (T, 2).
    #[getter]
    fn phases<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.rows(py, |tick| tick.phases)
    }

    /// Rate of the phases [1/s], shape (2,) or (T, 2).
    #[getter]
    fn phase_rates<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.rows(py, |tick| tick.rates)
    }

    /// Rate of the rates [1/s²], shape (2,) or (T, 2).
    #[getter]
    fn phase_accels<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.rows(py, |tick| tick.accels)
    }

    /// What the generator is doing [-], a value of `GaitState`; one, or shape (T,).
    #[getter]
    fn state<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.column(py, |tick| tick.state as u8)
    }

    /// Running time until all that was asked for is done [s]; one, or shape (T,).
    #[getter]
    fn remaining<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.column(py, |tick| tick.remaining)
    }

    /// Running time per time [-], 1, or less while frozen or on the way; one, or shape (T,).
    #[getter]
    fn pace<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.column(py, |tick| tick.pace)
    }
}

/// Online source of the reference.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct GaitGenerator(pub(crate) trajectory::GaitGenerator);

#[pymethods]
impl GaitGenerator {
    #[new]
    #[pyo3(signature = (*, max_velocity, max_acceleration, max_jerk, lower, upper, hip = 0.0, knee = 0.0, freeze_time = 1.0))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        max_velocity: PyReadonlyArray1<'_, f64>,
        max_acceleration: PyReadonlyArray1<'_, f64>,
        max_jerk: PyReadonlyArray1<'_, f64>,
        lower: PyReadonlyArray1<'_, f64>,
        upper: PyReadonlyArray1<'_, f64>,
        hip: f64,
        knee: f64,
        freeze_time: f64,
    ) -> PyResult<Self> {
        let params = GeneratorParams {
            max_velocity: vector("max_velocity", &max_velocity)?,
            max_acceleration: vector("max_acceleration", &max_acceleration)?,
            max_jerk: vector("max_jerk", &max_jerk)?,
            lower: vector("lower", &lower)?,
            upper: vector("upper", &upper)?,
            hip,
            knee,
            freeze_time,
        };
        trajectory::GaitGenerator::new(params).map(Self).map_err(config_error)
    }

    fn walk(&mut self, pattern: &GaitPattern, steps: f64, left: bool) -> PyResult<f64> {
        let first = if left { Foot::Left } else { Foot::Right };
        self.0.walk(&pattern.0, steps, first).map_err(config_error)
    }

    fn stand(&mut self, steps: f64, wait: bool) -> PyResult<f64> {
        self.0.stand(steps, wait).map_err(config_error)
    }

    #[pyo3(signature = (q, dq, ddq, pattern, phase, steps))]
    fn catch(
        &mut self,
        q: PyReadonlyArray1<'_, f64>,
        dq: PyReadonlyArray1<'_, f64>,
        ddq: Option<PyReadonlyArray1<'_, f64>>,
        pattern: Option<&GaitPattern>,
        phase: Option<f64>,
        steps: f64,
    ) -> PyResult<f64> {
        let ddq: Option<JointVec> = ddq.map(|ddq| vector("ddq", &ddq)).transpose()?;
        let caught = Caught { q: vector("q", &q)?, dq: vector("dq", &dq)?, ddq: ddq.unwrap_or_default() };
        self.0.catch(caught, pattern.map(|pattern| &pattern.0), phase, steps).map_err(config_error)
    }

    fn freeze(&mut self) {
        self.0.freeze();
    }

    fn resume(&mut self) {
        self.0.resume();
    }

    #[getter]
    fn frozen(&self) -> bool {
        self.0.is_frozen()
    }

    #[getter]
    fn reference(&self) -> GaitReference {
        GaitReference { ticks: vec![self.0.reference()], one: true }
    }

    #[pyo3(signature = (dt, out = None))]
    fn step<'py>(
        &mut self,
        py: Python<'py>,
        dt: &Bound<'py, PyAny>,
        out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<GaitReference> {
        let dt = seconds(dt)?;
        filled(py, out, || self.0.step(dt))
    }

    #[pyo3(signature = (phases, phase_rates, phase_accels, dt, out = None))]
    fn step_with<'py>(
        &mut self,
        py: Python<'py>,
        phases: PyReadonlyArray1<'py, f64>,
        phase_rates: PyReadonlyArray1<'py, f64>,
        phase_accels: PyReadonlyArray1<'py, f64>,
        dt: &Bound<'py, PyAny>,
        out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<GaitReference> {
        let dt = seconds(dt)?;
        let (rates, accels) = (vector("phase_rates", &phase_rates)?, vector("phase_accels", &phase_accels)?);
        let phases = vector("phases", &phases)?;
        filled(py, out, || self.0.step_with(phases, rates, accels, dt))
    }

    fn run(&mut self, py: Python<'_>, ticks: usize, dt: &Bound<'_, PyAny>) -> PyResult<GaitReference> {
        let dt = seconds(dt)?;
        if ticks > 100_000_000 {
            return Err(ConfigError::new_err(format!("ticks must lie in [0, 100000000], got {ticks}")));
        }
        let generator = &mut self.0;
        Ok(GaitReference { ticks: py.detach(|| (0..ticks).map(|_| generator.step(dt)).collect()), one: false })
    }
}

/// The duration of a tick [s].
fn seconds(dt: &Bound<'_, PyAny>) -> PyResult<f64> {
    match dt.extract() {
        Ok(dt) => Ok(dt),
        Err(_) => Err(ConfigError::new_err(format!("dt must be a number, got {}", dt.repr()?))),
    }
}

/// The reference of the tick that `step` takes, written to `out` too; no tick is taken when `out` is refused.
fn filled<'py>(
    py: Python<'py>,
    out: Option<&Bound<'py, PyAny>>,
    step: impl FnOnce() -> GeneratorReference,
) -> PyResult<GaitReference> {
    let mut ticks = Vec::with_capacity(1);
    if out.is_none() {
        ticks.push(step());
    } else {
        into_out(py, &[N_JOINTS], out, |[q, dq, ddq]| {
            let tick = step();
            q.copy_from_slice(&tick.reference.q);
            dq.copy_from_slice(&tick.reference.dq);
            ddq.copy_from_slice(&tick.reference.ddq);
            ticks.push(tick);
        })?;
    }
    Ok(GaitReference { ticks, one: true })
}

/// Adds the classes and functions of this file to the module.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<GaitReference>()?;
    m.add_class::<GaitGenerator>()
}
