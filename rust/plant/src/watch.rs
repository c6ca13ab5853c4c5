//! What a judge of a simulated machine needs of every tick: what was sent to it, what was measured, what is true.
//!
//! The guard may be left out: then the device gets what the law asks for, to show what the guard is for.

use crate::simulation::{Simulation, TICK};
use crate::{Actuation, RopeMode};
use gaitloop_core::safety::Command;
use gaitloop_core::trainer::Wish;
use gaitloop_core::types::{Field, N_JOINTS, Sample};

const fn field(name: &'static str, start: usize, len: usize, unit: &'static str, doc: &'static str) -> Field {
    Field { name, start, len, unit, doc }
}

/// Values of a row of [`Simulation::watch`], in order.
pub const WATCH_FIELDS: [Field; 16] = [
    field("t", 0, 1, "s", "True time of the tick."),
    field("torque", 1, N_JOINTS, "N·m", "Torque sent to the drives."),
    field("belt_speed", 7, 1, "m/s", "Speed sent to the belt."),
    field("support_force", 8, 1, "N", "Force sent to the body-weight support."),
    field("support_mode", 9, 1, "-", "Mode sent to it: hold 0, track 1, jog 2."),
    field("enable", 10, 1, "-", "The drives may be powered: 1 yes, 0 no."),
    field("state", 11, 1, "-", "Code of the supervisor's state."),
    field("severity", 12, 1, "-", "Code of the reported severity."),
    field("cause", 13, 1, "-", "Code of the reported cause."),
    field("q", 14, N_JOINTS, "rad", "Angles as the trainer got them; NaN where absent."),
    field("dq", 20, N_JOINTS, "rad/s", "Velocities as the trainer got them; NaN where absent."),
    field("true_q", 26, N_JOINTS, "rad", "True angles, or places of foot plates as axes."),
    field("true_dq", 32, N_JOINTS, "rad/s", "True velocities."),
    field("upright", 38, 1, "-", "The person stands or walks: 1 yes, 0 no."),
    field("sample_t", 39, 1, "s", "Time of the tick as the trainer was told."),
    field(
        "interaction",
        40,
        N_JOINTS,
        "N·m",
        "Torque that it gives the person as the trainer got it; NaN where absent.",
    ),
];
/// Number of values of a row.
pub const WATCH_LEN: usize = 46;

impl From<&Wish> for Actuation {
    /// With power on, and zero where a drive could not take a number.
    fn from(wish: &Wish) -> Self {
        Self {
            torque: wish.torque.map(|tau| if tau.is_finite() { tau } else { 0.0 }),
            belt_speed: wish.belt_speed,
            support_force: wish.support_force,
            support_mode: RopeMode::Track,
            enabled: true,
            expiry: i64::MAX,
            ..Self::default()
        }
    }
}

/// What was sent, as values 1 to 13 of a row.
type Sent = [f64; 13];

fn sent(command: &Command) -> Sent {
    let f = command.fields();
    let [a, b, c, d, e, g] = *command.torque();
    let mode = f64::from(f.support_mode as u8);
    let enable = f64::from(u8::from(f.enable));
    let codes = [f.state as u8, f.severity as u8, f.cause as u8].map(f64::from);
    [a, b, c, d, e, g, f.belt_speed, f.support_force, mode, enable, codes[0], codes[1], codes[2]]
}

/// As in training without a fault, since nobody judges.
fn wished(wish: &Wish) -> Sent {
    let [a, b, c, d, e, g] = wish.torque;
    [a, b, c, d, e, g, wish.belt_speed, wish.support_force, 1.0, 1.0, 4.0, 0.0, 0.0]
}

impl Simulation {
    /// One tick, with what a judge needs of it; without `guard` nothing is judged or limited.
    pub fn watch(&mut self, guard: bool) -> [f64; WATCH_LEN] {
        let t = self.time();
        let (sample, sent) = if guard {
            let (sample, command) = self.tick();
            (sample, sent(&command))
        } else {
            let (sample, wish) = self.tick_unjudged();
            (sample, wished(&wish))
        };
        self.row(t, &sample, &sent)
    }

    fn row(&self, t: i64, sample: &Sample, sent: &Sent) -> [f64; WATCH_LEN] {
        let [q, dq, _] = self.plant().measured();
        let mut row = [0.0; WATCH_LEN];
        row[0] = t as f64 * 1e-9;
        row[1..14].copy_from_slice(sent);
        for i in 0..N_JOINTS {
            row[14 + i] = sample.q.get(i).unwrap_or(f64::NAN);
            row[20 + i] = sample.dq.get(i).unwrap_or(f64::NAN);
            row[40 + i] = sample.tau_interaction.get(i).unwrap_or(f64::NAN);
            (row[26 + i], row[32 + i]) = (q[i], dq[i]);
        }
        row[38] = f64::from(u8::from(self.plant().upright()));
        row[39] = sample.t as f64 * 1e-9;
        row
    }
}

const _: () = assert!(TICK == 1_000_000, "rows are a millisecond apart");
