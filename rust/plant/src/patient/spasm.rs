//! One involuntary contraction: torque of one joint that rises, stays and falls.

use gaitloop_core::Result;
use gaitloop_core::error::in_range;
use gaitloop_core::types::{JointVec, N_JOINTS, smooth_step};

/// A contraction at a joint; it falls as fast as it rises.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spasm {
    /// Position of the joint.
    pub joint: usize,
    /// When it begins [s].
    pub start: f64,
    /// Torque it reaches [N·m], -100 to 100.
    pub torque: f64,
    /// Time in which it rises [s], 0.005 to 2.
    pub rise: f64,
    /// Time for which it stays [s], 0 to 60.
    pub hold: f64,
}

impl Spasm {
    /// Accepts the parameters when all lie in their ranges.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first that does not.
    pub fn check(self) -> Result<Self> {
        in_range("spasm.joint", self.joint as f64, 0.0, (N_JOINTS - 1) as f64)?;
        in_range("spasm.start", self.start, 0.0, 1e5)?;
        in_range("spasm.torque", self.torque, -100.0, 100.0)?;
        in_range("spasm.rise", self.rise, 0.005, 2.0)?;
        in_range("spasm.hold", self.hold, 0.0, 60.0)?;
        Ok(self)
    }

    /// Torque of all joints [N·m] at time `t` [s].
    pub(crate) fn torque(&self, t: f64) -> JointVec {
        let mut out = [0.0; N_JOINTS];
        let since = t - self.start;
        let share = smooth_step(since / self.rise).min(smooth_step((2.0 * self.rise + self.hold - since) / self.rise));
        out[self.joint.min(N_JOINTS - 1)] = share * self.torque;
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spasm_rises_stays_and_is_over() {
        let spasm = Spasm { joint: 1, start: 2.0, torque: -40.0, rise: 0.1, hold: 0.5 };
        for (t, torque) in [(1.99, 0.0), (2.0, 0.0), (2.05, -20.0), (2.1, -40.0), (2.6, -40.0), (2.71, 0.0)] {
            assert!((spasm.torque(t)[1] - torque).abs() < 1e-9);
        }
        assert_eq!(spasm.torque(2.3)[0], 0.0);
    }
}
