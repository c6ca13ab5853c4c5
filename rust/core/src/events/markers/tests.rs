#![allow(clippy::unwrap_used)]

use super::*;
use crate::types::EventKind::{self, InitialContact, ToeOff};

const MS: i64 = 1_000_000;
const STRIDE: f64 = 1.1;

fn detector() -> MarkerContacts {
    MarkerContacts::new(MarkerParams::default()).unwrap()
}

/// Markers [m] at time `t` [s] of a person who walks 1.3 m per stride: the heel rises from 45 % of the stride on around
/// the toe, the toe leaves at 60 %, both land at 100 %.
fn walk(t: f64) -> [f64; LEN] {
    let mut row = [0.0; LEN];
    for side in 0..2 {
        let phase = t / STRIDE + 0.5 * side as f64;
        let (stride, u) = (phase.floor(), phase - phase.floor());
        let swing = ((u - 0.6) / 0.4).clamp(0.0, 1.0);
        let way = 1.3 * (stride + swing * swing * (2.0 - swing));
        let rise = ((u - 0.45) / 0.2).clamp(0.0, 1.0) * ((1.0 - u) / 0.35).clamp(0.0, 1.0);
        let place = [way, 0.1, 0.05 + 0.2 * rise, way + 0.2, 0.1, 0.03 + 0.1 * swing * (1.0 - swing)];
        row[6 * side..6 * side + 6].copy_from_slice(&place);
    }
    row[12..].copy_from_slice(&[1.3 * t / STRIDE + 0.65, 0.0, 1.0]);
    row
}

/// A recording of 12 s with a sample every `step` ms; `bend` changes a row at its time [s].
fn recording(step: i64, bend: impl Fn(f64, &mut [f64; LEN])) -> (Vec<[f64; LEN]>, Vec<i64>) {
    let times: Vec<i64> = (0..12_000 / step).map(|i| i * step * MS).collect();
    let row = |t: &i64| {
        let t = *t as f64 * 1e-9;
        let mut row = walk(t);
        bend(t, &mut row);
        row
    };
    (times.iter().map(row).collect(), times)
}

fn events(contacts: &mut MarkerContacts, rows: &[[f64; LEN]], times: &[i64]) -> Vec<(usize, Event)> {
    let each = rows.iter().zip(times).flat_map(|(row, &t)| {
        let found = contacts.step(row, t);
        assert!(found.iter().flatten().all(|e| e.t <= t && e.t_emit == t && (0.0..=1.0).contains(&e.confidence)));
        found.into_iter().enumerate().filter_map(|(side, event)| Some((side, event?)))
    });
    each.collect()
}

fn found(rows: &[[f64; LEN]], times: &[i64]) -> Vec<(usize, Event)> {
    events(&mut detector(), rows, times)
}

/// Side, kind and time to 10 ms.
fn rounded(events: &[(usize, Event)]) -> Vec<(usize, EventKind, i64)> {
    events.iter().map(|(side, e)| (*side, e.kind, (e.t + 5 * MS) / (10 * MS))).collect()
}

