//! Process data: which objects a frame carries, and their values.

use gaitloop_core::{Error, Result};

/// Objects that process data can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Object {
    /// What the drive is told to do (0x6040).
    Controlword,
    /// Mode asked for (0x6060).
    Mode,
    /// Torque asked for (0x6071), thousandths of the rated torque.
    TargetTorque,
    /// Position asked for (0x607A), counts.
    TargetPosition,
    /// Velocity asked for (0x60FF), counts per second.
    TargetVelocity,
    /// What the drive does (0x6041).
    Statusword,
    /// Mode in force (0x6061).
    ModeDisplay,
    /// Position (0x6064), counts.
    Position,
    /// Velocity (0x606C), counts per second.
    Velocity,
    /// Torque (0x6077), thousandths of the rated torque.
    Torque,
    /// Last error (0x603F).
    ErrorCode,
    /// Inputs of the drive (0x60FD).
    DigitalInputs,
    /// Force in the rope at the drive's analog input, digits; an integrator's drive may have it elsewhere.
    Load,
}

/// Number of objects.
pub const N_OBJECTS: usize = 13;
/// All objects, in order.
pub const OBJECTS: [Object; N_OBJECTS] = {
    use Object::{
        Controlword, DigitalInputs, ErrorCode, Load, Mode, ModeDisplay, Position, Statusword, TargetPosition,
        TargetTorque, TargetVelocity, Torque, Velocity,
    };
    [
        Controlword,
        Mode,
        TargetTorque,
        TargetPosition,
        TargetVelocity,
        Statusword,
        ModeDisplay,
        Position,
        Velocity,
        Torque,
        ErrorCode,
        DigitalInputs,
        Load,
    ]
};

impl Object {
    /// Its index in the dictionary.
    #[must_use]
    pub fn index(self) -> u16 {
        [0x6040, 0x6060, 0x6071, 0x607A, 0x60FF, 0x6041, 0x6061, 0x6064, 0x606C, 0x6077, 0x603F, 0x60FD, 0x6401]
            [self as usize]
    }

    /// Its sub-index in the dictionary.
    #[must_use]
    pub fn sub(self) -> u8 {
        u8::from(self == Self::Load)
    }

    /// Its length [bytes].
    #[must_use]
    pub fn bytes(self) -> usize {
        [2, 1, 2, 4, 4, 2, 1, 4, 4, 2, 2, 4, 2][self as usize]
    }

    /// Whether its value has a sign.
    #[must_use]
    pub fn is_signed(self) -> bool {
        !matches!(self, Self::Controlword | Self::Statusword | Self::ErrorCode | Self::DigitalInputs)
    }

    /// As it stands in the dictionary's list of what a frame carries.
    #[must_use]
    pub fn entry(self) -> u32 {
        (u32::from(self.index()) << 16) | (u32::from(self.sub()) << 8) | (8 * self.bytes() as u32)
    }

    /// The object of such an entry; none where it is another one.
    #[must_use]
    pub fn of_entry(entry: u32) -> Option<Self> {
        OBJECTS.into_iter().find(|object| object.entry() == entry)
    }
}

/// A value of every object; words without a sign stand in the low bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Values([i32; N_OBJECTS]);

impl Values {
    /// The value of an object.
    #[must_use]
    pub fn get(&self, object: Object) -> i32 {
        self.0[object as usize]
    }

    /// A word without a sign.
    #[must_use]
    pub fn word(&self, object: Object) -> u16 {
        self.get(object) as u16
    }

    /// Sets the value of an object; of a short one the low bits count.
    pub fn set(&mut self, object: Object, value: i32) {
        self.0[object as usize] = read(object, value.to_le_bytes());
    }
}

/// A value of its length and sign from four bytes, of which the first ones count.
fn read(object: Object, bytes: [u8; 4]) -> i32 {
    let [a, b, ..] = bytes;
    match (object.bytes(), object.is_signed()) {
        (1, _) => i32::from(a as i8),
        (2, true) => i32::from(i16::from_le_bytes([a, b])),
        (2, false) => i32::from(u16::from_le_bytes([a, b])),
        _ => i32::from_le_bytes(bytes),
    }
}

/// What a frame carries, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapping {
    objects: [Option<Object>; 8],
    len: usize,
}

