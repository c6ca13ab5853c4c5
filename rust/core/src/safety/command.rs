//! What leaves the trainer in a tick. Its torque can only come from the guard.

use super::{Cause, SafeTorque, Severity, State, SupportMode};
use crate::types::{Field, JointVec, N_JOINTS};

/// Everything of a command but its torque.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CommandFields {
    /// Belt speed [m/s].
    pub belt_speed: f64,
    /// Force of the body-weight support [N].
    pub support_force: f64,
    /// What the body-weight support does.
    pub support_mode: SupportMode,
    /// The drives may be powered.
    pub enable: bool,
    /// Drives that stopped by themselves may come back.
    pub clear: bool,
    /// The brakes are to be closed; false where the safe profile has none.
    pub brake: bool,
    /// Time of the tick [ns].
    pub t: i64,
    /// Time after which the command no longer holds [ns]; before `t` where no lease is given.
    pub expiry: i64,
    /// Number of the command.
    pub sequence: i64,
    /// State of the supervisor.
    pub state: State,
    /// Reported severity.
    pub severity: Severity,
    /// Reported cause.
    pub cause: Cause,
}

/// One tick out. Holding one proves that its torque passed the guard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Command {
    torque: JointVec,
    limits: u32,
    fields: CommandFields,
}

const fn field(name: &'static str, start: usize, len: usize, unit: &'static str, doc: &'static str) -> Field {
    Field { name, start, len, unit, doc }
}

/// Values of the flat form of a [`Command`], in order.
pub const COMMAND_FIELDS: [Field; 7] = [
    field("torque", 0, N_JOINTS, "N·m", "Joint torques."),
    field("belt_speed", 6, 1, "m/s", "Belt speed."),
    field("support_force", 7, 1, "N", "Force of the body-weight support."),
    field("support_mode", 8, 1, "-", "What the body-weight support does: hold 0, track 1, jog 2."),
    field("enable", 9, 1, "-", "The drives may be powered: 1 yes, 0 no."),
    field("clear", 10, 1, "-", "Drives that stopped by themselves may come back: 1 yes, 0 no."),
    field("brake", 11, 1, "-", "The brakes are to be closed: 1 yes, 0 no, or the safe profile has none."),
];
/// Number of values of the flat form of a [`Command`].
pub const COMMAND_LEN: usize = 12;
/// Names of the integers of the flat form of a [`Command`], in order.
pub const COMMAND_INTEGERS: [&str; N_COMMAND_INTEGERS] =
    ["t", "expiry", "sequence", "state", "severity", "cause", "limits"];
/// Number of integers of the flat form of a [`Command`].
pub const N_COMMAND_INTEGERS: usize = 7;

impl Command {
    /// A command of a torque that passed the guard; without `enable` its torque is zero.
    #[must_use]
    pub fn new(torque: &SafeTorque, fields: CommandFields) -> Self {
        let tau = if fields.enable { *torque.torque() } else { [0.0; N_JOINTS] };
        Self { torque: tau, limits: torque.limits(), fields }
    }

    /// The command before the first tick: nothing powered, already expired.
    #[must_use]
    pub fn idle() -> Self {
        let fields = CommandFields {
            belt_speed: 0.0,
            support_force: 0.0,
            support_mode: SupportMode::Hold,
            enable: false,
            clear: false,
            brake: false,
            t: 0,
            expiry: 0,
            sequence: 0,
            state: State::Boot,
            severity: Severity::None,
            cause: Cause::None,
        };
        Self { torque: [0.0; N_JOINTS], limits: 0, fields }
    }

    /// Joint torques [N·m].
    #[must_use]
    pub fn torque(&self) -> &JointVec {
        &self.torque
    }

    /// Which limits acted, a bit each in the order of [`super::LIMITS`].
    #[must_use]
    pub fn limits(&self) -> u32 {
        self.limits
    }

    /// Everything else.
    #[must_use]
    pub fn fields(&self) -> &CommandFields {
        &self.fields
    }

    /// Belt speed [m/s].
    #[must_use]
    pub fn belt_speed(&self) -> f64 {
        self.fields.belt_speed
    }

    /// Force of the body-weight support [N].
    #[must_use]
    pub fn support_force(&self) -> f64 {
        self.fields.support_force
    }

    /// The drives may be powered.
    #[must_use]
    pub fn enable(&self) -> bool {
        self.fields.enable
    }

    /// State of the supervisor.
    #[must_use]
    pub fn state(&self) -> State {
        self.fields.state
    }

    /// Writes the flat form: values in the order of [`COMMAND_FIELDS`], integers in that of [`COMMAND_INTEGERS`].
    pub fn to_flat(&self, value: &mut [f64; COMMAND_LEN], integer: &mut [i64; N_COMMAND_INTEGERS]) {
        let f = &self.fields;
        value[..N_JOINTS].copy_from_slice(&self.torque);
        let [enable, clear, brake] = [f.enable, f.clear, f.brake].map(|flag| f64::from(u8::from(flag)));
        let rest = [f.belt_speed, f.support_force, f64::from(f.support_mode as u8), enable, clear, brake];
        value[N_JOINTS..].copy_from_slice(&rest);
        let codes = [f.state as i64, f.severity as i64, f.cause as i64, i64::from(self.limits)];
        *integer = [f.t, f.expiry, f.sequence, codes[0], codes[1], codes[2], codes[3]];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flat_form_has_the_documented_order() {
        let last = COMMAND_FIELDS[COMMAND_FIELDS.len() - 1];
        assert_eq!(last.start + last.len, COMMAND_LEN);
        let (mut value, mut integer) = ([f64::NAN; COMMAND_LEN], [-1; N_COMMAND_INTEGERS]);
        Command::idle().to_flat(&mut value, &mut integer);
        assert_eq!((value, integer), ([0.0; COMMAND_LEN], [0; N_COMMAND_INTEGERS]));
        let fields =
            CommandFields { belt_speed: 1.5, support_mode: SupportMode::Jog, sequence: 3, ..Command::idle().fields };
        let command = Command {
            torque: [7.0; N_JOINTS],
            limits: 8,
            fields: CommandFields { enable: true, clear: true, ..fields },
        };
        command.to_flat(&mut value, &mut integer);
        assert_eq!(value, [7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 1.5, 0.0, 2.0, 1.0, 1.0, 0.0]);
        assert_eq!(integer, [0, 0, 3, 0, 0, 0, 8]);
    }
}
