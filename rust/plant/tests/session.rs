//! The corridor and the plant together: ten minutes on the belt, and every way to stop.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Setup, Walk, press, walk};
use gaitloop_core::control::PathParams;
use gaitloop_core::safety::State;
use gaitloop_plant::PatientParams;

/// Ten minutes [s]; an unoptimised build walks one.
const LONG: f64 = if cfg!(debug_assertions) { 60.0 } else { 600.0 };
const SPEEDS: [f64; 3] = [0.5, 0.8, 1.1];

/// A person of 75 kg and 1.75 m with one weak side.
fn person() -> PatientParams {
    PatientParams { mass: 75.0, height: 1.75, ..PatientParams::stroke(0, 0.5, 1).unwrap() }
}

fn assert_walked(walk: &Walk, seconds: f64, what: &str) {
    println!("{what}: {walk:.1?}");
    assert!(walk.upright && walk.state == State::Run as u8 && walk.fault == (0, 0), "{what}: {walk:?}");
    assert!(walk.strides as f64 > 0.8 * seconds, "{what}: {walk:?}");
}

#[test]
fn a_person_walks_ten_minutes_at_every_speed_and_support() {
    for speed in SPEEDS {
        for support in [0.0, 0.3] {
            let guided = Setup { assist: [1.0; 3], ..Setup::new(person(), speed, support) };
            let out = walk(guided, LONG);
            assert_walked(&out, LONG, &format!("{speed} m/s, {support} support"));
            let [hip, knee, ankle] = out.rms;
            assert!(hip < 6.0 && knee < 4.0 && ankle < 8.0, "{speed} {support}: {:?}", out.rms);
        }
    }
}

#[test]
fn a_walker_of_category_five_keeps_walking_without_guidance_and_support() {
    for speed in SPEEDS {
        let healthy = PatientParams { mass: 75.0, height: 1.75, ..PatientParams::fac(5, 0, 1).unwrap() };
        let out = walk(Setup { assist: [0.0; 3], ..Setup::new(healthy, speed, 0.0) }, LONG);
        assert_walked(&out, LONG, &format!("{speed} m/s, free"));
        assert!(out.torque < 1.0, "the machine pushed with {} N·m", out.torque);
    }
}

#[test]
fn people_of_many_sizes_are_carried_through() {
    for seed in 1..=6 {
        for speed in SPEEDS {
            let someone = PatientParams::stroke(1, 0.4, seed).unwrap();
            let out = walk(Setup { assist: [1.0; 3], ..Setup::new(someone, speed, 0.3) }, 60.0);
            assert_walked(&out, 60.0, &format!("seed {seed}, {speed} m/s"));
        }
    }
}

#[test]
fn support_fades_for_who_can_and_stays_for_who_cannot() {
    let out = walk(Setup { assist: [1.0, 0.2, 1.0], ..Setup::new(person(), 0.8, 0.3) }, 90.0);
    // Foot clearance, left (weak, a stiff knee) and right.
    assert!(out.support[4] > 0.6 && out.support[11] < 0.4, "{out:?}");
    let seen = out.support[..5].iter().chain(&out.support[7..12]);
    assert!(seen.sum::<f64>() < 6.0, "{out:?}");
}

#[test]
fn a_soft_stop_ends_standing() {
    let mut setup = Setup { assist: [1.0; 3], ..Setup::new(person(), 0.8, 0.3) };
    setup.presses.push(press(4, 30.0, 30.2));
    let mut simulation = setup.build();
    let (mut stopped_at, mut torque) = (None, [f64::NAN; 6]);
    for tick in 0..40_000 {
        let (_, command) = simulation.tick();
        if tick > 30_010 && stopped_at.is_none() && command.state() != State::SoftStop {
            assert_eq!((command.state(), command.belt_speed()), (State::Standby, 0.0));
            assert!(torque.iter().all(|tau| tau.abs() < 1.0), "the legs let go before the power is cut: {torque:?}");
            stopped_at = Some(tick);
        }
        torque = *command.torque();
    }
    assert!(stopped_at.unwrap() < 36_000 && simulation.plant().upright());
}

#[test]
fn an_emergency_stop_hangs_the_person_in_the_harness() {
    let mut setup = Setup { assist: [1.0; 3], ..Setup::new(person(), 0.8, 0.3) };
    setup.presses.push(press(0, 30.0, 31.0));
    let mut simulation = setup.build();
    let (mut before, mut lowest) = (0.0, f64::INFINITY);
    for tick in 0..35_000 {
        let (sample, command) = simulation.tick();
        let height = sample.rope_position.value[0];
        if tick < 30_000 {
            before = height;
        } else {
            assert!(!command.enable() && *command.torque() == [0.0; 6] && command.state() == State::Safe);
            lowest = height.min(lowest);
        }
    }
    assert!(before - lowest < 0.15, "fell from {before} to {lowest}");
    assert!(simulation.plant().truth().belt_speed == 0.0);
}

#[test]
fn the_same_settings_give_the_same_bits() {
    let run = || {
        let mut simulation = Setup::new(person(), 0.8, 0.3).build();
        (0..12_000).fold(0_u64, |hash, _| {
            let (sample, command) = simulation.tick();
            let bits = command.torque().iter().chain(&sample.q.value).map(|v| v.to_bits());
            bits.fold(hash, |hash, bits| (hash ^ bits).wrapping_mul(0x0100_0000_01b3))
        })
    };
    assert_eq!(run(), run());
}

/// A tunnel of 7 degrees around hip and knee.
const TUNNEL: PathParams = PathParams {
    weight: [1.0, 1.0, 0.0, 1.0, 1.0, 0.0],
    window: 0.05,
    band: 0.12,
    stiffness: 400.0,
    wall_torque: 120.0,
    damping: 10.0,
    flow: 10.0,
};

#[test]
fn a_person_walks_in_a_tunnel_around_the_path() {
    // Weaker people (0.5) drag the foot in a tunnel this wide, and some are stopped for it.
    let mild = PatientParams { mass: 75.0, height: 1.75, ..PatientParams::stroke(0, 0.3, 1).unwrap() };
    for speed in SPEEDS {
        let held = Setup { assist: [1.0; 3], path: Some(TUNNEL), ..Setup::new(mild, speed, 0.3) };
        let out = walk(held, if cfg!(debug_assertions) { 60.0 } else { 120.0 });
        assert_walked(&out, 60.0, &format!("{speed} m/s in a tunnel"));
        let [hip, knee, ankle] = out.rms;
        assert!(hip < 6.0 && knee < 8.0 && ankle < 8.0, "{speed}: {:?}", out.rms);
    }
}
