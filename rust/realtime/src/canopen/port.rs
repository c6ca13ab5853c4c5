//! A bus as a file: an adapter on a serial line (slcan), or an interface of the system (SocketCAN).

use super::Frame;
use super::slcan::{Decoder, Input, encode};
use crate::sys;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::PathBuf;

/// Bytes that wait to go out.
const WAITING: usize = 4096;
/// Most bytes that are taken in one tick.
const MOST: usize = 1 << 16;
/// Length of a frame of the system [bytes].
const RAW: usize = 16;
/// Bits of an identifier as the system has it: 29 bits, remote, error.
const EXTENDED: u32 = 1 << 31;
const REMOTE: u32 = 1 << 30;
const ERROR: u32 = 1 << 29;
/// Errors as the system has them: off the bus; state of the controller, and in its byte that it is passive.
const BUS_OFF: u32 = 0x40;
const CONTROLLER: u32 = 0x04;
const PASSIVE: u8 = 0x30;
/// Bits of a status of an adapter: error passive, error on the bus.
const OFF: u8 = 1 << 5 | 1 << 7;

/// Where a bus is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A serial line, by its path, with the digit of the bit rate that the adapter is set to.
    Slcan(PathBuf, u8),
    /// An interface of the system, by its name.
    SocketCan(String),
}

/// The digit by which an adapter is set to a bit rate [bit/s].
#[must_use]
pub fn slcan_bitrate(bitrate: f64) -> Option<u8> {
    let rates = [10e3, 20e3, 50e3, 100e3, 125e3, 250e3, 500e3, 800e3, 1e6];
    rates.iter().position(|rate| *rate == bitrate).map(|at| b'0' + at as u8)
}

/// A frame in the form of the system.
#[must_use]
pub fn to_raw(frame: &Frame) -> [u8; RAW] {
    let id = u32::from(frame.id()) | if frame.is_remote() { REMOTE } else { 0 };
    let mut raw = [0; RAW];
    raw[..4].copy_from_slice(&id.to_ne_bytes());
    raw[4] = frame.len() as u8;
    raw[8..8 + frame.data().len()].copy_from_slice(frame.data());
    raw
}

/// What the system's form of a frame says.
#[must_use]
pub fn from_raw(raw: &[u8; RAW]) -> Input {
    let id = u32::from_ne_bytes([raw[0], raw[1], raw[2], raw[3]]);
    let len = raw[4];
    if id & ERROR != 0 {
        let off = id & BUS_OFF != 0 || id & CONTROLLER != 0 && raw[9] & PASSIVE != 0;
        return Input::Status(if off { OFF } else { 0 });
    }
    if id & EXTENDED != 0 {
        return Input::Foreign;
    }
    let (id, data) = ((id & 0x7FF) as u16, raw.get(8..8 + usize::from(len)));
    let frame = match data {
        Some(data) if u32::from_ne_bytes([raw[0], raw[1], raw[2], raw[3]]) & REMOTE == 0 => Frame::new(id, data),
        Some(_) => Frame::request(id, len),
        None => None,
    };
    frame.map_or(Input::Malformed, Input::Frame)
}

/// Whether a status tells that the bus is off, or about to be.
#[must_use]
pub fn is_off(status: u8) -> bool {
    status & OFF != 0
}

/// An open bus. Neither sending nor receiving ever waits.
#[derive(Debug)]
pub struct Port {
    file: File,
    serial: bool,
    decoder: Decoder,
    waiting: Box<[u8; WAITING]>,
    len: usize,
}

