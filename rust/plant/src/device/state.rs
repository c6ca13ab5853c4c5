//! Drives, belt and rope in motion.

use super::{Actuation, DeviceParams, RopeMode, Tilt};
use gaitloop_core::types::{JointKind, JointVec, N_JOINTS};

/// Speed at which a jogged rope pays out [m/s].
const JOG_SPEED: f64 = 0.03;

/// Rope, belt and drives as they are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DeviceState {
    pub torque: JointVec,
    pub belt: f64,
    pub tilt: Tilt,
    pub rope_force: f64,
    pub live: bool,
    /// The brakes are closed, where there are any.
    pub locked: bool,
    mode: RopeMode,
    drives: Drives,
    rope_length: f64,
    moving: bool,
    lowered: f64,
}

/// What the drives do without anybody's asking: they stop, and stay so, when they are given no lease for too long.
#[derive(Clone, Copy, Debug, Default)]
struct Drives {
    // When a lease was last received that held [ns].
    fed: Option<i64>,
    enabled: bool,
    stopped: bool,
}

impl Drives {
    /// Start of a tick at `t` [ns]; true when the drives are powered.
    fn begin(&mut self, params: &DeviceParams, command: &Actuation, t: i64) -> bool {
        let fed = *self.fed.get_or_insert(t);
        if t > command.expiry {
            self.stopped |= t.saturating_sub(fed) as f64 * 1e-9 >= params.watchdog;
            return false;
        }
        self.fed = Some(t);
        let afresh = command.enabled && !self.enabled;
        self.enabled = command.enabled;
        self.stopped &= !(command.clear || afresh);
        command.enabled && !self.stopped
    }
}

impl DeviceState {
    pub fn new(height: f64) -> Self {
        Self { rope_length: height, ..Self::default() }
    }

    /// Start of a tick: lease, change of rope mode.
    pub fn begin(&mut self, params: &DeviceParams, command: &Actuation, t: i64, height: f64) {
        self.live = self.drives.begin(params, command, t);
        self.locked = command.brake || !self.live;
        let mode = if t <= command.expiry { command.support_mode } else { RopeMode::Hold };
        if mode != self.mode && self.mode == RopeMode::Track {
            self.rope_length = height + self.rope_force / params.rope_hold[0];
        }
        self.mode = mode;
        // Without a belt the person is let down as soon as the device is on.
        self.moving |= self.live && !params.belt;
    }

    /// Damping of the drive and the brake of hip, knee or ankle [N·m·s/rad].
    pub fn drag(&self, params: &DeviceParams, joint: usize) -> f64 {
        let off = if self.live { 0.0 } else { params.brake_damping[joint] };
        off + if self.locked { params.brake_lock[joint] } else { 0.0 }
    }

    /// The drives stopped by themselves, and wait to be asked back.
    pub fn stopped(&self) -> bool {
        self.drives.stopped
    }

    /// Whether the person has been let down.
    pub fn let_down(&self) -> bool {
        self.lowered >= 1.0
    }

    /// One substep of `h` [s] of drives and belt.
    pub fn drive(&mut self, params: &DeviceParams, command: &Actuation, h: f64) {
        let follow = (h / params.torque_lag).min(1.0);
        for i in 0..N_JOINTS {
            let limit = params.torque_max[i];
            let ask = command.torque[i];
            let joint = params.joints[i] == JointKind::Driven && !params.axes();
            let want = if self.live && joint && ask.is_finite() { ask.clamp(-limit, limit) } else { 0.0 };
            self.torque[i] += follow * (want - self.torque[i]);
        }
        if self.live && params.belt && command.belt_speed.is_finite() {
            self.belt += (h / params.belt_lag).min(1.0) * (command.belt_speed.clamp(0.0, 3.0) - self.belt);
        } else {
            self.belt = (self.belt - params.belt_brake * h).max(0.0);
        }
        self.tilt.step(params, command, self.live, h);
        self.moving |= self.belt > 1e-3;
        if self.moving {
            self.lowered = (self.lowered + h / params.lowering_time).min(1.0);
        }
    }

    /// Rope force [N] and its implicit damper [N·s/m].
    pub fn rope(&mut self, params: &DeviceParams, command: &Actuation, (z, vz): (f64, f64), h: f64) -> (f64, f64) {
        if !params.rope {
            return (0.0, 0.0);
        }
        if self.mode == RopeMode::Track {
            let ask = if command.support_force.is_finite() { command.support_force.clamp(0.0, 2000.0) } else { 0.0 };
            self.rope_force += (h / params.rope_lag).min(1.0) * (ask - self.rope_force);
            return (self.rope_force, 0.0);
        }
        if self.mode == RopeMode::Jog {
            self.rope_length = (self.rope_length - JOG_SPEED * h).max(0.0);
        }
        let [stiffness, damping] = params.rope_hold;
        let pull = stiffness * (self.rope_length - z);
        let force = pull - damping * vz;
        if pull <= 0.0 || force <= 0.0 {
            self.rope_force = 0.0;
            return (0.0, 0.0);
        }
        self.rope_force = force;
        (force, damping)
    }

    /// Upward force of the start lift [N] that carries `weight` [N] at `start` [m] at first and nothing in the end.
    pub fn lift(&self, params: &DeviceParams, weight: f64, start: f64, z: f64) -> f64 {
        if self.lowered >= 1.0 {
            return 0.0;
        }
        let share = 1.0 - gaitloop_core::types::smooth_step(self.lowered);
        let target = start - (params.start_height + 0.01) * self.lowered;
        (share * (weight + LIFT_STIFFNESS * (target - z))).max(0.0)
    }
}

/// Stiffness of the start lift [N/m].
const LIFT_STIFFNESS: f64 = 20_000.0;
