//! A reference from the sound leg that neither jumps nor runs.

use super::finite;
use super::nearest::{LARGEST, clamp, held};
use crate::error::{Result, all_in_range, in_range};
use crate::types::{N_LEG, smooth_step};

type Leg = [f64; N_LEG];

/// Angles and velocities of one leg as the sound one suggests them, handed over to and from the pattern (Vallery 2009).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ComplementaryMotion {
    max_velocity: Leg,
    fade: f64,
    given: Option<Leg>,
    held: Option<(Leg, Leg)>,
    share: f64,
}

/// Reference of one leg.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Complement {
    /// Angles [rad].
    pub q: Leg,
    /// Velocities [rad/s].
    pub dq: Leg,
    /// 1 where it is all the sound leg's, 0 where it is all the pattern's [-].
    pub confidence: f64,
}

impl ComplementaryMotion {
    /// Fastest movement of the reference per joint [rad/s], 0.1 to 20, and time of a hand-over [s], 0.05 to 5.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first value outside its range.
    pub fn new(max_velocity: Leg, fade: f64) -> Result<Self> {
        let max_velocity = all_in_range("max_velocity", max_velocity, 0.1, 20.0)?;
        Ok(Self { max_velocity, fade: in_range("fade", fade, 0.05, 5.0)?, given: None, held: None, share: 0.0 })
    }

    /// As new.
    pub fn reset(&mut self) {
        (self.given, self.held, self.share) = (None, None, 0.0);
    }

    /// Reference of one tick of `dt` [s] from the estimate of angles [rad] and velocities [rad/s], absent where the sound
    /// leg is not seen, and from the reference without it.
    pub fn step(&mut self, estimate: Option<(Leg, Leg)>, q_ref: &Leg, dq_ref: &Leg, dt: f64) -> Complement {
        let h = held(dt);
        let own: Leg = core::array::from_fn(|j| {
            let stay = self.given.map_or(0.0, |y| y[j]);
            if q_ref[j].is_finite() { clamp(q_ref[j], -LARGEST[0], LARGEST[0]) } else { stay }
        });
        let own_rate = dq_ref.map(|v| clamp(finite(v), -LARGEST[1], LARGEST[1]));
        self.see(estimate, h);
        let s = if self.held.is_some() { smooth_step(self.share) } else { 0.0 };
        let (angle, rate) = self.held.unwrap_or((own, own_rate));
        let target: Leg = core::array::from_fn(|j| own[j] + s * (angle[j] - own[j]));
        let dq: Leg = core::array::from_fn(|j| {
            let most = self.max_velocity[j];
            clamp(own_rate[j] + s * (rate[j] - own_rate[j]), -most, most)
        });
        let q = match self.given {
            None => target,
            Some(y) => core::array::from_fn(|j| {
                let reach = self.max_velocity[j] * h;
                y[j] + clamp(target[j] - y[j], -reach, reach)
            }),
        };
        self.given = Some(q);
        Complement { q, dq, confidence: self.share }
    }

    /// Takes the estimate, or lets the last one coast to rest.
    fn see(&mut self, estimate: Option<(Leg, Leg)>, h: f64) {
        let whole = |(q, dq): &(Leg, Leg)| q.iter().chain(dq).all(|x| x.is_finite());
        if let Some((q, dq)) = estimate.filter(whole) {
            self.held =
                Some((q.map(|x| clamp(x, -LARGEST[0], LARGEST[0])), dq.map(|v| clamp(v, -LARGEST[1], LARGEST[1]))));
            self.share = (self.share + h / self.fade).min(1.0);
            return;
        }
        self.share = (self.share - h / self.fade).max(0.0);
        if let Some((angle, rate)) = &mut self.held {
            for (angle, rate) in angle.iter_mut().zip(rate) {
                *angle = clamp(*angle + *rate * h, -LARGEST[0], LARGEST[0]);
                *rate *= (1.0 - 4.0 * h / self.fade).max(0.0);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn it_hands_over_in_its_time_and_never_runs() {
        let mut law = ComplementaryMotion::new([1.0; 3], 0.5).unwrap();
        let estimate = Some(([1.0, 0.5, 0.0], [0.0; 3]));
        let mut last = law.step(None, &[0.0; 3], &[0.0; 3], 0.01);
        assert_eq!((last.q, last.confidence), ([0.0; 3], 0.0));
        for _ in 0..200 {
            let next = law.step(estimate, &[0.0; 3], &[0.0; 3], 0.01);
            assert!(next.q.iter().zip(last.q).all(|(a, b)| (a - b).abs() <= 0.01 + 1e-12));
            last = next;
        }
        assert_eq!((last.q, last.confidence), ([1.0, 0.5, 0.0], 1.0));
        for _ in 0..200 {
            last = law.step(None, &[0.0; 3], &[0.0; 3], 0.01);
        }
        assert_eq!((last.q, last.confidence), ([0.0; 3], 0.0));
    }

    #[test]
    fn what_is_not_finite_stays_where_it_was() {
        let mut law = ComplementaryMotion::new([1.0; 3], 0.5).unwrap();
        let first = law.step(None, &[0.2; 3], &[0.0; 3], 0.01);
        let next = law.step(Some(([f64::NAN; 3], [0.0; 3])), &[f64::NAN; 3], &[f64::INFINITY; 3], f64::NAN);
        assert_eq!((next.q, next.dq), (first.q, [0.0; 3]));
        assert!(ComplementaryMotion::new([0.0; 3], 0.5).unwrap_err().to_string().starts_with("max_velocity"));
    }
}
