//! Contacts of both feet from an inertial sensor on each foot.

mod axis;
mod foot;
mod params;
mod vector;

pub use params::FootImuParams;

use super::detector::Detector;
use crate::error::Result;
use crate::types::{Event, Sides};
use foot::Foot;
use params::Settings;

/// Streaming detector of initial contact and toe-off of both feet by their pitch rates.
///
/// The sensors may be mounted in any way: the axis of the pitch and its sign are found while the person walks.
#[derive(Clone, Debug)]
pub struct FootImuContacts {
    settings: Settings,
    feet: Sides<Foot>,
    t: Option<i64>,
}

impl FootImuContacts {
    /// A detector that has seen nothing.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first parameter outside its range.
    pub fn new(params: FootImuParams) -> Result<Self> {
        Ok(Self::fresh(Settings::new(params)?))
    }

    fn fresh(settings: Settings) -> Self {
        Self { settings, feet: [Foot::new(); 2], t: None }
    }
}

impl Detector<12> for FootImuContacts {
    /// One tick: acceleration [m/s²] and angular velocity [rad/s] of the left and of the right foot; a foot with a
    /// value that is not finite or beyond ±1000 is not watched.
    fn step(&mut self, row: &[f64; 12], t: i64) -> Sides<Option<Event>> {
        if self.t.is_some_and(|last| t <= last) {
            return [None; 2];
        }
        self.t = Some(t);
        let [left, right] = &mut self.feet;
        let &[a, b, c, d, e, f, ..] = row;
        let &[.., u, v, w, x, y, z] = row;
        [left.step(&self.settings, &[a, b, c, d, e, f], t), right.step(&self.settings, &[u, v, w, x, y, z], t)]
    }

    fn look_ahead(&self, rows: &[[f64; 12]], t: &[i64]) -> Vec<(usize, Event)> {
        let mut pass = Self::fresh(self.settings);
        for (row, &t) in rows.iter().zip(t) {
            pass.step(row, t);
        }
        (pass.feet, pass.t) = (pass.feet.map(|foot| foot.settled()), None);
        let end = t.last().copied().unwrap_or_default();
        let mut found = Vec::new();
        for (row, &t) in rows.iter().zip(t) {
            let events = pass.step(row, t).into_iter().enumerate();
            found.extend(events.filter_map(|(side, event)| Some((side, Event { t_emit: end, ..event? }))));
        }
        found
    }

    fn in_contact(&self) -> Sides<bool> {
        self.feet.map(|foot| foot.contact)
    }

    fn paused(&self) -> Sides<bool> {
        self.feet.map(|foot| foot.paused)
    }

    fn reset(&mut self) {
        *self = Self::fresh(self.settings);
    }
}
