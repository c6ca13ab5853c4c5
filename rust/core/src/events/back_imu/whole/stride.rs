//! The step time of a person over a recording.

use super::grid::{STEP, less_slow, triple};

/// Distance of two nodes, and the reach of the window around one, in points.
const NODE: usize = 25;
const REACH: usize = 150;
/// Strides that a person may have, in points; every other is tried.
const STRIDES: (usize, usize) = (30, 180);
const TRIED: usize = (STRIDES.1 - STRIDES.0) / 2 + 1;
/// Shortest lag that is needed, and how many.
const FIRST: usize = STRIDES.0 / 2;
const LAGS: usize = STRIDES.1 + 1 - FIRST;
/// Least strength of the vertical acceleration [m/s²] and of the turning rate [rad/s] that counts as a signal.
const QUIET: [f64; 2] = [0.1, 0.03];
/// Stride time of most people [s].
const USUAL: f64 = 1.1;

type Scores = [f64; TRIED];

/// Step time at each point [s].
pub(super) fn step_times(vertical: &[f64], turn: &[f64]) -> Vec<f64> {
    let mut turning = triple(turn, 0.1);
    less_slow(&mut turning, 0.8);
    let rising = triple(vertical, 0.1);
    let mut search = Search::new();
    let nodes: Vec<Scores> =
        (0..vertical.len()).step_by(NODE).map(|node| search.scores(&rising, &turning, node)).collect();
    let person = person(&nodes);
    let steps: Vec<f64> = nodes.iter().map(|scores| best(scores, &person)).collect();
    let middle: Vec<f64> = (0..steps.len())
        .map(|i| {
            let mut three = [steps[i.saturating_sub(1)], steps[i], steps[(i + 1).min(steps.len() - 1)]];
            three.sort_by(f64::total_cmp);
            three[1]
        })
        .collect();
    (0..vertical.len())
        .map(|i| {
            let (from, to) = (middle[i / NODE], middle.get(i / NODE + 1).copied());
            to.map_or(from, |to| (to - from) / NODE as f64 * (i % NODE) as f64 + from)
        })
        .collect()
}

/// Mean score of a person; nodes where nothing repeats weigh nothing.
fn person(nodes: &[Scores]) -> Scores {
    let mut mean = [0.0; TRIED];
    let mut total = 0.0;
    for scores in nodes {
        let weight = scores.iter().copied().fold(0.0, f64::max);
        total += weight;
        for (mean, score) in mean.iter_mut().zip(scores) {
            *mean += weight * score;
        }
    }
    mean.map(|mean| mean / f64::max(total, 1e-9))
}

/// Half of the stride with the largest score, the first of equals [s].
fn best(scores: &Scores, person: &Scores) -> f64 {
    let mut best = (f64::NEG_INFINITY, 0);
    for (i, (score, person)) in scores.iter().zip(person).enumerate() {
        if score + person > best.0 {
            best = (score + person, i);
        }
    }
    0.5 * ((STRIDES.0 + 2 * best.1) as f64 * STEP)
}

/// Room for the autocorrelations around a node.
struct Search {
    /// What a stride loses for being unusual.
    usual: Scores,
    /// Weights from the first point of the window to the last.
    window: Vec<f64>,
    part: Vec<f64>,
}

impl Search {
    fn new() -> Self {
        let usual = core::array::from_fn(|i| {
            let apart = ((STRIDES.0 + 2 * i) as f64 * STEP / USUAL).ln();
            0.25 * (apart * apart)
        });
        let weight = |i: usize| 0.5 + 0.5 * (core::f64::consts::PI * (i as f64 - REACH as f64) / REACH as f64).cos();
        let window = (0..=2 * REACH).map(weight).collect();
        Self { usual, window, part: Vec::with_capacity(2 * REACH + 1 + STRIDES.1) }
    }

    fn scores(&mut self, rising: &[f64], turning: &[f64], node: usize) -> Scores {
        let [up, round] = [self.repeats(rising, node, QUIET[0]), self.repeats(turning, node, QUIET[1])];
        core::array::from_fn(|i| {
            let (stride, step) = (STRIDES.0 + 2 * i - FIRST, STRIDES.0 / 2 + i - FIRST);
            up[stride] + up[step] + round[stride] - round[step] - self.usual[i]
        })
    }

    /// How well a signal repeats itself after each lag, 1 for perfectly.
    fn repeats(&mut self, z: &[f64], node: usize, quiet: f64) -> [f64; LAGS] {
        let (from, to) = (node.saturating_sub(REACH), (node + REACH + 1).min(z.len()));
        let (mut power, mut weights) = (0.0, 0.0);
        self.part.clear();
        let window = &self.window[(from + REACH).saturating_sub(node)..];
        for (weight, z) in window.iter().zip(&z[from..to]) {
            let value = weight * z;
            power += value * value;
            weights += weight * weight;
            self.part.push(value);
        }
        let points = self.part.len();
        self.part.resize(points + STRIDES.1, 0.0);
        let mut sums = [0.0; LAGS];
        for (&value, later) in self.part.iter().zip(self.part.windows(STRIDES.1 + 1)).take(points) {
            for (sum, later) in sums.iter_mut().zip(&later[FIRST..]) {
                *sum += value * later;
            }
        }
        let scale = f64::max(power, quiet * quiet * weights);
        sums.map(|sum| sum / scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_time_of_a_regular_walk_is_found() {
        for step in [20_u32, 27, 45, 70] {
            let phase = |i: u32| core::f64::consts::PI * f64::from(i) / f64::from(step);
            let vertical: Vec<f64> = (0..1000).map(|i| 2.0 * (2.0 * phase(i)).cos()).collect();
            let turn: Vec<f64> = (0..1000).map(|i| 0.3 * phase(i).cos()).collect();
            for time in step_times(&vertical, &turn).iter().skip(100).take(800) {
                assert!((time / (f64::from(step) * STEP) - 1.0).abs() < 0.06, "{step}: {time}");
            }
        }
    }
}
