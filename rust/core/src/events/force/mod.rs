//! Contacts of both feet from their vertical forces.

mod ahead;
mod foot;
mod hidden;
mod history;
mod params;

pub use params::ForceParams;

use super::detector::Detector;
use crate::error::Result;
use crate::types::{Event, Sides};
use foot::{Foot, Other};
use history::History;
use params::Settings;

/// Largest magnitude that is taken for a force [N].
const FORCE_MAX: f64 = 1e5;

/// Streaming detector of initial contact and toe-off of both feet.
///
/// A foot that lands across the gap between two belts loads both: the other foot then never reaches zero, and its
/// toe-off is known by its force following this foot's in a fixed ratio.
#[derive(Clone, Debug)]
pub struct ForceContacts {
    settings: Settings,
    feet: Sides<Foot>,
    history: History,
    t: Option<i64>,
}

impl ForceContacts {
    /// A detector that has seen nothing.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first parameter outside its range; [`crate::Error::Swapped`] when `off`
    /// exceeds `on`.
    pub fn new(params: ForceParams) -> Result<Self> {
        let settings = Settings::new(params)?;
        let foot = Foot::new(params.scale);
        Ok(Self { settings, feet: [foot; 2], history: History::default(), t: None })
    }

    /// One tick: vertical forces [N] at time `t` [ns]; what is not finite or beyond ±100 kN counts as absent.
    ///
    /// A tick whose time does not exceed the one before is not taken.
    pub fn step(&mut self, force: Sides<Option<f64>>, t: i64) -> Sides<Option<Event>> {
        if self.t.is_some_and(|last| t <= last) {
            return [None; 2];
        }
        self.t = Some(t);
        let force = force.map(self::force);
        for (foot, force) in self.feet.iter_mut().zip(force) {
            foot.take(&self.settings, force, t);
        }
        let others = [Other::of(&self.feet[1], &self.settings, t), Other::of(&self.feet[0], &self.settings, t)];
        let events = core::array::from_fn(|side| {
            let raw = force[side]?;
            self.feet[side].step(&self.settings, (raw, t), &others[side], (&self.history, side))
        });
        if let [Some(_), Some(_)] = force {
            self.history.push(t, [others[1].raw_net, others[0].raw_net]);
        }
        events
    }

    /// Which feet are on the ground, as far as known.
    #[must_use]
    pub fn in_contact(&self) -> Sides<bool> {
        self.feet.map(|foot| foot.contact)
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        let foot = Foot::new(self.settings.params.scale);
        *self = Self { settings: self.settings, feet: [foot; 2], history: History::default(), t: None };
    }
}

impl Detector<2> for ForceContacts {
    fn step(&mut self, row: &[f64; 2], t: i64) -> Sides<Option<Event>> {
        self.step(row.map(Some), t)
    }

    fn look_ahead(&self, rows: &[[f64; 2]], t: &[i64]) -> Vec<(usize, Event)> {
        ahead::look_ahead(self, rows, t)
    }

    fn in_contact(&self) -> Sides<bool> {
        self.in_contact()
    }

    fn paused(&self) -> Sides<bool> {
        self.feet.map(|foot| foot.seen != self.t)
    }

    fn reset(&mut self) {
        self.reset();
    }
}

