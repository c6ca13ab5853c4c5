//! From samples to initial contact and toe-off: a detector per sensor, all of one form.

mod detector;
mod force;
mod shank_gyro;

pub use detector::Detector;
pub use force::{ForceContacts, ForceParams};
pub use shank_gyro::{ShankGyroContacts, ShankGyroParams};
