//! The self-test before arming, as part of a tick.

use super::Trainer;
use super::tick::Measured;
use crate::safety::{Fault, SelfTestInputs, SelfTestOutput, Severity, State};
use crate::types::Sample;

impl Trainer {
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
