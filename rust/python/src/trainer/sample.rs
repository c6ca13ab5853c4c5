//! A sample in arrays that are written in place.

use gaitloop_core::types::{SAMPLE_GROUPS, SAMPLE_LEN};
use numpy::{Element, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use crate::convert::ConfigError;

/// Everything a device measured for one tick, in arrays that are written in place.
#[pyclass(module = "gaitloop._core", subclass)]
pub struct Sample {
    /// Time of the tick [ns].
    #[pyo3(get, set)]
    t: i64,
    #[pyo3(get)]
    value: Py<PyArray1<f64>>,
    // Bytes, since Python can write any bits into an array of truth values; `valid` shows them as such.
    valid: Py<PyArray1<u8>>,
    #[pyo3(get)]
    stamp: Py<PyArray1<i64>>,
}

#[pymethods]
impl Sample {
    #[new]
    fn new(py: Python<'_>) -> Self {
        Self {
            t: 0,
            value: PyArray1::zeros(py, SAMPLE_LEN, false).unbind(),
            valid: PyArray1::zeros(py, SAMPLE_LEN, false).unbind(),
            stamp: PyArray1::zeros(py, SAMPLE_GROUPS, false).unbind(),
        }
    }

    /// Which values were measured.
    #[getter]
    fn valid<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.valid.bind(py).call_method1("view", ("?",))
    }
}

impl Sample {
    pub(super) fn read(&self, py: Python<'_>) -> PyResult<gaitloop_core::types::Sample> {
        // NumPy lets anyone give an array another type and size in place, so its memory is checked at every tick.
        let (value, valid, stamp) =
            (in_place(self.value.bind(py))?, in_place(self.valid.bind(py))?, in_place(self.stamp.bind(py))?);
        let resized = || ConfigError::new_err(RESHAPED);
        let valid: &[u8; SAMPLE_LEN] = valid.as_slice()?.try_into().map_err(|_| resized())?;
        Ok(gaitloop_core::types::Sample::from_flat(
            self.t,
            value.as_slice()?.try_into().map_err(|_| resized())?,
            &valid.map(|v| v != 0),
            stamp.as_slice()?.try_into().map_err(|_| resized())?,
        ))
    }
}

const RESHAPED: &str = "sample must keep the shape and type of its arrays";

fn in_place<'py, T: Element>(array: &Bound<'py, PyArray1<T>>) -> PyResult<PyReadonlyArray1<'py, T>> {
    array.as_any().extract().map_err(|_| ConfigError::new_err(RESHAPED))
}
