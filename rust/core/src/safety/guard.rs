//! The guard: what it lets through is finite, in range, of bounded slope, and brakes at the range of motion.

use super::kernels::{self, Asked, at_most, inside};
use super::{Cause, Envelope, EnvelopeParams, Fault, LegMode, NOMINAL_TICK, SECONDS, Severity, trusted};
use crate::types::{JointKind, JointReading, JointVec, N_JOINTS};

/// Names of the active limits, bit 0 first.
pub const LIMITS: [&str; 7] = ["torque", "wall_upper", "wall_lower", "rate", "stale", "power", "energy"];
const TORQUE: u32 = 1;
const WALL_UPPER: u32 = 2;
const WALL_LOWER: u32 = 4;
const RATE: u32 = 8;
const STALE: u32 = 16;
const POWER: u32 = 32;
const ENERGY: u32 = 64;

/// How far a joint may leave its range of motion before that is a fault [rad].
const RANGE_TOLERANCE: f64 = 0.0349;
/// Time in which the torque of a joint that cannot be seen fades from its limit to zero [s].
const FADE_TIME: f64 = 0.05;
/// Ticks in a row above the largest speed that make a fault.
const OVERSPEED_TICKS: u8 = 2;

/// Torque that passed the guard. Only [`Guard::limit`] can make one.
///
/// ```compile_fail
/// let forged = gaitloop_core::safety::SafeTorque { tau: [100.0; 6], limits: 0 };
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SafeTorque {
    tau: JointVec,
    limits: u32,
}

impl SafeTorque {
    /// Torque per joint [N·m].
    #[must_use]
    pub fn torque(&self) -> &JointVec {
        &self.tau
    }

    /// Which limits acted, a bit each in the order of [`LIMITS`].
    #[must_use]
    pub fn limits(&self) -> u32 {
        self.limits
    }
}

/// Judges what was measured and asked for ([`Guard::check`]), then lets torque through ([`Guard::limit`]).
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    envelope: Envelope,
    kinds: [JointKind; N_JOINTS],
    now: Option<i64>,
    overspeed: [u8; N_JOINTS],
    mode: LegMode,
    // The largest torque is the degraded one; a soft stop keeps what it came from.
    narrow: bool,
    damp_since: Option<i64>,
    // A stop damps only as much as lets the person's muscles have their way.
    yields: bool,
    tau_prev: JointVec,
    // Energy put into each joint that has not leaked yet [J].
    stored: JointVec,
    // What the last check saw.
    q: JointReading,
    dq: JointReading,
    tau_cmd: JointVec,
    dt: f64,
}

impl Guard {
    /// A guard at rest.
    #[must_use]
    pub fn new(envelope: Envelope, kinds: [JointKind; N_JOINTS]) -> Self {
        Self {
            envelope,
            kinds,
            now: None,
            overspeed: [0; N_JOINTS],
            mode: LegMode::Off,
            narrow: false,
            damp_since: None,
            yields: false,
            tau_prev: [0.0; N_JOINTS],
            stored: [0.0; N_JOINTS],
            q: [None; N_JOINTS],
            dq: [None; N_JOINTS],
            tau_cmd: [0.0; N_JOINTS],
            dt: 0.0,
        }
    }

    /// Judges one tick: time `t` [ns], angles `q` [rad], velocities `dq` [rad/s], requested torque `tau_cmd` [N·m].
    pub fn check(&mut self, t: i64, q: &JointReading, dq: &JointReading, tau_cmd: &JointVec) -> Fault {
        let mut fault = self.advance(t);
        (self.q, self.dq, self.tau_cmd) = (q.map(trusted), dq.map(trusted), tau_cmd.map(kernels::sizeable));
        for i in 0..N_JOINTS {
            if self.kinds[i] != JointKind::Absent {
                fault = fault.worse(self.judge(i));
            }
        }
        fault
    }

    /// Limits the torque of the last check; a second call without a check has no time to change it in.
    pub fn limit(&mut self, mode: LegMode) -> SafeTorque {
        self.mode = mode;
        self.narrow = mode == LegMode::Narrow || (mode == LegMode::Ramp && self.narrow);
        self.damp_since = if mode == LegMode::Damp { self.damp_since.or(self.now) } else { None };
        let share = self.torque_share();
        let mut limits = 0;
        for i in 0..N_JOINTS {
            self.keep_energy(i);
            let off = self.kinds[i] != JointKind::Driven || matches!(mode, LegMode::Off | LegMode::Zero);
            let (tau, bits) = match (self.q[i], self.dq[i]) {
                _ if off => (0.0, 0),
                (Some(q), Some(dq)) => self.joint_torque(i, q, dq, share),
                (_, dq) => (self.faded(i, dq), STALE),
            };
            self.tau_prev[i] = tau;
            limits |= bits;
        }
        self.dt = 0.0;
        SafeTorque { tau: self.tau_prev, limits }
    }

    /// Takes the angles of some joints for absent in what is let through of the last check.
    pub fn distrust(&mut self, joints: &[bool; N_JOINTS]) {
        for (q, distrusted) in self.q.iter_mut().zip(joints) {
            if *distrusted {
                *q = None;
            }
        }
    }

