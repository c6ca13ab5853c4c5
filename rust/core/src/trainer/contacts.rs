//! What tells that a foot touched the ground: forces under the feet, or the angles of the legs where nothing feels a foot.

use super::tick::Measured;
use crate::events::{Detector, ForceContacts, JointContacts};
use crate::types::{Event, N_SIDES, Sides};

/// Detector of foot contacts of a trainer.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // one a trainer, which never moves it; a box would be followed in every tick
pub enum Contacts {
    /// By the vertical force under each foot.
    Force(ForceContacts),
    /// By hips and knees, and by ankles where they are measured.
    Joints(JointContacts),
}

impl Contacts {
    pub(super) fn step(&mut self, measured: &Measured, t: i64) -> Sides<Option<Event>> {
        match self {
            Self::Force(contacts) => contacts.step(measured.force, t),
            Self::Joints(contacts) => contacts.step(&measured.q.map(|q| q.unwrap_or(f64::NAN)), t),
        }
    }

    pub(super) fn in_contact(&self) -> Sides<bool> {
        match self {
            Self::Force(contacts) => contacts.in_contact(),
            Self::Joints(contacts) => contacts.in_contact(),
        }
    }

    /// Whether the feet themselves are felt: only then does a long stance say that one drags.
    pub(super) fn feel(&self) -> bool {
        matches!(self, Self::Force(_))
    }

    /// The same detector, as if it had seen nothing.
    pub(super) fn afresh(mut self) -> Self {
        match &mut self {
            Self::Force(contacts) => contacts.reset(),
            Self::Joints(contacts) => contacts.reset(),
        }
        self
    }
}

/// Strides of the phase since a contact of each side: a detector that never tells one must not pass for a gait that has
/// only begun.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unheard(Sides<f64>);

impl Unheard {
    /// One tick of `dt` [s] in which the phases went on at `rate` [1/s].
    pub fn step(&mut self, contact: Sides<bool>, rate: &Sides<f64>, dt: f64) {
        for side in 0..N_SIDES {
            self.0[side] = if contact[side] { 0.0 } else { self.0[side] + rate[side] * dt };
        }
    }

    /// Sides of which none was told for too long.
    pub fn late(&self) -> Sides<bool> {
        self.0.map(|strides| strides > super::UNHEARD)
    }
}
