//! Path control and force field.

use gaitloop_core::control::{self, ForceFieldParams, PathParams, PathTorque};
use gaitloop_core::types::{JointReading, JointVec, N_JOINTS, N_SIDES, Sides};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use super::{Torque, Torques, same_rows};
use crate::convert::{ConfigError, config_error, readings, rows, vector};

/// A tunnel around a path in joint space.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct PathControl(pub(crate) control::PathControl);

/// Help along a path and a force back to it.
#[pyclass(module = "gaitloop._core")]
pub(super) struct ForceField(control::ForceField);

type Tick<'py> = (Torque<'py>, Torque<'py>, Torque<'py>, Torque<'py>);
type Ticks<'py> = (Torques<'py>, Torques<'py>, Torques<'py>, Torques<'py>);
type Row = (JointReading, JointReading, Sides<f64>, Sides<f64>, JointVec);

/// Samples of a path.
pub(super) fn path_rows<'a>(array: &'a PyReadonlyArray2<'_, f64>) -> PyResult<&'a [JointVec]> {
    let (length, width) = array.as_array().dim();
    if width != N_JOINTS {
        return Err(ConfigError::new_err(format!("path must have shape (N, 6), got ({length}, {width})")));
    }
    rows("path", array)
}

/// One tick of either law.
struct Inputs<'a, 'py> {
    q: &'a PyReadonlyArray1<'py, f64>,
    dq: &'a PyReadonlyArray1<'py, f64>,
    phase: &'a PyReadonlyArray1<'py, f64>,
    phase_rate: &'a PyReadonlyArray1<'py, f64>,
    guidance: &'a PyReadonlyArray1<'py, f64>,
}

impl Inputs<'_, '_> {
    fn step<'py>(&self, py: Python<'py>, law: impl FnOnce(&Row) -> PathTorque) -> PyResult<Tick<'py>> {
        let row = (
            readings(vector("q", self.q)?),
            readings(vector("dq", self.dq)?),
            vector("phase", self.phase)?,
            vector("phase_rate", self.phase_rate)?,
            vector("guidance", self.guidance)?,
        );
        let out = law(&row);
        let array = |values: &[f64]| PyArray1::from_slice(py, values);
        Ok((array(&out.tau), array(&known(out.nearest)), array(&known(out.distance)), array(&out.energy)))
    }
}

/// Every tick of a recording of either law.
struct Recording<'a, 'py> {
    q: &'a PyReadonlyArray2<'py, f64>,
    dq: &'a PyReadonlyArray2<'py, f64>,
    phase: &'a PyReadonlyArray2<'py, f64>,
    phase_rate: &'a PyReadonlyArray2<'py, f64>,
    guidance: &'a PyReadonlyArray2<'py, f64>,
}

impl Recording<'_, '_> {
    fn run<'py>(&self, py: Python<'py>, mut law: impl FnMut(&Row) -> PathTorque + Send) -> PyResult<Ticks<'py>> {
        let q = rows::<N_JOINTS>("q", self.q)?;
        let (dq, guidance) = (rows::<N_JOINTS>("dq", self.dq)?, rows::<N_JOINTS>("guidance", self.guidance)?);
        let (phase, rate) = (rows::<N_SIDES>("phase", self.phase)?, rows::<N_SIDES>("phase_rate", self.phase_rate)?);
        same_rows(q.len(), &[("dq", dq.len(), N_JOINTS), ("phase", phase.len(), N_SIDES)])?;
        same_rows(q.len(), &[("phase_rate", rate.len(), N_SIDES), ("guidance", guidance.len(), N_JOINTS)])?;
        let tau = PyArray2::<f64>::zeros(py, [q.len(), N_JOINTS], false);
        let [nearest, distance, energy] = [0; 3].map(|_| PyArray2::<f64>::zeros(py, [q.len(), N_SIDES], false));
        {
            let mut views = [&tau, &nearest, &distance, &energy].map(|array| array.readwrite());
            let [tau, nearest, distance, energy] = &mut views;
            let tau = tau.as_slice_mut()?.as_chunks_mut::<N_JOINTS>().0;
            let nearest = nearest.as_slice_mut()?.as_chunks_mut::<N_SIDES>().0;
            let distance = distance.as_slice_mut()?.as_chunks_mut::<N_SIDES>().0;
            let energy = energy.as_slice_mut()?.as_chunks_mut::<N_SIDES>().0;
            py.detach(|| {
                for i in 0..q.len() {
                    let out = law(&(readings(q[i]), readings(dq[i]), phase[i], rate[i], guidance[i]));
                    tau[i] = out.tau;
                    (nearest[i], distance[i], energy[i]) = (known(out.nearest), known(out.distance), out.energy);
                }
            });
        }
        Ok((tau, nearest, distance, energy))
    }
}

