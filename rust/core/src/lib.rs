//! The control core of robotic gait trainers.
//!
//! Every tick data goes one way: samples become events, events a phase, the phase a reference, the reference a
//! requested torque, and the requested torque a [`safety::SafeTorque`]. Each room below is one of these steps and
//! calls no other room; only [`trainer`] walks through all of them. Halls (`types`, `error`, `filter`, `body`,
//! `curve`) hold what rooms share. The equations are in `docs/specification.md`.
//!
//! The crate depends on nothing, never reads a clock, and its steps neither allocate nor panic.
#![forbid(unsafe_code)]

pub mod body;
pub mod curve;
pub mod error;
pub mod filter;
pub mod types;

pub mod assist;
pub mod control;
pub mod events;
pub mod measures;
pub mod phase;
pub mod safety;
pub mod trainer;
pub mod trajectory;

pub use error::{Error, Result};
