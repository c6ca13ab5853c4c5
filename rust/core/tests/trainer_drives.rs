//! What drives tell of themselves, in training and before it.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Bench, IDLE, TESTED, pressed};
use gaitloop_core::safety::{Cause, State};

#[test]
fn a_bus_that_is_late_degrades_and_then_stops_softly() {
    for (status, state) in [(2.0, State::Degraded), (3.0, State::SoftStop)] {
        let mut bench = Bench::walk(1.0);
        bench.fill(IDLE);
        bench.sample.drive_status.value[4] = status;
        let command = bench.act();
        assert_eq!((command.state(), command.fields().cause), (state, Cause::BusLate));
        bench.fill(IDLE);
        bench.sample.drive_status.value = [status, status, -1.0, 1.0, 1.0, 1.0];
        assert_eq!(bench.act().fields().cause, Cause::DriveFault, "a trouble is worse");
    }
}

/// Armed, or with `armed` false about to be.
fn waiting(armed: bool) -> Bench {
    let mut bench = Bench::new(1.0);
    for _ in 0..TESTED {
        bench.tick(IDLE);
    }
    if armed {
        assert_eq!(bench.tick(pressed(2)).state(), State::Armed);
    }
    bench.tick(IDLE);
    bench
}

#[test]
fn a_trouble_of_a_drive_before_training_is_named_and_left_by_a_reset_only() {
    for (armed, stops) in [(true, State::ProtStop), (false, State::Safe)] {
        let mut bench = waiting(armed);
        bench.fill(IDLE);
        bench.sample.drive_status.value[3] = -8.0;
        let command = bench.act();
        assert_eq!((command.state(), command.fields().cause), (stops, Cause::DriveFault));
        for tick in 0..2000 {
            bench.fill(if tick < 1800 { pressed(2) } else { IDLE });
            bench.sample.drive_status.value[3] = -8.0;
            bench.act();
        }
        assert_eq!(
            bench.tick(pressed(5)).state(),
            State::Selftest,
            "a drive in trouble does not keep it from being reset"
        );
    }
}

#[test]
fn a_drive_that_has_no_power_yet_is_no_trouble_and_a_late_bus_is_not_armed() {
    for armed in [true, false] {
        let mut bench = waiting(armed);
        for status in [0.0, 1.0] {
            bench.fill(IDLE);
            bench.sample.drive_status.value[3] = status;
            assert_eq!(bench.act().state(), if armed { State::Armed } else { State::Standby });
        }
        bench.fill(IDLE);
        bench.sample.drive_status.value[3] = 2.0;
        let command = bench.act();
        assert_eq!((command.state(), command.fields().cause), (State::Standby, Cause::BusLate));
    }
}
