//! Reads the critical configuration of every drive over and over, one question at a time, and tells whether it changed.

use super::Frame;
use super::cia301::{Answer, upload, upload_answer};

/// Time after which a question that was not answered is asked again [ns].
const PATIENCE: i64 = 100_000_000;
/// A digest is a whole number that a float64 holds exactly.
const BITS: u32 = 53;

/// An object of a dictionary: index and sub-index.
pub type Address = (u16, u8);
/// The heartbeat that a drive waits for.
pub const CONSUMER: Address = (0x1016, 1);
/// What a drive does that loses its power in good order: critical where a brake must close first.
pub const POWER_DOWN: [Address; 2] = [(0x605B, 0), (0x605C, 0)];
/// The error register.
const ERROR_REGISTER: Address = (0x1001, 0);

/// Folds values into one number, in order; each changed bit gives another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold(u64);

impl Default for Fold {
    fn default() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }
}

impl Fold {
    /// Takes one object and its value.
    pub fn put(&mut self, (index, sub): Address, value: &[u8]) {
        let head = [index as u8, (index >> 8) as u8, sub, value.len() as u8];
        for byte in head.iter().chain(value) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }

    /// The number, 1 to 2^53 - 1.
    #[must_use]
    pub fn digest(self) -> f64 {
        let folded = (self.0 ^ (self.0 >> BITS)) & ((1 << BITS) - 1);
        folded.max(1) as f64
    }
}

/// What was read of one drive.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Read {
    /// Digest of its critical objects.
    pub digest: f64,
    /// Time after which it stops without a heartbeat of this master [s]; 0 where it waits for none.
    pub watchdog: f64,
    /// When the reading began [ns].
    pub stamp: i64,
}

/// What an answer brought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum News {
    /// Nothing yet.
    None,
    /// The error register of a drive.
    ErrorRegister(usize, u8),
    /// All of a drive's configuration was read.
    Read(usize, Read),
}

/// Asks one drive after the other.
#[derive(Clone, Debug)]
pub struct Reader {
    // With each whether it has a brake.
    nodes: Vec<(u8, bool)>,
    objects: Vec<Address>,
    master: u8,
    axis: usize,
    next: usize,
    asked: Option<i64>,
    fold: Fold,
    watchdog: f64,
    begun: i64,
}

impl Reader {
    /// Reads these objects of these nodes, and `POWER_DOWN` where they have a brake; `master` is the number whose heartbeat they wait for.
    #[must_use]
    pub fn new(nodes: Vec<(u8, bool)>, objects: Vec<Address>, master: u8) -> Self {
        let objects = core::iter::once(ERROR_REGISTER).chain(objects).collect();
        let fold = Fold::default();
        Self { nodes, objects, master, axis: 0, next: 0, asked: None, fold, watchdog: 0.0, begun: 0 }
    }

    fn object(&self) -> Option<(u8, Address)> {
        let (node, brake) = *self.nodes.get(self.axis)?;
        let more = POWER_DOWN.get(self.next.saturating_sub(self.objects.len())).filter(|_| brake);
        Some((node, *self.objects.get(self.next).or(more)?))
    }

    /// The next question at `t` [ns], when the last one was answered or given up.
    pub fn ask(&mut self, t: i64) -> Option<Frame> {
        if let Some(asked) = self.asked {
            if t.saturating_sub(asked) < PATIENCE {
                return None;
            }
            // Who does not answer must not keep the others from being read.
            self.turn_to((self.axis + 1) % self.nodes.len().max(1));
        }
        if self.next == 0 {
            self.begun = t;
        }
        let (node, (index, sub)) = self.object()?;
        self.asked = Some(t);
        Some(upload(node, index, sub))
    }

    fn turn_to(&mut self, axis: usize) {
        (self.axis, self.next, self.asked) = (axis, 0, None);
        (self.fold, self.watchdog) = (Fold::default(), 0.0);
    }

    /// The dictionary of drive `axis` answered; none where nobody asked for that.
    pub fn answer(&mut self, axis: usize, data: &[u8]) -> Option<News> {
        let (_, address) = self.object().filter(|_| axis == self.axis && self.asked.is_some())?;
        let answer = upload_answer(data, address.0, address.1)?;
        self.asked = None;
        self.next += 1;
        if address == ERROR_REGISTER {
            return Some(match answer {
                Answer::Value(value, _) => News::ErrorRegister(axis, value[0]),
                Answer::Longer | Answer::Abort(_) => News::None,
            });
        }
        match answer {
            Answer::Value(value, len) => {
                self.fold.put(address, &value[..len.min(4)]);
                if address == CONSUMER {
                    self.watchdog = self.watchdog_of(u32::from_le_bytes(value));
                }
            }
            // An object that is not there is no configuration that anybody verified.
            Answer::Longer => self.fold.put(address, &[0; 5]),
            Answer::Abort(code) => {
                let [a, b, c, d] = code.to_le_bytes();
                self.fold.put(address, &[a, b, c, d, 0, 0]);
            }
        }
        if self.object().is_some() {
            return Some(News::None);
        }
        let read = Read { digest: self.fold.digest(), watchdog: self.watchdog, stamp: self.begun };
        self.turn_to((axis + 1) % self.nodes.len().max(1));
        Some(News::Read(axis, read))
    }