fn known(values: Sides<Option<f64>>) -> Sides<f64> {
    values.map(|x| x.unwrap_or(f64::NAN))
}

macro_rules! wide {
    ($param:ident) => {
        f64
    };
}

macro_rules! steps {
    ($name:ident, $make:expr, $($param:ident),+) => {
        #[pymethods]
        impl $name {
            #[new]
            #[allow(clippy::too_many_arguments)]
            fn new(
                path: PyReadonlyArray2<'_, f64>,
                weight: PyReadonlyArray1<'_, f64>,
                window: f64,
                $($param: f64),+
            ) -> PyResult<Self> {
                let make: fn(&[JointVec], JointVec, f64, $(wide!($param)),+) -> gaitloop_core::Result<_> = $make;
                make(path_rows(&path)?, vector("weight", &weight)?, window, $($param),+).map(Self).map_err(config_error)
            }

            #[allow(clippy::too_many_arguments)]
            fn step<'py>(
                &mut self,
                py: Python<'py>,
                q: PyReadonlyArray1<'py, f64>,
                dq: PyReadonlyArray1<'py, f64>,
                phase: PyReadonlyArray1<'py, f64>,
                phase_rate: PyReadonlyArray1<'py, f64>,
                guidance: PyReadonlyArray1<'py, f64>,
                dt: f64,
            ) -> PyResult<Tick<'py>> {
                let inputs =
                    Inputs { q: &q, dq: &dq, phase: &phase, phase_rate: &phase_rate, guidance: &guidance };
                inputs.step(py, |(q, dq, phase, rate, guidance)| self.0.step(q, dq, *phase, *rate, guidance, dt))
            }

            #[allow(clippy::too_many_arguments)]
            fn run<'py>(
                &mut self,
                py: Python<'py>,
                q: PyReadonlyArray2<'py, f64>,
                dq: PyReadonlyArray2<'py, f64>,
                phase: PyReadonlyArray2<'py, f64>,
                phase_rate: PyReadonlyArray2<'py, f64>,
                guidance: PyReadonlyArray2<'py, f64>,
                dt: f64,
            ) -> PyResult<Ticks<'py>> {
                let recording =
                    Recording { q: &q, dq: &dq, phase: &phase, phase_rate: &phase_rate, guidance: &guidance };
                let law = &mut self.0;
                recording.run(py, |(q, dq, phase, rate, guidance)| law.step(q, dq, *phase, *rate, guidance, dt))
            }

            fn reset(&mut self) {
                self.0.reset();
            }
        }
    };
}

steps!(
    PathControl,
    |path, weight, window, band, stiffness, wall_torque, damping, flow| {
        control::PathControl::new(path, PathParams { weight, window, band, stiffness, wall_torque, damping, flow })
    },
    band,
    stiffness,
    wall_torque,
    damping,
    flow
);

steps!(
    ForceField,
    |path, weight, window, tube, normal_width, normal, tangent_width, tangent, damping| {
        let params = ForceFieldParams { weight, window, tube, normal_width, normal, tangent_width, tangent, damping };
        control::ForceField::new(path, params)
    },
    tube,
    normal_width,
    normal,
    tangent_width,
    tangent,
    damping
);
