//! `gaitloop._core`: converts between NumPy and the core, and delegates. No arithmetic happens here.
#![forbid(unsafe_code)]

mod convert;

mod assist;
mod control;
mod devices;
mod events;
mod lead;
mod measures;
mod phase;
mod plant;
mod realtime;
mod safety;
mod simulation;
mod trainer;
mod trajectory;

use pyo3::prelude::*;

/// Compiled half of gaitloop; the public modules wrap it.
#[pymodule]
fn _core(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("__version__", env!("CARGO_PKG_VERSION"))?;
    m.add("BUILD_PROFILE", if cfg!(debug_assertions) { "debug" } else { "release" })?;
    convert::register(m)?;
    trajectory::register(m)?;
    events::register(m)?;
    phase::register(m)?;
    control::register(m)?;
    safety::register(m)?;
    measures::register(m)?;
    assist::register(m)?;
    trainer::register(m)?;
    plant::register(m)?;
    simulation::register(m)?;
    realtime::register(m)?;
    devices::register(m)?;
    Ok(())
}
