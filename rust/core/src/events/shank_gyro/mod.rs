//! Contacts of both feet from a gyroscope on each shank.

mod axis;
mod foot;
mod params;

pub use params::ShankGyroParams;

use super::detector::{Detector, second_pass};
use crate::error::Result;
use crate::types::{Event, Sides};
use axis::Vector;
use foot::Foot;
use params::{Settings, Span};

/// Largest magnitude that is taken for an angular rate [rad/s].
const RATE_MAX: f64 = 60.0;

/// Streaming detector of initial contact and toe-off of both feet from the angular rates of both shanks.
///
/// Each sensor may sit in any direction: the axis is that of the largest movement, and forward is the way in which the
/// shank turns fastest.
#[derive(Clone, Debug)]
pub struct ShankGyroContacts {
    settings: Settings,
    feet: Sides<Foot>,
    span: Span,
    t: Option<i64>,
    paused: Sides<bool>,
}

impl ShankGyroContacts {
    /// A detector that has seen nothing.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first parameter outside its range.
    pub fn new(params: ShankGyroParams) -> Result<Self> {
        Ok(Self::fresh(Settings::new(params)?))
    }

    fn fresh(settings: Settings) -> Self {
        Self { settings, feet: [Foot::new(); 2], span: Span::new(0), t: None, paused: [false; 2] }
    }

    /// One tick: rates of the left and right shank [rad/s] at time `t` [ns].
    ///
    /// A shank of which a rate is not finite or beyond ±60 rad/s is absent; a tick whose time does not exceed the one
    /// before is not taken.
    #[inline]
    pub fn step(&mut self, rates: &Sides<Vector>, t: i64) -> Sides<Option<Event>> {
        if self.t.is_some_and(|last| t <= last) {
            return [None; 2];
        }
        self.t = Some(t);
        let ([left, right], settings, span) = (&mut self.feet, &self.settings, &mut self.span);
        self.paused = rates.map(|w| !w.iter().all(|x| x.abs() <= RATE_MAX));
        let mut events = [None; 2];
        if !self.paused[0] {
            events[0] = left.take(settings, span, (&rates[0], t), right.swings(settings, t));
        }
        if !self.paused[1] {
            events[1] = right.take(settings, span, (&rates[1], t), left.swings(settings, t));
        }
        events
    }

    /// Ready for another recording of the same person.
    fn rewind(&mut self) {
        self.t = None;
        self.feet.iter_mut().for_each(Foot::rewind);
    }
}

fn sides([lx, ly, lz, rx, ry, rz]: &[f64; 6]) -> Sides<Vector> {
    [[*lx, *ly, *lz], [*rx, *ry, *rz]]
}

impl Detector<6> for ShankGyroContacts {
    #[inline]
    fn step(&mut self, row: &[f64; 6], t: i64) -> Sides<Option<Event>> {
        self.step(&sides(row), t)
    }

    fn look_ahead(&self, rows: &[[f64; 6]], t: &[i64]) -> Vec<(usize, Event)> {
        second_pass(Self::fresh(self.settings), Self::rewind, rows, t)
    }

    fn in_contact(&self) -> Sides<bool> {
        self.feet.each_ref().map(|foot| !foot.in_swing())
    }

