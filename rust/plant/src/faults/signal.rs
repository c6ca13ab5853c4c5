//! Faults of sensors, clocks and the way back, on a sample.

use super::{FaultKind, Live, nanoseconds};
use crate::sensors::RESOLUTION;
use crate::sensors::groups::number::{BUTTONS, DQ, DRIVE_STATUS, Q, Q_MOTOR, Q_SECOND, TAU_INTERACTION};
use crate::sensors::groups::{Group, group};
use gaitloop_core::types::{N_JOINTS, NS, Reading, SAMPLE_GROUPS, Sample};

/// Force from which a foot counts as loaded [N].
const LOADED: f64 = 20.0;
/// Time from the first contact to the gap of a double one [s].
const DOUBLE_AFTER: f64 = 0.1;
/// Groups that one axis sends.
const AXIS: [usize; 6] = [Q, DQ, Q_SECOND, Q_MOTOR, TAU_INTERACTION, DRIVE_STATUS];

/// Spoils a sample of time `t` [ns].
pub(super) fn strike(live: &mut Live, sample: &mut Sample, t: i64) {
    let fault = live.fault;
    match fault.kind {
        FaultKind::Swapped => swap(sample, fault.struck_group().unwrap_or(Q), fault.index),
        FaultKind::Duplicate => duplicate(live, sample),
        FaultKind::FeedbackLost => hold(live, sample),
        FaultKind::ClockBack
        | FaultKind::ClockRepeats
        | FaultKind::ClockJump
        | FaultKind::StampWrap
        | FaultKind::WrongRate => {
            turn_clock(live, sample);
        }
        FaultKind::Overrun => sample.execution = Reading::new([fault.magnitude], sample.t),
        FaultKind::BeltSlip => sample.belt_speed.value[0] /= fault.magnitude,
        FaultKind::Dead if fault.magnitude >= 0.5 => tell(sample, fault.index, 0.0),
        FaultKind::DriveFault => tell(sample, fault.index, -fault.magnitude.round()),
        _ => {
            if let Some(group) = fault.struck_group() {
                spoil(live, sample, group, t);
            }
        }
    }
}

/// Positions that a fault strikes, of `n`.
fn parts(index: Option<usize>, n: usize) -> core::ops::Range<usize> {
    index.map_or(0..n, |i| i..(i + 1).min(n))
}

fn tell(sample: &mut Sample, index: Option<usize>, status: f64) {
    sample.drive_status.value[parts(index, N_JOINTS)].fill(status);
}

/// Changes values of one group, one by one.
fn spoil(live: &mut Live, sample: &mut Sample, number: usize, t: i64) {
    if live.fault.kind == FaultKind::Frozen {
        let from = group(live.sample.get_or_insert(*sample), number);
        let to = group(sample, number);
        let parts = parts(live.fault.index, to.value.len());
        return to.value[parts.clone()].copy_from_slice(&from.value[parts]);
    }
    let Group { value, valid, .. } = group(sample, number);
    for i in parts(live.fault.index, value.len()) {
        match live.fault.kind {
            FaultKind::Invalid | FaultKind::Lost => valid[i] = false,
            FaultKind::Chatter | FaultKind::Missed | FaultKind::Double => {
                if open(live, i, value[i], t) {
                    value[i] = 0.0;
                }
            }
            _ => value[i] = spoilt(live, value[i], number, t),
        }
    }
}

/// What a value becomes by a fault that looks at nothing else.
fn spoilt(live: &mut Live, value: f64, number: usize, t: i64) -> f64 {
    let m = live.fault.magnitude;
    match live.fault.kind {
        FaultKind::Nan => f64::NAN,
        FaultKind::Infinite => f64::INFINITY,
        FaultKind::Jump | FaultKind::Offset => value + m,
        FaultKind::BitFlip => {
            let count = (value / RESOLUTION[number]).round() as i64;
            (count ^ (1_i64 << m.round() as u32)) as f64 * RESOLUTION[number]
        }
        FaultKind::Drift => value + m * ((t - live.from) as f64 / NS),
        FaultKind::SignFlip => -value,
        FaultKind::Scale => value * m,
        FaultKind::Noise => value + m * live.rng.normal(),
        FaultKind::Saturated | FaultKind::StuckHigh => m,
        FaultKind::StuckLow | FaultKind::ZeroFrames => 0.0,
        FaultKind::Rotated => value * m.cos(),
        _ => value,
    }
}

