//! The axis about which a foot pitches and its sign, from a sensor mounted in any way.

use super::vector::{Vector, across, cross, dot, toward, unit};

/// Time constants of the angular velocity, of its slow copy and of gravity [s].
const SMOOTH_TIME: f64 = 0.004;
const SLOW_TIME: f64 = 0.02;
const GRAVITY_TIME: f64 = 0.3;
/// Squared angular velocity below which the acceleration may be gravity [rad²/s²].
const QUIET: f64 = 0.6 * 0.6;
/// Squares of the least and the largest acceleration that may be gravity [m²/s⁴].
const WEIGHT: (f64, f64) = (8.3 * 8.3, 11.3 * 11.3);
/// Time between two looks at the axis while its sign is open, and once it is sure [ns].
const LOOK: (i64, i64) = (20_000_000, 60_000_000);
/// Longest time for which one look counts [s].
const LOOK_MAX: f64 = 0.1;
/// Votes from which the sign is sure, and the most that are kept.
const SURE: i32 = 2;
const MOST_VOTES: i32 = 3;
/// Trace of the moments at which they are scaled down, and from which they have a direction [rad²/s].
const TRACE: (f64, f64) = (60.0, 1e-3);
/// Time at rest after which the foot is flat [ns].
pub(super) const FLAT: i64 = 100_000_000;
/// Way after which a step has a direction [m].
const WAY: f64 = 0.12;
/// Pitch [rad] and speed [m/s] that tell the direction of the first step.
const FIRST: (f64, f64) = (0.1, 0.4);
/// Largest pitch that turns the acceleration [rad].
const PITCH_MAX: f64 = 1.6;

pub(super) fn seconds(from: i64, to: i64) -> f64 {
    to.saturating_sub(from) as f64 * 1e-9
}

/// Time since the tick before, and what the filters make of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    /// The same in [ns], as it was given.
    pub(super) step: i64,
    /// Time since the tick before [s].
    pub(super) dt: f64,
    smooth: f64,
    slow: f64,
    gravity: f64,
}

impl Pace {
    pub(super) fn new(step: i64) -> Self {
        let dt = step as f64 * 1e-9;
        let share = |time: f64| dt / (dt + time);
        Self { step, dt, smooth: share(SMOOTH_TIME), slow: share(SLOW_TIME), gravity: share(GRAVITY_TIME) }
    }
}

/// The pitch axis of one foot between two ticks.
#[derive(Clone, Copy, Debug)]
pub(super) struct PitchAxis {
    axis: Option<Vector>,
    gravity: Option<Vector>,
    /// Whether gravity has changed since `up` was made of it.
    tilted: bool,
    up: Option<Vector>,
    /// Horizontal direction of the toes, if the sign is 1.
    forward: Option<Vector>,
    looked: Option<i64>,
    /// No look is due before [ns].
    due: i64,
    pub(super) sign: f64,
    /// Whether the sign was ever told.
    pub(super) known: bool,
    smooth: Vector,
    slow: Vector,
    /// Second moments of the angular velocity [rad²/s]: xx, yy, zz, xy, xz, yz.
    moments: [f64; 6],
    votes: i32,
    ballots: i64,
    /// Whether the step is still to be voted on; then alone its speed and way count.
    armed: bool,
    /// When the foot was last flat [ns].
    pub(super) flat: Option<i64>,
    pub(super) rest: bool,
    pub(super) rest_since: i64,
    /// Angle [rad], speed [m/s] and way [m] since the foot was flat, about the axis without its sign.
    pub(super) pitch: f64,
    speed: f64,
    shift: f64,
    /// Pitch rate, heel up positive [rad/s].
    pub(super) rate: f64,
    pub(super) settled: bool,
}

impl PitchAxis {
    pub(super) fn new() -> Self {
        Self {
            axis: None,
            gravity: None,
            tilted: false,
            up: None,
            forward: None,
            looked: None,
            due: i64::MIN,
            sign: 1.0,
            known: false,
            smooth: [0.0; 3],
            slow: [0.0; 3],
            moments: [0.0; 6],
            votes: 0,
            ballots: 0,
            armed: false,
            flat: None,
            rest: false,
            rest_since: 0,
            pitch: 0.0,
            speed: 0.0,
            shift: 0.0,
            rate: 0.0,
            settled: false,
        }
    }

    /// What is known of the axis at the end of a recording, for a second look at it.
    pub(super) fn settled(&self) -> Self {
        let sign = if self.ballots == 0 { self.sign } else { self.ballots.signum() as f64 };
        Self { axis: self.axis, gravity: self.gravity, known: self.known, sign, settled: true, ..Self::new() }
    }

    /// Whether the sign rests on the way of a whole step.
    pub(super) fn voted(&self) -> bool {
        self.settled || self.votes != 0
    }

    /// Begins anew with angular velocity `w` [rad/s] at time `t` [ns]; what was learned stays.
    pub(super) fn restart(&mut self, w: &Vector, t: i64) {
        (self.smooth, self.slow, self.rest_since, self.armed) = (*w, *w, t, false);
        (self.pitch, self.speed, self.shift) = (0.0, 0.0, 0.0);
    }

