//! A complete machine for tests: one therapist's settings around a simulated person.
#![allow(dead_code, clippy::unwrap_used)]

use gaitloop_core::assist::{Assist, BandLaw, BandParams};
use gaitloop_core::body::Body;
use gaitloop_core::control::{Fader, FaderParams, PathControl, PathParams};
use gaitloop_core::events::{ForceContacts, ForceParams};
use gaitloop_core::phase::{PhaseEstimator, PhaseParams};
use gaitloop_core::safety::{Envelope, EnvelopeParams};
use gaitloop_core::trainer::{Contacts, ControlParams, Trainer, TrainerParams};
use gaitloop_core::trajectory::GaitPattern;
use gaitloop_core::types::{GRAVITY, JointVec};
use gaitloop_plant::simulation::{Operator, Press, Simulation};
use gaitloop_plant::{DeviceParams, PatientParams, Plant};

/// Limits of the simulated exoskeleton.
pub fn limits() -> EnvelopeParams {
    let legs = |leg: [f64; 3]| [leg[0], leg[1], leg[2], leg[0], leg[1], leg[2]];
    EnvelopeParams {
        q_min: legs([-0.75, -0.10, -0.75]),
        q_max: legs([1.10, 1.40, 0.60]),
        dq_max: legs([6.0, 10.0, 10.0]),
        brake_decel: legs([80.0, 120.0, 120.0]),
        tau_max: legs([140.0, 140.0, 50.0]),
        tau_rate_max: legs([4000.0, 4000.0, 2000.0]),
        wall_stiffness: legs([400.0, 300.0, 150.0]),
        wall_damping: legs([30.0, 20.0, 10.0]),
        stop_damping: legs([20.0, 12.0, 4.0]),
        yield_damping: legs([5.0, 3.0, 1.0]),
        power_max: legs([600.0, 600.0, 300.0]),
        energy_max: legs([150.0, 150.0, 80.0]),
        interaction_max: legs([160.0, 160.0, 80.0]),
        dose_max: legs([300_000.0, 300_000.0, 150_000.0]),
        belt_speed_max: 1.4,
        belt_accel_max: 0.25,
        belt_jerk_max: 0.5,
        soft_decel: 0.5,
        soft_jerk: 1.0,
        stop_decel: 2.0,
        support_force_max: 600.0,
        support_rate_max: 100.0,
        degraded_fraction: 0.7,
        sample_age_max: 0.01,
        tick_max: 0.02,
        lease: 0.02,
        soft_deadline: 6.0,
        stop_deadline: 1.5,
    }
}

/// Angles of a pattern at even phases of each side's own cycle [rad].
pub fn samples(pattern: &GaitPattern) -> Vec<JointVec> {
    (0..100).map(|k| pattern.evaluate_sides([f64::from(k) / 100.0; 2], [0.0; 2], [0.0; 2]).q).collect()
}

/// What a test varies.
pub struct Setup {
    pub patient: PatientParams,
    pub ankle_driven: bool,
    /// Stiffness and damping of the frame against tilting [N·m/rad, N·m·s/rad] and its tilt [rad], if not the usual ones.
    pub frame: Option<([f64; 2], f64)>,
    pub speed: f64,
    pub support: f64,
    /// Support per subtask: initial, floor and ceiling.
    pub assist: [f64; 3],
    pub leg_weight: f64,
    /// Path control instead of the impedance.
    pub path: Option<PathParams>,
    pub presses: Vec<Press>,
    /// Stride time of the reference over the one that suits the speed [-].
    pub slowness: f64,
}

/// A press of `button` from one time [s] to another.
pub fn press(button: usize, from: f64, until: f64) -> Press {
    Press { button, from: (from * 1e9) as i64, until: (until * 1e9) as i64 }
}

impl Setup {
    pub fn new(patient: PatientParams, speed: f64, support: f64) -> Self {
        let presses = vec![press(2, 0.5, 0.7), press(3, 1.0, 1.2)];
        Self {
            patient,
            ankle_driven: false,
            frame: None,
            speed,
            support,
            assist: [1.0, 0.0, 1.0],
            leg_weight: 0.3,
            path: None,
            presses,
            slowness: 1.0,
        }
    }

