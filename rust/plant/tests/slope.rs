//! People on an inclined belt: what it costs, that level is level, and where the inclination stays.
#![allow(clippy::unwrap_used)]

use gaitloop_core::types::GRAVITY;
use gaitloop_plant::{Actuation, DeviceParams, PatientParams, Plant, RopeMode};

const RATE: f64 = 0.01;

fn device() -> DeviceParams {
    DeviceParams { incline: [-0.1, 0.1], incline_rate: RATE, ..DeviceParams::treadmill_exo(false) }
}

fn plant(device: DeviceParams) -> Plant {
    Plant::new(PatientParams::fac(5, 0, 1).unwrap(), device, 1).unwrap()
}

fn command(incline: Option<f64>) -> Actuation {
    Actuation {
        belt_speed: 0.6,
        support_mode: RopeMode::Track,
        enabled: true,
        expiry: i64::MAX,
        incline,
        ..Actuation::default()
    }
}

/// A walk of 60 s without help on a slope [rad]: in the last 40 s the work that the person does on the belt [J], the way of
/// the belt [m], and the part of that work which the frame does by holding the pelvis [J].
fn walk(incline: f64) -> [f64; 3] {
    let mut plant = plant(device());
    let [stiffness, damping] = plant.device().frame_x;
    let [mut work, mut way, mut held] = [0.0; 3];
    for tick in 0..60_000 {
        plant.step(&command(Some(incline)), 1e-3);
        if tick >= 20_000 {
            let truth = plant.truth();
            let along: f64 = truth.feet.iter().flatten().map(|p| p.friction).sum();
            let step = truth.belt_speed * 1e-3;
            work += along * step;
            way += step;
            held += (stiffness * truth.q[0] + damping * truth.dq[0]) * incline.cos() * step;
        }
    }
    assert!(plant.upright() && (plant.incline() - incline).abs() < 1e-12);
    [work, way, held]
}

#[test]
fn the_belt_takes_up_the_work_of_climbing_and_gives_it_back_downhill() {
    let weight = plant(device()).body_weight();
    let [work, _, held] = walk(0.0);
    // Impacts are shorter than the ticks that are summed here: what that misses on the level, it misses on the slope.
    let missed = work - held;
    for incline in [0.02, -0.02f64] {
        let [work, way, held] = walk(incline);
        let climbed = weight * way * incline.sin();
        assert!((work - held - missed - climbed).abs() < 0.1 * climbed.abs(), "{incline}: {work} {held} {climbed}");
    }
}

#[test]
fn a_device_that_could_tilt_and_does_not_gives_the_same_bits() {
    let (mut can, mut cannot) = (plant(device()), plant(DeviceParams::treadmill_exo(false)));
    for tick in 0..20_000 {
        can.step(&command(if tick < 10_000 { None } else { Some(0.0) }), 1e-3);
        cannot.step(&command(None), 1e-3);
    }
    assert_eq!(can.truth(), cannot.truth());
    assert_eq!(format!("{:?}", can.sample(1)), format!("{:?}", cannot.sample(1)));
}

#[test]
fn it_goes_at_its_own_pace_within_its_range_and_stays_without_command_or_power() {
    let mut plant = plant(device());
    let run = |plant: &mut Plant, command: Actuation, ticks: usize| {
        for _ in 0..ticks {
            let before = plant.incline();
            plant.step(&command, 1e-3);
            assert!((plant.incline() - before).abs() <= RATE * 1e-3 * (1.0 + 1e-9));
        }
        plant.incline()
    };
    assert!((run(&mut plant, command(Some(0.5)), 5000) - 0.05).abs() < 1e-9);
    for held in [
        command(None),
        command(Some(f64::NAN)),
        Actuation { enabled: false, ..command(Some(0.1)) },
        Actuation { expiry: -1, ..command(Some(0.1)) },
    ] {
        assert!((run(&mut plant, held, 200) - 0.05).abs() < 1e-9);
    }
    assert!((run(&mut plant, Actuation { clear: true, ..command(Some(0.5)) }, 8000) - 0.1).abs() < 1e-12);
    assert!((run(&mut plant, command(Some(-9.0)), 22_000) + 0.1).abs() < 1e-12);
    assert!(run(&mut plant, command(Some(0.0)), 11_000) == 0.0);
}

#[test]
fn a_standing_person_is_borne_by_normal_force_and_friction_together() {
    let mut plant = plant(device());
    let still = Actuation { belt_speed: 0.0, ..command(Some(0.08)) };
    let drive = Actuation { belt_speed: 0.2, ..still };
    for tick in 0..30_000 {
        plant.step(if tick < 12_000 { &drive } else { &still }, 1e-3);
    }
    let truth = plant.truth();
    let (along, across) = truth.feet.iter().flatten().fold((0.0, 0.0), |(a, n), p| (a + p.friction, n + p.normal));
    let up = along * truth.incline.sin() + across * truth.incline.cos();
    assert!(truth.dq.iter().all(|rate| rate.abs() < 0.05), "{:?}", truth.dq);
    assert!((up / (plant.patient().mass * GRAVITY) - 1.0).abs() < 0.03, "{up}");
}

#[test]
fn what_no_belt_can_do_is_refused() {
    let refused = |device: DeviceParams| device.check().is_err();
    assert!(!refused(device()));
    for incline in [[-0.2, 0.1], [0.0, 0.2], [0.01, 0.1], [-0.1, -0.01], [f64::NAN, 0.1], [0.0, f64::INFINITY]] {
        assert!(refused(DeviceParams { incline, ..device() }), "{incline:?}");
    }
    assert!(refused(DeviceParams { incline_rate: -0.01, ..device() }));
    assert!(refused(DeviceParams { incline: [0.0, 0.1], ..DeviceParams::overground_exo(false) }));
    let (level, tilts) = (plant(DeviceParams::treadmill_exo(false)), plant(device()));
    assert!(level.inclination(Some(0.01)).is_err() && level.inclination(Some(0.0)).is_ok());
    assert!(tilts.inclination(Some(0.1)).is_ok() && tilts.inclination(Some(0.11)).is_err());
    assert!(tilts.inclination(None).is_ok_and(|angle| angle.is_none()));
}
