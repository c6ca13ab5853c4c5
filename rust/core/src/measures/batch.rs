//! Measures of every stride of a recording (section 8.2).

use super::foot::ways_of_strides;
use super::recording::{BeltSpeed, RecordedEvents, Recording, check};
use super::row::StrideRow;
use super::signals::inside;
use super::strides::{Found, strides_of};
use super::tally::{Tally, measured};
use super::trunk::Waves;
use super::{angles, loading, profile, space, trunk, work};
use crate::body::Body;
use crate::error::Result;
use crate::types::Sides;

/// Mass of a person of whom only lengths are asked [kg].
const ANY_MASS: f64 = 70.0;

/// One stride, as the inputs are looked at.
pub(super) struct Stride {
    /// Side, 0 left, 1 right.
    pub(super) side: usize,
    /// Initial contact that begins it [s].
    pub(super) start: f64,
    /// Initial contact that ends it [s].
    pub(super) end: f64,
    /// Time between them [s].
    pub(super) duration: f64,
    /// Toe-off [s]; absent also when an event is missing.
    pub(super) toe_off: Option<f64>,
    /// Whether the walk was on a treadmill.
    pub(super) on_belt: bool,
    /// Mean speed of the belt [m/s].
    pub(super) belt: Option<f64>,
}

/// Measures of all strides of both sides, each from an initial contact to the next of the same side.
///
/// # Errors
/// [`crate::Error::Length`], [`crate::Error::OutOfRange`] or [`crate::Error::NotIncreasing`] naming what is refused.
pub fn stride_measures(events: &RecordedEvents<'_>, recording: &Recording<'_>) -> Result<Sides<Vec<StrideRow>>> {
    check(events, recording)?;
    let body = recording.height.map(|height| Body::new(ANY_MASS, height)).transpose()?;
    let waves = recording.trunk.map(|_| Waves::of_table());
    let mut found = strides_of(events);
    for (side, found) in found.iter_mut().enumerate() {
        if let Some(imu) = &recording.foot_imu {
            ways_of_strides(imu.time, imu.value.iter().map(|feet| feet[side]), &found.stances(), &mut found.rows);
        }
        let Found { rows, toe_off, .. } = found;
        for (row, toe_off) in rows.iter_mut().zip(toe_off) {
            add_samples(row, side, *toe_off, recording, body.as_ref(), waves.as_ref());
        }
    }
    Ok(found.map(|found| found.rows))
}

fn add_samples(
    row: &mut StrideRow,
    side: usize,
    toe_off: Option<f64>,
    recording: &Recording<'_>,
    body: Option<&Body>,
    waves: Option<&Waves>,
) {
    let (Some(start), Some(end), Some(duration)) = (row.start, row.end, row.stride_time) else { return };
    let belt = belt_speed(recording, start, end);
    let stride = Stride { side, start, end, duration, toe_off, on_belt: recording.belt_speed.is_some(), belt };
    if let Some(markers) = &recording.markers {
        space::add(row, &stride, markers, recording.height);
    }
    row.stride_length = row.stride_length.or(belt.map(|v| v * duration));
    row.speed = row.stride_length.map(|length| length / duration);
    row.walk_ratio = row.stride_length.map(|length| length * duration / 240.0);
    if let Some(samples) = &recording.angles {
        angles::add(row, &stride, samples, body);
        profile::add(row, &stride, samples, recording);
    }
    if let Some(forces) = &recording.forces {
        let mut force = Tally::new();
        inside(forces, start, end).for_each(|(_, f)| force.add(measured(Some(f[side])), 1.0));
        (row.force_peak, row.force_mean) = (force.max(), force.mean());
        if let Some(mass) = recording.mass {
            loading::add(row, &stride, forces, mass);
        }
    }
    if let Some((samples, waves)) = recording.trunk.as_ref().zip(waves) {
        trunk::add(row, &stride, samples, waves);
    }
    if let Some(torques) = &recording.torques {
        work::add(row, &stride, torques);
    }
}

