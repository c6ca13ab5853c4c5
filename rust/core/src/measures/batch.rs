//! Measures of every stride of a recording.

use super::is_valid;
use super::tally::{KeyAngles, LegTally, Tally, leg_of, measured};
use crate::error::{Error, Result, in_range};
use crate::types::{JointVec, N_LEG, N_SIDES, Sides};

/// Largest magnitude of a time [s].
const TIME_MAX: f64 = 1e12;

/// Events of both feet in the order in which they happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecordedEvents<'a> {
    /// Side of each event, 0 left, 1 right.
    pub side: &'a [u8],
    /// Kind of each event, 0 initial contact, 1 toe-off.
    pub kind: &'a [u8],
    /// Time of each event [s], not decreasing.
    pub time: &'a [f64],
}

/// Samples with a time base of their own; what is not finite is absent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecordedSamples<'a, V> {
    /// Time of each sample [s], increasing.
    pub time: &'a [f64],
    /// Values of each sample.
    pub value: &'a [V],
}

/// Speed of the belt over a recording.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BeltSpeed<'a> {
    /// The same all the time [m/s].
    Constant(f64),
    /// Samples [m/s].
    Samples(RecordedSamples<'a, f64>),
}

/// What was recorded beside the events.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Recording<'a> {
    /// Joint angles [rad].
    pub angles: Option<RecordedSamples<'a, JointVec>>,
    /// Vertical force under each foot [N].
    pub forces: Option<RecordedSamples<'a, Sides<f64>>>,
    /// Speed of the belt [m/s].
    pub belt_speed: Option<BeltSpeed<'a>>,
}

