//! The classes of devices: what they hold, what they bound, and what happens when they are switched off.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::{Setup, line, walk};
use gaitloop_core::types::JointKind;
use gaitloop_plant::{Actuation, DeviceParams, MountParams, PatientParams, Plant};

const TICK: i64 = 1_000_000;

fn person() -> PatientParams {
    PatientParams { mass: 75.0, height: 1.75, ..PatientParams::healthy(1) }
}

/// The same person without any strength.
fn limp() -> PatientParams {
    PatientParams { strength: [0.0; 6], ..person() }
}

fn classes() -> [DeviceParams; 5] {
    [
        DeviceParams::treadmill_exo(true),
        DeviceParams::overground_exo(false),
        DeviceParams::overground_exo(true),
        DeviceParams::end_effector(),
        DeviceParams::ankle([true, false]),
    ]
}

fn on() -> Actuation {
    Actuation { enabled: true, expiry: i64::MAX, ..Actuation::default() }
}

fn advance(plant: &mut Plant, command: &Actuation, ticks: usize) {
    for _ in 0..ticks {
        plant.step(command, 1e-3);
    }
}

/// Holds the joints where they hang, by an impedance, and calls `look` each tick.
fn hold(plant: &mut Plant, ticks: usize, mut look: impl FnMut(&Plant)) {
    let want = plant.truth().q;
    for _ in 0..ticks {
        let truth = plant.truth();
        let torque = core::array::from_fn(|i| 400.0 * (want[i + 3] - truth.q[i + 3]) - 15.0 * truth.dq[i + 3]);
        plant.step(&Actuation { torque, ..on() }, 1e-3);
        look(plant);
    }
}

/// Servo of the plates to `goal`.
fn servo(plant: &Plant, goal: [[f64; 3]; 2]) -> Actuation {
    let plates = plant.plates().unwrap();
    let plate_force = core::array::from_fn(|side| {
        core::array::from_fn(|k| {
            let [stiffness, damping] = [[2e4, 800.0], [2e4, 800.0], [400.0, 20.0]][k];
            stiffness * (goal[side][k] - plates.pose[side][k]) - damping * plates.velocity[side][k]
        })
    });
    Actuation { plate_force, support_force: 200.0, support_mode: gaitloop_plant::RopeMode::Track, ..on() }
}

#[test]
fn torque_reaches_driven_joints_only_and_stays_within_their_limits() {
    for device in classes() {
        let mut plant = Plant::new(person(), device, 1).unwrap();
        for tick in 0..300 {
            let sign = if tick < 150 { 1.0 } else { -1.0 };
            plant.step(&Actuation { torque: [sign * 1e9; 6], ..on() }, 1e-3);
            for (i, torque) in plant.truth().device_torque.into_iter().enumerate() {
                let driven = device.joints[i] == JointKind::Driven;
                assert!(torque.abs() <= if driven { device.torque_max[i] } else { 0.0 }, "{i}: {torque}");
                assert!(!driven || tick != 149 || torque > 0.9 * device.torque_max[i]);
            }
        }
    }
}

#[test]
fn past_its_lease_a_device_gives_nothing() {
    for device in classes() {
        let mut plant = Plant::new(person(), device, 1).unwrap();
        let command =
            Actuation { torque: [20.0; 6], belt_speed: 0.5, plate_force: [[50.0; 3]; 2], expiry: 100 * TICK, ..on() };
        advance(&mut plant, &command, 1000);
        let truth = plant.truth();
        assert!(truth.device_torque.iter().all(|t| t.abs() < 1e-9), "{:?}", truth.device_torque);
        assert!(truth.belt_speed == 0.0);
        if let Some(plates) = plant.plates() {
            assert!(plates.drive.iter().flatten().all(|f| f.abs() < 1e-9), "{plates:?}");
        }
    }
}

#[test]
fn hostile_commands_leave_every_class_finite() {
    for device in classes() {
        let mut plant = Plant::new(person(), device, 1).unwrap();
        for bad in [f64::NAN, f64::INFINITY, -f64::INFINITY, 1e308, 5e-324] {
            let command = Actuation {
                torque: [bad; 6],
                belt_speed: bad,
                support_force: bad,
                plate_force: [[bad; 3]; 2],
                cue: Some(bad),
                ..on()
            };
            advance(&mut plant, &command, 200);
            assert!(plant.configuration().iter().all(|v| v.is_finite()), "{bad}");
        }
    }
}

