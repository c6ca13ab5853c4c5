//! Limits of position: movements with a point of rest on the way where the shortest one would leave them.

use super::axis::{Limits, PositionProblem, Profile, State, VelocityProblem, stop};
use super::input::Dof;

/// By how much rounding may pass a limit, relative to its size and one [-].
const ROUNDING: f64 = 1e-11;

fn rest(position: f64) -> State {
    State::new(position, 0.0, 0.0)
}

fn inside(profile: &Profile, [low, high]: [f64; 2]) -> bool {
    let found = profile.extrema();
    found.min >= low - ROUNDING * (1.0 + low.abs()) && found.max <= high + ROUNDING * (1.0 + high.abs())
}

/// Full brake until the velocity is zero, without regard to the acceleration there, and then to rest: the least way forward.
fn bounce(start: State, limits: &Limits) -> Profile {
    if !limits.jerk.is_finite() {
        return stop(start, limits);
    }
    let ahead = start.velocity + start.acceleration * start.acceleration.abs() / (2.0 * limits.jerk);
    let forward = if ahead >= 0.0 { 1.0 } else { -1.0 };
    let squared = start.acceleration * start.acceleration + forward * 2.0 * limits.jerk * start.velocity;
    let brake = (-forward * squared.max(0.0).sqrt()).clamp(limits.acceleration[0], limits.acceleration[1]);
    let mut profile = VelocityProblem { start, velocity: 0.0, acceleration: brake, limits: *limits }.fastest();
    profile.append(&stop(profile.end(), limits));
    profile
}

/// Comes to rest inside the limits of position, or passes them as little as can be.
pub(super) fn escape(start: State, limits: &Limits, range: [f64; 2]) -> Profile {
    let plain = stop(start, limits);
    if inside(&plain, range) { plain } else { bounce(start, limits) }
}

/// The limits of position, widened by what the start makes unavoidable.
pub(super) fn room(dof: &Dof) -> [f64; 2] {
    let found = escape(dof.current, &dof.limits, dof.range).extrema();
    [dof.range[0].min(found.min), dof.range[1].max(found.max)]
}

/// From rest to `target`: the escape of the target with time running backwards.
fn run_up(target: State, limits: &Limits, range: [f64; 2]) -> Profile {
    let back = escape(State { velocity: -target.velocity, ..target }, limits, range);
    let mut profile = Profile::rest(rest(back.end().position));
    for piece in back.pieces().iter().rev() {
        let late = piece.start.after(piece.duration, piece.jerk);
        profile.set_end(State { velocity: -late.velocity, ..late });
        profile.push(piece.duration, -piece.jerk);
    }
    profile.set_end(target);
    profile
}

/// Whether the target can be reached from rest and stopped at from there inside the limits.
pub(super) fn target_fits(dof: &Dof) -> bool {
    let Dof { target, limits, range, .. } = dof;
    inside(&run_up(*target, limits, *range), *range) && inside(&escape(*target, limits, *range), *range)
}

/// Positions at which a target of this velocity and acceleration fits.
pub(super) fn fitting_positions(dof: &Dof) -> [f64; 2] {
    let Dof { target, limits, .. } = dof;
    let none = [target.position; 2];
    let (up, down) = (run_up(*target, limits, none).extrema(), escape(*target, limits, none).extrema());
    [dof.range[0] + target.position - up.min.min(down.min), dof.range[1] - (up.max.max(down.max) - target.position)]
}

/// Whether the shortest movement is no answer because it leaves `room`.
pub(super) fn leaves(profile: &Profile, room: [f64; 2]) -> bool {
    !inside(profile, room)
}

/// The shortest of the movements with a point of rest that stay in `room`: until there, and from there on.
pub(super) fn legs(dof: &Dof, room: [f64; 2]) -> [Profile; 2] {
    let Dof { current, target, limits, range, .. } = *dof;
    let straight = |start: State, end: State| PositionProblem { start, end, limits }.fastest();
    let (first, last) = (escape(current, &limits, range), run_up(target, &limits, range));
    let (halt, begin) = (first.end(), last.start());
    let mut best = [first, last];
    best[0].append(&straight(halt, begin));
    let mut consider = |one: Profile, two: Profile| {
        let shorter = one.duration() + two.duration() < best[0].duration() + best[1].duration();
        if shorter && inside(&one, room) && inside(&two, room) {
            best = [one, two];
        }
    };
    consider(straight(current, begin), last);
    consider(first, straight(halt, target));
    for wall in range.into_iter().filter(|wall| wall.is_finite()) {
        consider(straight(current, rest(wall)), straight(rest(wall), target));
    }
    best
}

/// Two movements with a pause between them, lasting `duration` [s] in all.
pub(super) fn joined([mut first, second]: [Profile; 2], duration: f64) -> Profile {
    first.push(duration - first.duration() - second.duration(), 0.0);
    first.append(&second);
    first
}

/// What follows after the end of a movement so that it stays inside: on to the limit and stop there.
pub(super) fn tail(end: State, dof: &Dof) -> Option<Profile> {
    let wall = if end.velocity > 0.0 { dof.range[1] } else { dof.range[0] };
    if end.acceleration == 0.0 && (end.velocity == 0.0 || !wall.is_finite()) {
        return None;
    }
    let last = escape(end, &dof.limits, dof.range);
    if end.acceleration != 0.0 || (wall - last.end().position) * end.velocity <= 0.0 {
        return Some(last);
    }
    let limits = Limits { velocity: [-end.velocity.abs(), end.velocity.abs()], ..dof.limits };
    let run = PositionProblem { start: end, end: rest(wall), limits }.fastest();
    Some(if inside(&run, dof.range) { run } else { last })
}

/// To a velocity inside the limits of position, or to rest at the limit that is in the way; and whether the velocity was reached.
pub(super) fn to_velocity(dof: &Dof) -> (Profile, bool) {
    let Dof { current, target, limits, .. } = *dof;
    let plain = VelocityProblem { start: current, velocity: target.velocity, acceleration: 0.0, limits }.fastest();
    let room = room(dof);
    if inside(&plain, room) && inside(&stop(plain.end(), &limits), dof.range) {
        return (plain, true);
    }
    let ahead = current.velocity.abs() + current.acceleration * current.acceleration / (2.0 * limits.jerk);
    let most = ahead.max(target.velocity.abs());
    let limits = Limits { velocity: [-most, most], ..limits };
    let wall = if target.velocity > 0.0 || target.velocity == 0.0 && current.velocity > 0.0 {
        dof.range[1]
    } else {
        dof.range[0]
    };
    if wall.is_finite() && most > 0.0 {
        let run = PositionProblem { start: current, end: rest(wall), limits }.fastest();
        if inside(&run, room) {
            return (run, false);
        }
    }
    (escape(current, &limits, dof.range), false)
}
