//! Which members of a family get at least as far as asked.

use super::root;
use super::side::{Point, Side};

/// Ratio of the tops at which the slope of a movement without hold is smallest: `2 - sqrt(3)`, and the parameter there over the root of the lag.
const SMALLEST_SLOPE: f64 = 0.278_119_254_883_257_5;

/// Most intervals of duration that one family allows [-].
pub(super) const MAX_SPANS: usize = 6;

/// Closed intervals of duration, ascending.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spans {
    list: [(f64, f64); MAX_SPANS],
    count: usize,
}

impl Spans {
    pub fn as_slice(&self) -> &[(f64, f64)] {
        self.list.get(..self.count).unwrap_or(&[])
    }

    /// Whether `t` is one of them, but for rounding.
    pub fn contain(&self, t: f64) -> bool {
        let slack = 1e-12 * t;
        self.as_slice().iter().any(|&(begin, end)| begin - slack <= t && t <= end + slack)
    }

    /// All durations of either.
    pub fn union(&self, other: &Self) -> Self {
        let (mut one, mut two) = (self.as_slice(), other.as_slice());
        let mut all = Self::default();
        loop {
            let next = match (one.split_first(), two.split_first()) {
                (Some((a, rest)), b) if b.is_none_or(|(b, _)| a.0 <= b.0) => {
                    one = rest;
                    a
                }
                (_, Some((b, rest))) => {
                    two = rest;
                    b
                }
                _ => return all,
            };
            all.add(next.0, next.1);
        }
    }

    /// Add an interval; one that begins where the last one ends is joined to it.
    pub fn add(&mut self, begin: f64, end: f64) {
        match self.count.checked_sub(1).and_then(|last| self.list.get_mut(last)) {
            Some(last) if begin <= last.1 => last.1 = last.1.max(end),
            _ if self.count < MAX_SPANS => {
                self.list[self.count] = (begin, end);
                self.count += 1;
            }
            _ => {}
        }
    }
}

/// Parameters at which a family turns back, and where it pauses: between neighbours the distance is monotone.
#[derive(Clone, Copy, Debug, Default)]
struct Knots {
    list: [f64; 8],
    count: usize,
}

impl Knots {
    fn add(&mut self, z: f64) {
        if self.count < self.list.len() && (self.count == 0 || z > self.list[self.count - 1]) {
            self.list[self.count] = z;
            self.count += 1;
        }
    }

    fn as_slice(&self) -> &[f64] {
        self.list.get(..self.count).unwrap_or(&[])
    }
}

impl Side {
    /// Parameter of smallest slope among the negative ones.
    fn flattest(&self) -> f64 {
        let [border, ..] = self.borders();
        let free = -SMALLEST_SLOPE * self.lag.sqrt();
        let held = -0.25 * self.tail.limit;
        if held < border { held } else { free.max(border) }
    }

    /// Knots of negative parameters, from the first up to `end`; the ends included.
    fn knots_below(&self, end: f64) -> Knots {
        let mut knots = Knots::default();
        knots.add(self.first);
        let flat = self.flattest().clamp(self.first, end);
        if self.slope(flat) < 0.0 {
            if self.slope(self.first) > 0.0 {
                knots.add(self.turn_below(self.first, flat, true));
            }
            if self.slope(end) > 0.0 {
                knots.add(self.turn_below(flat, end, false));
            }
        }
        knots.add(end);
        knots
    }

    /// Knots of parameters from `begin` on, not negative.
    fn knots_above(&self, begin: f64) -> Knots {
        let mut knots = Knots::default();
        knots.add(begin);
        if self.slope(begin) < 0.0 {
            knots.add(self.turn_above(begin));
        }
        knots
    }

    /// Parameter not below `begin`, which is not negative, at which the distance has fallen to its smallest and begins to grow; `begin` if it never falls.
    fn turn_above(&self, begin: f64) -> f64 {
        let (base, limit) = (self.lead.base, self.tail.limit);
        let quarter = 0.25 * self.lag - 2.0 * base;
        let square = 2.0 * base * base / (quarter + (quarter * quarter - 3.0 * base * base).max(0.0).sqrt());
        let free = square.sqrt();
        if free >= begin && free <= self.lead.limit && self.lag + square <= limit * limit {
            return free.min(self.top);
        }
        let held = 0.5 * ((0.25 * limit * limit - 4.0 * base).max(0.0).sqrt() - 0.5 * limit);
        if held >= begin && held <= self.lead.limit && self.lag + held * held >= limit * limit {
            return held.min(self.top);
        }
        if self.slope(self.top) <= 0.0 {
            return begin;
        }
        let border = self.lead.limit.max(begin);
        if border < self.top && self.slope(border) < 0.0 {
            return self.turn_held(border);
        }
        root::turn(begin, self.top, |z| self.slope(z))
    }

