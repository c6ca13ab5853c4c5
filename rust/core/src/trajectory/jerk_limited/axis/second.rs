//! Second order: movements with bounded velocity and acceleration; the acceleration jumps.

use super::ramp::{Moves, Ramp};
use super::{Durations, POSITION_TOLERANCE, PositionProblem, Profile, State};

fn ramp(problem: &PositionProblem) -> Ramp {
    let PositionProblem { start, end, limits } = problem;
    let [down, up] = limits.acceleration;
    Ramp::new(
        end.position - start.position,
        [start.velocity, end.velocity],
        limits.velocity,
        [-down, up],
        [POSITION_TOLERANCE; 2],
    )
}

fn run(problem: &PositionProblem, moves: &Moves) -> Profile {
    let mut profile = Profile::rest(problem.start);
    for &(duration, acceleration) in moves {
        profile.set_end(State { acceleration, ..profile.end() });
        profile.push(duration, 0.0);
    }
    profile.arrive(problem.end);
    profile.keep_finite(problem.start);
    profile
}

pub(super) fn durations(problem: &PositionProblem) -> Durations {
    ramp(problem).durations()
}

pub(super) fn fastest(problem: &PositionProblem) -> Profile {
    run(problem, &ramp(problem).fastest())
}

pub(super) fn lasting(problem: &PositionProblem, duration: f64) -> Profile {
    run(problem, &ramp(problem).lasting(duration))
}
