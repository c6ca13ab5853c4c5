//! The belt through every mode and every odd tick, to the last bits of the reference in NumPy.
#![allow(clippy::unwrap_used)]

use super::BeltMode::{Brake, Soft, Stop, Track};
use super::*;
use crate::safety::{EnvelopeParams, example_envelope};

/// Target [m/s], mode, tick [s], how often; speed [m/s] and acceleration [m/s²] after it.
#[rustfmt::skip]
const WAY: [(f64, BeltMode, f64, usize, f64, f64); 29] = [
    (1.0, Track, 0.01, 1, 0.0001, 0.01),
    (1.0, Track, 0.01, 30, 0.049600000000000005, 0.3100000000000001),
    (1.0, Track, 0.01, 100, 0.5325000000000004, 0.5),
    (1.0, Track, 0.01, 70, 0.8818547103873733, 0.4702401991400231),
    (1.0, Track, 0.01, 40, 0.9950914192201241, 0.1034269315596805),
    (0.4, Track, 0.01, 60, 0.8741475781559325, -0.4965730684403198),
    (0.4, Track, 0.01, 200, 0.4, 0.0),
    (9.0, Track, 0.01, 110, 0.8275000000000005, 0.5),
    (1.38, Track, 0.01, 60, 1.127499999999998, 0.5),
    (1.39, Track, 0.02, 1, 1.137499999999998, 0.5),
    (f64::NAN, Track, 0.05, 3, 1.165099999999998, 0.43999999999999995),
    (1.4, Track, 0.0, 2, 1.165099999999998, 0.43999999999999995),
    (1.4, Track, -1.0, 2, 1.165099999999998, 0.43999999999999995),
    (1.4, Track, 0.01, 150, 1.4, 0.0),
    (1.4, Soft, 0.01, 1, 1.3999199999999998, -0.008),
    (1.4, Soft, 0.05, 20, 1.3295199999999998, -0.3280000000000002),
    (1.4, Soft, 0.0, 5, 1.327868, -0.3320000000000003),
    (1.4, Soft, f64::NAN, 5, 1.326196, -0.3360000000000004),
    (1.4, Track, 0.01, 60, 1.307596, 0.26399999999999985),
    (-3.0, Soft, 0.01, 1, 1.307516, -0.008),
    (1.4, Track, 0.01, 50, 1.393191832132916, 0.12006620620490754),
    (0.0, Stop, 0.01, 3, 1.333191832132916, -2.0),
    (0.0, Stop, 0.0, 2, 1.329191832132916, -2.0),
    (0.0, Stop, f64::NAN, 2, 1.325191832132916, -2.0),
    (0.0, Brake, -0.1, 2, 1.321191832132916, -2.0),
    (0.0, Stop, 0.1, 20, 0.0, 0.0),
    (0.0, Track, 0.01, 3, 0.0, 0.0),
    (-1.0, Track, 0.01, 3, 0.0, 0.0),
    (0.3, Track, 0.01, 400, 0.3, 0.0),
];

fn belt() -> Belt {
    let limits = EnvelopeParams { soft_decel: 0.4, soft_jerk: 0.8, ..example_envelope() };
    Belt::new(&Envelope::new(limits).unwrap())
}

#[test]
fn every_mode_and_every_odd_tick_are_those_of_the_reference() {
    let mut belt = belt();
    for (k, (target, mode, dt, often, speed, accel)) in WAY.into_iter().enumerate() {
        let mut told = belt.speed();
        for _ in 0..often {
            told = belt.step(target, mode, dt);
        }
        assert_eq!((told, belt.speed(), belt.accel()), (speed, speed, accel), "part {k}");
    }
}

#[test]
fn the_speed_stays_below_its_limit_when_the_target_is_the_limit() {
    let mut belt = belt();
    for k in 0..2000 {
        let speed = belt.step(if k % 400 < 300 { 1.4 } else { 0.2 }, Track, 0.01);
        assert!((0.0..=1.4).contains(&speed) && belt.accel().abs() <= 0.5, "{speed} after {k} ticks");
    }
}
