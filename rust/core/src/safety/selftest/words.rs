//! What the self-test is told and what it answers.

use crate::safety::{Check, Selftest};
use crate::types::JointReading;

/// What the self-test looks at in a tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SelfTestInputs {
    /// Time of the tick [ns].
    pub t: i64,
    /// The tick had no fault.
    pub clean: bool,
    /// Joint angles [rad].
    pub q: JointReading,
    /// When they were measured [ns].
    pub q_stamp: i64,
    /// Joint velocities [rad/s].
    pub dq: JointReading,
    /// When they were measured [ns].
    pub dq_stamp: i64,
    /// Status of each drive: 1 enabled, 0 ready, negative stopped by itself or faulty.
    pub status: JointReading,
    /// When it was read [ns].
    pub status_stamp: i64,
    /// Digest of the configuration that was read back from each drive.
    pub digest: JointReading,
    /// When it was read back [ns].
    pub digest_stamp: i64,
    /// Watchdog time that was read back from each drive [s].
    pub watchdog: JointReading,
    /// When it was read back [ns].
    pub watchdog_stamp: i64,
}

/// How far the self-test is, and what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SelfTestOutput {
    /// How far it is.
    pub result: Selftest,
    /// What was not met last.
    pub check: Check,
    /// Joint at which it was not met, if it is one.
    pub joint: Option<usize>,
    /// No lease may be given out.
    pub withhold: bool,
    /// Drives that stopped by themselves may come back.
    pub clear: bool,
}

impl SelfTestOutput {
    /// What holds while no self-test is under way.
    pub const IDLE: Self =
        Self { result: Selftest::Pending, check: Check::None, joint: None, withhold: false, clear: false };
}