impl Mapping {
    /// A frame of these objects.
    ///
    /// # Errors
    /// [`Error::Length`] naming `mapping` when there is none or they take more than eight bytes.
    pub fn new(objects: &[Object]) -> Result<Self> {
        let len: usize = objects.iter().map(|object| object.bytes()).sum();
        if !(1..=8).contains(&len) {
            return Err(Error::Length { name: "mapping", got: len, min: 1, max: 8 });
        }
        let mut kept = [None; 8];
        kept.iter_mut().zip(objects).for_each(|(place, object)| *place = Some(*object));
        Ok(Self { objects: kept, len })
    }

    /// Length of the frame [bytes].
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// It carries something, always.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// What it carries, in order.
    pub fn objects(&self) -> impl Iterator<Item = Object> + '_ {
        self.objects.iter().flatten().copied()
    }

    /// Whether it carries an object.
    #[must_use]
    pub fn has(&self, object: Object) -> bool {
        self.objects().any(|carried| carried == object)
    }

    /// The bytes of the frame.
    #[must_use]
    pub fn encode(&self, values: &Values) -> [u8; 8] {
        let (mut data, mut start) = ([0; 8], 0);
        for object in self.objects() {
            let bytes = values.get(object).to_le_bytes();
            data[start..start + object.bytes()].copy_from_slice(&bytes[..object.bytes()]);
            start += object.bytes();
        }
        data
    }

    /// Takes over what a frame carries; false, and nothing is taken, when its length is another one.
    pub fn decode(&self, data: &[u8], values: &mut Values) -> bool {
        if data.len() != self.len {
            return false;
        }
        let mut rest = data;
        for object in self.objects() {
            let (own, after) = rest.split_at(object.bytes());
            let mut bytes = [0; 4];
            bytes[..own.len()].copy_from_slice(own);
            values.set(object, i32::from_le_bytes(bytes));
            rest = after;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    #[test]
    fn bytes_are_little_endian_and_in_order() {
        let mapping = Mapping::new(&[Object::Statusword, Object::Position, Object::Torque]).unwrap();
        let mut values = Values::default();
        assert!(mapping.decode(&[0x37, 0x96, 0xFE, 0xFF, 0xFF, 0xFF, 0x18, 0xFC], &mut values));
        assert_eq!(values.word(Object::Statusword), 0x9637);
        assert_eq!((values.get(Object::Position), values.get(Object::Torque)), (-2, -1000));
        let before = values;
        assert!(!mapping.decode(&[0; 7], &mut values) && !mapping.decode(&[], &mut values));
        assert_eq!(values, before, "a frame of another length changes nothing");
        assert_eq!(Object::Position.entry(), 0x6064_0020);
    }

    #[test]
    fn what_does_not_fit_a_frame_is_refused_by_name() {
        let refused = |objects: &[Object]| Mapping::new(objects).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(refused(&[]).starts_with("mapping"));
        assert!(refused(&[Object::Position, Object::Velocity, Object::Mode]).starts_with("mapping"));
    }

    #[test]
    fn entries_name_their_objects() {
        assert!(
            OBJECTS.into_iter().enumerate().all(|(i, o)| o as usize == i && Object::of_entry(o.entry()) == Some(o))
        );
        assert_eq!(Object::of_entry(0x6064_0010), None);
    }

    proptest! {
        #[test]
        fn values_come_back_as_they_went(chosen in vec(0..N_OBJECTS, 1..9), numbers in vec(any::<i32>(), N_OBJECTS)) {
            let objects: Vec<_> = chosen.iter().map(|i| OBJECTS[*i]).collect();
            let Ok(mapping) = Mapping::new(&objects) else { return Ok(()) };
            let (mut sent, mut got) = (Values::default(), Values::default());
            for (object, number) in OBJECTS.into_iter().zip(numbers) {
                sent.set(object, number);
            }
            prop_assert!(mapping.decode(&mapping.encode(&sent)[..mapping.len()], &mut got));
            prop_assert!(mapping.objects().all(|object| got.get(object) == sent.get(object)));
        }

        #[test]
        fn any_bytes_are_survived(data in vec(any::<u8>(), 0..9)) {
            let mapping = Mapping::new(&[Object::Velocity, Object::ErrorCode, Object::ModeDisplay]).unwrap();
            prop_assert_eq!(mapping.decode(&data, &mut Values::default()), data.len() == 7);
        }
    }
}
