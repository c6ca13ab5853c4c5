//! Work of robot and person at the joints of a leg (section 8.9).

use super::batch::Stride;
use super::recording::{RecordedTorques, check_torques};
use super::row::StrideRow;
use super::tally::leg_of;
use super::{DT_MAX, within};
use crate::error::Result;
use crate::types::{JointReading, N_LEG, Sides};

/// Share of the ticks in which the person's torque must be known [-].
const COVERED_MIN: f64 = 0.3;
/// Smallest work of both of which a share is told [J].
const WORK_MIN: f64 = 1e-9;

/// Velocities and torques of one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Torques {
    /// Joint velocities [rad/s].
    pub dq: JointReading,
    /// Torques of the robot [N·m].
    pub tau_robot: JointReading,
    /// Torques of the person [N·m].
    pub tau_human: JointReading,
}

/// Work at the joints of one leg; absent where too little was known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct JointWork {
    /// Positive work of the robot [J].
    pub robot_work: Option<f64>,
    /// Work the robot took out, not negative [J].
    pub robot_braking: Option<f64>,
    /// Positive work of the person while it was known [J].
    pub human_work: Option<f64>,
    /// That over the positive work of both, same joints and ticks [-].
    pub human_share: Option<f64>,
    /// Share of the ticks in which both torques were known [-].
    pub human_covered: Option<f64>,
}

/// Sums over the ticks of a stride.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct WorkTally {
    ticks: u64,
    powered: u64,
    known: u64,
    work: f64,
    braking: f64,
    beside: f64,
    person: f64,
}

impl WorkTally {
    /// Adds one tick that lasts `dt` [s].
    pub(super) fn add(&mut self, side: usize, torques: Option<&Torques>, dt: f64) {
        self.ticks += 1;
        let Some(torques) = torques else { return };
        let [dq, robot, human] = [&torques.dq, &torques.tau_robot, &torques.tau_human].map(|x| leg_of(x, side));
        let (mut powered, mut known) = (false, false);
        for i in 0..N_LEG {
            let (Some(dq), Some(robot)) = (dq[i], robot[i]) else { continue };
            let power = robot * dq;
            powered = true;
            self.work += power.max(0.0) * dt;
            self.braking += (-power).max(0.0) * dt;
            if let Some(human) = human[i] {
                known = true;
                self.beside += power.max(0.0) * dt;
                self.person += (human * dq).max(0.0) * dt;
            }
        }
        self.powered += u64::from(powered);
        self.known += u64::from(known);
    }

    pub(super) fn work(&self) -> JointWork {
        let sound = self.ticks > 0 && 10 * self.powered >= 9 * self.ticks;
        let human_covered = (self.ticks > 0).then(|| self.known as f64 / self.ticks as f64);
        let covered = human_covered.is_some_and(|share| share >= COVERED_MIN);
        let both = self.person + self.beside;
        JointWork {
            robot_work: sound.then_some(self.work),
            robot_braking: sound.then_some(self.braking),
            human_work: covered.then_some(self.person),
            human_share: (covered && both >= WORK_MIN).then(|| self.person / both),
            human_covered,
        }
    }
}

/// Work over the rows `first..end` of a recording.
fn over(torques: &RecordedTorques<'_>, side: usize, first: usize, end: usize) -> JointWork {
    let mut tally = WorkTally::default();
    for i in first..end {
        let since = if i > 0 { torques.time[i] - torques.time[i - 1] } else { 0.0 };
        let row = Torques {
            dq: torques.dq[i].map(Some),
            tau_robot: torques.tau_robot[i].map(Some),
            tau_human: torques.tau_human[i].map(Some),
        };
        tally.add(side, Some(&row), within(since, DT_MAX));
    }
    tally.work()
}

/// Work at the joints of left and right leg over a whole recording.
///
/// # Errors
/// [`crate::Error::Length`], [`crate::Error::OutOfRange`] or [`crate::Error::NotIncreasing`] naming what is refused.
pub fn robot_work(torques: &RecordedTorques<'_>) -> Result<Sides<JointWork>> {
    check_torques("time", torques)?;
    Ok([0, 1].map(|side| over(torques, side, 0, torques.time.len())))
}

/// Work of one stride.
pub(super) fn add(row: &mut StrideRow, stride: &Stride, torques: &RecordedTorques<'_>) {
    let first = torques.time.partition_point(|&t| t < stride.start);
    let end = torques.time.partition_point(|&t| t < stride.end);
    let JointWork { robot_work, robot_braking, human_work, human_share, human_covered } =
        over(torques, stride.side, first, end);
    *row = StrideRow { robot_work, robot_braking, human_work, human_share, human_covered, ..*row };
}
