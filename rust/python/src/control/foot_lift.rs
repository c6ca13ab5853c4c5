//! Virtual-model foot lift.

use gaitloop_core::control::{self, FootLiftInput, FootLiftOutput, FootLiftParams};
use gaitloop_core::types::{N_JOINTS, N_SIDES};
use numpy::{PyArray1, PyArray2, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use super::{column, same_length};
use crate::convert::{config_error, readings, rows, vector};

type Side<'py, T> = Bound<'py, PyArray1<T>>;
type Sides<'py, T> = Bound<'py, PyArray2<T>>;
/// Torque, height, lifting, dragging, assumed, energy.
type Tick<'py> = (Side<'py, f64>, Side<'py, f64>, Side<'py, bool>, Side<'py, bool>, Side<'py, bool>, Side<'py, f64>);
type Ticks<'py> =
    (Sides<'py, f64>, Sides<'py, f64>, Sides<'py, bool>, Sides<'py, bool>, Sides<'py, bool>, Sides<'py, f64>);

/// A vertical virtual spring under a foot that drags.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct FootLift(pub(crate) control::FootLift);

fn height(out: &FootLiftOutput) -> [f64; N_SIDES] {
    out.height.map(|h| h.unwrap_or(f64::NAN))
}

#[pymethods]
impl FootLift {
    #[new]
    #[pyo3(signature = (mass, height, driven, *, stiffness, lift_height, clearance, max_force, max_torque, look_ahead, swing_start, swing_end, absent_ankle, fade_in, fade_out))]
    #[expect(clippy::too_many_arguments, reason = "one per parameter, by name")]
    fn new(
        mass: f64,
        height: f64,
        driven: PyReadonlyArray1<'_, f64>,
        stiffness: f64,
        lift_height: f64,
        clearance: f64,
        max_force: f64,
        max_torque: PyReadonlyArray1<'_, f64>,
        look_ahead: f64,
        swing_start: f64,
        swing_end: f64,
        absent_ankle: f64,
        fade_in: f64,
        fade_out: f64,
    ) -> PyResult<Self> {
        let params = FootLiftParams {
            mass,
            height,
            driven: vector("driven", &driven)?,
            stiffness,
            lift_height,
            clearance,
            max_force,
            max_torque: vector("max_torque", &max_torque)?,
            look_ahead,
            swing_start,
            swing_end,
            absent_ankle,
            fade_in,
            fade_out,
        };
        control::FootLift::new(params).map(Self).map_err(config_error)
    }

    fn reset(&mut self) {
        self.0.reset();
    }

    #[pyo3(signature = (q, dq, phase, foot_force, support, dt, pelvis_pitch=0.0))]
    #[expect(clippy::too_many_arguments, reason = "one per signal, by name")]
    fn step<'py>(
        &mut self,
        py: Python<'py>,
        q: PyReadonlyArray1<'py, f64>,
        dq: PyReadonlyArray1<'py, f64>,
        phase: PyReadonlyArray1<'py, f64>,
        foot_force: PyReadonlyArray1<'py, f64>,
        support: PyReadonlyArray1<'py, f64>,
        dt: f64,
        pelvis_pitch: f64,
    ) -> PyResult<Tick<'py>> {
        let input = FootLiftInput {
            q: readings(vector("q", &q)?),
            dq: readings(vector("dq", &dq)?),
            phase: readings(vector("phase", &phase)?),
            foot_force: readings(vector("foot_force", &foot_force)?),
            support: vector("support", &support)?,
            pelvis_pitch,
        };
        let out = self.0.step(&input, dt);
        Ok((
            PyArray1::from_slice(py, &out.tau),
            PyArray1::from_slice(py, &height(&out)),
            PyArray1::from_slice(py, &out.lifting),
            PyArray1::from_slice(py, &out.dragging),
            PyArray1::from_slice(py, &out.assumed),
            PyArray1::from_slice(py, &out.energy),
        ))
    }

    #[pyo3(signature = (q, dq, phase, foot_force, support, dt, pelvis_pitch=None))]
    #[expect(clippy::too_many_arguments, reason = "one per signal, by name")]
    fn run<'py>(
        &mut self,
        py: Python<'py>,
        q: PyReadonlyArray2<'py, f64>,
        dq: PyReadonlyArray2<'py, f64>,
        phase: PyReadonlyArray2<'py, f64>,
        foot_force: PyReadonlyArray2<'py, f64>,
        support: PyReadonlyArray2<'py, f64>,
        dt: f64,
        pelvis_pitch: Option<PyReadonlyArray1<'py, f64>>,
    ) -> PyResult<Ticks<'py>> {
        let q = rows::<N_JOINTS>("q", &q)?;
        let n = q.len();
        let dq = same_length("dq", n, rows::<N_JOINTS>("dq", &dq)?)?;
        let phase = same_length("phase", n, rows::<N_SIDES>("phase", &phase)?)?;
        let force = same_length("foot_force", n, rows::<N_SIDES>("foot_force", &foot_force)?)?;
        let support = same_length("support", n, rows::<N_SIDES>("support", &support)?)?;
        let pitch = column("pelvis_pitch", n, pelvis_pitch.as_ref())?;
        let law = &mut self.0;
        let out: Vec<FootLiftOutput> = py.detach(|| {
            let tick = |i: usize| FootLiftInput {
                q: readings(q[i]),
                dq: readings(dq[i]),
                phase: readings(phase[i]),
                foot_force: readings(force[i]),
                support: support[i],
                pelvis_pitch: pitch.as_ref().map_or(0.0, |pitch| pitch[i]),
            };
            (0..n).map(|i| law.step(&tick(i), dt)).collect()
        });
        Ok((
            table(py, &out, |o| o.tau)?,
            table(py, &out, height)?,
            table(py, &out, |o| o.lifting)?,
            table(py, &out, |o| o.dragging)?,
            table(py, &out, |o| o.assumed)?,
            table(py, &out, |o| o.energy)?,
        ))
    }
}

/// One field of every tick.
fn table<'py, T: numpy::Element + Copy, const N: usize>(
    py: Python<'py>,
    out: &[FootLiftOutput],
    field: impl Fn(&FootLiftOutput) -> [T; N],
) -> PyResult<Sides<'py, T>> {
    super::table(py, out.iter().map(field))
}
