//! Contacts of both feet by the vote of several detectors.

mod foot;
mod params;
mod queue;
mod source;

pub use params::FusedParams;

use crate::error::Result;
use crate::types::{Event, Sides};
use foot::{Foot, Tick};
use params::Settings;
use queue::Queue;
use source::Set;

/// The events of several detectors of one person as one stream.
///
/// Each foot is by itself. A source that falls silent or stands alone loses its vote on that foot until it agrees again.
#[derive(Clone, Debug)]
pub struct FusedContacts {
    settings: Settings,
    feet: Sides<Foot>,
    /// Who was alive in the last tick that was taken.
    alive: Sides<Set>,
    t: Option<i64>,
}

impl FusedContacts {
    /// Most sources there may be.
    pub const SOURCES: usize = foot::SOURCES;

    /// A vote of one to eight sources of these weights [-], `0.01..=1`, that has heard nothing.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first weight or setting outside its range, or `sources` for their number.
    pub fn new(weights: &[f64], params: FusedParams) -> Result<Self> {
        let settings = Settings::new(weights, params)?;
        Ok(Self { settings, feet: [Foot::NEW; 2], alive: [0; 2], t: None })
    }

    /// Number of sources.
    #[must_use]
    pub fn sources(&self) -> usize {
        self.settings.sources
    }

    /// One tick at time `t` [ns]: what each source reported in it, and whether it watches each foot.
    ///
    /// A source that is not in the slices found nothing and is not alive. A tick whose time does not exceed the one
    /// before is not taken.
    pub fn step(&mut self, found: &[Sides<Option<Event>>], alive: &[Sides<bool>], t: i64) -> Sides<Option<Event>> {
        if self.t.is_some_and(|last| t <= last) {
            return [None; 2];
        }
        self.t = Some(t);
        let sources = self.settings.sources;
        self.alive = [0; 2];
        for (i, alive) in alive.iter().take(sources).enumerate() {
            for (set, &alive) in self.alive.iter_mut().zip(alive) {
                *set |= Set::from(alive) << i;
            }
        }
        if found.is_empty() && self.feet.iter().all(|foot| foot.idle(t)) {
            return [None; 2];
        }
        core::array::from_fn(|side| {
            let tick = Tick { settings: &self.settings, alive: self.alive[side], t };
            self.feet[side].step(found.iter().take(sources).map(|found| found[side]), &tick)
        })
    }

    /// Side and event of everything told in a recording; it is a step per tick, from the state there is.
    ///
    /// `found` holds side and event of what each source reported, `alive` a value per tick and source (sources of a tick
    /// side by side). An event is found in the first tick not before its `t_emit`, of several of one source and foot one
    /// in each tick; a tick that is not taken loses it. This allocates.
    pub fn run(&mut self, found: &[&[(usize, Event)]], alive: &[Sides<bool>], t: &[i64]) -> Vec<(usize, Event)> {
        let mut queue = Queue::new(found);
        let mut told = Vec::new();
        for (alive, &t) in alive.chunks_exact(self.settings.sources).zip(t) {
            let events = self.step(queue.next(t), alive, t);
            told.extend(events.into_iter().enumerate().filter_map(|(side, event)| Some((side, event?))));
        }
        told
    }

    /// Which feet are on the ground, as far as known.
    #[must_use]
    pub fn in_contact(&self) -> Sides<bool> {
        [self.feet[0].in_contact(), self.feet[1].in_contact()]
    }

    /// Which feet no source watched in the last tick.
    #[must_use]
    pub fn paused(&self) -> Sides<bool> {
        self.alive.map(|alive| self.t.is_some() && alive == 0)
    }

    /// Which sources have a vote on each foot, alive or not.
    pub fn trusted(&self) -> impl Iterator<Item = Sides<bool>> {
        (0..self.settings.sources).map(|i| [self.feet[0].sources[i].votes(), self.feet[1].sources[i].votes()])
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        *self = Self { settings: self.settings, feet: [Foot::NEW; 2], alive: [0; 2], t: None };
    }
}

#[cfg(test)]
mod tests;