    /// Whether the distance grows all along the negative parameters, and there is no pause.
    pub fn climbs(&self) -> bool {
        self.pause().is_none() && self.slope(self.flattest().clamp(self.first, 0.0)) >= 0.0
    }

    /// Whether the family certainly never falls below `distance`, from its beginning on, or, if `late`, after its pause; it covers that much there.
    pub fn stays(&self, distance: f64, late: bool) -> bool {
        let begin = match self.pause() {
            Some(_) if late => self.restart(),
            Some(_) => return false,
            None => self.first,
        };
        let lowest = if begin >= 0.0 {
            if self.slope(begin) >= 0.0 {
                return true;
            }
            self.turn_above(begin)
        } else {
            let flat = self.flattest().clamp(begin, 0.0);
            if self.slope(flat) >= 0.0 {
                return true;
            }
            if self.slope(0.0) <= 0.0 { self.turn_above(0.0) } else { self.turn_below(flat, 0.0, false) }
        };
        self.distance_at(lowest) >= distance
    }

    /// Parameter beyond `begin`, from which on the leading half is held, at which the distance begins to grow.
    fn turn_held(&self, begin: f64) -> f64 {
        let (base, limit) = (self.lead.base, self.lead.limit);
        let quarter = 0.25 * limit;
        let tail = (self.lag - base) / (quarter + (quarter * quarter + self.lag - base).max(0.0).sqrt());
        let square = -base - 0.5 * limit * tail.min(self.tail.limit);
        square.max(0.0).sqrt().max(begin).min(self.top)
    }

    /// Parameter between `low` and `high`, neither positive, where the distance turns to fall if `falling`, or to grow. The flattest place is one of them.
    fn turn_below(&self, low: f64, high: f64, falling: bool) -> f64 {
        let (base, limit) = (self.lead.base, self.tail.limit);
        let [border, ..] = self.borders();
        let held = border >= high || border > low && (self.slope(border) > 0.0) != falling;
        let turn = if held {
            let quarter = 0.25 * limit;
            let sum = quarter + (quarter * quarter - base).max(0.0).sqrt();
            if falling { -sum } else { -base / sum }
        } else {
            let quarter = 0.25 * self.lag - 2.0 * base;
            let sum = quarter + (quarter * quarter - 3.0 * base * base).max(0.0).sqrt();
            -(if falling { sum / 1.5 } else { 2.0 * base * base / sum }).sqrt()
        };
        turn.max(low).min(high)
    }

    /// The first movement between the first parameter and `end`, neither positive, that covers `distance`; the first one covers less.
    pub fn first_below(&self, distance: f64, end: f64) -> Option<Point> {
        // the slope is steepest at one of the ends of the way down to the flattest place
        let flat = self.flattest().clamp(self.first, end);
        let (steepest, first) = (self.slope(self.first), self.point(self.first));
        if self.slope(flat) < 0.0 && self.slope(end) <= 0.0 {
            let most = self.distance(&first) + steepest.max(0.0) * (self.time_at(flat) - self.time(&first));
            if most < distance {
                return None;
            }
        }
        let knots = self.knots_below(end);
        for pair in knots.as_slice().windows(2) {
            if self.distance_at(pair[1]) >= distance {
                return Some(self.between(distance, pair[0], pair[1]));
            }
        }
        None
    }

    /// Durations at which the family covers at least `distance`.
    pub fn spans(&self, distance: f64) -> Spans {
        let mut spans = Spans::default();
        let begin = if self.first < 0.0 {
            let end = self.pause().unwrap_or(0.0);
            for pair in self.knots_below(end).as_slice().windows(2) {
                self.span(&mut spans, distance, pair[0], pair[1]);
            }
            self.restart().max(0.0)
        } else {
            self.restart()
        };
        let above = self.knots_above(begin);
        for pair in above.as_slice().windows(2) {
            self.span(&mut spans, distance, pair[0], pair[1]);
        }
        let last = above.as_slice().last().copied().unwrap_or(begin);
        let from = if self.distance_at(last) >= distance { self.point(last) } else { self.covering(distance, last) };
        spans.add(self.time(&from), f64::INFINITY);
        spans
    }

    /// Add what lies between two neighbouring knots.
    fn span(&self, spans: &mut Spans, distance: f64, low: f64, high: f64) {
        let (at_low, at_high) = (self.distance_at(low) >= distance, self.distance_at(high) >= distance);
        if !(at_low || at_high) {
            return;
        }
        let middle = if at_low == at_high { 0.0 } else { self.time(&self.between(distance, low, high)) };
        let begin = if at_low { self.time_at(low) } else { middle };
        let end = if at_high { self.time_at(high) } else { middle };
        spans.add(begin, end);
    }
}
