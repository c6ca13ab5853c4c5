//! How a person walks when nobody helps: the frame is there, the robot's torque and the rope's force are zero.
//!
//! The frame still guides the pelvis forward and in pitch, so balance cannot be lost sideways; the robot's limbs weigh
//! nothing, rub nothing and lift no foot.

use super::PatientParams;
use crate::device::{Actuation, DeviceParams, RopeMode};
use crate::plant::Plant;
use gaitloop_core::Result;
use gaitloop_core::error::in_range;
use gaitloop_core::types::{JointVec, Sides, wrap};

/// Length of a tick [s].
const DT: f64 = 1e-3;
/// Acceleration of the belt [m/s²].
const ACCEL: f64 = 0.25;
/// Time until the belt moves, and after that until the person stands on their own [s].
const START: f64 = 1.0;
const LOWERED: f64 = 10.0;
/// Strides at each speed that are not counted.
const SETTLE: u32 = 3;
/// Share of body weight above which a foot stands, and below which it has left the belt [-].
const STANDS: [f64; 2] = [0.08, 0.05];
/// How far behind and before the hip the toe passes under it [m].
const PASSING: f64 = 0.15;
/// Belt speeds that are tried, from slow to fast: first and step [m/s], and how many.
const SPEEDS: (f64, f64, u32) = (0.10, 0.05, 31);
/// Longest time without a new contact of a foot, in own strides [-].
const MISSED: f64 = 1.7;

/// Gait without help, means over the strides.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct UnassistedGait {
    /// Belt speed [m/s]; the highest held, or the one asked for; 0 when none was held.
    pub speed: f64,
    /// Strides walked at it.
    pub strides: u32,
    /// Share of the stride in which each foot is loaded and goes back with the belt [-].
    pub stance: Sides<f64>,
    /// Peak knee flexion in swing [rad].
    pub knee_peak: Sides<f64>,
    /// Least height of the toe over the belt while it passes under the hip [m]; 0 or less where it drags.
    pub clearance: Sides<f64>,
    /// Root mean square distance of each joint from healthy walking at the person's own phase [rad].
    pub deviation: JointVec,
    /// Root mean square of the person's own torque [N·m].
    pub torque: JointVec,
}

impl UnassistedGait {
    /// The highest belt speed that `patient` holds for `strides` (1 to 200) strides, from 0.1 m/s up in steps of 0.05.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first value outside its range.
    pub fn fastest(patient: PatientParams, strides: u32, seed: u64) -> Result<Self> {
        let mut walk = Walk::new(patient, strides, seed)?;
        let (first, step, count) = SPEEDS;
        let mut best = Self::default();
        for k in 0..count {
            match walk.at(first + f64::from(k) * step) {
                Some(gait) => best = gait,
                None => break,
            }
        }
        Ok(best)
    }

    /// Walks `strides` (1 to 200) strides at `speed` [m/s], 0.1 to 1.6; speed and strides are 0 when it was not held.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first value outside its range.
    pub fn at(patient: PatientParams, speed: f64, strides: u32, seed: u64) -> Result<Self> {
        let speed = in_range("speed", speed, 0.1, 1.6)?;
        Ok(Walk::new(patient, strides, seed)?.at(speed).unwrap_or_default())
    }
}

/// A person on the belt, and the strides at this speed so far.
struct Walk {
    plant: Plant,
    strides: u32,
    belt: f64,
    tally: Tally,
    loaded: Sides<bool>,
    since: Sides<f64>,
}

#[derive(Clone, Copy, Default)]
struct Tally {
    /// Contacts of each foot and ends of each side's own cycle.
    contacts: Sides<u32>,
    cycles: Sides<u32>,
    ticks: f64,
    standing: Sides<f64>,
    /// Sums over cycles, and the cycle at hand.
    knee: Sides<f64>,
    toe: Sides<f64>,
    knee_now: Sides<f64>,
    toe_now: Sides<f64>,
    phase: Sides<f64>,
    toe_x: Sides<f64>,
    ankle_x: Sides<f64>,
    deviation: JointVec,
    torque: JointVec,
}

impl Walk {
    fn new(patient: PatientParams, strides: u32, seed: u64) -> Result<Self> {
        in_range("strides", f64::from(strides), 1.0, 200.0)?;
        let open = DeviceParams::treadmill_exo(false);
        let frame =
            DeviceParams { thigh_mass: 0.0, shank_mass: 0.0, friction: [0.0; 3], lifter_stiffness: 0.0, ..open };
        let plant = Plant::new(patient, frame, seed)?;
        Ok(Self { plant, strides, belt: 0.0, tally: Tally::default(), loaded: [false; 2], since: [0.0; 2] })
    }

