//! Binding of native drivers, and of the simulated devices that they are tried on.

pub(crate) mod drives;
mod simulated;
mod stepped;

use gaitloop_realtime::canopen::{Fold, TROUBLES};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// An object of a dictionary and its bytes.
type Object = (u16, u8, Vec<u8>);

/// Digest of the critical objects of a drive in their order, as its driver folds what it reads back.
#[pyfunction]
fn drive_digest(objects: Vec<Object>) -> f64 {
    let mut fold = Fold::default();
    objects.iter().for_each(|(index, sub, value)| fold.put((*index, *sub), value));
    fold.digest()
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("DRIVE_TROUBLES", PyTuple::new(m.py(), TROUBLES.iter().map(|trouble| trouble.name()))?)?;
    m.add_class::<drives::CanopenDrives>()?;
    m.add_class::<simulated::SimulatedDrives>()?;
    m.add_class::<stepped::SteppedPlant>()?;
    m.add_function(wrap_pyfunction!(drive_digest, m)?)
}
