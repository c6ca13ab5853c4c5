//! Binding of patterns for ramps and stairs.

use pyo3::prelude::*;

/// Adds the classes and functions of this file to the module.
pub(super) fn register(_m: &Bound<'_, PyModule>) -> PyResult<()> {
    Ok(())
}
