//! All drives of one bus: what goes out in a tick, and what everything that comes in means.

use super::axis::{Axis, Want};
use super::cia301::{
    EMCY, HEARTBEAT, NMT, NmtCommand, NmtState, RPDO, SDO_ANSWER, SDO_REQUEST, SYNC, TPDO, heartbeat, sync,
};
use super::digest::{News, Read, Reader};
use super::network::NetworkParams;
use super::pace::{Lateness, Pace};
use super::{Frame, Goal, Trouble};
use gaitloop_core::types::{N_JOINTS, NS, Reading, Sample};

/// Most drives of a bus.
pub const AXES: usize = 8;
/// Room for the frames of a tick.
const ROOM: usize = 3 * AXES + 4;
/// Accepted number of frames that nobody should send, in a second.
const GARBAGE: u32 = 5;
/// Status of a joint that follows, on a bus that is late, and that goes on being late.
const LATE: [f64; 2] = [2.0, 3.0];
/// That second [ns].
const SECOND: i64 = 1_000_000_000;

/// Frames of one tick, in the order in which they go out.
#[derive(Clone, Debug)]
pub struct Outbox {
    frames: [Frame; ROOM],
    len: usize,
}

impl Default for Outbox {
    fn default() -> Self {
        Self { frames: [Frame::default(); ROOM], len: 0 }
    }
}

impl Outbox {
    /// The frames.
    #[must_use]
    pub fn frames(&self) -> &[Frame] {
        &self.frames[..self.len]
    }

    fn put(&mut self, frame: Frame) {
        if let Some(place) = self.frames.get_mut(self.len) {
            *place = frame;
            self.len += 1;
        }
    }
}

/// What a drive moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A joint, by its number.
    Joint(usize),
    /// The belt.
    Belt,
    /// The rope of the body-weight support.
    Winch,
}

/// What all drives are asked for in a tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Orders {
    /// The command holds; without, no drive hears anything of its master.
    pub lease: bool,
    /// The drives may be powered.
    pub enable: bool,
    /// Drives that stopped may come back.
    pub clear: bool,
    /// Torque of each joint [N·m].
    pub torque: [f64; N_JOINTS],
    /// Speed of the belt [m/s].
    pub belt_speed: f64,
    /// Force that the rope is to carry [N]; where it is none the rope stands.
    pub support_force: Option<f64>,
}

/// All drives of one bus.
#[derive(Clone, Debug)]
pub struct Master {
    parts: Vec<Part>,
    axes: Vec<Axis>,
    read: Vec<Option<Read>>,
    reader: Reader,
    node: u8,
    beat_every: u64,
    ask_every: u64,
    panel: Option<(usize, u8)>,
    inputs: Option<(u32, i64)>,
    ticks: u64,
    garbage: u32,
    garbage_since: i64,
    counted: u64,
    pace: Pace,
    lateness: Lateness,
}

impl Master {
    /// Drives of which nothing is known yet.
    #[must_use]
    pub fn new(network: &NetworkParams, axes: Vec<(Part, Axis)>) -> Self {
        let (parts, axes): (Vec<_>, Vec<_>) = axes.into_iter().unzip();
        let nodes = axes.iter().map(|axis| (axis.params().node, axis.params().winch.is_some())).collect();
        Self {
            parts,
            read: vec![None; axes.len()],
            reader: Reader::new(nodes, network.objects.clone(), network.node),
            axes,
            node: network.node,
            beat_every: network.ticks_per_beat(),
            ask_every: network.ticks_per_question(),
            panel: network.panel,
            inputs: None,
            ticks: 0,
            garbage: 0,
            garbage_since: 0,
            counted: 0,
            pace: Pace::new(network.rate),
            lateness: Lateness::None,
        }
    }

    /// The drives.
    #[must_use]
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// Frames that nobody should have sent, or of a wrong length, since the start.
    #[must_use]
    pub fn garbage(&self) -> u64 {
        self.counted
    }

    /// How late the answers of the drives are.
    #[must_use]
    pub fn lateness(&self) -> Lateness {
        self.lateness
    }

    /// Something is wrong with the bus, and so with every drive.
    pub fn blame_all(&mut self, trouble: Trouble) {
        self.axes.iter_mut().for_each(|axis| axis.blame(trouble));
    }

