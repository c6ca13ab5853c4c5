//! A pattern from published regressions on walking speed and body height.
//!
//! Koopman, B., van Asseldonk, E. H. F. & van der Kooij, H. (2014). Speed-dependent reference joint trajectory
//! generation for robotic gait support. J Biomech 47(6), 1447-1458, tables 1 to 5 (15 adults, 47 to 68 years, 0.5 to
//! 5 km/h on a treadmill).

use core::f64::consts::PI;

use crate::body::Body;
use crate::error::{Error, Result, in_range};
use crate::types::{N_LEG, wrap};

use super::foot::{SWING_POINTS, hip_on_line, stance_line, swing_phase, toe_over_foot};
use super::koopman_table::{EVENTS, JOINTS, KeyEvent};
use super::pattern::{Cadence, GaitPattern};

/// Number of samples of a cycle.
const SAMPLES: usize = 128;
/// How much later than foot contact the published cycle begins [-].
const SHIFT: f64 = 0.045;
/// Phase of the right side minus that of the left [-].
const OFFSET: f64 = 0.5;
/// Flexion of hip, knee and ankle [deg] that one unit of foot lift adds at its peak.
const LIFT: [f64; N_LEG] = [3.0, 6.0, 5.0];
/// Range of the foot lift [-].
const LIFT_RANGE: [f64; 2] = [-1.0, 5.0];

type Samples = Vec<[f64; N_LEG]>;

impl GaitPattern {
    /// The published pattern at `speed` [m/s], 0.14 to 1.4, of a person of `height` [m], 1.5 to 2.0.
    ///
    /// `pelvic_tilt` [rad], -0.5 to 0.5, is taken off the published hip flexion; `foot_clearance` [m], 0 to 0.15,
    /// when present, is reached by flexing hip, knee and ankle in swing. Hip in stance and cadence are such that the
    /// ankle goes back as fast as a belt at `speed`.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming the first argument outside its range; for `foot_clearance` also one that the
    /// leg cannot reach, with the range it can.
    pub fn koopman(speed: f64, height: f64, pelvic_tilt: f64, foot_clearance: Option<f64>) -> Result<Self> {
        let speed = in_range("speed", speed, 0.14, 1.4)?;
        let height = in_range("height", height, 1.5, 2.0)?;
        let pelvic_tilt = in_range("pelvic_tilt", pelvic_tilt, -0.5, 0.5)?;
        let body = Body::new(75.0, height)?;
        let km_h = 3.6 * speed;
        let step_ratio = -0.532 + 0.020 * km_h + 0.47 * height;
        let cadence = Cadence {
            offset: OFFSET,
            stride_rate: 1.0,
            speed: Some(speed),
            published_stride_rate: Some(1.0 / (2.0 * (step_ratio / speed).sqrt())),
        };
        let mut samples = sampled(km_h, height, pelvic_tilt);
        let published = Self::through(&samples, &samples, cadence)?;
        follow_belt(&mut samples, &body, &published);
        if let Some(asked) = foot_clearance {
            let asked = in_range("foot_clearance", asked, 0.0, 0.15)?;
            let plain = Self::through(&samples, &samples, cadence)?;
            let lifted = Self::through(&lift(), &lift(), cadence)?;
            let amount = lift_for(asked, &body, &plain, &lifted)?;
            add(&mut samples, &lift(), amount);
        }
        let pattern = Self::through(&samples, &samples, cadence)?;
        let line = stance_line(&body, |phase| pattern.leg(0, phase)[0]);
        Ok(pattern.with_stride_rate(in_range("stride_rate", speed / -line.slope, 0.0, 5.0)?))
    }
}

/// A key event at a speed and height: phase [-], angle [deg] and its derivatives with respect to phase [deg].
#[derive(Clone, Copy, Debug)]
struct Knot {
    phase: f64,
    value: [f64; 3],
}

impl KeyEvent {
    fn at(&self, km_h: f64, height: f64) -> Knot {
        let term = |b: &[f64; 4]| b[0] + b[1] * km_h + b[2] * km_h * km_h + b[3] * height;
        // The index counts samples from 1 to 100; velocity and acceleration are per percent of the cycle.
        Knot {
            phase: (term(&self.index) - 1.0) / 99.0,
            value: [term(&self.angle), 100.0 * term(&self.velocity), 1e4 * term(&self.acceleration)],
        }
    }
}

