//! The self-test before arming, as part of a tick.

use super::judge::follows;
use super::tick::Measured;
use super::{DOWN, STAND_DOWN, Trainer};
use crate::safety::{Fault, LegMode, SelfTestInputs, SelfTestOutput, Severity, State};
use crate::types::{JointKind, N_JOINTS, Sample};

impl Trainer {
    /// What counts as standstill: at the end of a soft stop once the legs have let go, so that no torque is left to be
    /// cut; while a person is lowered once rest has lasted, so that a turn on the way is none.
    pub(super) fn still(&mut self, at_rest: bool, dt: f64) -> bool {
        let lowers = self.last.outputs.leg == LegMode::Lower;
        self.last.rested_for = if lowers && at_rest { self.last.rested_for + dt } else { 0.0 };
        match self.last.outputs.state {
            State::SoftStop => at_rest && self.last.stood_for >= STAND_DOWN,
            _ if lowers => self.last.rested_for >= DOWN,
            _ => at_rest,
        }
    }

    /// Brakes may open: every drive tells that it is enabled, on a late bus too, and the legs are fully engaged; a soft
    /// stop carries until the legs let go.
    pub(super) fn carried(&self, sample: &Sample, engagement: f64) -> bool {
        if self.last.outputs.state == State::SoftStop {
            return self.last.stood_for == 0.0;
        }
        let driven = |joint: &usize| self.kinds[*joint] == JointKind::Driven;
        engagement >= 1.0
            && (0..N_JOINTS).filter(driven).all(|joint| sample.drive_status.get(joint).is_some_and(follows))
    }

    /// The self-test, in ticks that begin in it; any other tick ends it.
    pub(super) fn test(&mut self, sample: &Sample, fault: Fault, measured: &Measured) {
        if self.last.outputs.state != State::Selftest {
            self.selftest.reset();
            self.last.test = SelfTestOutput::IDLE;
            return;
        }
        let test = self.selftest.step(&SelfTestInputs {
            t: sample.t,
            clean: fault.severity == Severity::None,
            q: measured.q,
            q_stamp: sample.q.stamp,
            dq: measured.dq,
            dq_stamp: sample.dq.stamp,
            status: sample.drive_status.all(),
            status_stamp: sample.drive_status.stamp,
            digest: sample.drive_digest.all(),
            digest_stamp: sample.drive_digest.stamp,
            watchdog: sample.drive_watchdog.all(),
            watchdog_stamp: sample.drive_watchdog.stamp,
        });
        self.last.test = test;
        let joint = test.joint.map_or(-1.0, |joint| joint as f64);
        self.last.telemetry.selftest = [f64::from(test.result as u8), f64::from(test.check as u8), joint];
    }
}
