//! A simulated person in a treadmill exoskeleton, to prove controllers on before people.
#![forbid(unsafe_code)]
pub mod model;
pub mod rng;
mod system;
pub use system::{DofVec, N_DOF};
