//! Patterns for ramps and stairs: paths of the foot, turned into joint angles by inverse kinematics of the leg.
//!
//! What is known from publications and what is assumed stands in the specification, section 3.4.

mod ramp;
mod stairs;

pub use stairs::Direction;

use crate::body::Body;
use crate::error::{Error, Result, in_range};
use crate::types::N_LEG;

use super::pattern::{Cadence, GaitPattern};

/// Number of samples of a cycle.
const SAMPLES: usize = 128;
/// A mass within the range of [`Body`]; lengths do not depend on it.
const ANY_MASS: f64 = 75.0;
/// Joints of a leg with the range of motion a pattern may use [deg].
const MOTION: [(&str, f64, f64); N_LEG] = [("hip", -40.0, 120.0), ("knee", 0.0, 135.0), ("ankle", -60.0, 45.0)];

/// Hip, knee and ankle [rad].
type Angles = [f64; N_LEG];

/// Phase of sample `j`.
fn phase(j: usize) -> f64 {
    j as f64 / SAMPLES as f64
}

/// Rise from 0 to 1 over `x` in 0 to 1, at rest at both ends.
fn rise(x: f64) -> f64 {
    let x = x.clamp(0.0, 1.0);
    x * x * x * (10.0 - 15.0 * x + 6.0 * x * x)
}

/// Rise from 0 to 1 and back over `s` in 0 to 1, at rest at both ends.
fn bump(s: f64) -> f64 {
    let s = s.clamp(0.0, 1.0);
    let rest = 1.0 - s;
    64.0 * (s * s * s) * (rest * rest * rest)
}

/// Ankle of a foot of `pitch` [rad] whose contact point, `x_f` [m] before the ankle, lies at `contact` [m].
fn ankle_over(body: &Body, contact: [f64; 2], x_f: f64, pitch: f64) -> [f64; 2] {
    let ((sin, cos), h) = (pitch.sin_cos(), body.ankle_height);
    [contact[0] - x_f * cos - h * sin, contact[1] - x_f * sin + h * cos]
}

/// Square of the distance [m²] from hip to ankle at a knee angle [rad].
fn reach_squared(body: &Body, knee: f64) -> f64 {
    let (t, s) = (body.thigh.length, body.shank.length);
    t * t + s * s + 2.0 * t * s * knee.cos()
}

/// Cosine of the knee angle that brings the ankle to `(x, z)` [m] from the hip.
fn knee_cosine(body: &Body, [x, z]: [f64; 2]) -> f64 {
    let (t, s) = (body.thigh.length, body.shank.length);
    (x * x + z * z - t * t - s * s) / (2.0 * t * s)
}

/// Angles that bring the ankle to `ankle` [m] from the hip, with the foot at `pitch` [rad] against the horizontal.
fn inverse(body: &Body, ankle: [f64; 2], pitch: f64) -> Result<Angles> {
    let ([x, z], (t, s)) = (ankle, (body.thigh.length, body.shank.length));
    let cosine = knee_cosine(body, ankle);
    if !(-1.0..=1.0 + 1e-9).contains(&cosine) {
        let value = (x * x + z * z).sqrt();
        return Err(Error::OutOfRange { name: "reach [m]", index: None, value, min: (t - s).abs(), max: t + s });
    }
    let knee = cosine.min(1.0).acos();
    let hip = x.atan2(-z) + (s * knee.sin()).atan2(t + s * knee.cos());
    Ok([hip, knee, pitch - hip + knee])
}

/// Vertical distance [m] from an ankle `x` [m] before the hip up to the hip, at a knee angle [rad].
fn drop_to(body: &Body, x: f64, knee: f64) -> Result<f64> {
    let squared = reach_squared(body, knee);
    let (value, max) = (x.abs(), squared.sqrt());
    in_range("reach [m]", value, 0.0, max)?;
    Ok((squared - x * x).sqrt())
}

/// The pattern through `samples` of both legs, when every one lies within the range of motion.
fn pattern(samples: &[Angles], stride_rate: f64, speed: f64) -> Result<GaitPattern> {
    for (j, row) in samples.iter().enumerate() {
        for ((name, min, max), value) in MOTION.into_iter().zip(row) {
            let (value, min, max) = (*value, min.to_radians(), max.to_radians());
            in_range(name, value, min, max).map_err(|_| Error::OutOfRange { name, index: Some(j), value, min, max })?;
        }
    }
    let cadence = Cadence { offset: 0.5, stride_rate, speed: Some(speed), published_stride_rate: None };
    GaitPattern::through(samples, samples, cadence)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn inverse_kinematics_undoes_forward_kinematics() {
        let body = Body::new(ANY_MASS, 1.7).unwrap();
        for angles in [[0.3, 0.4, -0.1], [-0.2, 1.9, 0.2], [1.1, 1.6, 0.0]] {
            let ankle = body.leg(angles, 0.0).ankle;
            let got = inverse(&body, ankle, angles[0] - angles[1] + angles[2]).unwrap();
            for (got, want) in got.iter().zip(angles) {
                assert!((got - want).abs() < 1e-12);
            }
        }
        let far = inverse(&body, [0.0, -0.9], 0.0).unwrap_err().to_string();
        assert!(far.starts_with("reach [m] must lie in"), "{far}");
    }

    #[test]
    fn a_foot_on_a_point_has_that_point() {
        let body = Body::new(ANY_MASS, 1.7).unwrap();
        for (x_f, pitch) in [(-body.heel, 0.3), (body.toe, -0.4)] {
            let angles = inverse(&body, ankle_over(&body, [0.1, -0.8], x_f, pitch), pitch).unwrap();
            let leg = body.leg(angles, 0.0);
            let point = if x_f < 0.0 { leg.heel } else { leg.toe };
            assert!((point[0] - 0.1).abs() < 1e-12 && (point[1] + 0.8).abs() < 1e-12);
        }
    }

    #[test]
    fn a_joint_beyond_its_range_is_named_with_its_sample() {
        let mut samples = vec![[0.1, 0.2, 0.0]; SAMPLES];
        samples[7][2] = 0.9;
        let error = pattern(&samples, 1.0, 1.0).unwrap_err().to_string();
        assert!(error.starts_with("ankle must lie in") && error.ends_with("at index 7"), "{error}");
    }
}
