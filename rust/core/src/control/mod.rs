//! From state and reference to requested torque.
//!
//! Each law is a file of its own: it is made from checked parameters, and its step never fails, allocates or returns a
//! number that is not finite.

mod amplification;
mod body_weight;
mod bumpless;
mod compensation;
mod complement;
mod foot;
mod foot_lift;
mod force_field;
mod gravity;
mod guidance;
mod impedance;
mod nearest;
mod observer;
mod path;
mod plate;
mod resistance;
mod torque_profile;

pub use amplification::{AmplificationParams, ErrorAmplification};
pub use body_weight::{BodyWeightParams, BodyWeightSupport, Support, SupportLaw};
pub use bumpless::{Fade, Fader, FaderParams};
pub use compensation::{Compensation, CompensationParams, MotorTorque, N_GRAVITY, segment_gravity};
pub use complement::{Complement, ComplementaryMotion};
pub use foot_lift::{FootLift, FootLiftInput, FootLiftOutput, FootLiftParams};
pub use force_field::{ForceField, ForceFieldParams};
pub use gravity::LegGravity;
pub use guidance::{N_SAGITTAL_SUBTASKS, N_SUBTASKS, SUBTASKS, guidance, swing_window};
pub use impedance::Impedance;
pub use nearest::{Nearest, NearestPoint};
pub use observer::{HumanTorque, HumanTorqueObserver, ObserverParams, Surroundings};
pub use path::{PathControl, PathParams, PathTorque};
pub use plate::{FootPlate, Ground, N_AXES, PlateForce, Plates, plate_path};
pub use resistance::{ChallengeTorque, Resistance, ResistanceParams};
pub use torque_profile::{Bumps, ProportionalMoment, ProportionalParams, ProportionalTorque, SplineProfile};

/// `x` in `[0, 1]`; what is not finite counts as 0.
pub(crate) fn fraction(x: f64) -> f64 {
    finite(x).clamp(0.0, 1.0)
}

/// `x`, or 0 when it is not finite.
pub(crate) fn finite(x: f64) -> f64 {
    if x.is_finite() { x } else { 0.0 }
}
