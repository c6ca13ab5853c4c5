//! The arithmetic of guard, belt and support: pure functions of numbers, one decision each.
//!
//! Guard, belt and support take whatever they let through from here, so that what is proved of these functions over
//! every bit pattern (`tests/proofs`) holds for the machine. They are open to proofs and tests only: no part of the
//! public interface, and not held stable.

/// Readings and commands beyond this magnitude [SI] are no measurement: they count as absent.
pub const PLAUSIBLE: f64 = 1e6;

/// `max(lo, min(hi, x))`; `hi` where `x` is not a number.
#[must_use]
pub fn clamp(x: f64, lo: f64, hi: f64) -> f64 {
    lo.max(hi.min(x))
}

/// Lies from `lo` to `hi`; false for what is not a number.
#[must_use]
pub fn inside(x: f64, lo: f64, hi: f64) -> bool {
    (lo..=hi).contains(&x)
}

/// Is a number that can be reckoned with: finite and of a magnitude up to [`PLAUSIBLE`].
#[must_use]
pub fn plausible(x: f64) -> bool {
    inside(x, -PLAUSIBLE, PLAUSIBLE)
}

/// Magnitude of at most `limit`; false for what is not a number.
#[must_use]
pub fn at_most(x: f64, limit: f64) -> bool {
    x.abs() <= limit
}

/// Readings and requests up to this magnitude [SI] count as 0: no sensor can tell them from it, and a product of two of
/// them and a nanosecond is still a normal number. With numbers too small to be normal a processor may take very long.
pub const TINY: f64 = 1e-140;

/// `x`, or 0 when it is too small to be told from it.
#[must_use]
pub fn sizeable(x: f64) -> f64 {
    if at_most(x, TINY) { 0.0 } else { x }
}

/// Both above 0, or both below: what their product tells, unless it is too small for a number.
#[must_use]
pub fn along(a: f64, b: f64) -> bool {
    (a > 0.0 && b > 0.0) || (a < 0.0 && b < 0.0)
}

/// Torque [N·m] that damps a velocity `dq` [rad/s].
#[must_use]
pub fn damped(damping: f64, dq: f64) -> f64 {
    -damping * dq
}

/// `x`, or 0 when it is not finite.
#[must_use]
pub fn finite(x: f64) -> f64 {
    if x.is_finite() { x } else { 0.0 }
}

/// Share of the torque left `elapsed` [s] after a stop began that has `deadline` [s], 0 to 1 for an age of 0 or more.
#[must_use]
pub fn share(elapsed: f64, deadline: f64) -> f64 {
    (1.0 - elapsed / deadline).max(0.0)
}

/// Fastest speed [rad/s] at `distance` [rad] from an end of the range of motion: `fastest` [rad/s], or what `decel`
/// [rad/s²] brakes in time.
#[must_use]
pub fn braking(fastest: f64, decel: f64, distance: f64) -> f64 {
    let square = 2.0 * decel * distance.max(0.0);
    // The root is taken only where it can be the smaller, with room for its rounding.
    if square > 1.000_001 * (fastest * fastest) { fastest } else { fastest.min(square.sqrt()) }
}

/// What the walls at the two ends of a range of motion are made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ends {
    /// Lower end [rad].
    pub q_min: f64,
    /// Upper end [rad].
    pub q_max: f64,
    /// Stiffness of the wall beyond an end [N·m/rad].
    pub stiffness: f64,
    /// Damping of the wall beyond the braking curve [N·m·s/rad].
    pub damping: f64,
}

/// Torque bounds [N·m] of the two ends of a range of motion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Walls {
    /// Smallest torque.
    pub lo: f64,
    /// Largest torque, not below `lo`.
    pub hi: f64,
    /// The two ends contradicted each other.
    pub clash: bool,
}

