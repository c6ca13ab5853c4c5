//! Binding of the room `trajectory`.

mod fit;
mod generator;
mod jerk_limited;
mod movement;
mod out;
mod pattern;
mod shape;
mod terrain;

pub(crate) use pattern::GaitPattern;

use pyo3::prelude::*;

/// Adds the room's classes and functions to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    pattern::register(m)?;
    shape::register(m)?;
    fit::register(m)?;
    terrain::register(m)?;
    movement::register(m)?;
    generator::register(m)?;
    jerk_limited::register(m)
}
