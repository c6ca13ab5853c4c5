//! Contacts of both feet from optical markers on heel, toe and pelvis.

mod calibrate;
mod foot;
mod look_ahead;
mod motion;
mod params;

pub use calibrate::{EventColumns, calibrate_markers};
pub use params::MarkerParams;

use super::detector::Detector;
use crate::error::Result;
use crate::types::{Event, Sides};
use foot::Foot;
use motion::{Body, Filter, Gains, Motion, Pair, Six};

/// Values of one tick: left heel, left toe, right heel, right toe, pelvis, each x, y, z.
const LEN: usize = 15;
/// Largest coordinate that is taken for a place in the laboratory [m].
const PLACE_MAX: f64 = 1e3;

/// Streaming detector of initial contact and toe-off of both feet from the positions of five markers [m], z up.
///
/// A foot is on the ground when its heel or its toe has come to rest on it, and leaves when its toe moves and its heel
/// no longer rises around the toe. Velocities count relative to the ground, whose own velocity is found while a foot
/// lies flat on it: walking overground and on a treadmill are the same, whatever the direction and the floor's height.
///
/// Sources: foot velocity, O'Connor et al. 2007; events relative to the body, Zeni et al. 2008; impact of the heel,
/// Hreljac and Marshall 2000; velocity filter, Morrison 1969, Brookner 1998.
#[derive(Clone, Debug)]
pub struct MarkerContacts {
    params: MarkerParams,
    gap: i64,
    t: Option<i64>,
    paused: Sides<bool>,
    body: Body,
    gains: Gains,
    filters: Sides<Filter>,
    feet: Sides<Foot>,
}

/// What one row holds, as far as it was seen.
struct Row {
    feet: Sides<Six>,
    seen: Sides<bool>,
    pelvis: Option<Pair>,
}

impl Row {
    #[inline(always)]
    fn new(row: &[f64; LEN]) -> Self {
        let feet: Sides<Six> = core::array::from_fn(|side| core::array::from_fn(|i| row[6 * side + i]));
        let &[.., x, y, z] = row;
        Self { feet, seen: feet.map(|foot| is_place(&foot)), pelvis: is_place(&[x, y, z]).then_some([x, y]) }
    }

    #[inline(always)]
    fn middle(&self) -> Option<Pair> {
        (self.seen == [true; 2]).then(|| motion::middle(&self.feet))
    }
}

#[inline(always)]
fn is_place(values: &[f64]) -> bool {
    values.iter().fold(true, |all, v| all & (v.abs() <= PLACE_MAX))
}

impl MarkerContacts {
    /// A detector that has seen nothing.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first parameter outside its range.
    pub fn new(params: MarkerParams) -> Result<Self> {
        Ok(Self::fresh(params.checked()?))
    }

    fn fresh(params: MarkerParams) -> Self {
        Self {
            params,
            gap: motion::nanoseconds(params.gap),
            t: None,
            paused: [false; 2],
            body: Body::new(),
            gains: Gains::new(1, params.smoothing),
            filters: [Filter::default(); 2],
            feet: [Foot::new(None); 2],
        }
    }

    /// How a foot moves in this tick: none while its heel or toe is not seen, and in the first tick after a gap.
    #[inline(always)]
    fn motion(&mut self, side: usize, row: &Row, t: i64) -> Option<Motion> {
        if !row.seen[side] {
            return None;
        }
        let (filter, position) = (&mut self.filters[side], &row.feet[side]);
        let Some(step) = self.feet[side].see(t, self.gap) else {
            filter.start(position);
            return None;
        };
        Some(filter.take(position, step, &mut self.gains, self.params.smoothing))
    }
}

/// Steps 3 and 4 of a tick: the grounds of both feet first, then their events.
#[inline(always)]
fn judge(
    feet: &mut Sides<Foot>,
    params: &MarkerParams,
    motions: &Sides<Option<Motion>>,
    body: Pair,
    t: i64,
) -> Sides<Option<Event>> {
    for (foot, motion) in feet.iter_mut().zip(motions) {
        if let Some(motion) = motion {
            foot.ground(motion, body, t);
        }
    }
    let [left, right] = feet;
    let (left_ground, right_ground) = (left.own.or(right.own), right.own.or(left.own));
    [
        left.event(params, motions[0].as_ref(), body, left_ground, t),
        right.event(params, motions[1].as_ref(), body, right_ground, t),
    ]
}

impl Detector<LEN> for MarkerContacts {
    fn step(&mut self, row: &[f64; LEN], t: i64) -> Sides<Option<Event>> {
        if self.t.is_some_and(|last| t <= last) {
            return [None; 2];
        }
        self.t = Some(t);
        let row = Row::new(row);
        self.paused = row.seen.map(|seen| !seen);
        self.body.take((t, row.pelvis, row.middle()), self.gap);
        let motions = [self.motion(0, &row, t), self.motion(1, &row, t)];
        judge(&mut self.feet, &self.params, &motions, self.body.velocity, t)
    }

    fn look_ahead(&self, rows: &[[f64; LEN]], t: &[i64]) -> Vec<(usize, Event)> {
        look_ahead::look_ahead(&self.params, rows, t)
    }

    fn in_contact(&self) -> Sides<bool> {
        self.feet.map(|foot| foot.in_contact())
    }

    fn paused(&self) -> Sides<bool> {
        self.paused
    }

    fn reset(&mut self) {
        *self = Self::fresh(self.params);
    }
}

#[cfg(test)]
mod tests;
