//! The person in the machine: who they are, what they want, and what their joints do by themselves.

mod fatigue;
mod intent;
mod learning;
mod params;
mod passive;
pub(crate) mod person;
mod profile;
mod reflex;
mod slope;
mod spasm;
mod unassisted;

pub(crate) use intent::Will;
pub use learning::Learning;
pub use params::PatientParams;
pub use passive::passive_torque;
pub use reflex::Reflex;
pub use spasm::Spasm;
pub use unassisted::UnassistedGait;
