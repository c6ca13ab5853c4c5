//! What a plan asks of a joint at most, and whether that is within its bounds.

use crate::error::{Error, Result, all_in_range};
use crate::types::{JointVec, N_JOINTS, N_LEG, N_SIDES};

use super::clock::{Clock, Pulse};
use super::curves::{Curves, Extremes};
use super::shapes::{change, coast, fade};

/// Number of parts of a fade that are judged apart.
pub(super) const PARTS: usize = 32;
/// By how much rounding may put a position beyond its range [rad].
const ROUNDING: f64 = 1e-9;
/// Number of halvings by which the playable cadence is found.
const HALVINGS: usize = 60;

/// Bounds of each joint.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Velocity [rad/s].
    pub velocity: JointVec,
    /// Acceleration [rad/s²].
    pub acceleration: JointVec,
    /// Jerk [rad/s³].
    pub jerk: JointVec,
    /// Range of motion, low end [rad].
    pub lower: JointVec,
    /// Range of motion, high end [rad].
    pub upper: JointVec,
    /// Largest change of pace that freezing may bring [1/s].
    pub freeze: f64,
}

/// A joint whose figure is beyond its bound.
#[derive(Clone, Copy, Debug)]
pub(super) struct Miss {
    figure: &'static str,
    joint: usize,
    value: f64,
    min: f64,
    max: f64,
}

impl Miss {
    /// The error, with the factor on the cadence at which it would fit.
    pub fn error(self, slower: Option<f64>) -> Error {
        let Self { figure, joint, value, min, max } = self;
        Error::Unplayable { figure, joint, value, min, max, slower }
    }
}

/// Extremes of what a joint of a plan is made of, and the duration of its coast [s].
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub from: Extremes,
    pub to: Extremes,
    pub gap: Extremes,
    pub drift: [Extremes; 2],
    pub coast: f64,
}

/// Largest magnitudes on a part `[u[0], u[1]]` of a fade.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    u: [f64; 2],
    weight: [f64; 2],
    fade: [f64; 3],
    left: [f64; 2],
    change: [f64; 2],
}

/// Largest magnitude of `f` on `[a, b]`, whose extremes inside lie among `inner`.
fn peak(f: impl Fn(f64) -> f64, [a, b]: [f64; 2], inner: &[f64]) -> f64 {
    let ends = f(a).abs().max(f(b).abs());
    inner.iter().filter(|x| (a..=b).contains(x)).fold(ends, |top, x| top.max(f(*x).abs()))
}

/// The equal parts of a fade.
pub(super) fn parts() -> [Part; PARTS] {
    let turn = 3.0_f64.sqrt() / 6.0;
    core::array::from_fn(|i| {
        let u = [i as f64 / PARTS as f64, (i + 1) as f64 / PARTS as f64];
        Part {
            u,
            weight: u.map(|u| fade(u)[0]),
            fade: [
                peak(|u| fade(u)[1], u, &[0.5]),
                peak(|u| fade(u)[2], u, &[0.5 - turn, 0.5 + turn]),
                peak(|u| fade(u)[3], u, &[0.5]),
            ],
            left: u.map(|u| change(u)[0]),
            change: [peak(|u| change(u)[1], u, &[0.5]), peak(|u| change(u)[2], u, &[])],
        }
    })
}

/// Largest magnitudes of the coast's functions on `[z[0], z[1]]`; 0 after its end.
fn coasting(z: [f64; 2]) -> [[f64; 4]; 2] {
    if z[0] >= 1.0 {
        return [[0.0; 4]; 2];
    }
    let z = z.map(|z| z.min(1.0));
    let inner: [[&[f64]; 4]; 2] = [[&[], &[], &[0.5], &[]], [&[], &[1.0 / 3.0], &[2.0 / 3.0], &[]]];
    core::array::from_fn(|term| core::array::from_fn(|k| peak(|z| coast(z)[term][k], z, inner[term][k])))
}