    /// Takes acceleration `a` [m/s²] and angular velocity `w` [rad/s]; `push` is the usual peak of the push-off
    /// [rad/s]. Returns whether the sign changed. The look comes last: a new axis counts from the next tick on.
    pub(super) fn take(&mut self, a: &Vector, w: &Vector, t: i64, pace: &Pace, push: f64) -> bool {
        let (smooth, slow) = (toward(&self.smooth, w, pace.smooth), toward(&self.slow, w, pace.slow));
        (self.smooth, self.slow) = (smooth, slow);
        if !self.settled {
            self.weigh(a, dot(&smooth, &smooth), pace);
        }
        let turn = self.axis.map_or(0.0, |axis| dot(&axis, &smooth));
        let (sign, limit) = (self.sign, 0.6 + 0.04 * push);
        self.rest = dot(&slow, &slow) < limit * limit;
        if self.rest {
            if t.saturating_sub(self.rest_since) >= FLAT {
                self.lie(t);
            }
        } else {
            self.rest_since = t;
            self.pitch += turn * pace.dt;
            if self.armed {
                self.travel(a, pace.dt);
            }
        }
        self.rate = self.sign * turn;
        if !self.settled && t >= self.due {
            self.look(t);
        }
        self.sign != sign
    }

    /// Follows gravity while the foot hardly moves, by the square of its angular velocity [rad²/s²].
    fn weigh(&mut self, a: &Vector, turning: f64, pace: &Pace) {
        let square = dot(a, a);
        if (turning < QUIET) & (WEIGHT.0 < square) & (square < WEIGHT.1) {
            self.gravity = Some(self.gravity.map_or(*a, |gravity| toward(&gravity, a, pace.gravity)));
            self.tilted = true;
        }
    }

    /// Looks at gravity and at the main direction of the turning now and then.
    fn look(&mut self, t: i64) {
        let since = self.looked.map(|looked| t.saturating_sub(looked));
        if since.is_some_and(|since| since < self.patience()) {
            return; // the end of time
        }
        self.looked = Some(t);
        self.due = t.saturating_add(self.patience());
        if self.tilted {
            self.up = self.gravity.map(|gravity| unit(&gravity).unwrap_or([0.0, 0.0, 1.0]));
            self.tilted = false;
        }
        self.turn(since.map_or(0.0, |since| (since as f64 * 1e-9).min(LOOK_MAX)));
        self.forward = self.axis.zip(self.up).map(|(axis, up)| cross(&axis, &up));
    }

    /// Time from one look to the next [ns].
    fn patience(&self) -> i64 {
        if self.votes.abs() >= SURE { LOOK.1 } else { LOOK.0 }
    }

    /// Adds what the last `span` [s] were to the moments; one power iteration in the horizontal plane.
    /// Turning about the vertical alone leaves no axis.
    fn turn(&mut self, span: f64) {
        let s = self.smooth;
        let products = [s[0] * s[0], s[1] * s[1], s[2] * s[2], s[0] * s[1], s[0] * s[2], s[1] * s[2]];
        for (moment, product) in self.moments.iter_mut().zip(products) {
            *moment += product * span;
        }
        let trace = self.moments[0] + self.moments[1] + self.moments[2];
        if trace > TRACE.1 {
            let [xx, yy, zz, xy, xz, yz] = self.moments;
            let v = self.axis.or_else(|| unit(&s)).unwrap_or([1.0, 0.0, 0.0]);
            let image = [dot(&[xx, xy, xz], &v), dot(&[xy, yy, yz], &v), dot(&[xz, yz, zz], &v)];
            self.axis = unit(&self.up.map_or(image, |up| across(&image, &up)));
        }
        if trace > TRACE.0 {
            let scale = TRACE.0 / trace;
            self.moments = self.moments.map(|moment| moment * scale);
        }
    }

    /// The foot lies flat: a new step can begin.
    fn lie(&mut self, t: i64) {
        (self.pitch, self.speed, self.shift) = (0.0, 0.0, 0.0);
        (self.armed, self.flat) = (!self.settled, Some(t));
        if !self.known {
            self.moments = [0.0; 6];
        }
    }

    /// The way of the foot, until the step is voted on.
    fn travel(&mut self, a: &Vector, dt: f64) {
        if let (Some(forward), Some(up)) = (self.forward, self.up) {
            self.integrate(a, (&forward, &up), dt);
            self.vote();
        }
    }

    /// Strap-down integration in the sagittal plane.
    fn integrate(&mut self, a: &Vector, (forward, up): (&Vector, &Vector), dt: f64) {
        let p = self.pitch.clamp(-PITCH_MAX, PITCH_MAX);
        let q = p * p;
        let sine = p * (1.0 - q * (1.0 / 6.0) * (1.0 - 0.05 * q));
        let cosine = 1.0 - 0.5 * q * (1.0 - q * (1.0 / 12.0));
        self.speed += (dot(forward, a) * cosine + dot(up, a) * sine) * dt;
        self.shift += self.speed * dt;
    }

    /// A step tells the sign by its way; the very first one is guessed early.
    fn vote(&mut self) {
        let mut told = 0;
        if self.votes == 0 {
            let first = self.pitch / FIRST.0 + self.speed / FIRST.1;
            if first.abs() > 1.0 {
                told = if first > 0.0 { 1 } else { -1 };
            }
        }
        if self.shift.abs() > WAY {
            let way = if self.shift > 0.0 { 1 } else { -1 };
            self.votes = (self.votes + way).clamp(-MOST_VOTES, MOST_VOTES);
            self.ballots = self.ballots.saturating_add(i64::from(way));
            self.armed = false;
            told = if self.votes == 0 { way } else { self.votes.signum() };
            self.due = self.looked.map_or(i64::MIN, |looked| looked.saturating_add(self.patience()));
        }
        if told != 0 {
            (self.sign, self.known) = (f64::from(told), true);
        }
    }
}
