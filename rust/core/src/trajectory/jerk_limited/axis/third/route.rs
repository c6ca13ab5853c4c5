//! A lead-in and the two extreme families after it: all durations and movements of one way into the limits.

use super::cruise::Cruise;
use super::half::{Arc, Half};
use super::lead_in::LeadIn;
use super::mix;
use super::reach::Spans;
use super::side::{Point, Side};
use crate::trajectory::jerk_limited::axis::{Limits, POSITION_TOLERANCE, Profile, State, VELOCITY_TOLERANCE};

/// Relative slack of a displacement [-].
const ROUNDING: f64 = 4e-16;

/// Rounding that a constant velocity may gather: relative [-], and of the position at its end [rad].
const LEVEL: f64 = 1e-13;
const LEVEL_END: f64 = 1e-10;

/// One way from the start to the end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Route {
    pub lead_in: LeadIn,
    pub end: State,
    pub jerk: f64,
    /// The families that get farthest up and down.
    pub sides: [Side; 2],
    /// Displacement after the lead-in over the jerk, and by how much it may be missed.
    pub gain: f64,
    pub slack: f64,
    /// By how much the velocity may be missed, over the jerk.
    pub drift: f64,
}

/// A member of one of the families.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    pub down: bool,
    pub point: Point,
    /// Whether it is the shortest change of velocity.
    pub plain: bool,
}

impl Route {
    pub fn new(lead_in: LeadIn, end: State, limits: &Limits) -> Self {
        let mut route = Self::default();
        route.renew(lead_in, end, limits);
        route
    }

    /// [`Self::new`] in place.
    #[inline(always)]
    pub fn renew(&mut self, lead_in: LeadIn, end: State, limits: &Limits) {
        let start = lead_in.end;
        let per_jerk = 1.0 / limits.jerk;
        let (v0, a0) = (start.velocity * per_jerk, start.acceleration * per_jerk);
        let (v1, a1) = (end.velocity * per_jerk, end.acceleration * per_jerk);
        let [up, down] = [limits.acceleration[1] * per_jerk, -limits.acceleration[0] * per_jerk];
        let high = limits.velocity[1] * per_jerk;
        self.sides[0] = Side::new(Half::new(v0, a0, up), Half::new(v1, -a1, down), high);
        let low = -limits.velocity[0] * per_jerk;
        self.sides[1] = Side::new(Half::new(-v0, -a0, down), Half::new(-v1, a1, up), low);
        self.gain = (end.position - start.position) * per_jerk;
        self.slack = per_jerk * (POSITION_TOLERANCE + ROUNDING * (end.position.abs() + start.position.abs()));
        (self.lead_in, self.end, self.jerk) = (lead_in, end, limits.jerk);
        self.drift = per_jerk * VELOCITY_TOLERANCE;
    }

    fn side(&self, down: bool) -> (&Side, f64) {
        if down { (&self.sides[1], -self.gain) } else { (&self.sides[0], self.gain) }
    }

    /// The family to look in, given where the movement of the up family at `z` (the shortest there is) gets: and that movement, if it gets right there.
    fn toward(&self, z: f64) -> (bool, Option<Point>) {
        let up = &self.sides[0];
        let point = up.point(z);
        let distance = up.distance(&point);
        let slack = self.slack + ROUNDING * distance.abs();
        (distance > self.gain, ((distance - self.gain).abs() <= slack).then_some(point))
    }

    /// The end is reached, but for the tolerances, as soon as the acceleration is right.
    fn straight(&self) -> Option<Choice> {
        let up = &self.sides[0];
        let [begin, end] = up.ends();
        let (a0, a1) = (begin.lead, -end.lead);
        let (v0, v1) = (begin.base + 0.5 * a0 * a0, end.base + 0.5 * a1 * a1);
        let time = (a1 - a0).abs();
        if (v1 - v0 - 0.5 * (a0 + a1) * time).abs() > self.drift {
            return None;
        }
        let distance = time * (v0 + time * (a0 / 3.0 + a1 / 6.0));
        if (self.gain - distance).abs() > self.slack {
            return None;
        }
        let (first, last) = (Arc { top: a0.max(a1), hold: 0.0 }, Arc { top: -a1, hold: 0.0 });
        let (lead, tail) = if up.swapped { (last, first) } else { (first, last) };
        Some(Choice { down: false, point: Point { lead, tail, cruise: 0.0 }, plain: true })
    }

    /// Whether the end is a rest.
    pub fn rests(&self) -> bool {
        self.end.velocity == 0.0 && self.end.acceleration == 0.0
    }