#[test]
fn sensors_show_only_what_a_class_has() {
    for (device, belt, rope) in
        classes().into_iter().zip([true, false, false, false, true]).map(|(d, b)| (d, b, d.rope))
    {
        let sample = Plant::new(person(), device, 1).unwrap().sample(0);
        assert_eq!(sample.q.valid, device.joints.map(|k| k != JointKind::Absent));
        assert_eq!(sample.belt_speed.valid, [belt]);
        assert_eq!(sample.rope_force.valid, [rope]);
    }
}

#[test]
fn a_limp_person_stands_in_the_overground_exoskeleton_on_bounded_arms() {
    for frame in [false, true] {
        let device = DeviceParams::overground_exo(frame);
        let MountParams::Support(arms) = device.mount else { unreachable!() };
        let mut plant = Plant::new(limp(), device, 1).unwrap();
        hold(&mut plant, 15_000, |plant| {
            let [x, z, pitch] = plant.support().unwrap().force;
            assert!(x.abs() <= arms.force[0] && (0.0..=arms.force[1]).contains(&z) && pitch.abs() <= arms.moment);
        });
        let weight = plant.model().total_mass * gaitloop_core::types::GRAVITY;
        let borne: f64 = plant.foot_force().iter().sum::<f64>() + plant.support().unwrap().force[1];
        assert!(plant.upright() && (borne / weight - 1.0).abs() < 0.02, "{borne} of {weight}");
    }
}

#[test]
fn switched_off_a_limp_person_on_crutches_gains_no_energy() {
    let mut plant = Plant::new(limp(), DeviceParams::overground_exo(false), 1).unwrap();
    hold(&mut plant, 6000, |_| {});
    let energy = |plant: &Plant| plant.truth().energy.iter().sum::<f64>();
    // Springs of ground, arms, ankles and relaxed joints hold a little at the moment the power goes.
    let (start, work) = (energy(&plant), plant.support().unwrap().work);
    let mut most = 0.0_f64;
    for _ in 0..4000 {
        plant.step(&Actuation::default(), 1e-3);
        most = most.max(energy(&plant) - start);
    }
    let spent = plant.support().unwrap().work - work;
    assert!(most < 5.0 && spent < 10.0, "gained {most} J, arms gave {spent} J");
}

#[test]
fn crutches_step_on_with_the_foot_of_the_other_side_and_stay_when_switched_off() {
    let lift = |plant: &mut Plant, live: bool| {
        let want = plant.truth().q;
        for tick in 0..800 {
            let truth = plant.truth();
            let bend = 1.2 * (f64::from(tick) / 400.0).min(1.0);
            let torque = core::array::from_fn(|i| {
                let extra = [0.0, 0.0, 0.0, 0.6 * bend, bend, 0.0][i];
                400.0 * (want[i + 3] + extra - truth.q[i + 3]) - 15.0 * truth.dq[i + 3]
            });
            plant.step(&Actuation { torque, enabled: live, expiry: i64::MAX, ..Actuation::default() }, 1e-3);
        }
    };
    let mut plant = Plant::new(limp(), DeviceParams::overground_exo(false), 1).unwrap();
    hold(&mut plant, 6000, |_| {});
    let before = *plant.support().unwrap();
    assert_eq!(before.planted, [true; 2]);
    lift(&mut plant, true);
    let swung = *plant.support().unwrap();
    assert_eq!(swung.planted, [false, true], "the right foot is up, so the left crutch is");
    assert!(swung.tips[0] > before.tips[0] && swung.tips[1] == before.tips[1]);
    lift(&mut plant, false);
    let off = *plant.support().unwrap();
    assert!(off.planted == [true; 2] && off.tips == swung.tips);
}

#[test]
fn plates_follow_a_circle_under_a_person_who_stays_upright() {
    let mut plant = Plant::new(person(), DeviceParams::end_effector(), 1).unwrap();
    let (mut worst, mut lowest) = (0.0_f64, f64::INFINITY);
    for tick in 0..20_000 {
        let t = f64::from(tick) * 1e-3;
        let size = 0.08 * (t / 5.0).min(1.0);
        let goal = [0.0, 0.5].map(|half: f64| {
            let (sin, cos) = (core::f64::consts::TAU * (t / 3.0 + half)).sin_cos();
            [size * cos, 0.5 * size * (1.0 + sin), 0.0]
        });
        let command = servo(&plant, goal);
        plant.step(&command, 1e-3);
        if tick > 8000 {
            let plates = plant.plates().unwrap();
            for (goal, pose) in goal.iter().zip(&plates.pose) {
                worst = worst.max((goal[0] - pose[0]).abs()).max((goal[1] - pose[1]).abs());
            }
            lowest = plates.force.iter().map(|f| f[1]).sum::<f64>().min(lowest);
        }
    }
    assert!(plant.upright() && worst < 0.05 && lowest > 200.0, "{worst} {lowest}");
}

