//! What walking teaches: the size of the own movement, and how hard to try.
//!
//! Once a stride of a side, each of its joints compares the range it moved with the range of healthy walking at that belt
//! speed, on the person's own clock: `e = 1 - moved / healthy`, which they feel, whoever moved the leg. From it
//! `skill[k+1] = a skill[k] + b e[k]` (trial-by-trial learning: Emken & Reinkensmeyer 2005, IEEE TNSRE 13:33) is added to
//! the size of the intended movement, and `u[k+1] = f u[k] + g max(e, 0)` (slacking: Emken, Benitez & Reinkensmeyer 2007,
//! JNER 4:8; Reinkensmeyer et al. 2009) is the voluntary effort above what walking keeps up by itself.
//!
//! The constants that people showed stride by stride while they walked on a split belt (Roemmich, Long & Bastian 2016, Curr
//! Biol 26:2707, two-rate model): slow 0.9978 and 0.0143 for the skill, fast 0.9335 and 0.0918 for the effort. That skill
//! takes the slow pair and effort the fast one, and the share that needs no effort, are assumptions.

use gaitloop_core::Result;
use gaitloop_core::error::{all_in_range, in_range};
use gaitloop_core::types::{JointVec, N_JOINTS, Sides};

/// Bound of the skill [-], either way.
const SKILL: f64 = 0.5;

/// State and constants of the learner; by default nothing changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Learning {
    /// Size of the intended movement learned so far, per joint [-], -0.5 to 0.5.
    pub skill: JointVec,
    /// Share of strength that is used, per joint [-], 0 to 1.
    pub effort: JointVec,
    /// Share of strength used without effort, per joint [-], 0 to 1; a joint with 1 never slacks.
    pub automatic: JointVec,
    /// Skill: share that a stride keeps (0 to 1) and share of the error it gains (0 to 1) [-].
    pub skill_rates: [f64; 2],
    /// Effort: share that a stride keeps (0 to 1) and share of the error it gains (0 to 1) [-].
    pub effort_rates: [f64; 2],
}

impl Learning {
    /// Nothing is learned and nobody slacks.
    pub const NONE: Self = Self {
        skill: [0.0; N_JOINTS],
        effort: [1.0; N_JOINTS],
        automatic: [1.0; N_JOINTS],
        skill_rates: [1.0, 0.0],
        effort_rates: [1.0, 0.0],
    };
    /// Published rates of the skill (slow) and of the effort (fast).
    pub const PUBLISHED: [[f64; 2]; 2] = [[0.9978, 0.0143], [0.9335, 0.0918]];

    /// Accepts the parameters when all lie in their ranges.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first that does not.
    pub fn check(self) -> Result<Self> {
        all_in_range("skill", self.skill, -SKILL, SKILL)?;
        all_in_range("effort", self.effort, 0.0, 1.0)?;
        all_in_range("automatic", self.automatic, 0.0, 1.0)?;
        for (name, rates) in [("skill_rates", self.skill_rates), ("effort_rates", self.effort_rates)] {
            in_range(name, rates[0], 0.0, 1.0)?;
            in_range(name, rates[1], 0.0, 1.0)?;
        }
        Ok(self)
    }

    /// Whether strides change anything.
    pub(crate) fn active(&self) -> bool {
        self.skill_rates != Self::NONE.skill_rates || self.effort_rates != Self::NONE.effort_rates
    }

    /// What a stride with error `e` [-] of joint `i` changes.
    pub(crate) fn update(&mut self, i: usize, e: f64) {
        let ([a, b], [f, g]) = (self.skill_rates, self.effort_rates);
        self.skill[i] = (a * self.skill[i] + b * e).clamp(-SKILL, SKILL);
        let low = self.automatic[i];
        let extra = f * (self.effort[i] - low).max(0.0) + g * e.max(0.0);
        self.effort[i] = (low + extra).min(1.0);
    }
}

