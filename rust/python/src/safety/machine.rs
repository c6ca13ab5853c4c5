//! Supervisor, belt, body-weight support and monitors.

use super::{Declaration, Envelope, Fault, code, joint_kinds};
use crate::convert::{config_error, readings, vector};
use gaitloop_core::safety as core;
use gaitloop_core::types::{N_JOINTS, N_SIDES};
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;

/// What the supervisor orders for a tick.
#[pyclass(module = "gaitloop._core", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct SupervisorOutput(core::SupervisorOutputs);

#[pymethods]
impl SupervisorOutput {
    #[getter]
    fn state(&self) -> u8 {
        self.0.state as u8
    }

    #[getter]
    fn leg(&self) -> u8 {
        self.0.leg as u8
    }

    #[getter]
    fn belt(&self) -> u8 {
        self.0.belt as u8
    }

    #[getter]
    fn support(&self) -> u8 {
        self.0.support as u8
    }

    #[getter]
    fn energised(&self) -> bool {
        self.0.energised
    }

    #[getter]
    fn brake(&self) -> bool {
        self.0.brake
    }

    #[getter]
    fn severity(&self) -> u8 {
        self.0.severity as u8
    }

    #[getter]
    fn cause(&self) -> u8 {
        self.0.cause as u8
    }

    fn __repr__(&self) -> String {
        format!("SupervisorOutput(state='{}', cause='{}')", self.0.state.name(), self.0.cause.name())
    }
}

/// State machine of a training device.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct Supervisor(core::Supervisor);

#[pymethods]
impl Supervisor {
    #[new]
    fn new(envelope: &Envelope, device: &Declaration) -> Self {
        Self(core::Supervisor::new(&envelope.0, device.0.safe_profile))
    }

    #[expect(clippy::too_many_arguments, reason = "the inputs of a tick, by name")]
    #[pyo3(signature = (*, estop_ok, severity, cause, nonresettable, command, local, pain, still, selftest, enable, t_ns, carried = false))]
    fn step(
        &mut self,
        estop_ok: bool,
        severity: i64,
        cause: i64,
        nonresettable: bool,
        command: i64,
        local: bool,
        pain: bool,
        still: bool,
        selftest: i64,
        enable: bool,
        t_ns: i64,
        carried: bool,
    ) -> PyResult<SupervisorOutput> {
        let inputs = core::SupervisorInputs {
            estop_ok,
            severity: code("severity", severity, core::SEVERITIES.len(), core::Severity::from_code)?,
            cause: code("cause", cause, core::CAUSES.len(), core::Cause::from_code)?,
            nonresettable,
            command: code("command", command, core::REQUESTS.len(), core::Request::from_code)?,
            local,
            pain,
            still,
            selftest: code("selftest", selftest, core::SELFTESTS.len(), core::Selftest::from_code)?,
            enable,
            carried,
        };
        Ok(SupervisorOutput(self.0.step(&inputs, t_ns)))
    }

    #[getter]
    fn state(&self) -> u8 {
        self.0.state() as u8
    }
}

/// Commanded belt speed.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct Belt(core::Belt);

#[pymethods]
impl Belt {
    #[new]
    fn new(envelope: &Envelope) -> Self {
        Self(core::Belt::new(&envelope.0))
    }

    fn step(&mut self, target: f64, mode: i64, dt: f64) -> PyResult<f64> {
        let mode = code("mode", mode, core::BELT_MODES.len(), core::BeltMode::from_code)?;
        Ok(self.0.step(target, mode, dt))
    }

    #[getter]
    fn speed(&self) -> f64 {
        self.0.speed()
    }

    #[getter]
    fn accel(&self) -> f64 {
        self.0.accel()
    }
}

/// Commanded body-weight support.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct Support(core::Support);

#[pymethods]
impl Support {
    #[new]
    #[pyo3(signature = (envelope, initial = 0.0))]
    fn new(envelope: &Envelope, initial: f64) -> PyResult<Self> {
        core::Support::carrying(&envelope.0, initial).map(Self).map_err(config_error)
    }

