//! Torque over phase that is learned from stride to stride, and forgotten.

use crate::error::{Result, all_in_range, in_range};
use crate::types::{JointVec, Sides, smooth_step, wrap, wrap_signed};

/// Share of the cycle over which a new table takes over.
const TAKEOVER: f64 = 0.1;
/// Largest error that counts [rad].
const ERROR_MAX: f64 = 1.0;

/// Rates and limits of an [`IterativeLearning`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IterativeParams {
    /// Number of phase bins, `10..=100`.
    pub bins: i64,
    /// Share of torque that a stride keeps [-], `0.5..=0.999`.
    pub keep: f64,
    /// Torque per error [N·m/rad], `0..=500`.
    pub gain: JointVec,
    /// How much earlier in the cycle the torque acts than the error that it answers [-], `0..=0.2`.
    pub lead: f64,
    /// Weight of either neighbour in the smoothing over bins [-], `0..=0.25`.
    pub smoothing: f64,
    /// Largest torque [N·m], `0..=100`.
    pub bound: JointVec,
}

/// Tables of one joint, a value per bin.
#[derive(Clone, Debug, PartialEq)]
struct Joint {
    before: Vec<f64>,
    after: Vec<f64>,
    sum: Vec<f64>,
    count: Vec<f64>,
}

impl Joint {
    fn new(bins: usize) -> Self {
        Self { before: vec![0.0; bins], after: vec![0.0; bins], sum: vec![0.0; bins], count: vec![0.0; bins] }
    }

    /// Mean error of bin `i`, absent where none was observed.
    fn mean(&self, i: usize) -> Option<f64> {
        (self.count[i] > 0.0).then(|| self.sum[i] / self.count[i])
    }