/// Mean speed of the belt over a stride [m/s].
fn belt_speed(recording: &Recording<'_>, start: f64, end: f64) -> Option<f64> {
    match recording.belt_speed? {
        BeltSpeed::Constant(v) => measured(Some(v)),
        BeltSpeed::Samples(belt) => {
            let mut tally = Tally::new();
            inside(&belt, start, end).for_each(|(_, v)| tally.add(measured(Some(*v)), 1.0));
            tally.mean()
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::measures::RecordedSamples;
    use crate::types::JointVec;

    /// Left and right contacts every second, half a second apart, feet on the ground for 0.6 s.
    fn regular(strides: usize) -> (Vec<u8>, Vec<u8>, Vec<f64>) {
        let mut events = Vec::new();
        for k in 0..strides {
            let t = k as f64;
            events.extend([(t, 0, 0), (t + 0.1, 1, 1), (t + 0.5, 1, 0), (t + 0.6, 0, 1)]);
        }
        (
            events.iter().map(|e| e.1).collect(),
            events.iter().map(|e| e.2).collect(),
            events.iter().map(|e| e.0).collect(),
        )
    }

    fn measure(side: &[u8], kind: &[u8], time: &[f64]) -> Sides<Vec<StrideRow>> {
        stride_measures(&RecordedEvents { side, kind, time }, &Recording::default()).unwrap()
    }

    fn near(a: Option<f64>, b: f64) -> bool {
        a.is_some_and(|a| (a - b).abs() < 1e-12)
    }

    #[test]
    fn a_regular_walker_has_its_textbook_times() {
        let (side, kind, time) = regular(5);
        let [left, right] = measure(&side, &kind, &time);
        assert_eq!((left.len(), right.len()), (4, 4));
        for row in left[1..].iter().chain(&right) {
            assert!(near(row.stride_time, 1.0) && near(row.stance_time, 0.6) && near(row.swing_time, 0.4), "{row:?}");
            assert!(near(row.step_time, 0.5) && near(row.double_support_share, 0.2) && near(row.cadence, 2.0));
            assert!(row.valid);
        }
        assert_eq!(left[0].double_support_time, None, "the right foot is unknown at first");
    }

    #[test]
    fn a_missing_toe_off_leaves_absent_what_it_would_give() {
        let (mut side, mut kind, mut time) = regular(5);
        let missing = 11;
        assert_eq!((side[missing], kind[missing]), (0, 1));
        for list in [&mut side, &mut kind] {
            list.remove(missing);
        }
        time.remove(missing);
        let [left, right] = measure(&side, &kind, &time);
        assert!(left[2].stance_time.is_none() && left[2].double_support_time.is_none());
        assert!(right[2].double_support_time.is_none());
        assert!(near(left[3].stance_time, 0.6) && near(left[2].stride_time, 1.0));
    }

    #[test]
    fn samples_inside_a_stride_give_angles_forces_and_way() {
        let (side, kind, time) = regular(3);
        let t: Vec<f64> = (0..300).map(|i| f64::from(i) * 0.01).collect();
        let q: Vec<JointVec> = t.iter().map(|t| [*t % 1.0, 1.0 - t % 1.0, 0.0, f64::NAN, 0.0, 0.0]).collect();
        let f: Vec<Sides<f64>> = t.iter().map(|t| [100.0 * (t % 1.0), 50.0]).collect();
        let recording = Recording {
            angles: Some(RecordedSamples { time: &t, value: &q }),
            forces: Some(RecordedSamples { time: &t, value: &f }),
            belt_speed: Some(BeltSpeed::Constant(0.8)),
            ..Recording::default()
        };
        let events = RecordedEvents { side: &side, kind: &kind, time: &time };
        let [left, right] = stride_measures(&events, &recording).unwrap();
        assert!(near(left[0].hip_max, 0.99) && near(left[0].knee_stance_max, 0.9), "{:?}", left[0]);
        assert!(near(left[0].knee_swing_max, 0.4) && near(left[0].knee_at_contact, 0.01));
        assert!(near(left[0].force_peak, 99.0) && near(left[0].force_mean, 49.5));
        assert!(near(left[0].stride_length, 0.8) && near(left[0].hip_range, 0.99));
        assert!(right[0].hip_max.is_none() && near(right[0].ankle_range, 0.0));
    }

    #[test]
    fn bad_recordings_are_refused_by_name() {
        let none = Recording::default();
        let refused = |side: &[u8], kind: &[u8], time: &[f64], recording: &Recording<'_>| {
            stride_measures(&RecordedEvents { side, kind, time }, recording).unwrap_err().to_string()
        };
        assert!(refused(&[0, 2], &[0, 0], &[0.0, 1.0], &none).starts_with("side must lie in [0, 1], got 2"));
        assert!(refused(&[0], &[0, 0], &[0.0, 1.0], &none).starts_with("side must have length 2"));
        assert!(refused(&[0, 0], &[0, 0], &[1.0, 0.0], &none).starts_with("time must increase"));
        assert!(refused(&[0], &[0], &[f64::NAN], &none).starts_with("time must lie in"));
        let forces = Some(RecordedSamples { time: &[0.0, 0.0], value: &[[0.0; 2]; 2] });
        assert!(refused(&[], &[], &[], &Recording { forces, ..none }).starts_with("forces_time must increase"));
    }
}
