//! Torque profiles.

use gaitloop_core::control::{self, Bumps, ProportionalParams};
use gaitloop_core::types::{N_JOINTS, N_SIDES};
use numpy::{PyArray1, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use super::{Torque, Torques, same_length, table};
use crate::convert::{ConfigError, config_error, readings, rows, vector};

/// Torque of two bumps per joint over the phase of its side.
#[pyclass(module = "gaitloop._core", frozen)]
pub(super) struct SplineProfile(control::SplineProfile);

fn bumps(name: &str, values: &PyReadonlyArray2<'_, f64>) -> PyResult<Bumps> {
    let shape = values.as_array().dim();
    if shape != (N_JOINTS, 2) {
        return Err(ConfigError::new_err(format!("{name} must have shape (6, 2), got {shape:?}")));
    }
    let rows = rows::<2>(name, values)?;
    Ok(core::array::from_fn(|j| rows[j]))
}

#[pymethods]
impl SplineProfile {
    #[new]
    fn new(
        torque: PyReadonlyArray2<'_, f64>,
        peak: PyReadonlyArray2<'_, f64>,
        rise: PyReadonlyArray2<'_, f64>,
        fall: PyReadonlyArray2<'_, f64>,
    ) -> PyResult<Self> {
        let (torque, peak) = (bumps("torque", &torque)?, bumps("peak", &peak)?);
        let (rise, fall) = (bumps("rise", &rise)?, bumps("fall", &fall)?);
        control::SplineProfile::new(torque, peak, rise, fall).map(Self).map_err(config_error)
    }

    fn step<'py>(
        &self,
        py: Python<'py>,
        phase: PyReadonlyArray1<'py, f64>,
        guidance: PyReadonlyArray1<'py, f64>,
    ) -> PyResult<Torque<'py>> {
        let tau = self.0.step(readings(vector("phase", &phase)?), &vector("guidance", &guidance)?);
        Ok(PyArray1::from_slice(py, &tau))
    }

    fn run<'py>(
        &self,
        py: Python<'py>,
        phase: PyReadonlyArray2<'py, f64>,
        guidance: PyReadonlyArray2<'py, f64>,
    ) -> PyResult<Torques<'py>> {
        let phase = rows::<N_SIDES>("phase", &phase)?;
        let guidance = same_length("guidance", phase.len(), rows::<N_JOINTS>("guidance", &guidance)?)?;
        let law = &self.0;
        let tick = |i: usize| law.step(readings(phase[i]), &guidance[i]);
        let tau: Vec<_> = py.detach(|| (0..phase.len()).map(tick).collect());
        table(py, tau.into_iter())
    }
}

/// Plantarflexion in proportion to the moment that the ankle carries.
#[pyclass(module = "gaitloop._core")]
pub(super) struct ProportionalMoment(control::ProportionalMoment);

#[pymethods]
impl ProportionalMoment {
    #[new]
    #[pyo3(signature = (mass, height, *, gain, max_torque, roll_radius, smoothing))]
    fn new(mass: f64, height: f64, gain: f64, max_torque: f64, roll_radius: f64, smoothing: f64) -> PyResult<Self> {
        let params = ProportionalParams { mass, height, gain, max_torque, roll_radius, smoothing };
        control::ProportionalMoment::new(params).map(Self).map_err(config_error)
    }

    fn reset(&mut self) {
        self.0.reset();
    }

    fn step<'py>(
        &mut self,
        py: Python<'py>,
        foot_force: PyReadonlyArray1<'py, f64>,
        cop: PyReadonlyArray1<'py, f64>,
        q: PyReadonlyArray1<'py, f64>,
        guidance: PyReadonlyArray1<'py, f64>,
        dt: f64,
    ) -> PyResult<(Torque<'py>, Torque<'py>)> {
        let (force, cop) = (readings(vector("foot_force", &foot_force)?), readings(vector("cop", &cop)?));
        let out = self.0.step(force, cop, &readings(vector("q", &q)?), &vector("guidance", &guidance)?, dt);
        let moment = out.moment.map(|m| m.unwrap_or(f64::NAN));
        Ok((PyArray1::from_slice(py, &out.tau), PyArray1::from_slice(py, &moment)))
    }

    fn run<'py>(
        &mut self,
        py: Python<'py>,
        foot_force: PyReadonlyArray2<'py, f64>,
        cop: PyReadonlyArray2<'py, f64>,
        q: PyReadonlyArray2<'py, f64>,
        guidance: PyReadonlyArray2<'py, f64>,
        dt: f64,
    ) -> PyResult<(Torques<'py>, Torques<'py>)> {
        let force = rows::<N_SIDES>("foot_force", &foot_force)?;
        let n = force.len();
        let cop = same_length("cop", n, rows::<N_SIDES>("cop", &cop)?)?;
        let q = same_length("q", n, rows::<N_JOINTS>("q", &q)?)?;
        let guidance = same_length("guidance", n, rows::<N_JOINTS>("guidance", &guidance)?)?;
        let law = &mut self.0;
        let mut tick = |i: usize| law.step(readings(force[i]), readings(cop[i]), &readings(q[i]), &guidance[i], dt);
        let out: Vec<_> = py.detach(|| (0..n).map(&mut tick).collect());
        let moment = out.iter().map(|o| o.moment.map(|m| m.unwrap_or(f64::NAN)));
        Ok((table(py, out.iter().map(|o| o.tau))?, table(py, moment)?))
    }
}