impl Port {
    /// Opens it; an adapter is set to its bit rate.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(address: &Address) -> io::Result<Self> {
        let (file, serial) = match address {
            Address::Slcan(path, _) => (sys::open_serial(path)?, true),
            Address::SocketCan(name) => (sys::open_can(name)?, false),
        };
        let mut port = Self { file, serial, decoder: Decoder::default(), waiting: Box::new([0; WAITING]), len: 0 };
        if let Address::Slcan(_, digit) = address {
            port.put(&[b'\r', b'C', b'\r', b'S', *digit, b'\r', b'O', b'\r']);
            port.flush()?;
        }
        Ok(port)
    }

    fn put(&mut self, bytes: &[u8]) {
        if let Some(place) = self.waiting.get_mut(self.len..self.len + bytes.len()) {
            place.copy_from_slice(bytes);
            self.len += bytes.len();
        }
    }

    /// Puts a frame behind what waits; where there is no room it is left out, which the bytes that wait tell.
    pub fn send(&mut self, frame: &Frame) {
        if self.serial {
            self.put(encode(frame).bytes());
        } else {
            self.put(&to_raw(frame));
        }
    }

    /// Asks an adapter for its state; an interface of the system tells by itself.
    pub fn ask_status(&mut self) {
        if self.serial {
            self.put(b"F\r");
        }
    }

    /// Hands over what waits; true when nothing is left.
    ///
    /// # Errors
    /// What the system says when the bus is gone.
    pub fn flush(&mut self) -> io::Result<bool> {
        let mut done = 0;
        while done < self.len {
            // The system takes one frame at a time, a serial line any number of bytes.
            let until = if self.serial { self.len } else { done + RAW };
            match self.file.write(&self.waiting[done..until]) {
                Ok(0) => break,
                Ok(n) => done += n,
                Err(error) if is_busy(&error) => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.waiting.copy_within(done..self.len, 0);
        self.len -= done;
        Ok(self.len == 0)
    }

    /// Hands what came to `take`.
    ///
    /// # Errors
    /// What the system says when the bus is gone.
    pub fn receive(&mut self, mut take: impl FnMut(Input)) -> io::Result<()> {
        let mut bytes = [0_u8; 1024];
        let mut taken = 0;
        while taken < MOST {
            let room = if self.serial { bytes.len() } else { RAW };
            match self.file.read(&mut bytes[..room]) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(n) => {
                    taken += n;
                    if self.serial {
                        bytes[..n].iter().filter_map(|byte| self.decoder.push(*byte)).for_each(&mut take);
                    } else {
                        let raw = bytes.first_chunk::<RAW>().filter(|_| n == RAW);
                        take(raw.map_or(Input::Malformed, from_raw));
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Drop for Port {
    /// An adapter leaves the bus.
    fn drop(&mut self) {
        if self.serial {
            self.len = 0;
            self.put(b"C\r");
            let _ = self.flush();
        }
    }
}

/// No room for now.
fn is_busy(error: &io::Error) -> bool {
    const NO_BUFFERS: i32 = 105;
    error.kind() == ErrorKind::WouldBlock || cfg!(target_os = "linux") && error.raw_os_error() == Some(NO_BUFFERS)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    #[test]
    fn adapters_know_nine_bit_rates() {
        assert_eq!(
            (slcan_bitrate(1e6), slcan_bitrate(125e3), slcan_bitrate(1e5 + 1.0)),
            (Some(b'8'), Some(b'4'), None)
        );
    }

    #[test]
    fn errors_of_the_bus_come_as_frames_of_the_system() {
        let mut raw = [0; RAW];
        raw[..4].copy_from_slice(&(ERROR | 0x40).to_ne_bytes());
        assert!(matches!(from_raw(&raw), Input::Status(status) if is_off(status)));
        for (byte, off) in [(0x08, false), (0x20, true), (0x40, false)] {
            raw[..4].copy_from_slice(&(ERROR | 0x04).to_ne_bytes());
            raw[9] = byte;
            assert!(matches!(from_raw(&raw), Input::Status(status) if is_off(status) == off));
        }
        raw[..4].copy_from_slice(&(EXTENDED | 5).to_ne_bytes());
        assert_eq!(from_raw(&raw), Input::Foreign);
        assert!(!is_off(0b0000_0011) && is_off(0b0010_0000));
    }

    #[test]
    fn an_interface_that_is_not_there_is_an_error() {
        assert!(Port::open(&Address::SocketCan("nosuchcan0".into())).is_err());
        assert!(Port::open(&Address::Slcan("/nowhere/tty".into(), b'8')).is_err());
        assert!(Port::open(&Address::Slcan("/dev/null".into(), b'8')).is_err(), "not a serial line");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn frames_go_through_a_serial_line_both_ways_and_its_end_is_noticed() {
        let (mut far, near, path) = sys::pseudo_terminal().unwrap();
        let mut port = Port::open(&Address::Slcan(path, b'8')).unwrap();
        port.send(&Frame::new(0x181, &[1, 2]).unwrap());
        assert!(port.flush().unwrap());
        let mut bytes = [0; 64];
        let n = far.read(&mut bytes).unwrap();
        assert_eq!(&bytes[..n], b"\rC\rS8\rO\rt18120102\r");
        far.write_all(b"\r\r\rt77F17F\r").unwrap();
        let mut got = Vec::new();
        port.receive(|input| got.push(input)).unwrap();
        assert_eq!(got, [Input::Frame(Frame::new(0x77F, &[0x7F]).unwrap())]);
        drop((far, near));
        assert!(port.receive(|_| {}).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_line_that_nobody_reads_fills_up_and_nothing_waits() {
        let (_far, _near, path) = sys::pseudo_terminal().unwrap();
        let mut port = Port::open(&Address::Slcan(path, b'8')).unwrap();
        let frame = Frame::new(0x181, &[0; 8]).unwrap();
        let full = (0..10_000).any(|_| {
            port.send(&frame);
            !port.flush().unwrap()
        });
        assert!(full && port.len <= WAITING);
    }

    proptest! {
        #[test]
        fn frames_of_the_system_come_back_as_they_went(id in 0_u16..0x800, data in vec(any::<u8>(), 0..9), ask: bool) {
            let frame = if ask { Frame::request(id, data.len() as u8) } else { Frame::new(id, &data) }.unwrap();
            prop_assert_eq!(from_raw(&to_raw(&frame)), Input::Frame(frame));
        }

        #[test]
        fn any_bytes_of_the_system_are_survived(raw: [u8; RAW]) {
            let _ = from_raw(&raw);
        }
    }
}