    /// The shortest movement.
    pub fn fastest(&self) -> Choice {
        if let Some(choice) = self.straight() {
            return choice;
        }
        let up = &self.sides[0];
        let (down, exact) = self.toward(up.first);
        if let Some(point) = exact {
            return Choice { down: false, point, plain: true };
        }
        let (side, distance) = self.side(down);
        if side.first < 0.0 && !side.climbs() {
            if let Some(point) = side.first_below(distance, side.pause().unwrap_or(0.0)) {
                return Choice { down, point, plain: false };
            }
            if let Some(pause) = side.pause() {
                let point = side.point(pause);
                let reached = side.distance(&point);
                if distance - reached <= self.slack + ROUNDING * reached.abs() {
                    return Choice { down, point, plain: false };
                }
                let (down, exact) = self.toward(up.restart());
                if let Some(point) = exact {
                    return Choice { down: false, point, plain: true };
                }
                let (side, distance) = self.side(down);
                return Choice { down, point: side.covering(distance, side.restart()), plain: false };
            }
            return Choice { down, point: side.covering(distance, 0.0), plain: false };
        }
        Choice { down, point: side.covering(distance, side.first), plain: false }
    }

    /// Duration of a member.
    pub fn time(&self, choice: &Choice) -> f64 {
        self.lead_in.duration + self.side(choice.down).0.time(&choice.point)
    }

    /// Whether every duration from the shortest on, which `choice` is, is certainly possible.
    pub fn unbroken(&self, choice: &Choice) -> bool {
        let up = &self.sides[0];
        if choice.plain && up.time(&choice.point) < (1.0 - 1e-9) * up.time_at(up.first) {
            return false;
        }
        let late = choice.point.lead.top >= 0.0;
        let stays = |down: bool| {
            let (side, distance) = self.side(down);
            if choice.down == down && !choice.plain { late } else { side.stays(distance - self.slack, late) }
        };
        stays(false) && stays(true)
    }

    /// Possible durations, the lead-in included.
    pub fn spans(&self) -> Spans {
        let up = self.sides[0].spans(self.gain - self.slack);
        let down = self.sides[1].spans(-self.gain - self.slack);
        let mut both = Spans::default();
        for a in up.as_slice() {
            for b in down.as_slice() {
                let (begin, end) = (a.0.max(b.0), a.1.min(b.1));
                if begin <= end {
                    both.add(self.lead_in.duration + begin, self.lead_in.duration + end);
                }
            }
        }
        both
    }

    /// The movement of a member, with the lead-in.
    pub fn fastest_into(&self, choice: &Choice, profile: &mut Profile) {
        self.lead_in.emit(profile);
        self.run(choice, profile);
    }

    fn run(&self, choice: &Choice, profile: &mut Profile) {
        let side = self.side(choice.down).0;
        let sign = if choice.down { -1.0 } else { 1.0 };
        let moves = mix::moves(side, &choice.point);
        for &(duration, jerk) in &moves[..3] {
            profile.push(duration, sign * jerk * self.jerk);
        }
        if choice.point.cruise > 0.0 {
            let velocity = sign * side.lead.peak(choice.point.lead) * self.jerk;
            self.level(profile, velocity, choice.point.cruise);
        }
        for &(duration, jerk) in &moves[4..] {
            profile.push(duration, sign * jerk * self.jerk);
        }
        profile.land(self.end);
    }

    /// Carry on with constant velocity, free of the rounding on the way there; where that would add up, what is left of the acceleration is taken away.
    fn level(&self, profile: &mut Profile, velocity: f64, duration: f64) {
        let most = profile.pieces().iter().fold(0.0_f64, |most, piece| most.max(piece.start.acceleration.abs()));
        let slip = 1e-15 * most * duration;
        if slip > LEVEL * velocity.abs() || slip * duration > LEVEL_END {
            let left = profile.acceleration_left();
            profile.push(left.abs() / self.jerk, -self.jerk.copysign(left));
        }
        profile.set_end(State { velocity, acceleration: 0.0, ..profile.end() });
        profile.push(duration, 0.0);
    }

    /// A movement of exactly `time` after the lead-in.
    pub fn lasting(&self, time: f64, profile: &mut Profile) {
        self.lead_in.emit(profile);
        let early = self.rests() && time < self.sides[0].time_at(self.sides[0].first);
        if let Some(choice) = early.then(|| self.straight()).flatten() {
            self.run(&choice, profile);
            self.level(profile, 0.0, time - self.sides[0].time(&choice.point));
            profile.land(self.end);
            return;
        }
        if let Some(cruise) = Cruise::lasting(self, time) {
            for (duration, sign) in mix::first(&cruise.first) {
                profile.push(duration, sign * self.jerk);
            }
            self.level(profile, cruise.level * self.jerk, cruise.hold);
            for (duration, sign) in mix::last(&cruise.last) {
                profile.push(duration, sign * self.jerk);
            }
        } else {
            let [up, down] = &self.sides;
            let (high, low) = (up.lasting(time), down.lasting(time));
            let (most, least) = (up.distance(&high), -down.distance(&low));
            let share = ((self.gain - least) / (most - least)).clamp(0.0, 1.0);
            let share = if share.is_nan() { 0.5 } else { share };
            mix::blend(&mix::moves(up, &high), &mix::moves(down, &low), share, self.jerk, profile);
        }
        profile.land(self.end);
    }
}
