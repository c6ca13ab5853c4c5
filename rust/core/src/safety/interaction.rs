//! Torque between machine and person: too much of it at once, or over a session.

use super::monitors::{Timer, when};
use super::{Cause, Envelope, Fault, Severity, State, trusted};
use crate::types::{JointKind, JointReading, JointVec, N_JOINTS};

/// Time for which the torque may be larger than its limit [s].
const INTERACTION_TIME: f64 = 0.02;

/// Watches the torque between machine and person.
#[derive(Clone, Copy, Debug)]
pub struct Interaction {
    kinds: [JointKind; N_JOINTS],
    torque_max: JointVec,
    dose_max: JointVec,
    over: [Timer; N_JOINTS],
    dose: JointVec,
}

impl Interaction {
    /// A watch that has seen nothing yet, for one session.
    #[must_use]
    pub fn new(envelope: &Envelope, kinds: [JointKind; N_JOINTS]) -> Self {
        let p = envelope.params();
        Self {
            kinds,
            torque_max: p.interaction_max,
            dose_max: p.dose_max,
            over: [Timer::default(); N_JOINTS],
            dose: [0.0; N_JOINTS],
        }
    }

    /// One tick of `dt` [s] in the state after the last tick, with the measured torques [N·m]; gives the worst of what
    /// is wrong.
    pub fn step(&mut self, state: State, torque: &JointReading, dt: f64) -> Fault {
        let dt = if dt > 0.0 && dt.is_finite() { dt } else { 0.0 };
        let mut fault = Fault::NONE;
        for i in 0..N_JOINTS {
            if self.kinds[i] == JointKind::Absent {
                continue;
            }
            let size = trusted(torque[i]).map(f64::abs);
            if state.energised() {
                self.dose[i] += size.map_or(0.0, |size| size * dt);
                let expired = self.over[i].expired(size.map(|size| size > self.torque_max[i]), dt, INTERACTION_TIME);
                fault = fault.worse(when(expired, Fault::at(Severity::Protective, Cause::InteractionTorque, i)));
            } else {
                self.over[i] = Timer::default();
            }
            let spent = self.dose[i] >= self.dose_max[i];
            fault = fault.worse(when(spent, Fault::at(Severity::Soft, Cause::Dose, i)));
        }
        fault
    }

    /// Largest share of a joint's budget of torque times time that is spent, 0 to 1 [-]; to be warned of from 0.8.
    #[must_use]
    pub fn share(&self) -> f64 {
        let fitted = (0..N_JOINTS).filter(|&i| self.kinds[i] != JointKind::Absent);
        let share = |i: usize| if self.dose[i] < self.dose_max[i] { self.dose[i] / self.dose_max[i] } else { 1.0 };
        fitted.map(share).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests;
