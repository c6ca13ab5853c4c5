//! Where both legs are in their cycles, tick by tick.

use gaitloop_core::trajectory::GaitPattern;
use gaitloop_core::trajectory::leg::{accel_used, rate_used};
use gaitloop_core::types::{Sides, wrap};

/// Phases of both sides and how fast they pass, for ticks `0..len`.
#[allow(clippy::len_without_is_empty)]
pub trait Ticks: Copy {
    /// Number of ticks.
    fn len(self) -> usize;
    /// `len` ticks from `start` on.
    fn part(self, start: usize, len: usize) -> Self;
    /// Phases of tick `i` [-], wrapped.
    fn phases(self, i: usize) -> Sides<f64>;
    /// Rates [1/s] and accelerations [1/s²] of tick `i`, within what the core uses.
    fn motion(self, i: usize) -> [Sides<f64>; 2];
}

/// Phases of the left side, the right side following by an offset at the same rate.
#[derive(Clone, Copy, Debug)]
pub struct Following<'a, const ONE: bool> {
    phases: &'a [f64],
    offset: f64,
    rate: f64,
    rates: &'a [f64],
}

impl<'a> Following<'a, true> {
    /// All ticks at one `rate` [1/s].
    #[must_use]
    pub fn at_rate(pattern: &GaitPattern, phases: &'a [f64], rate: f64) -> Self {
        Self { phases, offset: pattern.offset(), rate: rate_used(rate), rates: &[] }
    }
}

impl<'a> Following<'a, false> {
    /// Each tick at its own rate [1/s]; the shorter of the two decides the number of ticks.
    #[must_use]
    pub fn at_rates(pattern: &GaitPattern, phases: &'a [f64], rates: &'a [f64]) -> Self {
        let len = phases.len().min(rates.len());
        Self { phases: &phases[..len], offset: pattern.offset(), rate: 0.0, rates: &rates[..len] }
    }
}

impl<'a, const ONE: bool> Ticks for Following<'a, ONE> {
    #[inline(always)]
    fn len(self) -> usize {
        self.phases.len()
    }

    #[inline(always)]
    fn part(self, start: usize, len: usize) -> Self {
        let cut = |x: &'a [f64]| &x[start..][..len];
        Self { phases: cut(self.phases), rates: if ONE { &[] } else { cut(self.rates) }, ..self }
    }

    #[inline(always)]
    fn phases(self, i: usize) -> Sides<f64> {
        let left = wrap(self.phases[i]);
        [left, wrap(left + self.offset)]
    }

    #[inline(always)]
    fn motion(self, i: usize) -> [Sides<f64>; 2] {
        [[if ONE { self.rate } else { rate_used(self.rates[i]) }; 2], [0.0; 2]]
    }
}

/// Phases of each side, with rates and accelerations that are the same at every tick where they are not given.
#[derive(Clone, Copy, Debug)]
pub struct SideTicks<'a> {
    phases: &'a [Sides<f64>],
    rates: Option<&'a [Sides<f64>]>,
    accels: Option<&'a [Sides<f64>]>,
    rate: f64,
}

impl<'a> SideTicks<'a> {
    /// Rates [1/s] and accelerations [1/s²] as long as `phases`; absent, the pattern's own rate and 0.
    #[must_use]
    pub fn new(
        pattern: &GaitPattern,
        phases: &'a [Sides<f64>],
        rates: Option<&'a [Sides<f64>]>,
        accels: Option<&'a [Sides<f64>]>,
    ) -> Self {
        let len = [rates, accels].into_iter().flatten().map(<[_]>::len).fold(phases.len(), usize::min);
        let cut = |x: &'a [Sides<f64>]| &x[..len];
        Self { phases: cut(phases), rates: rates.map(cut), accels: accels.map(cut), rate: pattern.stride_rate() }
    }
}

impl<'a> Ticks for SideTicks<'a> {
    #[inline(always)]
    fn len(self) -> usize {
        self.phases.len()
    }

    #[inline(always)]
    fn part(self, start: usize, len: usize) -> Self {
        let cut = |x: &'a [Sides<f64>]| &x[start..][..len];
        Self { phases: cut(self.phases), rates: self.rates.map(cut), accels: self.accels.map(cut), ..self }
    }

    #[inline(always)]
    fn phases(self, i: usize) -> Sides<f64> {
        let [left, right] = self.phases[i];
        [wrap(left), wrap(right)]
    }

    #[inline(always)]
    fn motion(self, i: usize) -> [Sides<f64>; 2] {
        let [l, r] = self.rates.map_or([self.rate; 2], |rates| rates[i]);
        let [al, ar] = self.accels.map_or([0.0; 2], |accels| accels[i]);
        [[rate_used(l), rate_used(r)], [accel_used(al), accel_used(ar)]]
    }
}