macro_rules! stride_row {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {
        /// Measures of one stride of a recording; absent where an input is.
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct StrideRow {
            $($(#[doc = $doc])+ pub $name: Option<f64>,)+
            /// False for strides shorter than 0.3 s or longer than 3 s.
            pub valid: bool,
        }

        /// Names of the numbers of a [`StrideRow`] in order.
        pub const STRIDE_COLUMNS: [&str; [$(stringify!($name)),+].len()] = [$(stringify!($name)),+];

        impl StrideRow {
            /// The numbers in the order of [`STRIDE_COLUMNS`].
            #[must_use]
            pub fn values(&self) -> [Option<f64>; STRIDE_COLUMNS.len()] {
                [$(self.$name),+]
            }
        }
    };
}

stride_row! {
    /// Initial contact that begins the stride [s].
    start;
    /// Initial contact that ends it [s].
    end;
    /// Duration [s].
    stride_time;
    /// Time on the ground [s].
    stance_time;
    /// Time in the air [s].
    swing_time;
    /// Time from the other side's initial contact to the end [s].
    step_time;
    /// Time with both feet on the ground [s].
    double_support_time;
    /// Stance time over stride time [-].
    stance_share;
    /// Swing time over stride time [-].
    swing_share;
    /// Double-support time over stride time [-].
    double_support_share;
    /// Steps per time [1/s], two to a stride.
    cadence;
    /// Largest hip flexion [rad].
    hip_max;
    /// Smallest hip flexion [rad].
    hip_min;
    /// Knee flexion at the end of the stride [rad].
    knee_at_contact;
    /// Largest knee flexion at phases 0.10 to 0.40 [rad].
    knee_stance_max;
    /// Largest knee flexion at phases 0.60 to 0.95 [rad].
    knee_swing_max;
    /// Range of the hip angle [rad].
    hip_range;
    /// Range of the knee angle [rad].
    knee_range;
    /// Range of the ankle angle [rad].
    ankle_range;
    /// Largest force under the foot [N].
    force_peak;
    /// Mean force under the foot [N].
    force_mean;
    /// Way of the belt [m].
    stride_length;
}

/// Measures of all strides of both sides, each from an initial contact to the next of the same side.
///
/// # Errors
/// [`Error::Length`], [`Error::OutOfRange`] or [`Error::NotIncreasing`] naming the first array that is refused.
pub fn stride_measures(events: &RecordedEvents<'_>, recording: &Recording<'_>) -> Result<Sides<Vec<StrideRow>>> {
    check(events, recording)?;
    let mut rows = times_of_strides(events);
    for (side, rows) in rows.iter_mut().enumerate() {
        for row in rows {
            add_samples(row, side, recording);
        }
    }
    Ok(rows)
}

fn check(events: &RecordedEvents<'_>, recording: &Recording<'_>) -> Result<()> {
    let n = events.time.len();
    same_length("side", events.side.len(), n)?;
    same_length("kind", events.kind.len(), n)?;
    for (name, values) in [("side", events.side), ("kind", events.kind)] {
        if let Some(i) = values.iter().position(|&v| v > 1) {
            let value = f64::from(values[i]);
            return Err(Error::OutOfRange { name, index: Some(i), value, min: 0.0, max: 1.0 });
        }
    }
    ordered("time", events.time, true)?;
    if let Some(angles) = recording.angles {
        ordered("angles_time", angles.time, false)?;
        same_length("angles", angles.value.len(), angles.time.len())?;
    }
    if let Some(forces) = recording.forces {
        ordered("forces_time", forces.time, false)?;
        same_length("forces", forces.value.len(), forces.time.len())?;
    }
    if let Some(BeltSpeed::Samples(belt)) = recording.belt_speed {
        ordered("belt_time", belt.time, false)?;
        same_length("belt_speed", belt.value.len(), belt.time.len())?;
    }
    Ok(())
}

fn same_length(name: &'static str, got: usize, want: usize) -> Result<()> {
    if got == want { Ok(()) } else { Err(Error::Length { name, got, min: want, max: want }) }
}

fn ordered(name: &'static str, time: &[f64], equal_allowed: bool) -> Result<()> {
    for (index, &value) in time.iter().enumerate() {
        in_range(name, value, -TIME_MAX, TIME_MAX)?;
        let previous = if index > 0 { time[index - 1] } else { f64::NEG_INFINITY };
        if value < previous || (value == previous && !equal_allowed) {
            return Err(Error::NotIncreasing { name, index, value, previous });
        }
    }
    Ok(())
}

/// A stride whose end has not come yet.
#[derive(Clone, Copy)]
struct Open {
    start: f64,
    toe_off: Option<f64>,
    double_support: f64,
    /// A foot's state was not known at some time.
    unknown: bool,
    /// An event repeated its foot's state, so one between them is missing.
    broken: bool,
}

fn times_of_strides(events: &RecordedEvents<'_>) -> Sides<Vec<StrideRow>> {
    let mut rows: Sides<Vec<StrideRow>> = Default::default();
    let mut open: Sides<Option<Open>> = [None; N_SIDES];
    let mut in_contact: Sides<Option<bool>> = [None; N_SIDES];
    let mut last_contact: Sides<Option<f64>> = [None; N_SIDES];
    let mut now = events.time.first().copied().unwrap_or(0.0);
    for ((&side, &kind), &t) in events.side.iter().zip(events.kind).zip(events.time) {
        let side = usize::from(side);
        let contact = kind == 0;
        for stride in open.iter_mut().flatten() {
            match in_contact {
                [Some(true), Some(true)] => stride.double_support += t - now,
                [Some(_), Some(_)] => {}
                _ => stride.unknown = stride.unknown || t > now,
            }
            stride.broken = stride.broken || in_contact[side] == Some(contact);
        }
        now = t;
        in_contact[side] = Some(contact);
        if contact {
            if let Some(stride) = open[side].take().filter(|stride| t > stride.start) {
                rows[side].push(times_of(&stride, t, last_contact[1 - side]));
            }
            open[side] = Some(Open { start: t, toe_off: None, double_support: 0.0, unknown: false, broken: false });
            last_contact[side] = Some(t);
        } else if let Some(stride) = open[side].as_mut().filter(|stride| stride.toe_off.is_none() && t > stride.start) {
            stride.toe_off = Some(t);
        }
    }
    rows
}

fn times_of(stride: &Open, end: f64, other_contact: Option<f64>) -> StrideRow {
    let stride_time = end - stride.start;
    let stance_time = stride.toe_off.filter(|_| !stride.broken).map(|t| t - stride.start);
    let swing_time = stance_time.map(|stance| stride_time - stance);
    let double_support_time = (!stride.broken && !stride.unknown).then_some(stride.double_support);
    let share = |time: Option<f64>| time.map(|t| t / stride_time);
    StrideRow {
        start: Some(stride.start),
        end: Some(end),
        stride_time: Some(stride_time),
        stance_time,
        swing_time,
        step_time: other_contact.filter(|&t| stride.start < t && t < end).map(|t| end - t),
        double_support_time,
        stance_share: share(stance_time),
        swing_share: share(swing_time),
        double_support_share: share(double_support_time),
        cadence: Some(2.0 / stride_time),
        valid: is_valid(stride_time),
        ..StrideRow::default()
    }
}

/// The samples of a stride, from its start up to its end.
fn inside<'a, V>(samples: &RecordedSamples<'a, V>, start: f64, end: f64) -> impl Iterator<Item = (f64, &'a V)> {
    let first = samples.time.partition_point(|&t| t < start);
    let last = samples.time.partition_point(|&t| t < end);
    samples.time[first..last].iter().copied().zip(&samples.value[first..last])
}

fn add_samples(row: &mut StrideRow, side: usize, recording: &Recording<'_>) {
    let (Some(start), Some(end), Some(stride_time)) = (row.start, row.end, row.stride_time) else { return };
    if let Some(angles) = &recording.angles {
        let mut leg = LegTally::new();
        for (t, q) in inside(angles, start, end) {
            leg.add(leg_of(&q.map(Some), side), (t - start) / stride_time, 1.0);
        }
        let KeyAngles { hip_max, hip_min, knee_at_contact, knee_stance_max, knee_swing_max } = leg.key_angles();
        let [hip_range, knee_range, ankle_range]: [Option<f64>; N_LEG] = leg.ranges();
        *row = StrideRow { hip_max, hip_min, knee_at_contact, knee_stance_max, knee_swing_max, ..*row };
        *row = StrideRow { hip_range, knee_range, ankle_range, ..*row };
    }
    if let Some(forces) = &recording.forces {
        let mut force = Tally::new();
        inside(forces, start, end).for_each(|(_, f)| force.add(measured(Some(f[side])), 1.0));
        (row.force_peak, row.force_mean) = (force.max(), force.mean());
    }
    let speed = match &recording.belt_speed {
        None => None,
        Some(BeltSpeed::Constant(v)) => measured(Some(*v)),
        Some(BeltSpeed::Samples(belt)) => {
            let mut tally = Tally::new();
            inside(belt, start, end).for_each(|(_, v)| tally.add(measured(Some(*v)), 1.0));
            tally.mean()
        }
    };
    row.stride_length = speed.map(|v| v * stride_time);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

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
