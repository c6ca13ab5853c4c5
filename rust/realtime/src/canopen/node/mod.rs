//! A simulated servo drive on CANopen: dictionary, process data, heartbeat both ways, emergencies, and a state machine
//! that stops by itself. Times come from outside; what it sends goes into a list.

mod dictionary;
mod motor;
mod power;
mod rope;
mod serve;
mod server;

pub use dictionary::Abort;
pub use rope::RopeParams;
pub use serve::{Change, Group, Lines};

use super::cia301::{
    Emergency, HEARTBEAT, HEARTBEAT_LOST, NMT, NmtCommand, NmtState, RPDO_LATE, SDO_REQUEST, heartbeat,
};
use super::params::Mode;
use super::{Frame, Mapping, Object, PowerState, Values};
use dictionary::Dictionary;
use gaitloop_core::Result;
use gaitloop_core::error::in_range;
use motor::Motor;
use rope::Rope;
use server::Server;

/// Step of the motor [ns].
const STEP: i64 = 1_000_000;
/// A longer pause is not made up for [ns].
const LONGEST: i64 = 1_000_000_000;
/// Bits of the error register: generic, and communication.
const COMMUNICATION: u32 = 0x11;

/// A simulated drive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NodeParams {
    /// Its number, 1 to 126.
    pub node: u8,
    /// Its serial number.
    pub serial: u32,
    /// Counts for each rad of the joint, or metre of the rope [-], 1 to 1e8.
    pub counts: f64,
    /// Torque at the joint [N·m], or force on the rope [N], at the rated torque, 0.1 to 2000.
    pub rated_torque: f64,
    /// Inertia of what it moves [kg·m²], or mass as the rope feels it [kg], 1e-4 to 100.
    pub inertia: f64,
    /// Friction [N·m·s/rad or N·s/m], 0 to 1000.
    pub friction: f64,
    /// Torque of the limb's weight when it is horizontal [N·m], 0 to 1000.
    pub gravity: f64,
    /// Angle [rad], or place of the rope [m], at the start, -3 to 3.
    pub position: f64,
    /// Friction that does not depend on speed [N·m], 0 to 1000.
    pub coulomb: f64,
    /// The rope that it winds and who hangs on it, where it is a winch; it then has a brake.
    pub rope: Option<RopeParams>,
}

impl NodeParams {
    /// Accepts what lies in its ranges.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first that does not.
    pub fn check(self) -> Result<Self> {
        in_range("node", f64::from(self.node), 1.0, 126.0)?;
        in_range("counts", self.counts, 1.0, 1e8)?;
        in_range("rated_torque", self.rated_torque, 0.1, 2000.0)?;
        in_range("inertia", self.inertia, 1e-4, 100.0)?;
        in_range("friction", self.friction, 0.0, 1000.0)?;
        in_range("gravity", self.gravity, 0.0, 1000.0)?;
        in_range("position", self.position, -3.0, 3.0)?;
        in_range("coulomb", self.coulomb, 0.0, 1000.0)?;
        self.rope.map(RopeParams::check).transpose()?;
        Ok(self)
    }
}

/// A simulated drive at work.
#[derive(Clone, Debug)]
pub struct Node {
    params: NodeParams,
    dictionary: Dictionary,
    server: Server,
    motor: Motor,
    rope: Option<Rope>,
    nmt: NmtState,
    power: PowerState,
    word: u16,
    held: Option<Values>,
    syncs: u32,
    t: Option<i64>,
    beat: i64,
    master: Option<i64>,
    heard: Option<i64>,
    cut: bool,
    following_since: Option<i64>,
    sent_at: [i64; 3],
}

impl Node {
    /// A drive that has not booted yet.
    ///
    /// # Errors
    /// As [`NodeParams::check`].
    pub fn new(params: NodeParams) -> Result<Self> {
        let params = params.check()?;
        let mut node = Self {
            dictionary: Dictionary::new(&params),
            server: Server::default(),
            motor: Motor::at(params.position),
            rope: params.rope.map(|rope| Rope::new(rope, params.position)),
            params,
            nmt: NmtState::BootUp,
            power: PowerState::NotReady,
            word: 0,
            held: None,
            syncs: 0,
            t: None,
            beat: 0,
            master: None,
            heard: None,
            cut: false,
            following_since: None,
            sent_at: [0; 3],
        };
        node.show();
        Ok(node)
    }

    /// Its number.
    #[must_use]
    pub fn number(&self) -> u8 {
        self.params.node
    }

    /// State of the drive.
    #[must_use]
    pub fn power(&self) -> PowerState {
        self.power
    }

    /// State on the network.
    #[must_use]
    pub fn nmt(&self) -> NmtState {
        self.nmt
    }

    /// Angle [rad] and velocity [rad/s] of the joint, or place [m] and speed [m/s] of the rope.
    #[must_use]
    pub fn motion(&self) -> [f64; 2] {
        [self.motor.q, self.motor.dq]
    }

