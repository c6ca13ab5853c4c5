//! A simulated person in a treadmill exoskeleton, to prove controllers on before people.
//!
//! Sagittal plane, nine degrees of freedom: pelvis x, z and pitch, and hip, knee and ankle of both legs (clinical signs, see
//! the specification, sections 0 and 1). Everything follows from a seed; nothing allocates in a step.
//!
//! Assumptions, beyond those named in each module: the trunk is lumped on the pelvis; the exoskeleton's limbs are rigidly
//! joined to the person's and their weight is carried by the frame; the belt is rigid; drives are torque sources with a
//! lag; there is no frontal plane, so balance sideways cannot be lost. [`Sideways`] stands beside it: a pendulum that
//! follows the forces of the feet and gives nothing back.
#![forbid(unsafe_code)]

mod contact;
mod device;
mod faults;
mod lead;
pub mod model;
mod pair;
mod patient;
mod plant;
mod postures;
pub mod rng;
mod sensors;
mod sideways;
pub mod simulation;
mod summary;
mod system;
pub mod trial;
mod watch;

pub use contact::{Contact, Feet, Point};
pub use device::{
    AXIS_UNIT, Actuation, DeviceParams, MountParams, PlateParams, PlateState, RopeMode, SupportParams, SupportState,
};
pub use faults::{Fault, FaultInfo, FaultKind, Target};
pub use lead::{Lead, PlatePath, Steps};
pub use patient::{Learning, PatientParams, Reflex, Spasm, UnassistedGait, passive_torque};
pub use plant::{Plant, STEP, Truth};
pub use postures::Postures;
pub use sensors::{Fit, HeartParams, Sensor, Sensors};
pub use sideways::{Guide, GuideParams, SIDEWAYS_FIELDS, SIDEWAYS_LEN, Sideways, SwayParams};
pub use summary::Summary;
pub use system::{DofVec, N_DOF};
pub use watch::{WATCH_FIELDS, WATCH_LEN};
