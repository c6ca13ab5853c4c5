//! Binding of the calibration of a laboratory with markers.

use crate::convert::{ConfigError, config_error};
use gaitloop_core::events::EventColumns;
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;

/// Side, kind, time [ns] of each event.
type Columns<'py> = (PyReadonlyArray1<'py, i64>, PyReadonlyArray1<'py, i64>, PyReadonlyArray1<'py, i64>);

/// Biases [s] of initial contacts and toe-offs, from the events of recordings and their reference.
#[pyfunction]
pub(crate) fn calibrate_markers(events: Vec<Columns<'_>>, reference: Vec<Columns<'_>>) -> PyResult<(f64, f64)> {
    if reference.len() != events.len() {
        let (wanted, got) = (events.len(), reference.len());
        let message = format!("reference must hold {wanted} recordings as events does, got {got}");
        return Err(ConfigError::new_err(message));
    }
    let pairs = events.iter().zip(&reference).map(|(a, b)| Ok((slices(a)?, slices(b)?)));
    let pairs: Vec<_> = pairs.collect::<PyResult<_>>()?;
    gaitloop_core::events::calibrate_markers(&pairs).map_err(config_error)
}

fn slices<'a>((side, kind, time): &'a Columns<'_>) -> PyResult<EventColumns<'a>> {
    Ok([side.as_slice()?, kind.as_slice()?, time.as_slice()?])
}
