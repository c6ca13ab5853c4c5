//! Binding of the vote of several detectors.

use super::detector::{Columns, built, columns, events, nanoseconds, time};
use crate::convert::ConfigError;
use gaitloop_core::events::{FusedContacts as Core, FusedParams};
use gaitloop_core::types::{Event, EventKind, SIDES, Sides};
use numpy::{PyReadonlyArray1, PyReadonlyArray3, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyMapping, PyString};

/// Names of the kinds of events in order.
const KINDS: [&str; 2] = ["ic", "to"];
type Column<'py, T> = PyReadonlyArray1<'py, T>;
/// Columns of a source as arrays.
type Given<'py> = (Column<'py, i64>, Column<'py, i64>, Column<'py, i64>, Column<'py, i64>, Column<'py, f64>);

/// Initial contact and toe-off of both feet by the vote of several detectors.
#[pyclass(subclass, module = "gaitloop._core")]
pub(crate) struct FusedContacts {
    core: Core,
    names: Vec<String>,
    weights: Vec<f64>,
}

impl FusedContacts {
    /// What `value` has for each source, by name or in their order; `required` unless it may lack one.
    fn parts<'py>(
        &self,
        name: &str,
        value: &Bound<'py, PyAny>,
        required: bool,
    ) -> PyResult<Vec<Option<Bound<'py, PyAny>>>> {
        let Ok(mapping) = value.cast::<PyMapping>() else {
            let text = value.is_instance_of::<PyString>();
            let parts = value.try_iter().ok().filter(|_| !text).map(|items| items.collect::<PyResult<Vec<_>>>());
            let parts = parts.transpose()?.filter(|parts| parts.len() == self.names.len());
            let error =
                || format!("{name} must have a part for each of {} sources, got {}", self.names.len(), short(value));
            return Ok(parts.ok_or_else(|| ConfigError::new_err(error()))?.into_iter().map(Some).collect());
        };
        for key in mapping.keys()?.iter() {
            if !key.extract::<&str>().is_ok_and(|key| self.names.iter().any(|name| name == key)) {
                let names = self.names.join(", ");
                return Err(ConfigError::new_err(format!("{name} must name the sources {names}, got {}", short(&key))));
            }
        }
        let part = |source: &String| match mapping.contains(source)? {
            true => mapping.get_item(source).map(Some),
            false if required => Err(ConfigError::new_err(format!("{name} must name {source}, got {}", short(value)))),
            false => Ok(None),
        };
        self.names.iter().map(part).collect()
    }
}

/// The start of what Python shows of a value.
fn short(value: &Bound<'_, PyAny>) -> String {
    value.repr().map_or_else(|_| "?".into(), |text| text.to_string().chars().take(80).collect())
}

/// Side and event of one row of a detector.
fn event(source: &str, row: &Bound<'_, PyAny>) -> PyResult<(usize, Event)> {
    let fields = row.extract::<(String, String, f64, f64, f64)>();
    let wrong = |what: &str, got: &str| ConfigError::new_err(format!("{what} in found of {source} must be {got}"));
    let Ok((side, kind, t, _, confidence)) = fields else {
        return Err(ConfigError::new_err(format!("found of {source} must hold Events, got {}", short(row))));
    };
    let Some(at) = SIDES.iter().position(|name| *name == side) else {
        return Err(wrong("side", &format!("left or right, got {side:?}")));
    };
    let kind = match KINDS.iter().position(|name| *name == kind) {
        Some(0) => EventKind::InitialContact,
        Some(_) => EventKind::ToeOff,
        None => return Err(wrong("kind", &format!("ic or to, got {kind:?}"))),
    };
    let t = nanoseconds(t).map_err(|_| wrong("time", &format!("in [-9e9, 9e9], got {t}")))?;
    Ok((at, Event { kind, t, t_emit: 0, confidence }))
}

/// What a source found in one tick.
fn found(source: &str, rows: &Bound<'_, PyAny>) -> PyResult<Sides<Option<Event>>> {
    let mut sides = [None; 2];
    if rows.cast::<PyList>().is_ok_and(|rows| rows.is_empty()) {
        return Ok(sides);
    }
    let bad = || ConfigError::new_err(format!("found of {source} must be a list of Event, got {}", short(rows)));
    for row in rows.try_iter().map_err(|_| bad())? {
        let (side, event) = event(source, &row?)?;
        if sides[side].replace(event).is_some() {
            let side = SIDES[side];
            return Err(ConfigError::new_err(format!(
                "found of {source} must hold one event per foot, got two of {side}"
            )));
        }
    }
    Ok(sides)
}

/// Whether a source watches the left and the right foot.
fn alive(source: &str, pair: &Bound<'_, PyAny>) -> PyResult<Sides<bool>> {
    let flags =
        pair.try_iter().and_then(|items| items.map(|item| item?.extract::<bool>()).collect::<PyResult<Vec<_>>>());
    let pair_of = |flags: Vec<bool>| <Sides<bool>>::try_from(flags).ok();
    flags.ok().and_then(pair_of).ok_or_else(|| {
        ConfigError::new_err(format!("alive of {source} must be a pair of truth values, got {}", short(pair)))
    })
}

