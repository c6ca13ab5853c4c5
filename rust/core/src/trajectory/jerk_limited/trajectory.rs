//! Movements of all degrees of freedom together.

use super::axis::{Extrema, Profile, State};
use super::input::MAX_DOFS;
use super::plan::Ready;

/// One movement per degree of freedom, and how they belong together.
#[derive(Clone, Debug)]
pub struct Trajectory {
    pub(super) profiles: Vec<Profile>,
    /// What comes after the end where going on would leave the limits of position.
    pub(super) tails: Vec<Option<Profile>>,
    /// Work of planning, kept here so that planning needs no memory of its own.
    pub(super) ready: Vec<Option<Ready>>,
    pub(super) minimum: [f64; MAX_DOFS],
    pub(super) duration: f64,
    pub(super) straight: bool,
    pub(super) limited: bool,
    /// Whether a limit of position keeps the target from being reached.
    pub(super) unreached: bool,
}

impl Trajectory {
    /// At rest at zero.
    #[must_use]
    pub fn new(dofs: usize) -> Self {
        let dofs = dofs.clamp(1, MAX_DOFS);
        Self {
            profiles: vec![Profile::rest(State::default()); dofs],
            tails: vec![None; dofs],
            ready: vec![None; dofs],
            minimum: [0.0; MAX_DOFS],
            duration: 0.0,
            straight: false,
            limited: false,
            unreached: false,
        }
    }

    pub(super) fn clear(&mut self) {
        self.tails.iter_mut().for_each(|tail| *tail = None);
        (self.minimum, self.duration) = ([0.0; MAX_DOFS], 0.0);
        (self.straight, self.limited, self.unreached) = (false, false, false);
    }

    /// Take over another trajectory of as many degrees of freedom without allocating.
    pub fn copy_from(&mut self, other: &Self) {
        self.profiles.clone_from(&other.profiles);
        self.tails.clone_from(&other.tails);
        (self.minimum, self.duration) = (other.minimum, other.duration);
        (self.straight, self.limited, self.unreached) = (other.straight, other.limited, other.unreached);
    }

    /// Number of degrees of freedom [-].
    #[must_use]
    pub fn dofs(&self) -> usize {
        self.profiles.len()
    }

    /// Time at which the last degree of freedom arrives [s].
    #[must_use]
    pub fn duration(&self) -> f64 {
        self.duration
    }

    /// Duration each would have alone [s].
    #[must_use]
    pub fn independent_min_durations(&self) -> &[f64] {
        &self.minimum[..self.dofs()]
    }

    /// Whether all degrees of freedom with phase synchronisation move along one straight line.
    #[must_use]
    pub fn is_straight(&self) -> bool {
        self.straight
    }

    /// Whether a limit of position could not be kept, or kept the target from being reached.
    #[must_use]
    pub fn is_limited(&self) -> bool {
        self.limited
    }

    /// Movement of one degree of freedom.
    #[must_use]
    pub fn profile(&self, dof: usize) -> Option<&Profile> {
        self.profiles.get(dof)
    }

    /// State and jerk of one degree of freedom at `t` [s]; after its end with constant acceleration, or what the limits of position leave of it.
    #[must_use]
    pub fn at(&self, dof: usize, t: f64) -> (State, f64) {
        let (Some(profile), Some(tail)) = (self.profiles.get(dof), self.tails.get(dof)) else {
            return (State::default(), 0.0);
        };
        match tail {
            Some(tail) if t >= profile.duration() => tail.at(t - profile.duration()),
            _ => profile.at(t),
        }
    }

    /// Whether one degree of freedom still moves after the end.
    pub(super) fn moves_on(&self) -> bool {
        self.profiles.iter().any(|p| p.end().velocity != 0.0 || p.end().acceleration != 0.0)
    }

    /// Smallest and largest position of one degree of freedom until it arrives.
    #[must_use]
    pub fn extrema(&self, dof: usize) -> Option<Extrema> {
        self.profiles.get(dof).map(Profile::extrema)
    }

    /// First time at or after `after` [s] at which one degree of freedom passes `position` [rad].
    #[must_use]
    pub fn first_time_at(&self, dof: usize, position: f64, after: f64) -> Option<f64> {
        self.profiles.get(dof).and_then(|profile| profile.first_time_at(position, after))
    }

    pub(super) fn is_finite(&self) -> bool {
        self.duration.is_finite()
            && self.profiles.iter().all(|p| p.duration().is_finite() && p.end().position.is_finite())
    }
}
