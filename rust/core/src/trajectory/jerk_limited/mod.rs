//! Jerk-limited movement between states, time-optimal, of one to sixteen degrees of freedom.
//!
//! An [`Input`] says where each degree of freedom is, where it shall go and within which limits; [`plan`] makes the
//! [`Trajectory`], and [`JerkLimited`] walks along it cycle by cycle and never fails.

mod axis;
mod check;
mod generator;
mod input;
mod line;
mod plan;
mod range;
mod track;
mod trajectory;

pub use axis::{Durations, Extrema, Limits, MAX_PIECES, Piece, PositionProblem, Profile, State, VelocityProblem};
pub use generator::{JerkLimited, Outcome, Output};
pub use input::{ControlInterface, DurationDiscretization, FIELDS, Input, MAX_DOFS, Synchronization};
pub use plan::{plan, stop};
pub use trajectory::Trajectory;