/// Whether a foot sensor is open now.
fn open(live: &mut Live, side: usize, force: f64, t: i64) -> bool {
    let m = live.fault.magnitude;
    if live.fault.kind == FaultKind::Chatter {
        let periods = (t - live.from) as f64 / NS * m;
        return periods - periods.floor() >= 0.5;
    }
    let first = *live.first.get_or_insert(t);
    let Some(stance) = live.stance.get_mut(side) else { return false };
    if force < LOADED {
        *stance = None;
        return false;
    }
    // A stance that had begun before the fault is left alone.
    let (began, missed) =
        *stance.get_or_insert_with(|| if t == first { (i64::MIN, false) } else { (t, live.rng.uniform(0.0, 1.0) < m) });
    if live.fault.kind == FaultKind::Missed {
        return missed;
    }
    let after = t.saturating_sub(began).saturating_sub(nanoseconds(DOUBLE_AFTER));
    (0..nanoseconds(m)).contains(&after)
}

/// Exchanges left and right, of one pair or of all.
fn swap(sample: &mut Sample, number: usize, index: Option<usize>) {
    let Group { value, valid, .. } = group(sample, number);
    let half = value.len() / 2;
    if half > 0 {
        for i in parts(index.map(|i| i % half), half) {
            value.swap(i, i + half);
            valid.swap(i, i + half);
        }
    }
}

/// Lets the last message of a group come again, at random.
fn duplicate(live: &mut Live, sample: &mut Sample) {
    let again = live.rng.uniform(0.0, 1.0) < live.fault.magnitude;
    let number = live.fault.struck_group().unwrap_or(Q);
    match live.sample.as_mut().filter(|_| again) {
        Some(last) => copy(last, sample, number, None),
        None => live.sample = Some(*sample),
    }
}

fn copy(from: &mut Sample, to: &mut Sample, number: usize, index: Option<usize>) {
    let (from, to) = (group(from, number), group(to, number));
    let parts = parts(index, from.value.len());
    to.value[parts.clone()].copy_from_slice(&from.value[parts.clone()]);
    to.valid[parts.clone()].copy_from_slice(&from.valid[parts]);
    *to.stamp = *from.stamp;
}

/// Holds all that comes from an axis.
fn hold(live: &mut Live, sample: &mut Sample) {
    let first = live.sample.get_or_insert(*sample);
    for number in AXIS {
        copy(first, sample, number, live.fault.index);
    }
}

fn turn_clock(live: &mut Live, sample: &mut Sample) {
    let fault = live.fault;
    let first = *live.first.get_or_insert(sample.t);
    let shift = nanoseconds(fault.magnitude);
    let t = sample.t;
    let told = |time: i64| match fault.kind {
        FaultKind::ClockBack => time - shift,
        FaultKind::ClockRepeats => time + (first - t),
        FaultKind::ClockJump => time + shift,
        FaultKind::WrongRate => first + ((time - first) as f64 * fault.magnitude).round() as i64,
        _ => time.rem_euclid((1_i64 << fault.magnitude.round() as u32) * 1000),
    };
    for number in (0..SAMPLE_GROUPS).filter(|n| *n != BUTTONS && fault.group.is_none_or(|group| group == *n)) {
        let stamp = group(sample, number).stamp;
        *stamp = told(*stamp);
    }
    if fault.group.is_none() && fault.kind != FaultKind::StampWrap {
        sample.t = told(t);
    }
}
