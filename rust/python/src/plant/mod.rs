//! Binding of the room `plant`.

mod device;
mod faults;
mod machine;
mod patient;
mod sensors;
mod sideways;
mod trial;

pub use device::Device;
pub use faults::PlantFault;
pub(crate) use faults::faults_of;
pub use machine::Plant;
pub(crate) use machine::{Flat, actuation, flat};
pub use patient::Patient;
pub use sensors::{Sensor, Sensors};

use pyo3::prelude::*;

/// Adds the room's classes and functions to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Patient>()?;
    m.add_class::<Device>()?;
    m.add_class::<Sensor>()?;
    m.add_class::<Sensors>()?;
    faults::register(m)?;
    m.add_class::<Plant>()?;
    sideways::register(m)?;
    m.add_function(wrap_pyfunction!(trial::training_session, m)?)?;
    Ok(())
}
