//! The rope of a body-weight support: its speed follows the force that is missing, and it stands wherever it is not told
//! to move.

use super::Trouble;
use gaitloop_core::error::in_range;
use gaitloop_core::types::NS;
use gaitloop_core::{Error, Result};

/// Longest tick that is reckoned with [s].
const TICK_MAX: f64 = 0.02;
/// Share of the largest force below zero that a load cell may tell [-]: a rope cannot push.
const BELOW: f64 = 0.1;
/// Accepted force beyond what is asked for: share of it [-] (PA5), and on top of that [N].
const EXCESS: [f64; 2] = [0.3, 50.0];
/// Time for which it may be more [ns] (PA5).
const EXCESS_TIME: i64 = 200_000_000;

/// A winch and its load cell; no part has a default.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WinchParams {
    /// Force for each digit of the load cell, negative where digits fall as the rope is pulled [N], 1e-4 to 100.
    pub digit: f64,
    /// Digits without a force.
    pub zero: i16,
    /// Speed of the rope for each newton that is missing [m/(s·N)], 1e-6 to 0.01.
    pub gain: f64,
    /// Largest change of that speed [m/s²], 0.01 to 20.
    pub acceleration_max: f64,
    /// Force beyond which it holds [N], 50 to 10000.
    pub force_max: f64,
    /// Lowest and highest place of the rope [m], -10 to 10.
    pub travel: [f64; 2],
    /// Largest distance from where the rope is told to be, in the position mode [m], 0.001 to 0.2.
    pub following_max: f64,
}

impl WinchParams {
    /// Accepts what lies in its ranges.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming the first that does not.
    pub fn check(self) -> Result<Self> {
        if !(1e-4..=100.0).contains(&self.digit.abs()) {
            return Err(Error::OutOfRange { name: "digit", index: None, value: self.digit, min: -100.0, max: 100.0 });
        }
        in_range("gain", self.gain, 1e-6, 0.01)?;
        in_range("acceleration_max", self.acceleration_max, 0.01, 20.0)?;
        in_range("force_max", self.force_max, 50.0, 10_000.0)?;
        let [low, high] = self.travel;
        in_range("travel_min", low, -10.0, 10.0)?;
        in_range("travel_max", high, low, 10.0)?;
        in_range("following_max", self.following_max, 0.001, 0.2)?;
        Ok(self)
    }

    /// Force that digits of the load cell tell [N].
    #[must_use]
    pub fn force(&self, digits: i32) -> f64 {
        f64::from(digits - i32::from(self.zero)) * self.digit
    }
}

/// Where the rope is and what it carries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RopeSeen {
    /// Place of the rope, upwards [m].
    pub position: f64,
    /// Force in it [N].
    pub force: f64,
}

/// What the rope is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pull {
    /// Speed, upwards [m/s].
    pub speed: f64,
    /// Place [m]; none before it moved or while it is not known where it is.
    pub place: Option<f64>,
}

/// The law of a winch, and what it keeps from tick to tick.
#[derive(Clone, Copy, Debug)]
pub struct Winch {
    params: WinchParams,
    speed: f64,
    place: Option<f64>,
    t: Option<i64>,
    reached: bool,
    excess_since: Option<i64>,
}

impl Winch {
    /// A winch that stands.
    #[must_use]
    pub fn new(params: WinchParams) -> Self {
        Self { params, speed: 0.0, place: None, t: None, reached: false, excess_since: None }
    }

    /// What is wrong at `t` [ns] with the rope while `asked` [N] is asked for, if that is; `digits` are of the load cell.
    pub fn judge(&mut self, t: i64, asked: Option<f64>, digits: i32) -> Option<Trouble> {
        let p = &self.params;
        let force = p.force(digits);
        // At the ends of its range the amplifier tells of a broken wire, or of more than it can measure.
        let whole = digits > i32::from(i16::MIN) && digits < i32::from(i16::MAX);
        if !(whole && force >= -BELOW * p.force_max) {
            return Some(Trouble::LoadLost);
        }
        let excess = self.is_excessive(t, asked, force);
        (force > self.params.force_max || excess).then_some(Trouble::Overloaded)
    }

    /// More than is asked for, once there was about as much as that: before, the rope may have to give way.
    fn is_excessive(&mut self, t: i64, asked: Option<f64>, force: f64) -> bool {
        let Some(asked) = asked else {
            (self.reached, self.excess_since) = (false, None);
            return false;
        };
        let within = force <= asked + EXCESS[0] * asked + EXCESS[1];
        self.reached |= within;
        if within || !self.reached {
            self.excess_since = None;
            return false;
        }
        t.saturating_sub(*self.excess_since.get_or_insert(t)) >= EXCESS_TIME
    }

    /// One tick at `t` [ns] of a drive that follows: `asked` [N] where the rope shall carry that, else it holds.
    pub fn step(&mut self, t: i64, asked: Option<f64>, seen: RopeSeen, speed_max: f64) -> Pull {
        let dt = self.t.map_or(0.0, |last| (t.saturating_sub(last) as f64 / NS).clamp(0.0, TICK_MAX));
        self.t = Some(t);
        self.speed = asked.map_or(0.0, |asked| self.follow(asked, seen, speed_max, dt));
        let [low, high] = self.params.travel;
        let from = self.place.unwrap_or(seen.position);
        // Who is beyond an end already is not pulled back to it.
        let (low, high) = (low.min(from), high.max(from));
        let place = (from + self.speed * dt).clamp(low, high);
        self.place = Some(place);
        Pull { speed: self.speed, place: Some(place) }
    }

    fn follow(&self, asked: f64, seen: RopeSeen, speed_max: f64, dt: f64) -> f64 {
        let p = &self.params;
        let asked = if asked.is_finite() { asked.clamp(0.0, p.force_max) } else { 0.0 };
        let wanted = (p.gain * (asked - seen.force)).clamp(-speed_max, speed_max);
        let slope = p.acceleration_max * dt;
        let speed = wanted.clamp(self.speed - slope, self.speed + slope);
        let [low, high] = p.travel;
        let end = speed > 0.0 && seen.position >= high || speed < 0.0 && seen.position <= low;
        if end || !speed.is_finite() { 0.0 } else { speed }
    }

    /// It is where it is: nothing that was told before counts.
    pub fn rest(&mut self) -> Pull {
        (self.speed, self.place, self.t) = (0.0, None, None);
        Pull { speed: 0.0, place: None }
    }

    /// Whether a rope at `position` [m] is too far from where it was told to be.
    #[must_use]
    pub fn strays(&self, position: f64) -> bool {
        let within = |place: f64| (position - place).abs() <= self.params.following_max;
        self.place.is_some_and(|place| !within(place))
    }
}

#[cfg(test)]
pub(super) fn example() -> WinchParams {
    WinchParams {
        digit: 0.1,
        zero: 100,
        gain: 0.001,
        acceleration_max: 1.0,
        force_max: 1200.0,
        travel: [-0.5, 0.5],
        following_max: 0.02,
    }
}

#[cfg(test)]
mod tests;
