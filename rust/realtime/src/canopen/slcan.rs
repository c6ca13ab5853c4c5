//! CAN over a serial line: the ASCII lines of adapters that speak slcan.

use super::Frame;

/// Longest line that means anything: a frame of 29 bits with eight bytes and a time stamp.
const LONGEST: usize = 30;
/// End of a line, and of a command that was done.
pub const DONE: u8 = b'\r';
/// Answer to a command that was not done.
pub const REFUSED: u8 = 0x07;

/// A line as it goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    bytes: [u8; 24],
    len: usize,
}

impl Line {
    /// Its bytes, the end included.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    fn put(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.len) {
            *place = byte;
            self.len += 1;
        }
    }

    fn put_digit(&mut self, value: u8) {
        self.put(match value & 0xF {
            digit @ 0..=9 => b'0' + digit,
            letter => b'A' + letter - 10,
        });
    }
}

/// A frame as a line.
#[must_use]
pub fn encode(frame: &Frame) -> Line {
    let mut line = Line { bytes: [0; 24], len: 0 };
    line.put(if frame.is_remote() { b'r' } else { b't' });
    for shift in [8, 4, 0] {
        line.put_digit((frame.id() >> shift) as u8);
    }
    line.put_digit(frame.len() as u8);
    for byte in frame.data() {
        line.put_digit(byte >> 4);
        line.put_digit(*byte);
    }
    line.put(DONE);
    line
}

/// What a line, or a single byte, says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A frame with an identifier of 11 bits.
    Frame(Frame),
    /// A frame that CANopen does not know: 29 bits, or of CAN FD.
    Foreign,
    /// State of the adapter and its bus, a bit each.
    Status(u8),
    /// Any other command or answer, by its first letter.
    Command(u8),
    /// The adapter did not do what it was told.
    Refused,
    /// A line that means nothing.
    Malformed,
}

/// Cuts bytes into lines. It keeps one line at most, and goes on after any bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Decoder {
    line: [u8; LONGEST],
    len: usize,
    overflow: bool,
}

impl Decoder {
    /// Takes one byte; gives what a line says when it ends with it.
    pub fn push(&mut self, byte: u8) -> Option<Input> {
        match byte {
            REFUSED => {
                let cut = self.len > 0 || self.overflow;
                self.reset();
                Some(if cut { Input::Malformed } else { Input::Refused })
            }
            DONE => {
                let said = if self.overflow { Some(Input::Malformed) } else { read(&self.line[..self.len]) };
                self.reset();
                said
            }
            b'\n' if self.len == 0 => None,
            _ => {
                match self.line.get_mut(self.len) {
                    Some(place) => {
                        *place = byte;
                        self.len += 1;
                    }
                    None => self.overflow = true,
                }
                None
            }
        }
    }

    fn reset(&mut self) {
        (self.len, self.overflow) = (0, false);
    }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

fn read(line: &[u8]) -> Option<Input> {
    let (first, rest) = line.split_first()?;
    Some(match first {
        b't' | b'r' => frame(*first == b'r', rest).map_or(Input::Malformed, Input::Frame),
        b'T' | b'R' | b'x' | b'd' | b'D' | b'b' | b'B' => Input::Foreign,
        b'F' if rest.len() == 2 => match (digit(rest[0]), digit(rest[1])) {
            (Some(high), Some(low)) => Input::Status(high << 4 | low),
            _ => Input::Malformed,
        },
        letter if letter.is_ascii_alphabetic() => Input::Command(*letter),
        _ => Input::Malformed,
    })
}

/// Identifier, length and data, with or without a time stamp of four digits.
fn frame(remote: bool, digits: &[u8]) -> Option<Frame> {
    let (head, body) = (digits.get(..4)?, digits.get(4..)?);
    let id = head[..3].iter().try_fold(0, |id: u16, byte| Some(id << 4 | u16::from(digit(*byte)?)))?;
    let len = digit(head[3]).filter(|len| *len <= 8)?;
    let wanted = if remote { 0 } else { 2 * usize::from(len) };
    let stamp = body.get(wanted..)?;
    if !(stamp.is_empty() || stamp.len() == 4 && stamp.iter().all(|byte| digit(*byte).is_some())) {
        return None;
    }
    if remote {
        return Frame::request(id, len);
    }
    let mut data = [0; 8];
    for (byte, pair) in data.iter_mut().zip(body[..wanted].chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Frame::new(id, &data[..usize::from(len)])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn all(bytes: &[u8]) -> Vec<Input> {
        let mut decoder = Decoder::default();
        bytes.iter().filter_map(|byte| decoder.push(*byte)).collect()
    }

    #[test]
    fn lines_are_those_of_the_adapters() {
        let frame = Frame::new(0x181, &[0x27, 0x0A, 0xFF]).unwrap();
        assert_eq!(encode(&frame).bytes(), b"t1813270AFF\r");
        assert_eq!(encode(&Frame::request(0x7F, 2).unwrap()).bytes(), b"r07F2\r");
        assert_eq!(all(b"t1813270aff\rz\r\r"), [Input::Frame(frame), Input::Command(b'z')]);
        assert_eq!(all(b"t1813270AFF1A2b\r"), [Input::Frame(frame)], "with a time stamp");
        assert_eq!(all(b"\x07F24\rT1FFFFFFF0\r"), [Input::Refused, Input::Status(0x24), Input::Foreign]);
    }

    #[test]
    fn what_is_no_frame_is_malformed_and_the_next_line_is_read() {
        let bad: [&[u8]; 9] = [b"t", b"t1", b"t1819", b"t8000", b"t18122", b"t1811GG", b"t18112712", b"r0809", b"F0x"];
        for bytes in bad {
            let mut text = bytes.to_vec();
            text.extend(b"\rt0800\r");
            assert_eq!(all(&text), [Input::Malformed, Input::Frame(Frame::new(0x80, &[]).unwrap())], "{bytes:?}");
        }
        let mut long = vec![b't'; 5000];
        long.extend(b"\rt0800\r");
        assert_eq!(all(&long), [Input::Malformed, Input::Frame(Frame::new(0x80, &[]).unwrap())]);
        assert_eq!(all(b"t181\x07"), [Input::Malformed]);
    }

    proptest! {
        #[test]
        fn frames_come_back_as_they_went(id in 0_u16..0x800, data in vec(any::<u8>(), 0..9), ask in any::<bool>()) {
            let frame = if ask { Frame::request(id, data.len() as u8) } else { Frame::new(id, &data) }.unwrap();
            prop_assert_eq!(all(encode(&frame).bytes()), [Input::Frame(frame)]);
        }

        #[test]
        fn any_bytes_are_survived(bytes in vec(any::<u8>(), 0..300)) {
            let mut decoder = Decoder::default();
            let said = bytes.iter().filter_map(|byte| decoder.push(*byte)).count();
            prop_assert!(said <= bytes.iter().filter(|byte| [DONE, REFUSED].contains(byte)).count());
            decoder.push(DONE);
            let line: Vec<_> = b"t0800\r".iter().filter_map(|byte| decoder.push(*byte)).collect();
            prop_assert_eq!(line, [Input::Frame(Frame::new(0x80, &[]).unwrap())]);
        }

        #[test]
        fn nearly_right_lines_are_survived(text in "[trTFz][0-9a-fA-F]{0,30}\r") {
            prop_assert_eq!(all(text.as_bytes()).len(), 1);
        }
    }
}
