//! Measures of the strides of one side while they happen (section 8.1).

use super::angles::step_length;
use super::details::{DetailTally, StrideDetails};
use super::tally::{KeyAngles, LegTally, Tally, leg_of, measured};
use super::work::Torques;
use super::{DT_MAX, is_valid, within};
use crate::body::Body;
use crate::types::{Event, EventKind, JointReading, JointVec, N_LEG, NS, Sides};

/// What a [`StrideMeter`] sees in one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeterInputs {
    /// Event of this side that was reported in this tick.
    pub event: Option<Event>,
    /// Which feet are on the ground.
    pub in_contact: Sides<bool>,
    /// Time of the other side's last initial contact [ns].
    pub other_contact: Option<i64>,
    /// Joint angles [rad].
    pub q: JointReading,
    /// Reference of the joint angles [rad].
    pub q_ref: JointVec,
    /// Phase of this side [-].
    pub phase: f64,
    /// Vertical force under this foot [N].
    pub force: Option<f64>,
    /// Speed of the belt [m/s].
    pub belt_speed: Option<f64>,
    /// Velocities and torques of the joints; used for the details only.
    pub torques: Option<Torques>,
}

/// Measures of one stride of one side, from an initial contact to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StrideMeasures {
    /// Side, 0 left, 1 right.
    pub side: usize,
    /// Initial contact that began the stride [ns].
    pub t_start: i64,
    /// Initial contact that ended it [ns].
    pub t_end: i64,
    /// Duration [s].
    pub stride_time: f64,
    /// Time from initial contact to toe-off [s].
    pub stance_time: Option<f64>,
    /// Stance time over stride time [-].
    pub stance_share: Option<f64>,
    /// Share of the stride with both feet on the ground [-].
    pub double_support: Option<f64>,
    /// Time from the other side's initial contact to the one that ended this stride [s].
    pub step_time: Option<f64>,
    /// How far this ankle lay before the other one at the end [m].
    pub step_length: Option<f64>,
    /// Way of the belt in the stride [m].
    pub stride_length: Option<f64>,
    /// Measured key angles.
    pub measured: KeyAngles,
    /// Key angles of the reference in the same ticks.
    pub reference: KeyAngles,
    /// Root mean square of angle minus reference of hip, knee and ankle [rad].
    pub rms: [Option<f64>; N_LEG],
    /// Largest force under the foot [N].
    pub force_peak: Option<f64>,
    /// Mean force under the foot [N].
    pub force_mean: Option<f64>,
    /// False for strides shorter than 0.3 s or longer than 3 s.
    pub valid: bool,
    /// Further measures, when they were asked for.
    pub details: Option<StrideDetails>,
}

impl StrideMeasures {
    /// Errors [rad] of leading limb, trailing limb, prepositioning, stance stability and foot clearance; those of
    /// weight shift and lateral foot placement are absent, as a sagittal device does not see them.
    ///
    /// Better than the reference is no error, except in stance, where both directions count.
    #[must_use]
    pub fn subtask_errors(&self) -> [Option<f64>; 7] {
        let (m, r) = (&self.measured, &self.reference);
        let above = |a: Option<f64>, b: Option<f64>| Some((a? - b?).max(0.0));
        [
            above(r.hip_max, m.hip_max),
            above(m.hip_min, r.hip_min),
            above(m.knee_at_contact, r.knee_at_contact),
            m.knee_stance_max.zip(r.knee_stance_max).map(|(m, r)| (m - r).abs()),
            above(r.knee_swing_max, m.knee_swing_max),
            None,
            None,
        ]
    }
}

/// The stride that is going on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct OpenStride {
    t_start: i64,
    toe_off: Option<i64>,
    measured: LegTally,
    reference: LegTally,
    error: [Tally; N_LEG],
    both_feet: Tally,
    force: Tally,
    belt: Tally,
    details: Option<DetailTally>,
}

impl OpenStride {
    fn new(t_start: i64, details: bool) -> Self {
        let (leg, none) = (LegTally::new(), Tally::new());
        Self {
            t_start,
            toe_off: None,
            measured: leg,
            reference: leg,
            error: [none; N_LEG],
            both_feet: none,
            force: none,
            belt: none,
            details: details.then(DetailTally::new),
        }
    }

