//! Whether an angle can be believed: against its own past, the velocity measured beside it, and a second sensor.

use super::monitors::{when, within};
use super::{Cause, Envelope, Fault, SECONDS, Severity, State, trusted};
use crate::types::{JointKind, JointReading, JointVec, N_JOINTS};

/// Change of an angle [rad] beyond its movement that is a jump: 0.7°, narrower than the 5° of the hazard table (SE3).
const JUMP: f64 = 0.0125;
/// Change of an angle [rad] beyond its movement that counts as noise (SE7).
const NOISE: f64 = 0.005;
/// Messages over which noise is counted.
const NOISE_WINDOW: u32 = (1 << 20) - 1;
/// Noisy ones among them that make a fault.
const NOISY: u32 = 5;
/// Velocity [rad/s] above which an angle must change (SE2).
const MOVES: f64 = 0.5;
/// Messages of a moving joint with one and the same angle that make a fault (SE2).
const STUCK: u8 = 25;
/// Guidance [-] above which a joint is expected to move with the reference.
const GUIDED: f64 = 0.5;
/// Difference of angle and integrated velocity [rad]: 3° (SE4).
const DRIFT: f64 = 0.0524;
/// Messages in a row with a larger difference that make a fault (SE4).
const DRIFTING: u8 = 3;
/// Difference of the angles of both sensors [rad]: 3° (SE4).
const MISMATCH: f64 = 0.0524;
/// Messages in a row with a larger difference that make a fault (SE4).
const MISMATCHED: u8 = 3;
/// Messages in a row without the second angle that make a fault.
const ALONE: u8 = 25;
/// Time constant with which the integral forgets [s].
const FORGET: f64 = 3.0;

/// What is known of the encoders in a tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EncoderInputs {
    /// State of the supervisor after the last tick.
    pub state: State,
    /// When the joint angles were measured [ns].
    pub q_stamp: i64,
    /// When the joint velocities were measured [ns].
    pub dq_stamp: i64,
    /// When the joint angles of the second sensors were measured [ns].
    pub second_stamp: i64,
    /// Joint angles [rad].
    pub q: JointReading,
    /// Joint velocities [rad/s].
    pub dq: JointReading,
    /// Joint angles of the second sensors [rad].
    pub q_second: JointReading,
    /// Reference velocities [rad/s].
    pub dq_ref: JointVec,
    /// Guidance per joint [-].
    pub guidance: JointVec,
}

/// What is kept of one encoder.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Seen {
    q: f64,
    dq: f64,
    stuck: u8,
    drifting: u8,
    // What the angle changed by more than the velocity says, forgotten slowly [rad].
    drift: f64,
    // A bit per message, the newest lowest.
    noise: u32,
    // Whether there has been a second angle, and for how many messages it has been missing.
    paired: bool,
    alone: u8,
    mismatched: u8,
}

/// Two readings of a joint, and what else tells whether it moves.
#[derive(Clone, Copy)]
struct Reading {
    q: f64,
    dq: f64,
    moves: bool,
    // The second angle, when the first was measured [rad].
    second: Option<f64>,
    // Time since the last message, and from the velocity to the angle [s].
    step: f64,
    offset: f64,
}

/// Watches over the encoders.
#[derive(Clone, Copy, Debug)]
pub struct Encoders {
    sample_age_max: f64,
    kinds: [JointKind; N_JOINTS],
    stamp: Option<i64>,
    seen: [Option<Seen>; N_JOINTS],
    doubted: [bool; N_JOINTS],
}

impl Encoders {
    /// Encoders of which nothing is known yet.
    #[must_use]
    pub fn new(envelope: &Envelope, kinds: [JointKind; N_JOINTS]) -> Self {
        let sample_age_max = envelope.params().sample_age_max;
        Self { sample_age_max, kinds, stamp: None, seen: [None; N_JOINTS], doubted: [false; N_JOINTS] }
    }

    /// Joints whose angle is not to be believed, from a finding that stops until there is no power any more.
    #[must_use]
    pub fn doubted(&self) -> &[bool; N_JOINTS] {
        &self.doubted
    }

