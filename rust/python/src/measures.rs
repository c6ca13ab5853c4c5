//! Binding of the room `measures`.

use gaitloop_core::body::Body;
use gaitloop_core::measures::{self, BeltSpeed, MeterInputs, RecordedEvents, RecordedSamples, Recording};
use gaitloop_core::types::{Event, EventKind};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use crate::convert::{ConfigError, config_error, readings, rows, vector};

fn optional(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

fn or_nan(x: Option<f64>) -> f64 {
    x.unwrap_or(f64::NAN)
}

/// Angles of a side at the points of a stride that subtasks are judged by.
#[pyclass(module = "gaitloop._core", frozen, get_all)]
#[derive(Clone)]
struct KeyAngles {
    hip_max: Option<f64>,
    hip_min: Option<f64>,
    knee_at_contact: Option<f64>,
    knee_stance_max: Option<f64>,
    knee_swing_max: Option<f64>,
}

impl From<measures::KeyAngles> for KeyAngles {
    fn from(k: measures::KeyAngles) -> Self {
        let measures::KeyAngles { hip_max, hip_min, knee_at_contact, knee_stance_max, knee_swing_max } = k;
        Self { hip_max, hip_min, knee_at_contact, knee_stance_max, knee_swing_max }
    }
}

/// Measures of one stride of one side.
#[pyclass(module = "gaitloop._core", frozen)]
pub(crate) struct StrideMeasures(pub(crate) measures::StrideMeasures);

macro_rules! getters {
    ($($name:ident: $kind:ty),+ $(,)?) => {
        #[pymethods]
        impl StrideMeasures {
            $(#[getter]
            fn $name(&self) -> $kind {
                self.0.$name
            })+

            #[getter]
            fn measured(&self) -> KeyAngles {
                self.0.measured.into()
            }

            #[getter]
            fn reference(&self) -> KeyAngles {
                self.0.reference.into()
            }

            #[getter]
            fn rms<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
                PyArray1::from_slice(py, &self.0.rms.map(or_nan))
            }

            fn subtask_errors<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
                PyArray1::from_slice(py, &self.0.subtask_errors().map(or_nan))
            }
        }
    };
}

getters! {
    side: usize, t_start: i64, t_end: i64, stride_time: f64, stance_time: Option<f64>, stance_share: Option<f64>,
    double_support: Option<f64>, step_time: Option<f64>, step_length: Option<f64>, stride_length: Option<f64>,
    force_peak: Option<f64>, force_mean: Option<f64>, valid: bool,
}

/// Measures the strides of one side while they happen.
#[pyclass(module = "gaitloop._core")]
struct StrideMeter(measures::StrideMeter);

#[pymethods]
impl StrideMeter {
    #[new]
    fn new(side: i64, mass: f64, height: f64) -> PyResult<Self> {
        let side = match side {
            0 => 0,
            1 => 1,
            _ => return Err(ConfigError::new_err(format!("side must lie in [0, 1], got {side}"))),
        };
        Ok(Self(measures::StrideMeter::new(side, Body::new(mass, height).map_err(config_error)?)))
    }

    #[pyo3(signature = (*, event, in_contact, other_contact, q, q_ref, phase, force, belt_speed, dt))]
    #[allow(clippy::too_many_arguments)]
    fn step(
        &mut self,
        event: Option<(u8, i64)>,
        in_contact: (bool, bool),
        other_contact: Option<i64>,
        q: PyReadonlyArray1<'_, f64>,
        q_ref: PyReadonlyArray1<'_, f64>,
        phase: f64,
        force: f64,
        belt_speed: f64,
        dt: f64,
    ) -> PyResult<Option<StrideMeasures>> {
        let event = match event {
            None => None,
            Some((kind @ (0 | 1), t)) => {
                let kind = if kind == 0 { EventKind::InitialContact } else { EventKind::ToeOff };
                Some(Event { kind, t, t_emit: t, confidence: 1.0 })
            }
            Some((kind, _)) => return Err(ConfigError::new_err(format!("event must lie in [0, 1], got {kind}"))),
        };
        let inputs = MeterInputs {
            event,
            in_contact: [in_contact.0, in_contact.1],
            other_contact,
            q: readings(vector("q", &q)?),
            q_ref: vector("q_ref", &q_ref)?,
            phase,
            force: optional(force),
            belt_speed: optional(belt_speed),
        };
        Ok(self.0.step(&inputs, dt).map(StrideMeasures))
    }
}

#[pyfunction]
fn symmetry(left: f64, right: f64) -> PyResult<f64> {
    measures::symmetry(left, right).map_err(config_error)
}

/// Samples of a recording: time and values.
type Pair<'py, V> = Option<(PyReadonlyArray1<'py, f64>, V)>;
type Table<'py> = Bound<'py, PyArray2<f64>>;

/// One row per stride: the columns of `STRIDE_COLUMNS`, then 1 when the stride is valid; left, then right.
#[pyfunction]
#[pyo3(signature = (side, kind, time, angles=None, forces=None, belt_speed=None))]
fn stride_measures<'py>(
    py: Python<'py>,
    side: PyReadonlyArray1<'py, u8>,
    kind: PyReadonlyArray1<'py, u8>,
    time: PyReadonlyArray1<'py, f64>,
    angles: Pair<'py, PyReadonlyArray2<'py, f64>>,
    forces: Pair<'py, PyReadonlyArray2<'py, f64>>,
    belt_speed: Pair<'py, PyReadonlyArray1<'py, f64>>,
) -> PyResult<(Table<'py>, Table<'py>)> {
    let mut recording = Recording::default();
    if let Some((time, value)) = &angles {
        recording.angles = Some(RecordedSamples { time: time.as_slice()?, value: rows("angles", value)? });
    }
    if let Some((time, value)) = &forces {
        recording.forces = Some(RecordedSamples { time: time.as_slice()?, value: rows("forces", value)? });
    }
    if let Some((time, value)) = &belt_speed {
        let (time, value) = (time.as_slice()?, value.as_slice()?);
        recording.belt_speed = Some(match (time, value) {
            ([], [constant]) => BeltSpeed::Constant(*constant),
            _ => BeltSpeed::Samples(RecordedSamples { time, value }),
        });
    }
    let events = RecordedEvents { side: side.as_slice()?, kind: kind.as_slice()?, time: time.as_slice()? };
    let [left, right] = measures::stride_measures(&events, &recording).map_err(config_error)?;
    Ok((table(py, &left)?, table(py, &right)?))
}

fn table<'py>(py: Python<'py>, strides: &[measures::StrideRow]) -> PyResult<Table<'py>> {
    let columns = measures::STRIDE_COLUMNS.len() + 1;
    let numbers = strides
        .iter()
        .flat_map(|row| row.values().into_iter().map(or_nan).chain(core::iter::once(f64::from(u8::from(row.valid)))));
    PyArray1::from_iter(py, numbers).reshape([strides.len(), columns])
}

/// Adds the room's classes and functions to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("STRIDE_COLUMNS", measures::STRIDE_COLUMNS)?;
    m.add_class::<KeyAngles>()?;
    m.add_class::<StrideMeasures>()?;
    m.add_class::<StrideMeter>()?;
    m.add_function(wrap_pyfunction!(symmetry, m)?)?;
    m.add_function(wrap_pyfunction!(stride_measures, m)?)
}
