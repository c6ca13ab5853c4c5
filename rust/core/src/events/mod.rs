//! From samples to initial contact and toe-off: a detector per sensor, all of one form.

mod back_imu;
mod detector;
mod foot_imu;
mod force;
mod joints;

pub use back_imu::{BackImuContacts, BackImuParams};
pub use detector::Detector;
pub use foot_imu::{FootImuContacts, FootImuParams};
pub use force::{ForceContacts, ForceParams};
pub use joints::{JointContacts, JointParams};
