//! The SDO server of a simulated drive: expedited and segmented, both ways.

use super::super::Frame;
use super::super::cia301::SDO_ANSWER;
use super::dictionary::{Abort, Dictionary, Value};

/// Longest value that is taken in segments [bytes].
const LONGEST: usize = 64;

/// A transfer in segments that is under way.
#[derive(Clone, Debug, Default)]
enum Transfer {
    #[default]
    None,
    Up {
        rest: Vec<u8>,
        toggle: u8,
    },
    Down {
        index: u16,
        sub: u8,
        got: Vec<u8>,
        toggle: u8,
    },
}

/// A value that is to be written.
pub type Write = (u16, u8, Vec<u8>);

/// The server.
#[derive(Clone, Debug, Default)]
pub struct Server {
    transfer: Transfer,
}

fn head(command: u8, index: u16, sub: u8, rest: [u8; 4]) -> [u8; 8] {
    let [low, high] = index.to_le_bytes();
    let [a, b, c, d] = rest;
    [command, low, high, sub, a, b, c, d]
}

impl Server {
    /// Answers a question; a value that is to be written is handed to `write`. None where no answer is due.
    pub fn answer(
        &mut self,
        node: u8,
        data: &[u8],
        dictionary: &mut Dictionary,
        write: impl FnOnce(&mut Dictionary, Write) -> Result<(), Abort>,
    ) -> Option<Frame> {
        let data: [u8; 8] = data.try_into().ok()?;
        let (index, sub) = (u16::from_le_bytes([data[1], data[2]]), data[3]);
        let answer = match data[0] >> 5 {
            0 => self.take_segment(&data, dictionary, write),
            1 => self.begin_download(&data, index, sub, dictionary, write),
            2 => self.begin_upload(index, sub, dictionary),
            3 => self.give_segment(data[0]),
            4 => {
                self.transfer = Transfer::None;
                return None;
            }
            _ => Err(Abort::Command),
        };
        let out = answer.unwrap_or_else(|abort| {
            self.transfer = Transfer::None;
            head(0x80, index, sub, (abort as u32).to_le_bytes())
        });
        Some(Frame::of(SDO_ANSWER + u16::from(node), out, 8))
    }

    fn begin_upload(&mut self, index: u16, sub: u8, dictionary: &Dictionary) -> Result<[u8; 8], Abort> {
        match dictionary.read(index, sub)? {
            Value::Number(number, size) => {
                self.transfer = Transfer::None;
                Ok(head(0x43 | (4 - size.min(4)) << 2, index, sub, number.to_le_bytes()))
            }
            Value::Text(text) => {
                self.transfer = Transfer::Up { rest: text.as_bytes().to_vec(), toggle: 0 };
                Ok(head(0x41, index, sub, (text.len() as u32).to_le_bytes()))
            }
        }
    }

    fn give_segment(&mut self, command: u8) -> Result<[u8; 8], Abort> {
        let Transfer::Up { rest, toggle } = &mut self.transfer else { return Err(Abort::Command) };
        if command & 0x10 != *toggle {
            return Err(Abort::Toggle);
        }
        let n = rest.len().min(7);
        let mut out = [0; 8];
        out[1..=n].copy_from_slice(&rest[..n]);
        rest.drain(..n);
        out[0] = *toggle | ((7 - n) as u8) << 1 | u8::from(rest.is_empty());
        *toggle ^= 0x10;
        if rest.is_empty() {
            self.transfer = Transfer::None;
        }
        Ok(out)
    }

    fn begin_download(
        &mut self,
        data: &[u8; 8],
        index: u16,
        sub: u8,
        dictionary: &mut Dictionary,
        write: impl FnOnce(&mut Dictionary, Write) -> Result<(), Abort>,
    ) -> Result<[u8; 8], Abort> {
        dictionary.read(index, sub)?;
        if data[0] & 2 == 0 {
            self.transfer = Transfer::Down { index, sub, got: Vec::new(), toggle: 0 };
        } else {
            let len = if data[0] & 1 == 1 { 4 - usize::from(data[0] >> 2 & 3) } else { 4 };
            self.transfer = Transfer::None;
            write(dictionary, (index, sub, data[4..4 + len].to_vec()))?;
        }
        Ok(head(0x60, index, sub, [0; 4]))
    }

    fn take_segment(
        &mut self,
        data: &[u8; 8],
        dictionary: &mut Dictionary,
        write: impl FnOnce(&mut Dictionary, Write) -> Result<(), Abort>,
    ) -> Result<[u8; 8], Abort> {
        let Transfer::Down { index, sub, got, toggle } = &mut self.transfer else { return Err(Abort::Command) };
        if data[0] & 0x10 != *toggle {
            return Err(Abort::Toggle);
        }
        let n = 7 - usize::from(data[0] >> 1 & 7);
        got.extend_from_slice(&data[1..=n]);
        if got.len() > LONGEST {
            return Err(Abort::Length);
        }
        let out = [0x20 | *toggle, 0, 0, 0, 0, 0, 0, 0];
        *toggle ^= 0x10;
        if data[0] & 1 == 1 {
            let whole = (*index, *sub, core::mem::take(got));
            self.transfer = Transfer::None;
            write(dictionary, whole)?;
        }
        Ok(out)
    }
}
