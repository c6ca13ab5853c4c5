//! The loop in a thread of its own: it runs, is asked, and comes to rest however it ends.
#![allow(clippy::unwrap_used)]

mod bench;

use bench::{Act, Stage, stage, trainer};
use gaitloop_core::safety::SafeProfile;
use gaitloop_realtime::{
    DeviceError, End, Handle, Policy, Request, RequestError, Settings, StartError, Wanted, measure_wakeups,
};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(10);

fn settings(policy: Policy) -> Settings {
    Settings { rate: 1000.0, policy, spin: 0, rows: 1000, wanted: Wanted::nothing(), lead: None }
}

fn start(stage: Stage) -> Handle<Stage> {
    Handle::start(trainer(), stage, settings(Policy::Skip)).unwrap()
}

fn until(what: &str, mut met: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !met() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn it_ticks_answers_and_stops_through_the_safe_profile() {
    let stage = stage(&[]);
    let (ticks, closed, profile) = (stage.ticks.clone(), stage.closed.clone(), trainer().safe_profile());
    let mut handle = start(stage);
    until("ticks", || ticks.load(Ordering::Relaxed) > 100);
    assert!(handle.request(Request::to_speed(0.6), PATIENCE).is_ok_and(|t| t % 1_000_000 == 0));
    assert!(matches!(handle.request(Request::to_speed(7.0), PATIENCE), Err(RequestError::Refused(_))));
    let first = handle.statistics().counts.ticks;
    assert!(first > 100 && handle.is_running() && handle.report().is_none());
    assert!(closed.lock().unwrap().is_empty());
    assert!(handle.stop() && handle.stop());
    assert_eq!(*closed.lock().unwrap(), [profile], "once");
    assert_eq!(handle.report().unwrap().end, End::Stopped);
    let counts = handle.statistics().counts;
    assert_eq!(counts.ticks, ticks.load(Ordering::Relaxed), "nothing is counted twice or lost");
    assert_eq!(handle.request(Request::to_speed(0.6), PATIENCE), Err(RequestError::Ended));
    let held = *handle.parts().unwrap().1.plant.held();
    assert!(!held.enabled && held.torque == [0.0; 6]);
}

#[test]
fn a_panic_in_a_tick_ends_in_the_safe_profile() {
    let stage = stage(&[(20, Act::Panics)]);
    let closed = stage.closed.clone();
    let mut handle = start(stage);
    until("the end", || !handle.is_running());
    let report = handle.report().unwrap().clone();
    assert_eq!((report.end, report.message.as_deref()), (End::Panicked, Some("the stage burns")));
    assert_eq!(closed.lock().unwrap().len(), 1);
    assert_eq!(handle.statistics().counts.ticks, 21);
}

#[test]
fn a_panic_while_closing_is_told_too() {
    let mut handle = start(Stage { panics_closing: true, ..stage(&[]) });
    assert!(handle.stop());
    assert_eq!(handle.report().unwrap().end, End::Panicked);
}

#[test]
fn a_loop_that_nobody_holds_any_more_comes_to_rest() {
    let stage = stage(&[]);
    let (ticks, closed) = (stage.ticks.clone(), stage.closed.clone());
    let handle = start(stage);
    until("ticks", || ticks.load(Ordering::Relaxed) > 10);
    drop(handle);
    let last = ticks.load(Ordering::Relaxed);
    assert!(matches!(closed.lock().unwrap()[..], [SafeProfile::ReleaseAfterDamp]));
    std::thread::sleep(Duration::from_millis(20));
    assert_eq!(ticks.load(Ordering::Relaxed), last);
}

#[test]
fn a_lost_device_ends_the_loop_by_itself() {
    let stage = stage(&[(10, Act::Exchange(DeviceError::Lost("the bus")))]);
    let closed = stage.closed.clone();
    let mut handle = start(stage);
    until("the end", || !handle.is_running());
    assert_eq!(handle.report().unwrap().end, End::DeviceLost("the bus"));
    assert_eq!(closed.lock().unwrap().len(), 1);
}

#[test]
fn settings_are_refused_before_a_thread_is_made() {
    let refused = Settings { wanted: Wanted { priority: Some(100), ..Wanted::nothing() }, ..settings(Policy::Skip) };
    let made = Handle::start(trainer(), stage(&[]), refused);
    assert!(matches!(made, Err(StartError::Refused(error)) if error.to_string().starts_with("priority must lie in")));
}

#[test]
fn wakeups_are_measured_for_the_time_asked() {
    let (tally, reports) = measure_wakeups(500.0, 0.2, 0, Wanted::nothing()).unwrap();
    assert_eq!((tally.counts.ticks, tally.distributions()[0].count), (100, 100));
    assert_eq!(reports.len(), 4);
    assert!(measure_wakeups(500.0, 0.0, 0, Wanted::nothing()).is_err());
}
