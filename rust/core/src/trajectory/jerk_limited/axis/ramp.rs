//! A distance covered with bounded rate and bounded change of rate: one degree of freedom of second order, and the velocity interface of third order with
//! velocity for distance, acceleration for rate and jerk for change.

use super::{Durations, MAX_BLOCKED};

/// Relative rounding of a distance [-].
const ROUNDING: f64 = 4e-16;

/// Duration and change of rate of each piece, in order of time.
pub(super) type Moves = [(f64, f64); 4];

/// The problem inside the limits, after `lead_in` brought the rate into them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ramp {
    lead_in: (f64, f64),
    distance: f64,
    slack: f64,
    margin: f64,
    begin: f64,
    end: f64,
    /// Largest rates down and up.
    rates: [f64; 2],
    /// Largest changes of rate: down and up, both positive.
    changes: [f64; 2],
}

/// The same problem looked at from one side: what gets farthest up.
struct Extreme {
    distance: f64,
    begin: f64,
    end: f64,
    limit: f64,
    up: f64,
    down: f64,
}

impl Extreme {
    fn highest(&self) -> f64 {
        self.begin.max(self.end)
    }

    fn curvature(&self) -> f64 {
        0.5 * (1.0 / self.up + 1.0 / self.down)
    }

    fn base(&self) -> f64 {
        0.5 * (self.begin * self.begin / self.up + self.end * self.end / self.down)
    }

    fn time(&self, peak: f64) -> f64 {
        (peak - self.begin) / self.up + (peak - self.end) / self.down
    }

    fn covered(&self, peak: f64) -> f64 {
        self.curvature() * peak * peak - self.base()
    }

    /// Peak rate and time of constant rate of the movement that gets up to `distance` beyond its peak of `highest`.
    fn covering(&self, distance: f64) -> (f64, f64) {
        let peak = ((distance + self.base()) / self.curvature()).max(0.0).sqrt().max(self.highest());
        let limit = self.limit.max(self.highest());
        if peak <= limit {
            return (peak, 0.0);
        }
        (limit, ((distance - self.covered(limit)) / limit).max(0.0))
    }

    /// The open interval of durations at which even this side falls short of `distance`; empty if it never does.
    fn short(&self, distance: f64) -> (f64, f64) {
        let highest = self.highest();
        let left = (distance + self.base()) / self.curvature();
        if highest >= 0.0 || left <= 0.0 {
            return (0.0, 0.0);
        }
        let (peak, hold) = self.covering(distance);
        (self.time((-left.sqrt()).max(highest)), self.time(peak) + hold)
    }
}

impl Ramp {
    /// `changes` are the largest magnitudes of change down and up; `tolerances` the distances that may be missed by the straight change of rate, and by the
    /// movements at the ends of blocked intervals.
    pub fn new(distance: f64, rate: [f64; 2], rates: [f64; 2], changes: [f64; 2], tolerances: [f64; 2]) -> Self {
        let [before, end] = rate;
        let [low, high] = rates;
        let begin = before.clamp(low, high);
        let change = if begin < before { -changes[0] } else { changes[1] };
        let lead_in = ((begin - before) / change, change);
        let distance = distance - 0.5 * (before + begin) * lead_in.0;
        let [slack, margin] = tolerances;
        Self { lead_in, distance, slack, margin, begin, end, rates, changes }
    }

    fn extreme(&self, down: bool) -> Extreme {
        let ([below, above], [fall, rise]) = (self.rates, self.changes);
        if down {
            let (begin, end) = (-self.begin, -self.end);
            Extreme { distance: -self.distance, begin, end, limit: -below, up: fall, down: rise }
        } else {
            Extreme { distance: self.distance, begin: self.begin, end: self.end, limit: above, up: rise, down: fall }
        }
    }

    /// Duration of the straight change of rate.
    fn straight(&self) -> f64 {
        let change = if self.end < self.begin { -self.changes[0] } else { self.changes[1] };
        (self.end - self.begin) / change
    }

    /// Whether the straight change of rate covers the distance, but for rounding or the tolerance.
    fn covered_straight(&self, plain: f64) -> bool {
        (self.distance - plain).abs() <= self.slack + ROUNDING * plain.abs()
    }

    /// Side, peak rate as seen from there, and time of constant rate of the shortest movement.
    fn best(&self) -> (bool, f64, f64) {
        let up = self.extreme(false);
        let plain = 0.5 * (self.begin + self.end) * self.straight();
        if self.covered_straight(plain) {
            return (false, up.highest(), 0.0);
        }
        let down = self.distance < plain;
        let side = self.extreme(down);
        let (peak, hold) = side.covering(side.distance);
        (down, peak, hold)
    }

    pub fn durations(&self) -> Durations {
        let (down, peak, hold) = self.best();
        let mut durations = Durations::from(self.lead_in.0 + self.extreme(down).time(peak) + hold);
        let mut count = 0;
        for down in [false, true] {
            let side = self.extreme(down);
            let (begin, end) = side.short(side.distance - self.margin);
            if end > begin && self.lead_in.0 + end > durations.fastest && count < MAX_BLOCKED {
                durations.blocked[count] = (self.lead_in.0 + begin, self.lead_in.0 + end);
                count += 1;
            }
        }
        durations
    }

    pub fn fastest(&self) -> Moves {
        let (down, peak, hold) = self.best();
        let peak = if down { -peak } else { peak };
        self.moves(peak, hold)
    }

    pub fn lasting(&self, duration: f64) -> Moves {
        let time = (duration - self.lead_in.0).max(0.0);
        let rest = (time - self.straight()).max(0.0);
        let plain = 0.5 * (self.begin + self.end) * self.straight();
        let (low, high) = (self.begin.min(self.end), self.begin.max(self.end));
        let level = if rest <= 4.0 * f64::EPSILON * time && self.covered_straight(plain) {
            self.end
        } else if self.distance > plain + high * rest {
            Self::above(&self.extreme(false), time)
        } else if self.distance < plain + low * rest {
            -Self::above(&self.extreme(true), time)
        } else if rest > 0.0 {
            ((self.distance - plain) / rest).clamp(low, high)
        } else {
            self.end
        };
        let moves = self.moves(level, 0.0);
        let hold = time - moves[1].0 - moves[3].0;
        self.moves(level, hold.max(0.0))
    }

    /// Level at or above both ends at which the rate stays constant so that `time` is used up.
    fn above(side: &Extreme, time: f64) -> f64 {
        let sum = time + side.begin / side.up + side.end / side.down;
        let aim = side.distance + side.base();
        let under = (sum * sum - 4.0 * side.curvature() * aim).max(0.0).sqrt();
        let stable = sum > 0.0 && under > 0.0;
        let level = if stable { 2.0 * aim / (sum + under) } else { 0.5 * (sum - under) / side.curvature() };
        level.clamp(side.highest(), side.limit.max(side.highest()))
    }

    fn moves(&self, level: f64, hold: f64) -> Moves {
        let to = |from: f64, to: f64| {
            let change = if to < from { -self.changes[0] } else { self.changes[1] };
            ((to - from) / change, change)
        };
        [self.lead_in, to(self.begin, level), (hold, 0.0), to(level, self.end)]
    }
}
