//! Reference from the sound leg.

use gaitloop_core::control;
use gaitloop_core::types::N_LEG;
use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use super::Torque;
use crate::convert::{config_error, vector};

/// Angles and velocities of one leg as the sound one suggests them.
#[pyclass(module = "gaitloop._core")]
pub(super) struct ComplementaryMotion(control::ComplementaryMotion);

#[pymethods]
impl ComplementaryMotion {
    #[new]
    fn new(max_velocity: PyReadonlyArray1<'_, f64>, fade: f64) -> PyResult<Self> {
        control::ComplementaryMotion::new(vector("max_velocity", &max_velocity)?, fade).map(Self).map_err(config_error)
    }

    fn step<'py>(
        &mut self,
        py: Python<'py>,
        estimate_q: PyReadonlyArray1<'py, f64>,
        estimate_dq: PyReadonlyArray1<'py, f64>,
        q_ref: PyReadonlyArray1<'py, f64>,
        dq_ref: PyReadonlyArray1<'py, f64>,
        dt: f64,
    ) -> PyResult<(Torque<'py>, Torque<'py>, f64)> {
        let estimate = (vector::<N_LEG>("estimate_q", &estimate_q)?, vector("estimate_dq", &estimate_dq)?);
        let out = self.0.step(Some(estimate), &vector("q_ref", &q_ref)?, &vector("dq_ref", &dq_ref)?, dt);
        Ok((PyArray1::from_slice(py, &out.q), PyArray1::from_slice(py, &out.dq), out.confidence))
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}
