//! The belt's commanded speed: bounded in speed, acceleration and jerk, and never rising in a stop.

use super::{BeltMode, Envelope, NOMINAL_TICK, clamp};

/// Share of the jerk that the approach to the target may use, the rest is left to follow it.
const APPROACH: f64 = 1.8;

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
                self.speed = (self.speed - self.stop_decel * dt).max(0.0);
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
        let d = target - self.speed;
        let size = (APPROACH * jerk_max * d.abs()).sqrt();
        let want = clamp(if d < 0.0 { -size } else { size }, -accel_max, accel_max);
        let slope = jerk_max * dt;
        self.accel = clamp(want, self.accel - slope, self.accel + slope);
        let speed = self.speed + self.accel * dt;
        if d * (target - speed) <= 0.0 {
            (self.speed, self.accel) = (target, 0.0);
        } else if speed > self.speed_max {
            (self.speed, self.accel) = (self.speed_max, 0.0);
        } else {
            self.speed = speed.max(0.0);
        }
    }
}

#[cfg(test)]
mod tests;
