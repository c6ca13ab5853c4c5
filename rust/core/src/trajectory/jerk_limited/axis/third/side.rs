//! The movements that get farthest in a given time, as a family of one parameter, in units in which the jerk is one.
//!
//! Jerk up, hold, down, cruise, down, hold, up. The parameter is the acceleration at the top of the half with the larger base (the leading one); as long as
//! it is negative, the acceleration does not change sign in the middle.

use super::half::{Arc, Half};
use super::root;

/// One movement of the family.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Point {
    pub lead: Arc,
    pub tail: Arc,
    pub cruise: f64,
}

/// The family between two states.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Side {
    /// The half with the larger base (of equal ones that with the smaller lead), and the other one.
    pub lead: Half,
    pub tail: Half,
    /// Whether the leading half is the second one in time.
    pub swapped: bool,
    /// Difference of the bases, not negative.
    pub lag: f64,
    /// Parameter at which the velocity limit is reached.
    pub top: f64,
    /// Velocity limit.
    pub cruise: f64,
    /// Smallest parameter.
    pub first: f64,
    /// Parameters strictly between `-gap` and `gap` do not exist.
    pub gap: f64,
}

impl Side {
    #[inline(always)]
    pub fn new(begin: Half, end: Half, cruise: f64) -> Self {
        let swapped = end.base > begin.base || (end.base == begin.base && end.lead < begin.lead);
        let (lead, tail) = if swapped { (end, begin) } else { (begin, end) };
        let lag = lead.base - tail.base;
        let mut side = Self { lead, tail, swapped, lag, cruise, ..Self::default() };
        side.first = lead.lead;
        let missing = if tail.lead > 0.0 { tail.lead * tail.lead - lag } else { 0.0 };
        if missing > 0.0 {
            side.gap = missing.sqrt();
            let slack = 1e-14 * (lead.base.abs() + tail.base.abs() + tail.lead * tail.lead);
            if lead.lead <= 0.0 && missing - lead.lead * lead.lead <= slack {
                side.gap = side.gap.min(-lead.lead);
            } else {
                side.first = side.first.max(side.gap);
            }
        }
        side.top = (cruise - lead.base).max(0.0).sqrt().max(side.restart());
        side
    }

    /// The halves in order of time.
    pub fn ends(&self) -> [Half; 2] {
        if self.swapped { [self.tail, self.lead] } else { [self.lead, self.tail] }
    }

    /// First parameter after the gap, or the first at all.
    pub fn restart(&self) -> f64 {
        self.first.max(self.gap)
    }

    /// Last parameter before the gap, if the family begins before it.
    pub fn pause(&self) -> Option<f64> {
        (self.gap > 0.0 && self.first <= -self.gap).then_some(-self.gap)
    }

    pub fn point(&self, z: f64) -> Point {
        let lead = if z <= self.lead.limit { Arc { top: z, hold: 0.0 } } else { self.lead.held(z * z) };
        Point { lead, tail: self.tail.gaining(self.lag + z * z), cruise: 0.0 }
    }

    pub fn time(&self, point: &Point) -> f64 {
        self.lead.time(point.lead) + self.tail.time(point.tail) + point.cruise
    }

    pub fn distance(&self, point: &Point) -> f64 {
        self.lead.distance(point.lead) + self.tail.distance(point.tail) + point.cruise * self.lead.peak(point.lead)
    }

    pub fn distance_at(&self, z: f64) -> f64 {
        self.distance(&self.point(z))
    }

    pub fn time_at(&self, z: f64) -> f64 {
        self.time(&self.point(z))
    }

    /// Change of distance with duration: its sign says whether the distance grows along the family.
    pub fn slope(&self, z: f64) -> f64 {
        let point = self.point(z);
        self.lead.base + z * z + 0.5 * point.lead.top * point.tail.top
    }

    /// Parameters at which the kind of movement changes, ascending: the tail's hold ends, begins, the lead's begins.
    pub fn borders(&self) -> [f64; 3] {
        let tail = (self.tail.limit * self.tail.limit - self.lag).max(0.0).sqrt();
        [-tail, tail.min(self.lead.limit), tail.max(self.lead.limit)]
    }