    fn step(&mut self, target: f64, mode: i64, dt: f64) -> PyResult<f64> {
        let mode = code("mode", mode, core::SUPPORT_MODES.len(), core::SupportMode::from_code)?;
        Ok(self.0.step(target, mode, dt))
    }

    #[getter]
    fn force(&self) -> f64 {
        self.0.force()
    }
}

/// Watches over a training.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct Monitors(core::Monitors);

#[pymethods]
impl Monitors {
    #[new]
    fn new(envelope: &Envelope, kinds: Vec<String>) -> PyResult<Self> {
        Ok(Self(core::Monitors::new(&envelope.0, joint_kinds(&kinds)?)))
    }

    #[expect(clippy::too_many_arguments, reason = "the inputs of a tick, by name")]
    #[pyo3(signature = (*, t, state, settled, q_stamp, dq_stamp, belt_meas, belt_cmd, phase_lost, rope_position, stance_share, q, q_ref, guidance, dt))]
    fn step(
        &mut self,
        t: i64,
        state: i64,
        settled: bool,
        q_stamp: i64,
        dq_stamp: i64,
        belt_meas: f64,
        belt_cmd: f64,
        phase_lost: [bool; N_SIDES],
        rope_position: f64,
        stance_share: PyReadonlyArray1<'_, f64>,
        q: PyReadonlyArray1<'_, f64>,
        q_ref: PyReadonlyArray1<'_, f64>,
        guidance: PyReadonlyArray1<'_, f64>,
        dt: f64,
    ) -> PyResult<Fault> {
        let [belt_meas, rope_position] = readings([belt_meas, rope_position]);
        let inputs = core::MonitorInputs {
            t,
            state: code("state", state, core::STATES.len(), core::State::from_code)?,
            settled,
            q_stamp,
            dq_stamp,
            belt_meas,
            belt_cmd,
            phase_lost,
            rope_position,
            stance_share: readings(vector("stance_share", &stance_share)?),
            q: readings(vector::<N_JOINTS>("q", &q)?),
            q_ref: vector("q_ref", &q_ref)?,
            guidance: vector("guidance", &guidance)?,
        };
        Ok(Fault(self.0.step(&inputs, dt)))
    }
}

/// Watches over the encoders.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct Encoders(core::Encoders);

#[pymethods]
impl Encoders {
    #[new]
    fn new(envelope: &Envelope, kinds: Vec<String>) -> PyResult<Self> {
        Ok(Self(core::Encoders::new(&envelope.0, joint_kinds(&kinds)?)))
    }

    #[expect(clippy::too_many_arguments, reason = "the inputs of a tick, by name")]
    #[pyo3(signature = (*, state, q_stamp, dq_stamp, second_stamp, q, dq, q_second, dq_ref, guidance))]
    fn step(
        &mut self,
        state: i64,
        q_stamp: i64,
        dq_stamp: i64,
        second_stamp: i64,
        q: PyReadonlyArray1<'_, f64>,
        dq: PyReadonlyArray1<'_, f64>,
        q_second: PyReadonlyArray1<'_, f64>,
        dq_ref: PyReadonlyArray1<'_, f64>,
        guidance: PyReadonlyArray1<'_, f64>,
    ) -> PyResult<Fault> {
        let inputs = core::EncoderInputs {
            state: code("state", state, core::STATES.len(), core::State::from_code)?,
            q_stamp,
            dq_stamp,
            second_stamp,
            q: readings(vector::<N_JOINTS>("q", &q)?),
            dq: readings(vector::<N_JOINTS>("dq", &dq)?),
            q_second: readings(vector::<N_JOINTS>("q_second", &q_second)?),
            dq_ref: vector("dq_ref", &dq_ref)?,
            guidance: vector("guidance", &guidance)?,
        };
        Ok(Fault(self.0.step(&inputs)))
    }

    #[getter]
    fn doubted(&self) -> [bool; N_JOINTS] {
        *self.0.doubted()
    }
}

