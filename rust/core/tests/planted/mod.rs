//! What a guard may be given, and what runs one through it.

pub mod guard;
pub mod judge;
pub mod mistakes;

use crate::dice::Dice;
use gaitloop_core::safety::{Envelope, EnvelopeParams, Fault, Guard, LegMode};
use gaitloop_core::types::{JointKind, JointReading, JointVec, N_JOINTS};
use judge::{Judge, Tick};
use std::collections::BTreeSet;

/// One joint is sensed only, one is not there.
pub const KINDS: [JointKind; N_JOINTS] =
    [JointKind::Driven, JointKind::Driven, JointKind::Sensed, JointKind::Driven, JointKind::Driven, JointKind::Absent];

/// Something that judges and limits like a guard.
pub trait Machine {
    fn check(&mut self, t: i64, q: &JointReading, dq: &JointReading, tau_cmd: &JointVec) -> Fault;
    fn limit(&mut self, mode: LegMode) -> (JointVec, u32);
}

impl Machine for Guard {
    fn check(&mut self, t: i64, q: &JointReading, dq: &JointReading, tau_cmd: &JointVec) -> Fault {
        Guard::check(self, t, q, dq, tau_cmd)
    }

    fn limit(&mut self, mode: LegMode) -> (JointVec, u32) {
        let safe = Guard::limit(self, mode);
        (*safe.torque(), safe.limits())
    }
}

/// Limits that differ from joint to joint, so that a joint taken for another shows.
pub fn envelope() -> Envelope {
    let from = |first: f64, step: f64| core::array::from_fn(|i| first + step * i as f64);
    let joint = |name: &'static str| {
        Ok::<JointVec, ()>(match name {
            "q_min" => from(-0.5, -0.05),
            "q_max" => from(0.6, 0.1),
            "dq_max" => from(4.0, 0.5),
            "brake_decel" => from(30.0, 4.0),
            "tau_max" => from(40.0, 15.0),
            "tau_rate_max" => from(1500.0, 300.0),
            "wall_stiffness" => from(400.0, 50.0),
            "wall_damping" => from(15.0, 2.0),
            // Either is what holds, the energy after a few hundredths of a second.
            "power_max" => from(5.0, 12.0),
            "energy_max" => from(1.0, 1.2),
            _ => from(8.0, 1.0),
        })
    };
    let scalar = |name: &'static str| {
        Ok::<f64, ()>(match name {
            "sample_age_max" | "tick_max" | "lease" => 0.02,
            "stop_deadline" => 0.3,
            "degraded_fraction" => 0.4,
            _ => 1.0,
        })
    };
    Envelope::new(EnvelopeParams::from_source(joint, scalar).unwrap()).unwrap()
}

impl Dice {
    /// From -1 to 1.
    fn unit(&mut self) -> f64 {
        self.below(2_000_001) as f64 / 1e6 - 1.0
    }
}

/// Joints that move, stop, run into their ends, are not seen; torque of any size; every mode for a while.
struct Walk {
    dice: Dice,
    t: i64,
    mode: LegMode,
    q: JointVec,
    dq: JointVec,
    tau: JointVec,
    blind: [Option<f64>; N_JOINTS],
    seen: [bool; N_JOINTS],
}

impl Walk {
    fn new(seed: u64) -> Self {
        let dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let zero = [0.0; N_JOINTS];
        Self { dice, t: 0, mode: LegMode::Full, q: zero, dq: zero, tau: zero, blind: [None; 6], seen: [true; 6] }
    }

    fn step(&mut self, limits: &EnvelopeParams) {
        let dice = &mut self.dice;
        self.t += if dice.once_in(40) { dice.any(&[0, -5_000_000, 3_000_000, 25_000_000]) } else { 1_000_000 };
        if dice.once_in(25) {
            let modes = [LegMode::Full, LegMode::Full, LegMode::Narrow, LegMode::Ramp, LegMode::Damp, LegMode::Damp];
            self.mode = if dice.once_in(8) { dice.any(&[LegMode::Off, LegMode::Zero]) } else { dice.any(&modes) };
        }
        for i in 0..N_JOINTS {
            if dice.once_in(15) {
                self.dq[i] = 1.2 * limits.dq_max[i] * dice.unit() * if dice.once_in(2) { 1.0 } else { 0.2 };
            }
            let ends = (limits.q_min[i] - 0.06, limits.q_max[i] + 0.06);
            self.q[i] = (self.q[i] + 0.003 * self.dq[i]).clamp(ends.0, ends.1);
            if dice.once_in(20) {
                let odd = dice.once_in(12);
                let size = 2.0 * limits.tau_max[i] * dice.unit();
                self.tau[i] = if odd { dice.any(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY]) } else { size };
            }
            if dice.once_in(if self.seen[i] { 150 } else { 10 }) {
                self.seen[i] = !self.seen[i];
                let odd =
                    [None, None, Some(f64::NAN), Some(f64::INFINITY), Some(-1e7), Some(1e7), Some(9e5), Some(-9e5)];
                self.blind[i] = dice.any(&odd);
            }
        }
    }

    /// Angles and velocities as they are told; of a joint that is not seen the one or the other is odd.
    fn readings(&self) -> (JointReading, JointReading) {
        let odd = |i: usize, angle: bool| !self.seen[i] && i.is_multiple_of(2) == angle;
        let told = |of: &JointVec, angle: bool| {
            core::array::from_fn(|i| if odd(i, angle) { self.blind[i] } else { Some(of[i]) })
        };
        (told(&self.q, true), told(&self.dq, false))
    }
}

/// Properties that a machine violates within `episodes` of 150 ticks, or until it violates `until`; how often each was
/// put to the test.
pub fn violated(
    mut make: impl FnMut() -> Box<dyn Machine>,
    episodes: u64,
    until: Option<&str>,
    mut judged: impl FnMut(&'static str),
) -> BTreeSet<&'static str> {
    let limits = envelope();
    let mut found = BTreeSet::new();
    for seed in 1..=episodes {
        let (mut walk, mut machine, mut judge) = (Walk::new(seed), make(), Judge::new(*limits.params()));
        for _ in 0..150 {
            walk.step(limits.params());
            let (q, dq) = walk.readings();
            let fault = machine.check(walk.t, &q, &dq, &walk.tau);
            let tick = Tick { t: walk.t, q, dq, asked: walk.tau, mode: walk.mode };
            let mut verdict = judge.fault(&tick, fault);
            let (tau, limits) = machine.limit(walk.mode);
            verdict.extend(judge.torque(&tick, &tau, limits));
            if walk.dice.once_in(30) {
                verdict.extend(judge.again(&machine.limit(walk.mode).0));
            }
            for (name, holds) in verdict {
                judged(name);
                if !holds {
                    found.insert(name);
                }
            }
        }
        if until.is_some_and(|name| found.contains(name)) {
            break;
        }
    }
    found
}