    /// Both tables at place `a` and share `r` of the way to the next.
    fn at(&self, a: usize, r: f64) -> (f64, f64) {
        let next = (a + 1) % self.after.len();
        let read = |table: &[f64]| (1.0 - r) * table[a] + r * table[next];
        (read(&self.before), read(&self.after))
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Leg {
    joints: [Joint; 3],
    blend: f64,
    last: Option<f64>,
}

impl Leg {
    fn new(bins: usize) -> Self {
        Self { joints: core::array::from_fn(|_| Joint::new(bins)), blend: 1.0, last: None }
    }
}

/// Torque learned over phase bins: `tau[k+1](phi) = keep tau[k](phi) + gain e[k](phi + lead)` (Duschau-Wicke 2008).
#[derive(Clone, Debug, PartialEq)]
pub struct IterativeLearning {
    params: IterativeParams,
    bins: usize,
    legs: Sides<Leg>,
    scratch: Vec<f64>,
}

impl IterativeLearning {
    /// A law that has learned nothing.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first parameter that is refused.
    pub fn new(params: IterativeParams) -> Result<Self> {
        let bins = in_range("bins", params.bins as f64, 10.0, 100.0)? as usize;
        in_range("keep", params.keep, 0.5, 0.999)?;
        all_in_range("gain", params.gain, 0.0, 500.0)?;
        in_range("lead", params.lead, 0.0, 0.2)?;
        in_range("smoothing", params.smoothing, 0.0, 0.25)?;
        all_in_range("bound", params.bound, 0.0, 100.0)?;
        Ok(Self { params, bins, legs: [Leg::new(bins), Leg::new(bins)], scratch: vec![0.0; bins] })
    }

    /// Number of phase bins.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.bins
    }

    /// Takes the errors [rad] of hip, knee and ankle of `side` (0 left, else right) at a phase.
    pub fn observe(&mut self, side: usize, phase: f64, errors: &[Option<f64>; 3]) {
        if !phase.is_finite() {
            return;
        }
        let node = (wrap(phase) * self.bins as f64 + 0.5).floor() as usize % self.bins;
        for (joint, error) in self.legs[side.min(1)].joints.iter_mut().zip(errors) {
            if let Some(e) = error.filter(|e| e.is_finite()) {
                joint.sum[node] += e.clamp(-ERROR_MAX, ERROR_MAX);
                joint.count[node] += 1.0;
            }
        }
    }

    /// Ends a stride of `side` (0 left, else right): what was observed is learned when it is `valid`, else forgotten.
    pub fn close(&mut self, side: usize, valid: bool) {
        let (p, n, side) = (self.params, self.bins, side.min(1));
        let leg = &mut self.legs[side];
        let share = smooth_step(leg.blend);
        for (j, joint) in leg.joints.iter_mut().enumerate() {
            let (gain, bound) = (p.gain[3 * side + j], p.bound[3 * side + j]);
            for i in 0..n {
                let kept = p.keep * joint.after[i];
                self.scratch[i] = match if valid { ahead(joint, i, p.lead) } else { None } {
                    Some(e) => (kept + gain * e).clamp(-bound, bound),
                    None => kept,
                };
            }
            for i in 0..n {
                joint.before[i] = (1.0 - share) * joint.before[i] + share * joint.after[i];
                let around = self.scratch[(i + n - 1) % n] + self.scratch[(i + 1) % n];
                joint.after[i] = (1.0 - 2.0 * p.smoothing) * self.scratch[i] + p.smoothing * around;
            }
            joint.sum.fill(0.0);
            joint.count.fill(0.0);
        }
        leg.blend = 0.0;
        leg.last = None;
    }

    /// Torque [N·m] at hip, knee and ankle of `side` (0 left, else right) at a phase; once a tick.
    pub fn torque(&mut self, side: usize, phase: f64) -> [f64; 3] {
        if !phase.is_finite() {
            return [0.0; 3];
        }
        let leg = &mut self.legs[side.min(1)];
        let p = wrap(phase);
        if let Some(last) = leg.last {
            let moved = wrap_signed(p - last);
            if moved > 0.0 {
                leg.blend = (leg.blend + moved / TAKEOVER).min(1.0);
            }
        }
        leg.last = Some(p);
        let x = p * self.bins as f64;
        let a = (x.floor() as usize).min(self.bins - 1);
        let (r, share) = (x - a as f64, smooth_step(leg.blend));
        core::array::from_fn(|j| {
            let (before, after) = leg.joints[j].at(a, r);
            (1.0 - share) * before + share * after
        })
    }

    /// Table of torque [N·m] of `side` (0 left, else right), a row per joint.
    #[must_use]
    pub fn table(&self, side: usize) -> [&[f64]; 3] {
        self.legs[side.min(1)].joints.each_ref().map(|joint| joint.after.as_slice())
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        for leg in &mut self.legs {
            for joint in &mut leg.joints {
                for table in [&mut joint.before, &mut joint.after, &mut joint.sum, &mut joint.count] {
                    table.fill(0.0);
                }
            }
            leg.blend = 1.0;
            leg.last = None;
        }
    }
}

/// Mean error `lead` cycles after bin `i`, absent when one that it needs is.
fn ahead(joint: &Joint, i: usize, lead: f64) -> Option<f64> {
    let n = joint.sum.len();
    let x = i as f64 + lead * n as f64;
    let (a, r) = (x.floor() as usize, x - x.floor());
    let first = joint.mean(a % n)?;
    if r == 0.0 { Some(first) } else { Some((1.0 - r) * first + r * joint.mean((a + 1) % n)?) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn constant_error_settles_and_none_decays() {
        let params =
            IterativeParams { bins: 20, keep: 0.9, gain: [20.0; 6], lead: 0.05, smoothing: 0.1, bound: [50.0; 6] };
        let mut law = IterativeLearning::new(params).unwrap();
        for stride in 0..300 {
            for k in 0..200 {
                let phase = f64::from(k) / 200.0;
                law.observe(1, phase, &[Some(if stride < 200 { 0.1 } else { 0.0 }), None, Some(f64::NAN)]);
                assert!(law.torque(1, phase).iter().all(|t| t.abs() <= 50.0));
            }
            if stride == 199 {
                assert!(law.table(1)[0].iter().all(|t| (t - 20.0 * 0.1 / 0.1).abs() < 1e-6));
            }
            law.close(1, true);
        }
        assert!(law.table(1)[0].iter().all(|t| t.abs() < 1e-3));
        assert!(IterativeLearning::new(IterativeParams { bins: 9, ..params }).is_err());
    }
}
