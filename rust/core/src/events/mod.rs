//! From samples to initial contact and toe-off: a detector per sensor, all of one form.

mod detector;
mod foot_imu;
mod force;

pub use detector::Detector;
pub use foot_imu::{FootImuContacts, FootImuParams};
pub use force::{ForceContacts, ForceParams};
