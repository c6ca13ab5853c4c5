//! The device: drives, foot lifter, frame, belt and body-weight support.

mod params;
mod state;

pub use params::DeviceParams;
pub(crate) use state::DeviceState;

use gaitloop_core::types::JointVec;

/// What the rope of the body-weight support does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum RopeMode {
    /// Keeps its length: a stiff spring that only pulls.
    #[default]
    Hold = 0,
    /// Pulls with the commanded force.
    Track = 1,
    /// Pays out slowly, to let the person down.
    Jog = 2,
}

/// What the controller asks of the device for one tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Actuation {
    /// Torque of each drive [N·m].
    pub torque: JointVec,
    /// Belt speed [m/s].
    pub belt_speed: f64,
    /// Rope force [N].
    pub support_force: f64,
    /// What the rope does.
    pub support_mode: RopeMode,
    /// Whether the drives are energised.
    pub enabled: bool,
    /// Until when this holds [ns]; afterwards the device acts as if not enabled.
    pub expiry: i64,
}
