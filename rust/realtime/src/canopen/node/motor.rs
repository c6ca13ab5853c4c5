//! Motor and limb of a simulated drive.

use super::super::params::Mode;
use super::{Node, NodeParams};
use gaitloop_core::Result;
use gaitloop_core::error::in_range;

/// Velocity below which it stands [rad/s].
const STILL: f64 = 1e-3;
/// Time constant of the velocity loop [s].
const VELOCITY_TIME: f64 = 0.02;
/// Time constant of the position loop [s].
const POSITION_TIME: f64 = 0.05;

/// Speed over which the friction that does not depend on it builds up [rad/s].
const SLIP: f64 = 0.02;

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
    /// Where a hand holds it [rad].
    pub held: Option<f64>,
}

impl Motor {
    /// A motor that stands.
    pub fn at(q: f64) -> Self {
        Self { q, dq: 0.0, torque: 0.0, limited: false, held: None }
    }

    /// Whether it stands.
    pub fn is_still(&self) -> bool {
        self.dq.abs() < STILL
    }

    /// One step of `dt` [s] against `load`, with at most `most` [N·m or N].
    pub fn step(&mut self, p: &NodeParams, drive: Drive, load: f64, most: f64, dt: f64) {
        if let Some(q) = self.held {
            (self.q, self.dq, self.torque) = (q, 0.0, 0.0);
            return;
        }
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
        let drag = p.friction + p.coulomb / (self.dq * self.dq + SLIP * SLIP).sqrt();
        self.dq = (self.dq + dt * (self.torque - load) / p.inertia) / (1.0 + dt * drag / p.inertia);
        self.q += self.dq * dt;
    }
}

impl Node {
    /// A hand holds the limb at this angle [rad], -3 to 3, or lets it go.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming `angle`.
    pub fn hold(&mut self, angle: Option<f64>) -> Result<()> {
        self.motor.held = angle.map(|q| in_range("angle", q, -3.0, 3.0)).transpose()?;
        Ok(())
    }

    /// The limb weighs so much from now on, as the torque when it is horizontal [N·m], 0 to 1000.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming `gravity`.
    pub fn load(&mut self, gravity: f64) -> Result<()> {
        self.params.gravity = in_range("gravity", gravity, 0.0, 1000.0)?;
        Ok(())
    }
}
