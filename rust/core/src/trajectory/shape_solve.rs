//! The knobs of a changed pattern for which it measures as asked, all words at once.

use crate::types::Sides;

use super::pattern::GaitPattern;
use super::shape::toe_off;
use super::shape_curves::{Base, Goal, Knobs};

/// Largest number of unknowns: knee factor, foot lift and toe-off of two legs.
const UNKNOWNS: usize = 6;
/// Residual that is aimed at [m, rad, -], and the one that is accepted where rounding ends the search.
const AIM: f64 = 1e-12;
const ACCEPT: f64 = 1e-10;
/// Iterations of Newton's method, and halvings of one step.
const ITERATIONS: usize = 25;
const HALVINGS: usize = 12;
/// Iterations in which the residual must halve; a search that is slower comes to no root.
const PATIENCE: usize = 6;
/// Change of a knob for its difference quotient.
const NUDGE: f64 = 1e-6;

type Vector = [f64; UNKNOWNS];

/// A knob and the measure it is turned for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Knob {
    Knee,
    Lift,
    ToeOff,
}

impl Knob {
    fn limits(self) -> [f64; 2] {
        match self {
            Self::Knee => [0.2, 2.5],
            Self::Lift => [-8.0, 8.0],
            Self::ToeOff => [0.45, 0.80],
        }
    }

    fn of(self, knobs: &mut Knobs) -> &mut f64 {
        match self {
            Self::Knee => &mut knobs.knee,
            Self::Lift => &mut knobs.lift,
            Self::ToeOff => &mut knobs.toe_off,
        }
    }
}

/// What is searched: knobs with sides and what they shall give.
struct Search<'a> {
    base: &'a Base<'a>,
    goal: &'a Goal,
    turned: Vec<(Knob, usize, f64)>,
}

impl Search<'_> {
    fn measure(&self, pattern: &GaitPattern) -> Vector {
        let mut out = [0.0; UNKNOWNS];
        for (out, &(knob, side, asked)) in out.iter_mut().zip(&self.turned) {
            let reached = match knob {
                Knob::Knee => pattern.extent(side, 1).range(),
                Knob::Lift => pattern.side_clearance(&self.base.body, side),
                Knob::ToeOff => toe_off(&self.base.body, pattern, side),
            };
            *out = reached - asked;
        }
        out
    }

    fn at(&self, x: &Vector) -> Option<(GaitPattern, Vector)> {
        let mut knobs: Sides<Knobs> = [0, 1].map(|side| self.base.start(side, None));
        for (x, &(knob, side, _)) in x.iter().zip(&self.turned) {
            *knob.of(&mut knobs[side]) = *x;
        }
        let pattern = self.base.build(self.goal, &knobs)?;
        let residual = self.measure(&pattern);
        Some((pattern, residual))
    }

    /// Step that would end at zero residual if it were linear.
    fn newton(&self, x: &Vector, r: &Vector) -> Option<Vector> {
        let n = self.turned.len();
        let mut slope = [[0.0; UNKNOWNS]; UNKNOWNS];
        for j in 0..n {
            let nudge = if x[j] + NUDGE > self.turned[j].0.limits()[1] { -NUDGE } else { NUDGE };
            let mut moved = *x;
            moved[j] += nudge;
            let (_, there) = self.at(&moved)?;
            for i in 0..n {
                slope[i][j] = (there[i] - r[i]) / nudge;
            }
        }
        solve(n, slope, r.map(|r| -r))
    }

    fn moved(&self, x: &Vector, step: &Vector, factor: f64) -> Vector {
        let mut next = *x;
        for (j, (knob, _, _)) in self.turned.iter().enumerate() {
            let [low, high] = knob.limits();
            next[j] = (x[j] + factor * step[j]).clamp(low, high);
        }
        next
    }
}

/// The pattern that measures as `goal` asks, absent where none was found.
pub(super) fn solve_for(base: &Base<'_>, goal: &Goal) -> Option<GaitPattern> {
    let mut turned = Vec::with_capacity(UNKNOWNS);
    for side in 0..2 {
        let asked = [(Knob::Knee, goal.knee), (Knob::Lift, goal.clearance), (Knob::ToeOff, goal.share)];
        turned.extend(asked.into_iter().filter_map(|(knob, asked)| asked[side].map(|value| (knob, side, value))));
    }
    let search = Search { base, goal, turned };
    let mut x = [0.0; UNKNOWNS];
    for (x, &(knob, side, _)) in x.iter_mut().zip(&search.turned) {
        *x = *knob.of(&mut base.start(side, goal.share[side]));
    }
    let (mut pattern, mut r) = search.at(&x)?;
    let mut sizes = [f64::INFINITY; PATIENCE];
    for it in 0..ITERATIONS {
        if size(&r) <= AIM || size(&r) > 0.5 * sizes[it % PATIENCE] {
            break;
        }
        sizes[it % PATIENCE] = size(&r);
        let Some(step) = search.newton(&x, &r) else { break };
        let better = (0..HALVINGS).find_map(|k| {
            let next = search.moved(&x, &step, 0.5_f64.powi(k as i32));
            search.at(&next).filter(|(_, there)| size(there) < size(&r)).map(|(p, there)| (next, p, there))
        });
        let Some(found) = better else { break };
        (x, pattern, r) = found;
    }
    (size(&r) <= ACCEPT).then_some(pattern)
}

fn size(r: &Vector) -> f64 {
    r.iter().fold(0.0, |most: f64, r| most.max(r.abs()))
}

/// Solves the first `n` equations by elimination with the largest pivot; absent where they do not tell the unknowns.
fn solve(n: usize, mut a: [[f64; UNKNOWNS]; UNKNOWNS], mut b: Vector) -> Option<Vector> {
    for k in 0..n {
        let pivot = (k..n).max_by(|&i, &j| a[i][k].abs().total_cmp(&a[j][k].abs()))?;
        if a[pivot][k].abs() < 1e-9 {
            return None;
        }
        a.swap(k, pivot);
        b.swap(k, pivot);
        for i in k + 1..n {
            let factor = a[i][k] / a[k][k];
            let above = a[k];
            for (x, above) in a[i].iter_mut().zip(above).skip(k) {
                *x -= factor * above;
            }
            b[i] -= factor * b[k];
        }
    }
    for k in (0..n).rev() {
        let known: f64 = (k + 1..n).map(|j| a[k][j] * b[j]).sum();
        b[k] = (b[k] - known) / a[k][k];
    }
    Some(b)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn elimination_solves_by_hand() {
        let mut a = [[0.0; UNKNOWNS]; UNKNOWNS];
        (a[0][1], a[1][0], a[1][1]) = (2.0, 4.0, 1.0);
        let x = solve(2, a, [6.0, 11.0, 0.0, 0.0, 0.0, 0.0]).unwrap();
        assert_eq!(&x[..2], &[2.0, 3.0]);
        assert!(solve(2, [[1.0; UNKNOWNS]; UNKNOWNS], [1.0; UNKNOWNS]).is_none());
    }
}
