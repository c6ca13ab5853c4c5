//! Numbers that Python sees as arrays and writes in place, and that Rust reads without asking NumPy.

use gaitloop_core::trajectory::jerk_limited::{FIELDS, MAX_DOFS};
use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PySlice};

use crate::convert::ConfigError;

/// Most numbers that one memory holds [-].
const MOST: usize = FIELDS.len() * MAX_DOFS;
/// Rows of a state: position, velocity, acceleration.
const STATE: usize = 3;

/// Rows of numbers in the memory of a byte array: no array that Python holds owns them, so none can resize or free them.
pub(super) struct Memory {
    all: PyBuffer<f64>,
    state: PyBuffer<f64>,
    rows: Vec<(Py<PyAny>, PyBuffer<f64>)>,
    dofs: usize,
}

impl Memory {
    pub fn new(py: Python<'_>, rows: usize, dofs: usize) -> PyResult<Self> {
        let bytes = PyByteArray::new(py, &vec![0; rows * dofs * size_of::<f64>()]);
        let all = py.import("numpy")?.call_method1("frombuffer", (bytes, "f8"))?;
        let part = |first: usize, last: usize| {
            all.get_item(PySlice::new(py, (first * dofs) as isize, (last * dofs) as isize, 1))
        };
        let row = |k: usize| {
            let row = part(k, k + 1)?;
            Ok((row.clone().unbind(), PyBuffer::get(&row)?))
        };
        let rows = (0..rows).map(row).collect::<PyResult<_>>()?;
        Ok(Self { all: PyBuffer::get(&all)?, state: PyBuffer::get(&part(0, STATE)?)?, rows, dofs })
    }

    /// The array of a row, as Python sees it.
    pub fn row(&self, py: Python<'_>, k: usize) -> Py<PyAny> {
        self.rows[k].0.clone_ref(py)
    }

    /// Reads all rows.
    pub fn read(&self, py: Python<'_>, into: &mut [[f64; MAX_DOFS]]) -> PyResult<()> {
        let mut flat = [0.0; MOST];
        let flat = &mut flat[..self.all.item_count()];
        self.all.copy_to_slice(py, flat)?;
        for (to, from) in into.iter_mut().zip(flat.chunks_exact(self.dofs)) {
            to[..self.dofs].copy_from_slice(from);
        }
        Ok(())
    }

    /// Writes all rows.
    pub fn write(&self, py: Python<'_>, from: &[[f64; MAX_DOFS]]) -> PyResult<()> {
        let mut flat = [0.0; MOST];
        let flat = &mut flat[..self.all.item_count()];
        for (to, from) in flat.chunks_exact_mut(self.dofs).zip(from) {
            to.copy_from_slice(&from[..self.dofs]);
        }
        self.all.copy_from_slice(py, flat)
    }

    /// Copies position, velocity and acceleration, the first rows of both.
    pub fn copy_state(&self, py: Python<'_>, to: &Self) -> PyResult<()> {
        let mut flat = [0.0; STATE * MAX_DOFS];
        let flat = &mut flat[..self.state.item_count()];
        self.state.copy_to_slice(py, flat)?;
        to.state.copy_from_slice(py, flat)
    }

    /// Copies what was assigned to a row.
    pub fn assign(&self, k: usize, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let values = numbers(name, value, self.dofs)?;
        self.rows[k].1.copy_from_slice(value.py(), &values[..self.dofs])
    }
}

/// As many numbers as there are degrees of freedom, from an array, a list or anything alike.
fn numbers(name: &str, value: &Bound<'_, PyAny>, dofs: usize) -> PyResult<[f64; MAX_DOFS]> {
    let (py, mut values) = (value.py(), [0.0; MAX_DOFS]);
    if let Ok(buffer) = PyBuffer::<f64>::get(value)
        && buffer.shape() == [dofs]
    {
        buffer.copy_to_slice(py, &mut values[..dofs])?;
        return Ok(values);
    }
    let all: Vec<f64> = value.extract().map_err(|_| {
        let got = value.repr().map_or_else(|_| "something else".to_owned(), |r| r.to_string());
        let got: String = got.chars().take(80).collect();
        ConfigError::new_err(format!("{name} must be {dofs} numbers, got {got}"))
    })?;
    if all.len() != dofs {
        return Err(ConfigError::new_err(format!("{name} must have shape ({dofs},), got ({},)", all.len())));
    }
    values[..dofs].copy_from_slice(&all);
    Ok(values)
}
