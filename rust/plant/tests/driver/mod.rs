//! A small trainer for tests: impedance to one pattern whose phase follows the belt, with torque and rate limits.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

mod tally;

use gaitloop_core::trajectory::{GaitPattern, Reference};
use gaitloop_core::types::{JointKind, JointVec, Sample, smooth_step, wrap, wrap_signed};
use gaitloop_plant::{Actuation, DeviceParams, PatientParams, Plant, RopeMode};
pub use tally::{Outcome, Tally, line};

/// Robot stiffness [N·m/rad] and damping [N·m·s/rad] at hip, knee and ankle.
pub const STIFFNESS: [f64; 3] = [500.0, 800.0, 100.0];
pub const DAMPING: [f64; 3] = [35.0, 10.0, 2.0];
/// Greatest torque [N·m] and its slope [N·m/s].
pub const TORQUE: f64 = 140.0;
pub const TORQUE_RATE: f64 = 4000.0;
/// Foot clearance of the reference [m].
pub const CLEARANCE: f64 = 0.04;
/// Acceleration of the belt [m/s²].
pub const BELT_ACCEL: f64 = 0.25;
/// Length of a tick [s].
pub const DT: f64 = 1e-3;

/// What a walk varies: belt speed [m/s], support in body weights, guidance 0 to 1, duration [s].
#[derive(Clone, Copy)]
pub struct Setup {
    pub speed: f64,
    pub support: f64,
    pub guidance: f64,
    pub seconds: f64,
}

impl Setup {
    pub fn new(speed: f64, support: f64, guidance: f64, seconds: f64) -> Self {
        Self { speed, support, guidance, seconds }
    }
}

struct Driver {
    setup: Setup,
    weight: f64,
    joints: [JointKind; 6],
    pattern: GaitPattern,
    phase: f64,
    belt: f64,
    since: [f64; 2],
    loaded: [bool; 2],
    correction: f64,
    torque: JointVec,
}

impl Driver {
    fn new(plant: &Plant, setup: Setup) -> Self {
        let height = plant.patient().height;
        Self {
            setup,
            weight: plant.body_weight(),
            joints: plant.device().joints,
            pattern: GaitPattern::koopman(setup.speed, height, 8f64.to_radians(), Some(CLEARANCE)).unwrap(),
            phase: 0.0,
            belt: 0.0,
            since: [1.0; 2],
            loaded: [false; 2],
            correction: 0.0,
            torque: [0.0; 6],
        }
    }

    fn step(&mut self, sample: &Sample) -> (Actuation, Reference) {
        let time = sample.t as f64 * 1e-9;
        let engage = smooth_step(time / 2.0);
        if time > 2.0 {
            self.belt = (self.belt + BELT_ACCEL * DT).min(self.setup.speed);
        }
        let rate = self.advance(sample);
        let reference = self.pattern.evaluate(self.phase, Some(rate));
        self.pull(sample, &reference, engage * self.setup.guidance);
        let command = Actuation {
            torque: self.torque,
            belt_speed: self.belt,
            support_force: self.setup.support * self.weight * engage,
            support_mode: RopeMode::Track,
            enabled: true,
            expiry: sample.t + 5_000_000,
            ..Actuation::default()
        };
        (command, reference)
    }

    /// Phase with the belt, corrected by 30 % of what a contact shows, over 0.3 s.
    fn advance(&mut self, sample: &Sample) -> f64 {
        for side in 0..2 {
            self.since[side] += DT;
            let on = sample.foot_force.value[side] > if self.loaded[side] { 20.0 } else { 60.0 };
            if on != self.loaded[side] && self.since[side] > 0.1 {
                (self.loaded[side], self.since[side]) = (on, 0.0);
                if on {
                    self.correction = -0.3 * wrap_signed(self.phase + 0.5 * side as f64);
                }
            }
        }
        let paid = self.correction * DT / 0.3;
        self.correction -= paid;
        let rate = self.pattern.stride_rate() * sample.belt_speed.value[0].max(0.0) / self.setup.speed;
        let most = 0.5 * rate * DT;
        self.phase = wrap(self.phase + rate * DT + paid.clamp(-most, most));
        rate
    }

    fn pull(&mut self, sample: &Sample, reference: &Reference, guidance: f64) {
        let slope = TORQUE_RATE * DT;
        for (i, torque) in self.torque.iter_mut().enumerate() {
            if self.joints[i] != JointKind::Driven {
                continue;
            }
            let e = reference.q[i] - sample.q.value[i];
            let de = reference.dq[i] - sample.dq.value[i];
            let want = guidance * (STIFFNESS[i % 3] * e + DAMPING[i % 3] * de);
            *torque = want.clamp(-TORQUE, TORQUE).clamp(*torque - slope, *torque + slope);
        }
    }
}

/// Walks and measures from 25 s on.
pub fn walk(patient: PatientParams, device: DeviceParams, setup: &Setup, seed: u64) -> Outcome {
    let mut plant = Plant::new(patient, device, seed).unwrap();
    let mut driver = Driver::new(&plant, *setup);
    let mut tally = Tally::new(plant.body_weight());
    for tick in 0..(setup.seconds / DT) as i64 {
        let (command, reference) = driver.step(&plant.sample(tick * 1_000_000));
        plant.step(&command, DT);
        if tick >= 25_000 {
            tally.add(&plant, &reference.q, driver.phase);
        }
    }
    tally.finish()
}
