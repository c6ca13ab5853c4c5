//! Under RealtimeSanitizer (`make sanitize`): nothing in a tick could wait, and what could is caught.
#![cfg(rtsan)]
#![allow(clippy::unwrap_used)]

mod bench;
mod served;

use bench::{Act, MS, plant, stage, trainer};
use gaitloop_core::assist::{OverrideMode, Target};
use gaitloop_core::safety::{Command, SafeProfile, State};
use gaitloop_core::trainer::{ControlChange, ControlParams};
use gaitloop_core::trajectory::GaitPattern;
use gaitloop_core::types::Sample;
use gaitloop_realtime::{Ask, Device, DeviceError, End, Executor, Handle, Policy, Request, Settings, Wanted};
use std::hint::black_box;
use std::process::Command as Process;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const PLANT: &str = "GAITLOOP_PLANT";
/// Exit code of a process that the sanitizer ended.
const CAUGHT: i32 = 43;

#[test]
fn a_second_of_every_kind_of_request_on_the_real_clock_waits_for_nothing() {
    let wanted = Wanted { priority: Some(20), ..Wanted::nothing() };
    let settings = Settings { rate: 1000.0, policy: Policy::Skip, spin: 50_000, rows: 64, wanted, lead: None };
    let start = trainer().control().clone();
    let other = GaitPattern::koopman(0.9, 1.7, 0.12, Some(0.04)).unwrap();
    let mut handle = Handle::start(trainer(), plant(), settings).unwrap();
    let until = Instant::now() + Duration::from_secs(1);
    for pattern in [other, start.pattern.clone()].iter().cycle().take_while(|_| Instant::now() < until) {
        let change = ControlChange::new(ControlParams { pattern: pattern.clone(), ..start.clone() }).unwrap();
        let mut request = Request::to_control(change);
        (request.speed, request.support_force) = (Some(0.7), Some(90.0));
        request.ask(Ask::Set(Target::All, OverrideMode::Floor, 10.0));
        request.ask(Ask::Release(Target::All));
        handle.request(request, Duration::from_secs(5)).unwrap();
        handle.orders().request_stop();
        (0..10).for_each(|_| _ = handle.telemetry().pop());
        assert!(handle.statistics().counts.ticks > 0);
    }
    assert!(handle.stop());
    assert_eq!(handle.report().unwrap().end, End::Stopped);
}

#[test]
fn walking_timeouts_overruns_and_a_gap_wait_for_nothing() {
    let late = DeviceError::Timeout("the bus");
    let acts = [(3000, Act::Measure(late)), (3001, Act::Exchange(late)), (3500, Act::Takes(3 * MS / 2))];
    let stage = stage(&acts);
    let mut clock = stage.clock.clone();
    let (mut executor, mut watcher) = Executor::new(trainer(), stage, 1000.0, Policy::Skip, 8000).unwrap();
    executor.open().unwrap();
    executor.begin(&clock);
    for gap in [0, 200 * MS] {
        clock.pass(gap);
        (0..4000).for_each(|_| assert_eq!(executor.tick(&mut clock), None));
    }
    let mut reached: Vec<_> = std::iter::from_fn(|| watcher.telemetry.pop()).map(|row| row.command.state()).collect();
    reached.dedup();
    assert!([State::Run, State::Safe].iter().all(|state| reached.contains(state)), "{reached:?}");
}

/// A device whose driver does what no driver may.
struct Careless<D> {
    device: D,
    sin: String,
    lock: Arc<Mutex<()>>,
}

impl<D: Device> Device for Careless<D> {
    fn name(&self) -> &'static str {
        "a careless device"
    }

    fn open(&mut self, period: f64) -> Result<(), DeviceError> {
        self.device.open(period)
    }

    fn measure(&mut self, t: i64) -> Result<Sample, DeviceError> {
        match self.sin.as_str() {
            "allocation" => drop(black_box(Box::new(t))),
            "lock" => drop(self.lock.lock()),
            "file" => drop(black_box(std::fs::File::open("/dev/null"))),
            _ => {}
        }
        self.device.measure(t)
    }

    fn exchange(&mut self, command: &Command) -> Result<(), DeviceError> {
        self.device.exchange(command)
    }

    fn close(&mut self, profile: SafeProfile) {
        self.device.close(profile);
    }
}

#[test]
#[ignore = "the process in which something is planted"]
fn careless() {
    let lock = Arc::new(Mutex::new(()));
    let device = Careless { device: plant(), sin: std::env::var(PLANT).unwrap(), lock: lock.clone() };
    let (mut executor, _watcher) = Executor::new(trainer(), device, 1000.0, Policy::Skip, 64).unwrap();
    executor.open().unwrap();
    let mut clock = bench::Turned::default();
    executor.begin(&clock);
    let held = lock.lock();
    std::thread::scope(|scope| {
        scope.spawn(|| executor.tick(&mut clock));
        std::thread::sleep(Duration::from_millis(50));
        drop(held);
    });
}

#[test]
fn what_could_wait_is_caught_where_it_was_planted() {
    let caught = |sin: &str, call: &str| {
        let child = Process::new(std::env::current_exe().unwrap())
            .args(["--exact", "careless", "--ignored", "--nocapture"])
            .env(PLANT, sin)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stderr);
        assert!(said.contains(call), "{sin}: {said}");
        assert_eq!(child.status.code(), Some(CAUGHT), "{sin}");
    };
    caught("allocation", "`malloc`");
    caught("lock", "`syscall`");
    caught("file", "`open");
}

/// A second of the loop with drives on a serial line, on the real clock, and what else is planted.
#[test]
#[ignore = "the process in which reading and writing are allowed"]
fn drives() {
    let served = served::Served::new();
    let sin = std::env::var(PLANT).unwrap_or_default();
    let device = Careless { device: served.device(), sin, lock: Arc::default() };
    let wanted = Wanted { priority: Some(20), ..Wanted::nothing() };
    let settings = Settings { rate: 1000.0, policy: Policy::Skip, spin: 50_000, rows: 64, wanted, lead: None };
    let mut handle = Handle::start(trainer(), device, settings).unwrap();
    let until = Instant::now() + Duration::from_secs(1);
    let mut heard = 0;
    while Instant::now() < until {
        heard += std::iter::from_fn(|| handle.telemetry().pop()).filter(|row| row.sample.q.get(0).is_some()).count();
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(handle.stop() && heard > 100, "{heard}");
    println!("heard {heard}");
}

/// The line is read and written without waiting (its descriptor does not block), which the sanitizer does not know of
/// these two calls; nothing else is allowed.
#[test]
fn a_second_of_drives_on_a_serial_line_waits_for_nothing() {
    let allowed = std::env::temp_dir().join(format!("gaitloop_rtsan_{}", std::process::id()));
    std::fs::write(&allowed, "function-name-matches:read\nfunction-name-matches:write\n").unwrap();
    let child = |sin: &str| {
        Process::new(std::env::current_exe().unwrap())
            .args(["--exact", "drives", "--ignored", "--nocapture"])
            .env(PLANT, sin)
            .env("RTSAN_OPTIONS", format!("suppressions={}", allowed.display()))
            .output()
            .unwrap()
    };
    let good = child("");
    assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stderr));
    assert!(String::from_utf8_lossy(&good.stdout).contains("heard "));
    let bad = child("allocation");
    assert_eq!(bad.status.code(), Some(CAUGHT));
    assert!(String::from_utf8_lossy(&bad.stderr).contains("`malloc`"));
    std::fs::remove_file(allowed).unwrap();
}
