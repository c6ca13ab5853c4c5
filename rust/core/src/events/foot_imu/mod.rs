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
        let [own, other] = row.as_chunks().0.as_chunks().0 else { return [None; 2] };
        [left.step(&self.settings, own, t), right.step(&self.settings, other, t)]
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::types::EventKind;

    const MS: i64 = 1_000_000;
    const STRIDE: f64 = 1.2;
    /// Pitch rate [rad/s] over a stride [s]: push-off, swing, coming down.
    const KNOTS: [(f64, f64); 8] =
        [(0.4, 0.0), (0.62, 8.0), (0.68, 0.0), (0.78, -5.0), (0.98, -4.4), (1.04, 0.0), (1.08, 4.0), (1.13, 0.0)];

    fn detector() -> FootImuContacts {
        FootImuContacts::new(FootImuParams::default()).unwrap()
    }

    /// Pitch rate [rad/s] at time `u` [s] of a stride.
    fn rate(u: f64) -> f64 {
        let pairs = KNOTS.iter().zip(KNOTS.iter().skip(1));
        let within = |(a, b): (&(f64, f64), &(f64, f64))| {
            (a.0..b.0).contains(&u).then(|| a.1 + (b.1 - a.1) * (u - a.0) / (b.0 - a.0))
        };
        pairs.into_iter().find_map(within).unwrap_or(0.0)
    }

    /// Acceleration and angular velocity of a foot with the sensor's y axis to the left, at time `t` [s].
    fn foot(t: f64, shift: f64) -> [f64; 6] {
        let u = (t - 1.0 - shift).rem_euclid(STRIDE);
        if t < 1.0 + shift {
            return [0.0, 0.0, 9.81, 0.0, 0.0, 0.0];
        }
        let pitch: f64 = (0..(u * 1e3) as i64).map(|k| rate(k as f64 * 1e-3) * 1e-3).sum();
        let s = ((u - 0.6) / 0.45).clamp(0.0, 1.0);
        let ahead = 20.0 * (core::f64::consts::TAU * s).sin();
        let (sine, cosine) = pitch.sin_cos();
        [ahead * cosine - 9.81 * sine, 0.0, ahead * sine + 9.81 * cosine, 0.0, rate(u), 0.0]
    }

    fn both(t: f64) -> [f64; 12] {
        let (left, right) = (foot(t, 0.0), foot(t, 0.5 * STRIDE));
        core::array::from_fn(|i| if i < 6 { left[i] } else { right[i - 6] })
    }

    /// Side, kind and time [ms] of the events of ten strides sampled every `step` ms; `bend` changes the rows.
    fn events(step: i64, bend: impl Fn(i64, [f64; 12]) -> [f64; 12]) -> Vec<(usize, EventKind, i64)> {
        let mut contacts = detector();
        let mut seen = Vec::new();
        for t in (0..13_000 / step).map(|i| i * step) {
            let row = bend(t, both(t as f64 * 1e-3));
            for (side, event) in contacts.step(&row, t * MS).into_iter().enumerate() {
                seen.extend(event.map(|e| (side, e.kind, e.t / MS)));
                assert!(event.is_none_or(|e| e.t <= e.t_emit && e.t_emit == t * MS));
            }
        }
        seen
    }

    #[test]
    fn walking_gives_four_events_a_stride_at_every_rate() {
        for step in [1, 5, 10] {
            let seen = events(step, |_, row| row);
            assert!((36..=40).contains(&seen.len()), "{step} ms: {seen:?}");
            for (side, kind, t) in seen {
                let u = (t as f64 * 1e-3 - 1.0 - 0.5 * STRIDE * side as f64).rem_euclid(STRIDE);
                let want = if kind == EventKind::ToeOff { 0.63 } else { 1.07 };
                assert!((u - want).abs() < 0.03, "{step} ms: {kind:?} at {u}");
            }
        }
    }

    #[test]
    fn a_sensor_that_is_turned_about_the_vertical_gives_the_same_events() {
        let plain = events(10, |_, row| row);
        let turned = events(10, |_, [a, b, c, d, e, f, g, h, i, j, k, l]| [-a, -b, c, -d, -e, f, h, -g, i, k, -j, l]);
        assert_eq!(plain.len(), turned.len());
        assert!(plain.iter().zip(&turned).all(|(a, b)| (a.0, a.1) == (b.0, b.1) && (a.2 - b.2).abs() <= 1));
    }

    #[test]
    fn a_missing_sample_pauses_and_costs_no_event() {
        let plain = events(10, |_, row| row);
        let holes = events(10, |t, row| if t % 170 == 0 { [f64::NAN; 12] } else { row });
        assert_eq!(plain.len(), holes.len());
        let mut contacts = detector();
        assert_eq!(contacts.paused(), [true; 2]);
        let mut row = both(0.0);
        row[11] = 1e3_f64.next_up();
        contacts.step(&row, 0);
        assert_eq!(contacts.paused(), [false, true]);
    }

    #[test]
    fn time_that_stands_or_runs_back_is_not_taken() {
        let mut contacts = detector();
        contacts.step(&both(0.0), 5 * MS);
        for t in [5 * MS, 0, i64::MIN] {
            assert_eq!(contacts.step(&[f64::NAN; 12], t), [None; 2]);
            assert_eq!(contacts.paused(), [false; 2]);
        }
        assert_eq!(contacts.step(&[f64::NAN; 12], i64::MAX), [None; 2]);
        assert_eq!(contacts.paused(), [true; 2]);
    }

    #[test]
    fn a_second_look_finds_the_first_steps_too() {
        let rows: Vec<_> = (0..1300).map(|i| both(i as f64 * 0.01)).collect();
        let times: Vec<_> = (0..1300).map(|i| i * 10 * MS).collect();
        let found = detector().look_ahead(&rows, &times);
        assert!(found.len() >= events(10, |_, row| row).len());
        assert!(found.iter().all(|(_, event)| event.t_emit == 12_990 * MS));
    }

    #[test]
    fn reset_makes_it_new() {
        let mut contacts = detector();
        for i in 0..160 {
            contacts.step(&both(f64::from(i) * 0.01), i64::from(i) * 10 * MS);
        }
        contacts.reset();
        assert_eq!((contacts.in_contact(), contacts.paused()), ([true; 2], [true; 2]));
        contacts.step(&both(0.0), -1);
        assert_eq!(contacts.paused(), [false; 2]);
    }
}
