//! Cross-fade between two laws.

use gaitloop_core::control::{self, FaderParams};
use gaitloop_core::types::N_JOINTS;
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use super::{Torque, Torques, ticks};
use crate::convert::{ConfigError, config_error, rows, vector};

/// Moves from a law as it was to the law as asked within a time, a slope of torque and a bucket of energy.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct Fader(pub(crate) control::Fader);

type Fades<'py> = (Torques<'py>, Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<bool>>);

#[pymethods]
impl Fader {
    #[new]
    #[pyo3(signature = (*, time, rate, energy, power))]
    fn new(time: f64, rate: PyReadonlyArray1<'_, f64>, energy: f64, power: f64) -> PyResult<Self> {
        let rate = vector("rate", &rate)?;
        control::Fader::new(FaderParams { time, rate, energy, power }).map(Self).map_err(config_error)
    }

    fn request(&mut self) -> bool {
        self.0.request()
    }

    fn step<'py>(
        &mut self,
        py: Python<'py>,
        tau_old: PyReadonlyArray1<'py, f64>,
        tau_new: PyReadonlyArray1<'py, f64>,
        energy_old: f64,
        energy_new: f64,
        dt: f64,
    ) -> PyResult<(Torque<'py>, f64, bool)> {
        let (old, new) = (vector("tau_old", &tau_old)?, vector("tau_new", &tau_new)?);
        let fade = self.0.step(&old, &new, energy_old, energy_new, dt);
        Ok((PyArray1::from_slice(py, &fade.tau), fade.w, fade.done))
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of a recording, by name")]
    fn run<'py>(
        &mut self,
        py: Python<'py>,
        tau_old: PyReadonlyArray2<'py, f64>,
        tau_new: PyReadonlyArray2<'py, f64>,
        energy_old: PyReadonlyArray1<'py, f64>,
        energy_new: PyReadonlyArray1<'py, f64>,
        dt: f64,
        request: PyReadonlyArray1<'py, bool>,
    ) -> PyResult<Fades<'py>> {
        let (old, new) = (rows::<N_JOINTS>("tau_old", &tau_old)?, rows::<N_JOINTS>("tau_new", &tau_new)?);
        let n = old.len();
        if new.len() != n {
            return Err(ConfigError::new_err(format!("tau_new must have shape ({n}, 6), got ({}, 6)", new.len())));
        }
        let energies = [("energy_old", &energy_old), ("energy_new", &energy_new)].map(|(name, e)| ticks(name, e, n));
        let [energy_old, energy_new] = energies;
        let (energy_old, energy_new, request) = (energy_old?, energy_new?, ticks("request", &request, n)?);
        let (tau, w) = (PyArray2::zeros(py, [n, N_JOINTS], false), PyArray1::zeros(py, n, false));
        let done = PyArray1::from_vec(py, vec![false; n]);
        let (mut tau_view, mut w_view, mut done_view) = (tau.readwrite(), w.readwrite(), done.readwrite());
        let taus = tau_view.as_slice_mut()?.as_chunks_mut::<N_JOINTS>().0;
        let (ws, dones) = (w_view.as_slice_mut()?, done_view.as_slice_mut()?);
        py.detach(|| {
            for i in 0..n {
                if request[i] {
                    self.0.request();
                }
                let fade = self.0.step(&old[i], &new[i], energy_old[i], energy_new[i], dt);
                (taus[i], ws[i], dones[i]) = (fade.tau, fade.w, fade.done);
            }
        });
        drop((tau_view, w_view, done_view));
        Ok((tau, w, done))
    }

    fn reset(&mut self) {
        self.0.reset();
    }

    #[getter]
    fn busy(&self) -> bool {
        self.0.busy()
    }

    #[getter]
    fn w(&self) -> f64 {
        self.0.w()
    }

    #[getter]
    fn stored(&self) -> f64 {
        self.0.stored()
    }
}
