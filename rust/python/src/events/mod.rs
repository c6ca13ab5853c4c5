//! Binding of the room `events`.

mod detector;
mod markers;

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
    /// Streaming detector of initial contact and toe-off of both feet from joint angles.
    JointContacts, JointParams, q: 6 as [6],
    {
        earliest: f64 = 0.05,
        latest: f64 = 0.1,
        usual: f64 = 0.085,
        gap: f64 = 0.1,
    }
}

detector! {
    /// Streaming detector of initial contact and toe-off of both feet from markers on heel, toe and pelvis.
    MarkerContacts, MarkerParams, markers: 15 as [5, 3],
    {
        smoothing: f64 = 0.003,
        speed_min: f64 = 0.2,
        bias_ic: f64 = 0.0,
        bias_to: f64 = 0.0,
        gap: f64 = 0.1,
    }
}

/// Adds the room's classes and functions to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<ForceContacts>()?;
    m.add_class::<JointContacts>()?;
    m.add_class::<MarkerContacts>()?;
    m.add_function(wrap_pyfunction!(markers::calibrate_markers, m)?)
}