    fn paused(&self) -> Sides<bool> {
        self.paused
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
    const STRIDE: f64 = 1.1;
    const KNOTS: [(f64, f64); 8] =
        [(0.0, -2.2), (0.12, -0.6), (0.5, -1.2), (0.64, -3.6), (0.82, 5.2), (0.9, 5.0), (0.955, 0.0), (1.0, -2.2)];

    fn detector() -> ShankGyroContacts {
        ShankGyroContacts::new(ShankGyroParams::default()).unwrap()
    }

    /// Forward rate of a shank [rad/s] at a share of the stride.
    fn forward(u: f64) -> f64 {
        let i = KNOTS.iter().rposition(|(knot, _)| *knot <= u).unwrap_or(0).min(KNOTS.len() - 2);
        let ((from, low), (to, high)) = (KNOTS[i], KNOTS[i + 1]);
        low + (high - low) * (u - from) / (to - from)
    }

    fn walk(t: i64) -> Sides<Vector> {
        [0.0, 0.5].map(|lead| {
            let rate = forward((t as f64 * 1e-9 / STRIDE + lead).rem_euclid(1.0));
            [0.48 * rate, -0.6 * rate, 0.64 * rate]
        })
    }

    /// Side, kind, time and time known [ms] of what is found in ticks of `step` ms.
    fn events(
        contacts: &mut ShankGyroContacts,
        (ticks, step): (i64, i64),
        bend: impl Fn(i64, Sides<Vector>) -> Sides<Vector>,
    ) -> Vec<(usize, EventKind, i64, i64)> {
        let mut seen = Vec::new();
        for t in (0..ticks).map(|i| i * step * MS) {
            for (side, event) in contacts.step(&bend(t / MS, walk(t)), t).into_iter().enumerate() {
                seen.extend(event.map(|e| (side, e.kind, e.t / MS, e.t_emit / MS)));
                assert!(event.is_none_or(|e| e.t <= t && e.t_emit == t && (0.0..=1.0).contains(&e.confidence)));
            }
        }
        seen
    }

    #[test]
    fn walking_gives_contact_and_lift_in_turn_at_every_rate() {
        for step in [1, 5, 10, 20] {
            let seen = events(&mut detector(), (11_000 / step, step), |_, rates| rates);
            for side in 0..2 {
                let own: Vec<_> = seen.iter().filter(|e| e.0 == side).collect();
                assert!(own.len() >= 16, "{step} ms: {own:?}");
                assert!(own.windows(2).all(|pair| pair[0].1 != pair[1].1 && pair[0].2 < pair[1].2), "{own:?}");
            }
        }
    }

    #[test]
    fn a_contact_is_known_when_it_happens() {
        let seen = events(&mut detector(), (1100, 10), |_, rates| rates);
        assert!(seen.iter().all(|e| e.1 == EventKind::ToeOff || e.3 - e.2 <= 10), "{seen:?}");
    }

    #[test]
    fn a_contact_comes_at_the_impact_when_one_is_felt() {
        let plain = events(&mut detector(), (1100, 10), |_, rates| rates);
        let knock = |ms: i64, rates: Sides<Vector>| {
            let shock = if (ms + 30) % 1100 < 10 { 9.0 } else { 0.0 };
            rates.map(|w| [w[0] + shock, w[1] - shock, w[2]])
        };
        let felt = events(&mut detector(), (1100, 10), knock);
        let contacts = |seen: &[(usize, EventKind, i64, i64)]| -> Vec<i64> {
            seen.iter().filter(|e| e.0 == 0 && e.1 == EventKind::InitialContact).map(|e| e.2 % 1100).collect()
        };
        assert!(contacts(&plain).iter().all(|t| !(1065..=1085).contains(t)), "{plain:?}");
        assert!(contacts(&felt).iter().skip(3).all(|t| (1065..=1085).contains(t)), "{felt:?}");
    }

    #[test]
    fn time_that_stands_or_runs_back_is_not_taken() {
        let mut contacts = detector();
        contacts.step(&[[1.0; 3], [f64::NAN; 3]], 5 * MS);
        for t in [5 * MS, 0, i64::MIN] {
            assert_eq!(contacts.step(&[[f64::INFINITY; 3]; 2], t), [None; 2]);
        }
        assert_eq!(Detector::paused(&contacts), [false, true]);
        assert_eq!(contacts.step(&[[1.0; 3]; 2], i64::MAX), [None; 2]);
    }

    #[test]
    fn two_missing_samples_cost_nothing_and_a_long_gap_forgets_the_state() {
        let plain = events(&mut detector(), (1100, 10), |_, rates| rates);
        let holed = |ms: i64, rates: Sides<Vector>| if ms % 790 < 20 { [[f64::NAN; 3]; 2] } else { rates };
        let kinds = |seen: &[(usize, EventKind, i64, i64)]| seen.iter().map(|e| (e.0, e.1)).collect::<Vec<_>>();
        assert_eq!(kinds(&events(&mut detector(), (1100, 10), holed)), kinds(&plain));
        let mut contacts = detector();
        events(&mut contacts, (400, 10), |_, rates| rates);
        contacts.step(&[[5.0; 3]; 2], 4400 * MS);
        assert_eq!(Detector::in_contact(&contacts), [true; 2]);
    }

    #[test]
    fn looking_ahead_is_a_second_walk_of_the_same_person() {
        let t: Vec<i64> = (0..1100).map(|i| i * 10 * MS).collect();
        let rows: Vec<[f64; 6]> = t.iter().map(|t| core::array::from_fn(|i| walk(*t)[i / 3][i % 3])).collect();
        let mut used = detector();
        let plain = events(&mut used, (1100, 10), |_, rates| rates);
        let found = used.look_ahead(&rows, &t);
        assert_eq!(found, detector().look_ahead(&rows, &t));
        assert!(found.len() >= plain.len() && found.iter().all(|(_, e)| Some(&e.t_emit) == t.last()));
        assert_eq!(detector().look_ahead(&[], &[]), []);
    }

    #[test]
    fn reset_makes_it_new() {
        let mut contacts = detector();
        let first = events(&mut contacts, (600, 10), |_, rates| rates);
        Detector::reset(&mut contacts);
        assert_eq!(events(&mut contacts, (600, 10), |_, rates| rates), first);
    }
}
