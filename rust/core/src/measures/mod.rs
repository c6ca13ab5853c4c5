//! From events and recordings to the measures of a stride, online and over a recording.

mod angles;
mod batch;
mod details;
mod foot;
mod loading;
mod meter;
mod norms;
mod profile;
mod recording;
mod row;
mod signals;
mod space;
mod spread;
mod strides;
mod tally;
mod trunk;
mod work;

pub use batch::stride_measures;
pub use details::StrideDetails;
pub use foot::{FootMeter, FootPath, FootStep, ImuRow, foot_trajectory};
pub use meter::{MeterInputs, StrideMeasures, StrideMeter};
pub use norms::adult_angles;
pub use profile::{POINTS, Profile, SagittalProfile, sagittal_gps};
pub use recording::{BeltSpeed, MarkerRow, RecordedEvents, RecordedSamples, RecordedTorques, Recording};
pub use row::{STRIDE_COLUMNS, StrideRow};
pub use space::margin_of_stability;
pub use spread::{Variability, stride_symmetry, symmetry, variability};
pub use tally::KeyAngles;
pub use trunk::harmonic_ratio;
pub use work::{JointWork, Torques, robot_work};

/// Shortest stride that is taken for one [s].
const STRIDE_MIN: f64 = 0.3;
/// Longest stride that is taken for one [s].
const STRIDE_MAX: f64 = 3.0;
/// Largest step that is taken [s].
const DT_MAX: f64 = 0.1;

/// Whether a stride of this duration [s] can be one.
fn is_valid(stride_time: f64) -> bool {
    (STRIDE_MIN..=STRIDE_MAX).contains(&stride_time)
}

/// `x` where it lies above 0 and up to `max`, else 0.
fn within(x: f64, max: f64) -> f64 {
    if x > 0.0 && x <= max { x } else { 0.0 }
}
