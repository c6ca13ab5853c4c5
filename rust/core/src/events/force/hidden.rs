//! Steps that stood wholly on the other foot's sensor, found with the whole recording known.

use super::ahead::{Survey, is_contact, is_lift};
use super::foot::seconds;
use crate::types::{Event, EventKind, NS, Sides};

/// Time within which a landing shows on a loaded sensor [ns], and how much of the peak force it adds [-].
const RISE_TIME: i64 = 60_000_000;
const RISE: f64 = 0.1;
/// How far a lift or a contact may be from a stride too long [-], as a share of the stride.
const WITHIN: f64 = 0.3;
/// Shares of the usual time between which a landing is looked for [-].
const SEARCH: (f64, f64) = (0.6, 1.5);
/// Confidence of events that no sensor saw alone [-].
const CONFIDENCE: f64 = 0.3;

/// Time from the first to the second event [ns].
type Span = (i64, i64);

/// Side and event of each step that one sensor did not see and the other saw as one long contact with two more loadings.
pub(super) fn hidden(surveys: &Sides<Survey>, events: &Sides<Vec<Event>>) -> Vec<(usize, Event)> {
    let mut found = Vec::new();
    if surveys.iter().any(|survey| survey.stances < 2 || survey.swing <= 0.0) {
        return found;
    }
    for one in [0, 1] {
        let (own, other) = (&surveys[one], &surveys[1 - one]);
        let lifts = long(own, &events[one], is_lift, own.swing);
        let contacts = long(other, &events[1 - one], is_contact, other.stance);
        for &lift in &lifts {
            for contact in contacts.iter().filter(|(from, to)| *from < lift.0 && lift.0 < *to) {
                found.extend(step(surveys, one, lift.0, lift.1.min(contact.1)).into_iter().flatten());
            }
        }
    }
    found
}

/// Lifts or contacts that lasted about a stride longer than `usual` [s].
fn long(survey: &Survey, events: &[Event], kind: fn(&Event, &Event) -> bool, usual: f64) -> Vec<Span> {
    let stride = survey.stance + survey.swing;
    let spans = events.iter().zip(events.iter().skip(1)).filter(|(a, b)| kind(a, b)).map(|(a, b)| (a.t, b.t));
    spans.filter(|(a, b)| (seconds(*a, *b) - (stride + usual)).abs() <= WITHIN * stride).collect()
}

/// The four events of one hidden step, if the host's sensor shows both loadings between two times [ns].
fn step(surveys: &Sides<Survey>, one: usize, start: i64, end: i64) -> Option<[(usize, Event); 4]> {
    let (own, other) = (&surveys[one], &surveys[1 - one]);
    let double = (((own.stance + other.stance - own.swing - other.swing) / 4.0).max(0.0) * NS) as i64;
    let landed = loading(other, start, own.swing)?;
    let again = loading(other, landed, (own.stance + own.swing) / 2.0)?;
    let event = |kind, t| Event { kind, t, t_emit: t, confidence: CONFIDENCE };
    (again.saturating_add(double) < end).then(|| {
        [
            (one, event(EventKind::InitialContact, landed)),
            (1 - one, event(EventKind::ToeOff, landed.saturating_add(double))),
            (1 - one, event(EventKind::InitialContact, again)),
            (one, event(EventKind::ToeOff, again.saturating_add(double))),
        ]
    })
}

/// When the force of a loaded sensor began to rise fastest [ns], around a usual time [s] after `start` [ns].
fn loading(survey: &Survey, start: i64, usual: f64) -> Option<i64> {
    let at = |share: f64| start.saturating_add((share * usual * NS) as i64);
    let (from, to) = (at(SEARCH.0), at(SEARCH.1));
    let (first, last) = (survey.t.partition_point(|&t| t < from), survey.t.partition_point(|&t| t <= to));
    let (mut best, mut found, mut ahead) = (RISE * survey.scale, None, first);
    for i in first..last {
        while survey.t.get(ahead + 1).is_some_and(|&t| t <= survey.t[i].saturating_add(RISE_TIME)) {
            ahead += 1;
        }
        let rise = survey.x[ahead] - survey.x[i];
        if rise > best {
            (best, found) = (rise, Some(survey.t[i]));
        }
    }
    found
}
