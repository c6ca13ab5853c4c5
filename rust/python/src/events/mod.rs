//! Binding of the room `events`.

mod detector;

use detector::detector;
use pyo3::prelude::*;

detector! {
    /// Streaming detector of initial contact and toe-off of both feet from vertical forces.
    ForceContacts, ForceParams, force: 2 as [2],
    {
        scale: f64 = 700.0,
        on: f64 = 0.055,
        off: f64 = 0.04,
        floor: f64 = 30.0,
        arm: f64 = 0.3,
        debounce: f64 = 0.008,
        refractory: f64 = 0.12,
        baseline_time: f64 = 0.3,
        baseline_max: f64 = 50.0,
        settle: f64 = 0.1,
        gap: f64 = 0.1,
        shared: bool = true,
    }
}

detector! {
    /// Streaming detector of initial contact and toe-off of both feet from the angular rates of both shanks.
    ShankGyroContacts, ShankGyroParams, gyr: 6 as [2, 3],
    {
        contact_delay: f64 = 0.05,
        lift_lead: f64 = 0.058,
        gap: f64 = 0.15,
    }
}

/// Adds the room's classes and functions to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<ForceContacts>()?;
    m.add_class::<ShankGyroContacts>()
}
