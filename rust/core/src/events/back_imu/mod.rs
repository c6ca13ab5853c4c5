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
        if self.walk.nothing_due() { [None; 2] } else { self.walk.release(t) }
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::signals::GRAVITY;
    use super::*;
    use crate::types::EventKind;

    const TICK: i64 = 10_000_000;

    fn detector() -> BackImuContacts {
        BackImuContacts::new(BackImuParams::default()).unwrap()
    }

    /// Row `i` at 100 Hz of 3 s standing, then two steps a second until 20 s; `turning` [rad/s] tells the side.
    fn row(i: i64, turning: f64) -> [f64; 6] {
        let (t, mut row) = (i as f64 * 0.01, [0.0, 0.0, GRAVITY, 0.0, 0.0, 0.0]);
        if (3.0..20.0).contains(&t) {
            row[2] += 2.0 * (4.0 * core::f64::consts::PI * t).cos();
            row[5] = turning * (2.0 * core::f64::consts::PI * t).cos();
        }
        row
    }

    fn walk(contacts: &mut BackImuContacts, ticks: core::ops::Range<i64>, turning: f64) -> Vec<(usize, Event)> {
        let step = |i: i64| contacts.step(&row(i, turning), i * TICK).into_iter().enumerate();
        ticks.flat_map(step).filter_map(|(side, event)| Some((side, event?))).collect()
    }

    #[test]
    fn walking_gives_a_contact_and_a_lift_each_step_of_alternating_sides() {
        let found = walk(&mut detector(), 0..2300, 0.3);
        for side in 0..2 {
            let mut own: Vec<Event> = found.iter().filter(|(s, _)| *s == side).map(|(_, event)| *event).collect();
            own.sort_by_key(|event| event.t);
            assert!((30..=36).contains(&own.len()), "{side}: {}", own.len());
            assert!(own.windows(2).all(|pair| pair[0].kind != pair[1].kind && pair[0].t < pair[1].t));
            let steady = own.iter().skip(8).filter(|event| event.kind == EventKind::InitialContact);
            for at in steady.map(|event| event.t as f64 * 1e-9) {
                let from_turn = (at - 0.5 * (1 - side) as f64).rem_euclid(1.0);
                assert!((0.8..1.1).contains(&from_turn) || from_turn < 0.1, "{side}: {at}");
            }
        }
        assert!(found.iter().all(|(_, event)| event.t <= event.t_emit && (0.0..=1.0).contains(&event.confidence)));
    }

    #[test]
    fn a_side_that_is_not_known_is_at_most_half_sure() {
        let found = walk(&mut detector(), 0..2300, 0.0);
        assert!(found.len() > 60 && found.iter().all(|(_, event)| event.confidence <= 0.5));
    }

    #[test]
    fn two_steps_are_no_walk_and_standing_gives_nothing() {
        let mut contacts = detector();
        assert!(walk(&mut contacts, 0..385, 0.3).is_empty());
        for i in 385..2300 {
            assert_eq!(contacts.step(&row(0, 0.0), i * TICK), [None; 2]);
        }
        assert_eq!(contacts.in_contact(), [true; 2]);
        let still = vec![row(0, 0.0); 2300];
        assert!(contacts.look_ahead(&still, &(0..2300).map(|i| i * TICK).collect::<Vec<_>>()).is_empty());
    }

    #[test]
    fn a_row_without_a_value_pauses_and_a_long_gap_stands_the_person_on_both_feet() {
        let mut contacts = detector();
        walk(&mut contacts, 0..1000, 0.3);
        let holed = [0.0, 0.0, GRAVITY, 0.0, f64::NAN, 0.0];
        let alone = |contacts: &mut BackImuContacts, i: i64| contacts.step(&row(i, 0.3), i * TICK);
        for i in 1000..1100 {
            assert_eq!(contacts.step(&holed, i * TICK), [None; 2]);
            assert_eq!(contacts.paused(), [true; 2]);
        }
        assert_eq!((alone(&mut contacts, 1100), contacts.paused()), ([None; 2], [false; 2]));
        assert_eq!(contacts.in_contact(), [true; 2]);
        assert!(!walk(&mut contacts, 1101..1400, 0.3).is_empty());
    }

    #[test]
    fn time_that_stands_or_runs_back_is_not_taken_and_any_row_is_survived() {
        let mut contacts = detector();
        walk(&mut contacts, 0..1000, 0.3);
        let state = format!("{contacts:?}");
        for t in [999 * TICK, 0, i64::MIN] {
            assert_eq!(contacts.step(&[f64::MAX; 6], t), [None; 2]);
        }
        assert_eq!(format!("{contacts:?}"), state);
        let values = [0.0, f64::MIN_POSITIVE, 1000.0, -1000.0, 100.0, f64::INFINITY, 1e308, 9.8];
        for i in 0..4000_usize {
            let row = core::array::from_fn(|axis| {
                values[(i * (axis + 3) / 7 + axis) % 8].min(if axis < 3 { 1e308 } else { 100.0 })
            });
            for event in contacts.step(&row, 1000 * TICK + (i * i) as i64 * 1000).into_iter().flatten() {
                assert!(event.t <= event.t_emit && (0.0..=1.0).contains(&event.confidence));
            }
        }
        contacts.step(&row(0, 0.0), i64::MAX);
    }

    #[test]
    fn looking_ahead_finds_every_step_and_leaves_the_steps_alone() {
        let mut contacts = detector();
        walk(&mut contacts, 0..1000, 0.3);
        let state = format!("{contacts:?}");
        let (rows, t): (Vec<_>, Vec<_>) = (0..2300).map(|i| (row(i, 0.3), i * TICK)).unzip();
        let found = contacts.look_ahead(&rows, &t);
        assert_eq!(format!("{contacts:?}"), state);
        let steps = found.iter().filter(|(_, event)| event.kind == EventKind::InitialContact).count();
        assert!((33..=36).contains(&steps), "{steps}");
        assert!(found.windows(2).all(|pair| pair[0].1.t <= pair[1].1.t));
    }

    #[test]
    fn reset_makes_it_new() {
        let mut contacts = detector();
        let first = walk(&mut contacts, 0..2300, 0.3);
        contacts.reset();
        assert_eq!(walk(&mut contacts, 0..2300, 0.3), first);
    }
}