/// Key events of a joint in the order of the cycle, the first once more at the end of it.
fn knots(events: &[KeyEvent; EVENTS], km_h: f64, height: f64) -> [Knot; EVENTS + 1] {
    let mut knots: [Knot; EVENTS + 1] = core::array::from_fn(|i| events[i % EVENTS].at(km_h, height));
    knots[..EVENTS].sort_by(|a, b| a.phase.total_cmp(&b.phase));
    knots[EVENTS] = Knot { phase: knots[0].phase + 1.0, ..knots[0] };
    knots
}

/// Angle [deg] at `phase` in [0, 1) of the quintic polynomials through `knots`.
fn raw(knots: &[Knot; EVENTS + 1], phase: f64) -> f64 {
    let phase = if phase < knots[0].phase { phase + 1.0 } else { phase };
    let i = knots[1..EVENTS].iter().take_while(|knot| knot.phase <= phase).count();
    let (a, b) = (knots[i], knots[i + 1]);
    let width = b.phase - a.phase;
    let s = (phase - a.phase) / width;
    let [y0, v0, c0] = [a.value[0], a.value[1] * width, a.value[2] * width * width];
    let [y1, v1, c1] = [b.value[0], b.value[1] * width, b.value[2] * width * width];
    let rise = y1 - y0;
    let k3 = 10.0 * rise - 6.0 * v0 - 4.0 * v1 - 1.5 * c0 + 0.5 * c1;
    let k4 = -15.0 * rise + 8.0 * v0 + 7.0 * v1 + 1.5 * c0 - c1;
    let k5 = 6.0 * rise - 3.0 * v0 - 3.0 * v1 - 0.5 * c0 + 0.5 * c1;
    y0 + s * (v0 + s * (0.5 * c0 + s * (k3 + s * (k4 + s * k5))))
}

/// The published curves [rad] at uniform phases from foot contact, for an upright pelvis.
fn sampled(km_h: f64, height: f64, pelvic_tilt: f64) -> Samples {
    let knots = JOINTS.map(|events| knots(events, km_h, height));
    let tilt = [pelvic_tilt, 0.0, 0.0];
    (0..SAMPLES)
        .map(|j| {
            let phase = wrap(j as f64 / SAMPLES as f64 + SHIFT);
            core::array::from_fn(|joint| raw(&knots[joint], phase).to_radians() - tilt[joint])
        })
        .collect()
}

/// Moves the hip in stance so that the ankle goes back at constant speed under a hip that stays where it is.
fn follow_belt(samples: &mut Samples, body: &Body, pattern: &GaitPattern) {
    let line = stance_line(body, |phase| pattern.leg(0, phase)[0]);
    for (j, row) in samples.iter_mut().enumerate() {
        row[0] = hip_on_line(body, line, j as f64 / SAMPLES as f64, *row);
    }
}

/// Flexion [rad] that one unit of foot lift adds.
fn lift() -> Samples {
    (0..SAMPLES)
        .map(|j| {
            let from_peak = j as f64 / SAMPLES as f64 - 0.80;
            let cos = if from_peak.abs() < 0.20 { (PI * from_peak / 0.40).cos() } else { 0.0 };
            LIFT.map(|deg| deg.to_radians() * cos * cos)
        })
        .collect()
}

fn add(samples: &mut Samples, other: &Samples, factor: f64) {
    for (row, by) in samples.iter_mut().zip(other) {
        for (angle, by) in row.iter_mut().zip(by) {
            *angle += factor * by;
        }
    }
}

