//! Torque of the person at the joints.

use gaitloop_core::body::Body;
use gaitloop_core::control::{self, ObserverParams, Surroundings};
use gaitloop_core::types::{JointVec, N_JOINTS, Sides};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, PyReadonlyArray3};
use pyo3::prelude::*;

use super::{Torque, Torques, ticks};
use crate::convert::{ConfigError, blocks, config_error, readings, rows, vector};

/// Torque that the person adds at the joints, from momentum.
#[pyclass(module = "gaitloop._core")]
pub(super) struct HumanTorqueObserver(control::HumanTorqueObserver);

fn flat(told: &control::HumanTorque) -> (JointVec, JointVec) {
    (told.torque.map(|torque| torque.unwrap_or(f64::NAN)), told.confidence)
}

fn ground_of(ground: Option<&PyReadonlyArray2<'_, f64>>) -> PyResult<Sides<[Option<f64>; 3]>> {
    let Some(ground) = ground else { return Ok([[None; 3]; 2]) };
    match rows::<3>("ground", ground)? {
        [left, right] => Ok([readings(*left), readings(*right)]),
        other => Err(ConfigError::new_err(format!("ground must have shape (2, 3), got ({}, 3)", other.len()))),
    }
}

fn same_length<const N: usize>(name: &str, values: &[[f64; N]], n: usize) -> PyResult<()> {
    let got = values.len();
    if got == n { Ok(()) } else { Err(ConfigError::new_err(format!("{name} must have {n} rows, got {got}"))) }
}

#[pymethods]
impl HumanTorqueObserver {
    #[new]
    #[pyo3(signature = (mass, height, *, thigh_limb=0.0, shank_limb=0.0, friction=None, armature=None, gain=300.0,
        torque_lag=0.0, height_time=0.01, ankle=false))]
    #[expect(clippy::too_many_arguments, reason = "one keyword per parameter")]
    fn new(
        mass: f64,
        height: f64,
        thigh_limb: f64,
        shank_limb: f64,
        friction: Option<PyReadonlyArray1<'_, f64>>,
        armature: Option<PyReadonlyArray1<'_, f64>>,
        gain: f64,
        torque_lag: f64,
        height_time: f64,
        ankle: bool,
    ) -> PyResult<Self> {
        let friction = friction.map_or(Ok([0.0; 3]), |x| vector("friction", &x))?;
        let armature = armature.map_or(Ok([0.0; 3]), |x| vector("armature", &x))?;
        let body = Body::new(mass, height).map_err(config_error)?;
        let params =
            ObserverParams { thigh_limb, shank_limb, friction, armature, gain, torque_lag, height_time, ankle };
        control::HumanTorqueObserver::new(body, params).map(Self).map_err(config_error)
    }

    #[pyo3(signature = (q, dq, tau, contact, dt, *, ground=None, pelvis=None, height=None))]
    #[expect(clippy::too_many_arguments, reason = "the inputs of a tick, by name")]
    fn step<'py>(
        &mut self,
        py: Python<'py>,
        q: PyReadonlyArray1<'py, f64>,
        dq: PyReadonlyArray1<'py, f64>,
        tau: PyReadonlyArray1<'py, f64>,
        contact: [bool; 2],
        dt: f64,
        ground: Option<PyReadonlyArray2<'py, f64>>,
        pelvis: Option<PyReadonlyArray1<'py, f64>>,
        height: Option<f64>,
    ) -> PyResult<(Torque<'py>, Torque<'py>)> {
        let (q, dq) = (readings(vector("q", &q)?), readings(vector("dq", &dq)?));
        let tau = readings(vector("tau", &tau)?);
        let pelvis = pelvis.map_or(Ok([None; 4]), |x| vector("pelvis", &x).map(readings))?;
        let around = Surroundings { ground: ground_of(ground.as_ref())?, pelvis, height };
        let (torque, confidence) = flat(&self.0.step(&q, &dq, &tau, contact, &around, dt));
        Ok((PyArray1::from_slice(py, &torque), PyArray1::from_slice(py, &confidence)))
    }

    #[pyo3(signature = (q, dq, tau, contact, dt, *, ground, pelvis, height))]
    #[expect(clippy::too_many_arguments, reason = "the columns of a recording, by name")]
    fn run<'py>(
        &mut self,
        py: Python<'py>,
        q: PyReadonlyArray2<'py, f64>,
        dq: PyReadonlyArray2<'py, f64>,
        tau: PyReadonlyArray2<'py, f64>,
        contact: PyReadonlyArray2<'py, bool>,
        dt: f64,
        ground: PyReadonlyArray3<'py, f64>,
        pelvis: PyReadonlyArray2<'py, f64>,
        height: PyReadonlyArray1<'py, f64>,
    ) -> PyResult<(Torques<'py>, Torques<'py>)> {
        let (q, dq) = (rows::<N_JOINTS>("q", &q)?, rows::<N_JOINTS>("dq", &dq)?);
        let (tau, n) = (rows::<N_JOINTS>("tau", &tau)?, q.len());
        let (ground, pelvis) = (blocks::<2, 3>("ground", &ground)?, rows::<4>("pelvis", &pelvis)?);
        let (contact, height) = (contact.as_array(), ticks("height", &height, n)?);
        same_length("dq", dq, n)?;
        same_length("tau", tau, n)?;
        same_length("pelvis", pelvis, n)?;
        if contact.dim() != (n, 2) || ground.len() != n {
            return Err(ConfigError::new_err(format!("contact and ground must have {n} rows of both feet")));
        }
        let out = [PyArray2::zeros(py, [n, N_JOINTS], false), PyArray2::zeros(py, [n, N_JOINTS], false)];
        let mut views = [out[0].readwrite(), out[1].readwrite()];
        let [torques, confidences] = &mut views;
        let torques = torques.as_slice_mut()?.as_chunks_mut::<N_JOINTS>().0;
        let confidences = confidences.as_slice_mut()?.as_chunks_mut::<N_JOINTS>().0;
        py.detach(|| {
            for i in 0..n {
                let ground = ground[i].map(readings);
                let around = Surroundings { ground, pelvis: readings(pelvis[i]), height: Some(height[i]) };
                let feet = [contact[[i, 0]], contact[[i, 1]]];
                let told = self.0.step(&readings(q[i]), &readings(dq[i]), &readings(tau[i]), feet, &around, dt);
                (torques[i], confidences[i]) = flat(&told);
            }
        });
        drop(views);
        let [torque, confidence] = out;
        Ok((torque, confidence))
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}
