//! What is remembered of one value over the ticks of a stride.

use crate::types::{JointReading, N_LEG};

/// Largest magnitude of a value that is taken as measured.
const BELIEVED: f64 = 1e6;

/// Phases of stance in which the knee's flexion is judged [-].
const STANCE: core::ops::RangeInclusive<f64> = 0.10..=0.40;
/// Phases of swing in which the knee's flexion is judged [-].
pub(super) const SWING: core::ops::RangeInclusive<f64> = 0.60..=0.95;

/// `x` when it can have been measured: finite and not absurd.
pub(super) fn measured(x: Option<f64>) -> Option<f64> {
    x.filter(|v| v.abs() <= BELIEVED)
}

/// Extremes and mean of a value that may be absent now and then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tally {
    seen: u64,
    present: u64,
    max: f64,
    min: f64,
    sum: f64,
    weight: f64,
}

impl Tally {
    pub(super) const fn new() -> Self {
        Self { seen: 0, present: 0, max: f64::NEG_INFINITY, min: f64::INFINITY, sum: 0.0, weight: 0.0 }
    }

    /// Adds one tick that lasts `weight` [s].
    pub(super) fn add(&mut self, value: Option<f64>, weight: f64) {
        self.seen += 1;
        if let Some(x) = value {
            self.present += 1;
            self.max = self.max.max(x);
            self.min = self.min.min(x);
            self.sum += x * weight;
            self.weight += weight;
        }
    }

    /// Present in at least nine ticks of ten.
    fn sound(&self) -> bool {
        self.seen > 0 && 10 * self.present >= 9 * self.seen
    }

    pub(super) fn max(&self) -> Option<f64> {
        self.sound().then_some(self.max)
    }

    pub(super) fn min(&self) -> Option<f64> {
        self.sound().then_some(self.min)
    }

    pub(super) fn range(&self) -> Option<f64> {
        self.sound().then_some(self.max - self.min)
    }

    pub(super) fn mean(&self) -> Option<f64> {
        (self.sound() && self.weight > 0.0).then(|| self.sum / self.weight)
    }
}

/// Angles of a side at the points of a stride that the subtasks of walking are judged by.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct KeyAngles {
    /// Largest hip flexion [rad].
    pub hip_max: Option<f64>,
    /// Smallest hip flexion [rad]; negative in extension.
    pub hip_min: Option<f64>,
    /// Knee flexion at the end of the stride [rad].
    pub knee_at_contact: Option<f64>,
    /// Largest knee flexion at phases 0.10 to 0.40 [rad].
    pub knee_stance_max: Option<f64>,
    /// Largest knee flexion at phases 0.60 to 0.95 [rad].
    pub knee_swing_max: Option<f64>,
}

/// The joints of one side over a stride.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LegTally {
    joints: [Tally; N_LEG],
    knee_stance: Tally,
    knee_swing: Tally,
    knee_last: Option<f64>,
}

impl LegTally {
    pub(super) const fn new() -> Self {
        let none = Tally::new();
        Self { joints: [none; N_LEG], knee_stance: none, knee_swing: none, knee_last: None }
    }

    pub(super) fn add(&mut self, leg: [Option<f64>; N_LEG], phase: f64, weight: f64) {
        for (tally, angle) in self.joints.iter_mut().zip(leg) {
            tally.add(angle, weight);
        }
        if STANCE.contains(&phase) {
            self.knee_stance.add(leg[1], weight);
        }
        if SWING.contains(&phase) {
            self.knee_swing.add(leg[1], weight);
        }
        self.knee_last = leg[1];
    }

    pub(super) fn key_angles(&self) -> KeyAngles {
        KeyAngles {
            hip_max: self.joints[0].max(),
            hip_min: self.joints[0].min(),
            knee_at_contact: self.knee_last,
            knee_stance_max: self.knee_stance.max(),
            knee_swing_max: self.knee_swing.max(),
        }
    }

    pub(super) fn ranges(&self) -> [Option<f64>; N_LEG] {
        self.joints.each_ref().map(Tally::range)
    }
}

/// The three joints of `side`, each absent unless it can have been measured.
pub(super) fn leg_of(q: &JointReading, side: usize) -> [Option<f64>; N_LEG] {
    core::array::from_fn(|i| measured(q[N_LEG * side + i]))
}
