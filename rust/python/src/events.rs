//! Binding of the room `events`.

use crate::convert::{ConfigError, config_error, readings, rows, vector};
use gaitloop_core::events;
use gaitloop_core::types::{Event, Sides};
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

/// Side, kind, time it happened [ns], time it was known [ns], confidence.
type Row = (i64, i64, i64, i64, f64);
type Columns<'py> = (
    Bound<'py, PyArray1<i64>>,
    Bound<'py, PyArray1<i64>>,
    Bound<'py, PyArray1<i64>>,
    Bound<'py, PyArray1<i64>>,
    Bound<'py, PyArray1<f64>>,
);

/// Streaming detector of initial contact and toe-off of both feet from vertical forces.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct ForceContacts(pub(crate) events::ForceContacts);

fn append(found: Sides<Option<Event>>, to: &mut Vec<Row>) {
    for (side, event) in (0..).zip(found) {
        to.extend(event.map(|e| (side, e.kind as i64, e.t, e.t_emit, e.confidence)));
    }
}

#[pymethods]
impl ForceContacts {
    #[new]
    #[pyo3(signature = (*, scale=700.0, on=0.055, off=0.04, floor=30.0, arm=0.3, debounce=0.008, refractory=0.12,
        baseline_time=0.3, baseline_max=50.0, settle=0.1, gap=0.1, shared=true))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        scale: f64,
        on: f64,
        off: f64,
        floor: f64,
        arm: f64,
        debounce: f64,
        refractory: f64,
        baseline_time: f64,
        baseline_max: f64,
        settle: f64,
        gap: f64,
        shared: bool,
    ) -> PyResult<Self> {
        let params = events::ForceParams {
            scale,
            on,
            off,
            floor,
            arm,
            debounce,
            refractory,
            baseline_time,
            baseline_max,
            settle,
            gap,
            shared,
        };
        Ok(Self(events::ForceContacts::new(params).map_err(config_error)?))
    }

    /// One tick at `t` [ns]: rows of side, kind, time it happened [ns], time it was known [ns], confidence.
    fn step(&mut self, force: PyReadonlyArray1<'_, f64>, t: i64) -> PyResult<Vec<Row>> {
        let force = readings(vector::<2>("force", &force)?);
        let mut found = Vec::with_capacity(2);
        append(self.0.step(force, t), &mut found);
        Ok(found)
    }

    /// A recording: the columns of all events.
    fn run<'py>(
        &mut self,
        py: Python<'py>,
        force: PyReadonlyArray2<'py, f64>,
        t: PyReadonlyArray1<'py, i64>,
    ) -> PyResult<Columns<'py>> {
        let force = rows::<2>("force", &force)?;
        let times = t.as_slice().map_err(|_| ConfigError::new_err("t must be C-contiguous, got a strided view"))?;
        if times.len() != force.len() {
            let message = format!("t must have shape ({},), got ({},)", force.len(), times.len());
            return Err(ConfigError::new_err(message));
        }
        let detector = &mut self.0;
        let found = py.detach(|| {
            let mut found = Vec::new();
            for (&force, &t) in force.iter().zip(times) {
                append(detector.step(readings(force), t), &mut found);
            }
            found
        });
        let column = |pick: fn(&Row) -> i64| found.iter().map(pick).collect::<Vec<_>>().into_pyarray(py);
        let confidence = found.iter().map(|row| row.4).collect::<Vec<_>>().into_pyarray(py);
        Ok((column(|r| r.0), column(|r| r.1), column(|r| r.2), column(|r| r.3), confidence))
    }

    /// Which feet are on the ground, left then right.
    #[getter]
    fn in_contact(&self) -> (bool, bool) {
        let [left, right] = self.0.in_contact();
        (left, right)
    }

    /// Forgets everything.
    fn reset(&mut self) {
        self.0.reset();
    }
}

/// Adds the room's classes and functions to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<ForceContacts>()
}
