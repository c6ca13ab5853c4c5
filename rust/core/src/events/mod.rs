//! From samples to initial contact and toe-off: a detector per sensor, all of one form.

mod detector;
mod force;
mod joints;
mod markers;

pub use detector::Detector;
pub use force::{ForceContacts, ForceParams};
pub use joints::{JointContacts, JointParams};
pub use markers::{EventColumns, MarkerContacts, MarkerParams, calibrate_markers};
