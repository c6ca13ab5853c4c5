//! The curves of a changed pattern: time warp, knee factor, stance foot on the belt, hip swing, foot lift.

use core::f64::consts::PI;

use crate::body::Body;
use crate::curve::Curve;
use crate::error::Result;
use crate::types::{N_LEG, Sides, smooth_step, wrap_signed};

use super::foot::{ANY_MASS, StanceLine};
use super::pattern::{Cadence, GaitPattern};
use super::shape::{extent, toe_off};
use super::shape_words::Pace;

/// Smallest number of samples of a cycle.
const SAMPLES_MIN: usize = 128;
/// How far around the two contacts the foot still lies on the line of the belt [-].
const CONTACT_MARGIN: f64 = 0.01;
/// Width over which it comes to that line before its contact [-].
const CONTACT_BLEND: f64 = 0.10;
/// Width over which it leaves that line after the other's [-].
const LEAVE_BLEND: f64 = 0.06;
/// Difference from the asked step lengths that is left [m], and how often it is looked at.
const STEP_EXACT: f64 = 1e-11;
const STEP_ROUNDS: usize = 3;
/// Largest part of the leg's reach that a foot may be set apart from the hip [-].
const REACH_MAX: f64 = 0.95;
/// Phase at which hip swing and foot lift are largest [-], and half their width.
const SWING: (f64, f64) = (0.80, 0.20);
/// Flexion of hip, knee and ankle [deg] of one unit of foot lift.
const LIFT: [f64; N_LEG] = [3.0, 6.0, 5.0];
/// Steepest slope of the warp's bump, times its width [-].
const WARP_SLOPE: f64 = 1.875;
/// Largest share of the slope at which the warp would stand still.
const WARP_MAX: f64 = 0.9;
/// Limits of the hip swing [rad].
const HIP_SWING: [f64; 2] = [-0.6, 0.6];

/// One leg of the pattern that is changed.
#[derive(Clone, Debug)]
struct BaseLeg {
    line: StanceLine,
    toe_off: f64,
    knee_min: f64,
}

/// A pattern with all of it that a change needs to know.
#[derive(Clone, Debug)]
pub(super) struct Base<'a> {
    pub pattern: &'a GaitPattern,
    pub body: Body,
    pub pace: Pace,
    pub asymmetry: f64,
    legs: Sides<BaseLeg>,
    samples: usize,
    bump: Vec<f64>,
    bump_curve: Curve,
}

/// What the unknowns of one leg are set to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Knobs {
    /// Knee factor [-].
    pub knee: f64,
    /// Foot lift [-].
    pub lift: f64,
    /// Phase of toe-off of the base [-] after the warp.
    pub toe_off: f64,
}

/// What a changed pattern is built for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Goal {
    pub pace: Pace,
    pub asymmetry: f64,
    pub offset: f64,
    pub share: Sides<Option<f64>>,
    pub knee: Sides<Option<f64>>,
    pub hip: Sides<Option<f64>>,
    pub clearance: Sides<Option<f64>>,
}

impl<'a> Base<'a> {
    pub(super) fn new(pattern: &'a GaitPattern, height: f64) -> Result<Self> {
        let body = Body::new(ANY_MASS, height)?;
        let lines = pattern.walks(&body)?;
        let travel = -0.5 * (lines[0].slope + lines[1].slope);
        let [left, right] = pattern.step_length(&body);
        let legs = [0, 1].map(|side| BaseLeg {
            line: lines[side],
            toe_off: toe_off(&body, pattern, side),
            knee_min: pattern.extent(side, 1).min,
        });
        let samples = pattern.intervals() * SAMPLES_MIN.div_ceil(pattern.intervals());
        let bump: Vec<f64> = (0..samples).map(|j| swing_bump(j as f64 / samples as f64)).collect();
        Ok(Self {
            pattern,
            body,
            pace: Pace { step: 0.5 * travel, speed: pattern.speed().unwrap_or(travel * pattern.stride_rate()) },
            asymmetry: if left > 0.0 && right > 0.0 { (left / right).ln() } else { 0.0 },
            legs,
            samples,
            bump_curve: Curve::new("swing", &bump)?,
            bump,
        })
    }

