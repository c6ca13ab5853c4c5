//! Strides of one side while they happen.

use gaitloop_core::body::Body;
use gaitloop_core::measures::{self, MeterInputs};
use gaitloop_core::types::{Event, EventKind, JointReading, N_JOINTS};
use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use super::{optional, or_nan};
use crate::convert::{ConfigError, config_error, readings, vector};

/// Angles of a side at the points of a stride that subtasks are judged by.
#[pyclass(module = "gaitloop._core", frozen, get_all)]
#[derive(Clone)]
pub(super) struct KeyAngles {
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

/// Work at the joints of one leg; NaN where too little was known.
///
/// Attributes
/// ----------
/// robot_work : float
///     Positive work of the robot [J].
/// robot_braking : float
///     Work the robot took out of the leg, not negative [J].
/// human_work : float
///     Positive work of the person while their torque was known [J]; errs as the estimate it comes from.
/// human_share : float
///     That over the positive work of person and robot together, same joints and times [-], 0 to 1.
/// human_covered : float
///     Share of the time steps in which both torques were known [-].
#[pyclass(module = "gaitloop._core", frozen, get_all)]
#[derive(Clone)]
pub(super) struct JointWork {
    robot_work: f64,
    robot_braking: f64,
    human_work: f64,
    human_share: f64,
    human_covered: f64,
}

impl From<measures::JointWork> for JointWork {
    fn from(work: measures::JointWork) -> Self {
        Self {
            robot_work: or_nan(work.robot_work),
            robot_braking: or_nan(work.robot_braking),
            human_work: or_nan(work.human_work),
            human_share: or_nan(work.human_share),
            human_covered: or_nan(work.human_covered),
        }
    }
}

/// Further measures of one stride of one side; None where absent.
///
/// Attributes
/// ----------
/// swing_time : float or None
///     Time in the air [s].
/// cadence : float
///     Steps per time [1/s], two to a stride.
/// speed : float or None
///     Mean speed of the belt [m/s].
/// walk_ratio : float or None
///     Half the stride length over the cadence in steps a minute [m/(steps/min)].
/// hip_range : float or None
///     Range of the hip angle [rad].
/// knee_range : float or None
///     Range of the knee angle [rad].
/// ankle_range : float or None
///     Range of the ankle angle [rad].
/// ankle_swing_max : float or None
///     Largest dorsiflexion at phases 0.60 to 0.95 [rad].
/// toe_clearance : float or None
///     Least height of the toe at phases 0.70 to 0.90 above the lower end of the other foot [m]; from joint angles and
///     body height, pelvis taken to be upright and level.
/// load_share : float or None
///     Mean force in stance over body weight [-].
/// work : JointWork
///     Work of robot and person at the joints of the leg.
#[pyclass(module = "gaitloop._core", frozen, get_all)]
#[derive(Clone)]
pub(super) struct StrideDetails {
    swing_time: Option<f64>,
    cadence: f64,
    speed: Option<f64>,
    walk_ratio: Option<f64>,
    hip_range: Option<f64>,
    knee_range: Option<f64>,
    ankle_range: Option<f64>,
    ankle_swing_max: Option<f64>,
    toe_clearance: Option<f64>,
    load_share: Option<f64>,
    work: JointWork,
}

impl From<measures::StrideDetails> for StrideDetails {
    fn from(d: measures::StrideDetails) -> Self {
        Self {
            swing_time: d.swing_time,
            cadence: d.cadence,
            speed: d.speed,
            walk_ratio: d.walk_ratio,
            hip_range: d.hip_range,
            knee_range: d.knee_range,
            ankle_range: d.ankle_range,
            ankle_swing_max: d.ankle_swing_max,
            toe_clearance: d.toe_clearance,
            load_share: d.load_share,
            work: d.work.into(),
        }
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
            fn details(&self) -> Option<StrideDetails> {
                self.0.details.map(Into::into)
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

/// One value per joint; absent altogether when none was measured.
type Joints<'py> = Option<PyReadonlyArray1<'py, f64>>;

fn joints(name: &str, values: Option<&PyReadonlyArray1<'_, f64>>) -> PyResult<JointReading> {
    values.map_or(Ok([None; N_JOINTS]), |values| Ok(readings(vector(name, values)?)))
}

/// Kind and time [ns] of an event of one foot.
pub(super) fn event_of(event: Option<(u8, i64)>) -> PyResult<Option<(EventKind, i64)>> {
    match event {
        None => Ok(None),
        Some((0, t)) => Ok(Some((EventKind::InitialContact, t))),
        Some((1, t)) => Ok(Some((EventKind::ToeOff, t))),
        Some((kind, _)) => Err(ConfigError::new_err(format!("event must lie in [0, 1], got {kind}"))),
    }
}

/// Measures the strides of one side while they happen.
#[pyclass(module = "gaitloop._core")]
pub(super) struct StrideMeter(measures::StrideMeter);

#[pymethods]
impl StrideMeter {
    #[new]
    #[pyo3(signature = (side, mass, height, *, details=false))]
    fn new(side: i64, mass: f64, height: f64, details: bool) -> PyResult<Self> {
        let side = match side {
            0 => 0,
            1 => 1,
            _ => return Err(ConfigError::new_err(format!("side must lie in [0, 1], got {side}"))),
        };
        let meter = measures::StrideMeter::new(side, Body::new(mass, height).map_err(config_error)?);
        Ok(Self(if details { meter.with_details() } else { meter }))
    }

    #[pyo3(signature = (*, event, in_contact, other_contact, q, q_ref, phase, force, belt_speed, dt, torques=None))]
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
        torques: Option<(Joints<'_>, Joints<'_>, Joints<'_>)>,
    ) -> PyResult<Option<StrideMeasures>> {
        let event = event_of(event)?.map(|(kind, t)| Event { kind, t, t_emit: t, confidence: 1.0 });
        let torques = match torques {
            None => None,
            Some((dq, robot, human)) => Some(measures::Torques {
                dq: joints("dq", dq.as_ref())?,
                tau_robot: joints("tau_robot", robot.as_ref())?,
                tau_human: joints("tau_human", human.as_ref())?,
            }),
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
            torques,
        };
        Ok(self.0.step(&inputs, dt).map(StrideMeasures))
    }
}
