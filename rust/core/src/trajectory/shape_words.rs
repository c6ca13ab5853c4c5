//! What a therapist asks of a pattern, checked, and how step length, cadence and speed belong together.

use crate::error::{Error, Result, all_in_range, in_range};
use crate::types::{JointVec, N_JOINTS, Sides};

use super::shape::Description;

/// Largest magnitude of an end of a range of motion [rad].
const ANGLE_MAX: f64 = 3.0;

/// Angles within which a joint may be moved [rad].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RangeOfMotion {
    pub(super) lower: JointVec,
    pub(super) upper: JointVec,
}

impl RangeOfMotion {
    /// A range from `lower` to `upper` [rad], -3 to 3, each lower end below its upper end.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] or [`Error::Swapped`] naming the end that was refused.
    pub fn new(lower: JointVec, upper: JointVec) -> Result<Self> {
        const NAMES: [&str; 2] = ["range_of_motion[0]", "range_of_motion[1]"];
        let lower = all_in_range(NAMES[0], lower, -ANGLE_MAX, ANGLE_MAX)?;
        let upper = all_in_range(NAMES[1], upper, -ANGLE_MAX, ANGLE_MAX)?;
        match (0..N_JOINTS).find(|&j| lower[j] >= upper[j]) {
            None => Ok(Self { lower, upper }),
            Some(j) => Err(Error::Swapped {
                low: NAMES[0],
                high: NAMES[1],
                index: Some(j),
                low_value: lower[j],
                high_value: upper[j],
            }),
        }
    }
}

/// A change of a pattern in a therapist's words; what is absent is not asked. Pairs are left, right.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Words {
    /// Distance of the ankles at the initial contact of each side [m], 0.05 to 1.2.
    pub step_length: Option<Sides<f64>>,
    /// Smallest height of each swinging toe over the standing foot [cm], 0 to 15.
    pub foot_clearance_cm: Option<Sides<f64>>,
    /// Largest minus smallest knee angle [deg], 5 to 120.
    pub knee_range_deg: Option<Sides<f64>>,
    /// Largest minus smallest hip angle [deg], 5 to 90.
    pub hip_range_deg: Option<Sides<f64>>,
    /// Phase at which the toe is farthest behind the hip [-], 0.50 to 0.75.
    pub stance_share: Option<Sides<f64>>,
    /// Steps per minute [1/min], 10 to 200.
    pub cadence: Option<f64>,
    /// Walking speed [m/s], 0.05 to 2.5.
    pub speed: Option<f64>,
    /// Logarithm of left over right step length [-], -1 to 1.
    pub asymmetry: Option<f64>,
    /// Phase of the right leg minus that of the left [-], 0.30 to 0.70.
    pub phase_offset: Option<f64>,
}

/// A word: its name in messages and the values that may be asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub name: &'static str,
    pub min: f64,
    pub max: f64,
}

const fn word(name: &'static str, min: f64, max: f64) -> Word {
    Word { name, min, max }
}

pub(super) const STEP_LENGTH: Word = word("step_length", 0.05, 1.2);
const CLEARANCE: Word = word("foot_clearance_cm", 0.0, 15.0);
const KNEE: Word = word("knee_range_deg", 5.0, 120.0);
const HIP: Word = word("hip_range_deg", 5.0, 90.0);
const SHARE: Word = word("stance_share", 0.50, 0.75);
const CADENCE: Word = word("cadence", 10.0, 200.0);
const SPEED: Word = word("speed", 0.05, 2.5);
const ASYMMETRY: Word = word("asymmetry", -1.0, 1.0);
const OFFSET: Word = word("phase_offset", 0.30, 0.70);

impl Word {
    pub(super) fn check(&self, value: f64) -> Result<f64> {
        in_range(self.name, value, self.min, self.max)
    }

    /// The value at `share` [-] of the way from the smallest to the largest.
    pub(super) fn part(&self, share: f64) -> f64 {
        self.min + (self.max - self.min) * share
    }

    fn check_pair(&self, values: Sides<f64>) -> Result<()> {
        if values[0].to_bits() == values[1].to_bits() {
            return self.check(values[0]).map(|_| ());
        }
        all_in_range(self.name, values, self.min, self.max).map(|_| ())
    }
}

impl Words {
    /// Checks each word by itself.
    pub(super) fn check(&self) -> Result<()> {
        let pairs = [
            (STEP_LENGTH, self.step_length),
            (CLEARANCE, self.foot_clearance_cm),
            (KNEE, self.knee_range_deg),
            (HIP, self.hip_range_deg),
            (SHARE, self.stance_share),
        ];
        for (word, asked) in pairs {
            asked.map_or(Ok(()), |values| word.check_pair(values))?;
        }
        let singles =
            [(CADENCE, self.cadence), (SPEED, self.speed), (ASYMMETRY, self.asymmetry), (OFFSET, self.phase_offset)];
        for (word, asked) in singles {
            asked.map_or(Ok(()), |value| word.check(value).map(|_| ()))?;
        }
        Ok(())
    }
}

/// Which word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Share,
    Offset,
    Step,
    Cadence,
    Speed,
    Asymmetry,
    Knee,
    Hip,
    Clearance,
}

impl Kind {
    /// The order in which words are tried.
    const ALL: [Self; 9] = [
        Self::Share,
        Self::Offset,
        Self::Step,
        Self::Cadence,
        Self::Speed,
        Self::Asymmetry,
        Self::Knee,
        Self::Hip,
        Self::Clearance,
    ];
    /// These belong together and are tried under the first that was asked.
    const PACE: [Self; 3] = [Self::Step, Self::Cadence, Self::Speed];