    fn add(&mut self, side: usize, body: &Body, inputs: &MeterInputs, dt: f64) {
        let (mut q, mut q_ref) = (leg_of(&inputs.q, side), leg_of(&inputs.q_ref.map(Some), side));
        for i in 0..N_LEG {
            let pair = q[i].zip(q_ref[i]);
            (q[i], q_ref[i]) = (pair.map(|p| p.0), pair.map(|p| p.1));
            self.error[i].add(pair.map(|(q, q_ref)| (q - q_ref) * (q - q_ref)), dt);
        }
        self.measured.add(q, inputs.phase, dt);
        self.reference.add(q_ref, inputs.phase, dt);
        let both = inputs.in_contact[0] && inputs.in_contact[1];
        self.both_feet.add(Some(f64::from(u8::from(both))), dt);
        self.force.add(measured(inputs.force), dt);
        self.belt.add(measured(inputs.belt_speed), dt);
        if let Some(details) = &mut self.details {
            details.add(side, body, inputs, self.toe_off.is_none(), dt);
        }
    }
}

/// Measures the strides of one side while they happen.
#[derive(Clone, Debug, PartialEq)]
pub struct StrideMeter {
    side: usize,
    body: Body,
    details: bool,
    open: Option<OpenStride>,
}

impl StrideMeter {
    /// A meter of `side` (0 left, else right) of a person with segments `body`; no stride is open.
    #[must_use]
    pub fn new(side: usize, body: Body) -> Self {
        Self { side: side.min(1), body, details: false, open: None }
    }

    /// The same meter with [`StrideMeasures::details`].
    #[must_use]
    pub fn with_details(self) -> Self {
        Self { details: true, ..self }
    }

    /// Forgets the open stride.
    pub fn reset(&mut self) {
        self.open = None;
    }

    /// One tick of `dt` [s]; returns the stride that an initial contact of this tick closes.
    pub fn step(&mut self, inputs: &MeterInputs, dt: f64) -> Option<StrideMeasures> {
        let mut closed = None;
        match inputs.event {
            Some(Event { kind: EventKind::InitialContact, t, .. }) => {
                closed = self.open.as_ref().filter(|open| t > open.t_start).map(|open| self.close(open, inputs, t));
                self.open = Some(OpenStride::new(t, self.details));
            }
            Some(Event { kind: EventKind::ToeOff, t, .. }) => {
                if let Some(open) = self.open.as_mut().filter(|open| open.toe_off.is_none() && t > open.t_start) {
                    open.toe_off = Some(t);
                }
            }
            None => {}
        }
        if let Some(open) = &mut self.open {
            open.add(self.side, &self.body, inputs, within(dt, DT_MAX));
        }
        closed
    }

