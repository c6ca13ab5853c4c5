//! From samples to initial contact and toe-off.

mod force;

pub use force::{ForceContacts, ForceParams};
