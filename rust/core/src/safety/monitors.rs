//! What goes wrong slowly: stale samples, a belt or a joint that does not follow, lost events, a person who sinks.

use super::{Cause, Envelope, Fault, SECONDS, Severity, State, trusted};
use crate::filter::LowPass;
use crate::types::{JointKind, JointReading, JointVec, N_JOINTS, N_LEG, N_SIDES, Sides};

/// Accepted difference of measured and commanded belt speed [m/s].
const BELT_TOLERANCE: f64 = 0.15;
/// Time for which the belt may differ by more [s].
const BELT_TIME: f64 = 0.15;
/// Belt speed above which a lost phase is a fault [m/s].
const BELT_MOVES: f64 = 0.05;
/// Time constant of the height reference [s].
const HEIGHT_TIME_CONSTANT: f64 = 10.0;
/// Accepted fall below the height reference [m].
const HEIGHT_FALL: f64 = 0.08;
/// Time for which the person may be lower [s].
const HEIGHT_TIME: f64 = 0.1;
/// Largest share of a stride in stance [-].
const STANCE_SHARE: f64 = 0.75;
/// Strides in a row with a larger share that make a fault.
const DRAG_STRIDES: u8 = 3;
/// Accepted following error [rad].
const FOLLOWING: f64 = 0.6;
/// Time for which the error may be larger [s].
const FOLLOWING_TIME: f64 = 0.3;
/// Guidance above which a joint is expected to follow [-].
const GUIDED: f64 = 0.5;

/// What the monitors look at in a tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MonitorInputs {
    /// Time of the tick [ns].
    pub t: i64,
    /// State of the supervisor after the last tick.
    pub state: State,
    /// Training has settled: events, height, drag and tracking are judged.
    pub settled: bool,
    /// When the joint angles were measured [ns].
    pub q_stamp: i64,
    /// When the joint velocities were measured [ns].
    pub dq_stamp: i64,
    /// Measured belt speed [m/s].
    pub belt_meas: Option<f64>,
    /// Commanded belt speed [m/s].
    pub belt_cmd: f64,
    /// The phase of a side is lost.
    pub phase_lost: Sides<bool>,
    /// Height of the person at the rope [m].
    pub rope_position: Option<f64>,
    /// Stance share [-] of a stride that closed in this tick.
    pub stance_share: Sides<Option<f64>>,
    /// Joint angles [rad].
    pub q: JointReading,
    /// Reference angles [rad].
    pub q_ref: JointVec,
    /// Guidance per joint [-].
    pub guidance: JointVec,
}

/// Time for which something has been wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Timer(f64);

impl Timer {
    /// Adds `dt` [s] while `bad`, clears when not, stays when it cannot be told; true from `limit` [s] on.
    pub(super) fn expired(&mut self, bad: Option<bool>, dt: f64, limit: f64) -> bool {
        match bad {
            Some(true) => self.0 += dt,
            Some(false) => self.0 = 0.0,
            None => {}
        }
        self.0 >= limit
    }
}

/// Watches over a training.
#[derive(Clone, Copy, Debug)]
pub struct Monitors {
    sample_age_max: f64,
    kinds: [JointKind; N_JOINTS],
    belt: Timer,
    height: Timer,
    height_reference: LowPass,
    drag: Sides<u8>,
    following: [Timer; N_JOINTS],
}

impl Monitors {
    /// Monitors that have seen nothing yet.
    #[must_use]
    pub fn new(envelope: &Envelope, kinds: [JointKind; N_JOINTS]) -> Self {
        Self {
            sample_age_max: envelope.params().sample_age_max,
            kinds,
            belt: Timer::default(),
            height: Timer::default(),
            height_reference: LowPass::new(HEIGHT_TIME_CONSTANT),
            drag: [0; N_SIDES],
            following: [Timer::default(); N_JOINTS],
        }
    }

