//! Biases of a laboratory from recordings with known events.

use super::motion::seconds;
use crate::error::{Error, Result};
use crate::types::EventKind;

/// Largest distance of an event from the reference event that it stands for [ns].
const REACH: i64 = 100_000_000;
/// Fewest pairs that give a bias.
const PAIRS_MIN: usize = 3;

/// Events of a recording: side (0 left, 1 right), kind (0 initial contact, 1 toe-off), time [ns].
pub type EventColumns<'a> = [&'a [i64]; 3];

/// How much too late initial contacts and toe-offs are told [s], the medians over all recordings: each pair holds the
/// events of a detector without bias and the reference of that recording.
///
/// # Errors
/// [`Error::TooFew`] where less than three events of a kind have a reference event within 0.1 s.
pub fn calibrate_markers(recordings: &[(EventColumns<'_>, EventColumns<'_>)]) -> Result<(f64, f64)> {
    let initial_contact = bias(recordings, EventKind::InitialContact, "pairs of initial contacts")?;
    Ok((initial_contact, bias(recordings, EventKind::ToeOff, "pairs of toe-offs")?))
}

fn bias(recordings: &[(EventColumns<'_>, EventColumns<'_>)], kind: EventKind, what: &'static str) -> Result<f64> {
    let mut late = Vec::new();
    for (events, reference) in recordings {
        for side in [0, 1] {
            differences(&times(events, side, kind), &times(reference, side, kind), &mut late);
        }
    }
    if late.len() < PAIRS_MIN {
        return Err(Error::TooFew { name: "reference", what, got: late.len(), min: PAIRS_MIN });
    }
    late.sort_by(f64::total_cmp);
    let (low, high) = (late[(late.len() - 1) / 2], late[late.len() / 2]);
    Ok(if late.len() % 2 == 1 { low } else { (low + high) / 2.0 })
}

fn times(columns: &EventColumns<'_>, side: i64, kind: EventKind) -> Vec<i64> {
    let rows = columns[0].iter().zip(columns[1]).zip(columns[2]);
    rows.filter(|((s, k), _)| **s == side && **k == kind as i64).map(|(_, t)| *t).collect()
}

/// Event less reference [s] of the closest pairs; each event and each reference is used once.
fn differences(events: &[i64], reference: &[i64], late: &mut Vec<f64>) {
    let mut order: Vec<(i64, usize)> = reference.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let mut pairs = Vec::new();
    for (j, &event) in events.iter().enumerate() {
        let start = order.partition_point(|(t, _)| event.saturating_sub(*t) > REACH);
        let near = order.iter().skip(start).take_while(|(t, _)| t.saturating_sub(event) <= REACH);
        pairs.extend(near.map(|&(t, i)| (event.abs_diff(t), i, j)));
    }
    pairs.sort_unstable();
    let (mut used_events, mut used_reference) = (vec![false; events.len()], vec![false; reference.len()]);
    for (_, i, j) in pairs {
        if !used_events[j] && !used_reference[i] {
            (used_events[j], used_reference[i]) = (true, true);
            late.push(seconds(reference[i], events[j]));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const MS: i64 = 1_000_000;

    #[test]
    fn biases_are_the_medians_of_the_closest_pairs() {
        let (side, kind) = ([0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1, 1]);
        let reference = [1000, 2000, 3000, 1600, 2600, 3600, 4600].map(|t| t * MS);
        let events = [1010, 2030, 3020, 1590, 2610, 3650, 4600].map(|t| t * MS);
        let (found, known) = ([&side[..], &kind, &events], [&side[..], &kind, &reference]);
        let (contact, lift) = calibrate_markers(&[(found, known)]).unwrap();
        assert!((contact - 0.02).abs() < 1e-12 && (lift - 0.005).abs() < 1e-12, "{contact} {lift}");
    }

    #[test]
    fn an_event_is_used_once_and_a_far_one_not_at_all() {
        let mut late = Vec::new();
        differences(&[10 * MS, 500 * MS], &[0, 20 * MS, 30 * MS, 601 * MS], &mut late);
        assert_eq!(late, [0.01]);
    }

    #[test]
    fn too_few_pairs_are_refused() {
        let none: EventColumns<'_> = [&[], &[], &[]];
        let error = calibrate_markers(&[(none, none)]).unwrap_err();
        assert_eq!(error.to_string(), "reference must give at least 3 pairs of initial contacts, got 0");
    }
}