    /// Brings the belt to `speed` [m/s] and counts strides; nothing when the person does not hold it.
    fn at(&mut self, speed: f64) -> Option<UnassistedGait> {
        while self.plant.t as f64 * 1e-9 < START + LOWERED || self.belt < speed {
            let moving = self.plant.t as f64 * 1e-9 > START;
            self.tick(if moving { speed } else { 0.0 });
        }
        for wanted in [SETTLE, self.strides] {
            self.tally = Tally { phase: self.tally.phase, toe_now: [f64::MAX; 2], ..Tally::default() };
            self.since = [0.0; 2];
            while self.tally.contacts.iter().any(|n| *n < wanted) {
                self.tick(speed);
                self.count();
                let rate = self.plant.person.intent.belt_rate(speed).max(0.05);
                if !self.plant.upright() || self.since.iter().any(|t| *t * rate > MISSED) {
                    return None;
                }
            }
        }
        Some(self.tally.gait(speed))
    }

    fn tick(&mut self, speed: f64) {
        self.belt = (self.belt + ACCEL * DT).min(speed);
        let command = Actuation {
            belt_speed: self.belt,
            support_mode: RopeMode::Track,
            enabled: true,
            expiry: i64::MAX,
            ..Actuation::default()
        };
        self.plant.step(&command, DT);
    }

    fn count(&mut self) {
        let weight = self.plant.body_weight();
        for side in 0..2 {
            let load = self.plant.foot_force()[side] / weight;
            let stands = load > STANDS[usize::from(self.loaded[side])];
            self.since[side] += DT;
            if stands && !self.loaded[side] {
                self.tally.contacts[side] += 1;
                self.since[side] = 0.0;
            }
            self.loaded[side] = stands;
        }
        self.tally.add(&self.plant, self.loaded);
    }
}

impl Tally {
    fn add(&mut self, plant: &Plant, loaded: Sides<bool>) {
        let truth = plant.truth();
        let healthy = plant.person.intent.healthy();
        self.ticks += 1.0;
        for (side, loaded) in loaded.into_iter().enumerate() {
            let phase = wrap(truth.patient_phase + 0.5 * side as f64);
            if phase < self.phase[side] - 0.5 {
                // A cycle begun before the count has no passing toe yet.
                if self.toe_now[side] < f64::MAX {
                    self.cycles[side] += 1;
                    self.knee[side] += self.knee_now[side];
                    self.toe[side] += self.toe_now[side];
                }
                (self.knee_now[side], self.toe_now[side]) = (0.0, f64::MAX);
            }
            self.phase[side] = phase;
            if phase > 0.5 {
                self.knee_now[side] = self.knee_now[side].max(truth.q[4 + 3 * side]);
            }
            let q = [truth.q[3 + 3 * side], truth.q[4 + 3 * side], truth.q[5 + 3 * side]];
            let leg = plant.model().body.leg(q, truth.q[2]);
            let (toe, ankle) = (leg.toe[0], leg.ankle[0]);
            // A foot that slides forward while it drags does not stand.
            self.standing[side] += f64::from(u8::from(loaded && ankle < self.ankle_x[side]));
            self.ankle_x[side] = ankle;
            if toe > self.toe_x[side] && toe.abs() < PASSING {
                self.toe_now[side] = self.toe_now[side].min(truth.feet[side][1].height);
            }
            self.toe_x[side] = toe;
        }
        for (i, healthy) in healthy.into_iter().enumerate() {
            let off = truth.q[i + 3] - healthy;
            self.deviation[i] += off * off;
            self.torque[i] += truth.patient_torque[i] * truth.patient_torque[i];
        }
    }

    fn gait(&self, speed: f64) -> UnassistedGait {
        let cycles = self.cycles.map(|n| f64::from(n.max(1)));
        let rms = |sum: &JointVec| sum.map(|s| (s / self.ticks).sqrt());
        UnassistedGait {
            speed,
            strides: self.contacts[0].min(self.contacts[1]),
            stance: self.standing.map(|n| n / self.ticks),
            knee_peak: [self.knee[0] / cycles[0], self.knee[1] / cycles[1]],
            clearance: [self.toe[0] / cycles[0], self.toe[1] / cycles[1]],
            deviation: rms(&self.deviation),
            torque: rms(&self.torque),
        }
    }
}