    /// One tick of `dt` [s]; gives the worst of what is wrong.
    pub fn step(&mut self, inputs: &MonitorInputs, dt: f64) -> Fault {
        let dt = if dt > 0.0 && dt.is_finite() { dt } else { 0.0 };
        let training = matches!(inputs.state, State::Run | State::Degraded);
        let mut fault = Fault::NONE;
        if inputs.state.energised() {
            fault = fault.worse(self.stale(inputs));
        }
        if training {
            fault = fault.worse(self.belt(inputs, dt));
        } else {
            self.belt = Timer::default();
        }
        if training && inputs.settled {
            let settled = [self.events(inputs), self.height(inputs, dt), self.drag(inputs), self.tracking(inputs, dt)];
            settled.into_iter().fold(fault, Fault::worse)
        } else {
            self.unsettle();
            fault
        }
    }

    /// Forgets what is only judged in settled training.
    fn unsettle(&mut self) {
        self.height = Timer::default();
        self.height_reference.reset();
        self.drag = [0; N_SIDES];
        self.following = [Timer::default(); N_JOINTS];
    }

    fn stale(&self, inputs: &MonitorInputs) -> Fault {
        let fresh = |stamp: i64| {
            let age = inputs.t.saturating_sub(stamp);
            age >= 0 && age as f64 * SECONDS <= self.sample_age_max
        };
        let fitted = self.kinds.iter().any(|kind| *kind != JointKind::Absent);
        let bad = fitted && !(fresh(inputs.q_stamp) && fresh(inputs.dq_stamp));
        when(bad, Fault::new(Severity::Protective, Cause::SampleStale))
    }

    fn belt(&mut self, inputs: &MonitorInputs, dt: f64) -> Fault {
        let bad = trusted(inputs.belt_meas).map(|v| !within(v - inputs.belt_cmd, BELT_TOLERANCE));
        let expired = self.belt.expired(bad, dt, BELT_TIME);
        when(expired, Fault::new(Severity::Protective, Cause::BeltMismatch))
    }

    fn events(&self, inputs: &MonitorInputs) -> Fault {
        let standing = inputs.belt_cmd <= BELT_MOVES;
        when(inputs.phase_lost.contains(&true) && !standing, Fault::new(Severity::Soft, Cause::EventsLost))
    }

    fn height(&mut self, inputs: &MonitorInputs, dt: f64) -> Fault {
        let bad = trusted(inputs.rope_position).map(|x| self.height_reference.step(x, dt) - x > HEIGHT_FALL);
        let expired = self.height.expired(bad, dt, HEIGHT_TIME);
        when(expired, Fault::new(Severity::Protective, Cause::PostureLost))
    }

    fn drag(&mut self, inputs: &MonitorInputs) -> Fault {
        for side in 0..N_SIDES {
            if let Some(share) = inputs.stance_share[side] {
                self.drag[side] = if share <= STANCE_SHARE { 0 } else { self.drag[side].saturating_add(1) };
            }
        }
        let dragging = self.drag.iter().any(|strides| *strides >= DRAG_STRIDES);
        when(dragging, Fault::new(Severity::Soft, Cause::FootDrag))
    }

    fn tracking(&mut self, inputs: &MonitorInputs, dt: f64) -> Fault {
        let mut fault = Fault::NONE;
        for i in 0..N_JOINTS {
            let ankle = i % N_LEG == N_LEG - 1;
            if self.kinds[i] != JointKind::Driven || ankle {
                continue;
            }
            let free = inputs.guidance[i] <= GUIDED;
            let bad =
                if free { Some(false) } else { trusted(inputs.q[i]).map(|q| !within(q - inputs.q_ref[i], FOLLOWING)) };
            let expired = self.following[i].expired(bad, dt, FOLLOWING_TIME);
            fault = fault.worse(when(expired, Fault::at(Severity::Protective, Cause::FollowingError, i)));
        }
        fault
    }
}

/// The fault when it is there, else none.
pub(super) fn when(bad: bool, fault: Fault) -> Fault {
    if bad { fault } else { Fault::NONE }
}

/// True for a difference of at most `limit`; false for one that is not a number.
pub(super) fn within(difference: f64, limit: f64) -> bool {
    difference.abs() <= limit
}

#[cfg(test)]
mod tests;
