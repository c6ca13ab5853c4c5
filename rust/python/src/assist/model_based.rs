//! A model of the torque that the person lacks.

use gaitloop_core::assist::{self, ModelInputs, ModelParams};
use gaitloop_core::types::N_JOINTS;
use numpy::{PyArray1, PyArray2, PyArray3, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use crate::convert::{ConfigError, config_error, readings, rows, vector};

/// Help learned by radial basis functions with a decay term.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct ModelBased(assist::ModelBased);

fn inputs(phase: [f64; 2], [q, dq, q_ref, dq_ref]: [[f64; N_JOINTS]; 4]) -> ModelInputs {
    ModelInputs {
        phase: readings(phase),
        q: readings(q),
        dq: readings(dq),
        q_ref: readings(q_ref),
        dq_ref: readings(dq_ref),
    }
}

#[pymethods]
impl ModelBased {
    #[new]
    #[allow(clippy::too_many_arguments)] // one keyword per parameter
    #[pyo3(signature = (*, phases, angles, q_min, q_max, slope, gain, forget_time, bound))]
    fn new(
        phases: i64,
        angles: i64,
        q_min: PyReadonlyArray1<'_, f64>,
        q_max: PyReadonlyArray1<'_, f64>,
        slope: f64,
        gain: PyReadonlyArray1<'_, f64>,
        forget_time: f64,
        bound: PyReadonlyArray1<'_, f64>,
    ) -> PyResult<Self> {
        let (q_min, q_max) = (vector("q_min", &q_min)?, vector("q_max", &q_max)?);
        let (gain, bound) = (vector("gain", &gain)?, vector("bound", &bound)?);
        let params = ModelParams { phases, angles, q_min, q_max, slope, gain, forget_time, bound };
        assist::ModelBased::new(params).map(Self).map_err(config_error)
    }

    #[allow(clippy::too_many_arguments)] // one array per reading
    fn step<'py>(
        &mut self,
        py: Python<'py>,
        phase: PyReadonlyArray1<'py, f64>,
        q: PyReadonlyArray1<'py, f64>,
        dq: PyReadonlyArray1<'py, f64>,
        q_ref: PyReadonlyArray1<'py, f64>,
        dq_ref: PyReadonlyArray1<'py, f64>,
        dt: f64,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let (q, dq) = (vector("q", &q)?, vector("dq", &dq)?);
        let (q_ref, dq_ref) = (vector("q_ref", &q_ref)?, vector("dq_ref", &dq_ref)?);
        let inputs = inputs(vector("phase", &phase)?, [q, dq, q_ref, dq_ref]);
        Ok(PyArray1::from_slice(py, &self.0.step(&inputs, dt)))
    }

    #[allow(clippy::too_many_arguments)] // one array per reading
    fn run<'py>(
        &mut self,
        py: Python<'py>,
        phase: PyReadonlyArray2<'py, f64>,
        q: PyReadonlyArray2<'py, f64>,
        dq: PyReadonlyArray2<'py, f64>,
        q_ref: PyReadonlyArray2<'py, f64>,
        dq_ref: PyReadonlyArray2<'py, f64>,
        dt: f64,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let phase = rows::<2>("phase", &phase)?;
        let n = phase.len();
        let mut columns: [&[[f64; N_JOINTS]]; 4] = [&[]; 4];
        let named = [("q", &q), ("dq", &dq), ("q_ref", &q_ref), ("dq_ref", &dq_ref)];
        for (column, (name, values)) in columns.iter_mut().zip(named) {
            *column = rows::<N_JOINTS>(name, values)?;
            if column.len() != n {
                return Err(ConfigError::new_err(format!(
                    "{name} must have shape ({n}, 6), got ({}, 6)",
                    column.len()
                )));
            }
        }
        let torque: Vec<f64> = py.detach(|| {
            (0..n).flat_map(|i| self.0.step(&inputs(phase[i], columns.map(|column| column[i])), dt)).collect()
        });
        PyArray1::from_vec(py, torque).reshape([n, N_JOINTS])
    }

    fn weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray3<f64>>> {
        let (phases, angles) = self.0.shape();
        PyArray1::from_vec(py, self.0.weights().concat()).reshape([N_JOINTS, phases, angles])
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}
