//! Which foot each step of a chain belongs to.

use super::candidates::Candidate;
use super::grid::STEP;

/// Time from a contact to the peak that shows it [s], and from the turn that tells the side to the contact [s].
const PEAK: f64 = 0.06;
const TURN: f64 = 0.05;
/// Steps to either side that vote.
const VOTERS: usize = 4;
/// What two steps of one side in a row cost.
const REPEAT: f64 = 3.0;

/// A contact with its side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contact {
    /// Time [s].
    pub(super) at: f64,
    /// 0 left, 1 right.
    pub(super) side: usize,
    /// Usual step time there [s].
    pub(super) step_time: f64,
    /// How clearly it stands out, and how sure its side is, 0 to 1.
    pub(super) clear: f64,
    pub(super) sure: f64,
}

/// Contacts of a chain, of alternating sides as far as steps that are missing or too many can be told.
pub(super) fn contacts(steps: &[Candidate], turning: &[f64]) -> Vec<Contact> {
    let votes = votes(steps, turning);
    let mut list: Vec<Contact> = Vec::with_capacity(steps.len() + 1);
    for ((step, side), vote) in steps.iter().zip(row(&votes)).zip(&votes) {
        let sure = if side == 1 { *vote } else { -*vote }.clamp(0.0, 1.0);
        let contact = Contact { at: step.time - PEAK, side, step_time: step.step_time, clear: step.clear, sure };
        match list.last_mut().filter(|last| last.side == side) {
            Some(last) if contact.at - last.at < 1.3 * contact.step_time => {
                if contact.clear > last.clear {
                    *last = contact;
                }
            }
            Some(last) => {
                let at = 0.5 * (last.at + contact.at);
                list.push(Contact { at, side: 1 - side, clear: 0.0, ..contact });
                list.push(contact);
            }
            None => list.push(contact),
        }
    }
    list
}

/// What the smoothed turning rate says for the right foot at each step, 1 on the mean.
fn votes(steps: &[Candidate], turning: &[f64]) -> Vec<f64> {
    let y: Vec<f64> = steps.iter().map(|step| between(turning, step.time - PEAK - TURN)).collect();
    let mut votes: Vec<f64> = (0..y.len())
        .map(|i| {
            let (from, to) = (i.saturating_sub(VOTERS), (i + VOTERS + 1).min(y.len()));
            (from..to).fold(0.0, |sum, j| if (i + j) % 2 == 0 { sum + y[j] } else { sum - y[j] })
        })
        .collect();
    let mean = votes.iter().map(|vote| vote.abs()).sum::<f64>() / votes.len() as f64;
    for vote in &mut votes {
        *vote /= mean.max(1e-9);
    }
    votes
}

/// Value at a time [s] by straight lines, with the ends held.
fn between(z: &[f64], time: f64) -> f64 {
    let (Some(&first), Some(&last)) = (z.first(), z.last()) else { return 0.0 };
    if time <= 0.0 {
        return first;
    }
    let mut i = (time / STEP) as usize;
    while i > 0 && STEP * i as f64 > time {
        i -= 1;
    }
    while STEP * (i + 1) as f64 <= time && i + 1 < z.len() {
        i += 1;
    }
    let (Some(&from), Some(&to)) = (z.get(i), z.get(i + 1)) else { return last };
    let (start, end) = (STEP * i as f64, STEP * (i + 1) as f64);
    (to - from) / (end - start) * (time - start) + from
}

/// The likeliest row of sides, 0 left and 1 right.
fn row(votes: &[f64]) -> Vec<usize> {
    let Some((&first, rest)) = votes.split_first() else { return Vec::new() };
    let (mut left, mut right) = (-first, first);
    let mut repeats = Vec::with_capacity(votes.len());
    for vote in rest {
        repeats.push([left - REPEAT > right, right - REPEAT > left]);
        (left, right) = (right.max(left - REPEAT) - vote, left.max(right - REPEAT) + vote);
    }
    let mut side = usize::from(right > left);
    let mut sides = vec![side];
    for repeat in repeats.iter().rev() {
        if !repeat[side] {
            side = 1 - side;
        }
        sides.push(side);
    }
    sides.reverse();
    sides
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_alternate_unless_the_votes_cry_out() {
        assert_eq!(row(&[-1.0, 1.0, -1.0, 0.5, -1.0]), [0, 1, 0, 1, 0]);
        assert_eq!(row(&[1.0, -1.0, 0.6, -1.0, 1.0]), [1, 0, 1, 0, 1]);
        assert_eq!(row(&[9.0, -9.0, 9.0, 9.0, -9.0, 9.0]), [1, 0, 1, 1, 0, 1]);
        assert!(row(&[]).is_empty());
    }

    #[test]
    fn a_missing_step_is_filled_in_and_one_too_many_left_out() {
        let step = |time, clear| Candidate { time, step_time: 0.5, clear };
        let turn: Vec<f64> =
            (0..700).map(|i| (core::f64::consts::PI * (f64::from(i) * 0.02 - 0.89) / 0.5).cos()).collect();
        let times = |skip: f64| (1..=20).map(|i| 0.5 * f64::from(i)).filter(move |t| *t != skip);
        let missing: Vec<Candidate> = times(6.0).map(|time| step(time, 0.9)).collect();
        let list = contacts(&missing, &turn);
        assert_eq!(list.len(), 20);
        assert!(list.windows(2).all(|pair| pair[0].side != pair[1].side));
        assert!(list.iter().any(|contact| (contact.at - 5.94).abs() < 1e-9 && contact.clear == 0.0));
    }
}