/// Lowest and highest angle of each joint since the stride began, moved and healthy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ranges {
    low: [JointVec; 2],
    high: [JointVec; 2],
    ticks: Sides<u32>,
}

impl Ranges {
    pub fn new() -> Self {
        Self { low: [[f64::MAX; N_JOINTS]; 2], high: [[f64::MIN; N_JOINTS]; 2], ticks: [0; 2] }
    }

    /// Takes angles moved and healthy [rad].
    pub fn add(&mut self, moved: &JointVec, healthy: &JointVec) {
        for (k, q) in [moved, healthy].into_iter().enumerate() {
            for (i, q) in q.iter().enumerate() {
                self.low[k][i] = self.low[k][i].min(*q);
                self.high[k][i] = self.high[k][i].max(*q);
            }
        }
        self.ticks = self.ticks.map(|n| n.saturating_add(1));
    }

    /// Ends the stride of a side: what each joint lacks of the healthy range [-], -1 to 1; nothing when it was no stride.
    pub fn close(&mut self, side: usize) -> Option<[f64; 3]> {
        let error = |i: usize| {
            let range = |k: usize| self.high[k][i] - self.low[k][i];
            (1.0 - range(0) / range(1).max(0.05)).clamp(-1.0, 1.0)
        };
        let out = (self.ticks[side] > 200).then(|| core::array::from_fn(|j| error(3 * side + j)));
        for k in 0..2 {
            self.low[k][3 * side..3 * side + 3].fill(f64::MAX);
            self.high[k][3 * side..3 * side + 3].fill(f64::MIN);
        }
        self.ticks[side] = 0;
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learner() -> Learning {
        let [skill_rates, effort_rates] = Learning::PUBLISHED;
        Learning { skill_rates, effort_rates, automatic: [0.5; 6], ..Learning::NONE }
    }

    #[test]
    fn skill_settles_where_learning_and_forgetting_meet() {
        let mut learning = learner();
        for _ in 0..10_000 {
            learning.update(1, 0.05);
        }
        assert!((learning.skill[1] - 0.0143 * 0.05 / (1.0 - 0.9978)).abs() < 1e-6);
        assert_eq!(learning.skill[0], 0.0);
    }

    #[test]
    fn effort_decays_geometrically_without_error_and_returns_with_it() {
        let mut learning = learner();
        learning.update(0, 0.0);
        assert!((learning.effort[0] - (0.5 + 0.9335 * 0.5)).abs() < 1e-12);
        for _ in 0..300 {
            learning.update(0, -0.3);
        }
        assert!((learning.effort[0] - 0.5).abs() < 1e-6);
        for _ in 0..300 {
            learning.update(0, 0.2);
        }
        assert!((learning.effort[0] - (0.5 + 0.0918 * 0.2 / (1.0 - 0.9335))).abs() < 1e-6);
    }

    #[test]
    fn nothing_changes_when_it_is_off_and_all_stays_bounded() {
        let mut learning = Learning::NONE;
        learning.update(0, 1.0);
        assert_eq!(learning, Learning::NONE);
        assert!(!Learning::NONE.active() && learner().active());
        let mut eager = learner();
        (0..10_000).for_each(|k| eager.update(2, if k < 5000 { 1.0 } else { -1.0 }));
        assert!(eager.check().is_ok());
    }

    #[test]
    fn the_error_is_the_share_of_the_healthy_range_that_is_missing() {
        let mut ranges = Ranges::new();
        for k in 0..1000 {
            let x = f64::from(k % 100) / 100.0;
            ranges.add(&[0.5 * x, 0.6 * x, 2.0 * x, x, x, x], &[x; 6]);
        }
        let close = |a: [f64; 3], b: [f64; 3]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12);
        assert!(ranges.close(0).is_some_and(|e| close(e, [0.5, 0.4, -1.0])));
        assert!(ranges.close(0).is_none());
        assert!(ranges.close(1).is_some_and(|e| close(e, [0.0; 3])));
    }
}
