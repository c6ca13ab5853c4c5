//! A training session of a virtual trial: many strides with a trainer, told in a few numbers.

use crate::PatientParams;
use crate::simulation::Simulation;
use gaitloop_core::control::{N_SAGITTAL_SUBTASKS, N_SUBTASKS};
use gaitloop_core::safety::State;
use gaitloop_core::types::JointVec;

/// Time after which a session that has not begun, or whose strides do not come, is over [s].
const PATIENCE: f64 = 60.0;
/// Longest stride [s].
const STRIDE: f64 = 4.0;
/// Time from the start of the belt until strides are counted [s]; by then the person is let down.
const SETTLED: f64 = 12.0;

/// What came of a session.
#[derive(Clone, Copy, Debug)]
pub struct TrainingSession {
    /// Strides counted, of both sides together halved.
    pub strides: u32,
    /// Whether the machine stopped before the last stride.
    pub stopped: bool,
    /// Root mean square of the person's voluntary torque [N·m].
    pub effort: JointVec,
    /// Positive work of the person's voluntary torque per stride [J].
    pub work: JointVec,
    /// Root mean square of measured minus reference [rad].
    pub error: JointVec,
    /// Root mean square of the torque of the drives on the person [N·m].
    pub interaction: JointVec,
    /// Support in use, mean over time, subtasks and sides [-].
    pub support: f64,
    /// The person afterwards, with what they have learned.
    pub patient: PatientParams,
}

#[derive(Default)]
struct Sums {
    ticks: f64,
    effort: JointVec,
    work: JointVec,
    error: JointVec,
    interaction: JointVec,
    support: f64,
}

impl TrainingSession {
    /// Lets a simulation run from boot until `strides` strides are counted, or the machine stops.
    #[must_use]
    pub fn run(simulation: &mut Simulation, strides: u32) -> Self {
        let (mut sums, mut closed, mut walked, mut waited) = (Sums::default(), 0, 0.0, 0.0);
        while closed < 2 * strides && waited < PATIENCE + STRIDE * f64::from(strides) {
            let (sample, command) = simulation.tick();
            waited += 1e-3;
            let state = command.state();
            let going = matches!(state, State::Run | State::Degraded) && simulation.plant().upright();
            if walked > 0.0 && !going {
                break;
            }
            if going && simulation.plant().belt_speed() > 0.01 {
                walked += 1e-3;
            }
            let counts = walked > SETTLED;
            if counts {
                sums.add(simulation, &sample.q.value);
            }
            while simulation.trainer_mut().next_stride().is_some() {
                closed += u32::from(counts);
            }
            while simulation.trainer_mut().next_event().is_some() {}
        }
        sums.session(closed, strides, simulation.plant().person_now())
    }
}

impl Sums {
    fn add(&mut self, simulation: &Simulation, q: &JointVec) {
        let truth = simulation.plant().truth();
        let telemetry = simulation.trainer().telemetry();
        self.ticks += 1.0;
        for (i, q) in q.iter().enumerate() {
            let own = truth.patient_torque[i];
            let off = q - telemetry.q_ref[i];
            self.effort[i] += own * own;
            self.work[i] += (own * truth.dq[i + 3]).max(0.0) * 1e-3;
            self.error[i] += off * off;
            self.interaction[i] += truth.device_torque[i] * truth.device_torque[i];
        }
        let sagittal = telemetry.support.chunks(N_SUBTASKS).flat_map(|side| &side[..N_SAGITTAL_SUBTASKS]);
        self.support += sagittal.sum::<f64>() / (2 * N_SAGITTAL_SUBTASKS) as f64;
    }

    fn session(&self, closed: u32, wanted: u32, patient: PatientParams) -> TrainingSession {
        let n = self.ticks.max(1.0);
        let rms = |sum: &JointVec| sum.map(|s| (s / n).sqrt());
        TrainingSession {
            strides: closed / 2,
            stopped: closed < 2 * wanted,
            effort: rms(&self.effort),
            work: self.work.map(|w| w / (0.5 * f64::from(closed)).max(1.0)),
            error: rms(&self.error),
            interaction: rms(&self.interaction),
            support: self.support / n,
            patient,
        }
    }
}
