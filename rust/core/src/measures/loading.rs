//! Load on a foot in stance (section 8.4).

use super::batch::Stride;
use super::recording::RecordedSamples;
use super::row::StrideRow;
use super::signals::inside;
use super::tally::{Tally, measured};
use crate::types::{GRAVITY, Sides};

/// Share of the stance in which the first peak lies [-].
const FIRST: f64 = 0.5;
/// Shares of the peak between which the slope is taken [-].
const SLOPE: (f64, f64) = (0.2, 0.8);

/// Share, peak and rate of the load on the foot of a stride of a person of `mass` [kg].
pub(super) fn add(row: &mut StrideRow, stride: &Stride, forces: &RecordedSamples<'_, Sides<f64>>, mass: f64) {
    let Some(toe_off) = stride.toe_off else { return };
    let weight = mass * GRAVITY;
    let half = stride.start + FIRST * (toe_off - stride.start);
    let (mut whole, mut first) = (Tally::new(), Tally::new());
    for (t, force) in inside(forces, stride.start, toe_off) {
        let force = measured(Some(force[stride.side]));
        whole.add(force, 1.0);
        if t <= half {
            first.add(force, 1.0);
        }
    }
    row.load_share = whole.mean().map(|force| force / weight);
    let peak = first.max().filter(|&peak| peak > 0.0);
    row.load_peak = peak.map(|peak| peak / weight);
    row.loading_rate = peak.and_then(|peak| {
        let time = |share: f64| reached(forces, stride, share * peak);
        let (from, to) = (time(SLOPE.0)?, time(SLOPE.1)?);
        (to > from).then(|| (SLOPE.1 - SLOPE.0) * peak / (to - from) / weight)
    });
}

/// When the force first reaches `level` [s], at a sample or since the one before.
fn reached(forces: &RecordedSamples<'_, Sides<f64>>, stride: &Stride, level: f64) -> Option<f64> {
    let force = |i: usize| measured(Some(forces.value[i][stride.side]));
    let start = forces.time.partition_point(|&t| t < stride.start);
    let i = (start..forces.time.len()).find(|&i| force(i).is_some_and(|f| f >= level))?;
    let (t, f) = (forces.time[i], force(i)?);
    let before = i.checked_sub(1).and_then(|j| Some((forces.time[j], force(j)?))).filter(|&(_, f)| f < level);
    Some(before.map_or(t, |(t_before, f_before)| t_before + (level - f_before) / (f - f_before) * (t - t_before)))
}
