//! What nobody asked for: a spasm, clonus, torque that shakes, a rope that gives way, a loop that is late.

mod pace;
mod rope;
mod usual;

use super::monitors::{Timer, when};
use super::{Cause, Envelope, Fault, SECONDS, Severity, State, trusted};
use crate::error::{Result, in_range};
use crate::filter::{Band, BandPower, BandStep};
use crate::types::{JointKind, JointReading, JointVec, N_JOINTS, N_LEG, Sides};
use pace::{Overrun, Rate};
use rope::Rope;
use usual::Usual;

/// Longest tick that is reckoned with [s].
const TICK_MAX: f64 = 0.02;
/// Shortest period that may be declared [s].
const PERIOD_MIN: f64 = 0.0002;
/// Where torque shakes (AC8).
const SHAKE: Band = Band { rate: 62.8, width: 1.5, mean: 0.03 };
/// Mean square from which it does [N²·m²].
const SHAKES: f64 = 16.0;
/// Time of it that degrades, and that stops [s].
const SHAKE_TIME: [f64; 2] = [0.4, 0.8];
/// Where muscles beat (PA1).
const BEAT: Band = Band { rate: 17.8, width: 0.7, mean: 0.1 };
/// Mean square of velocity [rad²/s²] and of torque [N²·m²] from which they do.
const BEATS: [f64; 2] = [0.25, 64.0];
/// Time of it that stops [s].
const BEAT_TIME: f64 = 1.5;

/// What is watched in a tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WatcherInputs {
    /// Time of the tick [ns].
    pub t: i64,
    /// State of the supervisor after the last tick.
    pub state: State,
    /// Nothing that changes the torque from one stride to the next is under way.
    pub steady: bool,
    /// When the torque was measured [ns].
    pub stamp: i64,
    /// Torque that the device gives the person [N·m].
    pub tau_meas: JointReading,
    /// Torque of the last command [N·m].
    pub tau_sent: JointVec,
    /// Joint velocities [rad/s].
    pub dq: JointReading,
    /// Gait phase per side [-].
    pub phase: Sides<f64>,
    /// Guidance per joint [-].
    pub guidance: JointVec,
    /// Force in the rope [N].
    pub rope_force: Option<f64>,
    /// Height of the person at the rope [m].
    pub rope_position: Option<f64>,
    /// Force that the rope is told to carry [N].
    pub support_cmd: f64,
    /// Time that the last tick took [s].
    pub execution: Option<f64>,
}

/// What shakes or beats in one joint.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Shaking {
    torque: BandPower,
    shakes: Timer,
    // Of the velocity and of the torque.
    beat: [BandPower; 2],
    beats: [Timer; 2],
}

/// The bands over one tick.
#[derive(Clone, Copy)]
struct Bands {
    shake: BandStep,
    beat: BandStep,
}

/// Watches over the person's muscles, the torque, the rope and the loop.
#[derive(Clone, Copy, Debug)]
pub struct Watchers {
    sample_age_max: f64,
    kinds: [JointKind; N_JOINTS],
    shaking: [Shaking; N_JOINTS],
    usual: [Usual; N_JOINTS],
    rope: Rope,
    overrun: Overrun,
    rate: Rate,
}

impl Watchers {
    /// Watchers that have seen nothing yet, of a loop that is to tick every `period` [s].
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming `period` outside 0.0002 s to the envelope's longest tick.
    pub fn new(envelope: &Envelope, kinds: [JointKind; N_JOINTS], period: f64) -> Result<Self> {
        let period = in_range("period", period, PERIOD_MIN, envelope.params().tick_max)?;
        Ok(Self {
            sample_age_max: envelope.params().sample_age_max,
            kinds,
            shaking: [Shaking::default(); N_JOINTS],
            usual: [Usual::default(); N_JOINTS],
            rope: Rope::default(),
            overrun: Overrun::new(period),
            rate: Rate::new(period),
        })
    }

