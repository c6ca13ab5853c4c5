//! The parts of CiA 301 that a master of drives needs: identifiers, network management, heartbeat, emergencies, SDO.

use super::Frame;

/// Network management.
pub const NMT: u16 = 0x000;
/// Synchronisation.
pub const SYNC: u16 = 0x080;
/// Emergency of a node, plus its number.
pub const EMCY: u16 = 0x080;
/// First process data that a node sends, plus its number; the others follow at distances of 0x100.
pub const TPDO: u16 = 0x180;
/// First process data that a node receives, plus its number; the others follow at distances of 0x100.
pub const RPDO: u16 = 0x200;
/// Answers of a node's dictionary, plus its number.
pub const SDO_ANSWER: u16 = 0x580;
/// Questions to a node's dictionary, plus its number.
pub const SDO_REQUEST: u16 = 0x600;
/// Heartbeat and boot-up, plus the node's number.
pub const HEARTBEAT: u16 = 0x700;

/// Emergency code of a heartbeat that was missed.
pub const HEARTBEAT_LOST: u16 = 0x8130;
/// Emergency code of process data that did not come in time.
pub const RPDO_LATE: u16 = 0x8250;

/// State of a node on the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum NmtState {
    /// It has just booted.
    BootUp = 0,
    /// It does nothing but network management.
    Stopped = 4,
    /// It exchanges process data.
    Operational = 5,
    /// Its dictionary can be reached, process data are not exchanged.
    PreOperational = 127,
}

impl NmtState {
    /// The state in a heartbeat; none where there is no such state.
    #[must_use]
    pub fn of(byte: u8) -> Option<Self> {
        [Self::BootUp, Self::Stopped, Self::Operational, Self::PreOperational].into_iter().find(|s| *s as u8 == byte)
    }
}

/// What a node may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum NmtCommand {
    /// Exchange process data.
    Start = 1,
    /// Stop doing so, and everything else.
    Stop = 2,
    /// Be reached through the dictionary only.
    PreOperational = 128,
    /// Boot.
    ResetNode = 129,
    /// Boot the part that communicates.
    ResetCommunication = 130,
}

impl NmtCommand {
    /// The command with this number; none where there is none.
    #[must_use]
    pub fn of(byte: u8) -> Option<Self> {
        let all = [Self::Start, Self::Stop, Self::PreOperational, Self::ResetNode, Self::ResetCommunication];
        all.into_iter().find(|command| *command as u8 == byte)
    }

    /// The frame that tells a node, or with number 0 all of them.
    #[must_use]
    pub fn frame(self, node: u8) -> Frame {
        Frame::of(NMT, [self as u8, node, 0, 0, 0, 0, 0, 0], 2)
    }
}

/// The heartbeat of a node.
#[must_use]
pub fn heartbeat(node: u8, state: NmtState) -> Frame {
    Frame::of(HEARTBEAT + u16::from(node), [state as u8, 0, 0, 0, 0, 0, 0, 0], 1)
}

/// The synchronisation without a counter.
#[must_use]
pub fn sync() -> Frame {
    Frame::of(SYNC, [0; 8], 0)
}

/// An emergency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emergency {
    /// What is wrong; 0 when nothing is any more.
    pub code: u16,
    /// Error register, a bit for each group of errors.
    pub register: u8,
}

impl Emergency {
    /// What a frame says; none where it has another length than eight bytes.
    #[must_use]
    pub fn of(data: &[u8]) -> Option<Self> {
        let data: [u8; 8] = data.try_into().ok()?;
        Some(Self { code: u16::from_le_bytes([data[0], data[1]]), register: data[2] })
    }

    /// As a frame of a node.
    #[must_use]
    pub fn frame(&self, node: u8) -> Frame {
        let [low, high] = self.code.to_le_bytes();
        Frame::of(EMCY + u16::from(node), [low, high, self.register, 0, 0, 0, 0, 0], 8)
    }
}

