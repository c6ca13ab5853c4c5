//! Movements to a velocity and an acceleration, wherever the position comes to lie.

use super::ramp::{Moves, Ramp};
use super::{Durations, Limits, Order, Profile, State, VELOCITY_TOLERANCE};

/// Movement to a velocity and acceleration.
#[derive(Clone, Copy, Debug)]
pub struct VelocityProblem {
    /// State at the beginning.
    pub start: State,
    /// Velocity at the end [rad/s].
    pub velocity: f64,
    /// Acceleration at the end [rad/s²].
    pub acceleration: f64,
    /// Limits on the way; those of velocity are ignored.
    pub limits: Limits,
}

impl VelocityProblem {
    fn ramp(&self) -> Ramp {
        let Limits { acceleration, jerk, .. } = self.limits;
        let change = self.velocity - self.start.velocity;
        let rounding = 4e-16 * (self.velocity.abs() + self.start.velocity.abs());
        let tolerances = [VELOCITY_TOLERANCE + rounding, rounding];
        Ramp::new(change, [self.start.acceleration, self.acceleration], acceleration, [jerk, jerk], tolerances)
    }

    fn run(&self, moves: &Moves) -> Profile {
        let mut profile = Profile::rest(self.start);
        for &(duration, jerk) in moves {
            profile.push(duration, jerk);
        }
        self.finish(profile)
    }

    fn finish(&self, mut profile: Profile) -> Profile {
        let State { position, .. } = profile.end();
        profile.set_end(State::new(position, self.velocity, self.acceleration));
        profile.keep_finite(self.start);
        profile
    }

    /// Constant acceleration for `duration`, which suits the second order; the first jumps at once.
    fn constant(&self, duration: f64) -> Profile {
        let State { position, velocity, .. } = self.start;
        let begin = if self.limits.order() == Order::Second && duration > 0.0 {
            State::new(position, velocity, (self.velocity - velocity) / duration)
        } else {
            State::new(position, self.velocity, 0.0)
        };
        let mut profile = Profile::rest(begin);
        profile.push(duration, 0.0);
        self.finish(profile)
    }

    fn shortest(&self) -> f64 {
        let change = self.velocity - self.start.velocity;
        let [down, up] = self.limits.acceleration;
        match self.limits.order() {
            Order::Second => change / if change < 0.0 { down } else { up },
            _ => 0.0,
        }
    }

    /// Possible durations.
    #[must_use]
    pub fn durations(&self) -> Durations {
        match self.limits.order() {
            Order::Third => self.ramp().durations(),
            _ => Durations::from(self.shortest()),
        }
    }

    /// The shortest movement.
    #[must_use]
    pub fn fastest(&self) -> Profile {
        match self.limits.order() {
            Order::Third => self.run(&self.ramp().fastest()),
            _ => self.constant(self.shortest()),
        }
    }

    /// A movement of exactly `duration` [s], which must be a possible one.
    #[must_use]
    pub fn lasting(&self, duration: f64) -> Profile {
        match self.limits.order() {
            Order::Third => self.run(&self.ramp().lasting(duration)),
            _ => self.constant(duration),
        }
    }
}
