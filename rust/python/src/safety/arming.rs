//! What a device declares of itself, and the self-test before arming.

use super::{Envelope, joint_kinds};
use crate::convert::{ConfigError, config_error, readings, vector};
use gaitloop_core::safety::{self as core, SafeProfile};
use gaitloop_core::types::N_JOINTS;
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;

/// A profile from its name and the longest time of lowering [s].
fn safe_profile(name: Option<&str>, lower_deadline: Option<f64>) -> PyResult<SafeProfile> {
    let got = |v: Option<String>| v.unwrap_or_else(|| "None".to_owned());
    let profile = match name {
        Some("release_after_damp") => SafeProfile::ReleaseAfterDamp,
        Some("lock_brake") => SafeProfile::LockBrake,
        Some("controlled_lower") => {
            let deadline = lower_deadline
                .ok_or_else(|| ConfigError::new_err("lower_deadline must be given with controlled_lower, got None"))?;
            return SafeProfile::controlled_lower(deadline).map_err(config_error);
        }
        other => {
            let names = core::SAFE_PROFILES.join(", ");
            let other = got(other.map(|name| format!("'{name}'")));
            return Err(ConfigError::new_err(format!("safe_profile must be one of {names}, got {other}")));
        }
    };
    match lower_deadline {
        None => Ok(profile),
        Some(v) => {
            Err(ConfigError::new_err(format!("lower_deadline must be left out with {}, got {v}", profile.name())))
        }
    }
}

/// What a device declares of itself.
#[pyclass(module = "gaitloop._core", frozen, subclass)]
pub(crate) struct Declaration(pub(crate) core::Declaration);

impl Declaration {
    /// A declaration that is checked here.
    pub(crate) fn of(declared: core::Declaration) -> PyResult<Self> {
        declared.check().map(Self).map_err(config_error)
    }
}

#[pymethods]
impl Declaration {
    #[new]
    #[pyo3(signature = (*, safe_profile, tick, watchdog, digest, lower_deadline = None))]
    fn new(
        safe_profile: Option<&str>,
        tick: f64,
        watchdog: f64,
        digest: PyReadonlyArray1<'_, f64>,
        lower_deadline: Option<f64>,
    ) -> PyResult<Self> {
        let declared = core::Declaration {
            safe_profile: self::safe_profile(safe_profile, lower_deadline)?,
            tick,
            watchdog,
            digest: vector::<N_JOINTS>("digest", &digest)?.map(|v| (!v.is_nan()).then_some(v)),
        };
        Self::of(declared)
    }

    /// How the device comes to rest without power.
    #[getter]
    fn safe_profile(&self) -> &'static str {
        self.0.safe_profile.name()
    }

    /// Longest time that lowering may take [s]; None where the profile does not lower.
    #[getter]
    fn lower_deadline(&self) -> Option<f64> {
        self.0.safe_profile.lower_deadline()
    }

    /// Interval at which the device measures [s].
    #[getter]
    fn tick(&self) -> f64 {
        self.0.tick
    }

    /// Time after which a drive without a lease stops by itself, as it was set [s].
    #[getter]
    fn watchdog(&self) -> f64 {
        self.0.watchdog
    }

    /// Digest of each drive's critical configuration as it was set; None where there is none.
    #[getter]
    fn digest(&self) -> [Option<f64>; N_JOINTS] {
        self.0.digest
    }
}

/// How far a self-test is, and what it asks for.
#[pyclass(module = "gaitloop._core", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct SelfTestOutput(core::SelfTestOutput);

#[pymethods]
impl SelfTestOutput {
    /// How far it is: a position in `SELFTESTS`.
    #[getter]
    fn result(&self) -> u8 {
        self.0.result as u8
    }

    /// What was not met last: a position in `CHECKS`.
    #[getter]
    fn check(&self) -> u8 {
        self.0.check as u8
    }

    /// Joint at which it was not met.
    #[getter]
    fn joint(&self) -> Option<usize> {
        self.0.joint
    }

    /// No lease may be given out.
    #[getter]
    fn withhold(&self) -> bool {
        self.0.withhold
    }

    /// Drives that stopped by themselves may come back.
    #[getter]
    fn clear(&self) -> bool {
        self.0.clear
    }

    fn __repr__(&self) -> String {
        let joint = self.0.joint.map_or("None".to_owned(), |j| j.to_string());
        let (result, check) = (self.0.result.name(), self.0.check.name());
        format!("SelfTestOutput(result='{result}', check='{check}', joint={joint})")
    }
}

/// Looks at samples and drives before anything may be armed.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct SelfTest(core::SelfTest);

#[pymethods]
impl SelfTest {
    #[new]
    fn new(envelope: &Envelope, kinds: Vec<String>, declaration: &Declaration) -> PyResult<Self> {
        core::SelfTest::new(&envelope.0, joint_kinds(&kinds)?, declaration.0).map(Self).map_err(config_error)
    }

    fn reset(&mut self) {
        self.0.reset();
    }

    #[expect(clippy::too_many_arguments, reason = "the inputs of a tick, by name")]
    #[pyo3(signature = (*, t, clean, q, q_stamp, dq, dq_stamp, status, status_stamp, digest, digest_stamp, watchdog, watchdog_stamp))]
    fn step(
        &mut self,
        t: i64,
        clean: bool,
        q: PyReadonlyArray1<'_, f64>,
        q_stamp: i64,
        dq: PyReadonlyArray1<'_, f64>,
        dq_stamp: i64,
        status: PyReadonlyArray1<'_, f64>,
        status_stamp: i64,
        digest: PyReadonlyArray1<'_, f64>,
        digest_stamp: i64,
        watchdog: PyReadonlyArray1<'_, f64>,
        watchdog_stamp: i64,
    ) -> PyResult<SelfTestOutput> {
        let inputs = core::SelfTestInputs {
            t,
            clean,
            q: readings(vector("q", &q)?),
            q_stamp,
            dq: readings(vector("dq", &dq)?),
            dq_stamp,
            status: readings(vector("status", &status)?),
            status_stamp,
            digest: readings(vector("digest", &digest)?),
            digest_stamp,
            watchdog: readings(vector("watchdog", &watchdog)?),
            watchdog_stamp,
        };
        Ok(SelfTestOutput(self.0.step(&inputs)))
    }
}

pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Declaration>()?;
    m.add_class::<SelfTestOutput>()?;
    m.add_class::<SelfTest>()?;
    m.add("CHECKS", core::CHECKS)?;
    m.add("SAFE_PROFILES", core::SAFE_PROFILES)
}
