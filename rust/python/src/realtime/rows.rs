//! Telemetry of a loop in NumPy's own memory.

use crate::trainer::Block;
use gaitloop_core::types::{SAMPLE_GROUPS, SAMPLE_LEN};
use gaitloop_realtime::Row;
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;

/// Everything of ticks, oldest first.
#[derive(IntoPyObject)]
pub(super) struct Ticks<'py> {
    index: Bound<'py, PyArray1<u64>>,
    late: Bound<'py, PyArray1<i64>>,
    execution: Bound<'py, PyArray1<i64>>,
    t: Bound<'py, PyArray1<i64>>,
    sample: Bound<'py, PyArray2<f64>>,
    valid: Bound<'py, PyArray2<bool>>,
    stamp: Bound<'py, PyArray2<i64>>,
    out: Block<'py>,
}

impl<'py> Ticks<'py> {
    /// Rows as arrays.
    pub fn of(py: Python<'py>, rows: &[Row]) -> PyResult<Self> {
        let n = rows.len();
        let ticks = Self {
            index: PyArray1::zeros(py, n, false),
            late: PyArray1::zeros(py, n, false),
            execution: PyArray1::zeros(py, n, false),
            t: PyArray1::zeros(py, n, false),
            sample: PyArray2::zeros(py, [n, SAMPLE_LEN], false),
            valid: PyArray2::zeros(py, [n, SAMPLE_LEN], false),
            stamp: PyArray2::zeros(py, [n, SAMPLE_GROUPS], false),
            out: Block::new(py, n),
        };
        ticks.fill(rows)?;
        Ok(ticks)
    }

    fn fill(&self, rows: &[Row]) -> PyResult<()> {
        let (mut index, mut late) = (self.index.readwrite(), self.late.readwrite());
        let (mut execution, mut t) = (self.execution.readwrite(), self.t.readwrite());
        let (index, late) = (index.as_slice_mut()?, late.as_slice_mut()?);
        let (execution, t) = (execution.as_slice_mut()?, t.as_slice_mut()?);
        let (mut value, mut valid) = (self.sample.readwrite(), self.valid.readwrite());
        let mut stamp = self.stamp.readwrite();
        let (value, valid) = (value.as_slice_mut()?.as_chunks_mut().0, valid.as_slice_mut()?.as_chunks_mut().0);
        let stamp = stamp.as_slice_mut()?.as_chunks_mut().0;
        let mut out = self.out.rows()?;
        let mut out = out.slices()?;
        for (i, row) in rows.iter().enumerate() {
            (index[i], late[i], execution[i], t[i]) = (row.index, row.late, row.execution, row.sample.t);
            row.sample.to_flat(&mut value[i], &mut valid[i], &mut stamp[i]);
            out.put(i, &row.command, &row.telemetry);
        }
        Ok(())
    }
}
