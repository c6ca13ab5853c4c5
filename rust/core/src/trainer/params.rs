//! What a trainer is made of, checked once.

use crate::assist::Assist;
use crate::body::Body;
use crate::error::{Error, Result, in_range};
use crate::events::ForceContacts;
use crate::phase::PhaseEstimator;
use crate::safety::Envelope;
use crate::trajectory::GaitPattern;
use crate::types::{JointKind, JointVec, N_JOINTS};

/// Everything a [`super::Trainer`] needs to know before its first tick.
#[derive(Clone, Debug)]
pub struct TrainerParams {
    /// How the device provides each joint.
    pub kinds: [JointKind; N_JOINTS],
    /// The person.
    pub body: Body,
    /// The person's reference, with the speed it belongs to.
    pub pattern: GaitPattern,
    /// Stiffness at full guidance [N·m/rad], `0..=2000`.
    pub stiffness: JointVec,
    /// Damping at full guidance [N·m·s/rad], `0..=200`.
    pub damping: JointVec,
    /// Share of the leg's weight carried in swing at full support [-], `0..=1`.
    pub leg_weight: f64,
    /// Limits; they have no defaults.
    pub envelope: Envelope,
    /// Detector of foot contacts; begins afresh.
    pub contacts: ForceContacts,
    /// Phase estimator; begins afresh.
    pub phase: PhaseEstimator,
    /// Law that adapts support from stride to stride.
    pub assist: Assist,
    /// Largest change of support in use [1/s], `0.01..=1`.
    pub support_slew: f64,
    /// Duration of the soft start [s], `0.5..=30`.
    pub engage_time: f64,
    /// Time after the soft start before gait is judged [s], `0..=60`.
    pub settle_time: f64,
    /// Requested belt speed [m/s], 0 to the pattern's speed.
    pub speed: f64,
    /// Requested body-weight support [N], 0 to the envelope's limit.
    pub support_force: f64,
}

impl TrainerParams {
    /// Checks what no single room checks; returns the pattern's speed [m/s].
    pub(super) fn check(&self) -> Result<f64> {
        in_range("leg_weight", self.leg_weight, 0.0, 1.0)?;
        in_range("support_slew", self.support_slew, 0.01, 1.0)?;
        in_range("engage_time", self.engage_time, 0.5, 30.0)?;
        in_range("settle_time", self.settle_time, 0.0, 60.0)?;
        // Without a speed there is nothing to keep belt and phase in step with.
        let missing = Error::OutOfRange { name: "pattern.speed", index: None, value: f64::NAN, min: 0.05, max: 3.0 };
        let speed = in_range("pattern.speed", self.pattern.speed().ok_or(missing)?, 0.05, 3.0)?;
        in_range("speed", self.speed, 0.0, speed.min(self.envelope.params().belt_speed_max))?;
        in_range("support_force", self.support_force, 0.0, self.envelope.params().support_force_max)?;
        Ok(speed)
    }
}