impl Part {
    /// Largest rate of each side's phase and its first two derivatives.
    pub fn pulse(&self, clock: &Clock) -> Pulse {
        let ([_, bend, end], h, q) = (clock.rate, clock.duration, clock.settle);
        let gap = clock.settled() - end;
        let y = (1.0 - self.u[0] * h / q).max(0.0);
        let top = self.left.map(|c| (end + gap * c).abs());
        let fading = if y > 0.0 { bend.abs() / q } else { 0.0 };
        let left = [
            top[0].max(top[1]) + 0.5 * bend.abs() * q * y * y,
            gap.abs() * self.change[0] / h + bend.abs() * y,
            gap.abs() * self.change[1] / (h * h) + fading,
        ];
        let glide = clock.apart;
        let (d, [_, v, w], r) = (glide.distance().abs(), glide.start.map(f64::abs), glide.coast);
        let [[_, g, g1, g2], [_, k, k1, k2]] = coasting(self.u.map(|u| u * h / r));
        let apart = [
            self.fade[0] / h * d + g * v + r * k * w,
            self.fade[1] / (h * h) * d + g1 / r * v + k1 * w,
            self.fade[2] / (h * h * h) * d + g2 / (r * r) * v + k2 / r * w,
        ];
        core::array::from_fn(|i| [left[i], left[i] + apart[i]])
    }
}

impl Limits {
    /// Checks every bound and range.
    pub fn new(bounds: [JointVec; 3], lower: JointVec, upper: JointVec, freeze_time: f64) -> Result<Self> {
        let [velocity, acceleration, jerk] = bounds;
        let (lower, upper) = (all_in_range("lower", lower, -3.0, 3.0)?, all_in_range("upper", upper, -3.0, 3.0)?);
        if let Some(i) = (0..N_JOINTS).find(|&i| lower[i] >= upper[i]) {
            let (low_value, high_value) = (lower[i], upper[i]);
            return Err(Error::Swapped { low: "lower", high: "upper", index: Some(i), low_value, high_value });
        }
        Ok(Self {
            velocity: all_in_range("max_velocity", velocity, 1e-3, 1e3)?,
            acceleration: all_in_range("max_acceleration", acceleration, 1e-2, 1e5)?,
            jerk: all_in_range("max_jerk", jerk, 1e-1, 1e7)?,
            lower,
            upper,
            freeze: 2.0 / freeze_time,
        })
    }

    /// Whether a joint stays within its bounds on a part of a plan of `duration` [s].
    pub fn check(
        &self,
        joint: usize,
        shape: &Shape,
        part: &Part,
        pulse: &Pulse,
        duration: f64,
    ) -> core::result::Result<(), Miss> {
        let [[g_way, ..], [k_way, ..]] = coasting(part.u.map(|u| u * duration / shape.coast));
        let r = shape.coast;
        let mix = |a: f64, b: f64, pick: fn(f64, f64) -> f64| {
            let [p, q] = part.weight.map(|w| (1.0 - w) * a + w * b);
            pick(p, q)
        };
        let ways = [r * g_way, r * r * k_way];
        let (mut low, mut high) =
            (mix(shape.from.low, shape.to.low, f64::min), mix(shape.from.high, shape.to.high, f64::max));
        for (way, drift) in ways.iter().zip(&shape.drift) {
            low -= (way * drift.high).max(0.0);
            high -= (way * drift.low).min(0.0);
        }
        let (min, max) = (self.lower[joint], self.upper[joint]);
        for value in [low, high] {
            if !(min - ROUNDING..=max + ROUNDING).contains(&value) {
                return Err(Miss { figure: "position", joint, value, min, max });
            }
        }
        let figures = self.reserved(figures(shape, part, pulse, joint / N_LEG, duration));
        self.within(joint, figures)
    }

    /// Whether velocity, acceleration and jerk of a joint are within its bounds.
    fn within(&self, joint: usize, figures: [f64; 3]) -> core::result::Result<(), Miss> {
        let bounds = [self.velocity[joint], self.acceleration[joint], self.jerk[joint]];
        for ((value, max), figure) in figures.into_iter().zip(bounds).zip(["velocity", "acceleration", "jerk"]) {
            if !(0.0..=max).contains(&value) {
                return Err(Miss { figure, joint, value, min: -max, max });
            }
        }
        Ok(())
    }

    /// Velocity, acceleration and jerk with what freezing at any time may add.
    fn reserved(&self, [v, a, w]: [f64; 3]) -> [f64; 3] {
        let h = self.freeze;
        let part = |x: f64, by: f64| if by > 0.0 { x / by } else { f64::INFINITY };
        [
            v,
            a + (v * h).min(part(0.5 * v * v * h * h, a)),
            w + (3.0 * a * h).min(part(4.5 * a * a * h * h, w)) + v * h * h,
        ]
    }

