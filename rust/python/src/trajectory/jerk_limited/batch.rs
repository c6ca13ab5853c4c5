//! Many movements at once, over all cores.

use gaitloop_core::Error;
use gaitloop_core::trajectory::jerk_limited::{FIELDS, Input, Piece, State, Trajectory, plan};
use numpy::{PyArray1, PyArrayMethods, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::prelude::*;
use rayon::prelude::*;

use super::super::out::{Rows, Signal, into_out, refused, same_length};
use crate::convert::ConfigError;

/// Rows one task plans [-].
const BLOCK: usize = 256;

/// Movements of consecutive rows, without the room that a profile keeps for more pieces.
#[derive(Default)]
struct Block {
    pieces: Vec<Piece>,
    /// Per row and degree of freedom where its pieces end, how long they last, and the state after them.
    ends: Vec<(u32, f64, State)>,
}

impl Block {
    fn add(&mut self, trajectory: &Trajectory) {
        for profile in (0..trajectory.dofs()).filter_map(|i| trajectory.profile(i)) {
            self.pieces.extend_from_slice(profile.pieces());
            self.ends.push((self.pieces.len() as u32, profile.duration(), profile.end()));
        }
    }

    fn at(&self, k: usize, t: f64) -> State {
        let first = if k == 0 { 0 } else { self.ends[k - 1].0 };
        let (last, duration, end) = self.ends[k];
        if t >= duration {
            return end.after(t - duration, 0.0);
        }
        let mut left = t.max(0.0);
        for piece in &self.pieces[first as usize..last as usize] {
            if left < piece.duration {
                return piece.start.after(left, piece.jerk);
            }
            left -= piece.duration;
        }
        end
    }
}

/// Movements of many rows of states.
#[pyclass(module = "gaitloop._core", frozen)]
pub(crate) struct BatchTrajectory {
    blocks: Vec<Block>,
    rows: usize,
    dofs: usize,
    #[pyo3(get)]
    durations: Py<PyArray1<f64>>,
    threads: usize,
}

/// Runs `work` on so many threads, 0 for all there are.
fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    if threads == 0 {
        return Ok(work());
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|e| ConfigError::new_err(format!("threads must be startable, got {threads} ({e})")))?;
    Ok(pool.install(work))
}

/// Plans one block; the first refused row and why.
fn plan_block(
    base: &Input,
    cycle: f64,
    fields: &[&[f64]],
    first: usize,
    durations: &mut [f64],
) -> Result<Block, (usize, Error)> {
    let dofs = base.dofs;
    let (mut input, mut trajectory, mut block) = (*base, Trajectory::new(dofs), Block::default());
    block.pieces.reserve(durations.len() * dofs * 8);
    block.ends.reserve(durations.len() * dofs);
    for (k, duration) in durations.iter_mut().enumerate() {
        for (row, field) in input.rows.iter_mut().zip(fields) {
            let at = if field.len() == dofs { 0 } else { (first + k) * dofs };
            row[..dofs].copy_from_slice(&field[at..at + dofs]);
        }
        plan(&input, cycle, &mut trajectory).map_err(|error| (first + k, error))?;
        *duration = trajectory.duration();
        block.add(&trajectory);
    }
    Ok(block)
}

/// Plans as many movements as `out` has values; every field has one row of values, or one per movement.
pub(super) fn calculate<'py>(
    base: &Input,
    cycle: f64,
    fields: &[PyReadonlyArray2<'py, f64>],
    out: &Bound<'py, PyArray1<f64>>,
    threads: usize,
) -> PyResult<BatchTrajectory> {
    let (py, dofs) = (out.py(), base.dofs);
    let mut durations = out.try_readwrite().map_err(|e| refused("out", &e))?;
    let durations = durations.as_slice_mut().map_err(|e| refused("out", &e))?;
    let rows = durations.len();
    same_length("fields", fields.len(), FIELDS.len())?;
    let mut slices = Vec::with_capacity(FIELDS.len());
    for (field, name) in fields.iter().zip(FIELDS) {
        let shape = field.shape();
        if !(shape == [rows, dofs] || shape == [1, dofs]) || !field.is_c_contiguous() {
            return Err(ConfigError::new_err(format!("{name} must have shape ({rows}, {dofs}), got {shape:?}")));
        }
        slices.push(field.as_slice().map_err(|e| refused(name, &e))?);
    }
    let work = || {
        let chunks = durations.par_chunks_mut(BLOCK).enumerate();
        chunks.map(|(k, chunk)| plan_block(base, cycle, &slices, k * BLOCK, chunk)).collect::<Result<Vec<_>, _>>()
    };
    let blocks = py.detach(|| on_threads(threads, work))?;
    let blocks = blocks.map_err(|(row, error)| ConfigError::new_err(format!("{error} in row {row}")))?;
    Ok(BatchTrajectory { blocks, rows, dofs, durations: out.clone().unbind(), threads })
}

#[pymethods]
impl BatchTrajectory {
    /// Number of movements [-].
    fn __len__(&self) -> usize {
        self.rows
    }

    /// State of every movement at a time.
    ///
    /// Parameters
    /// ----------
    /// time : float or ndarray of float64, shape (N,)
    ///     Time since the start [s], one for all or one for each.
    /// out : tuple of three ndarray, each of shape (N, J), or ndarray of shape (3, N, J), or None
    ///     Where to write the result, C-contiguous float64. None makes new arrays.
    ///
    /// Returns
    /// -------
    /// position, velocity, acceleration : ndarray of float, shape (N, J)
    ///     The states [rad, rad/s, rad/s²].
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     If a shape does not fit.
    #[pyo3(signature = (time, out = None))]
    fn at_time<'py>(
        &self,
        py: Python<'py>,
        time: &Bound<'py, PyAny>,
        out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let time = Signal::new("time", time)?;
        if let Some(n) = time.len() {
            same_length("time", n, self.rows)?;
        }
        let (times, width, mut done) = (time.slice("time")?, BLOCK * self.dofs, Ok(()));
        let fill = |[p, v, a]: Rows<'_>| {
            let chunks = p.par_chunks_mut(width).zip(v.par_chunks_mut(width)).zip(a.par_chunks_mut(width));
            chunks.zip(&self.blocks).enumerate().for_each(|(b, (((p, v), a), block))| {
                for k in 0..p.len() {
                    let row = b * BLOCK + k / self.dofs;
                    let state = block.at(k, *times.get(row).unwrap_or(&times[0]));
                    (p[k], v[k], a[k]) = (state.position, state.velocity, state.acceleration);
                }
            });
        };
        let done_ref = &mut done;
        let result = into_out(py, &[self.rows, self.dofs], out, |out| {
            *done_ref = py.detach(|| on_threads(self.threads, || fill(out)));
        })?;
        done?;
        Ok(result)
    }
}
