//! The device: drives, foot lifter, belt and body-weight support, and what holds the person up.
//!
//! Four classes share the drives: a treadmill exoskeleton in a frame, an overground exoskeleton whose person leans on
//! crutches or a walking frame, an end-effector trainer with a plate under each foot, and an ankle device.

mod classes;
mod declaration;
mod mount;
mod params;
mod plates;
mod state;
mod support;
mod tilt;

pub(crate) use mount::Mount;
pub use params::{DeviceParams, MountParams};
pub use plates::{AXIS_UNIT, PlateParams, PlateState};
pub(crate) use state::DeviceState;
pub use support::{SupportParams, SupportState};
pub(crate) use tilt::Tilt;

use gaitloop_core::types::{JointVec, Sides};

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
    /// Whether drives that stopped by themselves may come back.
    pub clear: bool,
    /// Whether the brakes are closed; without power they are, whatever this says.
    pub brake: bool,
    /// Force forward and up [N] and moment, toes up [N·m], of the drives on each foot plate; only devices with plates.
    pub plate_force: Sides<[f64; 3]>,
    /// Phase of the left side that the device shows the person [-]; a person who is shown one goes along with it.
    pub cue: Option<f64>,
    /// Inclination that the belt goes to [rad], positive uphill; without one it stays as it is.
    pub incline: Option<f64>,
}
