#![allow(clippy::unwrap_used)]

use super::*;
use gaitloop_core::types::wrap_signed;

/// A tick of which sums are exact [s].
const DT: f64 = 1.0 / 1024.0;
/// Ticks of it before a step that nothing stands against: the first sum above 0.1 s is that of 103.
const HELD: usize = 102;

fn steps() -> Steps {
    let pattern = GaitPattern::koopman(0.2, 1.75, 0.14, Some(0.04)).unwrap();
    let (stiffness, damping) = ([400.0, 400.0, 0.0, 400.0, 400.0, 0.0], [20.0, 15.0, 1.0, 20.0, 15.0, 1.0]);
    Steps::new(pattern, stiffness, damping, 0.8).unwrap()
}

fn plates() -> PlatePath {
    let path: Vec<_> = (0..16)
        .map(|k| {
            let turn = core::f64::consts::TAU * f64::from(k) / 16.0;
            [[0.2 * turn.cos(), 0.1 + 0.05 * turn.sin(), 0.1 * turn.sin()]; 2]
        })
        .collect();
    let law = FootPlate::new(&path, [1e4, 1e4, 300.0], [100.0, 100.0, 5.0], [800.0, 1800.0, 150.0]).unwrap();
    PlatePath::new(law, 2.0).unwrap()
}

/// Somebody at rest with these loads on their feet.
fn stand(foot_force: [Option<f64>; 2], engagement: f64) -> Now {
    Now { q: [Some(0.1); N_JOINTS], dq: [Some(0.0); N_JOINTS], foot_force, engagement, dt: DT }
}

const FRONT: [Option<f64>; 2] = [Some(500.0), Some(200.0)];

/// Ticks until a step begins, of those given.
fn until_step(steps: &mut Steps, ticks: usize, now: &Now, pitch: f64) -> Option<usize> {
    (0..ticks).find(|_| steps.ask(now, pitch).dq_ref != [0.0; N_JOINTS])
}

#[test]
fn a_step_begins_once_the_weight_has_been_on_the_front_foot_for_long_enough() {
    assert_eq!(until_step(&mut steps(), 300, &stand(FRONT, 1.0), 0.0), Some(HELD));
    let idle: [([Option<f64>; 2], f64, f64); 6] = [
        (FRONT, 0.999, 0.0),
        ([Some(440.0), Some(260.0)], 1.0, 0.0),
        ([Some(200.0), Some(500.0)], 1.0, 0.0),
        ([Some(99.0), Some(0.0)], 1.0, -0.3),
        ([None, None], 1.0, -0.3),
        ([Some(350.0), Some(350.0)], 1.0, -0.19),
    ];
    for (force, engagement, pitch) in idle {
        assert_eq!(until_step(&mut steps(), 300, &stand(force, engagement), pitch), None, "{force:?} {pitch}");
    }
    for (force, pitch) in [([Some(350.0), Some(350.0)], -0.21), ([Some(400.0), None], 0.0)] {
        assert_eq!(until_step(&mut steps(), 300, &stand(force, 1.0), pitch), Some(HELD), "{force:?} {pitch}");
    }
}

#[test]
fn weight_that_goes_back_for_a_tick_begins_its_time_anew() {
    let mut steps = steps();
    for _ in 0..90 {
        steps.ask(&stand(FRONT, 1.0), 0.0);
    }
    steps.ask(&stand([Some(350.0); 2], 1.0), 0.0);
    assert_eq!(until_step(&mut steps, 300, &stand(FRONT, 1.0), 0.0), Some(HELD));
}

#[test]
fn steps_go_through_half_a_cycle_in_their_time_and_change_feet() {
    let mut steps = steps();
    for (front, end) in [([Some(500.0), Some(200.0)], 0.5), ([Some(200.0), Some(500.0)], 0.0)] {
        assert_eq!(until_step(&mut steps, 300, &stand(front, 1.0), 0.0), Some(HELD));
        let mut before = steps.phase;
        for _ in 0..818 {
            steps.ask(&stand([Some(350.0); 2], 1.0), 0.0);
            assert!(steps.phase >= before || steps.phase == 0.0, "the phase goes on");
            before = steps.phase;
        }
        // The 820th tick of it is the first that ends after 0.8 s.
        steps.ask(&stand([Some(350.0); 2], 1.0), 0.0);
        assert!((steps.phase - end).abs() < 1e-12, "{}", steps.phase);
        assert!(steps.movement.is_none());
        assert_eq!(steps.ask(&stand([Some(350.0); 2], 1.0), 0.0).dq_ref, [0.0; N_JOINTS]);
    }
    assert_eq!(steps.front, 0);
    assert_eq!(Lead::Steps(Box::new(steps)).cue(), Some(0.0));
}

