//! A loop in a thread of its own, as whoever watches it holds it.

use crate::clock::Monotonic;
use crate::device::{Device, DeviceError};
use crate::executor::{End, Executor, Orders, Report, Watcher, check};
use crate::grid::Policy;
use crate::privileges::{PrivilegeReport, Wanted};
use crate::request::Request;
use crate::sys;
use crate::tally::Tally;
use crate::telemetry::Telemetry;
use gaitloop_core::Error;
use gaitloop_core::trainer::Trainer;
use gaitloop_plant::Lead;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Time given to a loop to end, or to answer [s].
const PATIENCE: Duration = Duration::from_secs(5);
/// Time between two looks.
const LOOK: Duration = Duration::from_micros(500);

/// How a loop runs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Ticks a second [1/s], the trainer's.
    pub rate: f64,
    /// What happens when a tick is missed.
    pub policy: Policy,
    /// Last part of a wait that is spun instead of slept [ns].
    pub spin: i64,
    /// Rows of telemetry that wait for a reader.
    pub rows: usize,
    /// What is asked of the system.
    pub wanted: Wanted,
    /// A controller that asks for torque in place of the trainer's own law.
    pub lead: Option<Lead>,
}

impl Settings {
    /// Refuses what [`Handle::start`] would refuse for this trainer, without starting anything.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming the setting.
    pub fn check(&self, trainer: &Trainer) -> gaitloop_core::Result<()> {
        check(trainer, self.rate, self.rows)?;
        self.wanted.clone().check().map(|_| ())
    }
}

/// Why a loop did not begin.
#[derive(Debug)]
pub enum StartError {
    /// A setting was refused.
    Refused(Error),
    /// The device could not be opened.
    Device(DeviceError),
    /// No thread was to be had.
    Thread(String),
}

/// Why a request was not answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RequestError {
    /// The trainer refused it.
    Refused(Error),
    /// It waits for a tick still, and will be taken by one.
    Waiting,
    /// Too much is waiting already; it was not sent.
    Full,
    /// There is no loop: it ended, or this is the child of a fork.
    Ended,
}

/// What is left of a loop.
struct Finished<D> {
    trainer: Trainer,
    device: D,
    report: Report,
    tally: Box<Tally>,
}

/// A loop that runs, or has ended.
pub struct Handle<D> {
    watcher: Watcher,
    thread: Option<JoinHandle<Finished<D>>>,
    finished: Option<Finished<D>>,
    total: Tally,
    spare: Option<Box<Tally>>,
    privileges: Vec<PrivilegeReport>,
    process: u32,
}

/// Runs to the end on this thread, and brings the device to rest whatever happens.
fn run<D: Device>(mut executor: Executor<D>, settings: &Settings, told: &Sender<Vec<PrivilegeReport>>) -> Finished<D> {
    sys::block_signals();
    let held = settings.wanted.request();
    sys::touch_stack();
    let _ = told.send(held.reports.to_vec());
    let mut clock = Monotonic::spinning(settings.spin);
    let ended = catch_unwind(AssertUnwindSafe(|| executor.run(&mut clock)));
    let closed = catch_unwind(AssertUnwindSafe(|| executor.close()));
    let report = match (ended, closed) {
        (Ok(end), Ok(())) => Report { end, message: None },
        (Err(panic), _) | (_, Err(panic)) => Report { end: End::Panicked, message: Some(words(panic.as_ref())) },
    };
    drop(held);
    let (trainer, device, tally) = executor.into_parts();
    Finished { trainer, device, report, tally }
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without words".into())
}

impl<D: Device + 'static> Handle<D> {
    /// Opens the device and begins.
    ///
    /// # Errors
    /// [`StartError`]; nothing runs then.
    pub fn start(trainer: Trainer, device: D, settings: Settings) -> Result<Self, StartError> {
        let Settings { rate, policy, rows, .. } = settings;
        settings.check(&trainer).map_err(StartError::Refused)?;
        let (executor, watcher) = Executor::new(trainer, device, rate, policy, rows).map_err(StartError::Refused)?;
        let mut executor = executor.led(settings.lead.clone());
        executor.open().map_err(StartError::Device)?;
        let (send, told) = channel();
        let thread = thread::Builder::new()
            .name("gaitloop".into())
            .spawn(move || run(executor, &settings, &send))
            .map_err(|error| StartError::Thread(error.to_string()))?;
        let privileges = told.recv_timeout(PATIENCE).unwrap_or_default();
        let process = sys::process_id();
        let (total, spare) = (Tally::default(), Some(Box::default()));
        Ok(Self { watcher, thread: Some(thread), finished: None, total, spare, privileges, process })
    }
}

