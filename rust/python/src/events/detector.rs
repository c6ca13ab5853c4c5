//! What the bindings of all detectors share: rows in, events out.

use crate::convert::{ConfigError, config_error};
use gaitloop_core::events::Detector;
use gaitloop_core::types::{Event, Sides};
use numpy::{IntoPyArray, PyArray1, PyArrayDyn, PyArrayMethods, PyReadonlyArray1, PyUntypedArrayMethods};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyList, PyString};

/// Largest time that is taken [s]: what fits in 64-bit nanoseconds.
const TIME_MAX: f64 = 9e9;

/// Side, kind, time it happened [ns], time it was known [ns], confidence.
pub(crate) type Columns<'py> = (
    Bound<'py, PyArray1<i64>>,
    Bound<'py, PyArray1<i64>>,
    Bound<'py, PyArray1<i64>>,
    Bound<'py, PyArray1<i64>>,
    Bound<'py, PyArray1<f64>>,
);

/// Time [s] as whole nanoseconds.
pub(crate) fn nanoseconds(t: f64) -> PyResult<i64> {
    if t.abs() <= TIME_MAX {
        return Ok((t * 1e9).round_ties_even() as i64);
    }
    Err(ConfigError::new_err(format!("t must lie in [-{TIME_MAX:e}, {TIME_MAX:e}], got {t}")))
}

/// Time [s] that a caller gives, as whole nanoseconds.
pub(crate) fn time(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    if let Ok(t) = value.extract() {
        return nanoseconds(t);
    }
    let shown: String = value.repr().map_or_else(|_| "?".into(), |text| text.to_string()).chars().take(80).collect();
    Err(ConfigError::new_err(format!("t must be a number, got {shown}")))
}

fn shape_error(name: &str, shape: &[usize], first: &str, got: &[usize]) -> PyErr {
    let parts: Vec<String> = shape.iter().map(ToString::to_string).collect();
    let tail = if first.is_empty() && parts.len() == 1 { "," } else { "" };
    ConfigError::new_err(format!("{name} must have shape ({first}{}{tail}), got {got:?}", parts.join(", ")))
}

/// The values of one tick; anything but a plain float64 array goes through the same door as elsewhere.
pub(crate) fn row<const N: usize>(name: &str, shape: &[usize], value: &Bound<'_, PyAny>) -> PyResult<[f64; N]> {
    if let Ok(array) = value.cast::<PyArrayDyn<f64>>() {
        let array = array.try_readonly().map_err(|_| ConfigError::new_err(format!("{name} is being written to")))?;
        if array.shape() != shape {
            return Err(shape_error(name, shape, "", array.shape()));
        }
        if let (true, Ok(Some(values))) = (array.is_c_contiguous(), array.as_slice().map(|v| v.first_chunk::<N>())) {
            return Ok(*values);
        }
        let view = array.as_array();
        let mut values = view.iter();
        return Ok(core::array::from_fn(|_| values.next().copied().unwrap_or(f64::NAN)));
    }
    let door = value.py().import("gaitloop._inputs")?;
    row(name, shape, &door.call_method1("to_floats", (name, value))?)
}

/// The Python class of an event.
fn event_class(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class =
        CLASS.get_or_try_init(py, || Ok::<_, PyErr>(py.import("gaitloop.recording")?.getattr("Event")?.unbind()))?;
    Ok(class.bind(py))
}

/// The events of one tick, left first, as Python names them.
pub(crate) fn events<'py>(py: Python<'py>, found: Sides<Option<Event>>) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    if found == [None; 2] {
        return Ok(list);
    }
    let class = event_class(py)?;
    for (side, event) in found.into_iter().enumerate() {
        let Some(event) = event else { continue };
        let names: [&Bound<'py, PyString>; 4] =
            [intern!(py, "left"), intern!(py, "right"), intern!(py, "ic"), intern!(py, "to")];
        let fields = (names[side], names[2 + event.kind as usize], event.t as f64 * 1e-9, event.t_emit as f64 * 1e-9);
        list.append(class.call1((fields.0, fields.1, fields.2, fields.3, event.confidence))?)?;
    }
    Ok(list)
}

/// Every event of a recording as columns; `causal` steps the detector on, otherwise a fresh one looks ahead.
pub(crate) fn run<'py, const N: usize, D: Detector<N> + Send + Sync>(
    py: Python<'py>,
    detector: &mut D,
    (name, shape): (&str, &[usize]),
    rows: &Bound<'py, PyArrayDyn<f64>>,
    t: &PyReadonlyArray1<'py, i64>,
    causal: bool,
) -> PyResult<Columns<'py>> {
    let rows = rows.try_readonly().map_err(|_| ConfigError::new_err(format!("{name} is being written to")))?;
    if rows.ndim() != shape.len() + 1 || rows.shape().get(1..) != Some(shape) {
        return Err(shape_error(name, shape, "T, ", rows.shape()));
    }
    let flat = rows.as_slice().ok().filter(|_| rows.is_c_contiguous());
    let flat = flat.ok_or_else(|| ConfigError::new_err(format!("{name} must be C-contiguous, got another layout")))?;
    let rows = flat.as_chunks::<N>().0;
    let times = t.as_slice().map_err(|_| ConfigError::new_err("t must be C-contiguous, got a strided view"))?;
    if times.len() != rows.len() {
        return Err(ConfigError::new_err(format!("t must have shape ({},), got ({},)", rows.len(), times.len())));
    }
    let found = py.detach(|| if causal { stepped(detector, rows, times) } else { detector.look_ahead(rows, times) });
    Ok(columns(py, &found))
}

