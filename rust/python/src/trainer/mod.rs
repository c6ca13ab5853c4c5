//! Binding of the corridor: one crossing of the border moves a tick.

mod block;
mod command;
mod control;
mod sample;

pub(crate) use block::Block;
pub use command::Command;
pub use control::ControlSet;
pub use sample::Sample;

use crate::assist::{CatchTrials, Tables, assist_law, mode_of, reliance_tables, support_target};
use crate::control::{Compensation, Fader};
use crate::convert::config_error;
use crate::events::{ForceContacts, JointContacts};
use crate::measures::StrideMeasures;
use crate::phase::PhaseEstimator;
use crate::safety::{Declaration, Envelope, joint_kinds};
use gaitloop_core::body::Body;
use gaitloop_core::trainer::{self, Contacts, TELEMETRY_FIELDS, TELEMETRY_LEN, TrainerParams};
use gaitloop_core::types::{BUTTONS, Event, Field, SAMPLE_FIELDS, SAMPLE_GROUPS, SAMPLE_LEN, SIDES};
use numpy::{PyArray1, PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::convert::ConfigError;

/// An array argument of a given type; `kind` is the type's name.
fn column<'py, A: for<'a> FromPyObject<'a, 'py>>(name: &str, kind: &str, array: &Bound<'py, PyAny>) -> PyResult<A> {
    array
        .extract()
        .map_err(|_| ConfigError::new_err(format!("{name} must be an array of {kind}, got {}", array.get_type())))
}

/// Truth values as bytes: Python can write any bits into them, and Rust may only read two.
fn bytes<'py>(valid: &Bound<'py, PyAny>) -> PyResult<PyReadonlyArray2<'py, u8>> {
    let checked: PyReadonlyArray2<'py, bool> = column("valid", "bool", valid)?;
    drop(checked);
    column("valid", "bool", &valid.call_method1("view", ("u1",))?)
}

/// The detector of a trainer, of whatever class it is.
fn detector(contacts: &Bound<'_, PyAny>) -> PyResult<Contacts> {
    if let Ok(force) = contacts.cast::<ForceContacts>() {
        return Ok(Contacts::Force(force.borrow().0.clone()));
    }
    let joints = contacts.cast::<JointContacts>().map_err(|_| {
        ConfigError::new_err(format!("contacts must be ForceContacts or JointContacts, got {}", contacts.get_type()))
    })?;
    Ok(Contacts::Joints(joints.borrow().0.clone()))
}

/// The controller of one device and one person.
#[pyclass(module = "gaitloop._core", subclass)]
pub struct Trainer(pub(crate) trainer::Trainer);

#[pymethods]
impl Trainer {
    #[new]
    #[pyo3(signature = (*, kinds, device, mass, height, control, change, envelope, phase, contacts, compensation, assist, catch, catch_slew, support_slew, engage_time, settle_time, period, speed, support_force))]
    #[allow(clippy::too_many_arguments)] // one keyword per part of the corridor
    fn new(
        kinds: Vec<String>,
        device: PyRef<'_, Declaration>,
        mass: f64,
        height: f64,
        control: PyRef<'_, ControlSet>,
        change: PyRef<'_, Fader>,
        envelope: PyRef<'_, Envelope>,
        phase: PyRef<'_, PhaseEstimator>,
        contacts: &Bound<'_, PyAny>,
        compensation: Option<PyRef<'_, Compensation>>,
        assist: &Bound<'_, PyAny>,
        catch: Option<PyRef<'_, CatchTrials>>,
        catch_slew: f64,
        support_slew: f64,
        engage_time: f64,
        settle_time: f64,
        period: f64,
        speed: f64,
        support_force: f64,
    ) -> PyResult<Self> {
        let params = TrainerParams {
            kinds: joint_kinds(&kinds)?,
            device: device.0,
            body: Body::new(mass, height).map_err(config_error)?,
            control: control.0.clone(),
            change: change.0,
            envelope: envelope.0,
            contacts: detector(contacts)?,
            compensation: compensation.map(|law| law.0),
            phase: phase.0.clone(),
            assist: assist_law(assist)?,
            catch: catch.map(|catch| catch.0),
            catch_slew,
            support_slew,
            engage_time,
            settle_time,
            period,
            speed,
            support_force,
        };
        Ok(Self(trainer::Trainer::new(params).map_err(config_error)?))
    }

