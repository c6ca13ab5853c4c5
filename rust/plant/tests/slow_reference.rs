//! A reference whose stride takes a tenth too long for the belt: the machine stops, or the person stays up.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Setup, walk};
use gaitloop_core::safety::State;
use gaitloop_plant::PatientParams;

/// People; an unoptimised build tries one.
const SEEDS: u64 = if cfg!(debug_assertions) { 1 } else { 4 };

#[test]
fn a_stride_a_tenth_too_long_stops_the_machine_or_leaves_the_person_up() {
    let (mut stopped, mut walked) = (0, 0);
    for seed in 1..=SEEDS {
        for severity in [0.0, 0.4, 0.7] {
            for (speed, support) in [(0.5, 0.0), (0.5, 0.3), (0.8, 0.0), (0.8, 0.3), (1.1, 0.0), (1.1, 0.3)] {
                let someone = PatientParams::stroke(0, severity, seed).unwrap();
                let out = walk(Setup { slowness: 1.1, ..Setup::new(someone, speed, support) }, 90.0);
                let running = out.state == State::Run as u8;
                let named = out.fault.0 > 0 && out.fault.1 > 0;
                assert!(if running { out.upright } else { named }, "{seed} {severity} {speed} {support}: {out:?}");
                stopped += u32::from(!running);
                walked += u32::from(running);
            }
        }
    }
    // The weak are stopped, the strong walk on: a test in which nothing happens would prove nothing.
    assert!(stopped > 0 && walked > 0, "{stopped} stopped, {walked} walked");
}
