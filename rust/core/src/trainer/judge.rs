//! What may be wrong in a tick: everything that is asked, and what it is told.

use super::led::Seen;
use super::tick::Measured;
use super::{ARRIVED, KEPT, Trainer};
use crate::phase::PhaseMode;
use crate::safety::{Cause, DriveInputs, EncoderInputs, Fault, MonitorInputs, Severity, State, WatcherInputs};
use crate::types::{JointKind, JointVec, N_JOINTS, N_SIDES, Sample, Sides};

/// Status of a drive that follows, on a bus that is late, and that goes on being late (CO9).
const LATE: [f64; 2] = [2.0, 3.0];

impl Trainer {
    /// The worst of what guard, monitors, encoders, drives and watchers report.
    pub(super) fn judge(
        &mut self,
        sample: &Sample,
        dt: f64,
        measured: &Measured,
        seen: &Seen,
        tau_cmd: &JointVec,
    ) -> Fault {
        let guard = self.guard.check(sample.t, &measured.q, &measured.dq, tau_cmd);
        let monitors = self.monitors.step(
            &MonitorInputs {
                t: sample.t,
                state: self.last.outputs.state,
                settled: self.settled(),
                q_stamp: sample.q.stamp,
                dq_stamp: sample.dq.stamp,
                belt_meas: measured.belt_speed,
                belt_cmd: self.belt.speed(),
                phase_lost: self.phase_lost(),
                rope_position: sample.rope_position.get(0),
                stance_share: if self.contacts.feel() { seen.stance_share } else { [None; N_SIDES] },
                q: measured.q,
                q_ref: seen.q,
                guidance: self.last.telemetry.guidance,
            },
            dt,
        );
        let encoders = self.encoder_fault(sample, measured, seen);
        // A damper that acts on an old velocity drives, and no wall is where an old angle says.
        let old = self.expired(sample.t, sample.q.stamp) || self.expired(sample.t, sample.dq.stamp);
        self.guard.distrust(if old { &[true; N_JOINTS] } else { self.encoders.doubted() });
        let drives = self.drives.step(
            &DriveInputs {
                t: sample.t,
                state: self.last.outputs.state,
                stamp: sample.tau_interaction.stamp,
                tau_meas: sample.tau_interaction.all(),
                tau_sent: self.last.sent,
            },
            dt,
        );
        let interaction = self.interaction.step(self.last.outputs.state, &sample.tau_interaction.all(), dt);
        let watchers = self.watch(sample, dt, measured, seen.gait && self.steady());
        let status = self.drive_fault(sample);
        [monitors, encoders, drives, interaction, watchers, status].into_iter().fold(guard, Fault::worse)
    }

    /// Sides whose phase rests on nothing any more, or on no contact since the start though one was long due.
    fn phase_lost(&self) -> Sides<bool> {
        let (mode, late) = (&self.last.gait.mode, self.last.unheard.late());
        core::array::from_fn(|s| mode[s] == PhaseMode::Lost || mode[s] == PhaseMode::Free && late[s])
    }

    fn encoder_fault(&mut self, sample: &Sample, measured: &Measured, seen: &Seen) -> Fault {
        self.encoders.step(&EncoderInputs {
            state: self.last.outputs.state,
            q_stamp: sample.q.stamp,
            dq_stamp: sample.dq.stamp,
            second_stamp: sample.q_second.stamp,
            q: measured.q,
            dq: measured.dq,
            q_second: sample.q_second.all(),
            dq_ref: seen.dq,
            guidance: self.last.telemetry.guidance,
        })
    }

    /// Nothing that changes the torque from one stride to the next is under way.
    fn steady(&self) -> bool {
        let arrived = (self.belt.speed() - self.speed).abs() <= ARRIVED;
        self.last.telemetry.engagement[0] >= 1.0 && self.sets.weight() == 0.0 && arrived && self.help.steady()
    }

    fn watch(&mut self, sample: &Sample, dt: f64, measured: &Measured, steady: bool) -> Fault {
        let inputs = WatcherInputs {
            t: sample.t,
            state: self.last.outputs.state,
            steady,
            stamp: sample.tau_interaction.stamp,
            tau_meas: sample.tau_interaction.all(),
            tau_sent: self.last.sent,
            dq: measured.dq,
            phase: self.last.gait.phase,
            guidance: self.last.telemetry.guidance,
            rope_force: sample.rope_force.get(0),
            rope_position: sample.rope_position.get(0),
            support_cmd: self.support.force(),
            execution: sample.execution.get(0),
        };
        let fault = self.watchers.step(&inputs, dt);
        // A belt that goes its own way drags the leg along: not the person is to be named.
        let strays = measured.belt_speed.is_some_and(|v| (v - self.belt.speed()).abs() > KEPT);
        if strays && fault.cause == Cause::Spasm { Fault::new(fault.severity, Cause::BeltMismatch) } else { fault }
    }

    /// What the drives tell of themselves: while they move, anything but that they follow; before, only a trouble, since
    /// without power they have nothing else to tell. In a stop that is latched they may be as they are.
    fn drive_fault(&self, sample: &Sample) -> Fault {
        let moving = match self.last.outputs.state {
            State::Run | State::Degraded | State::SoftStop => true,
            State::Standby | State::Armed => false,
            _ => return Fault::NONE,
        };
        let told = (0..N_JOINTS).filter(|&i| self.kinds[i] == JointKind::Driven);
        told.filter_map(|i| sample.drive_status.get(i).map(|status| told_by(i, status, moving)))
            .fold(Fault::NONE, Fault::worse)
    }
}

/// Whether a drive of this status does what it is told, be it late.
pub(super) fn follows(status: f64) -> bool {
    status == 1.0 || LATE.contains(&status)
}

fn told_by(joint: usize, status: f64, moving: bool) -> Fault {
    if status == LATE[0] {
        Fault::new(Severity::Degrade, Cause::BusLate)
    } else if status == LATE[1] {
        Fault::new(Severity::Soft, Cause::BusLate)
    } else if status < 0.0 || moving && status != 1.0 {
        Fault::at(Severity::Protective, Cause::DriveFault, joint)
    } else {
        Fault::NONE
    }
}