    /// One tick: sample in, command out; the one call of a control loop.
    ///
    /// Parameters
    /// ----------
    /// sample : Sample
    ///     What the device measured; its `t` is the time of the tick [ns].
    /// out : Command, optional
    ///     Command to overwrite; without it a fresh one is made.
    ///
    /// Returns
    /// -------
    /// Command
    ///     What the device shall do until it expires.
    ///
    /// Notes
    /// -----
    /// Never raises for what a sensor delivers: a bad value is absent, and the guard and the supervisor answer it. The interpreter lock is
    /// kept, because dropping it for a microsecond lets another thread in for milliseconds.
    #[pyo3(signature = (sample, out=None))]
    fn step<'py>(
        &mut self,
        py: Python<'py>,
        sample: PyRef<'py, Sample>,
        out: Option<Bound<'py, Command>>,
    ) -> PyResult<Bound<'py, Command>> {
        let command = self.0.step(&sample.read(py)?);
        match out {
            Some(out) => {
                out.borrow_mut().0 = command;
                Ok(out)
            }
            None => Bound::new(py, Command(command)),
        }
    }

    /// Every tick of a recorded session, without the interpreter lock.
    ///
    /// Parameters
    /// ----------
    /// t : ndarray of int64, shape (T,)
    ///     Time of each tick [ns].
    /// value : ndarray of float64, shape (T, N)
    ///     Flat samples in the order and units of `SAMPLE_FIELDS`.
    /// valid : ndarray of bool, shape (T, N)
    ///     Which values were measured.
    /// stamp : ndarray of int64, shape (T, G)
    ///     When each group was measured [ns].
    ///
    /// Returns
    /// -------
    /// dict
    ///     `command` (T, C) and `telemetry` (T, M), float64 rows in the order of `COMMAND_FIELDS` and `TELEMETRY_FIELDS`, and
    ///     `command_integers` (T, I), int64 columns named by `COMMAND_INTEGERS`.
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     If a shape does not fit.
    fn run<'py>(
        &mut self,
        py: Python<'py>,
        t: &Bound<'py, PyAny>,
        value: &Bound<'py, PyAny>,
        valid: &Bound<'py, PyAny>,
        stamp: &Bound<'py, PyAny>,
    ) -> PyResult<Block<'py>> {
        let t: PyReadonlyArray1<'py, i64> = column("t", "int64", t)?;
        let value: PyReadonlyArray2<'py, f64> = column("value", "float64", value)?;
        let valid: PyReadonlyArray2<'py, u8> = bytes(valid)?;
        let stamp: PyReadonlyArray2<'py, i64> = column("stamp", "int64", stamp)?;
        let n = t.len();
        let same =
            value.shape() == [n, SAMPLE_LEN] && valid.shape() == [n, SAMPLE_LEN] && stamp.shape() == [n, SAMPLE_GROUPS];
        if !same {
            return Err(ConfigError::new_err(format!(
                "value, valid and stamp must have shapes ({n}, {SAMPLE_LEN}), ({n}, {SAMPLE_LEN}) and ({n}, {SAMPLE_GROUPS}), got {:?}, {:?} and {:?}",
                value.shape(),
                valid.shape(),
                stamp.shape()
            )));
        }
        if !(t.is_c_contiguous() && value.is_c_contiguous() && valid.is_c_contiguous() && stamp.is_c_contiguous()) {
            return Err(ConfigError::new_err("t, value, valid and stamp must be C-contiguous, got a strided view"));
        }
        let block = Block::new(py, n);
        {
            let mut rows = block.rows()?;
            let (t, value, valid, stamp) = (t.as_slice()?, value.as_slice()?, valid.as_slice()?, stamp.as_slice()?);
            let (value, stamp) = (value.as_chunks().0, stamp.as_chunks().0);
            let valid: &[[u8; SAMPLE_LEN]] = valid.as_chunks().0;
            let trainer = &mut self.0;
            let mut rows = rows.slices()?;
            py.detach(|| {
                for i in 0..n {
                    let valid = valid[i].map(|v| v != 0);
                    let sample = gaitloop_core::types::Sample::from_flat(t[i], &value[i], &valid, &stamp[i]);
                    let command = trainer.step(&sample);
                    rows.put(i, &command, trainer.telemetry());
                }
            });
        }
        Ok(block)
    }

    /// The last tick as the corridor saw it, by name, in the units of `TELEMETRY_FIELDS`.
    #[getter]
    fn telemetry<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let mut flat = [0.0; TELEMETRY_LEN];
        self.0.telemetry().to_flat(&mut flat);
        let out = PyDict::new(py);
        for field in TELEMETRY_FIELDS {
            out.set_item(field.name, PyArray1::from_slice(py, &flat[field.start..field.start + field.len]))?;
        }
        Ok(out)
    }

    /// Gait events since the last call, oldest first.
    ///
    /// Returns
    /// -------
    /// list of dict
    ///     `side`, `kind` (`ic` or `to`), `t` and `t_emit` [ns], `confidence` [-].
    fn events<'py>(&mut self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        core::iter::from_fn(|| self.0.next_event()).map(|(side, event)| event_dict(py, side, &event)).collect()
    }

    /// Strides closed since the last call, oldest first.
    ///
    /// Returns
    /// -------
    /// list of StrideMeasures
    ///     The measures of each stride.
    fn strides(&mut self) -> Vec<StrideMeasures> {
        core::iter::from_fn(|| self.0.next_stride()).map(StrideMeasures).collect()
    }

    /// Events and strides that nobody took in time.
    #[getter]
    fn dropped(&self) -> u64 {
        self.0.dropped()
    }

    /// Ask for another belt speed; it is approached within the envelope's acceleration and jerk.
    ///
    /// Parameters
    /// ----------
    /// speed : float
    ///     Belt speed [m/s], 0 to the pattern's speed.
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     If `speed` is outside its range.
    fn request_speed(&mut self, speed: f64) -> PyResult<()> {
        self.0.request_speed(speed).map_err(config_error)
    }

    /// Ask for another body-weight support; it is approached within the envelope's rate.
    ///
    /// Parameters
    /// ----------
    /// force : float
    ///     Support force [N], 0 to the envelope's limit.
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     If `force` is outside its range.
    fn request_support_force(&mut self, force: f64) -> PyResult<()> {
        self.0.request_support_force(force).map_err(config_error)
    }

    /// Ask for another law, other parameters or another reference; the torque is carried there without a bump.
    ///
    /// While one change is under way the next one waits, and the newest one wins.
    ///
    /// Parameters
    /// ----------
    /// control : ControlSet
    ///     The compiled form of what is asked for.
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     If the belt runs, or was asked to run, faster than the pattern's speed.
    fn request_control_set(&mut self, control: PyRef<'_, ControlSet>) -> PyResult<()> {
        self.0.request_control(control.0.clone()).map_err(config_error)
    }

    /// Hold, floor or cap the support of a subtask, or of all, as a therapist asks.
    ///
    /// Parameters
    /// ----------
    /// target : str
    ///     A subtask, or `all`.
    /// mode : str
    ///     `hold`, `floor` or `ceiling`.
    /// value : float
    ///     Support [%], 0 to 100.
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     If a name is unknown, the value is outside its range, or a floor lies above a ceiling.
    fn request_override(&mut self, target: &str, mode: &str, value: f64) -> PyResult<()> {
        let target = support_target(target)?;
        self.0.request_override(target, mode_of(mode)?, value).map_err(config_error)
    }

    /// Give a subtask, or all, back to the law, which goes on from what was applied.
    ///
    /// Parameters
    /// ----------
    /// target : str
    ///     A subtask, or `all`.
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     If the name is unknown.
    fn release_override(&mut self, target: &str) -> PyResult<()> {
        self.0.release_override(support_target(target)?);
        Ok(())
    }

    fn reliance_tables<'py>(&self, py: Python<'py>) -> PyResult<Option<Tables<'py>>> {
        self.0.reliance().map(|told| reliance_tables(py, &told)).transpose()
    }

    /// Largest share of a joint's budget of torque times time that this session has spent.
    #[getter]
    fn dose(&self) -> f64 {
        self.0.dose()
    }

    /// Ask for a soft stop from afar; anyone may.
    fn request_stop(&mut self) {
        self.0.request_stop();
    }
}

