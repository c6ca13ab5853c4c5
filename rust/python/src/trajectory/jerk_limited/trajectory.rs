//! Trajectories of several degrees of freedom, to be evaluated.

use gaitloop_core::trajectory::jerk_limited;
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::super::out::{Rows, Signal, into_out};
use crate::convert::ConfigError;

/// Movements of all degrees of freedom.
#[pyclass(module = "gaitloop._core", subclass)]
pub(crate) struct Trajectory(pub(super) jerk_limited::Trajectory);

impl Trajectory {
    pub(super) fn of(dofs: usize) -> Self {
        Self(jerk_limited::Trajectory::new(dofs))
    }

    fn check(&self, dof: usize) -> PyResult<()> {
        let dofs = self.0.dofs();
        if dof < dofs {
            Ok(())
        } else {
            Err(ConfigError::new_err(format!("dof must lie in [0, {}], got {dof}", dofs - 1)))
        }
    }
}

#[pymethods]
impl Trajectory {
    #[new]
    fn new(dofs: usize) -> PyResult<Self> {
        let most = jerk_limited::MAX_DOFS;
        if (1..=most).contains(&dofs) {
            return Ok(Self::of(dofs));
        }
        Err(ConfigError::new_err(format!("dofs must lie in [1, {most}], got {dofs}")))
    }

    /// Number of degrees of freedom [-].
    #[getter]
    fn degrees_of_freedom(&self) -> usize {
        self.0.dofs()
    }

    /// Time at which the last degree of freedom arrives [s].
    #[getter]
    fn duration(&self) -> f64 {
        self.0.duration()
    }

    /// Duration each degree of freedom would have alone [s], shape (J,).
    #[getter]
    fn independent_min_durations<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, self.0.independent_min_durations())
    }

    /// Whether all degrees of freedom with phase synchronisation move along one straight line.
    #[getter]
    fn is_straight(&self) -> bool {
        self.0.is_straight()
    }

    /// Whether a position limit could not be kept, or keeps the target from being reached.
    #[getter]
    fn is_limited(&self) -> bool {
        self.0.is_limited()
    }

    /// State at a time.
    ///
    /// Parameters
    /// ----------
    /// time : float or ndarray of float64, shape (T,)
    ///     Time since the start [s]; before 0 the start. After the end the target's acceleration goes on, as far as position limits allow.
    /// out : tuple of three ndarray, each of shape (J,) or (T, J), or one ndarray of three of them, or None
    ///     Where to write the result, C-contiguous float64. None makes new arrays.
    ///
    /// Returns
    /// -------
    /// position, velocity, acceleration : ndarray of float, shape (J,) or (T, J)
    ///     The state [rad, rad/s, rad/s²].
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
        let number: PyResult<f64>;
        let signal = if time.cast::<numpy::PyArrayDyn<f64>>().is_err() && {
            number = time.extract();
            number.is_ok()
        } {
            Signal::One(time.extract()?)
        } else {
            Signal::new("time", time)?
        };
        let dofs = self.0.dofs();
        let times = signal.slice("time")?;
        let shape: Vec<usize> = signal.len().into_iter().chain([dofs]).collect();
        into_out(py, &shape, out, |[p, v, a]: Rows<'_>| {
            for (k, t) in times.iter().enumerate() {
                for i in 0..dofs {
                    let (state, _) = self.0.at(i, *t);
                    let at = k * dofs + i;
                    (p[at], v[at], a[at]) = (state.position, state.velocity, state.acceleration);
                }
            }
        })
    }

    /// Smallest and largest position of each degree of freedom until it arrives, and when.
    ///
    /// Returns
    /// -------
    /// list of dict
    ///     `min` and `max` [rad], `t_min` and `t_max` [s], one dict per degree of freedom.
    #[getter]
    fn position_extrema<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let all = (0..self.0.dofs()).filter_map(|i| self.0.extrema(i));
        all.map(|found| {
            let dict = PyDict::new(py);
            dict.set_item("min", found.min)?;
            dict.set_item("max", found.max)?;
            dict.set_item("t_min", found.t_min)?;
            dict.set_item("t_max", found.t_max)?;
            Ok(dict)
        })
        .collect()
    }

    /// First time at which a degree of freedom passes a position.
    ///
    /// Parameters
    /// ----------
    /// dof : int
    ///     Index of the degree of freedom [-].
    /// position : float
    ///     Position to pass [rad].
    /// time_after : float
    ///     Time from which on to look [s].
    ///
    /// Returns
    /// -------
    /// float or None
    ///     The time [s], None when the position is not passed until the end.
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     If there is no such degree of freedom.
    #[pyo3(signature = (dof, position, time_after = 0.0))]
    fn get_first_time_at_position(&self, dof: usize, position: f64, time_after: f64) -> PyResult<Option<f64>> {
        self.check(dof)?;
        Ok(self.0.first_time_at(dof, position, time_after))
    }

    /// Pieces of constant jerk of each degree of freedom.
    ///
    /// Returns
    /// -------
    /// list of ndarray of float, shape (K, 5)
    ///     Per degree of freedom and piece the duration [s], position [rad], velocity [rad/s] and acceleration [rad/s²] at its beginning, and
    ///     the jerk throughout [rad/s³].
    #[getter]
    fn profiles<'py>(&self, py: Python<'py>) -> Vec<Bound<'py, PyArray2<f64>>> {
        let row = |piece: &jerk_limited::Piece| {
            let state = piece.start;
            [piece.duration, state.position, state.velocity, state.acceleration, piece.jerk]
        };
        let pieces = |profile: &jerk_limited::Profile| {
            let array = PyArray2::zeros(py, [profile.pieces().len(), 5], false);
            if let Ok(mut view) = array.try_readwrite() {
                for (mut to, piece) in view.as_array_mut().outer_iter_mut().zip(profile.pieces()) {
                    to.iter_mut().zip(row(piece)).for_each(|(to, from)| *to = from);
                }
            }
            array
        };
        (0..self.0.dofs()).filter_map(|i| self.0.profile(i)).map(pieces).collect()
    }
}
