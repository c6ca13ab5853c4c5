//! The tick on a clock that a test turns: what is commanded, what is counted, and every reason to end.
#![allow(clippy::unwrap_used)]

mod bench;

use bench::{Act, MS, Turned, simulation, stage, trainer};
use gaitloop_core::safety::{Cause, State};
use gaitloop_core::trainer::{ControlChange, ControlParams};
use gaitloop_core::types::Reading;
use gaitloop_plant::{Lead, Postures};
use gaitloop_realtime::{Clock, Counts, DeviceError, End, Executor, Policy, Request, Row, Tally, Watcher};

struct Loop {
    executor: Executor<bench::Stage>,
    watcher: Watcher,
    clock: Turned,
}

impl Loop {
    fn new(acts: &[(u64, Act)], policy: Policy) -> Self {
        let stage = stage(acts);
        let clock = stage.clock.clone();
        let (mut executor, watcher) = Executor::new(trainer(), stage, 1000.0, policy, 30_000).unwrap();
        executor.open().unwrap();
        executor.begin(&clock);
        Self { executor, watcher, clock }
    }

    fn ticks(&mut self, n: usize) -> Option<End> {
        (0..n).find_map(|_| self.executor.tick(&mut self.clock))
    }

    fn rows(&mut self) -> Vec<Row> {
        core::iter::from_fn(|| self.watcher.telemetry.pop()).collect()
    }

    fn counts(&mut self) -> Counts {
        self.watcher.tallies.post(Box::new(Tally::default()));
        self.ticks(1);
        self.watcher.tallies.collect().unwrap().counts
    }
}

#[test]
fn a_loop_in_time_commands_what_the_simulation_commands_bit_for_bit() {
    let mut live = Loop::new(&[], Policy::Stop);
    assert_eq!(live.ticks(12_000), None);
    let (rows, mut simulation) = (live.rows(), simulation());
    let mut walked = false;
    for row in &rows {
        let (sample, command) = simulation.tick();
        let measured = gaitloop_core::types::Sample { execution: Reading::default(), ..row.sample };
        assert_eq!((measured, row.command), (sample, command));
        walked |= command.state() == State::Run && command.torque()[0] != 0.0;
    }
    assert!(walked && rows.len() == 12_000);
    let events = core::iter::from_fn(|| live.watcher.telemetry.next_event()).count();
    assert!(events > 5 && live.watcher.telemetry.next_stride().is_some(), "{events}");
}

#[test]
fn a_gap_longer_than_the_limit_ends_in_a_latched_stop_and_no_burst() {
    let mut live = Loop::new(&[], Policy::Skip);
    live.ticks(3000);
    assert_eq!(live.rows().last().unwrap().command.state(), State::Run);
    let before = live.clock.now();
    live.clock.pass(200 * MS);
    live.ticks(500);
    let rows = live.rows();
    assert_eq!(rows[0].index, 3199, "the time that had come by then");
    assert_eq!((rows[0].command.fields().cause, rows[0].command.state()), (Cause::TimeJump, State::ProtStop));
    assert!(rows.iter().all(|row| row.command.state() != State::Run));
    assert_eq!(live.clock.now() - before, 200 * MS + 499 * MS, "one tick a period afterwards");
    let counts = live.counts();
    assert_eq!((counts.late_wakes, counts.missed, counts.ticks), (1, 199, 3501));
}

#[test]
fn overruns_are_told_by_their_cause() {
    let slow = Act::Takes(5 * MS / 2);
    let acts = [(100, slow), (150, slow), (200, Act::TakesAfterwards(7 * MS / 2))];
    let mut live = Loop::new(&acts, Policy::Skip);
    live.ticks(300);
    live.clock.pass(9 * MS / 2);
    live.ticks(10);
    let counts = live.counts();
    assert_eq!((counts.slow_device, counts.long_ticks, counts.late_wakes), (2, 1, 1));
    assert_eq!(counts.missed, 2 * 2 + 3 + 3);
    let rows = live.rows();
    assert_eq!(rows[101].index - rows[100].index, 3);
    assert_eq!(rows[101].sample.execution.get(0), Some(0.0025), "the watchers are told");
    assert!(rows.iter().all(|row| row.sample.t == row.index as i64 * MS));
}

