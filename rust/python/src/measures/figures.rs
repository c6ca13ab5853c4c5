//! Figures of a walk beside its table.

use gaitloop_core::measures::{self, Profile, SagittalProfile, Variability};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use super::or_nan;
use super::table::profile;
use crate::convert::config_error;

type Numbers<'py> = PyReadonlyArray1<'py, f64>;
type Angles<'py> = Bound<'py, PyArray2<f64>>;

#[pyfunction]
fn symmetry(left: f64, right: f64) -> PyResult<f64> {
    measures::symmetry(left, right).map_err(config_error)
}

#[pyfunction]
fn stride_symmetry(left: Numbers<'_>, right: Numbers<'_>) -> PyResult<f64> {
    Ok(or_nan(measures::stride_symmetry(left.as_slice()?, right.as_slice()?)))
}

/// Strides, mean, median, sd, cv, mad and whether they are stable.
#[pyfunction]
fn variability(values: Numbers<'_>) -> PyResult<(usize, f64, f64, f64, f64, f64, bool)> {
    let Variability { strides, mean, median, sd, cv, mad, stable } = measures::variability(values.as_slice()?);
    Ok((strides, or_nan(mean), or_nan(median), or_nan(sd), or_nan(cv), or_nan(mad), stable))
}

#[pyfunction]
fn harmonic_ratio(acceleration: Numbers<'_>, lateral: bool) -> PyResult<f64> {
    Ok(or_nan(measures::harmonic_ratio(acceleration.as_slice()?, lateral)))
}

#[pyfunction]
fn margin_of_stability(position: f64, velocity: f64, boundary: f64, leg_length: f64) -> PyResult<f64> {
    measures::margin_of_stability(position, velocity, boundary, leg_length).map_err(config_error)
}

/// Distances of the joints and their root mean square.
#[pyfunction]
#[pyo3(signature = (angles, reference=None))]
fn sagittal_gps<'py>(
    py: Python<'py>,
    angles: PyReadonlyArray2<'py, f64>,
    reference: Option<PyReadonlyArray2<'py, f64>>,
) -> PyResult<(Bound<'py, PyArray1<f64>>, f64)> {
    let reference = reference.as_ref().map(|angles| profile("reference", angles)).transpose()?;
    let SagittalProfile { gvs, gps } = measures::sagittal_gps(profile("angles", &angles)?, reference);
    Ok((PyArray1::from_slice(py, &gvs.map(or_nan)), or_nan(gps)))
}

/// Mean and standard deviation.
#[pyfunction]
#[pyo3(signature = (pelvic_tilt, speed=None))]
fn adult_angles<'py>(py: Python<'py>, pelvic_tilt: f64, speed: Option<f64>) -> PyResult<(Angles<'py>, Angles<'py>)> {
    let (mean, sd) = measures::adult_angles(pelvic_tilt, speed).map_err(config_error)?;
    let array = |profile: &Profile| PyArray1::from_slice(py, profile.as_flattened()).reshape([profile.len(), 3]);
    Ok((array(&mean)?, array(&sd)?))
}

pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(symmetry, m)?)?;
    m.add_function(wrap_pyfunction!(stride_symmetry, m)?)?;
    m.add_function(wrap_pyfunction!(variability, m)?)?;
    m.add_function(wrap_pyfunction!(harmonic_ratio, m)?)?;
    m.add_function(wrap_pyfunction!(margin_of_stability, m)?)?;
    m.add_function(wrap_pyfunction!(sagittal_gps, m)?)?;
    m.add_function(wrap_pyfunction!(adult_angles, m)?)
}