impl<D> Handle<D> {
    /// Whether the loop belongs to this process: the child of a fork has none.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.process == sys::process_id()
    }

    /// Whether it ticks.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.is_ours() && self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }

    /// What was asked of the system, and what became of it.
    #[must_use]
    pub fn privileges(&self) -> &[PrivilegeReport] {
        &self.privileges
    }

    /// Rows, events and strides.
    pub fn telemetry(&mut self) -> &mut Telemetry {
        &mut self.watcher.telemetry
    }

    /// Orders that need no wait: for whoever must not be held up by what another one asks of this handle.
    #[must_use]
    pub fn orders(&self) -> Arc<Orders> {
        self.watcher.orders.clone()
    }

    /// Asks the trainer for changes and waits until a tick has taken them; gives the time of that tick [ns].
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn request(&mut self, mut request: Request, patience: Duration) -> Result<i64, RequestError> {
        if !self.is_running() {
            return Err(RequestError::Ended);
        }
        self.watcher.requests.collect();
        if let Some(waiting) = self.watcher.requests.withdraw()
            && let Err(waiting) = request.inherit(waiting)
        {
            self.watcher.requests.post(waiting);
            return Err(RequestError::Full);
        }
        self.watcher.requests.post(Box::new(request));
        match self.wait(patience, |handle| handle.watcher.requests.collect()) {
            Some(answer) => answer.refused.map_or(Ok(answer.taken), |error| Err(RequestError::Refused(error))),
            None if self.is_running() => Err(RequestError::Waiting),
            None => Err(RequestError::Ended),
        }
    }

    /// Everything counted and measured since the start.
    pub fn statistics(&mut self) -> &Tally {
        if self.is_running() {
            if let Some(spare) = self.spare.take() {
                self.watcher.tallies.post(spare);
            }
            if let Some(full) = self.wait(PATIENCE, |handle| handle.watcher.tallies.collect()) {
                self.keep(full);
            }
        }
        if self.is_ours() && self.thread.as_ref().is_some_and(JoinHandle::is_finished) {
            self.join();
        }
        &self.total
    }

    fn keep(&mut self, mut tally: Box<Tally>) {
        self.total.add(&tally);
        tally.reset();
        self.spare = Some(tally);
    }

    /// Looks until there is something, the loop has ended, or time is up.
    fn wait<T>(&mut self, patience: Duration, mut look: impl FnMut(&mut Self) -> Option<T>) -> Option<T> {
        let until = Instant::now() + patience;
        loop {
            let ended = !self.is_running();
            let found = look(self);
            if found.is_some() || ended || Instant::now() >= until {
                return found;
            }
            thread::sleep(LOOK);
        }
    }

    /// Ends the loop through the device's safe profile; false when it did not end in time, or is not ours.
    pub fn stop(&mut self) -> bool {
        if !self.is_ours() {
            return false;
        }
        self.watcher.orders.stop();
        let until = Instant::now() + PATIENCE;
        while self.is_running() && Instant::now() < until {
            thread::sleep(LOOK);
        }
        self.join();
        self.finished.is_some()
    }

    fn join(&mut self) {
        if self.thread.as_ref().is_some_and(|thread| !thread.is_finished()) {
            return;
        }
        if let Some(Ok(finished)) = self.thread.take().map(JoinHandle::join) {
            if let Some(full) = self.watcher.tallies.collect() {
                self.keep(full);
            }
            self.total.add(&finished.tally);
            self.finished = Some(finished);
        }
    }

    /// How it ended, once it has.
    pub fn report(&mut self) -> Option<&Report> {
        if self.is_ours() {
            self.join();
        }
        self.finished.as_ref().map(|finished| &finished.report)
    }

    /// Trainer and device as the loop left them, once it has ended.
    #[must_use]
    pub fn parts(&self) -> Option<(&Trainer, &D)> {
        self.finished.as_ref().map(|finished| (&finished.trainer, &finished.device))
    }
}

impl<D> Drop for Handle<D> {
    /// Nobody watches any more: the loop ends through the device's safe profile.
    fn drop(&mut self) {
        if self.is_ours() {
            self.stop();
        } else {
            // The thread is the parent's; to wait for it here would be to wait for ever.
            core::mem::forget(self.thread.take());
        }
    }
}
