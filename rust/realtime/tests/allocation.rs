//! A tick neither asks for memory nor gives any back, whatever a watcher asks of it.
#![allow(clippy::unwrap_used)]

mod bench;
#[path = "../../core/tests/counting/mod.rs"]
mod counting;

use bench::{plant, trainer};
use counting::traffic;
use gaitloop_core::assist::{OverrideMode, Target};
use gaitloop_core::trainer::{ControlChange, ControlParams};
use gaitloop_core::trajectory::GaitPattern;
use gaitloop_realtime::{Ask, Executor, Policy, Request, Tally};

#[test]
fn a_tick_has_no_traffic_with_the_allocator() {
    let mut clock = bench::Turned::default();
    let (mut executor, mut watcher) = Executor::new(trainer(), plant(), 1000.0, Policy::Skip, 64).unwrap();
    executor.open().unwrap();
    executor.begin(&clock);
    let start = trainer().control().clone();
    let other = GaitPattern::koopman(0.9, 1.7, 0.12, Some(0.04)).unwrap();
    for second in 0..20 {
        // The ring is full from here on, and a change of every kind waits.
        let pattern = if second % 2 == 0 { other.clone() } else { start.pattern.clone() };
        let change = ControlChange::new(ControlParams { pattern, ..start.clone() }).unwrap();
        let mut request = Request::to_control(change);
        (request.speed, request.support_force) = (Some(0.7), Some(90.0));
        request.ask(Ask::Set(Target::All, OverrideMode::Floor, 10.0));
        request.ask(Ask::Release(Target::All));
        assert!(watcher.requests.post(Box::new(request)).is_none());
        watcher.tallies.post(Box::default());
        let ended = traffic(|| {
            for _ in 0..1000 {
                executor.tick(&mut clock);
            }
        });
        assert_eq!(ended, [0, 0], "second {second}: allocated, given back");
        assert_eq!(watcher.requests.collect().unwrap().refused, None);
        let tally: Tally = *watcher.tallies.collect().unwrap();
        assert!(tally.counts.ticks >= 1 && (second == 0 || tally.counts.dropped > 900), "{:?}", tally.counts);
        (0..64).for_each(|_| assert!(watcher.telemetry.pop().is_some()));
    }
}
