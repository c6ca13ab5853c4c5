//! Lengths and margins of stability from markers (section 8.6).

use super::batch::Stride;
use super::recording::{MarkerRow, RecordedSamples};
use super::row::StrideRow;
use super::signals::{Place, between};
use super::tally::{Tally, measured};
use crate::error::{Result, in_range};
use crate::types::GRAVITY;

/// Markers of a foot and of the pelvis in a row; those of the right foot come 2 later.
const HEEL: usize = 0;
const TOE: usize = 1;
const PELVIS: usize = 4;
/// Shortest way that has a direction, on firm ground and of a foot that a belt carries [m].
const WAY_MIN: (f64, f64) = (0.05, 0.01);
/// Half the time over which the velocity of the pelvis is fitted [s].
const SLOPE_HALF: f64 = 0.05;
/// Fewest samples of a slope.
const SLOPE_COUNT: usize = 3;
/// Length of a leg over body height [-].
const LEG: f64 = 0.53;
/// Lengths of the pendulum that are taken [m].
const PENDULUM: (f64, f64) = (0.3, 1.5);

type Point = [f64; 2];

fn minus(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1]]
}

fn dot(a: Point, b: Point) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

/// Distance from the extrapolated centre of mass to a boundary along an axis [m]; NaN where one of the three is absent.
///
/// # Errors
/// [`crate::Error::OutOfRange`] for a `leg_length` outside 0.3 to 1.5 m.
pub fn margin_of_stability(position: f64, velocity: f64, boundary: f64, leg_length: f64) -> Result<f64> {
    let l = in_range("leg_length", leg_length, PENDULUM.0, PENDULUM.1)?;
    if [position, velocity, boundary].into_iter().any(|x| measured(Some(x)).is_none()) {
        return Ok(f64::NAN);
    }
    Ok(boundary - (position + velocity / (GRAVITY / l).sqrt()))
}

/// The markers around one stride.
struct Markers<'a> {
    samples: &'a RecordedSamples<'a, MarkerRow>,
    stride: &'a Stride,
}

impl Markers<'_> {
    /// The horizontal position of a marker at a time.
    fn point(&self, marker: usize, t: f64) -> Option<Point> {
        let place = Place::new(self.samples, t)?;
        Some([place.value(|row| row[marker][0])?, place.value(|row| row[marker][1])?])
    }

    fn height(&self, marker: usize, t: f64) -> Option<f64> {
        Place::new(self.samples, t)?.value(|row| row[marker][2])
    }

    fn own(&self, marker: usize) -> usize {
        2 * self.stride.side + marker
    }

    /// Direction of walking, of length 1.
    fn direction(&self) -> Option<Point> {
        let stride = self.stride;
        let heel = self.own(HEEL);
        let way = |marker: usize, from: f64, to: f64| Some(minus(self.point(marker, to)?, self.point(marker, from)?));
        let (way, least) = if stride.on_belt {
            let stance = stride.toe_off? - stride.start;
            (way(heel, stride.start + 0.5 * stance, stride.start + 0.1 * stance)?, WAY_MIN.1)
        } else {
            let pelvis = way(PELVIS, stride.start, stride.end);
            (pelvis.or_else(|| way(heel, stride.start, stride.end))?, WAY_MIN.0)
        };
        let length = way[0].hypot(way[1]);
        (length >= least).then(|| way.map(|x| x / length))
    }

    fn stride_length(&self, direction: Option<Point>) -> Option<f64> {
        let (stride, heel) = (self.stride, self.own(HEEL));
        let way = minus(self.point(heel, stride.end)?, self.point(heel, stride.start)?);
        if stride.on_belt {
            Some(dot(way, direction?) + stride.belt? * stride.duration)
        } else {
            Some(way[0].hypot(way[1]))
        }
    }

    fn toe_clearance(&self) -> Option<f64> {
        let (stride, toe) = (self.stride, self.own(TOE));
        let toe_off = stride.toe_off?;
        let (stance, swing) = (toe_off - stride.start, stride.end - toe_off);
        let tally = |from: f64, to: f64| {
            let mut tally = Tally::new();
            between(self.samples, from, to).for_each(|(_, row)| tally.add(measured(Some(row[toe][2])), 1.0));
            tally
        };
        let least = tally(toe_off + 0.3 * swing, toe_off + 0.7 * swing).min()?;
        Some(least - tally(stride.start + 0.3 * stance, stride.start + 0.6 * stance).mean()?)
    }

    /// Slope of the pelvis's position about the end [m/s].
    fn pelvis_velocity(&self) -> Option<Point> {
        let end = self.stride.end;
        let (mut count, mut mean) = (0_usize, 0.0);
        let near = || between(self.samples, end - SLOPE_HALF, end + SLOPE_HALF);
        for (t, row) in near() {
            measured(Some(row[PELVIS][0])).and(measured(Some(row[PELVIS][1])))?;
            count += 1;
            mean += t - end;
        }
        if count < SLOPE_COUNT {
            return None;
        }
        mean /= count as f64;
        let (mut sum, mut square) = ([0.0; 2], 0.0);
        for (t, row) in near() {
            let tau = (t - end) - mean;
            square += tau * tau;
            (sum[0], sum[1]) = (sum[0] + tau * row[PELVIS][0], sum[1] + tau * row[PELVIS][1]);
        }
        Some(sum.map(|x| x / square))
    }

    /// Margins of stability forward and sideways at the end.
    fn margins(&self, u: Point, n: Point, height: Option<f64>) -> Option<(Option<f64>, Option<f64>)> {
        let stride = self.stride;
        let mut velocity = self.pelvis_velocity()?;
        if stride.on_belt {
            let belt = stride.belt?;
            velocity = [velocity[0] + belt * u[0], velocity[1] + belt * u[1]];
        }
        let position = self.point(PELVIS, stride.end)?;
        let leg_length = match height {
            Some(height) => LEG * height,
            None => self.height(PELVIS, stride.end)? - self.height(self.own(HEEL), stride.end)?,
        };
        let margin = |marker: usize, axis: Point| {
            let boundary = dot(self.point(self.own(marker), stride.end)?, axis);
            margin_of_stability(dot(position, axis), dot(velocity, axis), boundary, leg_length).ok()
        };
        Some((margin(TOE, u), margin(HEEL, n).map(|x| stride.outward(x))))
    }
}

impl Stride {
    /// `x` to the left, seen as outward from this side's foot.
    fn outward(&self, x: f64) -> f64 {
        if self.side == 0 { x } else { -x }
    }
}

/// Lengths, width, clearance and margins of a stride.
pub(super) fn add(row: &mut StrideRow, stride: &Stride, samples: &RecordedSamples<'_, MarkerRow>, height: Option<f64>) {
    let markers = Markers { samples, stride };
    let direction = markers.direction();
    row.stride_length = markers.stride_length(direction).or(row.stride_length);
    row.toe_clearance = markers.toe_clearance();
    let Some(u) = direction else { return };
    let n = [-u[1], u[0]];
    let other = 2 * (1 - stride.side) + HEEL;
    let step = row.step_time.and_then(|time| {
        let way = minus(markers.point(markers.own(HEEL), stride.end)?, markers.point(other, stride.end - time)?);
        Some((way, if stride.on_belt { stride.belt.map(|belt| belt * time) } else { Some(0.0) }))
    });
    row.step_length = step.and_then(|(way, carried)| Some(dot(way, u) + carried?));
    row.step_width = step.map(|(way, _)| stride.outward(dot(way, n)));
    (row.margin_ap, row.margin_ml) = markers.margins(u, n, height).unwrap_or_default();
}
