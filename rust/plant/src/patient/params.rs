//! Who is in the machine: strength, delay, foot drop and an intended way of walking.

use super::{Learning, Reflex, Spasm};
use gaitloop_core::Result;
use gaitloop_core::error::{all_in_range, in_range};
use gaitloop_core::types::{JointVec, Sides};

/// A simulated person.
///
/// `strength` scales both the torque a joint can reach and the stiffness with which it follows the person's own
/// intended pattern; `excursion` scales how far that pattern goes (a stiff knee has 0.6, say).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PatientParams {
    /// Body mass [kg], 40 to 150.
    pub mass: f64,
    /// Body height [m], 1.5 to 2.0.
    pub height: f64,
    /// Strength per joint [-], 0 (none) to 1 (healthy).
    pub strength: JointVec,
    /// Delay of the intention per side [s], 0 to 0.3.
    pub delay: Sides<f64>,
    /// No dorsiflexor torque in swing, per side.
    pub foot_drop: Sides<bool>,
    /// Size of the intended movement per joint relative to a healthy one [-], 0 to 1.5.
    pub excursion: JointVec,
    /// Own cadence relative to the one the belt asks for [-], 0.8 to 1.2.
    pub cadence: f64,
    /// Standard deviation of strength from stride to stride [-], 0 to 0.2; movement varies by a third of it.
    pub variability: f64,
    /// Height of the toe over the belt that the person intends in swing [m], 0.005 to 0.045.
    pub foot_clearance: f64,
    /// How much of a stride earlier than healthy people each side means to end its stance [-], 0 to 0.25.
    pub hurry: Sides<f64>,
    /// Exaggerated stretch reflex; none by default.
    pub reflex: Reflex,
    /// An involuntary contraction; none by default.
    pub spasm: Option<Spasm>,
    /// How fast muscles tire and recover relative to published rates [-], 0 (never) to 5.
    pub fatigue: f64,
    /// What walking teaches the person; nothing by default.
    pub learning: Learning,
}

impl PatientParams {
    /// Accepts the parameters when all lie in their ranges.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first that does not.
    pub fn check(self) -> Result<Self> {
        in_range("mass", self.mass, 40.0, 150.0)?;
        in_range("height", self.height, 1.5, 2.0)?;
        all_in_range("strength", self.strength, 0.0, 1.0)?;
        all_in_range("delay", self.delay, 0.0, 0.3)?;
        all_in_range("excursion", self.excursion, 0.0, 1.5)?;
        in_range("cadence", self.cadence, 0.8, 1.2)?;
        in_range("variability", self.variability, 0.0, 0.2)?;
        in_range("foot_clearance", self.foot_clearance, 0.005, 0.045)?;
        all_in_range("hurry", self.hurry, 0.0, 0.25)?;
        self.reflex.check()?;
        if let Some(spasm) = self.spasm {
            spasm.check()?;
        }
        in_range("fatigue", self.fatigue, 0.0, 5.0)?;
        self.learning.check()?;
        Ok(self)
    }
}
