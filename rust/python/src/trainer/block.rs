//! Rows of consecutive ticks, written without the interpreter lock.

use gaitloop_core::safety::{COMMAND_LEN, Command, N_COMMAND_INTEGERS};
use gaitloop_core::trainer::{TELEMETRY_LEN, Telemetry};
use numpy::{PyArray2, PyArrayMethods};
use pyo3::prelude::*;

/// Commands and telemetry of consecutive ticks, in NumPy's own memory.
#[derive(IntoPyObject)]
pub(crate) struct Block<'py> {
    command: Bound<'py, PyArray2<f64>>,
    command_integers: Bound<'py, PyArray2<i64>>,
    telemetry: Bound<'py, PyArray2<f64>>,
}

/// Locked arrays of a [`Block`].
pub(crate) struct Rows<'py> {
    command: numpy::PyReadwriteArray2<'py, f64>,
    integers: numpy::PyReadwriteArray2<'py, i64>,
    telemetry: numpy::PyReadwriteArray2<'py, f64>,
}

/// The same as rows of fixed length.
pub(crate) struct RowSlices<'a> {
    command: &'a mut [[f64; COMMAND_LEN]],
    integers: &'a mut [[i64; N_COMMAND_INTEGERS]],
    telemetry: &'a mut [[f64; TELEMETRY_LEN]],
}

impl<'py> Block<'py> {
    pub(crate) fn new(py: Python<'py>, n: usize) -> Self {
        Self {
            command: PyArray2::zeros(py, [n, COMMAND_LEN], false),
            command_integers: PyArray2::zeros(py, [n, N_COMMAND_INTEGERS], false),
            telemetry: PyArray2::zeros(py, [n, TELEMETRY_LEN], false),
        }
    }

    pub(crate) fn rows(&self) -> PyResult<Rows<'py>> {
        Ok(Rows {
            command: self.command.readwrite(),
            integers: self.command_integers.readwrite(),
            telemetry: self.telemetry.readwrite(),
        })
    }
}

impl Rows<'_> {
    pub(crate) fn slices(&mut self) -> PyResult<RowSlices<'_>> {
        Ok(RowSlices {
            command: self.command.as_slice_mut()?.as_chunks_mut().0,
            integers: self.integers.as_slice_mut()?.as_chunks_mut().0,
            telemetry: self.telemetry.as_slice_mut()?.as_chunks_mut().0,
        })
    }
}

impl RowSlices<'_> {
    pub(crate) fn put(&mut self, i: usize, command: &Command, telemetry: &Telemetry) {
        command.to_flat(&mut self.command[i], &mut self.integers[i]);
        telemetry.to_flat(&mut self.telemetry[i]);
    }
}
