//! Ways of a foot while it walks.

use super::path::Path;
use super::rest::{self, Rest};
use super::{Figures, ImuRow, Rows};
use crate::measures::tally::measured;
use crate::types::EventKind;

/// How many rows are kept.
const KEPT: usize = 4096;

/// Way of a foot from one rest to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FootStep {
    /// Time of the first rest [ns].
    pub t_start: i64,
    /// Time of the second rest [ns].
    pub t_end: i64,
    /// Horizontal distance of the two rests [m].
    pub length: f64,
    /// Largest height above the line between the two rests [m].
    pub lift: f64,
    /// How much higher the second rest is [m].
    pub height_change: f64,
    /// Change of heading, positive to the left [rad].
    pub turn: f64,
}

/// The last rows, the newest of which is number `count - 1`.
#[derive(Clone, Debug, PartialEq)]
struct Ring {
    t_0: i64,
    count: usize,
    rows: Box<[(i64, ImuRow)]>,
}

impl Ring {
    fn seconds(&self, t: i64) -> f64 {
        t.saturating_sub(self.t_0) as f64 * 1e-9
    }

    /// Number of the oldest row that is kept.
    fn oldest(&self) -> usize {
        self.count.saturating_sub(KEPT)
    }

    /// Row `i` of those kept.
    fn at(&self, i: usize) -> &(i64, ImuRow) {
        &self.rows[(self.oldest() + i) % KEPT]
    }

    fn push(&mut self, t: i64, row: ImuRow) {
        let newer = self.count == 0 || t > self.rows[(self.count - 1) % KEPT].0;
        if newer && row.iter().all(|&x| measured(Some(x)).is_some()) {
            self.rows[self.count % KEPT] = (t, row);
            self.count += 1;
        }
    }
}

impl Rows for Ring {
    fn len(&self) -> usize {
        self.count.min(KEPT)
    }

    fn time(&self, i: usize) -> f64 {
        self.seconds(self.at(i).0)
    }

    fn row(&self, i: usize) -> ImuRow {
        self.at(i).1
    }
}

/// Measures the ways of one foot while it walks; a way is known at the toe-off after it.
#[derive(Clone, Debug, PartialEq)]
pub struct FootMeter {
    started: bool,
    ring: Ring,
    path: Path,
    /// Contact of the open stance [ns].
    contact: Option<i64>,
    /// Last rest, its row counted from the first one ever kept.
    last: Option<Rest>,
}

impl Default for FootMeter {
    fn default() -> Self {
        Self::new()
    }
}

impl FootMeter {
    /// A meter that has seen nothing; all its memory is taken here.
    #[must_use]
    pub fn new() -> Self {
        let ring = Ring { t_0: 0, count: 0, rows: vec![(0, [0.0; 6]); KEPT].into_boxed_slice() };
        Self { started: false, ring, path: Path::with_capacity(KEPT), contact: None, last: None }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        (self.started, self.ring.count, self.contact, self.last) = (false, 0, None, None);
    }

    /// One row at `t` [ns] and the event of this foot reported with it, with its time [ns].
    pub fn step(&mut self, imu: &ImuRow, t: i64, event: Option<(EventKind, i64)>) -> Option<FootStep> {
        if !self.started {
            (self.started, self.ring.t_0) = (true, t);
        }
        self.ring.push(t, *imu);
        match event {
            Some((EventKind::InitialContact, at)) => {
                if self.contact.is_some() {
                    self.last = None;
                }
                self.contact = Some(at);
                None
            }
            Some((EventKind::ToeOff, at)) => {
                let contact = self.contact.take_if(|contact| at > *contact)?;
                self.close(contact, at)
            }
            None => None,
        }
    }

    /// Looks for the rest of a stance and follows the way from the one before.
    fn close(&mut self, contact: i64, toe_off: i64) -> Option<FootStep> {
        let oldest = self.ring.oldest();
        let found = rest::find(&self.ring, self.ring.seconds(contact), self.ring.seconds(toe_off));
        let before = self.last.take();
        self.last = found.map(|rest| Rest { at: oldest + rest.at, ..rest });
        let to = found?;
        let from = before.filter(|rest| rest.at >= oldest).map(|rest| Rest { at: rest.at - oldest, ..rest })?;
        let Figures { length, lift, height_change, turn } = self.path.follow(&self.ring, &from, &to)?;
        let (t_start, t_end) = (self.ring.at(from.at).0, self.ring.at(to.at).0);
        Some(FootStep { t_start, t_end, length, lift, height_change, turn })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use EventKind::{InitialContact, ToeOff};

    /// A foot that is pushed forward and stopped between two stances of a second.
    fn walk(meter: &mut FootMeter, strides: i64) -> Vec<FootStep> {
        let mut steps = Vec::new();
        for i in 0..strides * 150 {
            let phase = (i % 150) as f64 / 100.0;
            let push = if phase > 1.0 { 20.0 * ((phase - 1.0) * 4.0 * core::f64::consts::PI).sin() } else { 0.0 };
            let event = match i % 150 {
                0 => Some((InitialContact, i * 10_000_000)),
                100 => Some((ToeOff, i * 10_000_000)),
                _ => None,
            };
            steps.extend(meter.step(&[push, 0.0, 9.8, 0.0, 0.0, 0.0], i * 10_000_000, event));
        }
        steps
    }

    #[test]
    fn a_push_and_a_stop_are_a_way() {
        let steps = walk(&mut FootMeter::new(), 5);
        assert_eq!(steps.len(), 4);
        // twice the integral of 20 sin(4 pi t) over half a second
        let want = 20.0 * 0.5 / (4.0 * core::f64::consts::PI);
        for step in steps {
            assert!((step.length - want).abs() < 0.01 * want, "{step:?}");
            assert!(step.lift.abs() < 1e-12 && step.turn == 0.0 && step.t_end - step.t_start == 1_500_000_000);
        }
    }

    #[test]
    fn a_long_pause_forgets_where_the_foot_was() {
        let mut meter = FootMeter::new();
        assert_eq!(walk(&mut meter, 2).len(), 1);
        for i in 300..5000 {
            assert_eq!(meter.step(&[0.0, 0.0, 9.8, 0.0, 0.0, 0.0], i * 10_000_000, None), None);
        }
        assert_eq!(meter.step(&[0.0; 6], 0, Some((InitialContact, 49_000_000_000))), None);
        assert_eq!(meter.step(&[0.0; 6], 0, Some((ToeOff, 49_900_000_000))), None, "its row is gone");
        assert!(meter.last.is_some());
        meter.reset();
        assert_eq!(walk(&mut meter, 2).len(), 1);
    }
}
