#![allow(clippy::unwrap_used)]

use super::*;
use crate::types::EventKind::{InitialContact, ToeOff};

const MS: i64 = 1_000_000;

fn fused(sources: usize) -> FusedContacts {
    FusedContacts::new(&[1.0; 8][..sources], FusedParams::default()).unwrap()
}

/// Contacts and lifts of the left foot, `late` [ms] after each known `delay` [ms] later.
fn walk(strides: i64, late: i64, delay: i64) -> Vec<(usize, Event)> {
    let events = (0..strides).flat_map(|i| [(InitialContact, 1000 + 1100 * i), (ToeOff, 1680 + 1100 * i)]);
    let event =
        |(kind, t): (_, i64)| (0, Event { kind, t: (t + late) * MS, t_emit: (t + late + delay) * MS, confidence: 1.0 });
    events.map(event).collect()
}

/// What is told of `strides` strides with a tick each 10 ms.
fn run(contacts: &mut FusedContacts, strides: i64, found: &[&[(usize, Event)]]) -> Vec<Event> {
    let t: Vec<i64> = (0..110 * strides + 130).map(|k| k * 10 * MS).collect();
    let alive = vec![[true; 2]; t.len() * found.len()];
    contacts.run(found, &alive, &t).into_iter().map(|(_, event)| event).collect()
}

#[test]
fn sources_that_agree_give_each_event_once() {
    let (a, b, c) = (walk(20, 0, 20), walk(20, 10, 20), walk(20, 20, 20));
    let told = run(&mut fused(3), 20, &[&a, &b, &c]);
    assert_eq!(
        told.iter().map(|e| (e.kind, e.t)).collect::<Vec<_>>(),
        b.iter().map(|e| (e.1.kind, e.1.t)).collect::<Vec<_>>()
    );
    assert!(told.iter().all(|e| (e.confidence - 1.0).abs() < 1e-12));
}

#[test]
fn a_source_that_dies_loses_its_vote_and_no_event_is_lost() {
    let (a, b) = (walk(20, 0, 10), walk(20, 0, 10));
    let mut contacts = fused(2);
    let told = run(&mut contacts, 20, &[&a, &b[..12]]);
    assert_eq!(told.len(), 40);
    assert_eq!(contacts.trusted().collect::<Vec<_>>(), [[true, true], [false, true]]);
}

#[test]
fn an_event_of_one_source_out_of_three_is_not_told() {
    let (a, b) = (walk(20, 0, 10), walk(20, 0, 10));
    let mut c = walk(20, 0, 10);
    c.insert(13, (0, Event { kind: ToeOff, t: 7900 * MS, t_emit: 7900 * MS, confidence: 1.0 }));
    let told = run(&mut fused(3), 20, &[&a, &b, &c]);
    assert_eq!(told.len(), 40);
    assert!(told.windows(2).all(|w| w[0].kind != w[1].kind));
}

#[test]
fn an_event_that_has_its_quorum_waits_for_the_others_and_no_longer() {
    let (a, b, c) = (walk(4, 0, 10), walk(4, 0, 10), walk(4, 0, 200));
    let told = run(&mut fused(3), 4, &[&a, &b, &c]);
    assert!(told.iter().all(|e| e.t_emit - e.t == 40 * MS), "{told:?}");
    assert_eq!(told.len(), 8);
}

#[test]
fn a_run_in_pieces_is_a_run() {
    let (a, b) = (walk(20, 0, 10), walk(20, 30, 60));
    let whole = run(&mut fused(2), 20, &[&a, &b]);
    let mut contacts = fused(2);
    let mut pieces = Vec::new();
    for k in 0..2330 {
        let at = |events: &[(usize, Event)]| {
            [events.iter().find(|e| e.1.t_emit <= k * 10 * MS && e.1.t_emit > (k - 1) * 10 * MS).map(|e| e.1), None]
        };
        pieces.extend(contacts.step(&[at(&a), at(&b)], &[[true; 2]; 2], k * 10 * MS)[0]);
    }
    assert_eq!(whole, pieces);
}

#[test]
fn who_watches_is_known_and_a_tick_in_the_past_changes_nothing() {
    let mut contacts = fused(2);
    assert_eq!(contacts.paused(), [false; 2]);
    contacts.step(&[], &[[true, false], [false, false]], 5);
    assert_eq!(contacts.paused(), [false, true]);
    contacts.step(&[], &[[true; 2]; 2], 5);
    assert_eq!(contacts.paused(), [false, true]);
    let event = Event { kind: InitialContact, t: i64::MAX, t_emit: 0, confidence: f64::NAN };
    let told = contacts.step(&[[Some(event); 2]; 9], &[[true; 2]; 9], i64::MAX);
    assert_eq!(told, [Some(Event { t_emit: i64::MAX, confidence: 0.0, ..event }); 2]);
    assert_eq!(contacts.in_contact(), [true; 2]);
    contacts.reset();
    assert_eq!((contacts.in_contact(), contacts.paused()), ([false; 2], [false; 2]));
}
