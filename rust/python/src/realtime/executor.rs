//! A loop that Python starts, watches, asks and stops.

use super::device::Native;
use super::rows::Ticks;
use super::statistics::{Told, tally_dict, told};
use super::{DeviceError, Privileges, RealTimeError, policy_of, spin_of, wanted_of};
use crate::assist::{mode_of, support_target};
use crate::convert::config_error;
use crate::lead::Lead;
use crate::measures::StrideMeasures;
use crate::trainer::{ControlSet, Trainer, event_dict};
use gaitloop_core::trainer::ControlChange;
use gaitloop_realtime::{Ask, Handle, Orders, Request, RequestError, Settings, StartError, Tally, process_id};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

type NativeHandle = Handle<Native>;

/// Time that a request waits for its tick [s].
const PATIENCE: Duration = Duration::from_secs(2);

/// A loop that has been started.
struct Started {
    handle: Mutex<NativeHandle>,
    orders: Arc<Orders>,
    process: u32,
}

/// A trainer and a device in a thread of their own.
#[pyclass(module = "gaitloop._core", subclass, frozen)]
pub struct Loop {
    trainer: gaitloop_core::trainer::Trainer,
    device: Native,
    settings: Settings,
    started: std::sync::OnceLock<Started>,
}

fn start_error(error: StartError) -> PyErr {
    match error {
        StartError::Refused(error) => config_error(error),
        StartError::Device(error) => DeviceError::new_err(error.to_string()),
        StartError::Thread(words) => RealTimeError::new_err(format!("no thread for the loop: {words}")),
    }
}

fn request_error(error: RequestError) -> PyErr {
    match error {
        RequestError::Refused(error) => config_error(error),
        RequestError::Waiting => RealTimeError::new_err("the request waits for a tick still, and will be taken by one"),
        RequestError::Full => RealTimeError::new_err("too much waits for a tick already; the request was not sent"),
        RequestError::Ended => RealTimeError::new_err("the loop has ended"),
    }
}

impl Loop {
    /// The loop, in the process that started it.
    fn ours(&self) -> PyResult<&Started> {
        let started = self.started.get().ok_or_else(|| RealTimeError::new_err("the loop was not started"))?;
        if started.process == process_id() {
            Ok(started)
        } else {
            Err(RealTimeError::new_err("the loop runs in the process that started it, not in this fork of it"))
        }
    }

    /// Locks it without the interpreter lock, since whoever holds it may be waiting for a tick.
    fn with<T: Send>(&self, py: Python<'_>, work: impl FnOnce(&mut NativeHandle) -> T + Send) -> PyResult<T> {
        let started = self.ours()?;
        Ok(py.detach(|| work(&mut lock(started))))
    }

    fn ask(&self, py: Python<'_>, request: Request) -> PyResult<i64> {
        self.with(py, |handle| handle.request(request, PATIENCE))?.map_err(request_error)
    }

    fn ask_support(&self, py: Python<'_>, ask: Ask) -> PyResult<i64> {
        self.ask(py, Request::to_support(ask))
    }
}

impl Drop for Loop {
    /// Ends a loop that nobody holds any more, without the interpreter lock: its last tick may be a while away.
    fn drop(&mut self) {
        let Some(started) = self.started.get_mut() else { return };
        let handle = started.handle.get_mut().unwrap_or_else(PoisonError::into_inner);
        Python::try_attach(|py| py.detach(|| handle.stop()));
    }
}

fn lock(started: &Started) -> MutexGuard<'_, NativeHandle> {
    started.handle.lock().unwrap_or_else(PoisonError::into_inner)
}

#[pymethods]
impl Loop {
    #[new]
    #[pyo3(signature = (trainer, device, rate, policy, spin, rows, privileges, lead=None))]
    #[allow(clippy::too_many_arguments)] // the names of the Python class
    fn new(
        trainer: PyRef<'_, Trainer>,
        device: &Bound<'_, PyAny>,
        rate: f64,
        policy: &str,
        spin: f64,
        rows: usize,
        privileges: Privileges,
        lead: Option<PyRef<'_, Lead>>,
    ) -> PyResult<Self> {
        let (policy, spin, wanted) = (policy_of(policy)?, spin_of(spin)?, wanted_of(privileges)?);
        let settings = Settings { rate, policy, spin, rows, wanted, lead: lead.map(|lead| lead.0.clone()) };
        settings.check(&trainer.0).map_err(config_error)?;
        Ok(Self {
            trainer: trainer.0.clone(),
            device: Native::of(device)?,
            settings,
            started: std::sync::OnceLock::new(),
        })
    }

    fn begin(&self, py: Python<'_>) -> PyResult<Vec<Told>> {
        if self.started.get().is_some() {
            return Err(RealTimeError::new_err("the loop was started already; make another one"));
        }
        let (trainer, device, settings) = (self.trainer.clone(), self.device.clone(), self.settings.clone());
        let handle = py.detach(|| Handle::start(trainer, device, settings)).map_err(start_error)?;
        let (privileges, orders) = (told(handle.privileges()), handle.orders());
        let started = Started { handle: Mutex::new(handle), orders, process: process_id() };
        self.started.set(started).map_err(|_| RealTimeError::new_err("the loop was started twice at once"))?;
        Ok(privileges)
    }

