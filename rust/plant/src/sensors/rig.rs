//! Sensors of one's own choice in motion: noise, steps, delay, lost messages.

use super::groups::number::{
    BELT_SPEED, DQ, DRIVE_STATUS, FOOT_FORCE, HEART_RATE, IMU_RATE, Q, Q_MOTOR, Q_SECOND, ROPE_FORCE, TAU_INTERACTION,
};
use super::groups::{Group, group};
use super::heart::Heart;
use super::params::{Fit, RESOLUTION, Sensors, usual_noise};
use crate::device::DeviceParams;
use crate::plant::Plant;
use crate::rng::Rng;
use gaitloop_core::types::{JointKind, N_JOINTS, SAMPLE_GROUPS, Sample};

/// Streams of random numbers from which noise and losses of the groups come, one each.
const NOISE_STREAM: u64 = 100;
const LOSS_STREAM: u64 = 200;
/// Most values of a group that a device measures.
const WIDTH: usize = N_JOINTS;

/// What one group measured once.
#[derive(Clone, Copy, Debug, Default)]
struct Message {
    value: [f64; WIDTH],
    valid: [bool; WIDTH],
    stamp: i64,
}

/// The sensor of one group.
#[derive(Clone, Debug)]
struct Line {
    index: usize,
    noise: f64,
    resolution: f64,
    dropout: f64,
    stale: bool,
    random: Rng,
    loss: Rng,
    /// The last messages, one more than the delay; before the first tick the machine stood still.
    ring: Vec<Message>,
    started: bool,
    head: usize,
    delivered: Message,
}

/// All sensors that differ from the usual ones.
#[derive(Clone, Debug)]
pub(crate) struct Rig {
    sensors: Sensors,
    lines: Vec<Line>,
    heart: Heart,
}

impl Rig {
    /// Sensors that passed their check, in a device.
    pub fn new(sensors: Sensors, device: &DeviceParams, seed: u64) -> Self {
        let line = |index: usize| {
            let sensor = sensors.own(index)?;
            Some(Line {
                index,
                noise: sensor.noise.unwrap_or_else(|| usual_noise(index, device)),
                resolution: sensor.resolution.unwrap_or(RESOLUTION[index]),
                dropout: sensor.dropout,
                stale: sensor.stale,
                random: Rng::new(seed, NOISE_STREAM + index as u64),
                loss: Rng::new(seed, LOSS_STREAM + index as u64),
                ring: vec![Message::default(); sensor.delay + 1],
                started: false,
                head: 0,
                delivered: Message::default(),
            })
        };
        Self { sensors, lines: (0..SAMPLE_GROUPS).filter_map(line).collect(), heart: Heart::new(sensors.heart) }
    }

    pub fn sensors(&self) -> &Sensors {
        &self.sensors
    }

    /// Overwrites in `out` what is measured otherwise than usual.
    #[cold]
    #[inline(never)]
    pub fn measure(&mut self, plant: &Plant, out: &mut Sample) {
        for (index, fit) in self.sensors.fit.iter().enumerate() {
            if *fit == Fit::Absent {
                let Group { value, valid, stamp } = group(out, index);
                (*stamp, _) = (0, (value.fill(0.0), valid.fill(false)));
            }
        }
        for line in &mut self.lines {
            let mut message = Message { stamp: out.t, ..Message::default() };
            if line.index >= DRIVE_STATUS {
                let told = group(out, line.index);
                message.value.copy_from_slice(told.value);
                message.valid.copy_from_slice(told.valid);
            } else {
                ideal(plant, &self.sensors, &mut self.heart, line.index, &mut message);
                line.disturb(&mut message, group(out, line.index).value.len());
            }
            line.deliver(message, group(out, line.index));
        }
    }
}

/// What a perfect sensor of a group would tell.
fn ideal(plant: &Plant, sensors: &Sensors, heart: &mut Heart, index: usize, out: &mut Message) {
    let (_, speeds, height) = plant.joints();
    let [q, dq, torque] = plant.measured();
    let kinds = plant.device.joints;
    (out.value, out.valid) = match index {
        Q | Q_SECOND => (q, kinds.map(|k| k != JointKind::Absent)),
        DQ => (dq, kinds.map(|k| k != JointKind::Absent)),
        Q_MOTOR => {
            let twist = |i: usize| torque[i] / sensors.series_stiffness;
            (core::array::from_fn(|i| q[i] + twist(i)), kinds.map(|k| k == JointKind::Driven))
        }
        TAU_INTERACTION => (torque, kinds.map(|k| k == JointKind::Driven)),
        FOOT_FORCE => {
            let force = plant.foot_force();
            ([force[0], force[1], 0.0, 0.0, 0.0, 0.0], [true; WIDTH])
        }
        IMU_RATE => (core::array::from_fn(|i| plant.rates[3 + i]), [true; WIDTH]),
        BELT_SPEED => (single(plant.machine.belt), [true; WIDTH]),
        ROPE_FORCE => (single(plant.machine.rope_force), [true; WIDTH]),
        HEART_RATE => {
            let power = plant.patient_torque.iter().zip(&speeds).map(|(torque, rate)| torque * rate);
            (single(heart.step(out.stamp, power, plant.patient.mass)), [true; WIDTH])
        }
        _ => (single(height), [true; WIDTH]),
    };
}

fn single(x: f64) -> [f64; WIDTH] {
    [x, 0.0, 0.0, 0.0, 0.0, 0.0]
}

impl Line {
    /// Adds noise and rounds to the steps of the sensor.
    fn disturb(&mut self, message: &mut Message, len: usize) {
        for value in &mut message.value[..len] {
            if self.noise > 0.0 {
                *value += self.noise * self.random.normal();
            }
            if self.resolution > 0.0 {
                *value = (*value / self.resolution).round() * self.resolution;
            }
        }
    }

    /// Keeps a message and hands over the one whose time has come, unless it is lost.
    fn deliver(&mut self, message: Message, out: Group<'_>) {
        if !self.started {
            self.ring.fill(message);
            self.started = true;
        }
        self.ring[self.head] = message;
        self.head = (self.head + 1) % self.ring.len();
        let lost = self.dropout > 0.0 && self.loss.uniform(0.0, 1.0) < self.dropout;
        let due = self.ring[self.head];
        let told = if !lost {
            self.delivered = due;
            due
        } else if self.stale {
            self.delivered // absent before the first
        } else {
            Message { valid: [false; WIDTH], ..due }
        };
        let len = out.value.len();
        out.value.copy_from_slice(&told.value[..len]);
        out.valid.copy_from_slice(&told.valid[..len]);
        *out.stamp = told.stamp;
    }
}
