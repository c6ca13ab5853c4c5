//! Contacts of both feet from an inertial sensor on the lower back.

mod due;
mod params;
mod signals;
mod walk;
mod whole;

pub use params::BackImuParams;

use super::detector::Detector;
use crate::error::Result;
use crate::types::{Event, NS, Sides};
use signals::Signals;
use walk::Walk;

/// Largest magnitude that is taken for an acceleration [m/s²].
const ACCELERATION_MAX: f64 = 1000.0;
/// Largest magnitude that is taken for an angular velocity [rad/s].
const VELOCITY_MAX: f64 = 100.0;

fn nanoseconds(seconds: f64) -> i64 {
    (seconds * NS) as i64
}

fn seconds(from: i64, to: i64) -> f64 {
    to.saturating_sub(from) as f64 * 1e-9
}

/// Double support [s] of a step time [s]: the time from a contact to the lift of the other foot.
fn double_support(step_time: f64) -> f64 {
    (0.72 * step_time - 0.25).min(0.45 * step_time).max(0.12 * step_time)
}

/// Whether a row was measured.
fn taken(row: &[f64; 6]) -> bool {
    let [acceleration @ .., _, _, _] = row;
    let [_, _, _, velocity @ ..] = row;
    let within = |values: &[f64; 3], max: f64| values.iter().fold(true, |all, value| all & (value.abs() <= max));
    within(acceleration, ACCELERATION_MAX) & within(velocity, VELOCITY_MAX)
}

/// Streaming detector of initial contact and toe-off of both feet from a sensor on the lower back, mounted in any way.
///
/// The vertical acceleration of the trunk rises once a step at the contact; the turn about the vertical tells the side.
/// A row is acceleration x, y, z [m/s²], gravity included, and angular velocity x, y, z [rad/s].
#[derive(Clone, Debug)]
pub struct BackImuContacts {
    params: BackImuParams,
    gap: i64,
    t: Option<i64>,
    seen: Option<i64>,
    signals: Signals,
    walk: Walk,
}

impl BackImuContacts {
    /// A detector that has seen nothing.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first parameter outside its range.
    pub fn new(params: BackImuParams) -> Result<Self> {
        Ok(Self::fresh(params.checked()?))
    }

    fn fresh(params: BackImuParams) -> Self {
        let (gap, signals, walk) = (nanoseconds(params.gap), Signals::new([0.0; 3]), Walk::new(&params));
        Self { params, gap, t: None, seen: None, signals, walk }
    }
}

impl Detector<6> for BackImuContacts {
    #[inline]
    fn step(&mut self, row: &[f64; 6], t: i64) -> Sides<Option<Event>> {
        if self.t.is_some_and(|last| t <= last) {
            return [None; 2];
        }
        self.t = Some(t);
        if !taken(row) {
            return [None; 2];
        }
        let Some(prev) = self.seen.replace(t).filter(|&prev| t.saturating_sub(prev) <= self.gap) else {
            let [x, y, z, ..] = *row;
            self.signals = Signals::new([x, y, z]);
            self.walk.forget();
            return [None; 2];
        };
        let upright = self.signals.step(row, t - prev, self.walk.smoothing());
        self.walk.lift(t);
        if upright {
            self.walk.fade(self.signals.fade());
            self.walk.follow(self.signals.rise(), self.signals.turn(), prev, t);
        }
        self.walk.release(t)
    }

    fn look_ahead(&self, rows: &[[f64; 6]], t: &[i64]) -> Vec<(usize, Event)> {
        whole::events(&self.params, rows, t)
    }

    fn in_contact(&self) -> Sides<bool> {
        self.walk.in_contact()
    }

    fn paused(&self) -> Sides<bool> {
        [self.seen != self.t; 2]
    }

    fn reset(&mut self) {
        *self = Self::fresh(self.params);
    }
}
