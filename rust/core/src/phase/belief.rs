//! Phase and rate that are believed in: an extended Kalman filter whose measurement is the learned waveform.

use super::waveform::{FEATURES, Waveform, deviation};
use crate::types::wrap;

/// Time over which deviations from the waveform stay alike [s].
const ALIKE: f64 = 0.2;
/// Share of the cycle for which the foot is on the ground.
const STANCE: f64 = 0.6;
/// A phase just before the end of the cycle.
const END: f64 = 0.99;

/// Clamps to `[low, high]` for any numbers.
pub(super) fn bound(x: f64, low: f64, high: f64) -> f64 {
    x.min(high).max(low)
}

/// Phase counted from the last contact, its rate, and how sure they are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Belief {
    pub(super) position: f64,
    /// Rate of the position [1/s].
    pub(super) speed: f64,
    /// Variance of the position, covariance, variance of the speed.
    covariance: [f64; 3],
}

/// What a comparison with the waveform says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Comparison {
    /// By how much the position is off.
    pub(super) position: f64,
    speed: f64,
    covariance: [f64; 3],
    /// Mean squared deviation.
    pub(super) misfit: f64,
}

impl Belief {
    /// Starts at a contact that was `position` ago.
    pub(super) fn restart(&mut self, position: f64, base: f64) {
        *self = Self { position, speed: base, covariance: [1e-4, 0.0, (0.05 * base) * (0.05 * base)] };
    }

    /// Lets time pass; `free` when the speed is known from strides, not from the belt.
    pub(super) fn predict(&mut self, base: f64, free: bool, dt: f64) {
        self.speed = if free { bound(self.speed, 0.5 * base, 1.5 * base) } else { base };
        let [p0, p1, p2] = &mut self.covariance;
        *p0 = (*p0 + dt * (2.0 * *p1 + dt * *p2) + 0.01 * base * dt).min(0.25);
        *p1 += dt * *p2;
        *p2 = (*p2 + (0.05 * base) * (0.05 * base) * base * dt).min((0.3 * base) * (0.3 * base));
    }

    /// Compares the features with the waveform at a phase.
    #[inline]
    pub(super) fn compare(&self, waveform: &Waveform, features: [f64; FEATURES], phase: f64, dt: f64) -> Comparison {
        let [mut p0, mut p1, mut p2] = self.covariance;
        let (mut position, mut speed, mut misfit) = (0.0, 0.0, 0.0);
        let rate = ALIKE / dt;
        for (feature, z) in features.into_iter().enumerate() {
            let point = waveform.at(feature, phase);
            if !point.tells() {
                continue;
            }
            let off = z - point.value;
            misfit += 0.5 * deviation(off, point.variance);
            let far = 4.0 * point.variance.sqrt();
            let error = bound(off - point.slope * position, -far, far);
            let (a, b) = (p0 * point.slope, p1 * point.slope);
            let c = point.slope * a + point.variance * rate;
            let (gain, gain_speed) = (a / c, b / c);
            position += gain * error;
            speed += gain_speed * error;
            p0 -= gain * a;
            p1 -= gain * b;
            p2 -= gain_speed * b;
        }
        Comparison { position, speed, covariance: [p0, p1, p2], misfit }
    }

    /// Takes what a comparison says, apart from the position.
    pub(super) fn take(&mut self, said: &Comparison, base: f64) {
        self.covariance = said.covariance;
        self.speed = bound(self.speed + said.speed, 0.5 * base, 1.5 * base);
    }

    /// How far to go when only known is whether the foot is on the ground, instead of by `way`.
    pub(super) fn by_stance(&self, way: f64, stance: Option<bool>, before: Option<bool>) -> f64 {
        let phase = wrap(self.position);
        let Some(ground) = stance else { return way };
        if before.is_some_and(|before| before != ground) {
            let to = wrap(if ground { 0.0 } else { STANCE } - phase);
            return if to < 0.7 { to } else { 0.0 };
        }
        if ground && phase < STANCE {
            way.min(STANCE - phase)
        } else if !ground && phase >= STANCE {
            way.min((END - phase).max(0.0))
        } else {
            way
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::f64::consts::TAU;

    #[test]
    fn stance_alone_holds_the_phase_in_its_part_of_the_cycle() {
        let at = |position| Belief { position, ..Belief::default() };
        assert_eq!(at(0.3).by_stance(0.1, Some(true), Some(true)), 0.1);
        assert!((at(0.58).by_stance(0.1, Some(true), Some(true)) - 0.02).abs() < 1e-12);
        assert!((at(0.95).by_stance(0.1, Some(false), Some(false)) - 0.04).abs() < 1e-12);
        assert_eq!(at(0.995).by_stance(0.1, Some(false), Some(false)), 0.0);
        assert!((at(0.8).by_stance(0.1, Some(true), Some(false)) - 0.2).abs() < 1e-12);
        assert!((at(0.5).by_stance(0.01, Some(false), Some(true)) - 0.1).abs() < 1e-12);
        assert_eq!(at(0.7).by_stance(0.01, Some(false), Some(true)), 0.0, "never back");
        assert_eq!(at(0.7).by_stance(0.01, None, Some(true)), 0.01);
    }

    #[test]
    fn a_movement_ahead_of_the_belief_draws_it_forward() {
        let mut waveform = Waveform::new();
        let wave = |phase: f64| [(TAU * phase).sin(), (TAU * phase).cos()];
        let bins: Vec<_> = (0..40).map(|i| wave((f64::from(i) + 0.5) / 40.0)).collect();
        waveform.learn(&core::array::from_fn(|c| core::array::from_fn(|i| bins[i][c])));
        let mut belief = Belief::default();
        belief.restart(0.2, 0.9);
        for _ in 0..50 {
            belief.predict(0.9, true, 0.01);
        }
        let said = belief.compare(&waveform, wave(0.25), 0.2, 0.01);
        assert!(said.position > 0.0 && said.position < 0.05, "{said:?}");
        assert!(said.misfit > 0.0);
        let speed = belief.speed;
        belief.take(&said, 0.9);
        assert!(belief.speed > speed);
    }
}
