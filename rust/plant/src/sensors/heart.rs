//! Heart rate: follows what the muscles do, slowly.
//!
//! Muscles take four times the work they give and 1/1.2 of the work they take up (efficiencies 0.25 and -1.20, Margaria
//! 1968, Int Z Angew Physiol 25:339). The share of the heart-rate reserve that is used equals the share of the oxygen
//! reserve (Swain & Leutholtz 1997, Med Sci Sports Exerc 29:410), a litre of oxygen being worth 20.9 kJ. Ours: the rate
//! follows with one time constant; rest, maximum and aerobic capacity are round numbers meant for an older person
//! after a stroke; holding still against a load costs nothing.

use gaitloop_core::Result;
use gaitloop_core::error::in_range;

/// Share of the metabolic power that becomes work, when muscles give it and when they take it up [-].
const EFFICIENCY: [f64; 2] = [0.25, 1.2];
/// Oxygen taken up at rest [mL/min/kg] and its worth [J/mL].
const OXYGEN_REST: f64 = 3.5;
const OXYGEN_WORTH: f64 = 20.9;

/// The heart of a person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeartParams {
    /// Rate at rest [1/min], 40 to 120.
    pub rest: f64,
    /// Highest rate [1/min], 121 to 220.
    pub max: f64,
    /// Highest oxygen uptake [mL/min/kg], 8 to 80.
    pub oxygen_max: f64,
    /// Time constant [s], 1 to 300.
    pub time: f64,
}

impl Default for HeartParams {
    fn default() -> Self {
        Self { rest: 70.0, max: 160.0, oxygen_max: 20.0, time: 40.0 }
    }
}

impl HeartParams {
    /// Accepts the figures when all lie in their ranges.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first that does not.
    pub fn check(self) -> Result<Self> {
        in_range("heart_rest", self.rest, 40.0, 120.0)?;
        in_range("heart_max", self.max, 121.0, 220.0)?;
        in_range("oxygen_max", self.oxygen_max, 8.0, 80.0)?;
        in_range("heart_time", self.time, 1.0, 300.0)?;
        Ok(self)
    }
}

/// A heart in time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heart {
    params: HeartParams,
    rate: f64,
    t: Option<i64>,
}

impl Heart {
    pub fn new(params: HeartParams) -> Self {
        Self { params, rate: params.rest, t: None }
    }

    /// Rate [1/min] at `t` [ns] of a person of `mass` [kg] whose joints work with `power` [W] each.
    pub fn step(&mut self, t: i64, power: impl Iterator<Item = f64>, mass: f64) -> f64 {
        let dt = self.t.map_or(0.0, |before| (t.saturating_sub(before) as f64 * 1e-9).clamp(0.0, 1.0));
        self.t = Some(t);
        let demand: f64 = power.map(|p| if p > 0.0 { p / EFFICIENCY[0] } else { -p / EFFICIENCY[1] }).sum();
        let reserve = (self.params.oxygen_max - OXYGEN_REST) / 60.0 * OXYGEN_WORTH;
        let share = demand / (mass * reserve);
        let share = if share.is_finite() { share.min(1.0) } else { 0.0 };
        let target = self.params.rest + (self.params.max - self.params.rest) * share;
        self.rate += (dt / self.params.time).min(1.0) * (target - self.rate);
        self.rate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_drives_the_rate_and_it_settles_at_the_share_of_the_reserve() {
        let params = HeartParams::default();
        let mut heart = Heart::new(params);
        // 0.25 * 80 kg * 5.7475 W/kg of reserve: the whole of it; half of it as work taken up: 0.104.
        let reserve = 80.0 * 16.5 / 60.0 * 20.9;
        let mut rate = 0.0;
        for tick in 0..400_000 {
            rate = heart.step(tick * 1_000_000, [0.125 * reserve, 0.0].into_iter(), 80.0);
        }
        assert!((rate - 115.0).abs() < 0.01, "{rate}");
        let once = Heart::new(params).step(0, [1e9].into_iter(), 80.0);
        assert_eq!(once, 70.0);
        let mut heart = Heart::new(params);
        heart.step(0, [f64::NAN].into_iter(), 80.0);
        assert_eq!(heart.step(1_000_000_000, [f64::NAN].into_iter(), 80.0), 70.0);
        assert!((heart.step(2_000_000_000, [1e9].into_iter(), 80.0) - 72.25).abs() < 1e-12);
    }
}