impl Walls {
    /// Bounds at angle `q` [rad] and velocity `dq` [rad/s], the braking curves being at `v_lo` and `v_hi` [rad/s].
    #[must_use]
    pub fn new(ends: &Ends, [v_lo, v_hi]: [f64; 2], q: f64, dq: f64) -> Self {
        let (k, b) = (ends.stiffness, ends.damping);
        let hi = b * (v_hi - dq) - k * (q - ends.q_max).max(0.0);
        let lo = -b * (v_lo + dq) + k * (ends.q_min - q).max(0.0);
        if lo <= hi {
            return Self { lo, hi, clash: false };
        }
        // The spring of the wall that was passed asks for more than the braking curve of the other one allows: it has
        // precedence until the joint returns faster than that curve, then neither pushes.
        let (lo, hi) = if q > ends.q_max && -dq <= v_lo {
            (hi, hi)
        } else if q < ends.q_min && dq <= v_hi {
            (lo, lo)
        } else {
            (lo.min(0.0), hi.max(0.0))
        };
        Self { lo, hi, clash: true }
    }

    /// `x` moved towards zero until no wall objects.
    #[must_use]
    pub fn cut(&self, x: f64) -> f64 {
        clamp(x, self.lo.min(0.0), self.hi.max(0.0))
    }

    /// `x` moved towards zero until it is no more than what the walls ask for.
    #[must_use]
    pub fn asked(&self, x: f64) -> f64 {
        clamp(x, self.hi.min(0.0), self.lo.max(0.0))
    }
}

/// What is asked of a joint that can be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// Torque asked for [N·m]; not finite counts as 0.
    pub tau: f64,
    /// Largest torque magnitude in this mode [N·m].
    pub cap: f64,
    /// Torque let through before [N·m].
    pub prev: f64,
    /// Largest change of torque [N·m].
    pub slope: f64,
    /// Velocity [rad/s].
    pub dq: f64,
    /// In a protective stop: only what takes energy out is let through, the spring of a wall excepted.
    pub damp: bool,
}

/// Energy [J] kept in mind of a joint that was given `power` [W] for `dt` [s]: a store that leaks its size `most` [J]
/// in `ENERGY_WINDOW`. What the joint gives back does not count.
#[must_use]
pub fn stored(before: f64, power: f64, most: f64, dt: f64) -> f64 {
    (before + (power.max(0.0) - most / ENERGY_WINDOW) * dt).max(0.0)
}

/// Largest power [W] with which a joint is driven: `power_max` [W], and towards a full store what leaks from it.
#[must_use]
pub fn drive_power(power_max: f64, stored: f64, energy_max: f64) -> f64 {
    power_max.min(energy_max / ENERGY_WINDOW + (energy_max - stored).max(0.0) / ENERGY_TAPER)
}

/// Time in which a store of energy leaks its size [s].
const ENERGY_WINDOW: f64 = 1.0;
/// Time for which the rest of a store of energy would last at the power that it allows [s].
const ENERGY_TAPER: f64 = 0.1;

/// Drives along `dq` [rad/s] with more than `most` [N·m], a torque along it.
#[must_use]
pub fn beyond(tau: f64, dq: f64, most: f64) -> bool {
    (dq > 0.0 && tau > most) || (dq < 0.0 && tau < most)
}

/// `asked` with what drives along the velocity held to `power` [W], but for what the walls ask for, and whether what
/// was asked for was more.
#[must_use]
pub fn driven(asked: &Asked, walls: &Walls, power: f64) -> (Asked, bool) {
    let dq = asked.dq;
    let most = power / dq;
    let more = asked.tau.is_finite() && beyond(asked.tau, dq, most);
    let tau = if more { most } else { asked.tau };
    let prev = if beyond(asked.prev, dq, most) {
        let by_walls = walls.asked(asked.prev);
        if dq > 0.0 { most.max(by_walls) } else { most.min(by_walls) }
    } else {
        asked.prev
    };
    (Asked { tau, prev, ..*asked }, more)
}

