//! The object dictionary of a simulated drive.

use super::super::{Object, Values};
use super::NodeParams;

/// Why a question was refused, as SDO says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Abort {
    /// The toggle bit did not change.
    Toggle = 0x0503_0000,
    /// The command is not known.
    Command = 0x0504_0001,
    /// It can only be written.
    WriteOnly = 0x0601_0001,
    /// It can only be read.
    ReadOnly = 0x0601_0002,
    /// There is no such object.
    NoObject = 0x0602_0000,
    /// It cannot be carried by process data.
    NotMappable = 0x0604_0041,
    /// It would make the frame too long.
    TooLong = 0x0604_0042,
    /// Its length is another one.
    Length = 0x0607_0010,
    /// There is no such sub-index.
    NoSub = 0x0609_0011,
    /// The value is not allowed.
    Value = 0x0609_0030,
    /// Not in this state.
    State = 0x0800_0022,
}

/// What an object holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number of 1, 2 or 4 bytes.
    Number(u32, u8),
    /// A text.
    Text(&'static str),
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    index: u16,
    sub: u8,
    value: Value,
    writable: bool,
}

/// Objects by index and sub-index; those that process data carry live beside them.
#[derive(Clone, Debug)]
pub struct Dictionary {
    entries: Vec<Entry>,
    /// Objects that process data carry.
    pub live: Values,
}

const RO: bool = false;
const RW: bool = true;

impl Dictionary {
    /// The dictionary of a drive as it leaves the factory.
    pub fn new(params: &NodeParams) -> Self {
        let mut dictionary = Self { entries: Vec::new(), live: Values::default() };
        dictionary.add_communication(params);
        dictionary.add_process_data(params);
        dictionary.add_drive(params);
        dictionary
    }

    fn add(&mut self, writable: bool, objects: &[(u16, u8, u8, u32)]) {
        for (index, sub, size, value) in objects.iter().copied() {
            self.entries.push(Entry { index, sub, value: Value::Number(value, size), writable });
        }
    }

    fn add_communication(&mut self, params: &NodeParams) {
        let id = u32::from(params.node);
        let ro = [
            (0x1000, 0, 4, 0x0002_0192),
            (0x1001, 0, 1, 0),
            (0x1016, 0, 1, 1),
            (0x1018, 0, 1, 4),
            (0x1018, 1, 4, 0),
            (0x1018, 2, 4, 402),
            (0x1018, 3, 4, 0x0001_0000),
            (0x1018, 4, 4, params.serial),
            (0x1029, 0, 1, 1),
            (0x1200, 0, 1, 2),
            (0x1200, 1, 4, 0x600 + id),
            (0x1200, 2, 4, 0x580 + id),
        ];
        self.add(RO, &ro);
        let rw = [
            (0x1005, 0, 4, 0x80),
            (0x1006, 0, 4, 0),
            (0x1014, 0, 4, 0x80 + id),
            (0x1016, 1, 4, 0),
            (0x1017, 0, 2, 0),
            (0x1019, 0, 1, 0),
            (0x1029, 1, 1, 0),
        ];
        self.add(RW, &rw);
        self.entries.push(Entry {
            index: 0x1008,
            sub: 0,
            value: Value::Text("gaitloop simulated drive"),
            writable: RO,
        });
    }

    fn add_process_data(&mut self, params: &NodeParams) {
        let id = u32::from(params.node);
        let o = |object: Object| object.entry();
        let mappings = [
            (0x1400, 0x200 + id, vec![o(Object::Controlword), o(Object::Mode), o(Object::TargetTorque)]),
            (0x1800, 0x180 + id, vec![o(Object::Statusword), o(Object::Position), o(Object::Torque)]),
            (0x1801, 0x280 + id, vec![o(Object::Velocity), o(Object::ErrorCode), o(Object::ModeDisplay)]),
            (0x1802, 0x8000_0380 + id, vec![o(Object::DigitalInputs)]),
        ];
        for (index, cob, objects) in mappings {
            self.add(RO, &[(index, 0, 1, 5)]);
            self.add(RW, &[(index, 1, 4, cob), (index, 2, 1, 1), (index, 3, 2, 0), (index, 5, 2, 0)]);
            let list = index + 0x200;
            self.add(RW, &[(list, 0, 1, objects.len() as u32)]);
            for sub in 0..8_u8 {
                let entry = objects.get(usize::from(sub)).copied().unwrap_or(0);
                self.add(RW, &[(list, sub + 1, 4, entry)]);
            }
        }
    }