    /// One tick of `dt` [s]; gives the worst of what is wrong.
    pub fn step(&mut self, inputs: &WatcherInputs, dt: f64) -> Fault {
        let dt = if dt > 0.0 && dt.is_finite() { dt.min(TICK_MAX) } else { 0.0 };
        let fault = self.pace(inputs, dt);
        let training = matches!(inputs.state, State::Run | State::Degraded);
        if !training {
            self.usual = [Usual::default(); N_JOINTS];
            self.rope = Rope::default();
        }
        if !training && inputs.state != State::SoftStop {
            self.shaking = [Shaking::default(); N_JOINTS];
            return fault;
        }
        let fault = fault.worse(self.joints(inputs, training, dt));
        let slack = training && self.rope.step(inputs.rope_force, inputs.rope_position, inputs.support_cmd, dt);
        fault.worse(when(slack, Fault::new(Severity::Protective, Cause::SupportSlack)))
    }

    /// Whether the loop keeps its time; while there is no power it must not arm, and nothing is latched.
    fn pace(&mut self, inputs: &WatcherInputs, dt: f64) -> Fault {
        let late = self.overrun.step(inputs.execution, dt);
        let wrong = self.rate.step(dt);
        let severity = |worst: Severity| if inputs.state.energised() { worst } else { worst.min(Severity::Degrade) };
        let late = Fault::new(severity(late), Cause::Overrun);
        let late = if late.severity == Severity::None { Fault::NONE } else { late };
        late.worse(when(wrong, Fault::new(severity(Severity::Protective), Cause::Rate)))
    }

    fn joints(&mut self, inputs: &WatcherInputs, training: bool, dt: f64) -> Fault {
        let bands = Bands { shake: SHAKE.step(dt), beat: BEAT.step(dt) };
        let age = inputs.t.saturating_sub(inputs.stamp) as f64 * SECONDS;
        let fresh = age >= 0.0 && age <= self.sample_age_max;
        let mut fault = Fault::NONE;
        for i in 0..N_JOINTS {
            if self.kinds[i] == JointKind::Absent {
                continue;
            }
            let measured = trusted(inputs.tau_meas[i]).filter(|_| fresh);
            let sent = trusted(Some(inputs.tau_sent[i])).unwrap_or(0.0);
            let tau = (self.kinds[i] == JointKind::Driven).then_some(measured.unwrap_or(sent));
            // A torque that is only sent beats with the law and the reference, not with the person.
            let felt = measured.filter(|_| tau.is_some());
            fault = fault.worse(self.shaking[i].judge([trusted(inputs.dq[i]), felt], tau, &bands, dt, i));
            if let Some(tau) = tau.filter(|_| training) {
                let side = usize::from(i >= N_LEG);
                let pushes = self.usual[i].step(tau, [inputs.phase[side], inputs.guidance[i]], inputs.steady, dt);
                fault = fault.worse(when(pushes, Fault::at(Severity::Protective, Cause::Spasm, i)));
            }
        }
        fault
    }
}

impl Shaking {
    /// Takes velocity and measured torque, and the torque to the best of what is known, of joint `i`.
    fn judge(&mut self, beating: [Option<f64>; 2], tau: Option<f64>, bands: &Bands, dt: f64, i: usize) -> Fault {
        let shakes = tau.map(|tau| self.torque.step(tau, &bands.shake) > SHAKES);
        let degrade = self.shakes.expired(shakes, dt, SHAKE_TIME[0]);
        let stop = self.shakes.expired(None, dt, SHAKE_TIME[1]);
        let severity = if stop { Severity::Protective } else { Severity::Degrade };
        let mut fault = when(degrade, Fault::at(severity, Cause::Oscillation, i));
        for (k, value) in beating.into_iter().enumerate() {
            let beats = value.map(|value| self.beat[k].step(value, &bands.beat) > BEATS[k]);
            let expired = self.beats[k].expired(beats, dt, BEAT_TIME);
            fault = fault.worse(when(expired, Fault::at(Severity::Protective, Cause::Clonus, i)));
        }
        fault
    }
}

#[cfg(test)]
mod tests;
