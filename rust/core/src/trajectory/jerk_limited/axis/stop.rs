//! The shortest change of velocity, and with it the stop.

use super::{Limits, Order, Profile, State};

/// Carry `profile` on to `velocity` and `acceleration` in the shortest time of third order. A start outside the limits of acceleration comes back on the way.
pub(super) fn reach(profile: &mut Profile, velocity: f64, acceleration: f64, limits: &Limits) {
    let j = limits.jerk;
    let State { velocity: v0, acceleration: a0, .. } = profile.end();
    let (dv, a1) = (velocity - v0, acceleration);
    let straight = (a1 - a0) * (a1 + a0) / (2.0 * j) * if a1 >= a0 { 1.0 } else { -1.0 };
    let side = if dv >= straight { 1.0 } else { -1.0 };
    let limit = if side > 0.0 { limits.acceleration[1] } else { limits.acceleration[0] };
    let squared = side * j * dv + 0.5 * (a0 * a0 + a1 * a1);
    let peak = side * squared.max(0.0).sqrt().max(side * a0).max(side * a1);
    let (top, hold) = if side * peak > side * limit {
        let first = (limit - a0) * (limit + a0) / (2.0 * j) * if side * a0 <= side * limit { side } else { -side };
        let last = (a1 - limit) * (a1 + limit) / (2.0 * j) * -side;
        (limit, (dv - first - last) / limit)
    } else {
        (peak, 0.0)
    };
    profile.push((top - a0).abs() / j, j.copysign(top - a0));
    profile.push(hold, 0.0);
    profile.push((a1 - top).abs() / j, j.copysign(a1 - top));
    let end = profile.end();
    profile.set_end(State { velocity, acceleration, ..end });
}

/// The shortest stop: velocity and acceleration to zero, whatever the state.
#[must_use]
pub fn stop(start: State, limits: &Limits) -> Profile {
    let mut profile = Profile::rest(start);
    match limits.order() {
        Order::Third => reach(&mut profile, 0.0, 0.0, limits),
        Order::Second => {
            let [down, up] = limits.acceleration;
            let a = if start.velocity > 0.0 { down } else { up };
            profile.set_end(State { acceleration: a, ..start });
            profile.push(-start.velocity / a, 0.0);
        }
        Order::First => {}
    }
    let end = State { velocity: 0.0, acceleration: 0.0, ..profile.end() };
    profile.set_end(end);
    profile.keep_finite(start);
    profile
}
