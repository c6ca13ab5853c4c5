//! Binding of the room `events`.

mod detector;

use detector::detector;
use pyo3::prelude::*;

/// Defaults of the foot sensors that are no plain literals [s].
const TOE_OFF_DELAY: f64 = -0.005;
const CONTACT_DELAY: f64 = -0.004;

detector! {
    /// Streaming detector of initial contact and toe-off of both feet from an inertial sensor on each foot.
    FootImuContacts, FootImuParams, imu: 12 as [2, 6],
    {
        push: f64 = 0.8,
        swing: f64 = 0.6,
        lift: f64 = 0.12,
        toe_off_delay: f64 = TOE_OFF_DELAY,
        contact_delay: f64 = CONTACT_DELAY,
        min_stance: f64 = 0.2,
        min_swing: f64 = 0.15,
        gap: f64 = 0.1,
    }
}

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

/// Adds the room's classes and functions to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<FootImuContacts>()?;
    m.add_class::<ForceContacts>()
}
