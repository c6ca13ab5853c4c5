//! Which subtask guides which joint when.

use super::fraction;
use crate::types::{N_LEG, smooth_step, wrap, wrap_signed};

/// Number of subtasks of a step.
pub const N_SUBTASKS: usize = 7;
/// Names of the subtasks in order; those after the first [`N_SAGITTAL_SUBTASKS`] lie outside the sagittal plane.
pub const SUBTASKS: [&str; N_SUBTASKS] = [
    "leading_limb",
    "trailing_limb",
    "prepositioning",
    "stance_stability",
    "foot_clearance",
    "weight_shift",
    "lateral_foot_placement",
];
/// Number of subtasks that a sagittal device can see.
pub const N_SAGITTAL_SUBTASKS: usize = 5;

/// Half of the width over which a window opens and closes [cycles].
const EDGE: f64 = 0.05;

/// Guidance [-] of hip, knee and ankle of a side at `phase` [-] from the support [-] of its subtasks.
///
/// Each joint follows the subtask that owns it in that part of the cycle; the shares of the subtasks always sum to 1.
/// Weight shift and lateral foot placement guide no joint of the sagittal plane.
#[must_use]
pub fn guidance(phase: f64, support: &[f64; N_SUBTASKS]) -> [f64; N_LEG] {
    let [leading, trailing, prepositioning, stance, clearance, ..] = support.map(fraction);
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn subtasks_share_each_joint_and_hand_over_smoothly(phase in 0.0..1.0f64, s in 0.0..1.0f64) {
            for g in guidance(phase, &[s, s, s, s, s, 0.0, 1.0]) {
                prop_assert!((g - s).abs() < 1e-15);
            }
            let support = [0.1, 0.9, 0.3, 0.8, 0.5, 0.0, 1.0];
            let (a, b) = (guidance(phase, &support), guidance(phase + 1e-6, &support));
            for i in 0..3 {
                prop_assert!((a[i] - b[i]).abs() < 5e-5 && (0.1..=0.9).contains(&a[i]));
            }
        }
    }
}
