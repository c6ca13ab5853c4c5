//! Challenge against the movement itself.

use super::fraction;
use super::nearest::{LARGEST, clamp, held};
use crate::error::{Result, all_in_range, in_range};
use crate::types::{JointReading, JointVec, N_JOINTS};

/// Loads on each joint, all against its movement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ResistanceParams {
    /// Load in proportion to speed [N·m·s/rad], 0 to 50.
    pub viscous: JointVec,
    /// Spring to an anchor that follows the joint [N·m/rad], 0 to 500.
    pub elastic: JointVec,
    /// Load in proportion to the square of the speed [N·m·s²/rad²], 0 to 50.
    pub speed: JointVec,
    /// Time constant of the anchor [s], 0.05 to 10.
    pub follow: f64,
    /// Largest torque [N·m], 0.1 to 100.
    pub max_torque: JointVec,
}

/// Viscous, elastic and speed-dependent load (Marchal-Crespo & Reinkensmeyer 2009).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resistance {
    params: ResistanceParams,
    anchor: [Option<f64>; N_JOINTS],
}

/// What a challenge gives in one tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ChallengeTorque {
    /// Torque [N·m].
    pub tau: JointVec,
    /// Potential energy of each joint's law [J].
    pub energy: JointVec,
}

impl Resistance {
    /// Loads that pass their checks, no joint anchored.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first value outside its range.
    pub fn new(params: ResistanceParams) -> Result<Self> {
        all_in_range("viscous", params.viscous, 0.0, 50.0)?;
        all_in_range("elastic", params.elastic, 0.0, 500.0)?;
        all_in_range("speed", params.speed, 0.0, 50.0)?;
        in_range("follow", params.follow, 0.05, 10.0)?;
        all_in_range("max_torque", params.max_torque, 0.1, 100.0)?;
        Ok(Self { params, anchor: [None; N_JOINTS] })
    }

    /// The loads.
    #[must_use]
    pub fn params(&self) -> &ResistanceParams {
        &self.params
    }

    /// Forgets the anchors.
    pub fn reset(&mut self) {
        self.anchor = [None; N_JOINTS];
    }

    /// Torque of one tick of `dt` [s] from angles [rad], velocities [rad/s] and challenge [-], clamped to `0..=1`.
    #[must_use]
    pub fn step(&mut self, q: &JointReading, dq: &JointReading, challenge: &JointVec, dt: f64) -> ChallengeTorque {
        let (p, h) = (&self.params, held(dt));
        let mut out = ChallengeTorque::default();
        for j in 0..N_JOINTS {
            let (Some(x), Some(v)) = (q[j].filter(|x| x.is_finite()), dq[j].filter(|v| v.is_finite())) else {
                self.anchor[j] = None;
                continue;
            };
            let (x, v) = (clamp(x, -LARGEST[0], LARGEST[0]), clamp(v, -LARGEST[1], LARGEST[1]));
            let (c, most) = (fraction(challenge[j]), p.max_torque[j]);
            let anchor = self.anchor[j].unwrap_or(x);
            let y = x - anchor;
            let z = p.elastic[j] * y / most;
            let root = (1.0 + z * z).sqrt();
            let load = p.viscous[j] * v + p.speed[j] * v.abs() * v;
            let force = clamp(p.elastic[j] * y / root + load, -most, most);
            out.tau[j] = -c * force;
            out.energy[j] = c * p.elastic[j] * (y * y) / (1.0 + root);
            self.anchor[j] = Some(anchor + y * (h / p.follow).min(1.0));
        }
        out
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn law() -> Resistance {
        Resistance::new(ResistanceParams {
            viscous: [2.0; 6],
            elastic: [50.0; 6],
            speed: [1.0; 6],
            follow: 0.5,
            max_torque: [20.0; 6],
        })
        .unwrap()
    }

    #[test]
    fn load_is_against_the_movement_and_fades_at_rest() {
        let mut law = law();
        let first = law.step(&[Some(0.2); 6], &[Some(-2.0); 6], &[0.5; 6], 0.01);
        assert_eq!(first.tau, [4.0; 6]);
        let still = [Some(0.0); 6];
        let mut last = 0.0;
        for k in 0..500 {
            last = law.step(&[Some(0.3); 6], &still, &[1.0; 6], 0.01).tau[0];
            assert!(k > 0 || last < -4.0);
        }
        assert!(last.abs() < 1e-3);
    }

    #[test]
    fn an_absent_joint_is_forgotten_and_bad_loads_are_named() {
        let mut law = law();
        let still = [Some(0.0); 6];
        let _ = law.step(&[Some(0.0); 6], &still, &[1.0; 6], 0.01);
        let mut gone = [Some(0.3); 6];
        gone[1] = None;
        assert!(law.step(&gone, &still, &[1.0; 6], 0.01).tau[1] == 0.0);
        assert!(law.step(&[Some(0.3); 6], &still, &[1.0; 6], 0.01).tau[1] == 0.0);
        let bad = ResistanceParams { follow: 0.0, ..law.params };
        assert!(Resistance::new(bad).unwrap_err().to_string().starts_with("follow must lie in [0.05, 10]"));
    }
}
