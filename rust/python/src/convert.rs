//! From NumPy to core types and back, with errors that name the argument.

use gaitloop_core::Error;
use gaitloop_core::types::{JOINTS, N_JOINTS, SIDES};
use numpy::{PyReadonlyArray1, PyReadonlyArray2, PyReadonlyArray3, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

pyo3::import_exception!(gaitloop.errors, ConfigError);

/// The Python error of a refused input.
pub(crate) fn config_error(error: Error) -> PyErr {
    ConfigError::new_err(error.to_string())
}

/// A one-dimensional array of exactly `N` values.
pub(crate) fn vector<const N: usize>(name: &str, array: &PyReadonlyArray1<'_, f64>) -> PyResult<[f64; N]> {
    let view = array.as_array();
    if view.len() != N {
        return Err(ConfigError::new_err(format!("{name} must have shape ({N},), got ({},)", view.len())));
    }
    Ok(core::array::from_fn(|i| view[i]))
}

/// A recording of `N` columns, time first.
pub(crate) fn rows<'a, const N: usize>(name: &str, array: &'a PyReadonlyArray2<'_, f64>) -> PyResult<&'a [[f64; N]]> {
    let shape = array.as_array().dim();
    if shape.1 != N {
        return Err(ConfigError::new_err(format!("{name} must have shape (T, {N}), got {shape:?}")));
    }
    // `as_slice` alone would also take an array stored by columns, and read it as if stored by rows.
    let slice = array.as_slice().ok().filter(|_| array.is_c_contiguous());
    let slice =
        slice.ok_or_else(|| ConfigError::new_err(format!("{name} must be C-contiguous, got another layout")))?;
    Ok(slice.as_chunks::<N>().0)
}

/// A recording of `M` by `N` values, time first.
pub(crate) fn blocks<'a, const M: usize, const N: usize>(
    name: &str,
    array: &'a PyReadonlyArray3<'_, f64>,
) -> PyResult<&'a [[[f64; N]; M]]> {
    let shape = array.as_array().dim();
    if (shape.1, shape.2) != (M, N) {
        return Err(ConfigError::new_err(format!("{name} must have shape (T, {M}, {N}), got {shape:?}")));
    }
    let slice = array.as_slice().ok().filter(|_| array.is_c_contiguous());
    let slice =
        slice.ok_or_else(|| ConfigError::new_err(format!("{name} must be C-contiguous, got another layout")))?;
    Ok(slice.as_chunks::<N>().0.as_chunks::<M>().0)
}

/// One reading per value: absent where it is not finite.
///
/// Python passes an absent value of a study call as NaN; the core never sees it.
pub(crate) fn readings<const N: usize>(values: [f64; N]) -> [Option<f64>; N] {
    values.map(|v| v.is_finite().then_some(v))
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    debug_assert_eq!(JOINTS.len(), N_JOINTS);
    m.add("JOINTS", PyTuple::new(m.py(), JOINTS)?)?;
    m.add("SIDES", PyTuple::new(m.py(), SIDES)?)?;
    Ok(())
}
