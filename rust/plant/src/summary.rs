//! What remains of a stretch of a simulation whose ticks are not kept.

use crate::simulation::{Simulation, TICK};
use gaitloop_core::measures::StrideMeasures;
use gaitloop_core::safety::{Cause, Severity, State};
use gaitloop_core::types::{Event, JointVec, N_JOINTS};

/// A stretch of a simulation in short.
///
/// "Walking" means the ticks in which the controller trains (run or degraded) and is fully engaged.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Ticks simulated.
    pub ticks: usize,
    /// Ticks spent walking.
    pub walking: usize,
    /// Way of the belt [m].
    pub distance: f64,
    /// Root mean square of measured minus reference angle while walking [rad].
    pub error: JointVec,
    /// Root mean square of the drives' torque on the person while walking [N·m].
    pub device_torque: JointVec,
    /// Root mean square of the person's voluntary torque while walking [N·m].
    pub patient_torque: JointVec,
    /// Mean guidance while walking [-].
    pub guidance: JointVec,
    /// The person stayed up in every tick.
    pub upright: bool,
    /// State of the supervisor in the last tick.
    pub state: State,
    /// Worst severity of any tick.
    pub severity: Severity,
    /// First cause of the worst severity.
    pub cause: Cause,
    /// Gait events: side and event.
    pub events: Vec<(usize, Event)>,
    /// Strides closed.
    pub strides: Vec<StrideMeasures>,
}

impl Summary {
    fn new() -> Self {
        Self {
            ticks: 0,
            walking: 0,
            distance: 0.0,
            error: [0.0; N_JOINTS],
            device_torque: [0.0; N_JOINTS],
            patient_torque: [0.0; N_JOINTS],
            guidance: [0.0; N_JOINTS],
            upright: true,
            state: State::Boot,
            severity: Severity::None,
            cause: Cause::None,
            events: Vec::new(),
            strides: Vec::new(),
        }
    }

    fn add(&mut self, simulation: &mut Simulation) {
        let (sample, command) = simulation.tick();
        let fields = command.fields();
        self.ticks += 1;
        self.state = fields.state;
        if fields.severity > self.severity {
            (self.severity, self.cause) = (fields.severity, fields.cause);
        }
        let plant = simulation.plant();
        self.upright &= plant.upright();
        self.distance += plant.belt_speed() * (TICK as f64 * 1e-9);
        let telemetry = simulation.trainer().telemetry();
        if matches!(fields.state, State::Run | State::Degraded) && telemetry.engagement[0] >= 1.0 {
            self.walking += 1;
            let (device, patient) = (plant.device_torque(), plant.patient_torque());
            for i in 0..N_JOINTS {
                let error = sample.q.get(i).map_or(0.0, |q| q - telemetry.q_ref[i]);
                self.error[i] += error * error;
                self.device_torque[i] += device[i] * device[i];
                self.patient_torque[i] += patient[i] * patient[i];
                self.guidance[i] += telemetry.guidance[i];
            }
        }
        let trainer = simulation.trainer_mut();
        self.events.extend(core::iter::from_fn(|| trainer.next_event()));
        self.strides.extend(core::iter::from_fn(|| trainer.next_stride()));
    }

    fn finish(mut self) -> Self {
        let share = if self.walking == 0 { 0.0 } else { 1.0 / self.walking as f64 };
        for sum in [&mut self.error, &mut self.device_torque, &mut self.patient_torque] {
            *sum = sum.map(|square| (square * share).sqrt());
        }
        self.guidance = self.guidance.map(|sum| sum * share);
        self
    }
}

impl Simulation {
    /// Goes on for `ticks` and keeps a summary of them; events and strides nobody took before are in it.
    pub fn summarise(&mut self, ticks: usize) -> Summary {
        let mut summary = Summary::new();
        for _ in 0..ticks {
            summary.add(self);
        }
        summary.finish()
    }
}
