//! Binding of movements between two states.

use gaitloop_core::{Error, trajectory};
use numpy::{PyReadonlyArrayDyn, PyUntypedArrayMethods};
use pyo3::prelude::*;

use super::out::{Rows, Signal, into_out};
use crate::convert::{ConfigError, config_error};

/// Movement from rest to rest with the least jerk, of one value or several.
#[pyclass(module = "gaitloop._core", frozen)]
#[derive(Clone)]
pub(crate) struct MinimumJerk {
    movements: Vec<trajectory::MinimumJerk>,
    scalar: bool,
}

#[pymethods]
impl MinimumJerk {
    #[new]
    fn new(start: &Bound<'_, PyAny>, end: &Bound<'_, PyAny>, duration: f64) -> PyResult<Self> {
        let (start, end) = (Signal::new("start", start)?, Signal::new("end", end)?);
        let (starts, ends) = (start.slice("start")?, end.slice("end")?);
        if start.len() != end.len() || starts.is_empty() {
            let shape = |n: Option<usize>| n.map_or("()".to_owned(), |n| format!("({n},)"));
            let (want, got) = (shape(start.len()), shape(end.len()));
            return Err(ConfigError::new_err(format!(
                "end must have the shape of start, {want} and not empty, got {got}"
            )));
        }
        let movement = |(start, end): (&f64, &f64)| trajectory::MinimumJerk::new(*start, *end, duration);
        let movements: Result<_, Error> = starts.iter().zip(ends).map(movement).collect();
        Ok(Self { movements: movements.map_err(config_error)?, scalar: start.len().is_none() })
    }

    #[pyo3(signature = (t, out = None))]
    fn evaluate<'py>(
        &self,
        py: Python<'py>,
        t: &Bound<'py, PyAny>,
        out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let width = (!self.scalar).then_some(self.movements.len());
        evaluated(py, width, t, out, |t| self.movements.iter().map(move |movement| movement.evaluate(t)))
    }
}

/// Movement between two states of position, velocity and acceleration, of one value or several.
#[pyclass(module = "gaitloop._core", frozen)]
#[derive(Clone)]
pub(crate) struct Quintic {
    movements: Vec<trajectory::Quintic>,
    scalar: bool,
}

#[pymethods]
impl Quintic {
    #[new]
    fn new(start: PyReadonlyArrayDyn<'_, f64>, end: PyReadonlyArrayDyn<'_, f64>, duration: f64) -> PyResult<Self> {
        let (starts, ends) = (states("start", &start)?, states("end", &end)?);
        if start.shape() != end.shape() || starts.is_empty() {
            return Err(ConfigError::new_err(format!(
                "end must have the shape of start, {:?} and not empty, got {:?}",
                start.shape(),
                end.shape()
            )));
        }
        let movement = |(start, end): (&[f64; 3], &[f64; 3])| trajectory::Quintic::new(*start, *end, duration);
        let movements: Result<_, Error> = starts.iter().zip(&ends).map(movement).collect();
        Ok(Self { movements: movements.map_err(config_error)?, scalar: start.ndim() == 1 })
    }

    #[pyo3(signature = (t, out = None))]
    fn evaluate<'py>(
        &self,
        py: Python<'py>,
        t: &Bound<'py, PyAny>,
        out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let width = (!self.scalar).then_some(self.movements.len());
        evaluated(py, width, t, out, |t| self.movements.iter().map(move |movement| movement.evaluate(t)))
    }
}

/// States of an array of shape (3,) or (3, J).
fn states(name: &str, array: &PyReadonlyArrayDyn<'_, f64>) -> PyResult<Vec<[f64; 3]>> {
    let view = array.as_array();
    if view.shape().first() != Some(&3) || view.ndim() > 2 {
        return Err(ConfigError::new_err(format!("{name} must have shape (3,) or (3, J), got {:?}", view.shape())));
    }
    let values: Vec<f64> = view.iter().copied().collect();
    let width = values.len() / 3;
    Ok((0..width).map(|j| core::array::from_fn(|k| values[k * width + j])).collect())
}

/// Results of movements at the times `t`.
fn evaluated<'py, I: Iterator<Item = [f64; 3]>>(
    py: Python<'py>,
    width: Option<usize>,
    t: &Bound<'py, PyAny>,
    out: Option<&Bound<'py, PyAny>>,
    at: impl Fn(f64) -> I + Sync,
) -> PyResult<Bound<'py, PyAny>> {
    let t = Signal::new("t", t)?;
    let times = t.slice("t")?;
    let shape: Vec<usize> = t.len().into_iter().chain(width).collect();
    let fill = |[q, dq, ddq]: Rows<'_>| {
        let points = times.iter().flat_map(|t| at(*t));
        for (((q, dq), ddq), point) in q.iter_mut().zip(dq).zip(ddq).zip(points) {
            [*q, *dq, *ddq] = point;
        }
    };
    match t.len() {
        None => into_out(py, &shape, out, |out| fill(out)),
        Some(_) => into_out(py, &shape, out, |out| py.detach(|| fill(out))),
    }
}

/// Adds the classes of this file to the module.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<MinimumJerk>()?;
    m.add_class::<Quintic>()
}
