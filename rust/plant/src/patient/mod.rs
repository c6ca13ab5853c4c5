//! The person in the machine: who they are, what they want, and what their relaxed joints do.

pub(crate) mod intent;
mod params;
mod passive;

pub use params::PatientParams;
pub use passive::passive_torque;
