//! The tick: sample, trainer, command, on a grid of absolute times.

use crate::beat::Beat;
use crate::clock::Clock;
use crate::device::{Device, DeviceError};
use crate::grid::{Grid, Policy, Slot, rate_in_range};
use crate::mailbox::{Mailbox, Slots, mailbox};
use crate::request::Request;
use crate::sys;
use crate::tally::Tally;
use crate::telemetry::{Outlet, Row, Telemetry, telemetry};
use gaitloop_core::error::in_range;
use gaitloop_core::safety::SafeProfile;
use gaitloop_core::trainer::Trainer;
use gaitloop_core::types::{NS, Reading, Sample};
use gaitloop_core::{Error, Result};
use gaitloop_plant::Lead;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ticks after which a page fault is counted.
const WARM_UP: u64 = 100;
/// Accepted difference of the loop's and the trainer's period, as a share.
const SAME: f64 = 1e-6;
/// Fewest and most rows of telemetry.
const ROWS: [usize; 2] = [1, 1_000_000];

/// Why a loop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was stopped.
    Stopped,
    /// A tick was missed under [`Policy::Stop`].
    Overrun,
    /// The device is gone.
    DeviceLost(&'static str),
    /// A tick panicked.
    Panicked,
}

impl End {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Overrun => "overrun",
            Self::DeviceLost(_) => "device_lost",
            Self::Panicked => "panicked",
        }
    }
}

/// How a loop ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Why.
    pub end: End,
    /// What a panic said.
    pub message: Option<String>,
}

/// Two orders that must never be lost behind another message.
#[derive(Debug, Default)]
pub struct Orders {
    stop: AtomicBool,
    soft_stop: AtomicBool,
}

impl Orders {
    /// Ends the loop through the device's safe profile, at its next tick.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Release);
    }

    /// Asks the trainer for a soft stop, at the next tick; the loop goes on.
    pub fn request_stop(&self) {
        self.soft_stop.store(true, Ordering::Release);
    }
}

/// What a watcher holds of a loop.
pub struct Watcher {
    /// Orders that no message delays.
    pub orders: Arc<Orders>,
    /// Changes on their way to the trainer.
    pub requests: Mailbox<Request>,
    /// Empty tallies on their way in, full ones on their way out.
    pub tallies: Mailbox<Tally>,
    /// Rows, events and strides.
    pub telemetry: Telemetry,
}

/// A rate that is the trainer's own, and as many rows as there may be.
pub(crate) fn check(trainer: &Trainer, rate: f64, rows: usize) -> Result<()> {
    let kept = 1.0 / trainer.period();
    if (rate_in_range(rate)? - kept).abs() > SAME * kept {
        return Err(Error::OutOfRange { name: "rate", index: None, value: rate, min: kept, max: kept });
    }
    in_range("rows", rows as f64, ROWS[0] as f64, ROWS[1] as f64).map(|_| ())
}

/// Trainer and device in one loop.
pub struct Executor<D> {
    trainer: Trainer,
    device: D,
    profile: SafeProfile,
    lead: Option<Lead>,
    policy: Policy,
    rate: f64,
    beat: Beat,
    orders: Arc<Orders>,
    requests: Slots<Request>,
    tallies: Slots<Tally>,
    outlet: Outlet,
    execution: Option<i64>,
    faults: Option<[u64; 2]>,
    ticks: u64,
}

impl<D: Device> Executor<D> {
    /// A loop that has not begun, and what its watcher holds of it.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming `rate` where it is out of range or not the trainer's, or `rows`.
    pub fn new(trainer: Trainer, device: D, rate: f64, policy: Policy, rows: usize) -> Result<(Self, Watcher)> {
        check(&trainer, rate, rows)?;
        let orders = Arc::new(Orders::default());
        let (requests, requests_read) = mailbox();
        let (tallies, tallies_read) = mailbox();
        let (rows, outlet) = telemetry(rows);
        let watcher = Watcher { orders: orders.clone(), requests, tallies, telemetry: rows };
        let profile = trainer.safe_profile();
        let beat = Beat::new(Grid::new(0, rate));
        Ok((
            Self {
                trainer,
                device,
                profile,
                lead: None,
                policy,
                rate,
                beat,
                orders,
                requests: requests_read,
                tallies: tallies_read,
                outlet,
                execution: None,
                faults: None,
                ticks: 0,
            },
            watcher,
        ))
    }

    /// The same with a controller that asks for torque in place of the trainer's own law; the trunk counts as upright.
    #[must_use]
    pub fn led(self, lead: Option<Lead>) -> Self {
        Self { lead, ..self }
    }

    /// Opens the device.
    ///
    /// # Errors
    /// [`DeviceError`] when it cannot be used.
    pub fn open(&mut self) -> core::result::Result<(), DeviceError> {
        self.device.open(1.0 / self.rate)
    }