    /// Inputs that the operator's buttons are wired to, all 32 bits.
    pub fn set_inputs(&mut self, inputs: u32) {
        self.dictionary.live.set(Object::DigitalInputs, inputs as i32);
    }

    /// Goes on to `t` [ns].
    pub fn advance(&mut self, t: i64, out: &mut Vec<Frame>) {
        let mut now = *self.t.get_or_insert(t);
        if self.nmt == NmtState::BootUp {
            self.boot(t, out);
        }
        now = now.max(t - LONGEST);
        while now + STEP <= t {
            now += STEP;
            self.watch(now, out);
            self.work(now, out);
        }
        self.t = Some(now);
        self.beat(t, out);
    }

    fn boot(&mut self, t: i64, out: &mut Vec<Frame>) {
        out.push(heartbeat(self.params.node, NmtState::BootUp));
        (self.nmt, self.power) = (NmtState::PreOperational, PowerState::SwitchOnDisabled);
        (self.master, self.heard, self.cut, self.held, self.beat) = (None, None, false, None, t);
        self.show();
    }

    fn beat(&mut self, t: i64, out: &mut Vec<Frame>) {
        let every = i64::from(self.dictionary.number(0x1017, 0)) * 1_000_000;
        if every > 0 && t - self.beat >= every {
            self.beat = if t - self.beat >= 2 * every { t } else { self.beat + every };
            out.push(heartbeat(self.params.node, self.nmt));
        }
    }

    /// Looks whether the master is still there.
    fn watch(&mut self, now: i64, out: &mut Vec<Frame>) {
        let consumer = self.dictionary.number(0x1016, 1);
        let limit = i64::from(consumer & 0xFFFF) * 1_000_000;
        if limit > 0 && !self.cut && self.master.is_some_and(|last| now - last >= limit) {
            self.lose(HEARTBEAT_LOST, out);
        }
        let deadline = i64::from(self.dictionary.number(0x1400, 5)) * 1_000_000;
        let late = self.heard.is_some_and(|last| now - last >= deadline);
        if deadline > 0 && !self.cut && self.nmt == NmtState::Operational && late {
            self.lose(RPDO_LATE, out);
        }
    }

    /// The master is gone.
    fn lose(&mut self, code: u16, out: &mut Vec<Frame>) {
        self.cut = true;
        self.tell(code, out);
        if self.nmt == NmtState::Operational {
            self.nmt = match self.dictionary.number(0x1029, 1) {
                0 => NmtState::PreOperational,
                2 => NmtState::Stopped,
                _ => self.nmt,
            };
        }
        self.abort_connection();
    }

    fn tell(&mut self, code: u16, out: &mut Vec<Frame>) {
        let known = self.dictionary.number(0x1001, 0);
        let register = match code {
            0 => 0,
            HEARTBEAT_LOST | RPDO_LATE => known | COMMUNICATION,
            _ => known | 1,
        };
        self.dictionary.set(0x1001, 0, register);
        self.dictionary.live.set(Object::ErrorCode, i32::from(code));
        out.push(Emergency { code, register: register as u8 }.frame(self.params.node));
    }

    /// The master is back; a fault stays until it is reset.
    fn find(&mut self, out: &mut Vec<Frame>) {
        self.cut = false;
        if !matches!(self.power, PowerState::Fault | PowerState::FaultReaction) {
            self.tell(0, out);
        }
    }

    /// A frame came at `t` [ns].
    pub fn receive(&mut self, frame: &Frame, t: i64, out: &mut Vec<Frame>) {
        self.advance(t, out);
        if frame.is_remote() {
            return;
        }
        let (id, data, own) = (frame.id(), frame.data(), u16::from(self.params.node));
        match id {
            NMT => self.manage(data, t, out),
            _ if id == SDO_REQUEST + own && self.nmt != NmtState::Stopped => self.serve(data, out),
            _ if u32::from(id) == self.dictionary.number(0x1005, 0) & 0x7FF => self.synchronise(out),
            _ if self.is_command(id) => self.command(data, t, out),
            _ if self.is_master(id) => {
                self.master = Some(t);
                if self.cut && self.dictionary.live.word(Object::ErrorCode) == HEARTBEAT_LOST {
                    self.find(out);
                }
            }
            _ => {}
        }
    }

    fn is_command(&self, id: u16) -> bool {
        let cob = self.dictionary.number(0x1400, 1);
        self.nmt == NmtState::Operational && cob >> 31 == 0 && u32::from(id) == cob & 0x7FF
    }

    fn is_master(&self, id: u16) -> bool {
        let consumer = self.dictionary.number(0x1016, 1);
        consumer & 0xFFFF > 0 && u32::from(id) == u32::from(HEARTBEAT) + (consumer >> 16 & 0x7F)
    }

