//! The chains of steps that gain most.

use super::candidates::Candidate;

/// What a new chain costs, and what each of its steps costs.
const NEW: f64 = 1.2;
const EACH: f64 = 0.25;
/// Least time of two steps of a chain [s], and the most, in step times.
const APART: (f64, f64) = (0.25, 2.2);

/// The candidates of each chain of three steps or more, with the step that closes it.
pub(super) fn chains(found: &[Candidate]) -> Vec<Vec<usize>> {
    let mut kept: Vec<Vec<usize>> = best(found).into_iter().filter(|chain| chain.len() >= 3).collect();
    let mut end = found.len();
    for chain in kept.iter_mut().rev() {
        let next = end;
        end = chain.first().copied().unwrap_or(end);
        if let Some(step) = closing(found, chain, next) {
            chain.push(step);
        }
    }
    kept
}

/// The best row of candidates, cut into chains.
fn best(found: &[Candidate]) -> Vec<Vec<usize>> {
    let mut totals: Vec<f64> = Vec::with_capacity(found.len());
    // From where each candidate's gain comes, and whether in the same chain.
    let mut from: Vec<(Option<usize>, bool)> = Vec::with_capacity(found.len());
    let (mut most, mut end) = (0.0, None);
    for (i, step) in found.iter().enumerate() {
        let (mut gain, mut way) = (most - NEW, (end, false));
        for j in (0..i).rev() {
            let d = step.time - found[j].time;
            if d >= APART.1 * step.step_time {
                break;
            }
            if d < APART.0 {
                continue;
            }
            let uneven = (d / step.step_time).ln() / 0.55;
            let linked = totals[j] - (uneven * uneven).min(1.5);
            if linked > gain {
                (gain, way) = (linked, (Some(j), true));
            }
        }
        let total = gain + step.clear - EACH;
        totals.push(total);
        from.push(way);
        if total > most {
            (most, end) = (total, Some(i));
        }
    }
    back(&from, end)
}

/// Back from the end: the chains in order of time.
fn back(from: &[(Option<usize>, bool)], mut at: Option<usize>) -> Vec<Vec<usize>> {
    let (mut chains, mut chain) = (Vec::new(), Vec::new());
    while let Some(i) = at {
        chain.push(i);
        let (before, same) = from[i];
        if !same {
            chain.reverse();
            chains.push(core::mem::take(&mut chain));
        }
        at = before;
    }
    chains.reverse();
    chains
}

/// The small step that brings the feet together, before the candidate `next`.
fn closing(found: &[Candidate], chain: &[usize], next: usize) -> Option<usize> {
    let &last = chain.last()?;
    let mut clearest: Option<usize> = None;
    for i in last + 1..next {
        let share = (found[i].time - found[last].time) / found[last].step_time;
        if share > 1.4 {
            break;
        }
        let least = clearest.map_or(0.1, |best| found[best].clear);
        if share >= 0.6 && found[i].clear > least {
            clearest = Some(i);
        }
    }
    clearest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(times: &[f64], clear: f64) -> Vec<Candidate> {
        times.iter().map(|&time| Candidate { time, step_time: 0.5, clear }).collect()
    }

    #[test]
    fn regular_steps_are_one_chain_and_a_pause_parts_two() {
        let found = steps(&[1.0, 1.5, 2.0, 2.5, 9.0, 9.5, 10.0], 0.9);
        assert_eq!(chains(&found), [vec![0, 1, 2, 3], vec![4, 5, 6]]);
    }

    #[test]
    fn a_bump_between_two_steps_is_left_out_and_two_steps_are_no_walk() {
        let mut found = steps(&[1.0, 1.5, 1.75, 2.0, 2.5, 3.0], 0.9);
        found[2].clear = 0.2;
        assert_eq!(chains(&found), [vec![0, 1, 3, 4, 5]]);
        assert!(chains(&steps(&[1.0, 1.5], 1.0)).is_empty());
        assert!(chains(&[]).is_empty());
    }

    #[test]
    fn a_faint_last_step_closes_the_chain() {
        let mut found = steps(&[1.0, 1.5, 2.0, 2.5], 0.9);
        found[3].clear = 0.15;
        assert_eq!(chains(&found), [vec![0, 1, 2, 3]]);
        found[3].clear = 0.05;
        assert_eq!(chains(&found), [vec![0, 1, 2]]);
    }
}
