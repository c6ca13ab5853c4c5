//! Strides without support, to see what the person does alone.

use super::N;
use crate::error::{Result, all_in_range, in_range};
use crate::types::Sides;

/// Largest error that counts.
const ERROR_MAX: f64 = 1000.0;

/// How much the person relies on support, per side and subtask.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reliance {
    /// Catch strides that count [-].
    pub strides: Sides<[f64; N]>,
    /// Mean growth of the error without support [rad, weight shift m], absent without a stride.
    pub mean: Sides<[Option<f64>; N]>,
    /// Standard error of the mean, absent below two strides.
    pub error: Sides<[Option<f64>; N]>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Leg {
    active: bool,
    pending: bool,
    before: [Option<f64>; N],
    caught: [Option<f64>; N],
    count: [f64; N],
    mean: [f64; N],
    squares: [f64; N],
}

impl Leg {
    /// Takes the errors of the stride after a caught one: one sample of reliance per subtask.
    fn sample(&mut self, after: &[Option<f64>; N]) {
        for (i, after) in after.iter().enumerate() {
            let around = match (self.before[i], *after) {
                (Some(a), Some(b)) => Some((a + b) / 2.0),
                (one, other) => one.or(other),
            };
            if let (Some(caught), Some(around)) = (self.caught[i], around) {
                let r = caught - around;
                self.count[i] += 1.0;
                let d = r - self.mean[i];
                self.mean[i] += d / self.count[i];
                self.squares[i] += d * (r - self.mean[i]);
            }
        }
    }
}

/// Withholds support for one stride in `period`, at places drawn from a seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CatchTrials {
    period: u64,
    seed: u64,
    floor: [f64; N],
    state: u64,
    place: u64,
    count: u64,
    legs: Sides<Leg>,
}

impl CatchTrials {
    /// A plan of catch strides: one in `period` (6 to 200), down to support `floor` [-].
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first parameter that is refused.
    pub fn new(period: i64, seed: u64, floor: [f64; N]) -> Result<Self> {
        let period = in_range("period", period as f64, 6.0, 200.0)? as u64;
        all_in_range("floor", floor, 0.0, 1.0)?;
        let mut out = Self { period, seed, floor, state: seed, place: 0, count: 0, legs: [Leg::default(); 2] };
        out.draw();
        Ok(out)
    }

    fn draw(&mut self) {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        self.place = 2 + (z ^ (z >> 31)) % (self.period - 2);
    }

    /// Begins a stride of `side` (0 left, else right); whether it is a catch stride.
    pub fn begin(&mut self, side: usize) -> bool {
        let caught = self.count == self.place;
        self.legs[side.min(1)].active = caught;
        self.count += 1;
        if self.count == self.period {
            self.count = 0;
            self.draw();
        }
        caught
    }

    /// Whether a catch stride is going on, or is the next to begin.
    #[must_use]
    pub fn announced(&self) -> bool {
        self.count == self.place || self.legs.iter().any(|leg| leg.active)
    }

    /// Sides on which a catch stride is going on.
    #[must_use]
    pub fn active(&self) -> Sides<bool> {
        self.legs.map(|leg| leg.active)
    }

    /// Support [-] of `side` (0 left, else right) as it may be given now.
    #[must_use]
    pub fn apply(&self, side: usize, support: &[f64; N]) -> [f64; N] {
        core::array::from_fn(|i| {
            let given = if support[i].is_finite() { support[i].clamp(0.0, 1.0) } else { 0.0 };
            if self.legs[side.min(1)].active { given.min(self.floor[i]) } else { given }
        })
    }

    /// Ends a stride of `side` (0 left, else right) with its errors [rad, weight shift m].
    pub fn close(&mut self, side: usize, errors: &[Option<f64>; N], valid: bool) {
        let errors = errors.map(|e| e.filter(|e| valid && e.is_finite() && e.abs() <= ERROR_MAX));
        let leg = &mut self.legs[side.min(1)];
        if leg.active {
            (leg.caught, leg.pending, leg.active) = (errors, true, false);
            return;
        }
        if leg.pending {
            leg.sample(&errors);
            leg.pending = false;
        }
        leg.before = errors;
    }

    /// Ends catch strides that no contact will end, as when the person stops; they count for nothing.
    pub fn abandon(&mut self) {
        for leg in &mut self.legs {
            (leg.active, leg.pending) = (false, false);
        }
    }

    /// How much the person relies on support.
    #[must_use]
    pub fn reliance(&self) -> Reliance {
        let per = |f: fn(&Leg, usize) -> Option<f64>| self.legs.map(|leg| core::array::from_fn(|i| f(&leg, i)));
        Reliance {
            strides: self.legs.map(|leg| leg.count),
            mean: per(|leg, i| (leg.count[i] > 0.0).then(|| leg.mean[i])),
            error: per(|leg, i| {
                let n = leg.count[i];
                (n >= 2.0).then(|| (leg.squares[i] / (n * (n - 1.0))).sqrt())
            }),
        }
    }

    /// Forgets everything; the same places come again.
    pub fn reset(&mut self) {
        (self.state, self.count, self.legs) = (self.seed, 0, [Leg::default(); 2]);
        self.draw();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn one_stride_in_a_block_is_caught() {
        let mut law = CatchTrials::new(10, 7, [0.0; N]).unwrap();
        for block in 0..50 {
            let mut caught = 0;
            for k in 0..10 {
                let announced = law.announced();
                let active = law.begin(k % 2);
                assert!(!active || (announced && k >= 2), "{block}");
                caught += i32::from(active);
                let error = if active { 0.3 } else { 0.1 };
                assert_eq!(law.apply(k % 2, &[0.5; N])[0], if active { 0.0 } else { 0.5 });
                law.close(k % 2, &[Some(error); N], true);
            }
            assert_eq!(caught, 1);
        }
        let reliance = law.reliance();
        assert!(reliance.mean.iter().flatten().all(|m| (m.unwrap() - 0.2).abs() < 1e-12));
    }
}