    /// A line that was no frame.
    pub fn count_garbage(&mut self, t: i64) {
        self.counted = self.counted.saturating_add(1);
        if t.saturating_sub(self.garbage_since) >= SECOND {
            (self.garbage, self.garbage_since) = (0, t);
        }
        self.garbage = self.garbage.saturating_add(1);
        if self.garbage > GARBAGE {
            self.blame_all(Trouble::Garbage);
        }
    }

    /// A frame came at `t` [ns].
    pub fn receive(&mut self, frame: &Frame, t: i64) {
        if !frame.is_remote() && self.is_foreign(frame.id()) {
            self.blame_all(Trouble::SecondMaster);
        } else if frame.is_remote() || !self.take(frame, t) {
            self.count_garbage(t);
        }
    }

    /// Whether only a master sends this.
    fn is_foreign(&self, id: u16) -> bool {
        let to_drive = |base: u16| id > base && id < base + 0x80 && self.axis_of((id - base) as u8).is_some();
        let own_beat = HEARTBEAT + u16::from(self.node);
        let commands = (0..4).any(|n| to_drive(RPDO + n * 0x100));
        [NMT, SYNC, own_beat].contains(&id) || commands || to_drive(SDO_REQUEST)
    }

    fn axis_of(&self, node: u8) -> Option<usize> {
        self.axes.iter().position(|axis| axis.params().node == node)
    }

    /// False where nobody should have sent it.
    fn take(&mut self, frame: &Frame, t: i64) -> bool {
        let (group, data) = (frame.id() & 0x780, frame.data());
        let Some(at) = self.axis_of((frame.id() & 0x7F) as u8) else { return false };
        match group {
            EMCY => self.axes[at].emergency_came(data),
            TPDO => self.axes[at].tell(0, data),
            _ if group == TPDO + 0x100 => self.axes[at].tell(1, data),
            _ if group == TPDO + 0x200 && self.parts[at] == Part::Winch => self.axes[at].tell(2, data),
            _ if group == TPDO + 0x200 => self.take_inputs(at, data, t),
            SDO_ANSWER => self.take_answer(at, data),
            HEARTBEAT => self.axes[at].heartbeat(data, t),
            _ => false,
        }
    }

    fn take_inputs(&mut self, at: usize, data: &[u8], t: i64) -> bool {
        match (self.panel, <[u8; 4]>::try_from(data)) {
            (Some((axis, _)), Ok(bytes)) if axis == at => {
                self.inputs = Some((u32::from_le_bytes(bytes), t));
                true
            }
            _ => false,
        }
    }

    fn take_answer(&mut self, at: usize, data: &[u8]) -> bool {
        match self.reader.answer(at, data) {
            Some(News::ErrorRegister(axis, register)) => self.axes[axis].error_register(register),
            Some(News::Read(axis, read)) => {
                self.axes[axis].was_read(read.digest);
                let before = self.read[axis].replace(read);
                if before.is_some_and(|before| before.digest != read.digest) {
                    self.axes[axis].blame(Trouble::ConfigurationChanged);
                }
            }
            Some(News::None) => {}
            None => return false,
        }
        true
    }

    /// What goes out in the tick at `t` [ns].
    pub fn step(&mut self, t: i64, orders: &Orders) -> Outbox {
        let mut out = Outbox::default();
        let silent = self.axes.iter().map(Axis::silent).max().unwrap_or(0);
        self.lateness = self.pace.step(silent, orders.lease && orders.enable);
        let beat = self.ticks.is_multiple_of(self.beat_every);
        if orders.lease && beat {
            out.put(heartbeat(self.node, NmtState::Operational));
        }
        for (part, axis) in self.parts.iter().zip(&mut self.axes) {
            let setpoint = match part {
                Part::Joint(joint) => orders.torque.get(*joint).copied().unwrap_or(0.0),
                Part::Belt => orders.belt_speed,
                Part::Winch => orders.support_force.unwrap_or(0.0),
            };
            let (enable, clear) = (orders.enable && orders.lease, orders.clear && orders.lease);
            let want = Want { enable, clear, setpoint, pull: orders.support_force.is_some() };
            let (frame, start) = axis.step(t, &want);
            if orders.lease {
                out.put(frame);
                start.into_iter().for_each(|frame| out.put(frame));
            }
        }
        if self.ticks.is_multiple_of(self.ask_every) {
            self.reader.ask(t).into_iter().for_each(|frame| out.put(frame));
        }
        // Last, so that drives which wait for it act on what came before it.
        out.put(sync());
        self.axes.iter_mut().for_each(|axis| axis.begin_cycle(t));
        self.ticks += 1;
        out
    }

