//! Binding of patterns fitted to a recorded person.

use gaitloop_core::trajectory::FitParams;
use gaitloop_core::types::{N_JOINTS, SIDES};
use numpy::{PyArray1, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use super::GaitPattern;
use crate::convert::{ConfigError, config_error, rows};

/// Names of the reasons a cycle was not used, in the order of their codes.
const REASONS: [&str; 5] = ["outside", "duration", "gap", "range", "distance"];

/// Pattern, cycles used per side, cycles needed, cycles rejected, residual and spread.
type Fitted<'py> = (
    GaitPattern,
    (usize, usize),
    usize,
    Vec<(&'static str, f64, &'static str)>,
    Bound<'py, PyArray1<f64>>,
    Bound<'py, PyArray1<f64>>,
);

/// Settings of a fit, as Python gives them.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Settings {
    speed: Option<f64>,
    tolerance: f64,
    min_cycles: usize,
    duration_span: f64,
    max_gap: f64,
    distance_min: f64,
    harmonics: usize,
}

#[pyfunction]
fn fit_pattern<'py>(
    py: Python<'py>,
    model: &GaitPattern,
    time: PyReadonlyArray1<'py, f64>,
    angles: PyReadonlyArray2<'py, f64>,
    contacts_left: PyReadonlyArray1<'py, f64>,
    contacts_right: PyReadonlyArray1<'py, f64>,
    settings: Settings,
) -> PyResult<Fitted<'py>> {
    let Settings { speed, tolerance, min_cycles, duration_span, max_gap, distance_min, harmonics } = settings;
    let params = FitParams { speed, tolerance, min_cycles, duration_span, max_gap, distance_min, harmonics };
    let time = values("time", &time)?;
    let contacts = [values("contacts_left", &contacts_left)?, values("contacts_right", &contacts_right)?];
    let angles = rows::<N_JOINTS>("angles", &angles)?;
    let fit = py.detach(|| model.0.fit(time, angles, contacts, &params)).map_err(config_error)?;
    let rejected = fit.rejected.iter().map(|r| (SIDES[r.side], r.start, REASONS[r.reason as usize])).collect();
    Ok((
        GaitPattern(fit.pattern),
        (fit.cycles_used[0], fit.cycles_used[1]),
        fit.cycles_needed,
        rejected,
        PyArray1::from_slice(py, &fit.residual_rms),
        PyArray1::from_slice(py, &fit.spread),
    ))
}

fn values<'a>(name: &str, array: &'a PyReadonlyArray1<'_, f64>) -> PyResult<&'a [f64]> {
    array.as_slice().map_err(|_| ConfigError::new_err(format!("{name} must be C-contiguous, got another layout")))
}

/// Adds the functions of this file to the module.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(fit_pattern, m)?)
}
