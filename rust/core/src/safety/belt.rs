//! The belt's commanded speed: bounded in speed, acceleration and jerk, and never rising in a stop.

use super::kernels::{belt_accel, belt_speed, belt_stop, clamp};
use super::{BeltMode, Envelope, NOMINAL_TICK};

/// Commanded belt speed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Belt {
    speed_max: f64,
    accel_max: f64,
    jerk_max: f64,
    soft_decel: f64,
    soft_jerk: f64,
    stop_decel: f64,
    tick_max: f64,
    speed: f64,
    accel: f64,
}

impl Belt {
    /// A belt at rest.
    #[must_use]
    pub fn new(envelope: &Envelope) -> Self {
        let p = envelope.params();
        Self {
            speed_max: p.belt_speed_max,
            accel_max: p.belt_accel_max,
            jerk_max: p.belt_jerk_max,
            soft_decel: p.soft_decel,
            soft_jerk: p.soft_jerk,
            stop_decel: p.stop_decel,
            tick_max: p.tick_max,
            speed: 0.0,
            accel: 0.0,
        }
    }

    /// One tick of `dt` [s] towards `target` [m/s]; gives the speed to command [m/s].
    pub fn step(&mut self, target: f64, mode: BeltMode, dt: f64) -> f64 {
        match mode {
            BeltMode::Track => {
                let target = if target.is_finite() { clamp(target, 0.0, self.speed_max) } else { 0.0 };
                let dt = if dt > 0.0 { dt.min(self.tick_max) } else { 0.0 };
                self.approach(target, self.accel_max, self.jerk_max, dt);
            }
            BeltMode::Soft => {
                let dt = if dt > 0.0 { dt.min(self.tick_max) } else { NOMINAL_TICK };
                self.accel = self.accel.min(0.0);
                self.approach(0.0, self.soft_decel, self.soft_jerk, dt);
            }
            BeltMode::Stop | BeltMode::Brake => {
                let dt = if dt > 0.0 { dt } else { NOMINAL_TICK };
                self.speed = belt_stop(self.speed, self.stop_decel, dt);
                self.accel = if self.speed > 0.0 { -self.stop_decel } else { 0.0 };
            }
        }
        self.speed
    }

    /// Commanded speed [m/s].
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Commanded acceleration [m/s²].
    #[must_use]
    pub fn accel(&self) -> f64 {
        self.accel
    }

    fn approach(&mut self, target: f64, accel_max: f64, jerk_max: f64, dt: f64) {
        self.accel = belt_accel(self.accel, target - self.speed, accel_max, jerk_max, dt);
        (self.speed, self.accel) = belt_speed(self.speed, self.accel, target, self.speed_max, dt);
    }
}

#[cfg(test)]
mod tests;
