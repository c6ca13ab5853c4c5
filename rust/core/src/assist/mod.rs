//! From the errors of a stride to the support of the next: assist as needed, per side and subtask.

mod band;
mod catch;
mod forgetting;
mod intensity;
mod iterative;
mod learner;
mod model_based;
mod r#override;
mod schedule;
mod staircase;

pub use band::{BandLaw, BandParams};
pub use catch::{CatchTrials, Reliance};
pub use forgetting::{ForgettingLaw, ForgettingParams};
pub use intensity::{Intensity, IntensityGovernor, IntensityMode, IntensityParams};
pub use iterative::{IterativeLearning, IterativeParams};
pub use learner::{HalfLives, half_lives};
pub use model_based::{ModelBased, ModelInputs, ModelParams};
pub use r#override::{Override, OverrideMode, Target};
pub use schedule::{Goal, Schedule, ScheduleParams};
pub use staircase::Staircase;

use crate::error::{Error, Result, in_range};
use crate::types::Sides;

/// Number of subtasks: leading limb, trailing limb, prepositioning, stance stability, foot clearance, weight shift,
/// lateral foot placement.
pub(crate) const N: usize = 7;

/// One of the laws, by name; they are never blended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Assist {
    /// Hold inside a band, step outside it.
    Band(BandLaw),
    /// Decay, and grow with the error.
    Forgetting(ForgettingLaw),
}

impl Assist {
    /// Takes the errors [rad, weight shift m] of a stride of `side` (0 left, else right) and returns its new support [-].
    pub fn update(&mut self, side: usize, errors: &[Option<f64>; N]) -> [f64; N] {
        match self {
            Self::Band(law) => law.update(side, errors),
            Self::Forgetting(law) => law.update(side, errors),
        }
    }

    /// Goes on from `support` [-] of `side` (0 left, else right), which was given instead of the law's own.
    pub fn follow(&mut self, side: usize, support: &[f64; N]) {
        match self {
            Self::Band(law) => law.follow(side, support),
            Self::Forgetting(law) => law.follow(side, support),
        }
    }

    /// Support [-] of both sides.
    #[must_use]
    pub fn support(&self) -> Sides<[f64; N]> {
        match self {
            Self::Band(law) => law.support(),
            Self::Forgetting(law) => law.support(),
        }
    }
}

/// Accepts floor, ceiling and initial support [-] when they lie in order in `0..=1`.
pub(crate) fn check_support(floor: f64, ceiling: f64, initial: f64) -> Result<()> {
    in_range("floor", floor, 0.0, 1.0)?;
    in_range("ceiling", ceiling, 0.0, 1.0)?;
    if floor > ceiling {
        let (low_value, high_value) = (floor, ceiling);
        return Err(Error::Swapped { low: "floor", high: "ceiling", index: None, low_value, high_value });
    }
    in_range("initial", initial, floor, ceiling).map(|_| ())
}

/// Moves a law's support to what was given, within its floor and ceiling; a number that is not finite changes nothing.
pub(crate) fn follow(support: &mut [f64; N], given: &[f64; N], floor: f64, ceiling: f64) {
    for (own, given) in support.iter_mut().zip(given) {
        if given.is_finite() {
            *own = given.clamp(floor, ceiling);
        }
    }
}
