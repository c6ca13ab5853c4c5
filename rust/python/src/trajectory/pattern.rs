//! Binding of the periodic pattern.

use gaitloop_core::trajectory;
use gaitloop_core::types::{JointVec, N_JOINTS, N_LEG, Sides};
use gaitloop_kernels::{Following, SideTicks};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray2};
use pyo3::prelude::*;

use super::out::{Rows, Signal, into_out, not_float64, refused, same_length, write};
use crate::convert::{ConfigError, config_error, rows, vector};

/// Periodic reference of six joints.
#[pyclass(module = "gaitloop._core", frozen)]
#[derive(Clone)]
pub(crate) struct GaitPattern(pub(crate) trajectory::GaitPattern);

#[pymethods]
impl GaitPattern {
    #[staticmethod]
    #[pyo3(signature = (speed, height, *, pelvic_tilt = 8.0_f64.to_radians(), foot_clearance = None))]
    fn koopman(speed: f64, height: f64, pelvic_tilt: f64, foot_clearance: Option<f64>) -> PyResult<Self> {
        trajectory::GaitPattern::koopman(speed, height, pelvic_tilt, foot_clearance).map(Self).map_err(config_error)
    }

    #[staticmethod]
    #[pyo3(signature = (angles, *, stride_time, offset = 0.5, speed = None, closing = 0.05))]
    fn from_table(
        angles: PyReadonlyArray2<'_, f64>,
        stride_time: f64,
        offset: f64,
        speed: Option<f64>,
        closing: f64,
    ) -> PyResult<Self> {
        let columns = angles.as_array().ncols();
        let table: Vec<JointVec> = if columns == N_LEG {
            let legs = rows::<N_LEG>("angles", &angles)?;
            legs.iter().map(|leg| core::array::from_fn(|i| leg[i % N_LEG])).collect()
        } else if columns == N_JOINTS {
            rows::<N_JOINTS>("angles", &angles)?.to_vec()
        } else {
            let got = angles.as_array().dim();
            return Err(ConfigError::new_err(format!("angles must have shape (N, 3) or (N, 6), got {got:?}")));
        };
        trajectory::GaitPattern::from_table(&table, stride_time, offset, speed, closing).map(Self).map_err(config_error)
    }

    #[pyo3(signature = (phase, phase_rate = None, out = None))]
    fn evaluate<'py>(
        &self,
        py: Python<'py>,
        phase: &Bound<'py, PyAny>,
        phase_rate: Option<&Bound<'py, PyAny>>,
        out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let phase = Signal::new("phase", phase)?;
        let rate = phase_rate.map(|rate| Signal::new("phase_rate", rate)).transpose()?;
        let phases = phase.slice("phase")?;
        let (one, many) = match &rate {
            None => (Some(self.0.stride_rate()), None),
            Some(Signal::One(rate)) => (Some(*rate), None),
            Some(rate) => (None, Some(rate.slice("phase_rate")?)),
        };
        if let Some(rates) = many {
            let Some(want) = phase.len() else {
                return Err(ConfigError::new_err(format!(
                    "phase_rate must have shape () beside one phase, got ({},)",
                    rates.len()
                )));
            };
            same_length("phase_rate", rates.len(), want)?;
        }
        match (phase.len(), many) {
            (None, _) => into_out(py, &[N_JOINTS], out, |out| write(out, |i| self.0.evaluate(phases[i], one))),
            (Some(n), None) => {
                let ticks = Following::at_rate(&self.0, phases, one.unwrap_or_default());
                into_out(py, &[n, N_JOINTS], out, |out| py.detach(|| gaitloop_kernels::evaluate(&self.0, ticks, out)))
            }
            (Some(n), Some(rates)) => {
                let ticks = Following::at_rates(&self.0, phases, rates);
                into_out(py, &[n, N_JOINTS], out, |out| py.detach(|| gaitloop_kernels::evaluate(&self.0, ticks, out)))
            }
        }
    }

    #[pyo3(signature = (phases, phase_rates = None, phase_accels = None, out = None))]
    fn evaluate_sides<'py>(
        &self,
        py: Python<'py>,
        phases: &Bound<'py, PyAny>,
        phase_rates: Option<&Bound<'py, PyAny>>,
        phase_accels: Option<&Bound<'py, PyAny>>,
        out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let own = [self.0.stride_rate(); 2];
        if let Ok(one) = phases.cast::<PyArray1<f64>>() {
            let phase = vector::<2>("phases", &one.try_readonly().map_err(|e| refused("phases", &e))?)?;
            let (rate, accel) = (one_of("phase_rates", phase_rates)?, one_of("phase_accels", phase_accels)?);
            let reference = self.0.evaluate_sides(phase, rate.unwrap_or(own), accel.unwrap_or_default());
            return into_out(py, &[N_JOINTS], out, |out| write(out, |_| reference));
        }
        let phases = sides("phases", phases)?;
        let rates = phase_rates.map(|x| sides("phase_rates", x)).transpose()?;
        let accels = phase_accels.map(|x| sides("phase_accels", x)).transpose()?;
        let phases = rows::<2>("phases", &phases)?;
        let rates = rates.as_ref().map(|x| recording("phase_rates", x, phases.len())).transpose()?;
        let accels = accels.as_ref().map(|x| recording("phase_accels", x, phases.len())).transpose()?;
        let ticks = SideTicks::new(&self.0, phases, rates, accels);
        let fill = |out: Rows<'_>| py.detach(|| gaitloop_kernels::evaluate(&self.0, ticks, out));
        into_out(py, &[phases.len(), N_JOINTS], out, fill)
    }

    #[getter]
    fn stride_rate(&self) -> f64 {
        self.0.stride_rate()
    }

    #[getter]
    fn speed(&self) -> Option<f64> {
        self.0.speed()
    }

    #[getter]
    fn offset(&self) -> f64 {
        self.0.offset()
    }

    #[getter]
    fn published_stride_rate(&self) -> Option<f64> {
        self.0.published_stride_rate()
    }

    fn foot_clearance(&self, height: f64) -> PyResult<f64> {
        self.0.foot_clearance(height).map_err(config_error)
    }
}

fn one_of(name: &str, value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Sides<f64>>> {
    let Some(value) = value else { return Ok(None) };
    let array = value.cast::<PyArray1<f64>>().map_err(|_| not_float64(name, "shape (2,)", value))?;
    vector::<2>(name, &array.try_readonly().map_err(|e| refused(name, &e))?).map(Some)
}

fn sides<'py>(name: &str, value: &Bound<'py, PyAny>) -> PyResult<PyReadonlyArray2<'py, f64>> {
    let array = value.cast::<PyArray2<f64>>().map_err(|_| not_float64(name, "shape (2,) or (T, 2)", value))?;
    array.try_readonly().map_err(|e| refused(name, &e))
}

fn recording<'a>(name: &str, array: &'a PyReadonlyArray2<'_, f64>, len: usize) -> PyResult<&'a [Sides<f64>]> {
    let rows = rows::<2>(name, array)?;
    if rows.len() == len {
        return Ok(rows);
    }
    Err(ConfigError::new_err(format!("{name} must have shape ({len}, 2), got ({}, 2)", rows.len())))
}

/// Adds the classes of this file to the module.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<GaitPattern>()
}