/// What counts as a force [N].
fn force(x: Option<f64>) -> Option<f64> {
    x.filter(|x| x.abs() <= FORCE_MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::types::EventKind;

    const MS: i64 = 1_000_000;

    fn detector() -> ForceContacts {
        ForceContacts::new(ForceParams::default()).unwrap()
    }

    /// Force [N] of a foot with stance from 0 to 0.62 of a 1.2 s stride that began `shift` [s] ago.
    fn walk(t: i64, shift: f64) -> f64 {
        let u = ((t as f64 * 1e-9 + shift) / 1.2).rem_euclid(1.0) / 0.62;
        if u < 1.0 { 800.0 * (1.0 - (2.0 * u - 1.0).powi(6)) } else { 0.0 }
    }

    /// Events of `strides` strides sampled every `step` ms; `bend` changes the forces of stride `i`.
    fn events(strides: i64, step: i64, bend: impl Fn(i64, [f64; 2]) -> [f64; 2]) -> Vec<(usize, EventKind, i64)> {
        let mut contacts = detector();
        let mut seen = Vec::new();
        for t in (0..strides * 1200 / step).map(|i| i * step * MS) {
            let force = bend(t / (1200 * MS), [walk(t, 0.0), walk(t, 0.6)]);
            for (side, event) in contacts.step(force.map(Some), t).into_iter().enumerate() {
                seen.extend(event.map(|e| (side, e.kind, e.t / MS)));
                assert!(event.is_none_or(|e| e.t <= e.t_emit && e.t_emit == t));
            }
        }
        seen
    }

    #[test]
    fn a_step_gives_one_contact_and_one_lift() {
        let mut contacts = detector();
        let mut seen = Vec::new();
        for i in 0..200_i64 {
            let force = if (50..120).contains(&i) { 600.0 } else { 0.0 };
            let event = contacts.step([Some(force), None], i * 10 * MS)[0];
            seen.extend(event.map(|e| (e.kind, e.t / MS, e.t_emit / MS)));
        }
        assert_eq!(seen, [(EventKind::InitialContact, 490, 510), (EventKind::ToeOff, 1199, 1210)]);
    }

    #[test]
    fn walking_gives_four_events_a_stride_at_every_rate() {
        for step in [1, 5, 10] {
            let seen = events(10, step, |_, force| force);
            assert_eq!(seen.len(), 4 * 10 - 1, "{step} ms: {seen:?}");
        }
    }

    #[test]
    fn a_foot_across_both_belts_loses_no_event() {
        for step in [1, 10] {
            let plain = events(10, step, |_, force| force);
            let split = events(10, step, |stride, [left, right]| {
                let moved = if stride == 6 { 0.4 * left } else { 0.0 };
                [left - moved, right + moved]
            });
            assert_eq!(plain.len(), split.len(), "{step} ms: {split:?}");
            for (a, b) in plain.iter().zip(&split) {
                assert!(a.0 == b.0 && a.1 == b.1 && (a.2 - b.2).abs() <= 50, "{step} ms: {a:?} {b:?}");
            }
        }
    }

    #[test]
    fn time_that_stands_or_runs_back_is_not_taken() {
        let mut contacts = detector();
        for i in 0..30 {
            contacts.step([Some(0.0); 2], i * 10 * MS);
        }
        for t in [290 * MS, 0, i64::MIN] {
            assert_eq!(contacts.step([Some(900.0); 2], t), [None; 2]);
        }
        assert_eq!(contacts.in_contact(), [false; 2]);
        assert_eq!(contacts.step([Some(900.0); 2], i64::MAX), [None; 2]);
    }

    #[test]
    fn a_missing_sample_is_no_event_and_a_long_gap_forgets_the_state() {
        let mut contacts = detector();
        for i in 0..50 {
            contacts.step([Some(700.0); 2], i * 10 * MS);
        }
        for i in 50..90 {
            assert_eq!(contacts.step([None, Some(f64::NAN)], i * 10 * MS), [None; 2]);
        }
        for i in 90..110 {
            assert_eq!(contacts.step([Some(0.0); 2], i * 10 * MS), [None; 2]);
        }
        assert_eq!(contacts.in_contact(), [false; 2]);
    }

    #[test]
    fn reset_makes_it_new() {
        let mut contacts = detector();
        contacts.step([Some(700.0); 2], 5 * MS);
        contacts.reset();
        assert_eq!(contacts.in_contact(), [false; 2]);
        contacts.step([Some(700.0); 2], 0);
        assert_eq!(contacts.in_contact(), [true; 2]);
    }
}