    /// The knobs of the pattern as it is, but for the stance share that is asked.
    pub(super) fn start(&self, side: usize, share: Option<f64>) -> Knobs {
        Knobs { knee: 1.0, lift: 0.0, toe_off: share.unwrap_or(self.legs[side].toe_off) }
    }

    /// The pattern for `goal` with the knobs at `knobs`, absent where a leg cannot be posed so.
    ///
    /// Between its samples the spline leaves the asked path by micrometres; what the steps lack is asked on top.
    pub(super) fn build(&self, goal: &Goal, knobs: &Sides<Knobs>) -> Option<GaitPattern> {
        let asked = goal.steps();
        let mut aimed = asked;
        let mut pattern = self.aimed(goal, knobs, aimed)?;
        for _ in 0..STEP_ROUNDS {
            let got = pattern.step_length(&self.body);
            let lack = [asked[0] - got[0], asked[1] - got[1]];
            if lack.iter().all(|lack| lack.abs() < STEP_EXACT) {
                break;
            }
            aimed = [aimed[0] + lack[0], aimed[1] + lack[1]];
            pattern = self.aimed(goal, knobs, aimed)?;
        }
        Some(pattern)
    }

    fn aimed(&self, goal: &Goal, knobs: &Sides<Knobs>, [left, right]: Sides<f64>) -> Option<GaitPattern> {
        let slope = -(left + right);
        let middle = 0.5 * (self.legs[0].line.middle + self.legs[1].line.middle);
        let apart = 0.5 * (left + slope * goal.offset);
        let lines = [middle + apart, middle - apart].map(|middle| StanceLine { middle, slope });
        let other = [1.0 - goal.offset, goal.offset];
        let leg = |side: usize| self.leg(side, &knobs[side], lines[side], other[side], goal.hip[side]);
        let cadence = Cadence {
            offset: goal.offset,
            stride_rate: goal.pace.speed / (2.0 * goal.pace.step),
            speed: Some(goal.pace.speed),
            ..self.pattern.cadence()
        };
        GaitPattern::through(&leg(0)?, &leg(1)?, cadence).ok()
    }

    fn leg(
        &self,
        side: usize,
        knobs: &Knobs,
        line: StanceLine,
        other: f64,
        hip: Option<f64>,
    ) -> Option<Vec<[f64; N_LEG]>> {
        let base = &self.legs[side];
        let warp = Warp::new(base.toe_off, knobs.toe_off)?;
        let mut samples = Vec::with_capacity(self.samples);
        for j in 0..self.samples {
            let phase = j as f64 / self.samples as f64;
            let source = warp.source(phase);
            let mut q = self.pattern.leg(side, source)[0];
            let path = self.body.leg(q, 0.0).ankle[0] - base.line.middle;
            q[1] = base.knee_min + knobs.knee * (q[1] - base.knee_min);
            // Where the warp makes the foot late or early, the belt takes it along for that time.
            let place = line.middle + line.slope * (path / base.line.slope + (phase - source));
            q[0] = hip_under(&self.body, q[1], on_belt(place, line, other, phase))?;
            for (angle, lift) in q.iter_mut().zip(LIFT) {
                *angle += knobs.lift * lift.to_radians() * self.bump[j];
            }
            samples.push(q);
        }
        if let Some(range) = hip {
            let swing = self.hip_swing(&samples, range)?;
            samples.iter_mut().zip(&self.bump).for_each(|(q, bump)| q[0] += swing * bump);
        }
        Some(samples)
    }

    /// Hip swing [rad] that gives the hip a `range` [rad]: Newton's method from the upper limit. The range is convex in
    /// it, so the steps never pass the root on the rising side.
    fn hip_swing(&self, samples: &[[f64; N_LEG]], range: f64) -> Option<f64> {
        let hip: Vec<f64> = samples.iter().map(|q| q[0]).collect();
        let hip = Curve::new("angles", &hip).ok()?;
        let (hip, bump) = (hip.pieces(), self.bump_curve.pieces());
        let mut swing = HIP_SWING[1];
        for step in 0..60 {
            let e = extent(hip.len(), |j| core::array::from_fn(|i| hip[j][i] + swing * bump[j][i]));
            let beyond = e.range() - range;
            if (step == 0 && beyond < 0.0) || swing < HIP_SWING[0] {
                return None;
            }
            if beyond <= 1e-14 {
                return Some(swing);
            }
            let slope = self.bump_curve.evaluate(e.at_max)[0] - self.bump_curve.evaluate(e.at_min)[0];
            if slope <= 1e-9 {
                return None;
            }
            let next = swing - beyond / slope;
            if next >= swing {
                return Some(swing);
            }
            swing = next;
        }
        None
    }
}

