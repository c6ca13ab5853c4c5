//! Everything a supervisor can be told in a tick, and what can be explored: the production one, or one with a mistake.

pub mod history;
pub mod model;
pub mod properties;
pub mod search;

use gaitloop_core::safety::{
    Cause, Envelope, EnvelopeParams, Request, SafeProfile, Selftest, Severity, State, Supervisor, SupervisorInputs,
    SupervisorOutputs,
};
use model::{Mistake, Model};

/// Nanoseconds in a millisecond.
pub const MS: i64 = 1_000_000;
/// Time that the specification counts for a tick whose clock does not advance [ns].
pub const NOMINAL_TICK: i64 = MS;
/// The shortest deadlines that an envelope accepts [ns]; with them fewest times have to be told apart.
pub const SOFT_DEADLINE: i64 = 500 * MS;
pub const STOP_DEADLINE: i64 = 100 * MS;
pub const LOWER_DEADLINE: i64 = 100 * MS;

/// The profiles, each with the shortest deadline that it accepts.
pub fn profiles() -> [SafeProfile; 3] {
    let lower = SafeProfile::controlled_lower(LOWER_DEADLINE as f64 / 1e9).unwrap();
    [SafeProfile::ReleaseAfterDamp, SafeProfile::LockBrake, lower]
}

/// Something with the step of a supervisor.
pub trait Machine: Copy {
    fn step(&mut self, inputs: &SupervisorInputs, t: i64) -> SupervisorOutputs;

    /// What decides about all later ticks; of times their region in a grid of `grain` [ns].
    fn key(&self, grain: i64) -> u64;

    /// It did nothing that only its inside can tell to be wrong.
    fn sound(&self) -> bool {
        true
    }
}

/// The production supervisor in lockstep with its model.
///
/// Its inside is private and stays so: the model tells states apart, and a production supervisor that remembers
/// anything else must give itself away by deciding differently.
#[derive(Clone, Copy)]
pub struct Production {
    supervisor: Supervisor,
    model: Model,
    agrees: bool,
}

impl Production {
    pub fn new(profile: SafeProfile) -> Self {
        let supervisor = Supervisor::new(&envelope(), profile);
        Self { supervisor, model: Model::new(Mistake::Nothing, profile), agrees: true }
    }
}

impl Machine for Production {
    fn step(&mut self, inputs: &SupervisorInputs, t: i64) -> SupervisorOutputs {
        let out = self.supervisor.step(inputs, t);
        self.agrees = self.model.step(inputs, t) == out && self.supervisor.state() == out.state;
        out
    }

    fn key(&self, grain: i64) -> u64 {
        self.model.key(grain)
    }

    fn sound(&self) -> bool {
        self.agrees
    }
}

/// The region of a time: a point of the grid, or the gap behind it. Every deadline is a point of the grid.
///
/// Times of one region are on the same side of every deadline, and one more step of the grid leads them to one region;
/// what a shorter step leads to is a region that a step of the grid reaches as well. So one time stands for all.
pub fn region(time: i64, grain: i64) -> u64 {
    let time = time.min(2 * SOFT_DEADLINE);
    (2 * (time / grain) + i64::from(time % grain != 0)).unsigned_abs()
}

/// Only the deadlines matter here.
pub fn envelope() -> Envelope {
    let joint = |name: &'static str| {
        Ok::<_, ()>(match name {
            "q_min" => [-0.5; 6],
            _ => [1.0; 6],
        })
    };
    let scalar = |name: &'static str| {
        Ok::<_, ()>(match name {
            "soft_deadline" => SOFT_DEADLINE as f64 / 1e9,
            "stop_deadline" => STOP_DEADLINE as f64 / 1e9,
            "sample_age_max" | "tick_max" | "lease" => 0.02,
            _ => 0.5,
        })
    };
    Envelope::new(EnvelopeParams::from_source(joint, scalar).unwrap()).unwrap()
}

/// Every input of a tick but for `carried`, with one cause: its code lies between those of the supervisor's own findings, so that it
/// outranks some of equal severity and is outranked by others.
pub fn every_input(carried: bool) -> Vec<SupervisorInputs> {
    let codes = Severity::ALL
        .iter()
        .flat_map(|s| Request::ALL.iter().flat_map(move |c| Selftest::ALL.iter().map(move |t| (*s, *c, *t))));
    codes
        .flat_map(|(severity, command, selftest)| {
            (0..64_u8).map(move |bits| {
                let bit = |k: u8| bits & (1 << k) != 0;
                SupervisorInputs {
                    estop_ok: bit(0),
                    severity,
                    cause: if severity == Severity::None { Cause::None } else { Cause::DriveFault },
                    nonresettable: bit(1),
                    command,
                    local: bit(2),
                    pain: bit(3),
                    still: bit(4),
                    selftest,
                    enable: bit(5),
                    carried,
                }
            })
        })
        .collect()
}

/// The power may be on in this state.
pub fn powered(state: State) -> bool {
    matches!(state, State::Armed | State::Run | State::Degraded | State::SoftStop | State::ProtStop)
}

/// The supervisor is bringing the machine to rest under power.
pub fn stopping(state: State) -> bool {
    matches!(state, State::SoftStop | State::ProtStop)
}
