//! Numbers that Python sees as arrays and writes in place, and that Rust reads without asking NumPy.

use gaitloop_core::trajectory::jerk_limited::{FIELDS, MAX_DOFS};
use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PySlice};

use crate::convert::ConfigError;

/// Most numbers that one memory holds [-], the bytes at its end counted as numbers.
pub(super) const MOST: usize = FIELDS.len() * MAX_DOFS + BYTES / size_of::<f64>();
/// Bytes at the end of a memory [-], one per degree of freedom.
const BYTES: usize = MAX_DOFS;
/// Rows of a state: position, velocity, acceleration.
const STATE: usize = 3;

/// Rows of numbers in the memory of a byte array: no array that Python holds owns them, so none can resize or free them.
pub(super) struct Memory {
    all: PyBuffer<f64>,
    /// All numbers and the bytes at the end, bit by bit.
    bits: PyBuffer<u64>,
    bytes: (Py<PyAny>, PyBuffer<u8>),
    state: PyBuffer<f64>,
    rows: Vec<(Py<PyAny>, PyBuffer<f64>)>,
    dofs: usize,
}

impl Memory {
    pub fn new(py: Python<'_>, rows: usize, dofs: usize) -> PyResult<Self> {
        let numpy = py.import("numpy")?;
        let count = rows * dofs;
        let raw = PyByteArray::new(py, &vec![0; count * size_of::<f64>() + BYTES]);
        let bits = numpy.call_method1("frombuffer", (raw, "u8"))?;
        let all = bits.get_item(PySlice::new(py, 0, count as isize, 1))?.call_method1("view", ("f8",))?;
        let first = (count * size_of::<f64>()) as isize;
        let bytes = bits.call_method1("view", ("u1",))?.get_item(PySlice::new(py, first, first + dofs as isize, 1))?;
        let part = |first: usize, last: usize| {
            all.get_item(PySlice::new(py, (first * dofs) as isize, (last * dofs) as isize, 1))
        };
        let row = |k: usize| {
            let row = part(k, k + 1)?;
            Ok((row.clone().unbind(), PyBuffer::get(&row)?))
        };
        let rows = (0..rows).map(row).collect::<PyResult<_>>()?;
        let bytes = (bytes.call_method1("view", ("?",))?.unbind(), PyBuffer::get(&bytes)?);
        Ok(Self {
            all: PyBuffer::get(&all)?,
            bits: PyBuffer::get(&bits)?,
            bytes,
            state: PyBuffer::get(&part(0, STATE)?)?,
            rows,
            dofs,
        })
    }

    /// The array of a row, as Python sees it.
    pub fn row(&self, py: Python<'_>, k: usize) -> Py<PyAny> {
        self.rows[k].0.clone_ref(py)
    }

    /// The bytes at the end as truth values, as Python sees them.
    pub fn flags(&self, py: Python<'_>) -> Py<PyAny> {
        self.bytes.0.clone_ref(py)
    }

    pub fn read_flags(&self, py: Python<'_>) -> PyResult<[bool; MAX_DOFS]> {
        let mut bytes = [0; MAX_DOFS];
        self.bytes.1.copy_to_slice(py, &mut bytes[..self.dofs])?;
        Ok(bytes.map(|byte| byte != 0))
    }

    /// The same out of what `read_bits` gave.
    pub fn flags_of(&self, bits: &[u64]) -> [bool; MAX_DOFS] {
        let mut flags = [false; MAX_DOFS];
        let words = bits.get(self.rows.len() * self.dofs..).unwrap_or(&[]);
        for (to, word) in flags.chunks_exact_mut(size_of::<u64>()).zip(words) {
            for (to, byte) in to.iter_mut().zip(word.to_ne_bytes()) {
                *to = byte != 0;
            }
        }
        flags
    }

    pub fn write_flags(&self, py: Python<'_>, flags: &[bool]) -> PyResult<()> {
        let bytes: Vec<u8> = flags.iter().map(|flag| u8::from(*flag)).collect();
        self.bytes.1.copy_from_slice(py, &bytes)
    }

    /// Everything, to tell whether it changed; the used part.
    pub fn read_bits<'a>(&self, py: Python<'_>, into: &'a mut [u64; MOST]) -> PyResult<&'a mut [u64]> {
        let into = &mut into[..self.bits.item_count()];
        self.bits.copy_to_slice(py, into)?;
        Ok(into)
    }

    /// Takes the rows out of what `read_bits` gave.
    pub fn rows_of(&self, bits: &[u64], into: &mut [[f64; MAX_DOFS]]) {
        for (to, from) in into.iter_mut().zip(bits.chunks_exact(self.dofs)) {
            for (to, from) in to.iter_mut().zip(from) {
                *to = f64::from_bits(*from);
            }
        }
    }

    /// Writes all rows.
    pub fn write<const N: usize>(&self, py: Python<'_>, from: &[[f64; MAX_DOFS]; N]) -> PyResult<()> {
        let mut flat = [[0.0; MAX_DOFS]; N];
        let flat = &mut flat.as_flattened_mut()[..N * self.dofs];
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