    /// Puts the first tick a period from now.
    pub fn begin(&mut self, clock: &impl Clock) {
        let grid = Grid::new(0, self.rate);
        self.beat.grid = Grid::new(clock.now().saturating_add(grid.period()), self.rate);
    }

    /// Ticks until there is a reason to end.
    pub fn run(&mut self, clock: &mut impl Clock) -> End {
        self.begin(clock);
        loop {
            if let Some(end) = self.tick(clock) {
                return end;
            }
        }
    }

    /// Waits for one tick and makes it; the reason when it is the last one.
    pub fn tick(&mut self, clock: &mut impl Clock) -> Option<End> {
        clock.sleep_until(self.beat.grid.target());
        self.awake(clock)
    }

    /// The tick from its wake on; whatever could wait in it ends the process under RealtimeSanitizer (`make sanitize`).
    #[cfg_attr(rtsan, sanitize(realtime = "nonblocking"))]
    fn awake(&mut self, clock: &impl Clock) -> Option<End> {
        let began = clock.now();
        if self.orders.stop.load(Ordering::Acquire) {
            return Some(End::Stopped);
        }
        let slot = self.beat.begin(began);
        if slot.missed > 0 && self.policy == Policy::Stop {
            return Some(End::Overrun);
        }
        self.listen(slot.t);
        let done = match self.work(&slot, began, clock) {
            Ok(done) => done,
            Err(lost) => return Some(End::DeviceLost(lost)),
        };
        self.count_faults();
        let missed = self.beat.end(done.at, done.in_device, clock.now());
        self.tallies.exchange_box(|tally| core::mem::swap(tally, &mut self.beat.tally));
        (missed > 0 && self.policy == Policy::Stop).then_some(End::Overrun)
    }

    /// Takes what the watcher asks for.
    fn listen(&mut self, t: i64) {
        if self.orders.soft_stop.swap(false, Ordering::AcqRel) {
            self.trainer.request_stop();
        }
        let trainer = &mut self.trainer;
        self.requests.exchange(|request| request.apply(trainer, t));
    }

    fn work(&mut self, slot: &Slot, began: i64, clock: &impl Clock) -> core::result::Result<Done, &'static str> {
        let mut sample = self.measure(slot.t)?;
        let measured = clock.now();
        if let Some(execution) = self.execution {
            sample.execution = Reading::new([execution as f64 / NS], slot.t);
        }
        let command = match &mut self.lead {
            None => self.trainer.step(&sample),
            Some(lead) => self.trainer.step_led(&sample, |now| lead.ask(now, 0.0)),
        };
        let decided = clock.now();
        match self.device.exchange(&command) {
            Ok(()) => {}
            Err(DeviceError::Timeout(_)) => self.beat.tally.counts.timeouts += 1,
            Err(DeviceError::Lost(what) | DeviceError::Unopened(what, _) | DeviceError::Unfit(what)) => {
                return Err(what);
            }
        }
        let at = clock.now();
        self.execution = Some(at - began);
        let telemetry = *self.trainer.telemetry();
        let row = Row { index: slot.index, late: slot.late, execution: at - began, sample, command, telemetry };
        self.beat.tally.counts.dropped += u64::from(!self.outlet.push(&row));
        self.outlet.take_from(&mut self.trainer);
        Ok(Done { at, in_device: (measured - began) + (at - decided) })
    }

    /// What the device measured; everything is absent when it did not answer in time.
    fn measure(&mut self, t: i64) -> core::result::Result<Sample, &'static str> {
        match self.device.measure(t) {
            Ok(sample) => Ok(sample),
            Err(DeviceError::Timeout(_)) => {
                self.beat.tally.counts.timeouts += 1;
                Ok(Sample { t, ..Sample::default() })
            }
            Err(DeviceError::Lost(what) | DeviceError::Unopened(what, _) | DeviceError::Unfit(what)) => Err(what),
        }
    }

    fn count_faults(&mut self) {
        self.ticks += 1;
        if self.ticks < WARM_UP {
            return;
        }
        let now = sys::faults();
        let before = self.faults.replace(now).unwrap_or(now);
        self.beat.tally.counts.minor_faults += now[0] - before[0];
        self.beat.tally.counts.major_faults += now[1] - before[1];
    }

    /// Brings the device to rest; what is done however the loop ended.
    pub fn close(&mut self) {
        self.device.close(self.profile);
    }

    /// Trainer, device, and what was counted since the last tally went out.
    pub fn into_parts(self) -> (Trainer, D, Box<Tally>) {
        (self.trainer, self.device, self.beat.tally)
    }
}

/// When a tick's work was done, and how much of it was the device's [ns].
struct Done {
    at: i64,
    in_device: i64,
}