    fn manage(&mut self, data: &[u8], t: i64, out: &mut Vec<Frame>) {
        let &[command, node] = data else { return };
        if node != 0 && node != self.params.node {
            return;
        }
        let was = self.nmt;
        match NmtCommand::of(command) {
            Some(NmtCommand::Start) => self.nmt = NmtState::Operational,
            Some(NmtCommand::Stop) => self.nmt = NmtState::Stopped,
            Some(NmtCommand::PreOperational) => self.nmt = NmtState::PreOperational,
            Some(NmtCommand::ResetNode) => {
                let (motor, inputs) = (self.motor, self.dictionary.live.get(Object::DigitalInputs));
                (self.dictionary, self.server) = (Dictionary::new(&self.params), Server::default());
                self.dictionary.live.set(Object::DigitalInputs, inputs);
                self.motor = motor;
                self.boot(t, out);
            }
            Some(NmtCommand::ResetCommunication) => self.boot(t, out),
            None => {}
        }
        if was == NmtState::Operational && self.nmt != was && self.power == PowerState::OperationEnabled {
            self.abort_connection();
        }
        if self.nmt != was {
            self.heard = None;
        }
    }

    fn serve(&mut self, data: &[u8], out: &mut Vec<Frame>) {
        let (number, configurable) = (self.params.node, self.nmt == NmtState::PreOperational);
        let mut written = None;
        let answer = self.server.answer(number, data, &mut self.dictionary, |dictionary, (index, sub, value)| {
            let process_data = matches!(index, 0x1400..=0x1BFF);
            if process_data && !configurable {
                return Err(Abort::State);
            }
            dictionary.write(index, sub, &value)?;
            written = Some(index);
            Ok(())
        });
        out.extend(answer);
        match written {
            Some(0x6040) => self.obey(self.dictionary.live.word(Object::Controlword), out),
            Some(0x2001) => self.fail(self.dictionary.number(0x2001, 0) as u16, out),
            Some(0x1016) => self.master = None,
            Some(0x1017) => self.beat = self.t.unwrap_or(0),
            _ => {}
        }
        self.show();
    }

    fn mapping(&self, list: u16) -> Option<Mapping> {
        let objects = self.dictionary.mapped(list, self.dictionary.number(list, 0)).ok()?;
        Mapping::new(&objects).ok()
    }

    /// Process data came; they count at once, or at the next synchronisation.
    fn command(&mut self, data: &[u8], t: i64, out: &mut Vec<Frame>) {
        let Some(mapping) = self.mapping(0x1600) else { return };
        let mut values = self.dictionary.live;
        if !mapping.decode(data, &mut values) {
            self.tell(0x8210, out);
            return;
        }
        self.heard = Some(t);
        if self.cut && self.dictionary.live.word(Object::ErrorCode) == RPDO_LATE {
            self.find(out);
        }
        if self.dictionary.number(0x1400, 2) <= 240 {
            self.held = Some(values);
        } else {
            self.take(&values, out);
        }
    }

    fn take(&mut self, values: &Values, out: &mut Vec<Frame>) {
        for object in [Object::Mode, Object::TargetTorque, Object::TargetPosition, Object::TargetVelocity] {
            self.dictionary.live.set(object, values.get(object));
        }
        self.obey(values.word(Object::Controlword), out);
    }

    fn synchronise(&mut self, out: &mut Vec<Frame>) {
        if self.nmt != NmtState::Operational {
            return;
        }
        self.syncs = self.syncs.wrapping_add(1);
        if let Some(values) = self.held.take() {
            self.take(&values, out);
        }
        self.show();
        for n in 0..3 {
            let every = self.dictionary.number(0x1800 + n, 2);
            if (1..=240).contains(&every) && self.syncs.is_multiple_of(every) {
                self.send(n, out);
            }
        }
    }

    fn send(&mut self, n: u16, out: &mut Vec<Frame>) {
        let cob = self.dictionary.number(0x1800 + n, 1);
        let Some(mapping) = self.mapping(0x1A00 + n).filter(|_| cob >> 31 == 0) else { return };
        out.push(Frame::of((cob & 0x7FF) as u16, mapping.encode(&self.dictionary.live), mapping.len()));
    }

    /// One step of the motor, and process data that go by time.
    fn work(&mut self, now: i64, out: &mut Vec<Frame>) {
        self.move_on(now, out);
        self.show();
        for n in 0..3_u16 {
            let (kind, every) = (self.dictionary.number(0x1800 + n, 2), self.dictionary.number(0x1800 + n, 5));
            let due = now - self.sent_at[usize::from(n)] >= i64::from(every) * 1_000_000;
            if self.nmt == NmtState::Operational && kind >= 254 && every > 0 && due {
                self.sent_at[usize::from(n)] = now;
                self.send(n, out);
            }
        }
    }

    fn mode(&self) -> Option<Mode> {
        let asked = self.dictionary.live.get(Object::Mode);
        [Mode::Torque, Mode::Velocity, Mode::Position].into_iter().find(|mode| *mode as i32 == asked)
    }
}

#[cfg(test)]
mod tests;
