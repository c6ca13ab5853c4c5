//! Weight of the legs.

use crate::body::Body;
use crate::types::{JointReading, JointVec, N_LEG, N_SIDES};

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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn present(q: JointVec) -> JointReading {
        q.map(Some)
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

    fn any() -> impl Strategy<Value = f64> + Clone {
        prop_oneof![-10.0..10.0f64, Just(f64::NAN), Just(f64::INFINITY), Just(-1e308)]
    }

    fn joints(value: impl Strategy<Value = f64> + Clone) -> impl Strategy<Value = JointVec> {
        (value.clone(), value.clone(), value.clone(), value.clone(), value.clone(), value).prop_map(|v| v.into())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn torque_is_always_finite(q in joints(any()), pitch in any()) {
            let gravity = LegGravity::new(Body::new(75.0, 1.75).unwrap());
            prop_assert!(gravity.torque(&present(q), pitch).iter().all(|v| v.is_finite()));
        }
    }
}
