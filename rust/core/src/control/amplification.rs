//! Error amplification inside a safe tube, guidance back to it outside.

use super::fraction;
use super::nearest::{LARGEST, clamp, held};
use super::resistance::ChallengeTorque;
use crate::error::{Result, all_in_range, in_range};
use crate::types::{JointReading, JointVec, N_JOINTS, smooth_step};

/// How errors are amplified and where that ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AmplificationParams {
    /// Gain away from the reference [N·m/rad], 0 to 300.
    pub gain: JointVec,
    /// Radius of the safe tube [rad], 0.01 to 1.
    pub tube: JointVec,
    /// Stiffness of the guidance outside [N·m/rad], 0 to 2000.
    pub stiffness: JointVec,
    /// Damping of the guidance outside [N·m·s/rad], 0 to 200.
    pub damping: JointVec,
    /// Largest torque of the guidance [N·m], 0.1 to 150.
    pub max_torque: JointVec,
    /// Energy that amplification may give to a joint at once [J], 0.01 to 20.
    pub budget: f64,
    /// Power at which that energy comes back [W], 0 to 20.
    pub power: f64,
}

/// Torque away from the reference within a tube and an energy budget (Marchal-Crespo et al. 2019).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErrorAmplification {
    params: AmplificationParams,
    tank: JointVec,
}

impl ErrorAmplification {
    /// Parameters that pass their checks, every tank full.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first value outside its range.
    pub fn new(params: AmplificationParams) -> Result<Self> {
        all_in_range("gain", params.gain, 0.0, 300.0)?;
        all_in_range("tube", params.tube, 0.01, 1.0)?;
        all_in_range("stiffness", params.stiffness, 0.0, 2000.0)?;
        all_in_range("damping", params.damping, 0.0, 200.0)?;
        all_in_range("max_torque", params.max_torque, 0.1, 150.0)?;
        in_range("budget", params.budget, 0.01, 20.0)?;
        in_range("power", params.power, 0.0, 20.0)?;
        Ok(Self { params, tank: [params.budget; N_JOINTS] })
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> &AmplificationParams {
        &self.params
    }

    /// Energy left in each joint's tank [J].
    #[must_use]
    pub fn stored(&self) -> &JointVec {
        &self.tank
    }

    /// Fills the tanks.
    pub fn reset(&mut self) {
        self.tank = [self.params.budget; N_JOINTS];
    }

    /// Torque of one tick of `dt` [s] from angles [rad], velocities [rad/s], reference [rad] and challenge [-], clamped
    /// to `0..=1`.
    #[must_use]
    pub fn step(
        &mut self,
        q: &JointReading,
        dq: &JointReading,
        q_ref: &JointVec,
        challenge: &JointVec,
        dt: f64,
    ) -> ChallengeTorque {
        let h = held(dt);
        let mut out = ChallengeTorque::default();
        for j in 0..N_JOINTS {
            self.tank[j] = self.params.budget.min(self.tank[j] + self.params.power * h);
            let (Some(x), Some(v)) = (q[j].filter(|x| x.is_finite()), dq[j].filter(|v| v.is_finite())) else {
                continue;
            };
            if !q_ref[j].is_finite() {
                continue;
            }
            let e = clamp(q_ref[j], -LARGEST[0], LARGEST[0]) - clamp(x, -LARGEST[0], LARGEST[0]);
            let (v, c) = (clamp(v, -LARGEST[1], LARGEST[1]), fraction(challenge[j]));
            (out.tau[j], out.energy[j]) =
                if e.abs() < self.params.tube[j] { self.inside(j, e, v, c, h) } else { self.outside(j, e, v, c) };
        }
        out
    }

    fn inside(&mut self, j: usize, e: f64, v: f64, c: f64, h: f64) -> (f64, f64) {
        let (gain, tube) = (self.params.gain[j], self.params.tube[j]);
        let ratio = e / tube;
        let rest = 1.0 - ratio * ratio;
        let force = -gain * e * (rest * rest);
        let mut phi = smooth_step(4.0 * self.tank[j] / self.params.budget);
        let mut given = c * phi * force * v * h;
        if given > self.tank[j] {
            phi = phi * self.tank[j] / given;
            given = self.tank[j];
        }
        if given > 0.0 {
            self.tank[j] -= given;
        }
        (c * phi * force, c * phi * gain * (tube * tube) / 6.0 * (rest * rest * rest))
    }

    fn outside(&self, j: usize, e: f64, v: f64, c: f64) -> (f64, f64) {
        let p = &self.params;
        let sigma = if e < 0.0 { -1.0 } else { 1.0 };
        let (y, k, most) = (e.abs() - p.tube[j], p.stiffness[j], p.max_torque[j]);
        let z = k * y / most;
        let root = (1.0 + z * z).sqrt();
        let force = clamp(k * y / root - p.damping[j] * smooth_step(y / p.tube[j]) * v * sigma, 0.0, most);
        (c * sigma * force, c * k * (y * y) / (1.0 + root))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const PARAMS: AmplificationParams = AmplificationParams {
        gain: [50.0; 6],
        tube: [0.2; 6],
        stiffness: [300.0; 6],
        damping: [5.0; 6],
        max_torque: [30.0; 6],
        budget: 1.0,
        power: 0.0,
    };

    #[test]
    fn it_pushes_away_inside_and_back_outside() {
        let mut law = ErrorAmplification::new(PARAMS).unwrap();
        let still = [Some(0.0); 6];
        let mut at = |q: f64| law.step(&[Some(q); 6], &still, &[0.0; 6], &[1.0; 6], 1e-3).tau[0];
        assert!((at(0.1) - 50.0 * 0.1 * 0.75 * 0.75).abs() < 1e-12);
        assert_eq!((at(0.0), at(0.2), at(-0.2)), (0.0, 0.0, 0.0));
        let root = (1.0_f64 + 1.0).sqrt();
        assert!((at(0.3) + 30.0 / root).abs() < 1e-9);
    }

    #[test]
    fn it_never_gives_more_than_its_tank() {
        let mut law = ErrorAmplification::new(PARAMS).unwrap();
        let mut given = 0.0;
        for k in 0..20_000 {
            let v = if k % 2 == 0 { 8.0 } else { -8.0 };
            let out = law.step(&[Some(0.1 * f64::signum(v)); 6], &[Some(v); 6], &[0.0; 6], &[1.0; 6], 1e-3);
            given += (out.tau[0] * v * 1e-3).max(0.0);
        }
        assert!(given <= 1.0 + 1e-9 && given > 0.9, "{given}");
        assert!(law.stored()[0] >= 0.0);
    }
}
