//! Foot plates.

use gaitloop_core::control::{self, Ground, N_AXES, Plates};
use gaitloop_core::types::{N_JOINTS, N_SIDES};
use numpy::{PyArray1, PyArray2, PyArray3, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, PyReadonlyArray3};
use pyo3::prelude::*;

use super::{Torque, same_length, table};
use crate::convert::{ConfigError, blocks, config_error, readings, rows, vector};

/// A spring and damper between each foot plate and its path.
#[pyclass(module = "gaitloop._core", frozen)]
pub(crate) struct FootPlate(pub(crate) control::FootPlate);

/// Force and energy of one tick, or of every tick of a recording.
type Tick<'py> = (Bound<'py, PyArray2<f64>>, Torque<'py>);
type Ticks<'py> = (Bound<'py, PyArray3<f64>>, Bound<'py, PyArray2<f64>>);

fn plates(name: &str, values: &PyReadonlyArray2<'_, f64>) -> PyResult<Plates<Option<f64>>> {
    let shape = values.as_array().dim();
    if shape != (N_SIDES, N_AXES) {
        return Err(ConfigError::new_err(format!("{name} must have shape (2, 3), got {shape:?}")));
    }
    let rows = rows::<N_AXES>(name, values)?;
    Ok(core::array::from_fn(|side| readings(rows[side])))
}

/// An array (T, 2, 3).
fn poses<'py>(py: Python<'py>, rows: &[Plates<f64>]) -> PyResult<Bound<'py, PyArray3<f64>>> {
    let out = PyArray3::<f64>::zeros(py, [rows.len(), N_SIDES, N_AXES], false);
    out.readwrite().as_slice_mut()?.copy_from_slice(rows.as_flattened().as_flattened());
    Ok(out)
}

#[pymethods]
impl FootPlate {
    #[new]
    fn new(
        path: PyReadonlyArray3<'_, f64>,
        stiffness: PyReadonlyArray1<'_, f64>,
        damping: PyReadonlyArray1<'_, f64>,
        max_force: PyReadonlyArray1<'_, f64>,
    ) -> PyResult<Self> {
        let shape = path.as_array().dim();
        if (shape.1, shape.2) != (N_SIDES, N_AXES) {
            return Err(ConfigError::new_err(format!("path must have shape (N, 2, 3), got {shape:?}")));
        }
        let (stiffness, damping) = (vector("stiffness", &stiffness)?, vector("damping", &damping)?);
        let max_force = vector("max_force", &max_force)?;
        let path = blocks::<N_SIDES, N_AXES>("path", &path)?;
        control::FootPlate::new(path, stiffness, damping, max_force).map(Self).map_err(config_error)
    }

    fn step<'py>(
        &self,
        py: Python<'py>,
        pose: PyReadonlyArray2<'py, f64>,
        velocity: PyReadonlyArray2<'py, f64>,
        phase: PyReadonlyArray1<'py, f64>,
        phase_rate: PyReadonlyArray1<'py, f64>,
        guidance: PyReadonlyArray1<'py, f64>,
    ) -> PyResult<Tick<'py>> {
        let out = self.0.step(
            &plates("pose", &pose)?,
            &plates("velocity", &velocity)?,
            readings(vector("phase", &phase)?),
            vector("phase_rate", &phase_rate)?,
            vector("guidance", &guidance)?,
        );
        Ok((table(py, out.force.into_iter())?, PyArray1::from_slice(py, &out.energy)))
    }

    fn run<'py>(
        &self,
        py: Python<'py>,
        pose: PyReadonlyArray3<'py, f64>,
        velocity: PyReadonlyArray3<'py, f64>,
        phase: PyReadonlyArray2<'py, f64>,
        phase_rate: PyReadonlyArray2<'py, f64>,
        guidance: PyReadonlyArray2<'py, f64>,
    ) -> PyResult<Ticks<'py>> {
        let pose = blocks::<N_SIDES, N_AXES>("pose", &pose)?;
        let n = pose.len();
        let velocity = blocks::<N_SIDES, N_AXES>("velocity", &velocity)?;
        if velocity.len() != n {
            let got = velocity.len();
            return Err(ConfigError::new_err(format!("velocity must have shape ({n}, 2, 3), got ({got}, 2, 3)")));
        }
        let phase = same_length("phase", n, rows::<N_SIDES>("phase", &phase)?)?;
        let rate = same_length("phase_rate", n, rows::<N_SIDES>("phase_rate", &phase_rate)?)?;
        let guidance = same_length("guidance", n, rows::<N_SIDES>("guidance", &guidance)?)?;
        let law = &self.0;
        let tick = |i: usize| {
            let (pose, velocity) = (pose[i].map(readings), velocity[i].map(readings));
            law.step(&pose, &velocity, readings(phase[i]), rate[i], guidance[i])
        };
        let (force, energy): (Vec<_>, Vec<_>) = py.detach(|| (0..n).map(tick).map(|o| (o.force, o.energy)).unzip());
        Ok((poses(py, &force)?, table(py, energy.into_iter())?))
    }
}

#[pyfunction]
#[pyo3(signature = (angles, height, ground, offset, step_length, samples))]
pub(super) fn plate_path<'py>(
    py: Python<'py>,
    angles: PyReadonlyArray2<'py, f64>,
    height: f64,
    ground: &str,
    offset: f64,
    step_length: Option<f64>,
    samples: usize,
) -> PyResult<Bound<'py, PyArray3<f64>>> {
    let shape = angles.as_array().dim();
    if shape.1 != N_JOINTS {
        return Err(ConfigError::new_err(format!("angles must have shape (N, 6), got {shape:?}")));
    }
    let ground = match ground {
        "level" => Ground::Level,
        "stairs" => Ground::Stairs,
        other => return Err(ConfigError::new_err(format!("ground must be one of level, stairs, got '{other}'"))),
    };
    let angles = rows::<N_JOINTS>("angles", &angles)?;
    let path = control::plate_path(angles, height, ground, offset, step_length, samples).map_err(config_error)?;
    poses(py, &path)
}
