//! One degree of freedom: from state to state in the shortest time, or in a given one.

mod first;
mod profile;
mod ramp;
mod second;
mod stop;
mod third;
mod velocity;

pub use profile::{Extrema, MAX_PIECES, Piece, Profile, State};
pub use stop::stop;
pub use velocity::VelocityProblem;

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

/// A position missed by no more than this counts as reached if reaching it exactly would take longer [rad].
const POSITION_TOLERANCE: f64 = 9.9999e-9;

/// The same for a velocity [rad/s].
const VELOCITY_TOLERANCE: f64 = 9.9999e-9;

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
        match self.limits.order() {
            Order::Third => third::Plan::new(self).durations(),
            Order::Second => second::durations(self),
            Order::First => Durations::from(first::duration(self)),
        }
    }

    /// The shortest movement.
    #[must_use]
    pub fn fastest(&self) -> Profile {
        match self.limits.order() {
            Order::Third => third::Plan::new(self).fastest(),
            Order::Second => second::fastest(self),
            Order::First => first::lasting(self, first::duration(self)),
        }
    }

    /// A movement of exactly `duration` [s], which must be a possible one.
    #[must_use]
    pub fn lasting(&self, duration: f64) -> Profile {
        match self.limits.order() {
            Order::Third => third::Plan::new(self).lasting(duration),
            Order::Second => second::lasting(self, duration),
            Order::First => first::lasting(self, duration),
        }
    }
}
