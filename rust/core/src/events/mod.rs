//! From samples to initial contact and toe-off.

mod foot;
mod force;
mod history;
mod params;

pub use force::ForceContacts;
pub use params::ForceParams;
