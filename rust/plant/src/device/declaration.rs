//! What a simulated device declares of itself and reads back from its drives.

use super::DeviceParams;
use gaitloop_core::safety::Declaration;
use gaitloop_core::types::{JointKind, JointReading, N_JOINTS};

/// Interval at which a simulated device measures [s].
const TICK: f64 = 0.001;
/// Offset and factor of the digest (FNV-1a, 64 bits).
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;
/// Bits of a digest, so that a number holds it without rounding.
const BITS: u32 = 52;

impl DeviceParams {
    /// Digest of what decides how the drive of each joint acts; absent where nothing is driven.
    #[must_use]
    pub fn digest(&self) -> JointReading {
        core::array::from_fn(|joint| {
            let driven = self.joints[joint] == JointKind::Driven;
            let leg = joint % 3;
            let critical = [
                joint as f64,
                self.torque_max[joint],
                self.torque_lag,
                self.armature[leg],
                self.brake_damping[leg],
                self.brake_lock[leg],
                self.watchdog,
            ];
            driven.then(|| digest(&critical))
        })
    }

    /// What the device declares of itself.
    #[must_use]
    pub fn declaration(&self) -> Declaration {
        Declaration { safe_profile: self.safe_profile, tick: TICK, watchdog: self.watchdog, digest: self.digest() }
    }

    /// Watchdog time that is read back from the drive of each joint [s].
    pub(crate) fn watchdogs(&self) -> [f64; N_JOINTS] {
        self.joints.map(|kind| if kind == JointKind::Driven { self.watchdog } else { 0.0 })
    }
}

/// A whole number, 1 to 2^52, that follows from the bits of some numbers.
fn digest(values: &[f64]) -> f64 {
    let bytes = values.iter().flat_map(|value| value.to_bits().to_le_bytes());
    let hash = bytes.fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    ((hash >> (64 - BITS)) + 1) as f64
}
