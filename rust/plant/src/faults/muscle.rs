//! Muscles that pull on their own.

use super::{FaultKind, Live};
use crate::patient::Spasm;
use core::f64::consts::TAU;
use gaitloop_core::types::{JointVec, N_JOINTS};

/// Time in which a spasm rises, from and to [s] (PA1).
const RISE: [f64; 2] = [0.02, 0.2];
/// Time for which it stays [s].
const HOLD: f64 = 0.5;
/// Frequency of clonus, from and to [Hz] (PA1).
const BEAT: [f64; 2] = [4.0, 8.0];

/// Adds what a fault makes the muscles pull at time `t` [ns].
pub(super) fn pull(live: &mut Live, torque: &mut JointVec, t: i64) {
    let (m, since) = (live.fault.magnitude, live.since(t));
    let share = match live.fault.kind {
        FaultKind::Spasm => {
            let rise = live.draw(RISE[0], RISE[1]);
            Spasm { joint: 0, start: 0.0, torque: 1.0, rise, hold: HOLD }.torque(since)[0]
        }
        FaultKind::Clonus => (TAU * live.draw(BEAT[0], BEAT[1]) * since).sin(),
        _ => return,
    };
    for i in live.fault.index.map_or(0..N_JOINTS, |i| i..(i + 1).min(N_JOINTS)) {
        torque[i] += share * m;
    }
}
