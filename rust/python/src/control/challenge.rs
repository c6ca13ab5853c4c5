//! Resistance and error amplification.

use gaitloop_core::control::{self, AmplificationParams, ChallengeTorque, ResistanceParams};
use gaitloop_core::types::{JointVec, N_JOINTS};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use super::{Torque, Torques, same_rows};
use crate::convert::{config_error, readings, rows, vector};

type Tick<'py> = (Torque<'py>, Torque<'py>);
type Ticks<'py> = (Torques<'py>, Torques<'py>);

/// Loads against the movement itself.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct Resistance(pub(crate) control::Resistance);

#[pymethods]
impl Resistance {
    #[new]
    fn new(
        viscous: PyReadonlyArray1<'_, f64>,
        elastic: PyReadonlyArray1<'_, f64>,
        speed: PyReadonlyArray1<'_, f64>,
        follow: f64,
        max_torque: PyReadonlyArray1<'_, f64>,
    ) -> PyResult<Self> {
        let params = ResistanceParams {
            viscous: vector("viscous", &viscous)?,
            elastic: vector("elastic", &elastic)?,
            speed: vector("speed", &speed)?,
            follow,
            max_torque: vector("max_torque", &max_torque)?,
        };
        control::Resistance::new(params).map(Self).map_err(config_error)
    }

    fn step<'py>(
        &mut self,
        py: Python<'py>,
        q: PyReadonlyArray1<'py, f64>,
        dq: PyReadonlyArray1<'py, f64>,
        challenge: PyReadonlyArray1<'py, f64>,
        dt: f64,
    ) -> PyResult<Tick<'py>> {
        let (q, dq) = (readings(vector("q", &q)?), readings(vector("dq", &dq)?));
        Ok(tick(py, &self.0.step(&q, &dq, &vector("challenge", &challenge)?, dt)))
    }

    fn run<'py>(
        &mut self,
        py: Python<'py>,
        q: PyReadonlyArray2<'py, f64>,
        dq: PyReadonlyArray2<'py, f64>,
        challenge: PyReadonlyArray2<'py, f64>,
        dt: f64,
    ) -> PyResult<Ticks<'py>> {
        let [q, dq, challenge] = [rows::<N_JOINTS>("q", &q)?, rows("dq", &dq)?, rows("challenge", &challenge)?];
        same_rows(q.len(), &[("dq", dq.len(), N_JOINTS), ("challenge", challenge.len(), N_JOINTS)])?;
        let law = &mut self.0;
        every(py, q.len(), |i| law.step(&readings(q[i]), &readings(dq[i]), &challenge[i], dt))
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}

/// Torque away from a reference inside a tube, back to it outside.
#[pyclass(module = "gaitloop._core")]
pub(super) struct ErrorAmplification(control::ErrorAmplification);

#[pymethods]
impl ErrorAmplification {
    #[new]
    fn new(
        gain: PyReadonlyArray1<'_, f64>,
        tube: PyReadonlyArray1<'_, f64>,
        stiffness: PyReadonlyArray1<'_, f64>,
        damping: PyReadonlyArray1<'_, f64>,
        max_torque: PyReadonlyArray1<'_, f64>,
        budget: f64,
        power: f64,
    ) -> PyResult<Self> {
        let params = AmplificationParams {
            gain: vector("gain", &gain)?,
            tube: vector("tube", &tube)?,
            stiffness: vector("stiffness", &stiffness)?,
            damping: vector("damping", &damping)?,
            max_torque: vector("max_torque", &max_torque)?,
            budget,
            power,
        };
        control::ErrorAmplification::new(params).map(Self).map_err(config_error)
    }

    #[getter]
    fn stored<'py>(&self, py: Python<'py>) -> Torque<'py> {
        PyArray1::from_slice(py, self.0.stored())
    }

    fn step<'py>(
        &mut self,
        py: Python<'py>,
        q: PyReadonlyArray1<'py, f64>,
        dq: PyReadonlyArray1<'py, f64>,
        q_ref: PyReadonlyArray1<'py, f64>,
        challenge: PyReadonlyArray1<'py, f64>,
        dt: f64,
    ) -> PyResult<Tick<'py>> {
        let (q, dq) = (readings(vector("q", &q)?), readings(vector("dq", &dq)?));
        let (q_ref, challenge) = (vector("q_ref", &q_ref)?, vector("challenge", &challenge)?);
        Ok(tick(py, &self.0.step(&q, &dq, &q_ref, &challenge, dt)))
    }

    fn run<'py>(
        &mut self,
        py: Python<'py>,
        q: PyReadonlyArray2<'py, f64>,
        dq: PyReadonlyArray2<'py, f64>,
        q_ref: PyReadonlyArray2<'py, f64>,
        challenge: PyReadonlyArray2<'py, f64>,
        dt: f64,
    ) -> PyResult<Ticks<'py>> {
        let [q, dq] = [rows::<N_JOINTS>("q", &q)?, rows("dq", &dq)?];
        let [q_ref, challenge] = [rows::<N_JOINTS>("q_ref", &q_ref)?, rows("challenge", &challenge)?];
        same_rows(q.len(), &[("dq", dq.len(), N_JOINTS), ("q_ref", q_ref.len(), N_JOINTS)])?;
        same_rows(q.len(), &[("challenge", challenge.len(), N_JOINTS)])?;
        let law = &mut self.0;
        every(py, q.len(), |i| law.step(&readings(q[i]), &readings(dq[i]), &q_ref[i], &challenge[i], dt))
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}

fn tick<'py>(py: Python<'py>, out: &ChallengeTorque) -> Tick<'py> {
    (PyArray1::from_slice(py, &out.tau), PyArray1::from_slice(py, &out.energy))
}

fn every<'py>(
    py: Python<'py>,
    ticks: usize,
    mut law: impl FnMut(usize) -> ChallengeTorque + Send,
) -> PyResult<Ticks<'py>> {
    let [tau, energy] = [0; 2].map(|_| PyArray2::<f64>::zeros(py, [ticks, N_JOINTS], false));
    {
        let (mut tau, mut energy) = (tau.readwrite(), energy.readwrite());
        let tau: &mut [JointVec] = tau.as_slice_mut()?.as_chunks_mut().0;
        let energy: &mut [JointVec] = energy.as_slice_mut()?.as_chunks_mut().0;
        py.detach(|| {
            for (i, (tau, energy)) in tau.iter_mut().zip(energy).enumerate() {
                let out = law(i);
                (*tau, *energy) = (out.tau, out.energy);
            }
        });
    }
    Ok((tau, energy))
}