#[test]
fn walking_gives_each_event_of_each_stride_near_its_time_at_every_rate() {
    for step in [1, 5, 10, 20] {
        let (rows, times) = recording(step, |_, _| {});
        for list in [found(&rows, &times), detector().look_ahead(&rows, &times)] {
            for side in 0..2 {
                for (kind, at) in [(InitialContact, 0.0), (ToeOff, 0.6)] {
                    let of = |e: &&(usize, Event)| e.0 == side && e.1.kind == kind;
                    let phases: Vec<f64> = list.iter().filter(of).map(|(_, e)| e.t as f64 * 1e-9 / STRIDE).collect();
                    assert!((9..=11).contains(&phases.len()), "{step} ms: {kind:?} {phases:?}");
                    for phase in phases {
                        let off = phase + 0.5 * side as f64 - at;
                        let late = (off - off.round()) * STRIDE;
                        assert!(late.abs() < 0.08, "{step} ms: {kind:?} {late}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_treadmill_a_direction_and_a_floor_change_nothing() {
    let (rows, times) = recording(10, |_, _| {});
    let plain = rounded(&found(&rows, &times));
    let belt = |t: f64, row: &mut [f64; LEN]| {
        for marker in row.as_chunks_mut::<3>().0 {
            let [x, y, z] = *marker;
            *marker = [0.6 * (x - 1.3 * t / STRIDE) - 0.8 * y, 0.8 * (x - 1.3 * t / STRIDE) + 0.6 * y, z - 2.0];
        }
    };
    let (rows, times) = recording(10, belt);
    assert_eq!(rounded(&found(&rows, &times)), plain);
}

#[test]
fn standing_and_swaying_give_no_event() {
    let (rows, times) = recording(10, |t, row| {
        *row = walk(0.2);
        row[12] += 0.05 * t.sin();
        row[2] += 0.01 * (3.0 * t).sin();
    });
    assert!(found(&rows, &times).is_empty());
    assert!(detector().look_ahead(&rows, &times).is_empty());
}

#[test]
fn a_short_dropout_costs_no_event() {
    let (rows, times) = recording(10, |_, _| {});
    let plain = found(&rows, &times).len();
    let (rows, times) = recording(10, |t, row| {
        if (t * 100.0).round() as i64 % 37 < 4 {
            row[3] = f64::NAN;
        }
    });
    assert_eq!(found(&rows, &times).len(), plain);
}

#[test]
fn without_a_pelvis_the_feet_stand_for_the_body() {
    let (rows, times) = recording(10, |_, _| {});
    let plain = found(&rows, &times).len();
    let (rows, times) = recording(10, |_, row| row[12] = f64::NAN);
    assert_eq!(found(&rows, &times).len(), plain);
}

#[test]
fn a_hidden_foot_is_paused_and_forgotten_after_a_long_gap() {
    let mut contacts = detector();
    assert_eq!(contacts.paused(), [false; 2]);
    let (rows, times) = recording(10, |t, row| {
        if (5.0..6.0).contains(&t) {
            row[0] = f64::INFINITY;
        }
    });
    let (before, after) = (500, 600);
    events(&mut contacts, &rows[..before], &times[..before]);
    let hidden = events(&mut contacts, &rows[before..after], &times[before..after]);
    assert!(hidden.iter().all(|(side, _)| *side == 1));
    assert_eq!(contacts.paused(), [true, false]);
    contacts.step(&rows[after], times[after]);
    assert_eq!((contacts.paused(), contacts.in_contact()[0]), ([false; 2], false));
}

#[test]
fn a_bias_moves_the_time_that_is_told_and_nothing_else() {
    let (rows, times) = recording(10, |_, _| {});
    let params = MarkerParams { bias_ic: 0.01, bias_to: 0.02, ..MarkerParams::default() };
    let mut moved = MarkerContacts::new(params).unwrap();
    let (plain, told) = (found(&rows, &times), events(&mut moved, &rows, &times));
    assert_eq!(plain.len(), told.len());
    for ((_, a), (_, b)) in plain.iter().zip(&told) {
        let bias = if a.kind == ToeOff { 20 * MS } else { 10 * MS };
        assert!(a.t_emit == b.t_emit && (a.t - b.t - bias).abs() <= 1, "{a:?} {b:?}");
    }
}

#[test]
fn time_that_stands_or_runs_back_is_not_taken() {
    let (rows, times) = recording(10, |_, _| {});
    let mut contacts = detector();
    let mut seen = Vec::new();
    for (row, &t) in rows.iter().zip(&times) {
        seen.extend(events(&mut contacts, &[*row], &[t]));
        for past in [t, t - 1, i64::MIN] {
            assert_eq!(contacts.step(&[f64::NAN; LEN], past), [None; 2]);
        }
    }
    assert_eq!(seen, found(&rows, &times));
    contacts.step(&rows[0], i64::MAX);
    contacts.reset();
    assert_eq!(events(&mut contacts, &rows, &times), seen);
}

#[test]
fn looking_ahead_tells_the_end_as_the_time_it_was_known_and_leaves_the_detector_alone() {
    let (rows, times) = recording(10, |_, _| {});
    let mut contacts = detector();
    contacts.step(&rows[900], times[900]);
    let list = contacts.look_ahead(&rows, &times);
    assert!(list.is_sorted_by_key(|(_, event)| event.t));
    assert!(list.iter().all(|(_, event)| Some(&event.t_emit) == times.last() && event.t <= event.t_emit));
    assert_eq!(list, detector().look_ahead(&rows, &times));
    assert!(contacts.look_ahead(&[], &[]).is_empty());
}
