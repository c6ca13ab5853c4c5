//! The state machine of a simulated drive, and what it does in each state.

use super::super::cia402::{FOLLOWING_ERROR, LIMIT_ACTIVE};
use super::super::params::Mode;
use super::super::{Frame, Object, PowerState};
use super::Node;
use super::motor::Drive;

/// Bit of the statusword: it is commanded over the network.
const REMOTE: u16 = 1 << 9;

impl Node {
    /// A controlword came.
    pub(super) fn obey(&mut self, word: u16, out: &mut Vec<Frame>) {
        use PowerState::{
            Fault, FaultReaction, NotReady, OperationEnabled, QuickStopActive, ReadyToSwitchOn, SwitchOnDisabled,
            SwitchedOn,
        };
        let risen = word & !self.word & 0x80 != 0;
        self.word = word;
        self.dictionary.live.set(Object::Controlword, i32::from(word));
        let (voltage, no_quick_stop) = (word & 2 != 0, word & 4 != 0);
        let next = match self.power {
            NotReady | FaultReaction => self.power,
            Fault if risen && !self.cut => {
                self.tell(0, out);
                SwitchOnDisabled
            }
            Fault => Fault,
            _ if !voltage => SwitchOnDisabled,
            OperationEnabled if !no_quick_stop => return self.quick_stop(),
            QuickStopActive if !no_quick_stop => QuickStopActive,
            _ if !no_quick_stop => SwitchOnDisabled,
            state => match (state, word & 0x0F) {
                (SwitchOnDisabled | SwitchedOn | OperationEnabled, 0x06 | 0x0E) => ReadyToSwitchOn,
                (ReadyToSwitchOn, 0x07 | 0x0F) | (OperationEnabled, 0x07) => SwitchedOn,
                (SwitchedOn, 0x0F) if self.mode().is_some() => OperationEnabled,
                (QuickStopActive, 0x0F) if self.may_go_on() => OperationEnabled,
                _ => state,
            },
        };
        self.power = next;
    }

    /// Out of a quick stop in which it stays it may be led on once it stands.
    fn may_go_on(&self) -> bool {
        self.dictionary.number(0x605A, 0) >= 5 && self.motor.is_still() && self.mode().is_some()
    }

    fn quick_stop(&mut self) {
        let brakes = self.dictionary.number(0x605A, 0) != 0;
        self.power = if brakes { PowerState::QuickStopActive } else { PowerState::SwitchOnDisabled };
    }

    /// What it does when it loses its master.
    pub(super) fn abort_connection(&mut self) {
        let idle = !matches!(
            self.power,
            PowerState::OperationEnabled | PowerState::QuickStopActive | PowerState::FaultReaction | PowerState::Fault
        );
        match self.dictionary.number(0x6007, 0) {
            1 if self.power != PowerState::Fault => self.power = PowerState::FaultReaction,
            2 if self.power != PowerState::Fault => self.power = PowerState::SwitchOnDisabled,
            3 if self.power == PowerState::OperationEnabled => self.quick_stop(),
            3 if idle => self.power = PowerState::SwitchOnDisabled,
            _ => {}
        }
    }

    /// Something inside is wrong.
    pub(super) fn fail(&mut self, code: u16, out: &mut Vec<Frame>) {
        self.tell(code, out);
        if code != 0 {
            self.power = PowerState::FaultReaction;
        }
    }

    /// One millisecond of the motor, and what follows from where it is.
    pub(super) fn move_on(&mut self, now: i64, out: &mut Vec<Frame>) {
        let rate = f64::from(self.dictionary.number(0x6085, 0)) / self.params.counts;
        let reacts = self.dictionary.number(0x605E, 0) != 0;
        let drive = match (self.power, self.mode()) {
            (PowerState::OperationEnabled, Some(mode)) => Drive::Follow(mode, self.setpoint(mode)),
            (PowerState::QuickStopActive, _) => Drive::Brake(rate),
            (PowerState::FaultReaction, _) if reacts => Drive::Brake(rate),
            _ => Drive::Free,
        };
        let (drive, load) = self.burden(now, drive);
        let most = f64::from(self.dictionary.number(0x6072, 0)) / 1000.0 * self.params.rated_torque;
        self.motor.step(&self.params, drive, load, most, 0.001);
        let stands = self.motor.is_still();
        match self.power {
            PowerState::QuickStopActive if stands && self.dictionary.number(0x605A, 0) < 5 => {
                self.power = PowerState::SwitchOnDisabled;
            }
            PowerState::FaultReaction if stands || !reacts => self.power = PowerState::Fault,
            _ => {}
        }
        self.watch_following(now, out);
    }

    /// What the motor works against; the brake of a winch closes a little after its power is gone.
    fn burden(&mut self, now: i64, drive: Drive) -> (Drive, f64) {
        let Some(rope) = &mut self.rope else { return (drive, self.params.gravity * self.motor.q.sin()) };
        rope.step([self.motor.q, self.motor.dq], f64::from(self.dictionary.number(0x2002, 0)), 0.001);
        let braked = rope.is_braked(now, drive == Drive::Free);
        (if braked { Drive::Brake(f64::INFINITY) } else { drive }, rope.force)
    }

    fn setpoint(&self, mode: Mode) -> f64 {
        let target = f64::from(self.dictionary.live.get(mode.target()));
        match mode {
            Mode::Torque => target / 1000.0 * self.params.rated_torque,
            Mode::Velocity | Mode::Position => target / self.params.counts,
        }
    }

    fn watch_following(&mut self, now: i64, out: &mut Vec<Frame>) {
        let follows = self.power == PowerState::OperationEnabled && self.mode() == Some(Mode::Position);
        let window = f64::from(self.dictionary.number(0x6065, 0)) / self.params.counts;
        if !follows || (self.setpoint(Mode::Position) - self.motor.q).abs() <= window {
            self.following_since = None;
            return;
        }
        let since = *self.following_since.get_or_insert(now);
        if now - since >= i64::from(self.dictionary.number(0x6066, 0)) * 1_000_000 {
            self.fail(0x8611, out);
        }
    }

    /// Brings what it tells up to date.
    pub(super) fn show(&mut self) {
        let mut word = self.power.statusword() | REMOTE;
        if self.power == PowerState::OperationEnabled {
            word |= if self.motor.limited { LIMIT_ACTIVE } else { 0 };
            word |= if self.following_since.is_some() { FOLLOWING_ERROR } else { 0 };
        }
        let (counts, rated) = (self.params.counts, self.params.rated_torque);
        let mode = self.dictionary.live.get(Object::Mode);
        for (object, value) in [
            (Object::Statusword, i32::from(word)),
            (Object::ModeDisplay, mode),
            (Object::Position, (self.motor.q * counts).round() as i32),
            (Object::Velocity, (self.motor.dq * counts).round() as i32),
            (Object::Load, self.rope.map_or(0, |rope| rope.digits())),
            (Object::Torque, (self.motor.torque / rated * 1000.0).round() as i32),
        ] {
            self.dictionary.live.set(object, value);
        }
    }
}