/// The group that an emergency's code belongs to.
#[must_use]
pub fn emergency_group(code: u16) -> &'static str {
    match code {
        0 => "no error",
        HEARTBEAT_LOST => "heartbeat of the master missed",
        RPDO_LATE => "process data of the master late",
        _ => match code >> 8 {
            0x20..=0x2F => "current",
            0x30..=0x3F => "voltage",
            0x40..=0x4F => "temperature",
            0x50..=0x5F => "hardware of the drive",
            0x60..=0x6F => "software of the drive",
            0x70..=0x7F => "additional module, sensor or motor",
            0x80..=0x81 => "communication",
            0x82..=0x8F => "protocol, or torque, speed or position",
            0x90..=0x9F => "external error",
            0xF0..=0xFE => "additional function",
            0xFF => "the maker's own",
            _ => "generic error",
        },
    }
}

/// Answer of a node's dictionary to a question about a value of at most four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The value, little-endian, and its length.
    Value([u8; 4], usize),
    /// A longer value, which is not fetched.
    Longer,
    /// It refused, with this code.
    Abort(u32),
}

/// Asks a node for a value.
#[must_use]
pub fn upload(node: u8, index: u16, sub: u8) -> Frame {
    let [low, high] = index.to_le_bytes();
    Frame::of(SDO_REQUEST + u16::from(node), [0x40, low, high, sub, 0, 0, 0, 0], 8)
}

/// The answer to such a question; none where it answers something else, or makes no sense.
#[must_use]
pub fn upload_answer(data: &[u8], index: u16, sub: u8) -> Option<Answer> {
    let data: [u8; 8] = data.try_into().ok()?;
    let [low, high] = index.to_le_bytes();
    if data[1..4] != [low, high, sub] {
        return None;
    }
    let value = [data[4], data[5], data[6], data[7]];
    match data[0] {
        0x80 => Some(Answer::Abort(u32::from_le_bytes(value))),
        0x40 | 0x41 => Some(Answer::Longer),
        0x42 => Some(Answer::Value(value, 4)),
        0x43 | 0x47 | 0x4B | 0x4F => Some(Answer::Value(value, 4 - usize::from(data[0] >> 2 & 3))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    #[test]
    fn frames_are_those_of_the_standard() {
        assert_eq!((NmtCommand::Start.frame(5).id(), NmtCommand::Start.frame(5).data()), (0, &[1, 5][..]));
        assert_eq!((heartbeat(127, NmtState::Operational).id(), sync().id()), (0x77F, 0x80));
        assert_eq!(heartbeat(1, NmtState::PreOperational).data(), [0x7F]);
        let lost = Emergency { code: HEARTBEAT_LOST, register: 0x11 };
        assert_eq!((lost.frame(3).id(), lost.frame(3).data()), (0x83, &[0x30, 0x81, 0x11, 0, 0, 0, 0, 0][..]));
        assert_eq!(upload(2, 0x1016, 1).data(), [0x40, 0x16, 0x10, 1, 0, 0, 0, 0]);
    }

    #[test]
    fn an_answer_counts_only_for_its_own_question() {
        let answer = [0x4B, 0x16, 0x10, 1, 40, 0, 9, 9];
        assert_eq!(upload_answer(&answer, 0x1016, 1), Some(Answer::Value([40, 0, 9, 9], 2)));
        assert_eq!(upload_answer(&answer, 0x1016, 2), None);
        assert_eq!(upload_answer(&answer[..7], 0x1016, 1), None);
        let abort = [0x80, 0x16, 0x10, 1, 0, 0, 2, 6];
        assert_eq!(upload_answer(&abort, 0x1016, 1), Some(Answer::Abort(0x0602_0000)));
    }

    #[test]
    fn every_code_has_a_group() {
        for (code, group) in
            [(0x2310, "current"), (0x3210, "voltage"), (0x4310, "temperature"), (0xFF01, "the maker's own")]
        {
            assert_eq!(emergency_group(code), group);
        }
        assert!((0..=u16::MAX).all(|code| !emergency_group(code).is_empty()));
    }

    proptest! {
        #[test]
        fn anything_that_comes_is_survived(data in vec(any::<u8>(), 0..9), index: u16, sub: u8) {
            let _ = (upload_answer(&data, index, sub), Emergency::of(&data));
            prop_assert_eq!(Emergency::of(&data).is_some(), data.len() == 8);
        }

        #[test]
        fn emergencies_come_back_as_they_went(code: u16, register: u8, node in 1_u8..128) {
            let sent = Emergency { code, register };
            prop_assert_eq!(Emergency::of(sent.frame(node).data()), Some(sent));
        }
    }
}
