//! What a movement starts from, goes to, and keeps to.

use super::axis::{Limits, State};

/// Largest number of degrees of freedom [-].
pub const MAX_DOFS: usize = 16;

/// Names of the rows of an [`Input`], in order.
pub const FIELDS: [&str; 13] = [
    "current_position",
    "current_velocity",
    "current_acceleration",
    "target_position",
    "target_velocity",
    "target_acceleration",
    "max_velocity",
    "min_velocity",
    "max_acceleration",
    "min_acceleration",
    "max_jerk",
    "max_position",
    "min_position",
];

/// What the target is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum ControlInterface {
    /// Position, velocity and acceleration.
    #[default]
    Position = 0,
    /// Velocity and acceleration, wherever that comes to lie.
    Velocity = 1,
}

/// How the degrees of freedom wait for each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Synchronization {
    /// All arrive at the same time.
    #[default]
    Time = 0,
    /// All arrive at the same time, except those whose target is at rest.
    TimeIfNecessary = 1,
    /// All move along one straight line where the states allow it, otherwise as with `Time`.
    Phase = 2,
    /// Each arrives as soon as it can.
    No = 3,
}

/// Which durations a movement may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum DurationDiscretization {
    /// Any.
    #[default]
    Continuous = 0,
    /// Multiples of the cycle time.
    Discrete = 1,
}

/// Everything a movement depends on. Rows are in the order of [`FIELDS`], the first `dofs` values of each are used.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// Number of degrees of freedom [-], 1 to [`MAX_DOFS`].
    pub dofs: usize,
    /// States [rad, rad/s, rad/s²] and limits [rad/s, rad/s², rad/s³, rad].
    pub rows: [[f64; MAX_DOFS]; FIELDS.len()],
    /// Which degrees of freedom move; the others go on with constant acceleration.
    pub enabled: [bool; MAX_DOFS],
    /// What each target is.
    pub interface: [ControlInterface; MAX_DOFS],
    /// How each waits for the others.
    pub synchronization: [Synchronization; MAX_DOFS],
    /// Which durations are allowed.
    pub discretization: DurationDiscretization,
    /// Shortest duration of synchronised movements [s], 0 for none.
    pub minimum_duration: f64,
    /// Shortest time in which a moving target is caught up with [s]; 0 for a target that does not move.
    pub tracking: f64,
}

impl Input {
    /// At rest at zero, without limits, which must be given.
    #[must_use]
    pub fn new(dofs: usize) -> Self {
        let mut rows = [[0.0; MAX_DOFS]; FIELDS.len()];
        for row in &mut rows[6..11] {
            *row = [f64::NAN; MAX_DOFS];
        }
        rows[11] = [f64::INFINITY; MAX_DOFS];
        rows[12] = [f64::NEG_INFINITY; MAX_DOFS];
        Self {
            dofs: dofs.clamp(1, MAX_DOFS),
            rows,
            enabled: [true; MAX_DOFS],
            interface: [ControlInterface::Position; MAX_DOFS],
            synchronization: [Synchronization::Time; MAX_DOFS],
            discretization: DurationDiscretization::Continuous,
            minimum_duration: 0.0,
            tracking: 0.0,
        }
    }

    /// Whether both ask for the same, to the bit.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        let n = self.dofs.min(MAX_DOFS);
        let equal = |(one, two): (&[f64; MAX_DOFS], &[f64; MAX_DOFS])| {
            one[..n].iter().zip(&two[..n]).all(|(a, b)| a.to_bits() == b.to_bits())
        };
        self.dofs == other.dofs
            && self.rows.iter().zip(&other.rows).all(equal)
            && self.enabled == other.enabled
            && self.interface == other.interface
            && self.synchronization == other.synchronization
            && self.discretization == other.discretization
            && self.minimum_duration.to_bits() == other.minimum_duration.to_bits()
            && self.tracking.to_bits() == other.tracking.to_bits()
    }

    pub(super) fn current(&self, i: usize) -> State {
        State::new(self.rows[0][i], self.rows[1][i], self.rows[2][i])
    }

    pub(super) fn set_current(&mut self, i: usize, state: State) {
        (self.rows[0][i], self.rows[1][i], self.rows[2][i]) = (state.position, state.velocity, state.acceleration);
    }

    pub(super) fn dof(&self, i: usize) -> Dof {
        let row = |k: usize| self.rows[k][i];
        let mut acceleration = [row(9), row(8)];
        if row(10).is_finite() {
            acceleration = acceleration.map(|a| if a.is_infinite() { LARGEST.copysign(a) } else { a });
        }
        Dof {
            current: self.current(i),
            target: State::new(row(3), row(4), row(5)),
            limits: Limits { velocity: [row(7), row(6)], acceleration, jerk: row(10) },
            range: [row(12), row(11)],
            interface: self.interface[i],
        }
    }
}

/// Largest magnitude of positions, velocities and accelerations that is accepted.
pub(super) const LARGEST: f64 = 1e9;

/// One degree of freedom of an [`Input`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Dof {
    pub current: State,
    pub target: State,
    pub limits: Limits,
    pub range: [f64; 2],
    pub interface: ControlInterface,
}

impl Dof {
    /// Whether there are limits of position.
    pub fn bounded(&self) -> bool {
        self.range[0] > f64::NEG_INFINITY || self.range[1] < f64::INFINITY
    }
}