    /// Whether curves can be played at `rate` [1/s] for ever.
    pub fn playable(&self, curves: &Curves, rate: f64) -> Result<()> {
        let all: [Extremes; N_JOINTS] = core::array::from_fn(|joint| curves.extremes(joint));
        let at = |joint: usize, factor: f64| -> core::result::Result<(), Miss> {
            let r = factor * rate;
            let [_, x1, x2, x3] = all[joint].top;
            self.within(joint, self.reserved([x1 * r, x2 * r * r, x3 * r * r * r]))
        };
        let slower = || {
            let halve = |[low, high]: [f64; 2]| {
                let middle = 0.5 * (low + high);
                if (0..N_JOINTS).all(|j| at(j, middle).is_ok()) { [middle, high] } else { [low, middle] }
            };
            (0..HALVINGS).fold([0.0, 1.0], |range, _| halve(range))[0]
        };
        for (joint, e) in all.iter().enumerate() {
            let (min, max) = (self.lower[joint], self.upper[joint]);
            for value in [e.low, e.high] {
                if !(min - ROUNDING..=max + ROUNDING).contains(&value) {
                    return Err(Miss { figure: "position", joint, value, min, max }.error(None));
                }
            }
            at(joint, 1.0).map_err(|miss| miss.error(Some(slower())))?;
        }
        Ok(())
    }
}

