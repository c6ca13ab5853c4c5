//! The plant walks: under a small driver, unaided, with forces a person could make.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::{Outcome, Setup, line, walk};
use gaitloop_plant::{DeviceParams, PatientParams};

/// Ten minutes [s]; an unoptimised build walks one.
const LONG: f64 = if cfg!(debug_assertions) { 60.0 } else { 600.0 };

fn moderate(seed: u64) -> PatientParams {
    PatientParams::stroke(0, 0.5, seed).unwrap()
}

fn run(patient: PatientParams, speed: f64, support: f64, guidance: f64, seconds: f64) -> Outcome {
    let out = walk(patient, DeviceParams::treadmill_exo(false), &Setup::new(speed, support, guidance, seconds), 1);
    println!("{}", line(&format!("v{speed} s{support} g{guidance}"), &out));
    out
}

#[test]
fn a_moderately_affected_person_walks_ten_minutes_in_the_exoskeleton() {
    for speed in [0.5, 0.8, 1.1] {
        for support in [0.0, 0.3] {
            let out = run(moderate(1), speed, support, 1.0, LONG);
            assert!(out.upright, "{speed} {support}");
            assert!(out.rms[0] < 6.0 && out.rms[1] < 4.0 && out.rms[2] < 8.0, "{:?}", out.rms);
            assert!(out.stance.iter().all(|s| *s < 0.75));
        }
    }
}

#[test]
fn people_of_many_sizes_walk_in_the_exoskeleton() {
    for seed in 1..=8 {
        for speed in [0.4, 0.8, 1.1] {
            let out = run(moderate(seed), speed, 0.2, 1.0, 45.0);
            assert!(out.upright && out.rms[0] < 6.0 && out.rms[1] < 5.0, "seed {seed} speed {speed}: {:?}", out.rms);
        }
    }
}

#[test]
fn a_healthy_person_walks_ten_minutes_without_guidance_and_support() {
    for speed in [0.5, 0.8, 1.1] {
        let out = run(PatientParams::fac(5, 0, 1).unwrap(), speed, 0.0, 0.0, LONG);
        assert!(out.upright && out.robot_torque == [0.0; 3]);
        assert!(out.stance.iter().all(|s| (0.5..0.72).contains(s)), "{:?}", out.stance);
    }
}

#[test]
fn ground_forces_are_those_of_walking() {
    let person = PatientParams { mass: 75.0, height: 1.75, ..PatientParams::healthy(1) };
    for speed in [0.5, 0.8, 1.1] {
        let out = run(person, speed, 0.0, 1.0, 90.0);
        let [first, dip, second] = out.force;
        assert!((0.85..1.4).contains(&first) && (0.85..1.4).contains(&second), "{speed}: {:?}", out.force);
        assert!(dip < first && dip < second.max(1.0) && dip > 0.5, "{speed}: {:?}", out.force);
        assert!((0.09..0.30).contains(&out.double_support), "{speed}: {}", out.double_support);
        assert!(out.penetration < 5.0 && out.slip < 1.0, "{speed}: {} mm {} cm", out.penetration, out.slip);
        assert!((0.015..0.07).contains(&(out.pelvis[1] - out.pelvis[0])), "{:?}", out.pelvis);
    }
}

#[test]
fn support_lightens_the_feet() {
    let free = run(moderate(1), 0.8, 0.0, 1.0, 60.0);
    let held = run(moderate(1), 0.8, 0.3, 1.0, 60.0);
    assert!((0.6..0.8).contains(&(held.force[1] / free.force[1])), "{:?} {:?}", free.force, held.force);
}

#[test]
fn a_person_without_strength_needs_the_machine() {
    let weak = PatientParams::fac(0, 0, 1).unwrap();
    assert!(!run(weak, 0.6, 0.0, 0.0, 40.0).upright);
    assert!(run(weak, 0.6, 0.3, 1.0, 40.0).upright);
}

#[test]
fn a_stiff_knee_is_seen_when_guidance_falls() {
    let strong = run(moderate(1), 0.8, 0.2, 1.0, 45.0);
    let free = run(moderate(1), 0.8, 0.2, 0.3, 45.0);
    assert!(free.knee_peak[0] + 2.0 < strong.knee_peak[0]);
    assert!(free.knee_peak[1] - free.knee_peak[0] > 5.0);
}
