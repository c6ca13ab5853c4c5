//! Bytes read as numbers that hurt: a reader that never fails and gives zeros behind the end.

/// The rest of an input.
pub struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Self(data)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn take<const N: usize>(&mut self) -> [u8; N] {
        let have = N.min(self.0.len());
        let (head, rest) = self.0.split_at(have);
        self.0 = rest;
        let mut bytes = [0; N];
        bytes[..have].copy_from_slice(head);
        bytes
    }

    pub fn byte(&mut self) -> u8 {
        self.take::<1>()[0]
    }

    pub fn bit(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// True for one byte in `n`.
    pub fn once_in(&mut self, n: u8) -> bool {
        self.byte().is_multiple_of(n)
    }

    pub fn below(&mut self, n: usize) -> usize {
        usize::from(self.byte()) % n.max(1)
    }

    pub fn any<T: Copy, const N: usize>(&mut self, of: [T; N]) -> T {
        of[self.below(N)]
    }

    /// A number from `low` to `high`, one of 65,536.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (f64::from(u16::from_le_bytes(self.take())) / 65_535.0)
    }

    /// Any number at all: special ones by their tag, or eight bytes as they are.
    pub fn hostile(&mut self) -> f64 {
        match self.byte() % 16 {
            0 => f64::NAN,
            1 => f64::INFINITY,
            2 => f64::NEG_INFINITY,
            3 => 5e-324,
            4 => -5e-324,
            5 => -0.0,
            6 => f64::MIN_POSITIVE,
            7 => f64::MAX,
            8 => f64::MIN,
            9 => 1e6_f64.next_up(),
            10 => -1e6,
            11 => f64::EPSILON,
            _ => f64::from_le_bytes(self.take()),
        }
    }

    /// Mostly a number from `low` to `high`, often an end of it or next to one, at times any number.
    pub fn value(&mut self, low: f64, high: f64) -> f64 {
        match self.byte() % 16 {
            0 => low,
            1 => high,
            2 => low.next_down(),
            3 => high.next_up(),
            4 => 0.0,
            5 => self.hostile(),
            _ => self.between(low, high),
        }
    }

    /// A value that may be absent.
    pub fn reading(&mut self, low: f64, high: f64) -> Option<f64> {
        let absent = self.once_in(16);
        (!absent).then(|| self.value(low, high))
    }

    /// Time of the next tick [ns] after `t`, mostly `step` later.
    pub fn time(&mut self, t: i64, step: i64) -> i64 {
        match self.byte() % 32 {
            0 => t,
            1 => t.saturating_sub(1),
            2 => t.saturating_sub(step),
            3 => t.saturating_add(1),
            4 => t.saturating_add(20 * step),
            5 => t.saturating_add(20 * step + 1),
            6 => t.saturating_add(1000 * step),
            7 => t.saturating_add(i64::from(u32::from_le_bytes(self.take()))),
            8 => t.wrapping_add(i64::from_le_bytes(self.take())),
            9 => self.any([i64::MIN, i64::MAX, 0, -1, i64::MAX - 1, i64::MIN + 1]),
            _ => t.saturating_add(step),
        }
    }
}
