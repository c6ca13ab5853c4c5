//! Impedance with guidance.

use gaitloop_core::control;
use gaitloop_core::types::N_JOINTS;
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use super::{Torque, Torques};
use crate::convert::{ConfigError, config_error, readings, rows, vector};

/// A spring and damper per joint between a person and the reference.
#[pyclass(module = "gaitloop._core", frozen)]
pub(super) struct Impedance(control::Impedance);

#[pymethods]
impl Impedance {
    #[new]
    fn new(stiffness: PyReadonlyArray1<'_, f64>, damping: PyReadonlyArray1<'_, f64>) -> PyResult<Self> {
        let (stiffness, damping) = (vector("stiffness", &stiffness)?, vector("damping", &damping)?);
        control::Impedance::new(stiffness, damping).map(Self).map_err(config_error)
    }

    fn step<'py>(
        &self,
        py: Python<'py>,
        q: PyReadonlyArray1<'py, f64>,
        dq: PyReadonlyArray1<'py, f64>,
        q_ref: PyReadonlyArray1<'py, f64>,
        dq_ref: PyReadonlyArray1<'py, f64>,
        guidance: PyReadonlyArray1<'py, f64>,
    ) -> PyResult<Torque<'py>> {
        let (q, dq) = (readings(vector("q", &q)?), readings(vector("dq", &dq)?));
        let (q_ref, dq_ref) = (vector("q_ref", &q_ref)?, vector("dq_ref", &dq_ref)?);
        Ok(PyArray1::from_slice(py, &self.0.step(&q, &dq, &q_ref, &dq_ref, &vector("guidance", &guidance)?)))
    }

    fn run<'py>(
        &self,
        py: Python<'py>,
        q: PyReadonlyArray2<'py, f64>,
        dq: PyReadonlyArray2<'py, f64>,
        q_ref: PyReadonlyArray2<'py, f64>,
        dq_ref: PyReadonlyArray2<'py, f64>,
        guidance: PyReadonlyArray2<'py, f64>,
    ) -> PyResult<Torques<'py>> {
        let q = rows::<N_JOINTS>("q", &q)?;
        let [dq, q_ref, dq_ref, guidance] = [
            ("dq", rows::<N_JOINTS>("dq", &dq)?),
            ("q_ref", rows::<N_JOINTS>("q_ref", &q_ref)?),
            ("dq_ref", rows::<N_JOINTS>("dq_ref", &dq_ref)?),
            ("guidance", rows::<N_JOINTS>("guidance", &guidance)?),
        ];
        for (name, other) in [dq, q_ref, dq_ref, guidance] {
            if other.len() != q.len() {
                let (want, got) = (q.len(), other.len());
                return Err(ConfigError::new_err(format!("{name} must have shape ({want}, 6), got ({got}, 6)")));
            }
        }
        let out = PyArray2::<f64>::zeros(py, [q.len(), N_JOINTS], false);
        let mut view = out.readwrite();
        let torque = view.as_slice_mut()?.as_chunks_mut::<N_JOINTS>().0;
        let law = &self.0;
        py.detach(|| {
            for (i, tau) in torque.iter_mut().enumerate() {
                let (q, dq) = (readings(q[i]), readings(dq.1[i]));
                *tau = law.step(&q, &dq, &q_ref.1[i], &dq_ref.1[i], &guidance.1[i]);
            }
        });
        drop(view);
        Ok(out)
    }
}
