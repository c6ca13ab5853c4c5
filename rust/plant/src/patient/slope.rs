//! How a person walks otherwise on a slope than on the level: by what [`GaitPattern::ramp`] differs there.
//!
//! Assumption: people know the slope that they stand on, and change their walking as the construction of the ramp does.

use gaitloop_core::Result;
use gaitloop_core::trajectory::GaitPattern;
use gaitloop_core::types::{JointVec, Sides, wrap};

/// Share of the steepest slope at which a pattern is made; between them the changes grow with the root of the slope, as
/// the knee that bends to reach down does.
const KNOTS: [f64; 4] = [0.0, 1.0 / 9.0, 4.0 / 9.0, 1.0];
/// Clearance of the swinging foot [m] of all of them, so that their differences have none.
const CLEARANCE: f64 = 0.01;

/// Largest extra rise of the heel behind [rad], uphill: with more of it, which bends the leading knee less, the rear foot
/// throws people up from 4 % on.
const HEEL_RISE: f64 = 2.0 * core::f64::consts::PI / 180.0;

/// Patterns of one way, on the level first, each at several speeds.
#[derive(Clone, Debug)]
struct Way {
    steepest: f64,
    patterns: [Vec<GaitPattern>; KNOTS.len()],
}

/// Changes of the walking, uphill and downhill.
#[derive(Clone, Debug)]
pub(crate) struct Slopes {
    up: Option<Way>,
    down: Option<Way>,
}

impl Way {
    fn new(steepest: f64, speeds: &[f64], height: f64, tilt: f64) -> Result<Option<Self>> {
        if steepest == 0.0 {
            return Ok(None);
        }
        let at = |share: f64| -> Result<Vec<GaitPattern>> {
            speeds.iter().map(|&v| GaitPattern::ramp(v, height, share * steepest, CLEARANCE, tilt, HEEL_RISE)).collect()
        };
        let [level, gentle, middle, full] = KNOTS.map(at);
        Ok(Some(Self { steepest, patterns: [level?, gentle?, middle?, full?] }))
    }
}

impl Slopes {
    /// Between two slopes [rad], the lower at most 0 and the higher at least; none where both are level.
    pub fn new([low, high]: [f64; 2], speeds: &[f64], height: f64, tilt: f64) -> Result<Option<Box<Self>>> {
        let slopes = Self { up: Way::new(high, speeds, height, tilt)?, down: Way::new(low, speeds, height, tilt)? };
        Ok((slopes.up.is_some() || slopes.down.is_some()).then(|| Box::new(slopes)))
    }

    /// Adds to angles and velocities what a slope [rad] changes, at a share between the speed `upper - 1` and the next.
    pub fn add(
        &self,
        incline: f64,
        (upper, share): (usize, f64),
        (phases, rates): (Sides<f64>, Sides<f64>),
        (q, dq): (&mut JointVec, &mut JointVec),
    ) {
        let Some(way) = (if incline > 0.0 { &self.up } else { &self.down }) else { return };
        let steep = (incline / way.steepest).clamp(0.0, 1.0).sqrt();
        let next = KNOTS.iter().position(|k| k.sqrt() > steep).unwrap_or(KNOTS.len() - 1).max(1);
        let [before, after] = [KNOTS[next - 1], KNOTS[next]].map(f64::sqrt);
        let weight = (steep - before) / (after - before);
        // The slope between two knots, less the level.
        for (knot, part) in [(next - 1, 1.0 - weight), (next, weight), (0, -1.0)] {
            for (speed, part) in [(upper - 1, part * (1.0 - share)), (upper, part * share)] {
                for side in 0..2 {
                    let leg = way.patterns[knot][speed].leg_curves(side);
                    let [y, dy, _] = leg.curve(leg.place(wrap(phases[side])));
                    for joint in 0..3 {
                        q[3 * side + joint] += part * y[joint];
                        dq[3 * side + joint] += part * rates[side] * dy[joint];
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn at_its_knots_it_is_the_difference_of_the_ramps_and_none_on_the_level() {
        let (speeds, height, tilt) = ([0.4, 0.6], 1.75, 0.14);
        let slopes = Slopes::new([-0.05, 0.09], &speeds, height, tilt).unwrap().unwrap();
        for (incline, slope) in [(0.09, 0.09), (0.04, 0.04), (-0.05, -0.05), (-0.05 / 9.0, -0.05 / 9.0), (0.3, 0.09)] {
            let ramp = |angle| GaitPattern::ramp(0.6, height, angle, CLEARANCE, tilt, HEEL_RISE).unwrap();
            let (there, level) = (ramp(slope), ramp(0.0));
            let (mut q, mut dq) = ([0.0; 6], [0.0; 6]);
            slopes.add(incline, (1, 1.0), ([0.3, 0.8], [1.0; 2]), (&mut q, &mut dq));
            let [a, b] = [there, level].map(|p| p.evaluate(0.3, Some(1.0)));
            for i in 0..6 {
                assert!((q[i] - (a.q[i] - b.q[i])).abs() < 1e-12, "{incline} {i}");
                assert!((dq[i] - (a.dq[i] - b.dq[i])).abs() < 1e-9, "{incline} {i}");
            }
        }
        let (mut q, mut dq) = ([0.0; 6], [0.0; 6]);
        slopes.add(1e-9, (1, 0.5), ([0.3, 0.8], [1.0; 2]), (&mut q, &mut dq));
        assert!(q.iter().all(|x| x.abs() < 1e-4));
        assert!(Slopes::new([0.0; 2], &speeds, height, tilt).unwrap().is_none());
    }
}
