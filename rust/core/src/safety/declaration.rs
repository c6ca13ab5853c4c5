//! What a device declares of itself.

use crate::error::{Error, Result, in_range};
use crate::types::{JointReading, WHOLE, floor};

/// Largest digest, the largest whole number below which there is no gap.
const DIGEST_MAX: f64 = 9_007_199_254_740_991.0;
/// Shortest and longest time that lowering may take [s].
const LOWER_DEADLINE: [f64; 2] = [0.1, 10.0];

/// Names of [`SafeProfile`] in the order of its codes.
pub const SAFE_PROFILES: [&str; 3] = ["release_after_damp", "lock_brake", "controlled_lower"];

/// How the device comes to rest without power in a protective stop; every device declares its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SafeProfile {
    /// The legs are damped, then let go: something else carries the person.
    ReleaseAfterDamp,
    /// The legs are damped, then brakes lock them.
    LockBrake,
    /// The legs are damped with all their torque until the person is down, for this long at most, and only then let go.
    ControlledLower(LowerDeadline),
}

/// The longest time that lowering may take, checked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LowerDeadline(f64);

impl LowerDeadline {
    /// The time [s].
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.0
    }
}

impl SafeProfile {
    /// [`SafeProfile::ControlledLower`] within a time [s], 0.1 to 10.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] outside.
    pub fn controlled_lower(deadline: f64) -> Result<Self> {
        let [min, max] = LOWER_DEADLINE;
        Ok(Self::ControlledLower(LowerDeadline(in_range("lower_deadline", deadline, min, max)?)))
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ReleaseAfterDamp => SAFE_PROFILES[0],
            Self::LockBrake => SAFE_PROFILES[1],
            Self::ControlledLower(_) => SAFE_PROFILES[2],
        }
    }

    /// Longest time of lowering [s], where there is one.
    #[must_use]
    pub fn lower_deadline(self) -> Option<f64> {
        match self {
            Self::ControlledLower(deadline) => Some(deadline.seconds()),
            Self::ReleaseAfterDamp | Self::LockBrake => None,
        }
    }
}

/// What a device declares of itself; no part has a default.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Declaration {
    /// How it comes to rest without power.
    pub safe_profile: SafeProfile,
    /// Interval at which it measures [s], 0.0005 to 0.02.
    pub tick: f64,
    /// Time after which a drive without a lease stops by itself, as it was set [s], 0.002 to 0.05.
    pub watchdog: f64,
    /// Digest of each drive's critical configuration as it was set: a whole number, 1 to 2^53 - 1.
    pub digest: JointReading,
}

impl Declaration {
    /// Accepts the declaration when every part lies in its range.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming the first that does not.
    pub fn check(self) -> Result<Self> {
        in_range("tick", self.tick, 0.0005, 0.02)?;
        in_range("watchdog", self.watchdog, 0.002, 0.05)?;
        for (index, digest) in self.digest.into_iter().enumerate() {
            let Some(value) = digest else { continue };
            let whole = value >= WHOLE || floor(value) == value;
            if !((1.0..=DIGEST_MAX).contains(&value) && whole) {
                let index = Some(index);
                return Err(Error::OutOfRange { name: "digest", index, value, min: 1.0, max: DIGEST_MAX });
            }
        }
        Ok(self)
    }
}