#[test]
fn plates_stay_within_travel_and_drives_within_force() {
    let device = DeviceParams::end_effector();
    let MountParams::Plates(params) = device.mount else { unreachable!() };
    let mut plant = Plant::new(limp(), device, 1).unwrap();
    for push in [[300.0, 0.0, 0.0], [-1e6, 1e6, 1e6], [f64::MAX, -f64::MAX, 0.0]] {
        for _ in 0..2000 {
            plant.step(&Actuation { plate_force: [push; 2], ..on() }, 1e-3);
            let plates = plant.plates().unwrap();
            for k in 0..3 {
                for side in 0..2 {
                    assert!(plates.drive[side][k].abs() <= params.force[k]);
                    assert!(plates.pose[side][k].abs() < params.travel[k] + 0.02, "{k}: {plates:?}");
                }
            }
        }
    }
}

#[test]
fn switched_off_plates_hold_and_give_no_energy() {
    let mut plant = Plant::new(person(), DeviceParams::end_effector(), 1).unwrap();
    for _ in 0..4000 {
        let command = servo(&plant, [[0.1, 0.0, 0.0], [-0.1, 0.05, 0.1]]);
        plant.step(&command, 1e-3);
    }
    let (before, work) = (plant.plates().unwrap().pose, plant.plates().unwrap().work);
    advance(&mut plant, &Actuation::default(), 3000);
    let plates = plant.plates().unwrap();
    for (a, b) in before.iter().flatten().zip(plates.pose.iter().flatten()) {
        assert!((a - b).abs() < 0.03, "{before:?} {plates:?}");
    }
    assert!(plates.work - work < 5.0, "{}", plates.work - work);
    assert!(plates.velocity.iter().flatten().all(|v| v.abs() < 0.02));
}

#[test]
fn people_walk_with_a_switched_on_but_idle_ankle_device() {
    for speed in [0.6, 0.8, 1.0] {
        let out = walk(person(), DeviceParams::ankle([true, true]), &Setup::new(speed, 0.0, 0.0, 60.0), 1);
        println!("{}", line(&format!("ankle {speed}"), &out));
        assert!(out.upright && out.strides > 20.0 && out.robot_torque == [0.0; 3]);
        assert!(out.penetration < 6.0 && (0.5..0.75).contains(&out.stance[0]), "{out:?}");
    }
}

#[test]
fn every_class_repeats_itself_from_its_seed() {
    for device in classes() {
        let run = |seed| {
            let mut plant = Plant::new(person(), device, seed).unwrap();
            advance(&mut plant, &Actuation { torque: [10.0; 6], belt_speed: 0.5, ..on() }, 3000);
            plant.configuration().map(f64::to_bits)
        };
        assert_eq!(run(1), run(1));
    }
}

#[test]
fn parameters_out_of_range_are_named() {
    let refused = |device: DeviceParams, name: &str| {
        let message = device.check().unwrap_err().to_string();
        assert!(message.starts_with(&format!("{name} must lie in [")), "{message}");
    };
    let base = DeviceParams::overground_exo(false);
    refused(DeviceParams { trunk_mass: f64::NAN, ..base }, "trunk_mass");
    refused(DeviceParams { carried_weight: 1.1, ..base }, "carried_weight");
    refused(DeviceParams { ankle_spring: [501.0, 0.0], ..base }, "ankle_stiffness");
    let MountParams::Support(arms) = base.mount else { unreachable!() };
    for (name, arms) in [
        ("support_force", gaitloop_plant::SupportParams { force: [200.0, -1.0], ..arms }),
        ("support_pace", gaitloop_plant::SupportParams { pace: 0.0, ..arms }),
        ("support_reach", gaitloop_plant::SupportParams { reach: f64::INFINITY, ..arms }),
    ] {
        refused(DeviceParams { mount: MountParams::Support(arms), ..base }, name);
    }
    let plates = gaitloop_plant::PlateParams::default();
    for (name, plates) in [
        ("plate_mass", gaitloop_plant::PlateParams { mass: [0.0, 10.0, 0.3], ..plates }),
        ("strap_stiffness", gaitloop_plant::PlateParams { strap: [1e3, f64::NAN, 100.0], ..plates }),
        ("stand", gaitloop_plant::PlateParams { stand: 1.1, ..plates }),
    ] {
        refused(DeviceParams { mount: MountParams::Plates(plates), ..base }, name);
    }
}
