//! Reference of a gait cycle: six joint angles as smooth periodic functions of phase, and point-to-point movement.
//!
//! A [`GaitPattern`] is built once, from a recorded stride ([`GaitPattern::from_table`]) or from published
//! regressions on speed and height ([`GaitPattern::koopman`]), and evaluated every tick.

mod complement;
mod fit;
mod foot;
mod generator;
pub mod jerk_limited;
mod koopman;
mod koopman_table;
pub mod leg;
mod minimum_jerk;
mod pattern;
mod quintic;
mod shape;
mod shape_curves;
mod shape_refusal;
mod shape_solve;
mod shape_words;
mod speed_table;
mod table;
mod terrain;

pub use complement::LimbComplement;
pub use fit::{Fit, FitParams, Reason, Rejected};
pub use generator::{Caught, Foot, GaitGenerator, GeneratorParams, GeneratorReference, State as GeneratorState};
pub use minimum_jerk::MinimumJerk;
pub use pattern::{GaitPattern, Reference};
pub use quintic::Quintic;
pub use shape::{Description, Difference};
pub use shape_words::{RangeOfMotion, Words};
pub use speed_table::{LegLengths, SpeedTable};
pub use terrain::Direction;
