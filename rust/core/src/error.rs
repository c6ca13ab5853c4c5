//! The one list of errors: what was wrong, where, and what is allowed.

use core::fmt;

use crate::types::{JOINTS, N_JOINTS};

/// Result of everything that checks its input.
pub type Result<T> = core::result::Result<T, Error>;

/// A refused input. Every variant names the field and what would have been accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// A number outside its range, or not finite.
    OutOfRange {
        /// Field that was refused.
        name: &'static str,
        /// Position in the field, when it is an array.
        index: Option<usize>,
        /// Value that was refused.
        value: f64,
        /// Smallest accepted value.
        min: f64,
        /// Largest accepted value.
        max: f64,
    },
    /// Two limits in the wrong order.
    Swapped {
        /// Field that must be the smaller.
        low: &'static str,
        /// Field that must be the larger.
        high: &'static str,
        /// Position in the fields, when they are arrays.
        index: Option<usize>,
        /// Value of `low`.
        low_value: f64,
        /// Value of `high`.
        high_value: f64,
    },
    /// An array of another length than needed.
    Length {
        /// Field that was refused.
        name: &'static str,
        /// Length that came.
        got: usize,
        /// Smallest accepted length.
        min: usize,
        /// Largest accepted length.
        max: usize,
    },
    /// Fewer things than needed.
    TooFew {
        /// Field that was refused.
        name: &'static str,
        /// What it gives too few of.
        what: &'static str,
        /// How many it gives.
        got: usize,
        /// How many it must give.
        min: usize,
    },
    /// Times that do not increase.
    NotIncreasing {
        /// Field that was refused.
        name: &'static str,
        /// First position that does not exceed the one before.
        index: usize,
        /// Value there.
        value: f64,
        /// Value before it.
        previous: f64,
    },
    /// A pair of limits whose common range is empty.
    EmptyIntersection {
        /// Range that became empty.
        name: &'static str,
        /// Position in the field, when it is an array.
        index: Option<usize>,
        /// Lower end after the intersection.
        low: f64,
        /// Upper end after the intersection.
        high: f64,
    },
    /// Limits of two sources that leave nothing between them.
    Clash {
        /// Range that became empty.
        name: &'static str,
        /// Lower end.
        low: f64,
        /// Who set the lower end.
        low_of: &'static str,
        /// Upper end.
        high: f64,
        /// Who set the upper end.
        high_of: &'static str,
    },
    /// A limit that cannot be narrowed, because it is the device's own.
    NotNarrower {
        /// Limit that was refused.
        name: &'static str,
    },
    /// A movement that cannot be played within the bounds of a joint.
    Unplayable {
        /// What goes beyond its bound: position, velocity, acceleration or jerk.
        figure: &'static str,
        /// Joint, by its position in [`crate::types::JOINTS`].
        joint: usize,
        /// What the movement asks for.
        value: f64,
        /// Smallest accepted value.
        min: f64,
        /// Largest accepted value.
        max: f64,
        /// Factor on the stride rate at which it fits, where that can be told.
        slower: Option<f64>,
    },
    /// A state of a limb from which no way leads on within the bounds of a joint.
    NoWay {
        /// What goes beyond its bound on the way: position, velocity, acceleration or jerk.
        figure: &'static str,
        /// Joint, by its position in [`crate::types::JOINTS`].
        joint: usize,
        /// Its angle, velocity and acceleration [rad, rad/s, rad/s²].
        state: [f64; 3],
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::OutOfRange { name, index, value, min, max } => {
                write!(f, "{name} must lie in [{min}, {max}], got {value}{}", At(index))
            }
            Self::Swapped { low, high, index, low_value, high_value } => {
                write!(f, "{low} must lie below {high}, got {low_value} and {high_value}{}", At(index))
            }
            Self::Length { name, got, min, max } if min == max => write!(f, "{name} must have length {min}, got {got}"),
            Self::Length { name, got, min, max: usize::MAX } => {
                write!(f, "{name} must have length {min} or more, got {got}")
            }
            Self::Length { name, got, min, max } => write!(f, "{name} must have length {min} to {max}, got {got}"),
            Self::TooFew { name, what, got, min } => write!(f, "{name} must give at least {min} {what}, got {got}"),
            Self::NotIncreasing { name, index, value, previous } => {
                write!(f, "{name} must increase, got {value} after {previous} at index {index}")
            }
            Self::Unplayable { figure, joint, value, min, max, slower } => {
                write!(f, "{figure} of {} must lie in [{min}, {max}], got {value}", JOINTS[joint.min(N_JOINTS - 1)])?;
                slower.map_or(Ok(()), |factor| write!(f, "; it fits at {factor:.3} times its stride rate"))
            }
            Self::NoWay { figure, joint, state: [q, dq, ddq] } => {
                write!(f, "q, dq and ddq of {} must leave a way within its bounds", JOINTS[joint.min(N_JOINTS - 1)])?;
                write!(f, ", got {q}, {dq} and {ddq}; its {figure} goes beyond on every way tried")
            }
            Self::Clash { name, low, low_of, high, high_of } => {
                write!(f, "{name} must not be empty after intersection, got [{low}, {high}]: ")?;
                write!(f, "q_min is of {low_of}, q_max of {high_of}")
            }
            Self::NotNarrower { name } => write!(f, "{name} must be left to the device, it has no narrower value"),
            Self::EmptyIntersection { name, index, low, high } => {
                write!(f, "{name} must not be empty after intersection, got [{low}, {high}]{}", At(index))
            }
        }
    }
}

impl core::error::Error for Error {}

struct At(Option<usize>);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(index) => write!(f, " at index {index}"),
            None => Ok(()),
        }
    }
}

/// Accepts `value` in `min..=max`.
///
/// # Errors
/// [`Error::OutOfRange`] for anything else, NaN included: the test is positive, so one comparison covers both.
pub fn in_range(name: &'static str, value: f64, min: f64, max: f64) -> Result<f64> {
    if (min..=max).contains(&value) { Ok(value) } else { Err(Error::OutOfRange { name, index: None, value, min, max }) }
}

/// Accepts an array whose every value lies in `min..=max`.
///
/// # Errors
/// [`Error::OutOfRange`] with the position of the first that does not.
pub fn all_in_range<const N: usize>(name: &'static str, values: [f64; N], min: f64, max: f64) -> Result<[f64; N]> {
    match values.iter().position(|v| !(min..=max).contains(v)) {
        None => Ok(values),
        Some(i) => Err(Error::OutOfRange { name, index: Some(i), value: values[i], min, max }),
    }
}
