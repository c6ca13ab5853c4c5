//! Strides of both feet and their times (section 8.2).

use super::foot::Stance;
use super::is_valid;
use super::recording::RecordedEvents;
use super::row::StrideRow;
use crate::types::{N_SIDES, Sides};

/// Share of a stride that the last stance is taken to last when its toe-off is missing [-].
const LAST_STANCE: f64 = 0.6;

/// What the events of one side give.
#[derive(Default)]
pub(super) struct Found {
    /// One row per stride, times only.
    pub(super) rows: Vec<StrideRow>,
    /// Toe-off of each stride [s]; absent when there is none or an event is missing.
    pub(super) toe_off: Vec<Option<f64>>,
    /// Each initial contact and the toe-off after it, if any [s].
    contacts: Vec<(f64, Option<f64>)>,
}

impl Found {
    /// Stances in order of time; the last one is given an end when it has none.
    pub(super) fn stances(&self) -> Vec<Stance> {
        let mut stances: Vec<_> = self.contacts.iter().filter_map(|&(t, toe_off)| Some((t, toe_off?))).collect();
        if let [.., (before, _), (last, None)] = self.contacts[..]
            && last > before
        {
            stances.push((last, last + LAST_STANCE * (last - before)));
        }
        stances
    }
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

pub(super) fn strides_of(events: &RecordedEvents<'_>) -> Sides<Found> {
    let mut found: Sides<Found> = Default::default();
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
                found[side].rows.push(times_of(&stride, t, last_contact[1 - side]));
                found[side].toe_off.push(stride.toe_off.filter(|_| !stride.broken));
            }
            open[side] = Some(Open { start: t, toe_off: None, double_support: 0.0, unknown: false, broken: false });
            last_contact[side] = Some(t);
            found[side].contacts.push((t, None));
        } else if let Some(stride) = open[side].as_mut().filter(|stride| stride.toe_off.is_none() && t > stride.start) {
            stride.toe_off = Some(t);
            if let Some(contact) = found[side].contacts.last_mut() {
                contact.1 = Some(t);
            }
        }
    }
    found
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
