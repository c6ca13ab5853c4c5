//! Force field around a path: help along it near by, a force back to it further out, a damper.

use super::NearestPoint;
use super::nearest::Nearest;
use super::path::{BEHIND, Guided, PathTorque, each_side};
use crate::error::{Result, in_range};
use crate::types::{JointReading, JointVec, N_LEG, Sides};

/// Shape of a force field, alike for all joints.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForceFieldParams {
    /// Weight of each joint in a distance [-], 0 to 10.
    pub weight: JointVec,
    /// Half width of the window around the phase [-], 0.01 to 0.25.
    pub window: f64,
    /// Distance from the path without a force back to it [rad], 0 to 0.5.
    pub tube: f64,
    /// Distance beyond the tube at which half of that force is reached [rad], 0.01 to 1.
    pub normal_width: f64,
    /// Largest force back to the path [N·m], 1 to 300.
    pub normal: f64,
    /// Distance from the path at which the help ends [rad], 0.01 to 1.
    pub tangent_width: f64,
    /// Largest help along the path [N·m], 0 to 50.
    pub tangent: f64,
    /// Damping [N·m·s/rad], 0 to 50.
    pub damping: f64,
}

/// Help along a path that falls with the distance, and a force back to it that rises (after Banala et al. 2009).
#[derive(Clone, Debug, PartialEq)]
pub struct ForceField {
    nearest: Nearest,
    params: ForceFieldParams,
}

impl ForceField {
    /// Angles of the path [rad] at even phases of each side's own cycle, 8 to 1024 rows of -3 to 3, and the field.
    ///
    /// # Errors
    /// [`crate::Error::Length`] or [`crate::Error::OutOfRange`] naming the first value outside its range.
    pub fn new(path: &[JointVec], params: ForceFieldParams) -> Result<Self> {
        let nearest = Nearest::new(path, params.weight, params.window)?;
        in_range("tube", params.tube, 0.0, 0.5)?;
        in_range("normal_width", params.normal_width, 0.01, 1.0)?;
        in_range("normal", params.normal, 1.0, 300.0)?;
        in_range("tangent_width", params.tangent_width, 0.01, 1.0)?;
        in_range("tangent", params.tangent, 0.0, 50.0)?;
        in_range("damping", params.damping, 0.0, 50.0)?;
        Ok(Self { nearest, params })
    }

    /// Shape of the field.
    #[must_use]
    pub fn params(&self) -> &ForceFieldParams {
        &self.params
    }

    /// Forgets where the legs are.
    pub fn reset(&mut self) {
        self.nearest.reset();
    }

    /// Torque of one tick of `dt` [s] from angles [rad], velocities [rad/s], phase [-] and its rate [1/s] per side and
    /// guidance [-] per joint, clamped to `0..=1`.
    #[must_use]
    pub fn step(
        &mut self,
        q: &JointReading,
        dq: &JointReading,
        phase: Sides<f64>,
        phase_rate: Sides<f64>,
        guidance: &JointVec,
        dt: f64,
    ) -> PathTorque {
        each_side(&mut self.nearest, (q, dq, phase, guidance, dt), |side, at, leg| {
            field(&self.params, at, leg, phase_rate[side])
        })
    }
}

fn field(p: &ForceFieldParams, at: &NearestPoint, leg: &Guided, rate: f64) -> ([f64; N_LEG], f64) {
    let (mut tau, mut energy) = ([0.0; N_LEG], 0.0);
    if leg.distance > p.tube {
        let z = (leg.distance - p.tube) / p.normal_width;
        tau = leg.inward(at, p.normal * (z * z) / (1.0 + z * z));
        energy = leg.most * p.normal * p.normal_width * (z - z.atan());
    }
    if at.distance < p.tangent_width {
        let (along, wanted) = leg.along(at, rate);
        let help = p.tangent * (1.0 - at.distance / p.tangent_width) * (wanted / BEHIND).clamp(0.0, 1.0);
        for (tau, more) in tau.iter_mut().zip(leg.forward(&along, help)) {
            *tau += more;
        }
    }
    for (j, tau) in tau.iter_mut().enumerate() {
        let brake = (p.damping * leg.m[j] * at.velocity[j]).clamp(-p.normal, p.normal);
        *tau -= leg.g[j] * leg.m[j] * brake;
    }
    (tau, energy)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const FIELD: ForceFieldParams = ForceFieldParams {
        weight: [1.0; 6],
        window: 0.1,
        tube: 0.05,
        normal_width: 0.1,
        normal: 40.0,
        tangent_width: 0.2,
        tangent: 10.0,
        damping: 2.0,
    };

    #[test]
    fn a_resting_path_pulls_back_and_gives_no_help() {
        let mut law = ForceField::new(&[[0.0; 6]; 8], FIELD).unwrap();
        let mut q = [Some(0.0); 6];
        q[0] = Some(0.15);
        let out = law.step(&q, &[Some(0.0); 6], [0.0; 2], [1.0; 2], &[1.0; 6], 1e-3);
        assert!((out.tau[0] + 20.0).abs() < 1e-12 && out.tau[1..].iter().all(|t| *t == 0.0));
        assert!((out.energy[0] - 40.0 * 0.1 * (1.0 - core::f64::consts::FRAC_PI_4)).abs() < 1e-12);
        let out = law.step(&[Some(0.0); 6], &[Some(3.0); 6], [0.0; 2], [1.0; 2], &[0.5; 6], 1e-3);
        assert_eq!(out.tau, [-3.0; 6]);
    }

    #[test]
    fn bad_parameters_are_named() {
        let bad = ForceFieldParams { normal: 0.5, ..FIELD };
        let refused = ForceField::new(&[[0.0; 6]; 8], bad).unwrap_err().to_string();
        assert_eq!(refused, "normal must lie in [1, 300], got 0.5");
    }
}