/// Largest velocity, acceleration and jerk of a joint on a part.
pub(super) fn figures(shape: &Shape, part: &Part, pulse: &Pulse, side: usize, h: f64) -> [f64; 3] {
    debug_assert!(side < N_SIDES);
    let (r, [v, w]) = (shape.coast, shape.drift.map(|e| e.top));
    let [[g_way, g, g1, g2], [k_way, k, k1, k2]] = coasting(part.u.map(|u| u * h / r));
    let d = shape.gap.top;
    let x = |i: usize| {
        let [p, q] = part.weight.map(|b| (1.0 - b) * shape.from.top[i] + b * shape.to.top[i]);
        p.max(q) + r * g_way * v[i] + r * r * k_way * w[i]
    };
    let [b1, b2, b3] = part.fade;
    let f1 = |i: usize| b1 / h * d[i] + g * v[i] + r * k * w[i];
    let f2 = |i: usize| b2 / (h * h) * d[i] + g1 / r * v[i] + k1 * w[i];
    let f3 = b3 / (h * h * h) * d[0] + g2 / (r * r) * v[0] + k2 / r * w[0];
    let [rho, alpha, beta] = pulse.map(|both| both[side]);
    [
        f1(0) + rho * x(1),
        f2(0) + 2.0 * rho * f1(1) + rho * rho * x(2) + alpha * x(1),
        f3 + 3.0 * rho * f2(1)
            + 3.0 * rho * rho * f1(2)
            + rho * rho * rho * x(3)
            + 3.0 * alpha * f1(1)
            + 3.0 * alpha * rho * x(2)
            + beta * x(1),
    ]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::pace::Pace;
    use super::*;

    fn extremes(low: f64, high: f64, top: [f64; 4]) -> Extremes {
        Extremes { low, high, top }
    }

    #[test]
    fn each_figure_is_the_sum_of_all_its_terms() {
        // At the start of a plan of 1 s that coasts for 0.5 s, with a fade of its own slope 2, 3, 5.
        let drift = [extremes(0.0, 0.0, [1.0, 2.0, 3.0, 4.0]), extremes(0.0, 0.0, [6.0, 7.0, 8.0, 9.0])];
        let (from, to) = (extremes(0.0, 0.0, [9.0, 11.0, 13.0, 17.0]), Extremes::ZERO);
        let shape = Shape { from, to, gap: extremes(0.0, 0.0, [0.1, 0.2, 0.3, 0.4]), drift, coast: 0.5 };
        let part = Part { u: [0.0; 2], weight: [0.0; 2], fade: [2.0, 3.0, 5.0], left: [1.0; 2], change: [0.0; 2] };
        // G, g, g', g'' = 1/2, 1, 0, 6; K, k, k', k'' = 1/12, 0, 1, 4.
        let x = |i: usize| from.top[i] + 0.25 * drift[0].top[i] + 0.25 / 12.0 * drift[1].top[i];
        let f1 = |i: usize| 2.0 * shape.gap.top[i] + drift[0].top[i];
        let f2 = |i: usize| 3.0 * shape.gap.top[i] + drift[1].top[i];
        let f3 = 5.0 * 0.1 + 24.0 + 48.0;
        for (rho, alpha, beta) in
            [(0.0, 0.0, 0.0), (1.5, 0.0, 0.0), (0.0, 40.0, 0.0), (0.0, 0.0, 3.0), (2.0, 30.0, 5.0)]
        {
            let got = figures(&shape, &part, &[[9e9, rho], [9e9, alpha], [9e9, beta]], 1, 1.0);
            let want = [
                f1(0) + rho * x(1),
                f2(0) + 2.0 * rho * f1(1) + rho * rho * x(2) + alpha * x(1),
                f3 + 3.0 * rho * f2(1)
                    + 3.0 * rho * rho * f1(2)
                    + rho.powi(3) * x(3)
                    + 3.0 * alpha * (f1(1) + rho * x(2))
                    + beta * x(1),
            ];
            for (got, want) in got.into_iter().zip(want) {
                assert!((got - want).abs() < 1e-12 * want, "{got} {want}");
            }
        }
    }

    #[test]
    fn what_coasts_into_the_end_of_the_range_is_refused() {
        let limits = Limits::new([[1e3; 6], [1e5; 6], [1e7; 6]], [-1.0; 6], [1.0; 6], 1.0).unwrap();
        let still = extremes(0.0, 0.0, [0.0; 4]);
        let check = |at: f64, drift: [f64; 2]| {
            let drift = drift.map(|d| extremes(d, d, [d.abs(), 0.0, 0.0, 0.0]));
            let shape =
                Shape { from: extremes(at, at, [at.abs(), 0.0, 0.0, 0.0]), to: still, gap: still, drift, coast: 0.5 };
            limits.check(2, &shape, &parts()[0], &[[0.0; 2]; 3], 1.0).map_err(|miss| (miss.figure, miss.value))
        };
        // It lands at `at` and comes from R/2 V + R²/12 W before it: 0.25 V and W/48.
        for (velocity, acceleration, way) in [(2.0, 0.0, 0.5), (0.0, 24.0, 0.5), (2.0, 24.0, 1.0)] {
            for sign in [-1.0, 1.0] {
                let drift = [sign * velocity, sign * acceleration];
                assert_eq!(check(sign * (way - 0.999), drift), Ok(()));
                let (figure, value) = check(sign * (way - 1.001), drift).unwrap_err();
                assert!(figure == "position" && (value + sign * 1.001).abs() < 1e-9, "{figure} {value}");
            }
        }
    }

    #[test]
    fn the_reserve_covers_freezing_at_any_phase_and_is_needed() {
        let mut needed = 0;
        for (freeze_time, rate) in [(0.1, 0.3), (0.1, 1.0), (0.4, 0.5), (0.4, 1.5), (1.0, 1.0)] {
            let limits = Limits::new([[1.0; 6]; 3], [-1.0; 6], [1.0; 6], freeze_time).unwrap();
            let w = core::f64::consts::TAU * rate;
            let [_, a_max, j_max] = limits.reserved([w, w * w, w * w * w]);
            let (mut top, bend) = ([0.0_f64; 2], 4.0 / (freeze_time * freeze_time));
            for start in 0..200 {
                let (mut pace, mut x) = (Pace::new(freeze_time), w * f64::from(start) / 200.0 / rate);
                pace.head_for(0.0);
                for tick in 0..400 {
                    x += w * pace.advance(freeze_time / 400.0);
                    let ([m, dm], ddm) = (pace.now(), if tick < 200 { -bend } else { bend });
                    let [q1, q2, q3] = [w * x.cos(), -w * w * x.sin(), -w * w * w * x.cos()];
                    top[0] = top[0].max((m * m * q2 + dm * q1).abs());
                    top[1] = top[1].max((m * m * m * q3 + 3.0 * m * dm * q2 + ddm * q1).abs());
                }
            }
            assert!(top[0] <= a_max && top[1] <= j_max, "{freeze_time} {rate}: {top:?} {a_max} {j_max}");
            needed += usize::from(top[0] > w * w) + usize::from(top[1] > w * w * w + w * bend);
        }
        assert!(needed >= 4, "{needed}");
    }
}
