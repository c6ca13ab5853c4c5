//! Distance of a leg's angles from a reference over the stride (section 8.8).

use super::batch::Stride;
use super::norms::{PELVIC_TILT, mean_angles};
use super::recording::{RecordedSamples, Recording};
use super::row::StrideRow;
use super::signals::Place;
use super::tally::measured;
use crate::types::{JointVec, N_LEG};

/// Points of a profile: 0, 2, .. 100 % of the stride.
pub const POINTS: usize = 51;
/// Fastest speed whose angles are asked for [m/s].
const SPEED_MAX: f64 = 5.0;

/// Hip, knee and ankle at each point [rad].
pub type Profile = [[f64; N_LEG]; POINTS];

/// Distance of one leg's angles from a reference; absent where an angle is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SagittalProfile {
    /// Root mean square distance of hip, knee and ankle [rad].
    pub gvs: [Option<f64>; N_LEG],
    /// Root mean square of the three [rad].
    pub gps: Option<f64>,
}

/// Gait variable scores and their root mean square; by default against adults at comfortable speed.
#[must_use]
pub fn sagittal_gps(angles: &Profile, reference: Option<&Profile>) -> SagittalProfile {
    reference.map_or_else(|| distance(angles, &mean_angles(PELVIC_TILT, None)), |reference| distance(angles, reference))
}

fn distance(angles: &Profile, reference: &Profile) -> SagittalProfile {
    let gvs = core::array::from_fn(|j| {
        let mut sum = 0.0;
        for (x, r) in angles.iter().zip(reference) {
            let error = measured(Some(x[j]))? - measured(Some(r[j]))?;
            sum += error * error;
        }
        Some((sum / POINTS as f64).sqrt())
    });
    let [hip, knee, ankle]: [Option<f64>; N_LEG] = gvs;
    let mean = |a: f64, b: f64, c: f64| ((a * a + b * b + c * c) / 3.0).sqrt();
    SagittalProfile { gvs, gps: hip.zip(knee).zip(ankle).map(|((a, b), c)| mean(a, b, c)) }
}

/// Scores of a stride, against the reference of the recording or adults at the speed of the stride.
pub(super) fn add(
    row: &mut StrideRow,
    stride: &Stride,
    angles: &RecordedSamples<'_, JointVec>,
    recording: &Recording<'_>,
) {
    let profile: Profile = core::array::from_fn(|i| {
        let part = i as f64 / (POINTS - 1) as f64;
        let t = if i == POINTS - 1 { stride.end } else { stride.start + part * stride.duration };
        let place = Place::new(angles, t);
        let joint = |j: usize| place.as_ref()?.value(|q| q[N_LEG * stride.side + j]);
        core::array::from_fn(|j| joint(j).unwrap_or(f64::NAN))
    });
    let speed = row.speed.map(|v| v.clamp(0.0, SPEED_MAX));
    let SagittalProfile { gvs: [gvs_hip, gvs_knee, gvs_ankle], gps: sagittal_gps } = match recording.reference {
        Some(reference) => distance(&profile, reference),
        None => distance(&profile, &mean_angles(PELVIC_TILT, speed)),
    };
    *row = StrideRow { gvs_hip, gvs_knee, gvs_ankle, sagittal_gps, ..*row };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_of_three_and_four_degrees_is_told() {
        let offset = [3.0_f64.to_radians(), 4.0_f64.to_radians(), 0.0];
        let mut angles = mean_angles(PELVIC_TILT, None).map(|row| core::array::from_fn(|j| row[j] + offset[j]));
        let got = sagittal_gps(&angles, None);
        for (gvs, want) in got.gvs.into_iter().zip(offset) {
            assert!(gvs.is_some_and(|gvs| (gvs - want).abs() < 1e-12));
        }
        angles[7][2] = f64::NAN;
        let got = sagittal_gps(&angles, None);
        assert!(got.gvs[1].is_some() && got.gvs[2].is_none() && got.gps.is_none());
    }
}