    /// The movement between the parameters `low` and `high`, of one kind, that covers `distance`; it grows from less to more, or falls from more to less.
    fn inside(&self, distance: f64, low: f64, high: f64, falling: bool) -> Point {
        let middle = 0.5 * (low + high);
        let (lead_held, tail_held) =
            (middle > self.lead.limit, self.lag + middle * middle > self.tail.limit * self.tail.limit);
        match (lead_held, tail_held) {
            (false, false) => self.point_of_width(root::free(self, distance, low, high, falling)),
            (false, true) => {
                let z = root::held(&self.lead, &self.tail, distance, low, high, falling);
                Point { lead: Arc { top: z, hold: 0.0 }, tail: self.tail.held(self.lag + z * z), cruise: 0.0 }
            }
            (true, false) => {
                let tail = |z: f64| (self.lag + z * z).sqrt();
                let y = root::held(&self.tail, &self.lead, distance, tail(low), tail(high), falling);
                Point { lead: self.lead.held(y * y - self.lag), tail: Arc { top: y, hold: 0.0 }, cruise: 0.0 }
            }
            (true, true) => {
                let peak = root::both(&self.lead, &self.tail, distance, falling);
                self.both_held(peak.max(self.lead.base + low * low))
            }
        }
    }

    fn point_of_width(&self, width: f64) -> Point {
        let ratio = if self.lag > 0.0 { self.lag / width } else { 0.0 };
        Point {
            lead: Arc { top: 0.5 * (width - ratio), hold: 0.0 },
            tail: Arc { top: 0.5 * (width + ratio), hold: 0.0 },
            cruise: 0.0,
        }
    }

    fn both_held(&self, peak: f64) -> Point {
        Point { lead: self.lead.held(peak - self.lead.base), tail: self.tail.held(peak - self.tail.base), cruise: 0.0 }
    }

    /// The movement beyond parameter `low` that covers `distance`, where `low` covers less and the distance is passed once.
    pub fn covering(&self, distance: f64, low: f64) -> Point {
        let mut point = self.point(self.top);
        let rest = distance - self.distance(&point);
        if rest >= 0.0 {
            point.cruise = rest / self.lead.peak(point.lead).max(f64::MIN_POSITIVE);
            return point;
        }
        if low < 0.0 {
            return self.between(distance, low, self.top);
        }
        let (mut low, mut high) = (low, self.top);
        let (lead, tail) = (self.lead.limit * self.lead.limit, self.tail.limit * self.tail.limit - self.lag);
        for square in [lead.min(tail), lead.max(tail)] {
            if low * low < square && square < high * high {
                let border = square.sqrt();
                if self.distance_at(border) >= distance {
                    high = border;
                    break;
                }
                low = border;
            }
        }
        self.inside(distance, low, high, false)
    }

    /// The movement between the parameters `low` and `high` that covers `distance`, which one of them does not reach and the other does.
    pub fn between(&self, distance: f64, low: f64, high: f64) -> Point {
        let rising = self.distance_at(high) >= distance;
        let (mut low, mut high) = (low, high);
        for border in self.borders() {
            if low < border && border < high {
                if (self.distance_at(border) >= distance) == rising {
                    high = border;
                    break;
                }
                low = border;
            }
        }
        self.inside(distance, low, high, !rising)
    }

    /// The movement of the family that lasts `time`, or the nearest one.
    pub fn lasting(&self, time: f64) -> Point {
        let mut point = self.point(self.top);
        let rest = time - self.time(&point);
        if rest >= 0.0 {
            point.cruise = rest;
            return point;
        }
        let (mut low, mut high) = (self.first, self.top);
        if let Some(pause) = self.pause() {
            let restart = self.restart();
            if time >= self.time_at(restart) { low = restart } else { high = pause }
        }
        for border in self.borders() {
            if low < border && border < high {
                if self.time_at(border) >= time {
                    high = border;
                    break;
                }
                low = border;
            }
        }
        self.inside_lasting(time, low, high)
    }

    fn inside_lasting(&self, time: f64, low: f64, high: f64) -> Point {
        let middle = 0.5 * (low + high);
        let (lead_held, tail_held) =
            (middle > self.lead.limit, self.lag + middle * middle > self.tail.limit * self.tail.limit);
        let total = time + self.lead.lead + self.tail.lead;
        let one_held = |limit: f64, lag: f64| limit * (((total - lag / limit) / limit).max(0.0).sqrt() - 1.0);
        match (lead_held, tail_held) {
            (false, false) => {
                self.point_of_width((0.5 * total).max(low + (self.lag + low * low).sqrt()).max(f64::MIN_POSITIVE))
            }
            (false, true) => {
                let z = one_held(self.tail.limit, self.lag).clamp(low, high);
                Point { lead: Arc { top: z, hold: 0.0 }, tail: self.tail.held(self.lag + z * z), cruise: 0.0 }
            }
            (true, false) => {
                let y = one_held(self.lead.limit, -self.lag).max(0.0);
                Point { lead: self.lead.held(y * y - self.lag), tail: Arc { top: y, hold: 0.0 }, cruise: 0.0 }
            }
            (true, true) => {
                let (p, s) = (self.lead.limit, self.tail.limit);
                let sum = total - p - s + self.lead.base / p + self.tail.base / s;
                self.both_held(sum / (1.0 / p + 1.0 / s))
            }
        }
    }
}
