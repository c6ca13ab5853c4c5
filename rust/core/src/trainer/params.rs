//! What a trainer is made of, checked once.

use super::Contacts;
use super::sets::ControlParams;
use crate::assist::{Assist, CatchTrials};
use crate::body::Body;
use crate::control::{Compensation, Fader};
use crate::error::{Result, in_range};
use crate::phase::PhaseEstimator;
use crate::safety::{Declaration, Envelope};
use crate::types::{JointKind, N_JOINTS};

/// Everything a [`super::Trainer`] needs to know before its first tick.
#[derive(Clone, Debug)]
pub struct TrainerParams {
    /// How the device provides each joint.
    pub kinds: [JointKind; N_JOINTS],
    /// What the device declares of itself.
    pub device: Declaration,
    /// The person.
    pub body: Body,
    /// The law that makes torque from state and reference, at the start.
    pub control: ControlParams,
    /// How a change of the law is carried through.
    pub change: Fader,
    /// Limits; they have no defaults.
    pub envelope: Envelope,
    /// Detector of foot contacts; begins afresh.
    pub contacts: Contacts,
    /// Weight and friction of the device that its motors add, by the engagement; begins afresh.
    pub compensation: Option<Compensation>,
    /// Phase estimator; begins afresh.
    pub phase: PhaseEstimator,
    /// Law that adapts support from stride to stride.
    pub assist: Assist,
    /// Strides without support, to see what the person does alone; begins afresh.
    pub catch: Option<CatchTrials>,
    /// Change of support in use into such a stride and back [1/s], `0.2..=5`.
    pub catch_slew: f64,
    /// Largest change of support in use [1/s], `0.01..=1`.
    pub support_slew: f64,
    /// Duration of the soft start [s], `0.5..=30`.
    pub engage_time: f64,
    /// Time after the soft start before gait is judged [s], `0..=60`.
    pub settle_time: f64,
    /// Time from one tick to the next as the loop is meant to keep it [s], 0.0002 to the envelope's longest tick.
    pub period: f64,
    /// Requested belt speed [m/s], 0 to the pattern's speed.
    pub speed: f64,
    /// Requested body-weight support [N], 0 to the envelope's limit.
    pub support_force: f64,
}

impl TrainerParams {
    /// Checks what no single room checks; `slowest` is the speed of the pattern [m/s].
    pub(super) fn check(&self, slowest: f64) -> Result<()> {
        in_range("support_slew", self.support_slew, 0.01, 1.0)?;
        in_range("engage_time", self.engage_time, 0.5, 30.0)?;
        in_range("settle_time", self.settle_time, 0.0, 60.0)?;
        in_range("catch_slew", self.catch_slew, 0.2, 5.0)?;
        in_range("speed", self.speed, 0.0, slowest.min(self.envelope.params().belt_speed_max))?;
        in_range("support_force", self.support_force, 0.0, self.envelope.params().support_force_max)?;
        Ok(())
    }
}
