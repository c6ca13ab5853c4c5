//! What a device declares of itself.

use crate::error::{Result, in_range};
use crate::types::{JointReading, WHOLE, floor};

/// Largest digest, the largest whole number below which there is no gap.
const DIGEST_MAX: f64 = 9_007_199_254_740_991.0;

/// What a device declares of itself; no part has a default.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Declaration {
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
    /// [`crate::Error::OutOfRange`] naming the first that does not.
    pub fn check(self) -> Result<Self> {
        in_range("tick", self.tick, 0.0005, 0.02)?;
        in_range("watchdog", self.watchdog, 0.002, 0.05)?;
        for (index, digest) in self.digest.into_iter().enumerate() {
            let Some(value) = digest else { continue };
            let whole = value >= WHOLE || floor(value) == value;
            if !((1.0..=DIGEST_MAX).contains(&value) && whole) {
                return Err(crate::Error::OutOfRange {
                    name: "digest",
                    index: Some(index),
                    value,
                    min: 1.0,
                    max: DIGEST_MAX,
                });
            }
        }
        Ok(self)
    }
}