#[test]
fn under_the_policy_stop_a_missed_tick_is_the_last_one() {
    for (acts, gap) in [(&[(50, Act::Takes(3 * MS / 2))][..], 0), (&[], 3 * MS)] {
        let mut live = Loop::new(acts, Policy::Stop);
        assert_eq!(live.ticks(50), None);
        live.clock.pass(gap);
        assert_eq!(live.ticks(1), Some(End::Overrun));
    }
}

#[test]
fn a_device_without_an_answer_gives_an_absent_sample_and_a_lost_one_ends_the_loop() {
    let late = DeviceError::Timeout("the bus");
    let mut live = Loop::new(
        &[(5, Act::Measure(late)), (6, Act::Exchange(late)), (9, Act::Measure(DeviceError::Lost("it")))],
        Policy::Skip,
    );
    assert_eq!(live.ticks(100), Some(End::DeviceLost("it")));
    let rows = live.rows();
    assert_eq!((rows.len(), rows[5].sample.q.valid, rows[6].sample.q.valid[0]), (9, [false; 6], true));
    assert_eq!(live.executor.into_parts().2.counts.timeouts, 2);
}

#[test]
fn a_lead_asks_in_place_of_the_trainers_own_law() {
    let lead = Postures::new(vec![[0.2; 6]], vec![5.0], [50.0; 6], [5.0; 6]).unwrap();
    let stage = stage(&[]);
    let mut clock = stage.clock.clone();
    let (executor, mut watcher) = Executor::new(trainer(), stage, 1000.0, Policy::Skip, 30_000).unwrap();
    let mut executor = executor.led(Some(Lead::Postures(Box::new(lead))));
    executor.open().unwrap();
    executor.begin(&clock);
    assert_eq!((0..200).find_map(|_| executor.tick(&mut clock)), None);
    let rows: Vec<_> = core::iter::from_fn(|| watcher.telemetry.pop()).collect();
    let own = rows
        .iter()
        .all(|row| row.telemetry.q_ref == row.sample.q.value.map(|q| q) || row.telemetry.guidance != [0.0; 6]);
    assert!(own && rows.len() == 200, "before the start it asks for where the joints are, and its phase rests");
    assert!(rows.iter().all(|row| row.telemetry.phase_rate == [0.0; 2]));
}

#[test]
fn requests_are_answered_by_the_next_tick_and_come_back_with_what_is_no_longer_used() {
    let mut live = Loop::new(&[], Policy::Skip);
    live.ticks(1);
    live.watcher.requests.post(Box::new(Request::to_speed(0.5)));
    live.ticks(1);
    assert_eq!(live.watcher.requests.collect().unwrap().refused, None);
    live.watcher.requests.post(Box::new(Request::to_speed(5.0)));
    live.ticks(1);
    let refused = live.watcher.requests.collect().unwrap().refused.unwrap().to_string();
    assert!(refused.starts_with("speed must lie in [0,"), "{refused}");
    let start = trainer().control().clone();
    let softer = ControlParams { stiffness: [100.0; 6], ..start };
    live.watcher.requests.post(Box::new(Request::to_control(ControlChange::new(softer).unwrap())));
    live.ticks(5000);
    assert_eq!(live.watcher.requests.collect().unwrap().refused, None);
    assert_eq!(live.executor.into_parts().0.control().stiffness, [100.0; 6]);
}

#[test]
fn a_soft_stop_is_the_trainers_and_a_stop_is_the_loops() {
    let mut live = Loop::new(&[], Policy::Skip);
    live.ticks(3000);
    live.watcher.orders.request_stop();
    live.ticks(2);
    assert_eq!(live.rows().last().unwrap().command.state(), State::SoftStop);
    live.watcher.orders.stop();
    assert_eq!(live.ticks(5), Some(End::Stopped));
    assert!(live.rows().is_empty(), "no command after it");
}

#[test]
fn a_rate_that_is_not_the_trainers_is_refused() {
    let refused = |rate: f64, rows: usize| {
        let made = Executor::new(trainer(), stage(&[]), rate, Policy::Skip, rows);
        made.err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert_eq!(refused(500.0, 10), "rate must lie in [1000, 1000], got 500");
    assert_eq!(refused(1.0, 10), "rate must lie in [10, 5000], got 1");
    assert!(refused(1000.0, 0).starts_with("rows must lie in [1, 1000000]"));
    assert_eq!(refused(1000.0, 1), "");
}