/// What is let through, and which limits acted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passed {
    /// Torque [N·m].
    pub tau: f64,
    /// The largest torque.
    pub torque: bool,
    /// The wall at the upper end.
    pub upper: bool,
    /// The wall at the lower end.
    pub lower: bool,
    /// The largest slope.
    pub rate: bool,
}

/// Lets torque through, of at most `tau_max` [N·m].
#[must_use]
pub fn limited(asked: &Asked, walls: &Walls, tau_max: f64) -> Passed {
    let tau = finite(asked.tau);
    let within = clamp(tau, -asked.cap, asked.cap);
    let want = if walls.clash { 0.0 } else { within };
    let (upper, lower) = (want > walls.hi || walls.clash, want < walls.lo || walls.clash);
    let want = clamp(clamp(want, walls.lo, walls.hi), -tau_max, tau_max);
    let prev = walls.cut(asked.prev);
    let prev = if asked.damp { yielding(prev, want, asked.cap, asked.dq) } else { prev };
    let slewed = slewed(want, prev, asked.slope);
    let passed = if asked.damp { dissipating(slewed, asked.dq, walls) } else { slewed };
    let torque = !at_most(tau, asked.cap);
    Passed { tau: clamp(passed, -tau_max, tau_max), torque, upper, lower, rate: slewed != want }
}

/// In a protective stop, the torque `prev` [N·m] from which `want` [N·m] is approached: within the cap that shrinks,
/// and zero where it drives and is not wanted.
#[must_use]
pub fn yielding(prev: f64, want: f64, cap: f64, dq: f64) -> f64 {
    let bound = cap.max(want.abs());
    let prev = clamp(prev, -bound, bound);
    if along(prev, dq) && !along(want, prev) { 0.0 } else { prev }
}

/// `want`, at most `slope` from `prev`.
#[must_use]
pub fn slewed(want: f64, prev: f64, slope: f64) -> f64 {
    clamp(want, prev - slope, prev + slope)
}

/// `tau`; where it drives along `dq`, no more than what the walls ask for.
#[must_use]
pub fn dissipating(tau: f64, dq: f64, walls: &Walls) -> f64 {
    if along(tau, dq) { walls.asked(tau) } else { tau }
}

/// Torque of a joint that cannot be seen: `prev` [N·m] up to `slope` [N·m] closer to zero, and zero where it drives
/// along a velocity `dq` [rad/s] that it must not drive along.
#[must_use]
pub fn faded(prev: f64, slope: f64, dq: Option<f64>) -> f64 {
    let tau = slewed(0.0, prev, slope);
    if dq.is_some_and(|dq| along(tau, dq)) { 0.0 } else { tau }
}

/// Belt speed [m/s] of a quick stop after `dt` [s].
#[must_use]
pub fn belt_stop(speed: f64, decel: f64, dt: f64) -> f64 {
    (speed - decel * dt).max(0.0)
}

/// Share of the jerk that the belt's approach to its target may use, the rest is left to follow it.
const APPROACH: f64 = 1.8;

/// Acceleration [m/s²] of a belt that is `d` [m/s] below its target.
#[must_use]
pub fn belt_accel(accel: f64, d: f64, accel_max: f64, jerk_max: f64, dt: f64) -> f64 {
    let size = (APPROACH * jerk_max * d.abs()).sqrt();
    let want = clamp(if d < 0.0 { -size } else { size }, -accel_max, accel_max);
    slewed(want, accel, jerk_max * dt)
}

/// Speed [m/s] and acceleration [m/s²] of a belt that goes on for `dt` [s] towards `target` [m/s].
#[must_use]
pub fn belt_speed(speed: f64, accel: f64, target: f64, speed_max: f64, dt: f64) -> (f64, f64) {
    let next = speed + accel * dt;
    if (target - speed) * (target - next) <= 0.0 {
        (target, 0.0)
    } else if next > speed_max {
        (speed_max, 0.0)
    } else {
        (next.max(0.0), accel)
    }
}