pub(crate) fn event_dict<'py>(py: Python<'py>, side: usize, event: &Event) -> PyResult<Bound<'py, PyDict>> {
    let out = PyDict::new(py);
    out.set_item("side", SIDES[side])?;
    out.set_item("kind", if event.kind as u8 == 0 { "ic" } else { "to" })?;
    out.set_item("t", event.t)?;
    out.set_item("t_emit", event.t_emit)?;
    out.set_item("confidence", event.confidence)?;
    Ok(out)
}

/// Field tables as Python sees them: (name, start, length, unit, doc).
pub(crate) fn field_table<'py>(py: Python<'py>, fields: &[Field]) -> PyResult<Bound<'py, PyTuple>> {
    let rows: Vec<_> = fields.iter().map(|f| (f.name, f.start, f.len, f.unit, f.doc.trim())).collect();
    PyTuple::new(py, rows)
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("SAMPLE_FIELDS", field_table(m.py(), &SAMPLE_FIELDS)?)?;
    m.add("TELEMETRY_FIELDS", field_table(m.py(), &TELEMETRY_FIELDS)?)?;
    m.add("BUTTONS", PyTuple::new(m.py(), BUTTONS)?)?;
    m.add_class::<Sample>()?;
    m.add_class::<Command>()?;
    m.add_class::<ControlSet>()?;
    m.add_class::<Trainer>()
}
