//! Where a foot rests in a stance.

use super::{ROUNDING, Rows, dot, split};
use crate::types::GRAVITY;

/// Longest span that is looked for [s]; in a short stance a third of it.
const SPAN_MAX: f64 = 0.2;
/// A span must last this share of what is looked for [-].
const SPAN_SHARE: f64 = 0.8;
/// Variance of the specific force that counts like 1 (rad/s)² of turning [(m/s²)²/(rad/s)²].
const FORCE_SCALE: f64 = 25.0;
/// Largest mean square rate of turn of a resting foot [(rad/s)²].
const TURNING_MAX: f64 = 1.5 * 1.5;
/// Square of the mean specific force of a resting foot over that of gravity [-].
const WEIGHT: core::ops::RangeInclusive<f64> = 0.25..=2.25;

/// The middle of the calmest span of a stance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rest {
    /// Its row.
    pub(super) at: usize,
    /// Mean specific force of the span [m/s²].
    pub(super) force: [f64; 3],
}

/// Running sums from the first row of a stance.
#[derive(Clone, Copy)]
struct Sums {
    turning: f64,
    square: f64,
    force: [f64; 3],
}

impl Sums {
    const ZERO: Self = Self { turning: 0.0, square: 0.0, force: [0.0; 3] };

    fn add<R: Rows>(&mut self, rows: &R, i: usize) {
        let (force, rate) = split(rows.row(i));
        self.turning += dot(rate, rate);
        self.square += dot(force, force);
        for (sum, a) in self.force.iter_mut().zip(force) {
            *sum += a;
        }
    }
}

/// Means over one span.
struct Span {
    turning: f64,
    unrest: f64,
    rest: Rest,
}

impl Span {
    fn new(head: &Sums, tail: &Sums, first: usize, last: usize) -> Self {
        let count = (last + 1 - first) as f64;
        let turning = (head.turning - tail.turning) / count;
        let square = (head.square - tail.square) / count;
        let force = core::array::from_fn(|k| (head.force[k] - tail.force[k]) / count);
        let unrest = turning + (square - dot(force, force)).max(0.0) / FORCE_SCALE;
        Self { turning, unrest, rest: Rest { at: usize::midpoint(first, last), force } }
    }

    fn is_rest(&self) -> bool {
        let force = self.rest.force;
        self.turning <= TURNING_MAX && WEIGHT.contains(&(dot(force, force) / (GRAVITY * GRAVITY)))
    }
}

/// The rest of a stance from `contact` to `toe_off` [s].
pub(super) fn find<R: Rows>(rows: &R, contact: f64, toe_off: f64) -> Option<Rest> {
    let first = rows.partition(|t| t < contact - ROUNDING);
    let end = rows.partition(|t| t <= toe_off + ROUNDING);
    let window = SPAN_MAX.min((toe_off - contact) / 3.0);
    let (mut head, mut tail) = (Sums::ZERO, Sums::ZERO);
    let mut next = first;
    let mut best: Option<Span> = None;
    for i in first..end {
        while next < end && rows.time(next) - rows.time(i) <= window + ROUNDING {
            head.add(rows, next);
            next += 1;
        }
        if next <= i {
            return None;
        }
        let last = next - 1;
        if rows.time(last) - rows.time(i) >= SPAN_SHARE * window - ROUNDING {
            let span = Span::new(&head, &tail, i, last);
            if best.as_ref().is_none_or(|best| span.unrest < best.unrest - ROUNDING) {
                best = Some(span);
            }
        }
        tail.add(rows, i);
    }
    best.filter(Span::is_rest).map(|span| span.rest)
}