    fn watchdog_of(&self, entry: u32) -> f64 {
        let (node, milliseconds) = (entry >> 16 & 0x7F, entry & 0xFFFF);
        if node == u32::from(self.master) { f64::from(milliseconds) / 1000.0 } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn value(frame: &Frame, bytes: [u8; 4]) -> [u8; 8] {
        let asked = frame.data();
        [0x43, asked[1], asked[2], asked[3], bytes[0], bytes[1], bytes[2], bytes[3]]
    }

    fn reader() -> Reader {
        Reader::new(vec![(3, false), (4, false)], vec![CONSUMER, (0x6076, 0)], 127)
    }

    /// Reads one drive; the last news.
    fn pass(reader: &mut Reader, axis: usize, bytes: [u8; 4], t: i64) -> News {
        let mut last = News::None;
        for n in 0..3 {
            let frame = reader.ask(t + n).unwrap();
            assert_eq!(frame.id(), 0x603 + axis as u16);
            last = reader.answer(axis, &value(&frame, bytes)).unwrap();
        }
        last
    }

    #[test]
    fn drives_are_read_one_after_the_other_and_the_time_is_that_of_the_beginning() {
        let mut reader = reader();
        let News::Read(0, first) = pass(&mut reader, 0, [40, 0, 127, 0], 10) else { panic!("not read") };
        assert_eq!((first.watchdog, first.stamp), (0.04, 10));
        let News::Read(1, second) = pass(&mut reader, 1, [40, 0, 126, 0], 20) else { panic!("not read") };
        assert_eq!((second.watchdog, second.stamp), (0.0, 20), "it waits for somebody else");
        assert_ne!(first.digest, second.digest);
        assert!(
            matches!(pass(&mut reader, 0, [40, 0, 127, 0], 30), News::Read(0, again) if again.digest == first.digest)
        );
    }

    #[test]
    fn of_a_drive_with_a_brake_more_is_read() {
        let mut reader = Reader::new(vec![(3, false), (4, true)], vec![CONSUMER, (0x6076, 0)], 127);
        pass(&mut reader, 0, [0; 4], 0);
        let asked: Vec<_> = (0..5)
            .map(|t| {
                let frame = reader.ask(t).unwrap();
                let news = reader.answer(1, &value(&frame, [1, 0, 0, 0])).unwrap();
                assert_eq!(matches!(news, News::Read(1, _)), t == 4);
                u16::from_le_bytes([frame.data()[1], frame.data()[2]])
            })
            .collect();
        assert_eq!(asked, [0x1001, 0x1016, 0x6076, 0x605B, 0x605C]);
    }

    #[test]
    fn who_does_not_answer_is_passed_over_and_asked_again_later() {
        let mut reader = reader();
        assert!(reader.ask(0).is_some() && reader.ask(1).is_none());
        assert_eq!(reader.ask(PATIENCE).map(|frame| frame.id()), Some(0x604));
        assert_eq!(reader.ask(2 * PATIENCE).map(|frame| frame.id()), Some(0x603));
    }

    #[test]
    fn only_what_was_asked_for_counts() {
        let mut reader = reader();
        assert_eq!(reader.answer(0, &[0x43, 1, 0x10, 0, 0, 0, 0, 0]), None, "nobody asked yet");
        let frame = reader.ask(0).unwrap();
        assert_eq!(reader.answer(1, &value(&frame, [0; 4])), None, "another drive");
        assert_eq!(reader.answer(0, &[0x43, 0, 0x20, 0, 0, 0, 0, 0]), None, "another object");
        assert_eq!(reader.answer(0, &value(&frame, [0x11, 0, 0, 0])), Some(News::ErrorRegister(0, 0x11)));
    }

    #[test]
    fn an_object_that_is_missing_gives_another_digest() {
        let mut reader = reader();
        let News::Read(_, good) = pass(&mut reader, 0, [40, 0, 127, 0], 0) else { panic!("not read") };
        pass(&mut reader, 1, [0; 4], 0);
        for _ in 0..2 {
            let frame = reader.ask(0).unwrap();
            reader.answer(0, &value(&frame, [40, 0, 127, 0])).unwrap();
        }
        let frame = reader.ask(0).unwrap();
        let abort = [0x80, frame.data()[1], frame.data()[2], 0, 0, 0, 2, 6];
        assert!(matches!(reader.answer(0, &abort), Some(News::Read(0, bad)) if bad.digest != good.digest));
    }

    proptest! {
        #[test]
        fn every_changed_bit_gives_another_digest(values in vec(any::<u32>(), 1..40), at: usize, bit in 0_u32..32) {
            let fold = |values: &[u32]| {
                let mut fold = Fold::default();
                values.iter().enumerate().for_each(|(i, v)| fold.put((i as u16, 0), &v.to_le_bytes()));
                fold.digest()
            };
            let mut changed = values.clone();
            let at = at % values.len();
            changed[at] ^= 1 << bit;
            let digest = fold(&values);
            prop_assert!(digest != fold(&changed));
            prop_assert!((1.0..9_007_199_254_740_992.0).contains(&digest) && digest.fract() == 0.0);
        }

        #[test]
        fn any_answers_are_survived(answers in vec((0_usize..3, vec(any::<u8>(), 0..9)), 0..100)) {
            let mut reader = reader();
            for (t, (axis, data)) in answers.into_iter().enumerate() {
                let _ = reader.ask(t as i64 * PATIENCE / 3);
                let _ = reader.answer(axis, &data);
            }
        }
    }
}
