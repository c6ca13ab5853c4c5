//! From state and reference to requested torque: impedance, gravity of the legs, guidance over the cycle.

use crate::body::Body;
use crate::error::{Result, all_in_range};
use crate::types::{JointReading, JointVec, N_LEG, N_SIDES, smooth_step, wrap, wrap_signed};

/// Number of subtasks of a step.
pub const N_SUBTASKS: usize = 5;
/// Names of the subtasks in order.
pub const SUBTASKS: [&str; N_SUBTASKS] =
    ["leading_limb", "trailing_limb", "prepositioning", "stance_stability", "foot_clearance"];

/// Half of the width over which a window opens and closes [cycles].
const EDGE: f64 = 0.05;

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
}

/// Torque that holds the legs of one person against gravity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LegGravity {
    body: Body,
}

impl LegGravity {
    /// Of the legs of `body`.
    #[must_use]
    pub fn new(body: Body) -> Self {
        Self { body }
    }

    /// Torque [N·m] for angles `q` [rad] and pelvis pitch [rad], positive leaning back; 0 for a side with an absent angle.
    #[must_use]
    pub fn torque(&self, q: &JointReading, pelvis_pitch: f64) -> JointVec {
        let mut torque = [0.0; N_LEG * N_SIDES];
        for side in 0..N_SIDES {
            let first = N_LEG * side;
            if let [Some(hip), Some(knee), Some(ankle)] = [q[first], q[first + 1], q[first + 2]] {
                let leg = self.body.leg_gravity([hip, knee, ankle], pelvis_pitch);
                if leg.iter().all(|v| v.is_finite()) {
                    torque[first..first + N_LEG].copy_from_slice(&leg);
                }
            }
        }
        torque
    }
}

/// Guidance [-] of hip, knee and ankle of a side at `phase` [-] from the support [-] of its five subtasks.
///
/// Each joint follows the subtask that owns it in that part of the cycle; the shares of the subtasks always sum to 1.
#[must_use]
pub fn guidance(phase: f64, support: &[f64; N_SUBTASKS]) -> [f64; N_LEG] {
    let [leading, trailing, prepositioning, stance, clearance] = support.map(fraction);
    let blend = |w: f64, inside: f64, outside: f64| w * inside + (1.0 - w) * outside;
    let hip = blend(window(phase, 0.10, 0.55), trailing, leading);
    let landing = blend(window(phase, 0.85, 0.05), prepositioning, stance);
    let knee = blend(window(phase, 0.45, 0.85), clearance, landing);
    let ankle = blend(window(phase, 0.60, 0.95), clearance, stance);
    [hip, knee, ankle]
}

/// Share [-] of leg-weight support at `phase` [-]: 1 in swing, 0 in stance.
#[must_use]
pub fn swing_window(phase: f64) -> f64 {
    window(phase, 0.62, 0.98)
}

/// 1 on the arc from phase `a` forward to phase `b`, 0 outside, with smooth edges; 0 for equal ends.
fn window(phase: f64, a: f64, b: f64) -> f64 {
    let half = wrap(b - a) / 2.0;
    if half == 0.0 {
        return 0.0;
    }
    let d = wrap_signed(phase - (a + half));
    smooth_step((half + EDGE - d.abs()) / (2.0 * EDGE))
}

/// `x` in `[0, 1]`; what is not finite counts as 0.
fn fraction(x: f64) -> f64 {
    finite(x).clamp(0.0, 1.0)
}

fn finite(x: f64) -> f64 {
    if x.is_finite() { x } else { 0.0 }
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

    #[test]
    fn a_leg_with_an_absent_angle_gets_no_weight_support() {
        let law = LegGravity::new(Body::new(75.0, 1.75).unwrap());
        let mut q = present([0.3, 0.5, 0.0, 0.3, 0.5, 0.0]);
        let both = law.torque(&q, 0.0);
        assert_eq!(both[..3], both[3..]);
        q[4] = None;
        let one = law.torque(&q, 0.0);
        assert_eq!(one[..3], both[..3]);
        assert_eq!(one[3..], [0.0; 3]);
        assert_eq!(law.torque(&present([0.3; 6]), f64::NAN), [0.0; 6]);
    }

    #[test]
    fn windows_open_where_their_subtask_is() {
        let only = |i: usize| core::array::from_fn(|j| f64::from(u8::from(i == j)));
        assert_eq!(guidance(0.3, &only(1)), [1.0, 0.0, 0.0]);
        assert_eq!(guidance(0.75, &only(0))[0], 1.0);
        assert_eq!(guidance(0.65, &only(4)), [0.0, 1.0, 1.0]);
        assert_eq!(guidance(0.95, &only(2)), [0.0, 1.0, 0.0]);
        assert_eq!(guidance(0.25, &only(3)), [0.0, 1.0, 1.0]);
        assert_eq!((swing_window(0.8), swing_window(0.3)), (1.0, 0.0));
        assert!((swing_window(0.62) - 0.5).abs() < 1e-12);
        assert_eq!(window(0.2, 0.2, 0.2), 0.0);
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
            let gravity = LegGravity::new(Body::new(75.0, 1.75).unwrap());
            prop_assert!(gravity.torque(&present(q), g[0]).iter().all(|v| v.is_finite()));
        }

        #[test]
        fn subtasks_share_each_joint_and_hand_over_smoothly(phase in 0.0..1.0f64, s in 0.0..1.0f64) {
            for g in guidance(phase, &[s; 5]) {
                prop_assert!((g - s).abs() < 1e-15);
            }
            let support = [0.1, 0.9, 0.3, 0.8, 0.5];
            let (a, b) = (guidance(phase, &support), guidance(phase + 1e-6, &support));
            for i in 0..3 {
                prop_assert!((a[i] - b[i]).abs() < 5e-5 && (0.1..=0.9).contains(&a[i]));
            }
        }
    }
}
