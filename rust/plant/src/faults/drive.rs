//! Faults of drives, belt and the way there, on a command.

use super::{FaultKind, Live};
use crate::device::{Actuation, DeviceParams};
use core::f64::consts::TAU;
use gaitloop_core::types::{JointVec, N_JOINTS};

/// Whether a kind acts on commands.
pub(super) fn acts(kind: FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::Inverted
            | FaultKind::HardOver
            | FaultKind::Dead
            | FaultKind::Gain
            | FaultKind::Overspeed
            | FaultKind::OverTorque
            | FaultKind::Shake
            | FaultKind::Slack
            | FaultKind::BeltRunaway
            | FaultKind::BeltSlip
            | FaultKind::BeltStop
            | FaultKind::DriveFault
            | FaultKind::Limited
            | FaultKind::CommandLost
    )
}

/// Torque of a drive that chatters [N·m].
const SHAKE: f64 = 20.0;

/// Spoils a command at time `t` [ns]; `dq` are the joint velocities [rad/s]. What has no power stays without.
pub(super) fn strike(live: &mut Live, command: &mut Actuation, t: i64, dq: &JointVec, device: &DeviceParams) {
    let m = live.fault.magnitude;
    match live.fault.kind {
        FaultKind::CommandLost => *command = *live.command.get_or_insert(*command),
        FaultKind::BeltRunaway => command.belt_speed = m,
        FaultKind::BeltSlip => command.belt_speed *= m,
        FaultKind::BeltStop => command.belt_speed = 0.0,
        FaultKind::Slack => command.support_force *= m,
        kind => {
            for i in live.fault.index.map_or(0..N_JOINTS, |i| i..(i + 1).min(N_JOINTS)) {
                let ask = command.torque[i];
                command.torque[i] = match kind {
                    FaultKind::Inverted => -ask,
                    FaultKind::HardOver => m * device.torque_max[i],
                    FaultKind::Dead | FaultKind::DriveFault => 0.0,
                    FaultKind::Gain => m * ask,
                    FaultKind::Overspeed => ask + m * dq[i],
                    FaultKind::OverTorque => ask + m,
                    FaultKind::Shake => ask + SHAKE * (TAU * m * live.since(t)).sin(),
                    FaultKind::Limited => ask.clamp(-m, m),
                    _ => ask,
                };
            }
        }
    }
}
