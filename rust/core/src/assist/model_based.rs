//! A model of the torque that the person lacks, learned by the sliding error and forgotten where it is used.

use crate::error::{Error, Result, all_in_range, in_range};
use crate::types::{JointVec, N_JOINTS, Sides, wrap, wrap_signed};

/// Longest tick that a step takes [s].
const TICK_MAX: f64 = 0.02;
/// Width of a basis function in distances of its neighbours.
const WIDTH: f64 = 0.7;
/// Largest sliding error that counts [rad/s].
const SLIDING_MAX: f64 = 10.0;
/// Most basis functions over phase and over angle.
const PHASES: usize = 24;
const ANGLES: usize = 5;

/// Rates and limits of a [`ModelBased`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ModelParams {
    /// Basis functions over phase, `4..=24`.
    pub phases: i64,
    /// Basis functions over the joint's angle, `1..=5`.
    pub angles: i64,
    /// Lower end of the angles [rad], `-3..=3`.
    pub q_min: JointVec,
    /// Upper end of the angles [rad], `-3..=3`, above `q_min`.
    pub q_max: JointVec,
    /// Weight of the angle's error in the sliding error [1/s], `0..=20`.
    pub slope: f64,
    /// How fast it learns [N·m/rad], `0..=1000`.
    pub gain: JointVec,
    /// Time in which unused help is forgotten [s], `0.5..=60`.
    pub forget_time: f64,
    /// Largest torque [N·m], `0..=100`.
    pub bound: JointVec,
}

/// What a joint does in a tick; absent numbers are none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ModelInputs {
    /// Phase per side [-].
    pub phase: Sides<Option<f64>>,
    /// Angles [rad].
    pub q: [Option<f64>; N_JOINTS],
    /// Velocities [rad/s].
    pub dq: [Option<f64>; N_JOINTS],
    /// Reference angles [rad].
    pub q_ref: [Option<f64>; N_JOINTS],
    /// Reference velocities [rad/s].
    pub dq_ref: [Option<f64>; N_JOINTS],
}

/// Help learned by radial basis functions with a decay term (Wolbrecht 2008).
#[derive(Clone, Debug, PartialEq)]
pub struct ModelBased {
    params: ModelParams,
    phases: usize,
    angles: usize,
    weights: [Vec<f64>; N_JOINTS],
}

impl ModelBased {
    /// A law that has learned nothing.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] or [`Error::Swapped`] naming the first parameter that is refused.
    pub fn new(params: ModelParams) -> Result<Self> {
        let phases = in_range("phases", params.phases as f64, 4.0, PHASES as f64)? as usize;
        let angles = in_range("angles", params.angles as f64, 1.0, ANGLES as f64)? as usize;
        all_in_range("q_min", params.q_min, -3.0, 3.0)?;
        all_in_range("q_max", params.q_max, -3.0, 3.0)?;
        if let Some(i) = (0..N_JOINTS).find(|&i| params.q_min[i] >= params.q_max[i]) {
            let (low_value, high_value) = (params.q_min[i], params.q_max[i]);
            return Err(Error::Swapped { low: "q_min", high: "q_max", index: Some(i), low_value, high_value });
        }
        in_range("slope", params.slope, 0.0, 20.0)?;
        all_in_range("gain", params.gain, 0.0, 1000.0)?;
        in_range("forget_time", params.forget_time, 0.5, 60.0)?;
        all_in_range("bound", params.bound, 0.0, 100.0)?;
        Ok(Self { params, phases, angles, weights: core::array::from_fn(|_| vec![0.0; phases * angles]) })
    }

    /// One tick of `dt` [s]; gives the torque [N·m].
    pub fn step(&mut self, inputs: &ModelInputs, dt: f64) -> JointVec {
        let h = if dt.is_finite() && dt > 0.0 { dt.min(TICK_MAX) } else { 0.0 };
        core::array::from_fn(|j| {
            let finite = |x: Option<f64>| x.filter(|x| x.is_finite());
            let state = (|| {
                let phase = finite(inputs.phase[j / 3])?;
                let (q, dq) = (finite(inputs.q[j])?, finite(inputs.dq[j])?);
                Some((phase, q, dq, finite(inputs.q_ref[j])?, finite(inputs.dq_ref[j])?))
            })();
            match state {
                Some((phase, q, dq, q_ref, dq_ref)) => {
                    let sliding = (dq_ref - dq) + self.params.slope * (q_ref - q);
                    let sliding = if sliding.is_nan() { 0.0 } else { sliding.clamp(-SLIDING_MAX, SLIDING_MAX) };
                    self.learn(j, phase, q, sliding, h)
                }
                None => 0.0,
            }
        })
    }

