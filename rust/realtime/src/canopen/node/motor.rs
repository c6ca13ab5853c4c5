//! Motor and limb of a simulated drive.

use super::super::params::Mode;
use super::NodeParams;

/// Velocity below which it stands [rad/s].
const STILL: f64 = 1e-3;
/// Time constant of the velocity loop [s].
const VELOCITY_TIME: f64 = 0.02;
/// Time constant of the position loop [s].
const POSITION_TIME: f64 = 0.05;

/// What moves it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Drive {
    /// Nothing.
    Free,
    /// It brakes at this rate [rad/s²] and stays.
    Brake(f64),
    /// It follows this torque [N·m], velocity [rad/s] or position [rad].
    Follow(Mode, f64),
}

/// Position and velocity, and the torque of the motor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Motor {
    /// Angle [rad].
    pub q: f64,
    /// Velocity [rad/s].
    pub dq: f64,
    /// Torque [N·m].
    pub torque: f64,
    /// The torque is at its limit.
    pub limited: bool,
}

impl Motor {
    /// A motor that stands.
    pub fn at(q: f64) -> Self {
        Self { q, dq: 0.0, torque: 0.0, limited: false }
    }

    /// Whether it stands.
    pub fn is_still(&self) -> bool {
        self.dq.abs() < STILL
    }

    /// One step of `dt` [s] against `load`, with at most `most` [N·m or N].
    pub fn step(&mut self, p: &NodeParams, drive: Drive, load: f64, most: f64, dt: f64) {
        if let Drive::Brake(rate) = drive {
            let slower = (self.dq.abs() - rate * dt).max(0.0);
            (self.dq, self.torque) = (slower.copysign(self.dq), 0.0);
            self.q += self.dq * dt;
            return;
        }
        let asked = match drive {
            Drive::Follow(Mode::Torque, torque) => torque,
            Drive::Follow(Mode::Velocity, dq) => p.inertia * (dq - self.dq) / VELOCITY_TIME + load,
            Drive::Follow(Mode::Position, q) => {
                p.inertia * ((q - self.q) / POSITION_TIME - self.dq) / VELOCITY_TIME + load
            }
            Drive::Free | Drive::Brake(_) => 0.0,
        };
        self.torque = asked.clamp(-most, most);
        self.limited = self.torque != asked;
        // Implicit in the friction, so that a light limb does not jump.
        self.dq = (self.dq + dt * (self.torque - load) / p.inertia) / (1.0 + dt * p.friction / p.inertia);
        self.q += self.dq * dt;
    }
}
