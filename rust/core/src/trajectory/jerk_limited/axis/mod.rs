//! One degree of freedom: from state to state in the shortest time, or in a given one.

mod first;
mod profile;
mod ramp;
mod second;
mod stop;
#[cfg(test)]
mod tests;
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
        let fastest = if fastest.is_finite() { fastest } else { 0.0 };
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

/// A [`PositionProblem`] with the work done that its three answers share.
#[derive(Clone, Copy, Debug)]
pub struct Prepared(Kind);

#[derive(Clone, Copy, Debug)]
#[allow(clippy::large_enum_variant)] // the large one is the usual one
enum Kind {
    Third(third::Plan),
    Lower(PositionProblem),
}

impl Prepared {
    /// Shortest duration [s], without a look at the longer ones.
    #[must_use]
    #[inline]
    pub fn shortest(&self) -> f64 {
        match &self.0 {
            Kind::Third(plan) => plan.shortest(),
            Kind::Lower(_) => self.durations().fastest,
        }
    }

    /// Possible durations.
    #[must_use]
    pub fn durations(&self) -> Durations {
        match &self.0 {
            Kind::Third(plan) => plan.durations(),
            Kind::Lower(problem) if problem.limits.order() == Order::Second => second::durations(problem),
            Kind::Lower(problem) => Durations::from(first::duration(problem)),
        }
    }

    /// Write the shortest movement over `profile`.
    pub fn fastest_into(&self, profile: &mut Profile) {
        match &self.0 {
            Kind::Third(plan) => plan.fastest_into(profile),
            Kind::Lower(problem) if problem.limits.order() == Order::Second => *profile = second::fastest(problem),
            Kind::Lower(problem) => *profile = first::lasting(problem, first::duration(problem)),
        }
    }

    /// Write a movement of exactly `duration` [s], which must be a possible one, over `profile`.
    pub fn lasting_into(&self, duration: f64, profile: &mut Profile) {
        match &self.0 {
            Kind::Third(plan) => plan.lasting_into(duration, profile),
            Kind::Lower(problem) if problem.limits.order() == Order::Second => {
                *profile = second::lasting(problem, duration)
            }
            Kind::Lower(problem) => *profile = first::lasting(problem, duration),
        }
    }
}

impl PositionProblem {
    /// Do the work that all answers share.
    #[must_use]
    #[inline(always)]
    pub fn prepare(&self) -> Prepared {
        Prepared(match self.limits.order() {
            Order::Third => Kind::Third(third::Plan::new(self)),
            _ => Kind::Lower(*self),
        })
    }

    /// The same over an earlier one; false where that saves nothing and was not done.
    pub(super) fn prepare_into(&self, prepared: &mut Prepared) -> bool {
        match &mut prepared.0 {
            Kind::Third(plan) if self.limits.order() == Order::Third => plan.renew(self),
            _ => return false,
        }
        true
    }

    /// Possible durations.
    #[must_use]
    pub fn durations(&self) -> Durations {
        self.prepare().durations()
    }

    /// The shortest movement.
    #[must_use]
    pub fn fastest(&self) -> Profile {
        let mut profile = Profile::rest(self.start);
        self.prepare().fastest_into(&mut profile);
        profile
    }

    /// A movement of exactly `duration` [s], which must be a possible one.
    #[must_use]
    pub fn lasting(&self, duration: f64) -> Profile {
        let mut profile = Profile::rest(self.start);
        self.prepare().lasting_into(duration, &mut profile);
        profile
    }
}
