//! First order: movements with bounded velocity, which jumps.

use super::{PositionProblem, Profile, State};

/// Duration of the shortest movement [s].
pub(super) fn duration(problem: &PositionProblem) -> f64 {
    let distance = problem.end.position - problem.start.position;
    let [low, high] = problem.limits.velocity;
    (distance / if distance < 0.0 { low } else { high }).max(0.0)
}

/// The movement at constant velocity that lasts `duration` [s].
pub(super) fn lasting(problem: &PositionProblem, duration: f64) -> Profile {
    let distance = problem.end.position - problem.start.position;
    let velocity = if duration > 0.0 { distance / duration } else { 0.0 };
    let mut profile = Profile::rest(State::new(problem.start.position, velocity, 0.0));
    profile.push(duration, 0.0);
    profile.arrive(problem.end);
    profile.keep_finite(problem.start);
    profile
}
