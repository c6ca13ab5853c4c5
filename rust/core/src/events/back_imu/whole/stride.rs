//! The step time of a person over a recording.

use super::grid::STEP;

/// Distance of two nodes in points, of which every second is looked at: so many of a block.
const NODE: usize = 24;
const EVERY: usize = 2;
const BLOCK: usize = NODE / EVERY;
/// Blocks of the window to either side of a node.
const REACH: usize = 6;
/// Strides that a person may have, in points looked at.
const STRIDES: (usize, usize) = (15, 90);
const TRIED: usize = STRIDES.1 - STRIDES.0 + 1;
/// Shortest lag that is needed, and how many: in whole lanes.
const FIRST: usize = 6;
const LAGS: usize = (STRIDES.1 + 1 - FIRST).next_multiple_of(LANES);
const LANES: usize = 8;
/// Least strength of the vertical acceleration [m/s²] and of the turning rate [rad/s] that counts as a signal.
const QUIET: [f64; 2] = [0.1, 0.03];
/// Stride time of most people [s].
const USUAL: f64 = 1.1;

type Scores = [f64; TRIED];
type Lags = [f64; LAGS];

/// Step time at each point [s], from the smoothed vertical acceleration and turning rate.
pub(super) fn step_times<'a>(rising: &'a [f64], turning: &'a [f64]) -> Vec<f64> {
    let search = Search::new();
    let every = |z: &'a [f64]| z.iter().step_by(EVERY).copied();
    let (up, round) = (products(every(rising)), products(every(turning)));
    let nodes: Vec<Scores> = (0..up.len()).map(|node| search.scores(&up, &round, node)).collect();
    let person = person(&nodes);
    let steps: Vec<f64> = nodes.iter().map(|scores| best(scores, &person)).collect();
    let middle: Vec<f64> = (0..steps.len())
        .map(|i| {
            let mut three = [steps[i.saturating_sub(1)], steps[i], steps[(i + 1).min(steps.len() - 1)]];
            three.sort_by(f64::total_cmp);
            three[1]
        })
        .collect();
    let mut times = Vec::with_capacity(middle.len() * NODE);
    for (k, &from) in middle.iter().enumerate() {
        let slope = middle.get(k + 1).map_or(0.0, |to| (to - from) / NODE as f64);
        times.extend((0..NODE).map(|i| slope * i as f64 + from));
    }
    times.truncate(rising.len());
    times
}

/// Sums over a block of the products of each point with itself and with the point after each lag.
struct Block {
    power: f64,
    lags: Lags,
}

/// The blocks of a signal from its first point on, with zeros after its end.
fn products(points: impl Iterator<Item = f64>) -> Vec<Block> {
    let mut points: Vec<f64> = points.collect();
    let blocks = points.len().div_ceil(BLOCK);
    points.resize(blocks * BLOCK + FIRST + LAGS, 0.0);
    let block = |part: &[f64]| {
        let mut lags = [0.0; LAGS];
        for (first, sums) in (FIRST..).step_by(LANES).zip(lags.as_chunks_mut::<LANES>().0) {
            let mut total = [0.0; LANES];
            for (value, later) in part[..BLOCK].iter().zip(part[first..].windows(LANES)) {
                for (total, later) in total.iter_mut().zip(later) {
                    *total += value * later;
                }
            }
            *sums = total;
        }
        Block { power: part[..BLOCK].iter().map(|value| value * value).sum(), lags }
    };
    (0..blocks).map(|i| block(&points[i * BLOCK..])).collect()
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
    0.5 * ((STRIDES.0 + best.1) as f64 * (EVERY as f64 * STEP))
}

/// What scores strides around a node.
struct Search {
    /// What a stride loses for being unusual.
    usual: Scores,
    /// Weights of the products of each block of the window.
    window: Vec<Block>,
}

impl Search {
    fn new() -> Self {
        let usual = core::array::from_fn(|i| {
            let apart = ((STRIDES.0 + i) as f64 * (EVERY as f64 * STEP) / USUAL).ln();
            0.25 * (apart * apart)
        });
        let half = REACH * BLOCK;
        let weight = |i: usize| 0.5 + 0.5 * (core::f64::consts::PI * (i as f64 - half as f64) / half as f64).cos();
        let mut window = products((0..2 * half).map(weight));
        for Block { power, lags } in &mut window {
            *power /= BLOCK as f64;
            lags.iter_mut().for_each(|lag| *lag /= BLOCK as f64);
        }
        Self { usual, window }
    }

    fn scores(&self, up: &[Block], round: &[Block], node: usize) -> Scores {
        let (up, round) = (self.repeats(up, node, QUIET[0]), self.repeats(round, node, QUIET[1]));
        let step: Lags = core::array::from_fn(|i| up[i] - round[i]);
        core::array::from_fn(|i| {
            let stride = STRIDES.0 + i;
            let k = stride / 2 - FIRST;
            let half = match stride % 2 {
                0 => step[k],
                _ => (9.0 * (step[k] + step[k + 1]) - (step[k - 1] + step[k + 2])) / 16.0,
            };
            up[stride - FIRST] + round[stride - FIRST] + half - self.usual[i]
        })
    }

    /// How well a signal repeats itself after each lag, 1 for perfectly.
    fn repeats(&self, blocks: &[Block], node: usize, quiet: f64) -> Lags {
        let blocks = &blocks[node.saturating_sub(REACH)..(node + REACH).min(blocks.len())];
        let window = &self.window[REACH.saturating_sub(node)..];
        let (mut power, mut weights) = (0.0, 0.0);
        for (block, weight) in blocks.iter().zip(window) {
            power += weight.power * block.power;
            weights += weight.power;
        }
        let scale = 1.0 / f64::max(power, quiet * quiet * (BLOCK as f64 * weights));
        let mut lags = [0.0; LAGS];
        for (k, sums) in lags.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let mut total = [0.0; LANES];
            for (block, weight) in blocks.iter().zip(window) {
                let (block, weight) = (&block.lags.as_chunks::<LANES>().0[k], &weight.lags.as_chunks::<LANES>().0[k]);
                for (total, (block, weight)) in total.iter_mut().zip(block.iter().zip(weight)) {
                    *total += weight * block;
                }
            }
            *sums = total.map(|total| total * scale);
        }
        lags
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
