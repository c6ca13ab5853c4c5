//! Binding of movements between two states.

use gaitloop_core::{Error, trajectory};
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
        let t = Signal::new("t", t)?;
        let times = t.slice("t")?;
        let width = (!self.scalar).then_some(self.movements.len());
        let shape: Vec<usize> = t.len().into_iter().chain(width).collect();
        let fill = |[q, dq, ddq]: Rows<'_>| {
            let points = times.iter().flat_map(|t| self.movements.iter().map(|movement| movement.evaluate(*t)));
            for (((q, dq), ddq), point) in q.iter_mut().zip(dq).zip(ddq).zip(points) {
                [*q, *dq, *ddq] = point;
            }
        };
        match t.len() {
            None => into_out(py, &shape, out, |out| fill(out)),
            Some(_) => into_out(py, &shape, out, |out| py.detach(|| fill(out))),
        }
    }
}

/// Adds the classes of this file to the module.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<MinimumJerk>()
}