    /// Whether a protective stop damps with `yield_damping` from now on: it is the person's muscles that act.
    pub fn yields(&mut self, yields: bool) {
        self.yields = yields;
    }

    /// Steps the guard's own time, the largest seen, which never runs backwards.
    fn advance(&mut self, t: i64) -> Fault {
        let Some(now) = self.now else {
            (self.now, self.dt) = (Some(t), NOMINAL_TICK);
            return Fault::NONE;
        };
        if t <= now {
            self.dt = 0.0;
            return Fault::new(Severity::Protective, Cause::TimeBackwards);
        }
        self.now = Some(t);
        self.dt = t.saturating_sub(now) as f64 * SECONDS;
        if self.dt <= self.params().tick_max {
            return Fault::NONE;
        }
        self.dt = self.params().tick_max;
        Fault::new(Severity::Protective, Cause::TimeJump)
    }

    fn judge(&mut self, i: usize) -> Fault {
        let protective = |cause| Fault::at(Severity::Protective, cause, i);
        let mut fault = Fault::NONE;
        let driving = matches!(self.mode, LegMode::Full | LegMode::Narrow | LegMode::Ramp);
        if driving && self.kinds[i] == JointKind::Driven && !self.tau_cmd[i].is_finite() {
            fault = protective(Cause::ControllerNotFinite);
        }
        let (Some(q), Some(dq)) = (self.q[i], self.dq[i]) else {
            return fault.worse(protective(Cause::JointInvalid));
        };
        let p = self.envelope.params();
        if !inside(q, p.q_min[i] - RANGE_TOLERANCE, p.q_max[i] + RANGE_TOLERANCE) {
            fault = fault.worse(protective(Cause::RangeExceeded));
        }
        self.overspeed[i] = if at_most(dq, p.dq_max[i]) { 0 } else { self.overspeed[i].saturating_add(1) };
        if self.overspeed[i] >= OVERSPEED_TICKS {
            fault = fault.worse(protective(Cause::Overspeed));
        }
        fault
    }

    /// Share of the largest torque that this mode grants.
    fn torque_share(&self) -> f64 {
        let p = self.params();
        match (self.mode, self.now, self.damp_since) {
            (LegMode::Damp, Some(now), Some(since)) => {
                kernels::share(now.saturating_sub(since) as f64 * SECONDS, p.stop_deadline)
            }
            _ if self.narrow => p.degraded_fraction,
            _ => 1.0,
        }
    }

    /// Counts the energy that the torque of the last tick put into a joint, at its largest speed where it reads as
    /// faster: such a reading is refused, and a single false one must not take the drive away for minutes.
    fn keep_energy(&mut self, i: usize) {
        if let (JointKind::Driven, Some(dq)) = (self.kinds[i], self.dq[i]) {
            let (most, fastest) = (self.params().energy_max[i], self.params().dq_max[i]);
            let power = self.tau_prev[i] * kernels::clamp(dq, -fastest, fastest);
            self.stored[i] = kernels::stored(self.stored[i], power, most, self.dt);
        }
    }

    /// Torque of a joint that cannot be seen: on its way to zero.
    fn faded(&self, i: usize, dq: Option<f64>) -> f64 {
        let slope = self.params().tau_max[i] / FADE_TIME * self.dt;
        kernels::faded(self.tau_prev[i], slope, if damps(self.mode) { dq } else { None })
    }

    fn joint_torque(&self, i: usize, q: f64, dq: f64, share: f64) -> (f64, u32) {
        let p = self.params();
        let damp = damps(self.mode);
        let asked = Asked {
            tau: if damp { kernels::damped(self.damping(i), dq) } else { self.tau_cmd[i] },
            cap: p.tau_max[i] * share,
            prev: self.tau_prev[i],
            slope: p.tau_rate_max[i] * self.dt,
            dq,
            damp,
        };
        let walls = self.envelope.walls(i, q, dq);
        let power = kernels::drive_power(p.power_max[i], self.stored[i], p.energy_max[i]);
        let (asked, held) = kernels::driven(&asked, &walls, power);
        let passed = kernels::limited(&asked, &walls, p.tau_max[i]);
        let acted = [
            (passed.torque, TORQUE),
            (passed.upper, WALL_UPPER),
            (passed.lower, WALL_LOWER),
            (passed.rate, RATE),
            (held, if power < p.power_max[i] { ENERGY } else { POWER }),
        ];
        (passed.tau, acted.iter().map(|(acts, bit)| if *acts { *bit } else { 0 }).sum())
    }

    fn damping(&self, i: usize) -> f64 {
        let p = self.params();
        let yields = self.yields && self.mode == LegMode::Damp;
        if yields { p.stop_damping[i].min(p.yield_damping[i]) } else { p.stop_damping[i] }
    }

    fn params(&self) -> &EnvelopeParams {
        self.envelope.params()
    }
}

/// Nothing but damping and walls.
fn damps(mode: LegMode) -> bool {
    matches!(mode, LegMode::Damp | LegMode::Lower)
}

#[cfg(test)]
mod driven;
#[cfg(test)]
mod narrower;
#[cfg(test)]
mod tests;
