//! Speed governed by heart-rate reserve.

use crate::error::{Error, Result, in_range};

/// Longest tick that a step takes [s].
const TICK_MAX: f64 = 1.0;
/// Readings that count [bpm], and the age to which they do [s].
const READING: [f64; 2] = [25.0, 250.0];
const AGE_MAX: f64 = 10.0;
/// Share of the reserve over which a rate builds up.
const EDGE: f64 = 0.1;
/// Fastest that can be asked for [m/s].
const FASTEST: f64 = 3.0;

/// Limits of an [`IntensityGovernor`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IntensityParams {
    /// Heart rate at rest [bpm], `30..=120`.
    pub rest: f64,
    /// Largest heart rate [bpm], `80..=230`, above `rest`.
    pub max: f64,
    /// Fraction of the reserve below which the value rises [-], `0..=1`.
    pub lower: f64,
    /// Fraction of the reserve above which it falls [-], `0..=1`, above `lower`.
    pub upper: f64,
    /// Heart rate from which it falls at the full rate [bpm], `40..=230`.
    pub limit: f64,
    /// Smallest value [m/s], `0..=3`.
    pub slowest: f64,
    /// Largest value [m/s], `slowest..=3`.
    pub fastest: f64,
    /// Value at the start [m/s], `slowest..=fastest`.
    pub initial: f64,
    /// Largest rise [m/s per s], `0..=0.05`.
    pub rate_up: f64,
    /// Largest fall [m/s per s], `0..=0.2`.
    pub rate_down: f64,
    /// How long the value is held without a reading [s], `0..=300`.
    pub hold: f64,
}

/// What a governor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntensityMode {
    /// No reading: the value stays for a while.
    Hold = 0,
    /// No reading for long: the value falls.
    Ease = 1,
    /// Below the band: the value rises.
    Raise = 2,
    /// Within the band.
    Within = 3,
    /// Above the band: the value falls.
    Lower = 4,
    /// At the limit: the value falls at the full rate.
    StopRaising = 5,
}

/// What comes out of a governor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Intensity {
    /// Value [m/s].
    pub value: f64,
    /// Fraction of the reserve in use [-], absent without a reading.
    pub reserve: Option<f64>,
    /// What the governor does.
    pub mode: IntensityMode,
}

/// Keeps the heart rate in a band of its reserve (Karvonen 1957).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IntensityGovernor {
    params: IntensityParams,
    value: f64,
    unknown: f64,
}

fn ordered(low: &'static str, high: &'static str, low_value: f64, high_value: f64, equal: bool) -> Result<()> {
    if low_value < high_value || (equal && low_value <= high_value) {
        Ok(())
    } else {
        Err(Error::Swapped { low, high, index: None, low_value, high_value })
    }
}

impl IntensityGovernor {
    /// A governor at its initial value.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] or [`Error::Swapped`] naming the first parameter that is refused.
    pub fn new(params: IntensityParams) -> Result<Self> {
        let p = &params;
        in_range("rest", p.rest, 30.0, 120.0)?;
        in_range("max", p.max, 80.0, 230.0)?;
        ordered("rest", "max", p.rest, p.max, false)?;
        in_range("lower", p.lower, 0.0, 1.0)?;
        in_range("upper", p.upper, 0.0, 1.0)?;
        ordered("lower", "upper", p.lower, p.upper, false)?;
        in_range("limit", p.limit, 40.0, 230.0)?;
        in_range("slowest", p.slowest, 0.0, FASTEST)?;
        in_range("fastest", p.fastest, 0.0, FASTEST)?;
        ordered("slowest", "fastest", p.slowest, p.fastest, true)?;
        in_range("initial", p.initial, p.slowest, p.fastest)?;
        in_range("rate_up", p.rate_up, 0.0, 0.05)?;
        in_range("rate_down", p.rate_down, 0.0, 0.2)?;
        in_range("hold", p.hold, 0.0, 300.0)?;
        Ok(Self { params, value: params.initial, unknown: 0.0 })
    }

    /// Heart rate [bpm] at a fraction of the reserve.
    #[must_use]
    pub fn target(&self, fraction: f64) -> f64 {
        self.params.rest + fraction * (self.params.max - self.params.rest)
    }

    /// One tick of `dt` [s] with a heart rate [bpm] of an age [s].
    pub fn step(&mut self, heart_rate: Option<f64>, age: f64, dt: f64) -> Intensity {
        let p = self.params;
        let h = if dt.is_finite() && dt > 0.0 { dt.min(TICK_MAX) } else { 0.0 };
        let fresh = (0.0..=AGE_MAX).contains(&age);
        let reading = heart_rate.filter(|hr| fresh && (READING[0]..=READING[1]).contains(hr));
        let (before, mut v) = (self.value, self.value);
        let (reserve, mode) = if let Some(hr) = reading {
            self.unknown = 0.0;
            let x = (hr - p.rest) / (p.max - p.rest);
            let mode = if hr >= p.limit {
                v -= p.rate_down * h;
                IntensityMode::StopRaising
            } else if x > p.upper {
                v -= p.rate_down * h * ((x - p.upper) / EDGE).min(1.0);
                IntensityMode::Lower
            } else if x < p.lower {
                v += p.rate_up * h * ((p.lower - x) / EDGE).min(1.0);
                IntensityMode::Raise
            } else {
                IntensityMode::Within
            };
            (Some(x), mode)
        } else {
            self.unknown += h;
            if self.unknown <= p.hold {
                (None, IntensityMode::Hold)
            } else {
                v -= p.rate_down * h;
                (None, IntensityMode::Ease)
            }
        };
        self.value = if before > p.fastest {
            v.min(before - p.rate_down * h).max(p.fastest)
        } else {
            v.clamp(p.slowest, p.fastest)
        };
        Intensity { value: self.value, reserve, mode }
    }

    /// A new largest value [m/s], `slowest..=3`.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming it.
    pub fn request(&mut self, fastest: f64) -> Result<()> {
        self.params.fastest = in_range("fastest", fastest, self.params.slowest, FASTEST)?;
        Ok(())
    }

    /// Value [m/s].
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Largest value [m/s].
    #[must_use]
    pub fn fastest(&self) -> f64 {
        self.params.fastest
    }

    /// Starts again.
    pub fn reset(&mut self) {
        (self.value, self.unknown) = (self.params.initial.min(self.params.fastest), 0.0);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn it_never_rises_at_the_limit_or_blind() {
        let params = IntensityParams {
            rest: 70.0,
            max: 150.0,
            lower: 0.4,
            upper: 0.6,
            limit: 130.0,
            slowest: 0.2,
            fastest: 1.2,
            initial: 0.5,
            rate_up: 0.01,
            rate_down: 0.05,
            hold: 5.0,
        };
        let mut law = IntensityGovernor::new(params).unwrap();
        let up = law.step(Some(80.0), 0.0, 1.0);
        assert_eq!((up.mode, up.value > 0.5), (IntensityMode::Raise, true));
        let down = law.step(Some(130.0), 0.0, 1.0);
        assert_eq!((down.mode, down.value < 0.5), (IntensityMode::StopRaising, true));
        let modes: Vec<_> = (0..7).map(|_| law.step(None, 0.0, 1.0).mode).collect();
        assert_eq!((modes[4], modes[5]), (IntensityMode::Hold, IntensityMode::Ease));
        law.request(0.3).unwrap();
        for _ in 0..20 {
            law.step(Some(100.0), 0.0, 1.0);
        }
        assert!((law.value() - 0.3).abs() < 1e-12 && law.request(5.0).is_err());
    }
}
