//! Binding of the room `events`.

use pyo3::prelude::*;

/// Adds the room's classes and functions to the module.
pub(crate) fn register(_m: &Bound<'_, PyModule>) -> PyResult<()> {
    Ok(())
}
