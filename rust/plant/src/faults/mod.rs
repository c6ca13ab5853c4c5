//! Faults on purpose: of sensors, on a sample; of drives, belt and bus, on a command.
//!
//! A fault begins and ends when told and follows from its seed. Outside its time it changes no bit, but for what the
//! movement it caused leaves behind. Faults act in the order given.

mod drive;
mod kind;
mod muscle;
mod signal;

pub use kind::{FaultInfo, FaultKind, Target};

use crate::device::Actuation;
use crate::plant::Plant;
use crate::rng::Rng;
use gaitloop_core::error::in_range;
use gaitloop_core::types::{JointVec, N_JOINTS, NS, SAMPLE_FIELDS, SAMPLE_GROUPS, Sample};
use gaitloop_core::{Error, Result};

/// Stream of random numbers of a fault.
const STREAM: u64 = 300;
/// Latest time of a fault [s].
const TIME_MAX: f64 = 1e6;

/// One fault.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// Group of [`SAMPLE_FIELDS`] that is struck; absent for the usual one of the kind.
    pub group: Option<usize>,
    /// Joint, segment or side that is struck, by its position; absent for all of them.
    pub index: Option<usize>,
    /// How much, as the table of kinds says.
    pub magnitude: f64,
    /// First moment [s], 0 to 1e6.
    pub start: f64,
    /// Length [s], 0 to 1e6; absent for no end.
    pub duration: Option<f64>,
    /// Where its random numbers come from.
    pub seed: u64,
}

impl Fault {
    /// A fault of the usual group and all its values, without end.
    #[must_use]
    pub fn new(kind: FaultKind, magnitude: f64, start: f64) -> Self {
        Self { kind, group: None, index: None, magnitude, start, duration: None, seed: 0 }
    }

    /// Group that is struck, where it is one.
    #[must_use]
    pub fn struck_group(&self) -> Option<usize> {
        self.group.or(self.kind.info().target.group())
    }

    /// Accepts the fault when all its figures lie in their ranges and its group and part exist.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming the first that does not.
    pub fn check(self) -> Result<Self> {
        let FaultInfo { target, range, .. } = self.kind.info();
        if let Some(group) = self.group
            && !(group < SAMPLE_GROUPS && target.accepts(group))
        {
            // The range of what would do: the one group, or all of them.
            let (min, max) = target.group().map_or((0, SAMPLE_GROUPS - 1), |g| (g, g));
            return Err(out_of_range("group", group, min, max));
        }
        if let Some(index) = self.index {
            let parts = self.struck_group().map_or(N_JOINTS, |group| SAMPLE_FIELDS[group].len);
            let parts = if target.has_parts() { parts } else { 1 };
            if index >= parts {
                return Err(out_of_range("where", index, 0, parts - 1));
            }
        }
        in_range("magnitude", self.magnitude, range[0], range[1])?;
        in_range("start", self.start, 0.0, TIME_MAX)?;
        in_range("duration", self.duration.unwrap_or(0.0), 0.0, TIME_MAX)?;
        Ok(self)
    }

    fn until(&self) -> i64 {
        self.duration.map_or(i64::MAX, |duration| nanoseconds(self.start + duration))
    }
}

fn out_of_range(name: &'static str, value: usize, min: usize, max: usize) -> Error {
    Error::OutOfRange { name, index: None, value: value as f64, min: min as f64, max: max as f64 }
}

fn nanoseconds(seconds: f64) -> i64 {
    (seconds * NS).round() as i64
}

/// A fault in time.
#[derive(Clone, Debug)]
struct Live {
    fault: Fault,
    from: i64,
    until: i64,
    rng: Rng,
    /// Time of the first tick of the fault [ns].
    first: Option<i64>,
    /// The first sample of the fault, or the last one it let through.
    sample: Option<Sample>,
    /// What its random numbers gave, for kinds that draw once [-].
    drawn: Option<f64>,
    /// The first command of the fault.
    command: Option<Actuation>,
    /// Per foot: when the stance began, and whether it is missed.
    stance: [Option<(i64, bool)>; 2],
}