    /// The words that were asked, in the order in which they are tried.
    pub(super) fn asked(words: &Words) -> Vec<Self> {
        let mut kinds: Vec<Self> = Self::ALL.into_iter().filter(|kind| kind.get(words).is_some()).collect();
        let pace = kinds.iter().copied().find(|kind| Self::PACE.contains(kind));
        kinds.retain(|kind| !Self::PACE.contains(kind) || Some(*kind) == pace);
        kinds
    }

    pub(super) fn word(self) -> Word {
        match self {
            Self::Share => SHARE,
            Self::Offset => OFFSET,
            Self::Step => STEP_LENGTH,
            Self::Cadence => CADENCE,
            Self::Speed => SPEED,
            Self::Asymmetry => ASYMMETRY,
            Self::Knee => KNEE,
            Self::Hip => HIP,
            Self::Clearance => CLEARANCE,
        }
    }

    pub(super) fn has_sides(self) -> bool {
        matches!(self, Self::Share | Self::Step | Self::Knee | Self::Hip | Self::Clearance)
    }

    /// What was asked of both sides; a word without sides has it twice.
    pub(super) fn get(self, words: &Words) -> Option<Sides<f64>> {
        match self {
            Self::Share => words.stance_share,
            Self::Offset => words.phase_offset.map(|value| [value; 2]),
            Self::Step => words.step_length,
            Self::Cadence => words.cadence.map(|value| [value; 2]),
            Self::Speed => words.speed.map(|value| [value; 2]),
            Self::Asymmetry => words.asymmetry.map(|value| [value; 2]),
            Self::Knee => words.knee_range_deg,
            Self::Hip => words.hip_range_deg,
            Self::Clearance => words.foot_clearance_cm,
        }
    }

    /// Asks `values` of the word; of three words of pace the last then follows from the others.
    pub(super) fn set(self, words: &mut Words, values: Sides<f64>) {
        let (one, both) = (Some(values[0]), Some(values));
        match self {
            Self::Share => words.stance_share = both,
            Self::Offset => words.phase_offset = one,
            Self::Step => words.step_length = both,
            Self::Cadence => words.cadence = one,
            Self::Speed => words.speed = one,
            Self::Asymmetry => words.asymmetry = one,
            Self::Knee => words.knee_range_deg = both,
            Self::Hip => words.hip_range_deg = both,
            Self::Clearance => words.foot_clearance_cm = both,
        }
        if Self::PACE.contains(&self) && words.step_length.is_some() && words.cadence.is_some() {
            words.speed = None;
        }
    }

    /// Copies the word from one to another, with those it belongs together with.
    pub(super) fn join(self, to: &mut Words, from: &Words) {
        match self {
            Self::Step | Self::Cadence | Self::Speed => {
                (to.step_length, to.cadence, to.speed) = (from.step_length, from.cadence, from.speed);
            }
            _ => {
                if let Some(values) = self.get(from) {
                    self.set(to, values);
                }
            }
        }
    }

    /// The word as it is measured on a pattern, absent where it cannot be told.
    pub(super) fn measured(self, own: &Description) -> Option<Sides<f64>> {
        Some(match self {
            Self::Share => own.stance_share,
            Self::Offset => [own.phase_offset; 2],
            Self::Step => own.step_length,
            Self::Cadence => [own.cadence; 2],
            Self::Speed => [own.speed?; 2],
            Self::Asymmetry => [own.asymmetry?; 2],
            Self::Knee => own.knee_range.map(f64::to_degrees),
            Self::Hip => own.hip_range.map(f64::to_degrees),
            Self::Clearance => own.foot_clearance.map(|value| 100.0 * value),
        })
    }
}

/// How far and how fast: mean step length [m] and speed [m/s], with cadence = 60 speed / step length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pace {
    pub step: f64,
    pub speed: f64,
}

impl Pace {
    /// The pace that `words` ask for, given the one of the pattern.
    pub(super) fn asked(words: &Words, base: Pace) -> Result<Self> {
        let step = words.step_length.map(|[left, right]| 0.5 * (left + right));
        let pace = match (step, words.cadence, words.speed) {
            (Some(step), Some(cadence), Some(speed)) => {
                let along = step * cadence / 60.0;
                if (along - speed).abs() > 1e-9 * speed || !along.is_finite() {
                    return Err(Error::OutOfRange { name: "speed", index: None, value: speed, min: along, max: along });
                }
                Self { step, speed }
            }
            (Some(step), Some(cadence), None) => Self { step, speed: SPEED.check(step * cadence / 60.0)? },
            (None, Some(cadence), speed) => {
                let speed = speed.unwrap_or(base.speed);
                Self { step: STEP_LENGTH.check(60.0 * speed / cadence)?, speed }
            }
            (step, None, speed) => Self { step: step.unwrap_or(base.step), speed: speed.unwrap_or(base.speed) },
        };
        if step.is_some() || words.cadence.is_some() || words.speed.is_some() {
            CADENCE.check(60.0 * pace.speed / pace.step)?;
        }
        Ok(pace)
    }
}

/// The asymmetry that `words` ask for, given the one of the pattern.
pub(super) fn asked_asymmetry(words: &Words, base: f64) -> Result<f64> {
    match (words.step_length, words.asymmetry) {
        (Some([left, right]), asked) if left.to_bits() != right.to_bits() => {
            let own = (left / right).ln();
            match asked {
                Some(value) if (value - own).abs() > 1e-9 => {
                    Err(Error::OutOfRange { name: ASYMMETRY.name, index: None, value, min: own, max: own })
                }
                _ => Ok(own),
            }
        }
        (_, Some(asked)) => Ok(asked),
        (Some(_), None) => Ok(0.0),
        (None, None) => Ok(base),
    }
}