    /// What starts the drives on the network.
    pub fn start(&self) -> impl Iterator<Item = Frame> + '_ {
        self.axes.iter().map(|axis| NmtCommand::Start.frame(axis.params().node))
    }

    /// Whether every drive has told where it is, and the panel what is pressed.
    #[must_use]
    pub fn is_awake(&self, t: i64) -> bool {
        self.axes.iter().all(|axis| axis.feedback(t).is_some()) && (self.panel.is_none() || self.inputs.is_some())
    }

    /// From now on every drive is brought to `goal`, whatever it is asked for.
    pub fn quit(&mut self, goal: Goal) {
        self.axes.iter_mut().for_each(|axis| axis.quit(goal));
    }

    /// What the drives told, for the tick at `t` [ns].
    #[must_use]
    pub fn sample(&self, t: i64) -> Sample {
        let mut sample = Sample { t, ..Sample::default() };
        let mut oldest = t;
        for (at, (part, axis)) in self.parts.iter().zip(&self.axes).enumerate() {
            let feedback = axis.feedback(t);
            match (part, feedback) {
                (Part::Joint(joint), Some(seen)) => {
                    put(&mut sample.q, *joint, seen.position);
                    put(&mut sample.dq, *joint, seen.velocity);
                    put(&mut sample.q_motor, *joint, seen.position);
                    oldest = oldest.min(seen.stamp);
                }
                (Part::Belt, Some(seen)) => sample.belt_speed = Reading::new([seen.velocity], seen.stamp),
                (Part::Winch, Some(seen)) => {
                    sample.rope_force = Reading::new([seen.load], seen.stamp);
                    sample.rope_position = Reading::new([seen.position], seen.stamp);
                }
                (_, None) => {}
            }
            if let Part::Joint(joint) = part {
                put(&mut sample.drive_status, *joint, self.status(axis));
                if let Some(read) = self.read[at] {
                    put(&mut sample.drive_digest, *joint, read.digest);
                    put(&mut sample.drive_watchdog, *joint, read.watchdog);
                }
            }
        }
        for stamp in [&mut sample.q.stamp, &mut sample.dq.stamp, &mut sample.q_motor.stamp] {
            *stamp = oldest;
        }
        sample.drive_status.stamp = t;
        let read = self.read.iter().flatten().map(|read| read.stamp).min().unwrap_or(0);
        (sample.drive_digest.stamp, sample.drive_watchdog.stamp) = (read, read);
        self.put_buttons(&mut sample, t);
        sample
    }

    /// Status of a joint: belt and winch have none of their own in a sample, and no joint moves without them.
    fn status(&self, joint: &Axis) -> f64 {
        let own = joint.status();
        let beside = self.parts.iter().zip(&self.axes).filter(|(part, _)| !matches!(part, Part::Joint(_)));
        let troubled = beside.into_iter().any(|(_, axis)| axis.trouble().is_some());
        let follows = own == 1.0;
        match self.lateness {
            _ if troubled && own >= 0.0 => Trouble::OtherPart.status(),
            Lateness::Late if follows => LATE[0],
            Lateness::Still if follows => LATE[1],
            _ => own,
        }
    }

    fn put_buttons(&self, sample: &mut Sample, t: i64) {
        let (Some((axis, first)), Some((inputs, stamp))) = (self.panel, self.inputs) else { return };
        let oldest = self.axes.get(axis).map_or(0.0, |axis| axis.params().feedback_age_max);
        if (t.saturating_sub(stamp) as f64) < oldest * NS {
            let pressed = |button| f64::from(u8::from(inputs >> (u32::from(first) + button) & 1 == 1));
            sample.buttons = Reading::new([0, 1, 2, 3, 4, 5, 6, 7].map(pressed), stamp);
        }
    }
}

fn put(reading: &mut Reading<N_JOINTS>, joint: usize, value: f64) {
    if let (Some(place), Some(valid)) = (reading.value.get_mut(joint), reading.valid.get_mut(joint)) {
        (*place, *valid) = (value, true);
    }
}

#[cfg(test)]
mod tests;