    fn add_drive(&mut self, params: &NodeParams) {
        let rated = (params.rated_torque * 1000.0 / GEAR).round() as u32;
        let turn = (params.counts * core::f64::consts::TAU / GEAR).abs().round() as u32;
        let rw = [
            (0x6007, 0, 2, 1),
            (0x605A, 0, 2, 2),
            (0x605B, 0, 2, 0),
            (0x605C, 0, 2, 1),
            (0x605E, 0, 2, 2),
            (0x6065, 0, 4, (0.2 * params.counts.abs()) as u32),
            (0x6066, 0, 2, 50),
            (0x6072, 0, 2, 1000),
            (0x6073, 0, 2, 1000),
            (0x6075, 0, 4, 8000),
            (0x6076, 0, 4, rated),
            (0x607E, 0, 1, 0),
            (0x607F, 0, 4, (6.0 * params.counts.abs()) as u32),
            (0x6080, 0, 4, 4000),
            (0x6085, 0, 4, (60.0 * params.counts.abs()) as u32),
            (0x6087, 0, 4, 100_000),
            (0x608F, 1, 4, turn.max(1)),
            (0x608F, 2, 4, 1),
            (0x6091, 1, 4, GEAR as u32),
            (0x6091, 2, 4, 1),
            (0x607D, 1, 4, i32::MIN as u32),
            (0x607D, 2, 4, i32::MAX as u32),
            (0x60C2, 1, 1, 4),
            (0x60C2, 2, 1, -3_i8 as u8 as u32),
            // The maker's own: raises a fault of this code.
            (0x2001, 0, 2, 0),
            // Stiffness of the legs of who hangs on its rope [N/m].
            (0x2002, 0, 4, params.rope.map_or(0, |rope| rope.legs as u32)),
        ];
        self.add(RW, &rw);
        let ro = [(0x608F, 0, 1, 2), (0x6091, 0, 1, 2), (0x607D, 0, 1, 2), (0x60C2, 0, 1, 2), (0x6502, 0, 4, 0x380)];
        self.add(RO, &ro);
        self.add(RO, &[(Object::Load.index(), 0, 1, 1)]);
    }

    fn find(&self, index: u16, sub: u8) -> Result<usize, Abort> {
        let at = self.entries.iter().position(|e| (e.index, e.sub) == (index, sub));
        at.ok_or_else(|| {
            let known = self.entries.iter().any(|e| e.index == index) || object(index, 0).is_some();
            if known { Abort::NoSub } else { Abort::NoObject }
        })
    }

    /// The value of an object.
    ///
    /// # Errors
    /// [`Abort`] where there is none.
    pub fn read(&self, index: u16, sub: u8) -> Result<Value, Abort> {
        match object(index, sub) {
            Some(object) => Ok(Value::Number(self.live.get(object) as u32, object.bytes() as u8)),
            None => self.find(index, sub).map(|at| self.entries[at].value),
        }
    }

    /// A number; 0 where there is none.
    pub fn number(&self, index: u16, sub: u8) -> u32 {
        match self.read(index, sub) {
            Ok(Value::Number(number, _)) => number,
            _ => 0,
        }
    }

    /// Sets an object as SDO does.
    ///
    /// # Errors
    /// [`Abort`] where it cannot be set to this.
    pub fn write(&mut self, index: u16, sub: u8, data: &[u8]) -> Result<(), Abort> {
        let (size, writable) = match object(index, sub) {
            Some(object) => (object.bytes(), (object as usize) <= Object::TargetVelocity as usize),
            None => {
                let entry = &self.entries[self.find(index, sub)?];
                (if let Value::Number(_, size) = entry.value { usize::from(size) } else { 0 }, entry.writable)
            }
        };
        if !writable {
            return Err(Abort::ReadOnly);
        }
        if data.len() != size {
            return Err(Abort::Length);
        }
        let mut bytes = [0; 4];
        bytes[..size].copy_from_slice(data);
        let value = u32::from_le_bytes(bytes);
        if !self.allows(index, sub, value)? {
            return Err(Abort::Value);
        }
        self.set(index, sub, value);
        Ok(())
    }

    /// Sets an object, whoever may.
    pub fn set(&mut self, index: u16, sub: u8, value: u32) {
        match object(index, sub) {
            Some(object) => self.live.set(object, value as i32),
            None => {
                if let Some(entry) = self.entries.iter_mut().find(|e| (e.index, e.sub) == (index, sub))
                    && let Value::Number(number, _) = &mut entry.value
                {
                    *number = value;
                }
            }
        }
    }

    /// Objects that the process data described at `list` carry.
    ///
    /// # Errors
    /// [`Abort`] where `count` of them do not make a frame.
    pub fn mapped(&self, list: u16, count: u32) -> Result<Vec<Object>, Abort> {
        let entries = (1..=count.min(9)).map(|sub| self.number(list, sub as u8));
        let objects: Option<Vec<_>> = entries.map(Object::of_entry).collect();
        let objects = objects.ok_or(Abort::NotMappable)?;
        let len: usize = objects.iter().map(|object| object.bytes()).sum();
        if len > 8 { Err(Abort::TooLong) } else { Ok(objects) }
    }

    fn allows(&self, index: u16, sub: u8, value: u32) -> Result<bool, Abort> {
        Ok(match (index, sub) {
            (0x1600 | 0x1A00..=0x1A02, 0) => self.mapped(index, value).map(|_| true)?,
            (0x1600 | 0x1A00..=0x1A02, _) => value == 0 || Object::of_entry(value).is_some(),
            (0x1029, 1) => value <= 2,
            (0x6007, 0) => value <= 3,
            (0x605A, 0) => [0, 1, 2, 5, 6].contains(&value),
            (0x605E, 0) => value <= 2,
            (0x6060, 0) => [0, 8, 9, 10].contains(&value),
            (0x6072, 0) => value <= 5000,
            (0x6076 | 0x6085 | 0x608F | 0x6091, _) => value > 0,
            _ => true,
        })
    }
}

/// Gear ratio of the simulated drives.
const GEAR: f64 = 100.0;

/// The object that process data can carry with this index and sub-index.
fn object(index: u16, sub: u8) -> Option<Object> {
    super::super::OBJECTS.into_iter().find(|object| (object.index(), object.sub()) == (index, sub))
}
