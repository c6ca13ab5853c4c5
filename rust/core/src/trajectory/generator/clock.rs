//! Phase of both sides over the running time of a plan.

use crate::types::{Sides, wrap};

use super::shapes::{Glide, change};

/// Phase, rate and acceleration of each side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Phases {
    /// Phase [-].
    pub phase: Sides<f64>,
    /// Rate [1/s].
    pub rate: Sides<f64>,
    /// Acceleration [1/s²].
    pub accel: Sides<f64>,
}

/// Left phase by a rate that changes smoothly, right phase by a distance to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    /// Left phase where the plan begins [-].
    pub phase: f64,
    /// Rate where the plan begins, its derivative, and the rate where it ends [1/s, 1/s², 1/s].
    pub rate: [f64; 3],
    /// Duration of the plan [s].
    pub duration: f64,
    /// Time over which the derivative of the rate fades [s].
    pub settle: f64,
    /// Right phase minus left.
    pub apart: Glide,
}

/// Bounds of the phase of each side on a part of a plan: rate and its first two derivatives.
pub(super) type Pulse = [Sides<f64>; 3];

impl Clock {
    /// A phase that keeps its rate.
    pub fn steady(phase: f64, rate: f64, apart: f64) -> Self {
        Self { phase, rate: [rate, 0.0, rate], duration: 1.0, settle: 1.0, apart: Glide::rest(apart) }
    }

    /// Rate [1/s] that fades into the last one.
    pub fn settled(&self) -> f64 {
        self.rate[0] + 0.5 * self.settle * self.rate[1]
    }

    /// Phase passed since the plan began [-], rate [1/s] and its derivative [1/s²].
    #[inline]
    pub fn left(&self, t: f64) -> [f64; 3] {
        let ([_, bend, end], h, q) = (self.rate, self.duration, self.settle);
        let s = (t / h).min(1.0);
        let (gap, [c, c1, _, area]) = (self.settled() - end, change(s));
        let y = (1.0 - t / q).max(0.0);
        let passed = end * t + gap * h * area - bend * q * q / 6.0 * (1.0 - y * y * y);
        [passed, end + gap * c - 0.5 * bend * q * y * y, gap * c1 / h + bend * y]
    }

    /// Phases [-], rates [1/s] and accelerations [1/s²] at `t` [s].
    #[inline]
    pub fn at(&self, t: f64) -> Phases {
        let ([passed, rate, accel], [apart, drift, bend]) = (self.left(t), self.apart.at(t));
        let left = self.phase + passed;
        Phases { phase: [wrap(left), wrap(left + apart)], rate: [rate, rate + drift], accel: [accel, accel + bend] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_the_derivatives_and_the_end_is_reached() {
        let clock = Clock {
            phase: 0.2,
            rate: [0.9, -0.4, 0.5],
            duration: 1.6,
            settle: 0.7,
            apart: Glide { start: [0.5, 0.02, -0.1], end: 0.45, duration: 1.6, coast: 0.7 },
        };
        for k in 1..170 {
            let t = 0.01 * f64::from(k);
            let (a, b, at) = (clock.at(t - 1e-6), clock.at(t + 1e-6), clock.at(t));
            for side in 0..2 {
                let step = wrap(b.phase[side] - a.phase[side]);
                assert!((step / 2e-6 - at.rate[side]).abs() < 1e-8, "{t}");
                assert!(((b.rate[side] - a.rate[side]) / 2e-6 - at.accel[side]).abs() < 1e-6, "{t}");
            }
        }
        let (start, end) = (clock.at(0.0), clock.at(1.7));
        assert!((start.rate[0] - 0.9).abs() < 1e-15 && (start.accel[0] + 0.4).abs() < 1e-15);
        assert!((start.rate[1] - 0.92).abs() < 1e-14 && (start.accel[1] + 0.5).abs() < 1e-14);
        assert_eq!((end.rate, end.accel), ([0.5; 2], [0.0; 2]));
        assert!((wrap(end.phase[1] - end.phase[0]) - 0.45).abs() < 1e-14);
    }
}