    fn learn(&mut self, j: usize, phase: f64, q: f64, sliding: f64, h: f64) -> f64 {
        let p = &self.params;
        let (over_phase, over_angle) = (self.over_phase(phase), self.over_angle(j, q));
        let (over_phase, over_angle) = (&over_phase[..self.phases], &over_angle[..self.angles]);
        let square = |values: &[f64]| values.iter().fold(0.0, |sum, v| sum + v * v);
        let n = square(over_phase) * square(over_angle);
        let bound = p.bound[j];
        let (gain, forget_time, angles) = (p.gain[j], p.forget_time, self.angles);
        let weights = &mut self.weights[j];
        let mut output = 0.0;
        for (i, a) in over_phase.iter().enumerate() {
            for (k, b) in over_angle.iter().enumerate() {
                output += (a * b) * weights[i * angles + k];
            }
        }
        let change = h * (gain * sliding - output / (forget_time * n));
        let mut torque = 0.0;
        for (i, a) in over_phase.iter().enumerate() {
            for (k, b) in over_angle.iter().enumerate() {
                let weight = &mut weights[i * angles + k];
                *weight = (*weight + change * (a * b)).clamp(-bound, bound);
                torque += (a * b) * *weight;
            }
        }
        torque.clamp(-bound, bound)
    }

    fn over_phase(&self, phase: f64) -> [f64; PHASES] {
        let (mut out, n) = ([0.0; PHASES], self.phases as f64);
        for (i, value) in out[..self.phases].iter_mut().enumerate() {
            let u = wrap_signed(wrap(phase) - i as f64 / n) * n / WIDTH;
            *value = (-0.5 * u * u).exp();
        }
        share_out(&mut out[..self.phases]);
        out
    }

    fn over_angle(&self, j: usize, q: f64) -> [f64; ANGLES] {
        let mut out = [1.0; ANGLES];
        if self.angles > 1 {
            let (low, high) = (self.params.q_min[j], self.params.q_max[j]);
            let (x, d) = (q.clamp(low, high), (high - low) / (self.angles - 1) as f64);
            for (k, value) in out[..self.angles].iter_mut().enumerate() {
                let u = (x - (low + d * k as f64)) / (WIDTH * d);
                *value = (-0.5 * u * u).exp();
            }
            share_out(&mut out[..self.angles]);
        }
        out
    }

    /// Number of basis functions over phase and over angle.
    #[must_use]
    pub fn shape(&self) -> (usize, usize) {
        (self.phases, self.angles)
    }

    /// Weights of each joint [N·m], phase by phase, the angles of a phase together.
    #[must_use]
    pub fn weights(&self) -> [&[f64]; N_JOINTS] {
        self.weights.each_ref().map(Vec::as_slice)
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        for weights in &mut self.weights {
            weights.fill(0.0);
        }
    }
}

/// Divides values by their sum.
fn share_out(values: &mut [f64]) {
    let sum: f64 = values.iter().fold(0.0, |sum, v| sum + v);
    for value in values {
        *value /= sum;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn help_is_bounded_and_forgotten() {
        let params = ModelParams {
            phases: 12,
            angles: 3,
            q_min: [-0.5; 6],
            q_max: [1.0; 6],
            slope: 5.0,
            gain: [500.0; 6],
            forget_time: 2.0,
            bound: [30.0; 6],
        };
        let mut law = ModelBased::new(params).unwrap();
        let mut inputs = ModelInputs {
            phase: [Some(0.3), None],
            q: [Some(0.1); 6],
            dq: [Some(0.0); 6],
            q_ref: [Some(0.5); 6],
            dq_ref: [Some(0.0); 6],
        };
        let mut tau = [0.0; 6];
        for _ in 0..5000 {
            tau = law.step(&inputs, 1e-3);
        }
        assert!((tau[0] - 30.0).abs() < 0.5 && tau[3] == 0.0, "{tau:?}");
        inputs.q_ref = inputs.q;
        let before = law.step(&inputs, 1e-3)[0];
        let after = law.step(&inputs, 1e-3)[0];
        assert!((after / before - (1.0 - 1e-3 / 2.0)).abs() < 1e-9);
    }
}