#[test]
fn joints_without_stiffness_are_not_held() {
    let ask = steps().ask(&stand([Some(350.0); 2], 0.5), 0.0);
    assert_eq!(ask.guidance, [0.5, 0.5, 0.0, 0.5, 0.5, 0.0]);
    assert_eq!((ask.torque[2], ask.torque[5]), (0.0, 0.0));
    assert!((ask.torque[0] - 0.5 * 400.0 * (ask.q_ref[0] - 0.1)).abs() < 1e-9);
    let blind = Now { q: [None; N_JOINTS], ..stand([None; 2], 1.0) };
    assert_eq!(steps().ask(&blind, 0.0).torque, [0.0; N_JOINTS]);
}

#[test]
fn plates_stay_where_they_are_until_the_legs_are_engaged() {
    let mut plates = plates();
    for _ in 0..100 {
        let ask = plates.ask(&stand([None; 2], 0.9));
        assert!(ask.q_ref.iter().all(|q| (q - 0.1).abs() < 1e-12), "{:?}", ask.q_ref);
        assert!(ask.torque.iter().all(|tau| tau.abs() < 1e-9), "nothing pulls: {:?}", ask.torque);
        assert_eq!((ask.dq_ref, ask.guidance), ([0.0; N_JOINTS], [0.9; N_JOINTS]));
    }
    assert_eq!(plates.phase, 0.0);
}

#[test]
fn plates_are_taken_onto_their_path_and_then_take_up_its_pace() {
    let (mut plates, onto) = (plates(), [0.2, 0.1, 0.0, -0.2, 0.1, 0.0]);
    let held = Now { engagement: 1.0, ..stand([None; 2], 1.0) };
    plates.ask(&stand([None; 2], 0.5));
    for tick in 1..=4096 {
        let ask = plates.ask(&held);
        let share = smooth_step(f64::from(tick) * DT / RAMP);
        for (i, onto) in onto.into_iter().enumerate() {
            assert!((ask.q_ref[i] - (0.1 + share * (onto - 0.1))).abs() < 1e-9, "axis {i} in tick {tick}");
        }
    }
    assert!(plates.phase < 1e-9, "it does not move on yet: {}", plates.phase);
    for tick in 1..=4096 {
        plates.ask(&held);
        // The pace rises evenly to a cycle in 2 s.
        let way = 0.5 * 0.5 * (f64::from(tick) * DT).powi(2) / RAMP;
        assert!(wrap_signed(plates.phase - way).abs() < 1e-3, "{tick}");
    }
    let before = plates.phase;
    let ask = plates.ask(&held);
    assert!(((plates.phase - before).rem_euclid(1.0) - 0.5 * DT).abs() < 1e-12);
    let other = plates.law.reference(1, (plates.phase + 0.5).fract(), 0.5);
    assert_eq!([ask.q_ref[3], ask.dq_ref[3]], [other[0][0], other[1][0]], "the right one is half a cycle behind");
    assert_eq!(Lead::Plates(Box::new(plates)).cue(), None);
}

#[test]
fn forces_of_plates_are_told_in_their_units() {
    let mut plates = plates();
    for _ in 0..9000 {
        plates.ask(&stand([None; 2], 1.0));
    }
    let rate = 0.5;
    let ask =
        plates.ask(&Now { dq: [None, Some(0.0), Some(0.0), Some(0.0), Some(0.0), Some(0.0)], ..stand([None; 2], 1.0) });
    assert_eq!(ask.torque[..3], [0.0; 3], "a plate that is not seen is not pushed");
    let right = (plates.phase + 0.5).fract();
    let place = Some(0.1);
    let force = plates.law.step(&[[place; 3]; 2], &[[Some(0.0); 3]; 2], [None, Some(right)], [rate; 2], [1.0; 2]).force;
    for (axis, unit) in [10.0, 10.0, 1.0].into_iter().enumerate() {
        assert!((ask.torque[3 + axis] - force[1][axis] / unit).abs() < 1e-9, "axis {axis}");
        assert!(force[1][axis] != 0.0);
    }
}

#[test]
fn bad_durations_are_named() {
    let pattern = GaitPattern::koopman(0.2, 1.75, 0.14, Some(0.04)).unwrap();
    for swing in [0.29, 5.1, f64::NAN] {
        let error = Steps::new(pattern.clone(), [0.0; N_JOINTS], [0.0; N_JOINTS], swing).unwrap_err().to_string();
        assert!(error.starts_with("swing must lie in [0.3, 5]"), "{error}");
    }
    let error = PlatePath::new(plates().law, 20.1).unwrap_err().to_string();
    assert!(error.starts_with("cycle must lie in [0.5, 20]"), "{error}");
}