impl Live {
    /// Time for which it has been there at `t` [ns], in seconds.
    fn since(&self, t: i64) -> f64 {
        (t - self.from) as f64 / NS
    }

    /// A number between two, the same whenever it is asked for.
    fn draw(&mut self, low: f64, high: f64) -> f64 {
        let share = *self.drawn.get_or_insert_with(|| self.rng.uniform(0.0, 1.0));
        low + share * (high - low)
    }
}

/// The faults of a plant.
#[derive(Clone, Debug)]
pub(crate) struct Faults {
    list: Vec<Live>,
    /// From when until when any is there [ns].
    from: i64,
    until: i64,
    /// From when until when any acts on commands [ns].
    drives: (i64, i64),
}

impl Faults {
    fn new(faults: &[Fault]) -> Self {
        let live = |fault: &Fault| Live {
            fault: *fault,
            from: nanoseconds(fault.start),
            until: fault.until(),
            rng: Rng::new(fault.seed, STREAM),
            first: None,
            sample: None,
            drawn: None,
            command: None,
            stance: [None; 2],
        };
        let list: Vec<Live> = faults.iter().map(live).collect();
        let span = |chosen: &dyn Fn(&Live) -> bool| {
            let chosen = || list.iter().filter(|f| chosen(f));
            (chosen().map(|f| f.from).min().unwrap_or(i64::MAX), chosen().map(|f| f.until).max().unwrap_or(i64::MIN))
        };
        let ((from, until), drives) = (span(&|_| true), span(&|f| drive::acts(f.fault.kind)));
        Self { list, from, until, drives }
    }

    /// Spoils a sample.
    #[cold]
    #[inline(never)]
    pub fn strike(&mut self, sample: &mut Sample) {
        let t = sample.t;
        if !(self.from..self.until).contains(&t) {
            return;
        }
        for fault in self.list.iter_mut().filter(|f| (f.from..f.until).contains(&t)) {
            signal::strike(fault, sample, t);
        }
    }
}

impl Plant {
    /// Gives the plant these faults in place of those it has; they keep to the plant's time.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming the first figure outside its range, or `group` where the device has no such sensor.
    pub fn inject(&mut self, faults: Vec<Fault>) -> Result<()> {
        for fault in &faults {
            let group = fault.check()?.struck_group();
            if let Some(group) = group.filter(|group| !self.fitted(*group)) {
                return Err(Error::TooFew { name: "group", what: SAMPLE_FIELDS[group].name, got: 0, min: 1 });
            }
        }
        self.faults = (!faults.is_empty()).then(|| Box::new(Faults::new(&faults)));
        Ok(())
    }

    /// What the faults make of a command, where any of them acts now.
    #[cold]
    #[inline(never)]
    pub(crate) fn struck(&mut self, command: &Actuation) -> Option<Actuation> {
        let t = self.t;
        let (from, until) = self.faults.as_ref()?.drives;
        if !(from..until).contains(&t) {
            return None;
        }
        let [_, dq, _] = self.measured();
        let faults = self.faults.as_mut()?;
        let mut out = *command;
        for fault in faults.list.iter_mut().filter(|f| (f.from..f.until).contains(&t)) {
            drive::strike(fault, &mut out, t, &dq, &self.device);
        }
        Some(out)
    }

    /// Torque of muscles that pull on their own [N·m], where any does so now.
    #[cold]
    #[inline(never)]
    pub(crate) fn pulled(&mut self) -> Option<JointVec> {
        let t = self.t;
        let mut out = None;
        let live = self.faults.as_mut()?.list.iter_mut().filter(|f| f.fault.kind.info().target == Target::Muscle);
        for fault in live.filter(|f| (f.from..f.until).contains(&t)) {
            muscle::pull(fault, out.get_or_insert([0.0; N_JOINTS]), t);
        }
        out
    }
}
