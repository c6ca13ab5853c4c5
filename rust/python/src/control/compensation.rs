//! What the motor has to add.

use gaitloop_core::control::{self, CompensationParams, N_GRAVITY};
use gaitloop_core::types::{N_JOINTS, N_SIDES};
use numpy::{PyArray1, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use super::{Torque, Torques, column, same_length, table};
use crate::convert::{ConfigError, config_error, readings, rows, vector};

/// Gravity, friction and inertia of the exoskeleton.
#[pyclass(module = "gaitloop._core")]
pub struct Compensation(pub(crate) control::Compensation);

#[pymethods]
impl Compensation {
    #[new]
    #[pyo3(signature = (gravity, coulomb, viscous, inertia, max_torque, *, friction_speed, friction_share, inertia_share, accel_time))]
    #[expect(clippy::too_many_arguments, reason = "one per parameter, by name")]
    fn new(
        gravity: PyReadonlyArray2<'_, f64>,
        coulomb: PyReadonlyArray1<'_, f64>,
        viscous: PyReadonlyArray1<'_, f64>,
        inertia: PyReadonlyArray1<'_, f64>,
        max_torque: PyReadonlyArray1<'_, f64>,
        friction_speed: f64,
        friction_share: f64,
        inertia_share: f64,
        accel_time: f64,
    ) -> PyResult<Self> {
        let shape = gravity.as_array().dim();
        if shape != (N_SIDES, N_GRAVITY) {
            return Err(ConfigError::new_err(format!("gravity must have shape (2, 6), got {shape:?}")));
        }
        let sides = rows::<N_GRAVITY>("gravity", &gravity)?;
        let params = CompensationParams {
            gravity: [sides[0], sides[1]],
            coulomb: vector("coulomb", &coulomb)?,
            viscous: vector("viscous", &viscous)?,
            inertia: vector("inertia", &inertia)?,
            max_torque: vector("max_torque", &max_torque)?,
            friction_speed,
            friction_share,
            inertia_share,
            accel_time,
        };
        control::Compensation::new(params).map(Self).map_err(config_error)
    }

    fn reset(&mut self) {
        self.0.reset();
    }

    #[pyo3(signature = (tau, q, dq, ddq, dt, pelvis_pitch=0.0))]
    #[expect(clippy::too_many_arguments, reason = "one per signal, by name")]
    fn step<'py>(
        &mut self,
        py: Python<'py>,
        tau: PyReadonlyArray1<'py, f64>,
        q: PyReadonlyArray1<'py, f64>,
        dq: PyReadonlyArray1<'py, f64>,
        ddq: PyReadonlyArray1<'py, f64>,
        dt: f64,
        pelvis_pitch: f64,
    ) -> PyResult<(Torque<'py>, Torque<'py>)> {
        let (q, dq) = (readings(vector("q", &q)?), readings(vector("dq", &dq)?));
        let ddq = readings(vector("ddq", &ddq)?);
        let out = self.0.step(&vector("tau", &tau)?, &q, &dq, &ddq, dt, pelvis_pitch);
        Ok((PyArray1::from_slice(py, &out.tau_motor), PyArray1::from_slice(py, &out.added)))
    }

    #[pyo3(signature = (tau, q, dq, ddq, dt, pelvis_pitch=None))]
    #[expect(clippy::too_many_arguments, reason = "one per signal, by name")]
    fn run<'py>(
        &mut self,
        py: Python<'py>,
        tau: PyReadonlyArray2<'py, f64>,
        q: PyReadonlyArray2<'py, f64>,
        dq: PyReadonlyArray2<'py, f64>,
        ddq: Option<PyReadonlyArray2<'py, f64>>,
        dt: f64,
        pelvis_pitch: Option<PyReadonlyArray1<'py, f64>>,
    ) -> PyResult<(Torques<'py>, Torques<'py>)> {
        let tau = rows::<N_JOINTS>("tau", &tau)?;
        let n = tau.len();
        let q = same_length("q", n, rows::<N_JOINTS>("q", &q)?)?;
        let dq = same_length("dq", n, rows::<N_JOINTS>("dq", &dq)?)?;
        let ddq = match &ddq {
            Some(ddq) => Some(same_length("ddq", n, rows::<N_JOINTS>("ddq", ddq)?)?),
            None => None,
        };
        let pitch = column("pelvis_pitch", n, pelvis_pitch.as_ref())?;
        let law = &mut self.0;
        let mut tick = |i: usize| {
            let accel = ddq.map_or([None; N_JOINTS], |ddq| readings(ddq[i]));
            let pitch = pitch.as_ref().map_or(0.0, |pitch| pitch[i]);
            law.step(&tau[i], &readings(q[i]), &readings(dq[i]), &accel, dt, pitch)
        };
        let out: Vec<_> = py.detach(|| (0..n).map(&mut tick).collect());
        Ok((table(py, out.iter().map(|o| o.tau_motor))?, table(py, out.iter().map(|o| o.added))?))
    }
}

#[pyfunction]
pub(super) fn segment_gravity<'py>(
    py: Python<'py>,
    lengths: PyReadonlyArray1<'py, f64>,
    mass: PyReadonlyArray1<'py, f64>,
    along: PyReadonlyArray1<'py, f64>,
    forward: PyReadonlyArray1<'py, f64>,
) -> PyResult<Torque<'py>> {
    let (lengths, mass) = (vector("lengths", &lengths)?, vector("mass", &mass)?);
    let (along, forward) = (vector("along", &along)?, vector("forward", &forward)?);
    let gravity = control::segment_gravity(lengths, mass, along, forward).map_err(config_error)?;
    Ok(PyArray1::from_slice(py, &gravity))
}
