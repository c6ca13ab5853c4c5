//! A law against a person who learns and forgets.

use gaitloop_core::assist;
use pyo3::prelude::*;

use crate::convert::config_error;

/// Half-lives [strides] of a law, of learning and of forgetting.
#[pyfunction]
pub(crate) fn half_lives(forget: f64, keep: f64, learn: f64) -> PyResult<(f64, f64, f64)> {
    let lives = assist::half_lives(forget, keep, learn).map_err(config_error)?;
    Ok((lives.law, lives.learning, lives.forgetting))
}