/// The foot lift [-] with which `plain + lift * lifted` clears the ground by `asked` [m]. A spline is linear in its
/// samples, so both are evaluated once.
fn lift_for(asked: f64, body: &Body, plain: &GaitPattern, lifted: &GaitPattern) -> Result<f64> {
    let legs: [[f64; 2]; SWING_POINTS] = core::array::from_fn(|k| [swing_phase(k), wrap(swing_phase(k) + OFFSET)]);
    let parts = legs.map(|pair| pair.map(|phase| (plain.leg(0, phase)[0], lifted.leg(0, phase)[0])));
    let reached = |amount: f64| {
        let posed = |(a, b): ([f64; N_LEG], [f64; N_LEG])| core::array::from_fn(|i| a[i] + amount * b[i]);
        parts
            .iter()
            .map(|[swing, stand]| toe_over_foot(body, posed(*swing), posed(*stand)))
            .fold(f64::INFINITY, f64::min)
    };
    let [mut low, mut high] = LIFT_RANGE;
    let (min, max) = (reached(low), reached(high));
    in_range("foot_clearance", asked, min, max).map_err(|_| Error::OutOfRange {
        name: "foot_clearance",
        index: None,
        value: asked,
        min,
        max,
    })?;
    while high - low > 1e-13 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if reached(middle) < asked { low = middle } else { high = middle }
    }
    Ok(0.5 * (low + high))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn pattern(speed: f64, height: f64) -> GaitPattern {
        GaitPattern::koopman(speed, height, 8.0_f64.to_radians(), None).unwrap()
    }

    #[test]
    fn raw_curves_pass_through_their_key_events() {
        for events in JOINTS {
            let knots = knots(events, 4.0, 1.75);
            for knot in &knots[..EVENTS] {
                assert!((raw(&knots, wrap(knot.phase)) - knot.value[0]).abs() < 1e-9);
                let slope = (raw(&knots, wrap(knot.phase + 1e-6)) - raw(&knots, wrap(knot.phase - 1e-6))) / 2e-6;
                assert!((slope - knot.value[1]).abs() < 1e-2, "{slope} {}", knot.value[1]);
            }
        }
    }

    #[test]
    fn the_hip_starts_where_the_table_says() {
        // Hip at the published heel contact, 4 km/h: 20.354 + 1.934 * 4 = 28.09 deg.
        let q = raw(&knots(JOINTS[0], 4.0, 1.75), 0.0);
        assert!((q - 28.09).abs() < 1e-12);
    }

    #[test]
    fn the_stance_foot_follows_the_belt() {
        for speed in [0.14, 0.28, 0.5, 0.8, 1.1, 1.4] {
            for height in [1.5, 1.75, 2.0] {
                let pattern = pattern(speed, height);
                let body = Body::new(75.0, height).unwrap();
                let ankle = |phase: f64| body.leg(pattern.leg(0, phase)[0], 0.0).ankle[0];
                for (from, to) in [(0.10, 0.40), (0.15, 0.45), (0.10, 0.12), (0.43, 0.45)] {
                    let mean = (ankle(from) - ankle(to)) / (to - from) * pattern.stride_rate();
                    assert!((mean / speed - 1.0).abs() < 0.01, "{speed} {height} {from}: {mean}");
                }
            }
        }
    }

    #[test]
    fn the_asked_clearance_is_reached_or_refused_with_the_range() {
        for asked in [0.02, 0.03, 0.04] {
            let pattern = GaitPattern::koopman(0.8, 1.72, 0.14, Some(asked)).unwrap();
            assert!((pattern.foot_clearance(1.72).unwrap() - asked).abs() < 1e-12);
        }
        let error = GaitPattern::koopman(0.8, 1.72, 0.14, Some(0.15)).unwrap_err();
        assert!(matches!(error, Error::OutOfRange { name: "foot_clearance", max, .. } if max < 0.15), "{error}");
    }

    #[test]
    fn halves_of_the_cycle_mirror_each_other() {
        let pattern = pattern(0.8, 1.72);
        for k in 0..50 {
            let phase = k as f64 / 50.0;
            let (a, b) = (pattern.evaluate(phase, None), pattern.evaluate(phase + 0.5, None));
            for i in 0..3 {
                assert!((a.q[i] - b.q[i + 3]).abs() < 1e-12 && (a.q[i + 3] - b.q[i]).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn refuses_and_names_what_is_wrong() {
        let nan = f64::NAN;
        for (name, result) in [
            ("speed", GaitPattern::koopman(1.5, 1.7, 0.1, None)),
            ("speed", GaitPattern::koopman(nan, 1.7, 0.1, None)),
            ("height", GaitPattern::koopman(1.0, 2.1, 0.1, None)),
            ("pelvic_tilt", GaitPattern::koopman(1.0, 1.7, nan, None)),
            ("foot_clearance", GaitPattern::koopman(1.0, 1.7, 0.1, Some(-0.01))),
            ("foot_clearance", GaitPattern::koopman(1.0, 1.7, 0.1, Some(nan))),
        ] {
            assert!(result.unwrap_err().to_string().starts_with(&format!("{name} must lie in")));
        }
    }
}
