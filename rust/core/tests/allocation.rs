//! A tick allocates nothing.
#![allow(clippy::unwrap_used)]

mod common;
mod counting;

use counting::{allocations, traffic};
use gaitloop_core::body::Body;
use gaitloop_core::control::{
    BodyWeightParams, BodyWeightSupport, Compensation, CompensationParams, Fader, FaderParams, FootLift, FootLiftInput,
    FootLiftParams, FootPlate, HumanTorqueObserver, ObserverParams, ProportionalMoment, ProportionalParams,
    SplineProfile, SupportLaw, Surroundings,
};
use gaitloop_core::events::{
    BackImuContacts, BackImuParams, Detector, FootImuContacts, FootImuParams, ForceContacts, ForceParams,
    FusedContacts, FusedParams, JointContacts, JointParams, MarkerContacts, MarkerParams, ShankGyroContacts,
    ShankGyroParams,
};
use gaitloop_core::phase::{PhaseEstimator, PhaseParams};
use gaitloop_core::trajectory::GaitPattern;

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(vec![1_u8; 8]))), 1);
    assert_eq!(traffic(|| drop(std::hint::black_box(vec![1_u8; 8]))), [1, 1]);
}

#[test]
fn rooms_step_without_allocating() {
    let pattern = GaitPattern::koopman(0.8, 1.75, 0.14, Some(0.03)).unwrap();
    let mut contacts = ForceContacts::new(ForceParams::default()).unwrap();
    let mut fused = FusedContacts::new(&[1.0, 0.8], FusedParams::default()).unwrap();
    let mut phase = PhaseEstimator::new(PhaseParams::default()).unwrap();
    let count = allocations(|| {
        for k in 0..5000_i64 {
            let force = if k % 1000 < 600 { 600.0 } else { 0.0 };
            let found = contacts.step([Some(force), None], k * 1_000_000);
            std::hint::black_box(fused.step(&[found, found], &[[true, false]; 2], k * 1_000_000));
            let state = phase.step([(k % 1000 == 0).then_some(0.002), None], 0.9, 1e-3);
            std::hint::black_box(pattern.evaluate_sides(state.phase, state.rate, state.accel));
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn laws_of_devices_step_without_allocating() {
    let (one, zero) = ([1.0; 6], [0.0; 6]);
    let mut lift = FootLift::new(FootLiftParams::new(75.0, 1.75, one)).unwrap();
    let mut moment = ProportionalMoment::new(ProportionalParams::new(75.0, 1.75)).unwrap();
    let profile = SplineProfile::new([[10.0; 2]; 6], [[0.5; 2]; 6], [[0.2; 2]; 6], [[0.2; 2]; 6]).unwrap();
    let plate = FootPlate::new(&[[[0.1; 3]; 2]; 8], [900.0; 3], [9.0; 3], [90.0; 3]).unwrap();
    let mut motor = Compensation::new(CompensationParams {
        gravity: [[10.0; 6]; 2],
        coulomb: one,
        viscous: one,
        inertia: one,
        max_torque: one,
        friction_speed: 0.1,
        friction_share: 0.8,
        inertia_share: 0.5,
        accel_time: 0.02,
    })
    .unwrap();
    let mut lifted = 0;
    let count = allocations(|| {
        for k in 0..10_000_i64 {
            let phase = [k % 1000, (k + 500) % 1000].map(|p| Some(p as f64 / 1000.0));
            let force = phase.map(|p| p.map(|p| if p < 0.62 { 600.0 } else { 0.0 }));
            let q = [0.2, 0.1, 0.0, 0.2, 0.1, 0.0].map(Some);
            let input =
                FootLiftInput { q, dq: zero.map(Some), phase, foot_force: force, support: [1.0; 2], pelvis_pitch: 0.0 };
            lifted += i64::from(lift.step(&input, 1e-3).lifting[0]);
            std::hint::black_box(moment.step(force, [None, Some(0.1)], &q, &one, 1e-3));
            std::hint::black_box(profile.step(phase, &one));
            let still = [[Some(0.1); 3]; 2];
            std::hint::black_box(plate.step(&still, &still, phase, [1.0; 2], [1.0; 2]));
            std::hint::black_box(motor.step(&one, &q, &q, &[None; 6], 1e-3, 0.0));
        }
    });
    assert_eq!(count, 0);
    assert!(lifted > 100, "a foot was lifted: {lifted} ticks");
}

#[test]
fn a_change_in_motion_allocates_nothing() {
    let params = FaderParams { time: 0.3, rate: [500.0; 6], energy: 1.0, power: 2.0 };
    let mut fader = Fader::new(params).unwrap();
    let mut ended = 0;
    let count = allocations(|| {
        for k in 0..5000 {
            fader.request();
            let torque = if k % 7 == 0 { f64::NAN } else { 10.0 };
            ended += i32::from(fader.step(&[torque; 6], &[20.0; 6], 0.0, f64::from(k % 3), 1e-3).done);
        }
    });
    assert_eq!(count, 0);
    assert!(ended > 2, "{ended} changes ended");
}

#[test]
fn rope_and_observer_step_without_allocating() {
    let mut rope = BodyWeightSupport::new(BodyWeightParams::new(800.0, 500.0)).unwrap();
    let mut observer = HumanTorqueObserver::new(Body::new(75.0, 1.75).unwrap(), ObserverParams::default()).unwrap();
    let count = allocations(|| {
        for k in 0..5000 {
            let z = 0.95 + 0.02 * (f64::from(k) * 0.02).sin();
            std::hint::black_box(rope.step(0.3, SupportLaw::Adaptive, Some(200.0), Some(z), 1e-3));
            let around = Surroundings { height: Some(z), ..Surroundings::default() };
            let q = [Some(z - 0.9); 6];
            std::hint::black_box(observer.step(&q, &q, &q, [k % 900 < 500, k % 900 > 400], &around, 1e-3));
        }
    });
    assert_eq!(count, 0);
}

/// Allocations of a detector over rows of a wave, with holes.
fn stepped<const N: usize>(mut detector: impl Detector<N>, amplitude: f64) -> u64 {
    allocations(|| {
        for k in 0..20_000_i64 {
            let wave = |i: usize| amplitude * (k as f64 * 0.05 + 3.0 * i as f64).sin();
            let row = core::array::from_fn(|i| if k % 97 == 0 { f64::NAN } else { wave(i) });
            std::hint::black_box(detector.step(&row, k * 10_000_000));
        }
    })
}

#[test]
fn detectors_step_without_allocating() {
    assert_eq!(stepped(JointContacts::new(JointParams::default()).unwrap(), 0.4), 0);
    assert_eq!(stepped(MarkerContacts::new(MarkerParams::default()).unwrap(), 0.2), 0);
    assert_eq!(stepped(FootImuContacts::new(FootImuParams::default()).unwrap(), 4.0), 0);
}

#[test]
fn the_lower_back_steps_without_allocating() {
    let mut contacts = BackImuContacts::new(BackImuParams::default()).unwrap();
    let mut found = 0;
    let count = allocations(|| {
        for k in 0..5000_i64 {
            let phase = core::f64::consts::PI * k as f64 / 50.0;
            let up = if k % 1700 < 100 { f64::NAN } else { 9.8 + 2.0 * (2.0 * phase).cos() };
            let events = contacts.step(&[0.0, 0.0, up, 0.0, 0.0, phase.cos()], k * 10_000_000);
            found += events.into_iter().flatten().count();
        }
    });
    assert_eq!(count, 0);
    assert!(found > 100, "somebody walked: {found} events");
}

#[test]
fn shank_contacts_step_without_allocating() {
    let mut contacts = ShankGyroContacts::new(ShankGyroParams::default()).unwrap();
    let mut found = 0;
    let count = allocations(|| {
        for k in 0..10_000_i64 {
            let phase = [k % 1000, (k + 500) % 1000];
            let rates = phase.map(|p| [0.0, if p < 650 { -1.5 } else { 4.0 * (1.0 - (p - 650) as f64 / 300.0) }, 0.1]);
            found += contacts.step(&rates, k * 1_000_000).iter().flatten().count();
        }
    });
    assert_eq!(count, 0);
    assert!(found > 20, "the feet moved: {found} events");
}

#[test]
fn a_followed_movement_allocates_nothing_even_at_contacts() {
    use gaitloop_core::phase::PhaseMode;
    let mut phase = PhaseEstimator::new(PhaseParams::default()).unwrap();
    let mut tracked = 0;
    let count = allocations(|| {
        for k in 0..20_000 {
            let age = [k % 1100, (k + 550) % 1100].map(|i| (i == 0 && k < 15_000).then_some(0.02));
            let angle = 2.0 * std::f64::consts::PI * f64::from(k) / 1100.0;
            let motion = [Some(angle.cos()), (k < 9000).then_some(angle.sin())];
            let state = phase.follow(age, 0.9, 1e-3, Some(motion), [Some(k % 1100 < 660), None]);
            tracked += u32::from(state.mode[0] == PhaseMode::Tracking);
        }
        phase.reset([0.0, 0.5]);
        phase.follow([Some(0.0); 2], 0.9, 1e-3, Some([Some(0.0); 2]), [None; 2]);
    });
    assert_eq!(count, 0);
    assert!(tracked > 10_000, "the movement was followed: {tracked} ticks");
}

#[test]
fn the_corridor_ticks_without_allocating() {
    let mut bench = common::Bench::walk(1.0);
    let mut foot = 0;
    let count = allocations(|| {
        for k in 0..5000_i64 {
            bench.fill(common::IDLE);
            let force = if k % 1200 < 700 { [650.0, 0.0] } else { [0.0, 650.0] };
            bench.sample.foot_force = gaitloop_core::types::Reading::new(force, bench.sample.t);
            bench.act();
            while bench.trainer.next_event().is_some() {
                foot += 1;
            }
            while bench.trainer.next_stride().is_some() {}
        }
    });
    assert_eq!(count, 0);
    assert!(foot > 4, "the feet moved: {foot} events");
}

#[test]
fn jerk_limited_updates_allocate_nothing() {
    use gaitloop_core::trajectory::jerk_limited::{Input, JerkLimited, MAX_DOFS, Outcome, Output, Synchronization};
    let (mut input, mut out) = (Input::new(6), Output::default());
    for (row, value) in [(6, 2.0), (7, -2.0), (8, 10.0), (9, -10.0), (10, 200.0)] {
        input.rows[row] = [value; MAX_DOFS];
    }
    let mut generator = JerkLimited::new(6, 1e-3).unwrap();
    let mut refused = 0;
    let count = allocations(|| {
        for k in 0..5000_usize {
            let target = if k % 500 == 499 { f64::NAN } else { (k / 250) as f64 * 0.37 % 1.0 };
            input.rows[3][k % 6] = target;
            input.synchronization = [[Synchronization::Time, Synchronization::Phase][k / 700 % 2]; MAX_DOFS];
            (input.rows[11], input.rows[12]) =
                if k > 2500 { ([1.0; MAX_DOFS], [-0.1; MAX_DOFS]) } else { (input.rows[11], input.rows[12]) };
            input.tracking = if k > 4000 { 0.02 } else { 0.0 };
            let outcome = generator.update(&input, &mut out);
            refused += usize::from(matches!(outcome, Outcome::Kept | Outcome::Stopping | Outcome::Holding));
            input.rows[..3].copy_from_slice(&out.rows[..3]);
        }
    });
    assert_eq!(count, 0);
    assert!(refused > 5, "inputs were refused: {refused}");
}

#[test]
fn the_generator_steps_without_allocating() {
    use gaitloop_core::trajectory::{Foot, GaitGenerator, GeneratorParams};
    let pattern = GaitPattern::koopman(0.8, 1.75, 0.14, Some(0.03)).unwrap();
    let mut generator = GaitGenerator::new(GeneratorParams {
        max_velocity: [12.0; 6],
        max_acceleration: [400.0; 6],
        max_jerk: [3e4; 6],
        lower: [-1.0; 6],
        upper: [2.0; 6],
        hip: 0.0,
        knee: 0.0,
        freeze_time: 0.8,
    })
    .unwrap();
    generator.walk(&pattern, 2.0, Foot::Left).unwrap();
    let (mut count, mut moved) = (0, 0.0_f64);
    for k in 0..6000 {
        match k {
            3000 => drop(generator.stand(2.0, true).unwrap()),
            3100 => generator.freeze(),
            4500 => generator.resume(),
            _ => {}
        }
        count += allocations(|| moved = moved.max(std::hint::black_box(generator.step(1e-3)).reference.q[1]));
    }
    assert_eq!(count, 0);
    assert!(moved > 0.5, "the knee bent: {moved} rad");
}

#[test]
fn meters_of_strides_step_without_allocating() {
    use gaitloop_core::body::Body;
    use gaitloop_core::measures::{FootMeter, MeterInputs, StrideMeter, Torques};
    use gaitloop_core::types::{Event, EventKind};
    let mut strides = StrideMeter::new(0, Body::new(75.0, 1.75).unwrap()).with_details();
    let mut foot = FootMeter::new();
    let torques = Torques { dq: [Some(1.0); 6], tau_robot: [Some(2.0); 6], tau_human: [Some(1.0); 6] };
    let (mut closed, mut ways) = (0, 0);
    let count = allocations(|| {
        for k in 0..12_000_i64 {
            let (t, phase) = (k * 1_000_000, (k % 1200) as f64 / 1200.0);
            let kind = if k % 1200 == 0 { EventKind::InitialContact } else { EventKind::ToeOff };
            let event = matches!(k % 1200, 0 | 720).then_some(Event { kind, t, t_emit: t, confidence: 1.0 });
            let inputs = MeterInputs {
                event,
                in_contact: [true; 2],
                other_contact: None,
                q: [Some(0.2); 6],
                q_ref: [0.1; 6],
                phase,
                force: Some(400.0),
                belt_speed: Some(0.8),
                torques: Some(torques),
            };
            closed += usize::from(strides.step(&inputs, 1e-3).is_some_and(|stride| stride.details.is_some()));
            let push = if phase > 0.6 { 20.0 * ((phase - 0.6) * 5.0 * core::f64::consts::PI).sin() } else { 0.0 };
            let way = foot.step(&[push, 0.0, 9.8, 0.0, 0.1 * push, 0.0], t, event.map(|e| (e.kind, e.t)));
            ways += usize::from(way.is_some());
        }
    });
    assert_eq!((count, closed, ways), (0, 9, 9));
}

#[test]
fn laws_around_a_path_and_challenges_step_without_allocating() {
    use gaitloop_core::control::{
        AmplificationParams, ComplementaryMotion, ErrorAmplification, ForceField, ForceFieldParams, PathControl,
        PathParams, Resistance, ResistanceParams,
    };
    let pattern = GaitPattern::koopman(0.8, 1.75, 0.14, Some(0.03)).unwrap();
    let path: Vec<[f64; 6]> =
        (0..64).map(|k| pattern.evaluate_sides([f64::from(k) / 64.0; 2], [0.0; 2], [0.0; 2]).q).collect();
    let weight = [1.0, 1.0, 0.5, 1.0, 1.0, 0.5];
    let (window, damping) = (0.1, 2.0);
    let tunnel = PathParams { weight, window, band: 0.03, stiffness: 300.0, wall_torque: 50.0, damping, flow: 5.0 };
    let mut tunnel = PathControl::new(&path, tunnel).unwrap();
    let (normal, normal_width, tangent, tangent_width) = (50.0, 0.1, 5.0, 0.2);
    let field = ForceFieldParams { weight, window, tube: 0.02, normal_width, normal, tangent_width, tangent, damping };
    let mut field = ForceField::new(&path, field).unwrap();
    let (viscous, elastic, speed, max_torque) = ([2.0; 6], [50.0; 6], [0.5; 6], [20.0; 6]);
    let mut load = Resistance::new(ResistanceParams { viscous, elastic, speed, follow: 0.5, max_torque }).unwrap();
    let (gain, tube, stiffness) = ([50.0; 6], [0.2; 6], [300.0; 6]);
    let error = AmplificationParams { gain, tube, stiffness, damping: viscous, max_torque, budget: 1.0, power: 0.5 };
    let mut error = ErrorAmplification::new(error).unwrap();
    let mut motion = ComplementaryMotion::new([5.0; 3], 0.3).unwrap();
    let mut felt: f64 = 0.0;
    let count = allocations(|| {
        for k in 0..3000_i64 {
            let phase = [k as f64 * 0.0008, k as f64 * 0.0008 + 0.5];
            let now = pattern.evaluate_sides(phase, [0.8; 2], [0.0; 2]);
            let mut q = now.q.map(|q| Some(q + 0.2 * (k as f64 * 0.01).sin()));
            q[4] = q[4].filter(|_| k % 97 != 0);
            let dq = now.dq.map(Some);
            felt += tunnel.step(&q, &dq, phase, [0.8; 2], &[1.0; 6], 1e-3).tau[0].abs();
            felt += field.step(&q, &dq, phase, [0.8; 2], &[1.0; 6], 1e-3).tau[0].abs();
            felt += load.step(&q, &dq, &[1.0; 6], 1e-3).tau[0].abs();
            felt += error.step(&q, &dq, &now.q, &[1.0; 6], 1e-3).tau[0].abs();
            let estimate = (k % 1000 > 300).then_some(([0.1; 3], [0.0; 3]));
            std::hint::black_box(motion.step(estimate, &[0.0; 3], &[0.0; 3], 1e-3));
        }
    });
    assert_eq!(count, 0);
    assert!(felt > 1.0, "the laws acted: {felt} N·m in sum");
}