    /// One tick; gives the worst of what is wrong.
    pub fn step(&mut self, inputs: &EncoderInputs) -> Fault {
        let energised = inputs.state.energised();
        if !energised {
            self.doubted = [false; N_JOINTS];
        }
        if self.stamp == Some(inputs.q_stamp) {
            return Fault::NONE;
        }
        let step = self.stamp.map_or(0.0, |stamp| inputs.q_stamp.saturating_sub(stamp) as f64 * SECONDS);
        self.stamp = Some(inputs.q_stamp);
        if !(step > 0.0 && step <= self.sample_age_max) {
            self.seen = [None; N_JOINTS];
        }
        let offset = self.since(inputs.q_stamp, inputs.dq_stamp).unwrap_or(0.0);
        let behind = self.since(inputs.q_stamp, inputs.second_stamp);
        let (mut fault, mut pair) = (Fault::NONE, Fault::NONE);
        for i in 0..N_JOINTS {
            if self.kinds[i] == JointKind::Absent {
                continue;
            }
            let (Some(q), Some(dq)) = (trusted(inputs.q[i]), trusted(inputs.dq[i])) else {
                self.seen[i] = None;
                continue;
            };
            if let Some(seen) = &mut self.seen[i] {
                let moves = !within(dq, MOVES) || led(self.kinds[i], inputs, i);
                let second = behind.and_then(|behind| Some(trusted(inputs.q_second[i])? + dq * behind));
                let now = Reading { q, dq, moves, second, step, offset };
                let (own, other) = (seen.judge(now, i), seen.compare(now, i));
                self.doubted[i] |= energised && own.worse(other).severity >= Severity::Protective;
                (fault, pair) = (fault.worse(own), pair.worse(other));
            } else {
                self.seen[i] = Some(Seen { q, dq, drift: dq * offset, ..Seen::default() });
            }
        }
        match inputs.state {
            _ if energised => fault.worse(pair),
            // Two sensors that disagree are none to be armed with.
            State::Selftest | State::Standby => when(pair.severity == Severity::Protective, pair),
            _ => Fault::NONE,
        }
    }

    /// Time from another measurement to that of the angles [s], where they are close enough to be compared.
    fn since(&self, q_stamp: i64, stamp: i64) -> Option<f64> {
        let time = q_stamp.saturating_sub(stamp) as f64 * SECONDS;
        within(time, self.sample_age_max).then_some(time)
    }
}

impl Seen {
    /// Takes the next message of joint `i`.
    fn judge(&mut self, now: Reading, i: usize) -> Fault {
        let more = (now.q - self.q) - 0.5 * (self.dq + now.dq) * now.step;
        let jumps = !within(more, JUMP);
        if now.q != self.q {
            self.stuck = 0;
        } else if now.moves {
            self.stuck = self.stuck.saturating_add(1);
        }
        self.drift = if jumps { now.dq * now.offset } else { self.drift * (1.0 - now.step / FORGET) + more };
        let drifts = !within(self.drift - now.dq * now.offset, DRIFT);
        self.drifting = if drifts { self.drifting.saturating_add(1) } else { 0 };
        self.noise = (self.noise << 1 | u32::from(!within(more, NOISE))) & NOISE_WINDOW;
        (self.q, self.dq) = (now.q, now.dq);
        let protective = |cause| Fault::at(Severity::Protective, cause, i);
        if jumps {
            protective(Cause::EncoderJump)
        } else if self.stuck >= STUCK {
            protective(Cause::EncoderStuck)
        } else if self.drifting >= DRIFTING {
            protective(Cause::EncoderDrift)
        } else {
            when(self.noise.count_ones() >= NOISY, Fault::at(Severity::Degrade, Cause::EncoderNoise, i))
        }
    }

    /// Holds the second angle of joint `i` against the first.
    fn compare(&mut self, now: Reading, i: usize) -> Fault {
        if let Some(second) = now.second {
            (self.paired, self.alone) = (true, 0);
            self.mismatched = if within(now.q - second, MISMATCH) { 0 } else { self.mismatched.saturating_add(1) };
        } else if self.paired {
            self.alone = self.alone.saturating_add(1);
        }
        let alone = when(self.alone >= ALONE, Fault::at(Severity::Degrade, Cause::EncoderMismatch, i));
        when(self.mismatched >= MISMATCHED, Fault::at(Severity::Protective, Cause::EncoderMismatch, i)).worse(alone)
    }
}

/// The reference takes the joint along.
fn led(kind: JointKind, inputs: &EncoderInputs, i: usize) -> bool {
    let training = matches!(inputs.state, State::Run | State::Degraded);
    let free = inputs.guidance[i] <= GUIDED;
    kind == JointKind::Driven && training && !free && !within(inputs.dq_ref[i], MOVES)
}

#[cfg(test)]
mod tests;
