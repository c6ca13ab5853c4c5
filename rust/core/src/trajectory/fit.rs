//! A pattern fitted to a person: a model and the residual of the person's own good cycles.

mod cycles;
mod residual;

use crate::error::{Error, Result, in_range};
use crate::types::{JointVec, N_LEG, N_SIDES, Sides, wrap};

use super::pattern::{Cadence, GaitPattern};
use cycles::{Cycle, good_cycles, median};
use residual::{Residual, cycles_needed, lead};

/// Number of samples of a cycle.
const SAMPLES: usize = 128;
/// Largest magnitude of a fitted angle [rad].
const ANGLE_MAX: f64 = 3.0;
/// What too few good cycles are called, per side.
const GOOD: Sides<&str> = ["good cycles on the left", "good cycles on the right"];
/// Least lead of a leg at its contacts [rad]: 0, and what a hip that hardly moves may miss it by.
const LEAD_MIN: f64 = -0.05;
/// What the lead is called, per side.
const LEAD: Sides<&str> = ["lead of the left leg at its contacts", "lead of the right leg at its contacts"];
/// Names of the times of contacts, per side.
const CONTACTS: Sides<&str> = ["contacts_left", "contacts_right"];

/// Hip, knee and ankle [rad] over a cycle.
type Table = Vec<[f64; N_LEG]>;

/// Settings of a fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FitParams {
    /// Walking speed [m/s], 0.05 to 5; absent: the model's.
    pub speed: Option<f64>,
    /// Distance between means that counts as the same [rad], 1e-4 to 0.2.
    pub tolerance: f64,
    /// Good cycles a side needs, 3 to 1000.
    pub min_cycles: usize,
    /// Largest deviation of a cycle's duration from the median, as a share of it [-], 0.01 to 1.
    pub duration_span: f64,
    /// Longest time between samples [s], 0.001 to 0.5.
    pub max_gap: f64,
    /// Distance from the median cycle that is always accepted [rad], 0 to 1.
    pub distance_min: f64,
    /// Harmonics of the cycle that the residual keeps, 1 to 40.
    pub harmonics: usize,
}

impl Default for FitParams {
    fn default() -> Self {
        Self {
            speed: None,
            tolerance: 1.0_f64.to_radians(),
            min_cycles: 5,
            duration_span: 0.25,
            max_gap: 0.05,
            distance_min: 4.0_f64.to_radians(),
            harmonics: 20,
        }
    }
}

impl FitParams {
    fn checked(&self) -> Result<()> {
        if let Some(speed) = self.speed {
            in_range("speed", speed, 0.05, 5.0)?;
        }
        in_range("tolerance", self.tolerance, 1e-4, 0.2)?;
        in_range("min_cycles", self.min_cycles as f64, 3.0, 1000.0)?;
        in_range("duration_span", self.duration_span, 0.01, 1.0)?;
        in_range("max_gap", self.max_gap, 0.001, 0.5)?;
        in_range("distance_min", self.distance_min, 0.0, 1.0)?;
        in_range("harmonics", self.harmonics as f64, 1.0, 40.0)?;
        Ok(())
    }
}

/// Why a cycle was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// It reaches beyond the recording.
    Outside = 0,
    /// It is much shorter or longer than the others.
    Duration = 1,
    /// Samples are missing.
    Gap = 2,
    /// An angle is beyond what a joint can do.
    Range = 3,
    /// It is far from the median cycle.
    Distance = 4,
}

/// A cycle that was not used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rejected {
    /// Side, 0 left, 1 right.
    pub side: usize,
    /// Time of the contact it begins with [s].
    pub start: f64,
    /// Why.
    pub reason: Reason,
}

/// A fitted pattern and what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The pattern.
    pub pattern: GaitPattern,
    /// Good cycles of each side.
    pub cycles_used: Sides<usize>,
    /// Number of good cycles after which the mean stays within the tolerance of the final one.
    pub cycles_needed: usize,
    /// Cycles that were not used, left first, in order of time.
    pub rejected: Vec<Rejected>,
    /// Root mean square of the residual in use [rad].
    pub residual_rms: JointVec,
    /// Spread of the good cycles around their mean [rad].
    pub spread: JointVec,
}

