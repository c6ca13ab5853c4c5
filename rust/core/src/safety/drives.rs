//! Whether the drives do what they are told, where a torque sensor of their own is fitted.

use super::kernels::clamp;
use super::monitors::{Timer, when};
use super::{Cause, Envelope, Fault, SECONDS, Severity, State, trusted};
use crate::types::{JointKind, JointReading, JointVec, N_JOINTS};

/// Time over which a drive may still give what it was told before [s].
const LAG: f64 = 0.02;
/// Torque beyond what was told: share of it [-], and on top of that [N·m] (AC1).
const MISS: [f64; 2] = [0.15, 2.0];
/// Time for which the torque may be further off [s] (AC1).
const MISS_TIME: f64 = 0.01;
/// Time constant of the gain of a drive [s], about a stride (AC4).
const GAIN_TIME: f64 = 1.0;
/// Accepted difference of that gain from 1 [-] (AC4).
const GAIN: f64 = 0.3;
/// Time for which the gain may be further off [s].
const GAIN_HELD: f64 = 0.5;
/// Mean square of what was told [N²·m²] from which a gain can be told.
const GAIN_LOAD: f64 = 9.0;

/// What is known of the drives in a tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DriveInputs {
    /// Time of the tick [ns].
    pub t: i64,
    /// State of the supervisor after the last tick.
    pub state: State,
    /// When the torque was measured [ns].
    pub stamp: i64,
    /// Torque that the device gives the person [N·m].
    pub tau_meas: JointReading,
    /// Torque of the last command [N·m].
    pub tau_sent: JointVec,
}

/// What is kept of one drive.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Seen {
    // What it may be giving [N·m].
    low: f64,
    high: f64,
    miss: Timer,
    // Slow means of what was told times what came, and of its square [N²·m²].
    given: f64,
    told: f64,
    gain: Timer,
}

/// Watches over the drives.
#[derive(Clone, Copy, Debug)]
pub struct Drives {
    sample_age_max: f64,
    kinds: [JointKind; N_JOINTS],
    seen: [Seen; N_JOINTS],
}

impl Drives {
    /// Drives of which nothing is known yet.
    #[must_use]
    pub fn new(envelope: &Envelope, kinds: [JointKind; N_JOINTS]) -> Self {
        Self { sample_age_max: envelope.params().sample_age_max, kinds, seen: [Seen::default(); N_JOINTS] }
    }

    /// One tick of `dt` [s]; gives the worst of what is wrong.
    pub fn step(&mut self, inputs: &DriveInputs, dt: f64) -> Fault {
        if !inputs.state.energised() {
            self.seen = [Seen::default(); N_JOINTS];
            return Fault::NONE;
        }
        let dt = if dt > 0.0 && dt.is_finite() { dt } else { 0.0 };
        let age = inputs.t.saturating_sub(inputs.stamp) as f64 * SECONDS;
        let fresh = age >= 0.0 && age <= self.sample_age_max;
        let mut fault = Fault::NONE;
        for i in 0..N_JOINTS {
            if self.kinds[i] == JointKind::Driven {
                let sent = trusted(Some(inputs.tau_sent[i])).unwrap_or(0.0);
                let came = trusted(inputs.tau_meas[i]).filter(|_| fresh);
                fault = fault.worse(self.seen[i].judge(sent, came, dt, i));
            }
        }
        fault
    }
}

impl Seen {
    /// Takes what was told to drive `i` and what came of it.
    fn judge(&mut self, sent: f64, came: Option<f64>, dt: f64, i: usize) -> Fault {
        let share = (dt / LAG).min(1.0);
        self.high = sent.max(self.high + (sent - self.high) * share);
        self.low = sent.min(self.low + (sent - self.low) * share);
        let bound = MISS[0] * self.low.abs().max(self.high.abs()) + MISS[1];
        let missed = came.map(|tau| (tau - clamp(tau, self.low, self.high)).abs() > bound);
        let residual = self.miss.expired(missed, dt, MISS_TIME);
        let wrong = came.map(|tau| self.gain_is_off(sent, tau, dt));
        let gain = self.gain.expired(wrong, dt, GAIN_HELD);
        let degrade = when(gain, Fault::at(Severity::Degrade, Cause::TorqueGain, i));
        if residual { Fault::at(Severity::Immediate, Cause::TorqueResidual, i) } else { degrade }
    }

    fn gain_is_off(&mut self, sent: f64, tau: f64, dt: f64) -> bool {
        let share = (dt / GAIN_TIME).min(1.0);
        self.given += (sent * tau - self.given) * share;
        self.told += (sent * sent - self.told) * share;
        self.told >= GAIN_LOAD && (self.given - self.told).abs() > GAIN * self.told
    }
}

#[cfg(test)]
mod tests;
