//! The pelvis sideways.

use gaitloop_plant::{GuideParams, SIDEWAYS_FIELDS, SIDEWAYS_LEN, SwayParams};
use numpy::{PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::convert::{ConfigError, config_error, rows};

/// A person and a guide, sideways.
#[pyclass(module = "gaitloop._core", subclass)]
pub struct Sideways(gaitloop_plant::Sideways);

#[pymethods]
impl Sideways {
    #[new]
    #[pyo3(signature = (*, mass, height, width, reach, shift, placement_noise, sense_noise, guide, seed))]
    #[allow(clippy::too_many_arguments)] // one keyword per parameter
    fn new(
        mass: f64,
        height: f64,
        width: f64,
        reach: [f64; 2],
        shift: [f64; 2],
        placement_noise: [f64; 2],
        sense_noise: f64,
        guide: Option<[f64; 5]>,
        seed: u64,
    ) -> PyResult<Self> {
        let person = SwayParams { mass, height, width, reach, shift, placement_noise, sense_noise };
        let guide = guide.map(|[stiffness_min, stiffness_max, damping, force_max, travel]| GuideParams {
            stiffness_min,
            stiffness_max,
            damping,
            force_max,
            travel,
        });
        Ok(Self(gaitloop_plant::Sideways::new(person, guide, seed).map_err(config_error)?))
    }

    /// Parameters of a person with an impairment.
    #[staticmethod]
    fn impaired_parameters(
        py: Python<'_>,
        mass: f64,
        height: f64,
        impairment: f64,
        side: usize,
    ) -> PyResult<Bound<'_, PyDict>> {
        let p = SwayParams::impaired(mass, height, impairment, side).map_err(config_error)?;
        let out = PyDict::new(py);
        out.set_item("width", p.width)?;
        out.set_item("reach", p.reach)?;
        out.set_item("shift", p.shift)?;
        out.set_item("placement_noise", p.placement_noise)?;
        out.set_item("sense_noise", p.sense_noise)?;
        Ok(out)
    }

    /// Asks the guide for a stiffness [N/m].
    fn ask(&mut self, stiffness: f64) {
        if let Some(guide) = &mut self.0.guide {
            guide.ask(stiffness);
        }
    }

    /// Lets the guide follow what is asked of it again.
    fn release(&mut self) {
        self.0.release();
    }

    /// Pulse of the pendulum [1/s].
    #[getter]
    fn omega(&self) -> f64 {
        self.0.omega()
    }

    /// Ticks at `t` [ns] (T,), vertical forces of the feet [N] (T, 2) and whether the guide may be soft (T,).
    fn run<'py>(
        &mut self,
        py: Python<'py>,
        t: PyReadonlyArray1<'py, i64>,
        force: PyReadonlyArray2<'py, f64>,
        free: PyReadonlyArray1<'py, bool>,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let force = rows::<2>("force", &force)?;
        let (t, free) = (t.as_slice()?, free.as_slice()?);
        if t.len() != force.len() || free.len() != force.len() {
            let got = (t.len(), force.len(), free.len());
            return Err(ConfigError::new_err(format!("t, force and free must have the same length, got {got:?}")));
        }
        let out = PyArray2::<f64>::zeros(py, [t.len(), SIDEWAYS_LEN], false);
        let mut view = out.readwrite();
        let filled = view.as_slice_mut()?.as_chunks_mut::<SIDEWAYS_LEN>().0;
        for (i, row) in filled.iter_mut().enumerate() {
            *row = self.0.step(t[i], force[i], free[i]);
        }
        drop(view);
        Ok(out)
    }
}

/// Adds the class and the names of its values to the module.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Sideways>()?;
    m.add("SIDEWAYS_FIELDS", SIDEWAYS_FIELDS)
}