impl GaitPattern {
    /// This pattern changed by the residual of a person, from joint angles (T, 6) [rad] at `time` [s] and the times of
    /// the initial contacts of each side [s].
    ///
    /// # Errors
    /// [`Error`] naming the first argument that was refused, or the side with too few good cycles, or whose contacts
    /// are not where its leg is in front.
    pub fn fit(&self, time: &[f64], angles: &[JointVec], contacts: Sides<&[f64]>, params: &FitParams) -> Result<Fit> {
        params.checked()?;
        check_recording(time, angles, contacts)?;
        let mut rejected = Vec::new();
        let mut good: Sides<Vec<Cycle>> = [Vec::new(), Vec::new()];
        for side in 0..N_SIDES {
            good[side] = good_cycles(side, time, angles, contacts[side], params, &mut rejected);
        }
        for side in 0..N_SIDES {
            let got = good[side].len();
            if got < params.min_cycles {
                return Err(Error::Length { name: GOOD[side], got, min: params.min_cycles, max: usize::MAX });
            }
        }
        alike(&good, params.duration_span)?;
        for side in 0..N_SIDES {
            in_range(LEAD[side], lead(&good[side]), LEAD_MIN, ANGLE_MAX)?;
        }
        let residuals = [0, 1].map(|side| Residual::new(self, side, &good[side], params.harmonics));
        let pattern = self.with_residuals(&residuals, self.cadence_of(&good, contacts[1], params.speed))?;
        let both = |of: fn(&Residual) -> [f64; N_LEG]| -> JointVec {
            let sides = [of(&residuals[0]), of(&residuals[1])];
            core::array::from_fn(|i| sides[i / N_LEG][i % N_LEG])
        };
        Ok(Fit {
            pattern,
            cycles_used: [good[0].len(), good[1].len()],
            cycles_needed: cycles_needed(&good[0], params.tolerance).max(cycles_needed(&good[1], params.tolerance)),
            rejected,
            residual_rms: both(|r| r.rms),
            spread: both(|r| r.spread),
        })
    }

    /// Cadence of the good cycles, and the right leg's lag behind the left.
    fn cadence_of(&self, good: &Sides<Vec<Cycle>>, right: &[f64], speed: Option<f64>) -> Cadence {
        let durations = || good.iter().flatten().map(|cycle| cycle.end - cycle.start);
        let mean = durations().sum::<f64>() / durations().count() as f64;
        let mut at: Vec<f64> = Vec::new();
        for cycle in &good[0] {
            let inside = right.iter().filter(|t| (cycle.start..cycle.end).contains(*t));
            at.extend(inside.map(|t| (t - cycle.start) / (cycle.end - cycle.start)));
        }
        let offset = if at.is_empty() { self.offset() } else { wrap(1.0 - median(&at)) };
        Cadence { offset, stride_rate: 1.0 / mean, speed: speed.or(self.speed()), published_stride_rate: None }
    }

    /// The curves of this pattern plus a residual of each side.
    fn with_residuals(&self, residuals: &Sides<Residual>, cadence: Cadence) -> Result<Self> {
        let mut legs: Sides<Table> = [Vec::new(), Vec::new()];
        for (side, residual) in residuals.iter().enumerate() {
            for (j, by) in residual.values.iter().enumerate() {
                let model = self.leg(side, j as f64 / SAMPLES as f64)[0];
                let row: [f64; N_LEG] = core::array::from_fn(|i| model[i] + by[i]);
                for value in row {
                    let (index, min, max) = (Some(j), -ANGLE_MAX, ANGLE_MAX);
                    in_range("angles", value, min, max).map_err(|_| Error::OutOfRange {
                        name: "angles",
                        index,
                        value,
                        min,
                        max,
                    })?;
                }
                legs[side].push(row);
            }
        }
        Self::through(&legs[0], &legs[1], cadence)
    }
}

/// Accepts sides whose mean cycles last equally long; contacts missed in every cycle of a side double it.
fn alike(good: &Sides<Vec<Cycle>>, span: f64) -> Result<()> {
    let [left, value] =
        [0, 1].map(|side| good[side].iter().map(|c| c.end - c.start).sum::<f64>() / good[side].len() as f64);
    in_range("mean cycle on the right", value, left * (1.0 - span), left * (1.0 + span)).map(|_| ())
}

fn check_recording(time: &[f64], angles: &[JointVec], contacts: Sides<&[f64]>) -> Result<()> {
    if time.len() < 2 {
        return Err(Error::Length { name: "time", got: time.len(), min: 2, max: usize::MAX });
    }
    if angles.len() != time.len() {
        return Err(Error::Length { name: "angles", got: angles.len(), min: time.len(), max: time.len() });
    }
    increasing("time", time)?;
    for (name, times) in CONTACTS.into_iter().zip(contacts) {
        increasing(name, times)?;
    }
    Ok(())
}

/// Accepts finite, increasing times.
fn increasing(name: &'static str, times: &[f64]) -> Result<()> {
    const LIMIT: f64 = 9e9;
    for (i, &value) in times.iter().enumerate() {
        in_range(name, value, -LIMIT, LIMIT).map_err(|_| Error::OutOfRange {
            name,
            index: Some(i),
            value,
            min: -LIMIT,
            max: LIMIT,
        })?;
        if i > 0 && value <= times[i - 1] {
            return Err(Error::NotIncreasing { name, index: i, value, previous: times[i - 1] });
        }
    }
    Ok(())
}
