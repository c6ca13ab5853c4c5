//! A tick whose torque another controller asks for: everything after the request is the same.

use super::tick::{Gait, Measured};
use super::{Telemetry, Trainer, Wish};
use crate::safety::{Command, Fault};
use crate::types::{JointKind, JointReading, JointVec, N_JOINTS, N_SIDES, Sample, Sides};

/// What a controller is told in a tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Now {
    /// Angles [rad], absent where nothing trustworthy was measured.
    pub q: JointReading,
    /// Velocities [rad/s].
    pub dq: JointReading,
    /// Vertical force under each foot [N].
    pub foot_force: Sides<Option<f64>>,
    /// Engagement of the soft start [-]; 0 while nothing may move.
    pub engagement: f64,
    /// Length of the tick [s].
    pub dt: f64,
}

/// What a controller asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ask {
    /// Joint torques [N·m]; nothing comes of them where no drive is.
    pub torque: JointVec,
    /// Where the joints should be [rad].
    pub q_ref: JointVec,
    /// How fast they should move [rad/s].
    pub dq_ref: JointVec,
    /// How firmly each joint is held to that [-], 0 to 1.
    pub guidance: JointVec,
}

/// What is judged besides readings and torque: the reference, and the stance share of a stride that closed.
pub(super) struct Seen {
    pub(super) q: JointVec,
    pub(super) dq: JointVec,
    pub(super) stance_share: Sides<Option<f64>>,
    /// The phase is known, so that torque can be compared with that of other strides.
    pub(super) gait: bool,
}

impl Gait {
    pub(super) fn seen(&self) -> Seen {
        let stance_share = core::array::from_fn(|s| self.closed[s].as_ref().and_then(|m| m.stance_share));
        Seen { q: self.references.seen.q, dq: self.references.seen.dq, stance_share, gait: true }
    }
}

impl Trainer {
    /// [`Trainer::step`] with the torque of another controller, for devices whose gait this one does not know: no events,
    /// phase, reference, measures or assistance; check, monitors, self-test, supervisor and limits are the same.
    pub fn step_led(&mut self, sample: &Sample, lead: impl FnOnce(&Now) -> Ask) -> Command {
        let (dt, measured, ask, engagement) = self.listen(sample, lead);
        let seen = Seen { q: ask.q_ref, dq: ask.dq_ref, stance_share: [None; N_SIDES], gait: false };
        let fault = self.judge(sample, dt, &measured, &seen, &ask.torque);
        self.supervise(sample, dt, fault, &measured, engagement);
        self.command(sample.t, dt, engagement)
    }

    /// [`Trainer::step_unjudged`] with the torque of another controller.
    pub fn step_led_unjudged(&mut self, sample: &Sample, lead: impl FnOnce(&Now) -> Ask) -> Wish {
        let (dt, measured, ask, engagement) = self.listen(sample, lead);
        self.supervise(sample, dt, Fault::NONE, &measured, engagement);
        Wish { torque: ask.torque, belt_speed: self.last.telemetry.belt_target[0], support_force: self.support_force }
    }

    fn listen(&mut self, sample: &Sample, lead: impl FnOnce(&Now) -> Ask) -> (f64, Measured, Ask, f64) {
        let dt = self.tick_length(sample.t);
        let measured = self.readings(sample);
        let engagement = self.engagement();
        let (q, dq, foot_force) = (measured.q, measured.dq, measured.force);
        let mut ask = lead(&Now { q, dq, foot_force, engagement, dt });
        for i in 0..N_JOINTS {
            if self.kinds[i] != JointKind::Driven {
                ask.torque[i] = 0.0;
            }
        }
        self.last.telemetry = Telemetry {
            q_ref: ask.q_ref,
            dq_ref: ask.dq_ref,
            guidance: ask.guidance,
            tau_requested: ask.torque,
            engagement: [engagement],
            belt_target: [self.belt_target(engagement)],
            selftest: self.last.telemetry.selftest,
            ..Telemetry::default()
        };
        (dt, measured, ask, engagement)
    }
}