/// Watches over the drives.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct Drives(core::Drives);

#[pymethods]
impl Drives {
    #[new]
    fn new(envelope: &Envelope, kinds: Vec<String>) -> PyResult<Self> {
        Ok(Self(core::Drives::new(&envelope.0, joint_kinds(&kinds)?)))
    }

    #[pyo3(signature = (*, t, state, stamp, tau_meas, tau_sent, dt))]
    fn step(
        &mut self,
        t: i64,
        state: i64,
        stamp: i64,
        tau_meas: PyReadonlyArray1<'_, f64>,
        tau_sent: PyReadonlyArray1<'_, f64>,
        dt: f64,
    ) -> PyResult<Fault> {
        let inputs = core::DriveInputs {
            t,
            state: code("state", state, core::STATES.len(), core::State::from_code)?,
            stamp,
            tau_meas: readings(vector::<N_JOINTS>("tau_meas", &tau_meas)?),
            tau_sent: vector("tau_sent", &tau_sent)?,
        };
        Ok(Fault(self.0.step(&inputs, dt)))
    }
}

/// Watches over what nobody asked for.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct Watchers(core::Watchers);

#[pymethods]
impl Watchers {
    #[new]
    #[pyo3(signature = (envelope, kinds, *, period))]
    fn new(envelope: &Envelope, kinds: Vec<String>, period: f64) -> PyResult<Self> {
        core::Watchers::new(&envelope.0, joint_kinds(&kinds)?, period).map(Self).map_err(config_error)
    }

    #[expect(clippy::too_many_arguments, reason = "the inputs of a tick, by name")]
    #[pyo3(signature = (*, t, state, steady, stamp, tau_meas, tau_sent, dq, phase, guidance, rope_force, rope_position, support_cmd, execution, dt))]
    fn step(
        &mut self,
        t: i64,
        state: i64,
        steady: bool,
        stamp: i64,
        tau_meas: PyReadonlyArray1<'_, f64>,
        tau_sent: PyReadonlyArray1<'_, f64>,
        dq: PyReadonlyArray1<'_, f64>,
        phase: PyReadonlyArray1<'_, f64>,
        guidance: PyReadonlyArray1<'_, f64>,
        rope_force: f64,
        rope_position: f64,
        support_cmd: f64,
        execution: f64,
        dt: f64,
    ) -> PyResult<Fault> {
        let [rope_force, rope_position, execution] = readings([rope_force, rope_position, execution]);
        let inputs = core::WatcherInputs {
            t,
            state: code("state", state, core::STATES.len(), core::State::from_code)?,
            steady,
            stamp,
            tau_meas: readings(vector::<N_JOINTS>("tau_meas", &tau_meas)?),
            tau_sent: vector("tau_sent", &tau_sent)?,
            dq: readings(vector::<N_JOINTS>("dq", &dq)?),
            phase: vector("phase", &phase)?,
            guidance: vector("guidance", &guidance)?,
            rope_force,
            rope_position,
            support_cmd,
            execution,
        };
        Ok(Fault(self.0.step(&inputs, dt)))
    }
}

pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<SupervisorOutput>()?;
    m.add_class::<Supervisor>()?;
    m.add_class::<Belt>()?;
    m.add_class::<Support>()?;
    m.add_class::<Monitors>()?;
    m.add_class::<Encoders>()?;
    m.add_class::<Drives>()?;
    m.add_class::<Watchers>()?;
    m.add("SEVERITIES", core::SEVERITIES)?;
    m.add("CAUSES", core::CAUSES)?;
    m.add("STATES", core::STATES)?;
    m.add("LEG_MODES", core::LEG_MODES)?;
    m.add("BELT_MODES", core::BELT_MODES)?;
    m.add("SUPPORT_MODES", core::SUPPORT_MODES)?;
    m.add("REQUESTS", core::REQUESTS)?;
    m.add("SELFTESTS", core::SELFTESTS)
}
