//! Roots of the displacement along the family, each inside a bracket.

use super::half::Half;
use super::side::Side;

const ITERATIONS: usize = 60;

/// About the cube root of a positive number, a twentieth at most off: a third of the exponent.
fn near_cube_root(x: f64) -> f64 {
    const SHIFT: u64 = 715_094_163 << 32;
    f64::from_bits(x.to_bits() / 3 + SHIFT)
}

/// Root of `f` between `low` and `high` by Halley's method from `x`, kept inside the bracket. `f` gives value, slope and curvature; from low to high it grows, or falls
/// if `falling`.
#[inline]
fn halley(mut x: f64, mut low: f64, mut high: f64, falling: bool, f: impl Fn(f64) -> (f64, f64, f64)) -> f64 {
    let mut last = f64::INFINITY;
    for _ in 0..ITERATIONS {
        let (value, slope, bend) = f(x);
        if (value < 0.0) == falling {
            high = x;
        } else {
            low = x;
        }
        let (square, turn) = (slope * slope, 0.5 * value * bend);
        let mut next = x - value * slope / (square - turn);
        let step = (next - x).abs();
        if square <= turn.abs() || !(next > low && next < high) {
            if step <= 1e-15 * x.abs() && square > turn.abs() {
                return x;
            }
            next = 0.5 * (low + high);
            last = f64::INFINITY;
            if next <= low || next >= high {
                return x;
            }
        } else if step <= 1e-15 * x.abs()
            || (step <= 1e-6 * x.abs() && turn.abs() <= 1e-5 * square)
            || (step <= 1e-9 * x.abs() && step >= 0.5 * last)
        {
            return next; // the next step, of third order, would be lost in rounding
        } else {
            last = step;
        }
        x = next;
    }
    x
}

/// Width (sum of the two tops) of the movement without hold that covers `distance`, between two parameters.
#[inline]
pub(super) fn free(side: &Side, distance: f64, low: f64, high: f64, falling: bool) -> f64 {
    let width = |z: f64| z + (side.lag + z * z).sqrt();
    let (p, s) = (&side.lead, &side.tail);
    let sum = p.base + s.base;
    let aim = distance + p.base * p.lead + s.base * s.lead + p.offset() + s.offset();
    let quarter = 0.25 * side.lag * side.lag;
    let f = |w: f64| {
        let (per, square) = (1.0 / w, w * w);
        let part = if quarter > 0.0 { quarter * per } else { 0.0 };
        let slant = part * per;
        (w * (0.25 * square + sum) - part - aim, 0.75 * square + sum + slant, 1.5 * w - 2.0 * slant * per)
    };
    let (low, high) = (width(low).max(f64::MIN_POSITIVE), width(high));
    let from = match falling {
        true => low,
        false if sum >= 0.0 && aim > 0.0 => near_cube_root(4.0 * aim).max(low).min(high),
        false => high,
    };
    halley(from, low, high, falling, f)
}

/// Top of the `open` half if the `closed` one is held at its limit and both together cover `distance`.
#[inline]
pub(super) fn held(open: &Half, closed: &Half, distance: f64, low: f64, high: f64, falling: bool) -> f64 {
    let (lag, limit) = (open.base - closed.base, closed.limit);
    let per_limit = 1.0 / limit;
    let aim = distance + open.base * open.lead + open.offset() + closed.offset() - closed.base * (limit - closed.lead);
    let f = |z: f64| {
        let (rise, long) = (lag + z * z, 1.0 + z * per_limit);
        let value =
            z * (2.0 * open.base + z * z) + rise * per_limit * (closed.base + 0.5 * rise) + 0.5 * rise * limit - aim;
        let slope = open.base + z * z + 0.5 * z * limit;
        (value, 2.0 * slope * long, (4.0 * z + limit) * long + 2.0 * slope * per_limit)
    };
    halley(if falling { low } else { high }, low, high, falling, f)
}

/// Peak velocity if both halves are held at their limits and together cover `distance`.
pub(super) fn both(lead: &Half, tail: &Half, distance: f64, falling: bool) -> f64 {
    let fixed = |h: &Half| h.base * (h.limit - h.lead) - h.offset() - 0.5 * h.base * (h.base / h.limit + h.limit);
    let square = 0.5 * (1.0 / lead.limit + 1.0 / tail.limit);
    let linear = 0.5 * (lead.limit + tail.limit);
    let aim = distance - fixed(lead) - fixed(tail);
    let q = 0.5 * (linear + (linear * linear + 4.0 * square * aim).max(0.0).sqrt());
    if falling { -q / square } else { aim / q }
}

/// Where `f`, of different signs at `low` and `high`, is zero; nine digits do, since the distance is flat there.
pub(super) fn turn(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (low, high);
    let (mut at_low, mut at_high) = (f(low), f(high));
    let mut last = f64::INFINITY;
    for _ in 0..ITERATIONS {
        let mut next = (low * at_high - high * at_low) / (at_high - at_low);
        if !(next > low && next < high) {
            next = 0.5 * (low + high);
        }
        let value = f(next);
        let near = 1e-9 * (low.abs() + high.abs());
        if value == 0.0 || high - low <= near || (next - last).abs() <= near {
            return next;
        }
        last = next;
        if (value > 0.0) == (at_high > 0.0) {
            (high, at_high) = (next, value);
            at_low *= 0.5;
        } else {
            (low, at_low) = (next, value);
            at_high *= 0.5;
        }
    }
    0.5 * (low + high)
}