/// The events of the columns of a source; sides and kinds that do not exist are refused.
fn table(source: &str, (side, kind, t, emit, confidence): &Given<'_>) -> PyResult<Vec<(usize, Event)>> {
    let lengths = [side.len(), kind.len(), t.len(), emit.len(), confidence.len()];
    if lengths.iter().any(|length| *length != lengths[0]) {
        return Err(ConfigError::new_err(format!("columns of {source} must be equally long, got {lengths:?}")));
    }
    let code = |name: &str, code: i64, i: usize| match code {
        0 | 1 => Ok(code as usize),
        _ => Err(ConfigError::new_err(format!("{name} of {source} must lie in [0, 1], got {code} at index {i}"))),
    };
    let views = (side.as_array(), kind.as_array(), t.as_array(), emit.as_array(), confidence.as_array());
    let row = |i: usize| {
        let side = code("side", views.0[i], i)?;
        let kinds = [EventKind::InitialContact, EventKind::ToeOff];
        let kind = kinds[code("kind", views.1[i], i)?];
        Ok((side, Event { kind, t: views.2[i], t_emit: views.3[i], confidence: views.4[i] }))
    };
    (0..lengths[0]).map(row).collect()
}

#[pymethods]
impl FusedContacts {
    #[new]
    #[pyo3(signature = (names, weights, *, window = 0.12, wait = 0.03, quorum = 0.5, stance = 0.1, swing = 0.1))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        names: Vec<String>,
        weights: Vec<f64>,
        window: f64,
        wait: f64,
        quorum: f64,
        stance: f64,
        swing: f64,
    ) -> PyResult<Self> {
        let core = built(Core::new(&weights, FusedParams { window, wait, quorum, stance, swing }))?;
        if names.len() != weights.len() {
            let (got, want) = (names.len(), weights.len());
            return Err(ConfigError::new_err(format!("names must have length {want}, got {got}")));
        }
        Ok(Self { core, names, weights })
    }

    /// Weight of each source by its name.
    #[getter]
    fn sources<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let sources = PyDict::new(py);
        self.names.iter().zip(&self.weights).try_for_each(|(name, weight)| sources.set_item(name, weight))?;
        Ok(sources)
    }

    /// Take one tick; a tick whose time does not exceed the one before is not taken.
    ///
    /// Parameters
    /// ----------
    /// found : mapping of str to list of Event, or sequence of these in the order of the sources
    ///     What the `step` of each detector gave in this tick; a name that is left out found nothing.
    /// alive : mapping of str to pair of bool, or sequence of these in the order of the sources
    ///     Whether each source watches the left and the right foot: what its detector does not call `paused`.
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
    ///     If a name is not one of the sources, a source is missing in `alive`, something has another form, a source
    ///     found two events of one foot, or a time is outside its range.
    fn step<'py>(
        &mut self,
        py: Python<'py>,
        found: &Bound<'py, PyAny>,
        alive: &Bound<'py, PyAny>,
        t: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let (mut all, mut who) = ([[None; 2]; Core::SOURCES], [[false; 2]; Core::SOURCES]);
        let parts = self.parts("found", found, false)?.into_iter().zip(self.parts("alive", alive, true)?);
        for (i, (rows, pair)) in parts.enumerate() {
            let name = &self.names[i];
            all[i] = rows.map_or(Ok([None; 2]), |rows| self::found(name, &rows))?;
            who[i] = pair.map_or(Ok([false; 2]), |pair| self::alive(name, &pair))?;
        }
        events(py, self.core.step(&all, &who, time(t)?))
    }

    /// A recording with times in [ns]: the columns side, kind, time [ns], time it was known [ns], confidence.
    fn run<'py>(
        &mut self,
        py: Python<'py>,
        found: Vec<Given<'py>>,
        alive: PyReadonlyArray3<'py, bool>,
        t: PyReadonlyArray1<'py, i64>,
    ) -> PyResult<Columns<'py>> {
        let sources = self.names.len();
        if found.len() != sources {
            return Err(ConfigError::new_err(format!("found must have length {sources}, got {}", found.len())));
        }
        if alive.shape() != [t.len(), sources, 2] {
            let (ticks, got) = (t.len(), alive.shape());
            return Err(ConfigError::new_err(format!("alive must have shape ({ticks}, {sources}, 2), got {got:?}")));
        }
        let flat = alive.as_slice().ok().filter(|_| alive.is_c_contiguous());
        let flat = flat.ok_or_else(|| ConfigError::new_err("alive must be C-contiguous, got another layout"))?;
        let times = t.as_slice().map_err(|_| ConfigError::new_err("t must be C-contiguous, got a strided view"))?;
        let tables = self.names.iter().zip(&found).map(|(name, given)| table(name, given));
        let tables = tables.collect::<PyResult<Vec<_>>>()?;
        let tables: Vec<&[(usize, Event)]> = tables.iter().map(Vec::as_slice).collect();
        let core = &mut self.core;
        let told = py.detach(|| core.run(&tables, flat.as_chunks::<2>().0, times));
        Ok(columns(py, &told))
    }

    /// Whether the left and the right foot are on the ground, as far as known.
    #[getter]
    fn in_contact(&self) -> (bool, bool) {
        self.core.in_contact().into()
    }

    /// Whether no source watched the left and the right foot in the last tick.
    #[getter]
    fn paused(&self) -> (bool, bool) {
        self.core.paused().into()
    }

    /// Whether each source, by its name, has a vote on the left and the right foot.
    #[getter]
    fn trusted<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let trusted = PyDict::new(py);
        let mut both = self.names.iter().zip(self.core.trusted());
        both.try_for_each(|(name, sides)| trusted.set_item(name, <(bool, bool)>::from(sides)))?;
        Ok(trusted)
    }

    /// Forget everything.
    fn reset(&mut self) {
        self.core.reset();
    }
}