    fn close(&self, open: &OpenStride, inputs: &MeterInputs, t_end: i64) -> StrideMeasures {
        let since = |t: i64| t_end.saturating_sub(t) as f64 / NS;
        let stride_time = since(open.t_start);
        let stance_time = open.toe_off.map(|t| t.saturating_sub(open.t_start) as f64 / NS);
        let inside = |t: &i64| open.t_start < *t && *t < t_end;
        let belt = open.belt.mean();
        StrideMeasures {
            side: self.side,
            t_start: open.t_start,
            t_end,
            stride_time,
            stance_time,
            stance_share: stance_time.map(|s| s / stride_time),
            double_support: open.both_feet.mean(),
            step_time: inputs.other_contact.filter(inside).map(since),
            step_length: step_length(&self.body, &inputs.q, self.side),
            stride_length: belt.map(|v| v * stride_time),
            measured: open.measured.key_angles(),
            reference: open.reference.key_angles(),
            rms: open.error.each_ref().map(|e| e.mean().map(f64::sqrt)),
            force_peak: open.force.max(),
            force_mean: open.force.mean(),
            valid: is_valid(stride_time),
            details: open.details.map(|details| details.close(stride_time, stance_time, belt, self.body.mass)),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const S: i64 = 1_000_000_000;

    fn event(kind: EventKind, t: i64) -> Option<Event> {
        Some(Event { kind, t, t_emit: t, confidence: 1.0 })
    }

    /// One second of a left stride at 100 Hz: contact at 0, toe-off at 0.6 s, and the closing contact at 1 s.
    fn stride(change: impl Fn(usize, &mut MeterInputs)) -> StrideMeasures {
        let mut meter = StrideMeter::new(0, Body::new(75.0, 1.75).unwrap());
        for i in 0..=100 {
            let phase = i as f64 / 100.0;
            let mut inputs = MeterInputs {
                event: match i {
                    0 => event(EventKind::InitialContact, 0),
                    60 => event(EventKind::ToeOff, 6 * S / 10),
                    100 => event(EventKind::InitialContact, S),
                    _ => None,
                },
                in_contact: [i < 60, !(10..50).contains(&i)],
                other_contact: Some(S / 2),
                q: [Some(0.5 - phase), Some(phase), Some(0.0), Some(0.2), Some(0.1), Some(0.0)],
                q_ref: [0.6 - phase, 0.05 + phase, 0.0, 0.0, 0.0, 0.0],
                phase,
                force: Some(10.0 * i as f64),
                belt_speed: Some(0.8),
                torques: None,
            };
            change(i, &mut inputs);
            if let Some(measures) = meter.step(&inputs, 0.01) {
                assert_eq!(i, 100);
                return measures;
            }
        }
        unreachable!("the stride closes at its last tick")
    }

    fn near(a: Option<f64>, b: f64) -> bool {
        a.is_some_and(|a| (a - b).abs() < 1e-12)
    }

    #[test]
    fn a_stride_has_its_times_lengths_and_forces() {
        let m = stride(|_, _| ());
        assert_eq!((m.side, m.t_start, m.t_end, m.stride_time, m.valid), (0, 0, S, 1.0, true));
        assert!(near(m.stance_time, 0.6) && near(m.stance_share, 0.6) && near(m.step_time, 0.5));
        assert!(near(m.double_support, 0.2) && near(m.stride_length, 0.8));
        assert!(near(m.force_peak, 990.0) && near(m.force_mean, 495.0));
        let body = Body::new(75.0, 1.75).unwrap();
        let x = |hip: f64, knee: f64| body.leg([hip, knee, 0.0], 0.0).ankle[0];
        assert!(near(m.step_length, x(-0.5, 1.0) - x(0.2, 0.1)));
    }

    #[test]
    fn key_angles_and_errors_follow_their_windows() {
        let m = stride(|_, _| ());
        assert!(near(m.measured.hip_max, 0.5) && near(m.measured.hip_min, 0.5 - 0.99));
        assert!(near(m.measured.knee_at_contact, 0.99) && near(m.measured.knee_stance_max, 0.4));
        assert!(near(m.reference.knee_swing_max, 1.0));
        let errors = m.subtask_errors();
        for (got, want) in errors.into_iter().zip([0.1, 0.0, 0.0, 0.05, 0.05]) {
            assert!(near(got, want), "{errors:?}");
        }
        assert_eq!(errors[5..], [None, None]);
        assert!(near(m.rms[0], 0.1) && near(m.rms[1], 0.05) && near(m.rms[2], 0.0));
    }

    #[test]
    fn a_value_missing_in_more_than_a_tenth_of_its_ticks_is_absent() {
        let m = stride(|i, inputs| {
            inputs.q[0] = inputs.q[0].filter(|_| i >= 10);
            inputs.q[1] = inputs.q[1].filter(|_| !(20..25).contains(&i));
            inputs.force = if i < 11 { Some(f64::NAN) } else { inputs.force };
        });
        assert!(near(m.measured.hip_max, 0.4) && near(m.reference.hip_max, 0.5));
        assert!(m.measured.knee_stance_max.is_none() && m.subtask_errors()[3].is_none());
        assert!(m.measured.knee_swing_max.is_some() && m.force_peak.is_none() && m.force_mean.is_none());
    }

    #[test]
    fn only_the_first_toe_off_and_only_forward_time_count() {
        let m = stride(|i, inputs| {
            if i == 80 {
                inputs.event = event(EventKind::ToeOff, 8 * S / 10);
            }
        });
        assert!(near(m.stance_time, 0.6));
        let mut meter = StrideMeter::new(1, Body::new(75.0, 1.75).unwrap());
        let mut inputs = MeterInputs {
            event: event(EventKind::InitialContact, S),
            in_contact: [true; 2],
            other_contact: None,
            q: [None; 6],
            q_ref: [0.0; 6],
            phase: f64::NAN,
            force: None,
            belt_speed: None,
            torques: None,
        };
        assert_eq!(meter.step(&inputs, f64::NAN), None);
        assert_eq!(meter.step(&inputs, 0.001), None, "a stride without duration is none");
        inputs.event = event(EventKind::InitialContact, 5 * S);
        let long = meter.step(&inputs, 0.001).unwrap();
        assert!(!long.valid && long.rms == [None; 3] && long.step_length.is_none());
    }
}
