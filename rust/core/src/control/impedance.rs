//! Impedance with guidance.

use super::{finite, fraction};
use crate::error::{Result, all_in_range};
use crate::types::{JointReading, JointVec, N_JOINTS};

/// A spring and damper per joint between a person and the reference (Hogan 1985).
///
/// Guidance scales both, so that at guidance 0 the torque does not depend on a moving reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Impedance {
    stiffness: JointVec,
    damping: JointVec,
}

impl Impedance {
    /// Stiffness [N·m/rad], `0..=2000`, and damping [N·m·s/rad], `0..=200`, at full guidance.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first value outside its range.
    pub fn new(stiffness: JointVec, damping: JointVec) -> Result<Self> {
        Ok(Self {
            stiffness: all_in_range("stiffness", stiffness, 0.0, 2000.0)?,
            damping: all_in_range("damping", damping, 0.0, 200.0)?,
        })
    }

    /// Torque [N·m] towards the reference from angles `q` [rad] and velocities `dq` [rad/s].
    ///
    /// `guidance` [-] is clamped to `0..=1`. A joint without angle or velocity gets no torque.
    #[must_use]
    pub fn step(
        &self,
        q: &JointReading,
        dq: &JointReading,
        q_ref: &JointVec,
        dq_ref: &JointVec,
        guidance: &JointVec,
    ) -> JointVec {
        core::array::from_fn(|i| match (q[i], dq[i]) {
            (Some(q), Some(dq)) => {
                let tau = self.stiffness[i] * (q_ref[i] - q) + self.damping[i] * (dq_ref[i] - dq);
                finite(fraction(guidance[i]) * tau)
            }
            _ => 0.0,
        })
    }

    /// Energy [J] that the springs hold at angles `q` [rad]; a joint without an angle holds none.
    #[must_use]
    pub fn energy(&self, q: &JointReading, q_ref: &JointVec, guidance: &JointVec) -> f64 {
        let mut energy = 0.0;
        for i in 0..N_JOINTS {
            if let Some(q) = q[i] {
                let e = q_ref[i] - q;
                energy += finite(0.5 * fraction(guidance[i]) * self.stiffness[i] * e * e);
            }
        }
        finite(energy)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const K: JointVec = [100.0, 80.0, 30.0, 100.0, 80.0, 30.0];
    const B: JointVec = [5.0, 4.0, 1.0, 5.0, 4.0, 1.0];

    fn present(q: JointVec) -> JointReading {
        q.map(Some)
    }

    #[test]
    fn torque_is_stiffness_and_damping_scaled_by_guidance() {
        let law = Impedance::new(K, B).unwrap();
        let zero = [0.0; 6];
        let tau = law.step(&present(zero), &present([0.5; 6]), &[0.1; 6], &zero, &[0.5; 6]);
        assert_eq!(tau[0], 0.5 * (100.0 * 0.1 + 5.0 * -0.5));
        assert_eq!(law.step(&present([0.3; 6]), &present([1.0; 6]), &[0.3; 6], &[1.0; 6], &[1.0; 6]), zero);
    }

    #[test]
    fn bad_gains_are_refused_by_name() {
        let refused = Impedance::new([f64::NAN; 6], B).unwrap_err();
        assert!(refused.to_string().starts_with("stiffness must lie in [0, 2000]"), "{refused}");
        let refused = Impedance::new(K, [201.0; 6]).unwrap_err();
        assert!(refused.to_string().starts_with("damping must lie in"), "{refused}");
    }

    fn any() -> impl Strategy<Value = f64> + Clone {
        prop_oneof![-10.0..10.0f64, Just(f64::NAN), Just(f64::INFINITY), Just(-1e308)]
    }

    fn joints(value: impl Strategy<Value = f64> + Clone) -> impl Strategy<Value = JointVec> {
        (value.clone(), value.clone(), value.clone(), value.clone(), value.clone(), value).prop_map(|v| v.into())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn without_guidance_the_reference_is_not_felt(q in joints(-2.0..2.0f64), dq in joints(-9.0..9.0f64), r in joints(any()), dr in joints(any())) {
            let law = Impedance::new(K, B).unwrap();
            prop_assert_eq!(law.step(&present(q), &present(dq), &r, &dr, &[0.0; 6]), [0.0; 6]);
        }

        #[test]
        fn torque_is_always_finite(q in joints(any()), dq in joints(any()), r in joints(any()), g in joints(any())) {
            let law = Impedance::new(K, B).unwrap();
            prop_assert!(law.step(&present(q), &present(dq), &r, &dq, &g).iter().all(|v| v.is_finite()));
        }
    }
}