    pub fn build(self) -> Simulation {
        let mut device = DeviceParams::treadmill_exo(self.ankle_driven);
        (device.frame_pitch, device.frame_tilt) = self.frame.unwrap_or((device.frame_pitch, device.frame_tilt));
        let body = Body::new(self.patient.mass, self.patient.height).unwrap();
        let (lower, upper) = BandParams::published_bounds();
        let [initial, floor, ceiling] = self.assist;
        let band = BandParams { lower, upper, step_up: 0.02, step_down: 0.02, floor, ceiling, initial };
        let pattern = slowed(self.speed, self.patient.height, self.slowness);
        let legs = |leg: [f64; 3]| [leg[0], leg[1], leg[2], leg[0], leg[1], leg[2]];
        let trainer = Trainer::new(TrainerParams {
            kinds: device.joints,
            device: device.declaration(),
            body,
            control: ControlParams {
                path: self.path.map(|params| PathControl::new(&samples(&pattern), params).unwrap()),
                pattern,
                foot_lift: None,
                resistance: None,
                stiffness: legs([500.0, 800.0, 100.0]),
                damping: legs([35.0, 10.0, 2.0]),
                leg_weight: self.leg_weight,
            },
            change: Fader::new(FaderParams { time: 1.0, rate: [200.0; 6], energy: 2.0, power: 2.0 }).unwrap(),
            envelope: Envelope::new(limits()).unwrap(),
            contacts: felt(),
            compensation: None,
            phase: PhaseEstimator::new(PhaseParams { phase_gain: 0.3, dead_zone: 0.0, ..PhaseParams::default() })
                .unwrap(),
            assist: Assist::Band(BandLaw::new(band).unwrap()),
            catch: None,
            catch_slew: 2.0,
            period: 0.001,
            support_slew: 0.2,
            engage_time: 3.0,
            settle_time: 15.0,
            speed: self.speed,
            support_force: self.support * self.patient.mass * GRAVITY,
        })
        .unwrap();
        let plant = Plant::new(self.patient, device, 1).unwrap();
        Simulation::new(trainer, plant, Operator::new(self.presses))
    }
}

/// The published pattern of a person of `height` [m], or the same movement in a stride that takes `slowness` times as long.
fn slowed(speed: f64, height: f64, slowness: f64) -> GaitPattern {
    let pattern = GaitPattern::koopman(speed, height, 8f64.to_radians(), Some(0.04)).unwrap();
    if slowness == 1.0 {
        return pattern;
    }
    let rows: Vec<[f64; 6]> = (0..100).map(|k| pattern.evaluate(f64::from(k) / 100.0, None).q).collect();
    // A table holds each leg over its own cycle.
    let own: Vec<[f64; 6]> = rows.iter().map(|q| [q[0], q[1], q[2], q[0], q[1], q[2]]).collect();
    GaitPattern::from_table(&own, slowness / pattern.stride_rate(), pattern.offset(), Some(speed), 0.05).unwrap()
}

/// What came of a walk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Walk {
    /// Root mean square of measured minus reference of hip, knee and ankle, once settled [deg].
    pub rms: [f64; 3],
    /// Strides of both sides.
    pub strides: usize,
    /// The person stayed up in every tick.
    pub upright: bool,
    /// State of the supervisor at the end.
    pub state: u8,
    /// Highest severity and its cause at the end.
    pub fault: (u8, u8),
    /// Support in use at the end, per subtask.
    pub support: [f64; 14],
    /// Largest torque that left the guard once settled [N·m].
    pub torque: f64,
}

/// Walks for `seconds` and measures from 35 s on.
pub fn walk(setup: Setup, seconds: f64) -> Walk {
    let mut simulation = setup.build();
    let mut out = Walk { upright: true, ..Walk::default() };
    let (mut sum, mut n) = ([0.0; 3], 0.0);
    for tick in 0..(seconds * 1e3) as i64 {
        let (sample, command) = simulation.tick();
        let telemetry = *simulation.trainer().telemetry();
        (out.state, out.support) = (command.state() as u8, telemetry.support);
        out.fault = (command.fields().severity as u8, command.fields().cause as u8);
        out.upright &= simulation.plant().upright();
        while simulation.trainer_mut().next_event().is_some() {}
        while simulation.trainer_mut().next_stride().is_some() {
            out.strides += 1;
        }
        if tick >= 35_000 {
            n += 2.0;
            for i in 0..6 {
                out.torque = out.torque.max(command.torque()[i].abs());
                sum[i % 3] += (sample.q.value[i] - telemetry.q_ref[i]).to_degrees().powi(2);
            }
        }
    }
    out.rms = sum.map(|s: f64| (s / n).sqrt());
    out
}

/// Contacts by the force of each foot.
fn felt() -> Contacts {
    Contacts::Force(ForceContacts::new(ForceParams { shared: false, ..ForceParams::default() }).unwrap())
}
