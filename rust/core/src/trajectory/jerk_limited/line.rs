//! Phase synchronisation: all degrees of freedom along one straight line, so one movement serves all.

use super::axis::{Limits, PositionProblem, Profile, State, VelocityProblem};
use super::input::{ControlInterface, Input, MAX_DOFS};
use super::plan::Problem;

/// How far states may lie beside the line, relative to the largest of their kind [-].
const BESIDE: f64 = 1e-10;

/// One movement and how much of it each degree of freedom makes.
pub(super) struct Line {
    pub problem: Problem,
    pub share: [f64; MAX_DOFS],
}

impl Line {
    /// The line of all `members`, if their states lie on one.
    pub fn new(input: &Input, members: &[bool; MAX_DOFS]) -> Option<Self> {
        let n = input.dofs;
        let interface = (0..n).find(|&i| members[i]).map(|i| input.interface[i])?;
        if (0..n).any(|i| members[i] && input.interface[i] != interface) {
            return None;
        }
        let vectors = vectors(input, members, interface);
        let largest = |v: &[f64; MAX_DOFS]| v.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        let lead_vector = vectors.iter().find(|v| largest(v) > 1e-12)?;
        let lead = (0..n).max_by(|&a, &b| lead_vector[a].abs().total_cmp(&lead_vector[b].abs()))?;
        let share: [f64; MAX_DOFS] = core::array::from_fn(|i| lead_vector[i] / lead_vector[lead]);
        for vector in &vectors {
            let beside = BESIDE * largest(vector) + 1e-14;
            if (0..n).any(|i| members[i] && (vector[i] - share[i] * vector[lead]).abs() > beside) {
                return None;
            }
        }
        let limits = limits(input, members, &share);
        let [way, v0, a0, v1, a1] = vectors.map(|v| v[lead]);
        let problem = match interface {
            ControlInterface::Position => Problem::Position(PositionProblem {
                start: State::new(0.0, v0, a0),
                end: State::new(way, v1, a1),
                limits,
            }),
            ControlInterface::Velocity => {
                let start = State::new(0.0, 0.0, a0);
                Problem::Velocity(VelocityProblem { start, velocity: way, acceleration: a1, limits })
            }
        };
        Some(Self { problem, share })
    }

    /// Movement of degree of freedom `i` when the line's own is `whole`.
    pub fn member(&self, input: &Input, i: usize, whole: &Profile) -> Profile {
        let (start, share) = (input.current(i), self.share[i]);
        let base = if matches!(self.problem, Problem::Velocity(_)) { start.velocity } else { 0.0 };
        let mut profile = Profile::rest(start);
        for piece in whole.pieces() {
            let velocity = base + share * piece.start.velocity;
            let position = profile.end().position;
            profile.set_end(State { position, velocity, acceleration: share * piece.start.acceleration });
            profile.push(piece.duration, share * piece.jerk);
        }
        let target = input.dof(i).target;
        let position = if base == 0.0 && matches!(self.problem, Problem::Position(_)) {
            target.position
        } else {
            profile.end().position
        };
        profile.set_end(State { position, ..target });
        profile
    }
}

/// Way, and velocities and accelerations at both ends; with the velocity interface the change of velocity in place of the way.
fn vectors(input: &Input, members: &[bool; MAX_DOFS], interface: ControlInterface) -> [[f64; MAX_DOFS]; 5] {
    let mut all = [[0.0; MAX_DOFS]; 5];
    for i in (0..input.dofs).filter(|&i| members[i]) {
        let (dof, position) = (input.dof(i), interface == ControlInterface::Position);
        let way = dof.target.position - dof.current.position;
        all[0][i] = if position { way } else { dof.target.velocity - dof.current.velocity };
        if position {
            (all[1][i], all[3][i]) = (dof.current.velocity, dof.target.velocity);
        }
        (all[2][i], all[4][i]) = (dof.current.acceleration, dof.target.acceleration);
    }
    all
}

/// Limits along the line: each member's, divided by its share.
fn limits(input: &Input, members: &[bool; MAX_DOFS], share: &[f64; MAX_DOFS]) -> Limits {
    let wide = [f64::NEG_INFINITY, f64::INFINITY];
    let mut all = Limits { velocity: wide, acceleration: wide, jerk: f64::INFINITY };
    let narrow = |all: &mut [f64; 2], [low, high]: [f64; 2], share: f64| {
        let (low, high) = if share > 0.0 { (low / share, high / share) } else { (high / share, low / share) };
        *all = [all[0].max(low), all[1].min(high)];
    };
    for i in (0..input.dofs).filter(|&i| members[i] && share[i].abs() > 1e-15) {
        let own = input.dof(i).limits;
        narrow(&mut all.velocity, own.velocity, share[i]);
        narrow(&mut all.acceleration, own.acceleration, share[i]);
        all.jerk = all.jerk.min(own.jerk / share[i].abs());
    }
    all
}
