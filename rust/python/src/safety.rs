//! Binding of the room `safety`: limits and guard here, state machine and followers in `machine`, self-test in `arming`.

mod arming;
mod interaction;
mod kernels;
mod machine;

pub(crate) use arming::Declaration;

use crate::convert::{config_error, readings, rows, vector};
use gaitloop_core::safety::{self as core, ENVELOPE_FIELDS, EnvelopeParams};
use gaitloop_core::types::{JointKind, JointVec, N_JOINTS};
use numpy::{IntoPyArray, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;

pyo3::import_exception!(gaitloop.errors, ConfigError);

/// Names of the joint kinds in the order of their codes.
pub(crate) const JOINT_KINDS: [&str; 3] = ["absent", "sensed", "driven"];

/// The enum variant of a code, or an error that names the argument and its range.
pub(crate) fn code<T>(name: &str, code: i64, max: usize, from_code: impl Fn(i64) -> Option<T>) -> PyResult<T> {
    from_code(code).ok_or_else(|| ConfigError::new_err(format!("{name} must lie in [0, {}], got {code}", max - 1)))
}

/// Joint kinds from their names.
pub(crate) fn joint_kinds(kinds: &[String]) -> PyResult<[JointKind; N_JOINTS]> {
    if kinds.len() != N_JOINTS {
        return Err(ConfigError::new_err(format!("kinds must have length {N_JOINTS}, got {}", kinds.len())));
    }
    let mut out = [JointKind::Absent; N_JOINTS];
    for (slot, name) in out.iter_mut().zip(kinds) {
        *slot = match name.as_str() {
            "absent" => JointKind::Absent,
            "sensed" => JointKind::Sensed,
            "driven" => JointKind::Driven,
            other => {
                return Err(ConfigError::new_err(format!("kinds must be one of {JOINT_KINDS:?}, got '{other}'")));
            }
        };
    }
    Ok(out)
}

/// Checked limits.
#[pyclass(module = "gaitloop._core", frozen)]
pub(crate) struct Envelope(pub(crate) core::Envelope);

#[pymethods]
impl Envelope {
    #[new]
    #[pyo3(signature = (**fields))]
    fn new(fields: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let get = |name: &'static str| -> PyResult<Bound<'_, PyAny>> {
            let value = fields.map(|f| f.get_item(name)).transpose()?.flatten();
            value.ok_or_else(|| ConfigError::new_err(format!("{name} must be given, got nothing")))
        };
        check_names(fields)?;
        let joint = |name| vector::<N_JOINTS>(name, &get(name)?.extract::<PyReadonlyArray1<'_, f64>>()?);
        let params = EnvelopeParams::from_source(joint, |name| get(name)?.extract::<f64>())?;
        core::Envelope::new(params).map(Self).map_err(config_error)
    }

    fn intersect(&self, other: &Self) -> PyResult<Self> {
        self.0.intersect(&other.0).map(Self).map_err(config_error)
    }

    fn effective(
        &self,
        patient: &Narrowing,
        session: &Narrowing,
        remote: &Narrowing,
    ) -> PyResult<(Self, Vec<Vec<usize>>)> {
        let effective = self.0.effective(&[patient.0, session.0, remote.0]).map_err(config_error)?;
        let sources = (0..ENVELOPE_FIELDS.len()).filter_map(|k| effective.sources(k).map(|row| row.to_vec()));
        Ok((Self(*effective.envelope()), sources.collect()))
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let out = PyDict::new(py);
        for field in &ENVELOPE_FIELDS {
            match self.0.params().get(field.name) {
                Some(values) if field.per_joint => out.set_item(field.name, PyArray1::from_slice(py, values))?,
                Some(values) => out.set_item(field.name, values[0])?,
                None => {}
            }
        }
        Ok(out)
    }
}

fn check_names(fields: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
    for key in fields.iter().flat_map(|f| f.keys()) {
        let key: String = key.extract()?;
        if !ENVELOPE_FIELDS.iter().any(|f| f.name == key) {
            return Err(ConfigError::new_err(format!("{key} is not a limit of the envelope")));
        }
    }
    Ok(())
}

/// Checked limits that can only tighten.
#[pyclass(module = "gaitloop._core", frozen)]
pub(crate) struct Narrowing(core::Narrowing);

/// A refusal of the core or of the binding.
struct Refused(PyErr);

impl From<gaitloop_core::Error> for Refused {
    fn from(error: gaitloop_core::Error) -> Self {
        Self(config_error(error))
    }
}

impl From<PyErr> for Refused {
    fn from(error: PyErr) -> Self {
        Self(error)
    }
}

#[pymethods]
impl Narrowing {
    #[new]
    #[pyo3(signature = (**fields))]
    fn new(fields: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        check_names(fields)?;
        let get = |name: &'static str| -> PyResult<Option<Bound<'_, PyAny>>> {
            Ok(fields.map(|f| f.get_item(name)).transpose()?.flatten())
        };
        let joint = |name| -> Result<Option<JointVec>, Refused> {
            let Some(value) = get(name)? else { return Ok(None) };
            Ok(Some(vector::<N_JOINTS>(name, &value.extract::<PyReadonlyArray1<'_, f64>>()?)?))
        };
        let scalar =
            |name| -> Result<Option<f64>, Refused> { Ok(get(name)?.map(|value| value.extract::<f64>()).transpose()?) };
        core::Narrowing::from_source(joint, scalar).map(Self).map_err(|Refused(error)| error)
    }
}

/// What went wrong in a tick.
#[pyclass(module = "gaitloop._core", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct Fault(pub(crate) core::Fault);

#[pymethods]
impl Fault {
    #[getter]
    fn severity(&self) -> u8 {
        self.0.severity as u8
    }

    #[getter]
    fn cause(&self) -> u8 {
        self.0.cause as u8
    }

    #[getter]
    fn joint(&self) -> Option<usize> {
        self.0.joint
    }

    fn __repr__(&self) -> String {
        let joint = self.0.joint.map_or("None".to_owned(), |j| j.to_string());
        format!("Fault(severity={}, cause={}, joint={joint})", self.severity(), self.cause())
    }
}

/// Torque that passed the guard. Python cannot make one.
#[pyclass(module = "gaitloop._core", frozen)]
pub(crate) struct SafeTorque(core::SafeTorque);

#[pymethods]
impl SafeTorque {
    #[getter]
    fn torque<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, self.0.torque())
    }

    #[getter]
    fn limits(&self) -> u32 {
        self.0.limits()
    }

    fn __repr__(&self) -> String {
        format!("SafeTorque(torque={:?}, limits={})", self.0.torque(), self.0.limits())
    }
}

/// Torque, limits, severity and cause of a recording.
type GuardRun<'py> =
    (Bound<'py, PyArray2<f64>>, Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<i64>>);

/// Lets only torque through that is finite, in range and of bounded slope.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct Guard(core::Guard);

#[pymethods]
impl Guard {
    #[new]
    fn new(envelope: &Envelope, kinds: Vec<String>) -> PyResult<Self> {
        Ok(Self(core::Guard::new(envelope.0, joint_kinds(&kinds)?)))
    }

    fn check(
        &mut self,
        t_ns: i64,
        q: PyReadonlyArray1<'_, f64>,
        dq: PyReadonlyArray1<'_, f64>,
        tau_cmd: PyReadonlyArray1<'_, f64>,
    ) -> PyResult<Fault> {
        let (q, dq) = (vector::<N_JOINTS>("q", &q)?, vector::<N_JOINTS>("dq", &dq)?);
        Ok(Fault(self.0.check(t_ns, &readings(q), &readings(dq), &vector("tau_cmd", &tau_cmd)?)))
    }

    fn distrust(&mut self, joints: [bool; N_JOINTS]) {
        self.0.distrust(&joints);
    }

    fn yields(&mut self, yields: bool) {
        self.0.yields(yields);
    }

    fn limit(&mut self, mode: i64) -> PyResult<SafeTorque> {
        let mode = code("mode", mode, core::LEG_MODES.len(), core::LegMode::from_code)?;
        Ok(SafeTorque(self.0.limit(mode)))
    }

    fn run<'py>(
        &mut self,
        py: Python<'py>,
        t_ns: PyReadonlyArray1<'py, i64>,
        q: PyReadonlyArray2<'py, f64>,
        dq: PyReadonlyArray2<'py, f64>,
        tau_cmd: PyReadonlyArray2<'py, f64>,
        modes: PyReadonlyArray1<'py, i64>,
    ) -> PyResult<GuardRun<'py>> {
        let (t, modes) = (t_ns.as_array().to_vec(), modes.as_array().to_vec());
        let rows: [&[JointVec]; 3] = [rows("q", &q)?, rows("dq", &dq)?, rows("tau_cmd", &tau_cmd)?];
        let lengths = [("q", rows[0].len()), ("dq", rows[1].len()), ("tau_cmd", rows[2].len()), ("modes", modes.len())];
        if let Some((name, len)) = lengths.iter().find(|(_, len)| *len != t.len()) {
            return Err(ConfigError::new_err(format!("{name} must have length {}, got {len}", t.len())));
        }
        let of = |mode: &i64| code("modes", *mode, core::LEG_MODES.len(), core::LegMode::from_code);
        let modes = modes.iter().map(of).collect::<PyResult<Vec<_>>>()?;
        let torque = PyArray2::<f64>::zeros(py, [t.len(), N_JOINTS], false);
        let mut codes = [vec![0; t.len()], vec![0; t.len()], vec![0; t.len()]];
        {
            let mut view = torque.readwrite();
            let (guard, out) = (&mut self.0, view.as_slice_mut()?.as_chunks_mut::<N_JOINTS>().0);
            py.detach(|| {
                for k in 0..t.len() {
                    let fault = guard.check(t[k], &readings(rows[0][k]), &readings(rows[1][k]), &rows[2][k]);
                    let safe = guard.limit(modes[k]);
                    out[k] = *safe.torque();
                    codes[0][k] = i64::from(safe.limits());
                    codes[1][k] = fault.severity as i64;
                    codes[2][k] = fault.cause as i64;
                }
            });
        }
        let [limits, severity, cause] = codes.map(|c| c.into_pyarray(py));
        Ok((torque, limits, severity, cause))
    }
}

/// Adds the room's classes and functions to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Envelope>()?;
    m.add_class::<Narrowing>()?;
    m.add_class::<Fault>()?;
    m.add_class::<SafeTorque>()?;
    m.add_class::<Guard>()?;
    m.add_class::<interaction::Interaction>()?;
    let limits = ENVELOPE_FIELDS.map(|f| (f.name, f.per_joint, f.min, f.max, f.unit, f.doc.trim(), f.rule.name()));
    m.add("ENVELOPE_FIELDS", limits.to_vec())?;
    let fields = core::COMMAND_FIELDS.map(|f| (f.name, f.start, f.len, f.unit, f.doc));
    m.add("COMMAND_FIELDS", fields.to_vec())?;
    m.add("COMMAND_INTEGERS", core::COMMAND_INTEGERS)?;
    m.add("LIMITS", core::LIMITS)?;
    m.add("SOURCES", core::SOURCES)?;
    m.add("JOINT_KINDS", JOINT_KINDS)?;
    kernels::register(m)?;
    arming::register(m)?;
    machine::register(m)
}
