//! From samples to initial contact and toe-off: a detector per sensor, all of one form, and a vote over several.

mod back_imu;
mod detector;
mod foot_imu;
mod force;
mod fusion;
mod joints;
mod markers;
mod shank_gyro;

pub use back_imu::{BackImuContacts, BackImuParams};
pub use detector::Detector;
pub use foot_imu::{FootImuContacts, FootImuParams};
pub use force::{ForceContacts, ForceParams};
pub use fusion::{FusedContacts, FusedParams};
pub use joints::{JointContacts, JointParams};
pub use markers::{EventColumns, MarkerContacts, MarkerParams, calibrate_markers};
pub use shank_gyro::{ShankGyroContacts, ShankGyroParams};
