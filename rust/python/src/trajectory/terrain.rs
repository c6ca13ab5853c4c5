//! Binding of patterns for ramps and stairs.

use gaitloop_core::trajectory::{self, Direction};
use pyo3::prelude::*;

use super::GaitPattern;
use crate::convert::{ConfigError, config_error};

#[pyfunction]
#[pyo3(signature = (
    speed,
    height,
    incline,
    *,
    foot_clearance = 0.01,
    pelvic_tilt = 8.0_f64.to_radians(),
    heel_rise = 15.0_f64.to_radians()
))]
fn ramp_pattern(
    speed: f64,
    height: f64,
    incline: f64,
    foot_clearance: f64,
    pelvic_tilt: f64,
    heel_rise: f64,
) -> PyResult<GaitPattern> {
    trajectory::GaitPattern::ramp(speed, height, incline, foot_clearance, pelvic_tilt, heel_rise)
        .map(GaitPattern)
        .map_err(config_error)
}

#[pyfunction]
#[pyo3(signature = (rise, tread, height, direction, *, cadence = 1.0, foot_clearance = 0.02))]
fn stairs_pattern(
    rise: f64,
    tread: f64,
    height: f64,
    direction: &str,
    cadence: f64,
    foot_clearance: f64,
) -> PyResult<GaitPattern> {
    let direction = match direction {
        "up" => Direction::Up,
        "down" => Direction::Down,
        other => return Err(ConfigError::new_err(format!("direction must be up or down, got {other:?}"))),
    };
    trajectory::GaitPattern::stairs(rise, tread, height, direction, cadence, foot_clearance)
        .map(GaitPattern)
        .map_err(config_error)
}

/// Adds the functions of this file to the module.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(ramp_pattern, m)?)?;
    m.add_function(wrap_pyfunction!(stairs_pattern, m)?)
}
