//! A loop without a thread: a clock that a test turns, and a device that does what a test says.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

#[path = "../../../plant/tests/common/mod.rs"]
mod common;

use common::Setup;
use gaitloop_core::safety::{Command, SafeProfile};
use gaitloop_core::trainer::Trainer;
use gaitloop_core::types::Sample;
use gaitloop_plant::PatientParams;
use gaitloop_plant::simulation::{Operator, Simulation};
use gaitloop_realtime::{Clock, Device, DeviceError, PlantDevice};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

pub const MS: i64 = 1_000_000;

/// Time that tests and devices turn; what is `due` passes the second time that somebody looks.
#[derive(Clone, Debug, Default)]
pub struct Turned {
    now: Arc<AtomicI64>,
    due: Arc<AtomicI64>,
    looks: Arc<AtomicI64>,
}

impl Turned {
    pub fn pass(&self, ns: i64) {
        self.now.fetch_add(ns, Ordering::Relaxed);
    }

    pub fn pass_after_the_next_look(&self, ns: i64) {
        self.due.store(ns, Ordering::Relaxed);
        self.looks.store(0, Ordering::Relaxed);
    }
}

impl Clock for Turned {
    fn now(&self) -> i64 {
        if self.looks.fetch_add(1, Ordering::Relaxed) == 1 {
            self.pass(self.due.swap(0, Ordering::Relaxed));
        }
        self.now.load(Ordering::Relaxed)
    }

    fn sleep_until(&mut self, t: i64) {
        self.now.fetch_max(t, Ordering::Relaxed);
    }
}

/// What a device does in the tick of a number, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Act {
    Measure(DeviceError),
    Exchange(DeviceError),
    Takes(i64),
    TakesAfterwards(i64),
    Panics,
}

/// A plant that misbehaves on purpose and remembers how it was closed.
pub struct Stage {
    pub plant: PlantDevice,
    pub clock: Turned,
    pub acts: Vec<(u64, Act)>,
    pub ticks: Arc<AtomicU64>,
    pub closed: Arc<Mutex<Vec<SafeProfile>>>,
    pub panics_closing: bool,
}

impl Stage {
    pub fn new(plant: PlantDevice, acts: &[(u64, Act)]) -> Self {
        Self {
            plant,
            clock: Turned::default(),
            acts: acts.to_vec(),
            ticks: Arc::default(),
            closed: Arc::default(),
            panics_closing: false,
        }
    }

    fn act(&self) -> Option<Act> {
        let tick = self.ticks.load(Ordering::Relaxed);
        self.acts.iter().find(|(n, _)| *n == tick).map(|(_, act)| *act)
    }
}

impl Device for Stage {
    fn name(&self) -> &'static str {
        "a stage"
    }

    fn open(&mut self, period: f64) -> Result<(), DeviceError> {
        self.plant.open(period)
    }

    fn measure(&mut self, t: i64) -> Result<Sample, DeviceError> {
        match self.act() {
            Some(Act::Measure(error)) => return Err(error),
            Some(Act::Takes(ns)) => self.clock.pass(ns),
            Some(Act::Panics) => panic!("the stage burns"),
            _ => {}
        }
        self.plant.measure(t)
    }

    fn exchange(&mut self, command: &Command) -> Result<(), DeviceError> {
        let act = self.act();
        self.ticks.fetch_add(1, Ordering::Relaxed);
        match act {
            Some(Act::Exchange(error)) => return Err(error),
            Some(Act::TakesAfterwards(ns)) => self.clock.pass_after_the_next_look(ns),
            _ => {}
        }
        self.plant.exchange(command)
    }

    fn close(&mut self, profile: SafeProfile) {
        self.closed.lock().unwrap().push(profile);
        assert!(!self.panics_closing, "the stage falls down");
        self.plant.close(profile);
    }
}

/// The usual machine with a person who is armed at 0.5 s and started at 1 s.
pub fn simulation() -> Simulation {
    Setup::new(PatientParams::stroke(0, 0.5, 1).unwrap(), 0.8, 0.3).build()
}

pub fn trainer() -> Trainer {
    simulation().trainer().clone()
}

pub fn plant() -> PlantDevice {
    PlantDevice::new(
        simulation().plant().clone(),
        Operator::new(vec![common::press(2, 0.5, 0.7), common::press(3, 1.0, 1.2)]),
    )
}

pub fn stage(acts: &[(u64, Act)]) -> Stage {
    Stage::new(plant(), acts)
}