impl Goal {
    /// Step lengths [m], left and right.
    pub(super) fn steps(&self) -> Sides<f64> {
        let share = self.asymmetry.exp();
        [2.0 * self.pace.step * share / (1.0 + share), 2.0 * self.pace.step / (1.0 + share)]
    }
}

/// Place of the ankle [m] before the hip: on the line from the leg's own contact to the other leg's at phase `other`,
/// at `place` elsewhere.
fn on_belt(place: f64, line: StanceLine, other: f64, phase: f64) -> f64 {
    let since = wrap_signed(phase - 0.5 * other) + 0.5 * other;
    let weight = smooth_step((since + CONTACT_MARGIN + CONTACT_BLEND) / CONTACT_BLEND)
        * smooth_step((other + CONTACT_MARGIN + LEAVE_BLEND - since) / LEAVE_BLEND);
    place + weight * (line.middle + line.slope * (since - 0.25) - place)
}

/// Hip angle [rad] that sets the ankle at `place` [m] before the hip, absent near the end of the leg's reach.
fn hip_under(body: &Body, knee: f64, place: f64) -> Option<f64> {
    let (a, b) = (body.thigh.length + body.shank.length * knee.cos(), body.shank.length * knee.sin());
    let reach = place / (a * a + b * b).sqrt();
    (reach.abs() <= REACH_MAX).then(|| b.atan2(a) + reach.asin())
}

fn swing_bump(phase: f64) -> f64 {
    let from_peak = phase - SWING.0;
    let cos = if from_peak.abs() < SWING.1 { (PI * from_peak / (2.0 * SWING.1)).cos() } else { 0.0 };
    cos * cos
}

/// A smooth, increasing change of phase that leaves the contact at 0 and moves toe-off.
#[derive(Clone, Copy, Debug)]
struct Warp {
    shift: f64,
    toe_off: f64,
}

impl Warp {
    /// From toe-off at `from` to toe-off at `to`, absent where it would come near to standing still.
    fn new(from: f64, to: f64) -> Option<Self> {
        let allowed = WARP_MAX * to.min(1.0 - to) / WARP_SLOPE;
        let moved = from != to;
        (!moved || ((0.45..=0.80).contains(&to) && (from - to).abs() <= allowed))
            .then_some(Self { shift: from - to, toe_off: to })
    }

    /// Phase of the base at `phase` of the result.
    fn source(&self, phase: f64) -> f64 {
        if self.shift == 0.0 {
            return phase;
        }
        let x = if phase <= self.toe_off { phase / self.toe_off } else { (1.0 - phase) / (1.0 - self.toe_off) };
        let x = x.clamp(0.0, 1.0);
        phase + self.shift * (x * x * x * (10.0 - 15.0 * x + 6.0 * x * x))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_warp_is_increasing_moves_toe_off_and_is_smooth() {
        for to in [0.56, 0.62, 0.70] {
            let warp = Warp::new(0.63, to).unwrap_or(Warp { shift: f64::NAN, toe_off: to });
            assert!((warp.source(to) - 0.63).abs() < 1e-15 && warp.source(0.0) == 0.0);
            let h = 1e-4;
            let second = |p: f64| (warp.source(p + h) - 2.0 * warp.source(p) + warp.source(p - h)) / (h * h);
            for k in 1..1000 {
                let p = f64::from(k) / 1000.0;
                assert!(warp.source(p) > warp.source(p - 1e-3));
                assert!((second((p - h).max(h)) - second((p - 2.0 * h).max(h))).abs() < 0.05, "{p}");
            }
        }
        assert!(Warp::new(0.63, 0.44).is_none() && Warp::new(0.50, 0.75).is_none());
    }
}
