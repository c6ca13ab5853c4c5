//! Further measures of a stride online (section 8.1).

use super::angles::{MID_SWING, toe_height};
use super::meter::MeterInputs;
use super::tally::{SWING, Tally, leg_of, measured};
use super::work::{JointWork, WorkTally};
use crate::body::Body;
use crate::types::{GRAVITY, N_LEG};

/// Further measures of one stride; absent where an input is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StrideDetails {
    /// Time in the air [s].
    pub swing_time: Option<f64>,
    /// Steps per time [1/s], two to a stride.
    pub cadence: f64,
    /// Mean speed of the belt [m/s].
    pub speed: Option<f64>,
    /// Half the stride length over the cadence in steps a minute [m/(steps/min)].
    pub walk_ratio: Option<f64>,
    /// Range of the hip angle [rad].
    pub hip_range: Option<f64>,
    /// Range of the knee angle [rad].
    pub knee_range: Option<f64>,
    /// Range of the ankle angle [rad].
    pub ankle_range: Option<f64>,
    /// Largest dorsiflexion at phases 0.60 to 0.95 [rad].
    pub ankle_swing_max: Option<f64>,
    /// Least height of the toe at phases 0.70 to 0.90 above the other foot [m].
    pub toe_clearance: Option<f64>,
    /// Mean force in stance over body weight [-].
    pub load_share: Option<f64>,
    /// Work at the joints of the leg.
    pub work: JointWork,
}

/// What the details of the open stride need.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct DetailTally {
    joints: [Tally; N_LEG],
    ankle_swing: Tally,
    toe: Tally,
    stance_force: Tally,
    work: WorkTally,
}

impl DetailTally {
    pub(super) fn new() -> Self {
        let none = Tally::new();
        let joints = [none; N_LEG];
        Self { joints, ankle_swing: none, toe: none, stance_force: none, work: WorkTally::default() }
    }

    /// Adds one tick of `dt` [s]; `in_stance` until a toe-off was reported.
    pub(super) fn add(&mut self, side: usize, body: &Body, inputs: &MeterInputs, in_stance: bool, dt: f64) {
        let leg = leg_of(&inputs.q, side);
        for (tally, angle) in self.joints.iter_mut().zip(leg) {
            tally.add(angle, dt);
        }
        if SWING.contains(&inputs.phase) {
            self.ankle_swing.add(leg[2], dt);
        }
        if MID_SWING.contains(&inputs.phase) {
            self.toe.add(toe_height(body, &inputs.q, side), dt);
        }
        if in_stance {
            self.stance_force.add(measured(inputs.force), dt);
        }
        self.work.add(side, inputs.torques.as_ref(), dt);
    }

    /// The details of a stride of these durations [s] and mean belt speed [m/s].
    pub(super) fn close(
        &self,
        stride_time: f64,
        stance_time: Option<f64>,
        belt: Option<f64>,
        mass: f64,
    ) -> StrideDetails {
        let [hip_range, knee_range, ankle_range] = self.joints.each_ref().map(Tally::range);
        StrideDetails {
            swing_time: stance_time.map(|stance| stride_time - stance),
            cadence: 2.0 / stride_time,
            speed: belt,
            walk_ratio: belt.map(|v| v * stride_time * stride_time / 240.0),
            hip_range,
            knee_range,
            ankle_range,
            ankle_swing_max: self.ankle_swing.max(),
            toe_clearance: self.toe.min(),
            load_share: stance_time.and(self.stance_force.mean()).map(|force| force / (mass * GRAVITY)),
            work: self.work.work(),
        }
    }
}