fn stepped<const N: usize, D: Detector<N>>(detector: &mut D, rows: &[[f64; N]], times: &[i64]) -> Vec<(usize, Event)> {
    let mut found = Vec::new();
    for (row, &t) in rows.iter().zip(times) {
        let events = detector.step(row, t);
        if let [None, None] = events {
            continue; // nearly always, and without a copy
        }
        found.extend(events.into_iter().enumerate().filter_map(|(side, event)| Some((side, event?))));
    }
    found
}

pub(crate) fn columns<'py>(py: Python<'py>, found: &[(usize, Event)]) -> Columns<'py> {
    let column = |pick: fn(&(usize, Event)) -> i64| found.iter().map(pick).collect::<Vec<_>>().into_pyarray(py);
    (
        column(|(side, _)| *side as i64),
        column(|(_, event)| event.kind as i64),
        column(|(_, event)| event.t),
        column(|(_, event)| event.t_emit),
        found.iter().map(|(_, event)| event.confidence).collect::<Vec<_>>().into_pyarray(py),
    )
}

/// Core settings of a detector, or the Python error that names the bad one.
pub(crate) fn built<T>(detector: gaitloop_core::Result<T>) -> PyResult<T> {
    detector.map_err(config_error)
}

/// The class of a detector: its settings with their defaults, one tick, a recording, what it knows.
macro_rules! detector {
    (
        $(#[$doc:meta])*
        $name:ident, $params:ident, $row:ident: $len:literal as $shape:expr,
        { $($field:ident: $kind:ty = [$($default:tt)+]),* $(,)? }
    ) => {
        $(#[$doc])*
        #[pyclass(subclass, module = "gaitloop._core")]
        pub(crate) struct $name(pub(crate) ::gaitloop_core::events::$name);

        #[pymethods]
        impl $name {
            #[new]
            #[pyo3(signature = (*, $($field = $($default)+),*))]
            #[allow(clippy::too_many_arguments)]
            fn new($($field: $kind),*) -> PyResult<Self> {
                let params = ::gaitloop_core::events::$params { $($field),* };
                Ok(Self($crate::events::detector::built(::gaitloop_core::events::$name::new(params))?))
            }

            /// Take one tick; a tick whose time does not exceed the one before is not taken.
            ///
            /// Parameters
            /// ----------
            #[doc = concat!(stringify!($row), " : array_like of float, shape ", stringify!($shape))]
            ///     What `run` takes for one sample, in its units; NaN where nothing was measured.
            /// t : float
            ///     Time of the tick [s], -9e9 to 9e9.
            ///
            /// Returns
            /// -------
            /// list of Event
            ///     What is known since this tick: at most one event per foot, left first.
            ///
            /// Raises
            /// ------
            /// ConfigError
            ///     If the values have another shape or are no numbers, or the time is outside its range.
            fn step<'py>(
                &mut self,
                py: Python<'py>,
                $row: &Bound<'py, PyAny>,
                t: &Bound<'py, PyAny>,
            ) -> PyResult<Bound<'py, ::pyo3::types::PyList>> {
                let row = $crate::events::detector::row::<$len>(stringify!($row), &$shape, $row)?;
                let t = $crate::events::detector::time(t)?;
                let found = ::gaitloop_core::events::Detector::step(&mut self.0, &row, t);
                $crate::events::detector::events(py, found)
            }

            /// A recording with times in [ns]: the columns side, kind, time [ns], time it was known [ns], confidence.
            #[pyo3(signature = ($row, t, causal = true))]
            fn run<'py>(
                &mut self,
                py: Python<'py>,
                $row: &Bound<'py, ::numpy::PyArrayDyn<f64>>,
                t: ::numpy::PyReadonlyArray1<'py, i64>,
                causal: bool,
            ) -> PyResult<$crate::events::detector::Columns<'py>> {
                let form: (&str, &[usize]) = (stringify!($row), &$shape);
                $crate::events::detector::run(py, &mut self.0, form, $row, &t, causal)
            }

            /// Whether the left and the right foot are on the ground, as far as known.
            #[getter]
            fn in_contact(&self) -> (bool, bool) {
                ::gaitloop_core::events::Detector::in_contact(&self.0).into()
            }

            /// Whether the sensor of the left and of the right foot gave nothing in the last tick.
            #[getter]
            fn paused(&self) -> (bool, bool) {
                ::gaitloop_core::events::Detector::paused(&self.0).into()
            }

            /// Forget everything.
            fn reset(&mut self) {
                ::gaitloop_core::events::Detector::reset(&mut self.0);
            }
        }
    };
}
pub(crate) use detector;