    /// End the loop through the device's safe profile; nothing happens where it has ended or was not started.
    ///
    /// Raises
    /// ------
    /// RealTimeError
    ///     If the loop does not end within 5 s, since its device hangs.
    fn stop(&self, py: Python<'_>) -> PyResult<()> {
        // The child of a fork has no loop to stop.
        let Ok(started) = self.ours() else { return Ok(()) };
        started.orders.stop();
        if self.with(py, Handle::stop)? {
            Ok(())
        } else {
            Err(RealTimeError::new_err("the loop did not end within 5 s; its device hangs"))
        }
    }

    /// Whether it ticks, in this process.
    #[getter]
    fn running(&self, py: Python<'_>) -> bool {
        self.with(py, |handle| handle.is_running()).unwrap_or(false)
    }

    fn report(&self, py: Python<'_>) -> PyResult<Option<(&'static str, Option<String>)>> {
        self.with(py, |handle| handle.report().map(|report| (report.end.name(), report.message.clone())))
    }

    fn tally<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let tally: Tally = self.with(py, |handle| handle.statistics().clone())?;
        tally_dict(py, &tally)
    }

    /// Take the ticks that nobody has read yet out of the ring.
    ///
    /// Returns
    /// -------
    /// dict
    ///     `index` (T,), `late` and `execution` (T,) [ns], and `t`, `sample`, `valid`, `stamp` and `out` as
    ///     `Simulation.run` gives them.
    fn read<'py>(&self, py: Python<'py>) -> PyResult<Ticks<'py>> {
        let rows: Vec<_> = self.with(py, |handle| {
            let waiting = handle.telemetry().len();
            core::iter::from_fn(|| handle.telemetry().pop()).take(waiting).collect()
        })?;
        Ticks::of(py, &rows)
    }

    /// Gait events since the last call, as `Trainer.events` gives them.
    fn events<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let events: Vec<_> = self.with(py, |h| core::iter::from_fn(|| h.telemetry().next_event()).collect())?;
        events.iter().map(|(side, event)| event_dict(py, *side, event)).collect()
    }

    /// Strides closed since the last call, as `Trainer.strides` gives them.
    fn strides(&self, py: Python<'_>) -> PyResult<Vec<StrideMeasures>> {
        let strides: Vec<_> = self.with(py, |h| core::iter::from_fn(|| h.telemetry().next_stride()).collect())?;
        Ok(strides.into_iter().map(StrideMeasures).collect())
    }

    /// The device as the loop left it; None until it has ended.
    fn left(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let left = self.with(py, |handle| {
            handle.report();
            handle.parts().map(|(_, device)| device.clone())
        })?;
        left.map(|device| device.to_python(py)).transpose()
    }

    /// Ask for another belt speed, as `Trainer.request_speed`.
    ///
    /// Parameters
    /// ----------
    /// speed : float
    ///     Belt speed [m/s], 0 to the pattern's speed.
    ///
    /// Returns
    /// -------
    /// int
    ///     Time of the tick that took it [ns].
    fn request_speed(&self, py: Python<'_>, speed: f64) -> PyResult<i64> {
        self.ask(py, Request::to_speed(speed))
    }

    /// Ask for another body-weight support, as `Trainer.request_support_force`.
    ///
    /// Parameters
    /// ----------
    /// force : float
    ///     Support force [N], 0 to the envelope's limit.
    ///
    /// Returns
    /// -------
    /// int
    ///     Time of the tick that took it [ns].
    fn request_support_force(&self, py: Python<'_>, force: f64) -> PyResult<i64> {
        self.ask(py, Request::to_support_force(force))
    }

    /// Ask for another law, other parameters or another reference, as `Trainer.request_control_set`.
    ///
    /// Parameters
    /// ----------
    /// control : ControlSet
    ///     The compiled form of what is asked for.
    ///
    /// Returns
    /// -------
    /// int
    ///     Time of the tick that took it [ns].
    fn request_control_set(&self, py: Python<'_>, control: PyRef<'_, ControlSet>) -> PyResult<i64> {
        let control = ControlChange::new(control.0.clone()).map_err(config_error)?;
        self.ask(py, Request::to_control(control))
    }

    /// Hold, floor or cap the support of a subtask, or of all, as `Trainer.request_override`.
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
    /// Returns
    /// -------
    /// int
    ///     Time of the tick that took it [ns].
    fn request_override(&self, py: Python<'_>, target: &str, mode: &str, value: f64) -> PyResult<i64> {
        self.ask_support(py, Ask::Set(support_target(target)?, mode_of(mode)?, value))
    }

    /// Give a subtask, or all, back to the law, as `Trainer.release_override`.
    ///
    /// Parameters
    /// ----------
    /// target : str
    ///     A subtask, or `all`.
    ///
    /// Returns
    /// -------
    /// int
    ///     Time of the tick that took it [ns].
    fn release_override(&self, py: Python<'_>, target: &str) -> PyResult<i64> {
        self.ask_support(py, Ask::Release(support_target(target)?))
    }

    /// Ask for a soft stop, as `Trainer.request_stop`; the loop goes on. It waits for nothing.
    fn request_stop(&self) -> PyResult<()> {
        self.ours()?.orders.request_stop();
        Ok(())
    }
}
