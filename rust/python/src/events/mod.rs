//! Binding of the room `events`.

mod detector;
mod fusion;
mod markers;

use detector::detector;
use pyo3::prelude::*;

detector! {
    /// Streaming detector of initial contact and toe-off of both feet from a sensor on the lower back.
    BackImuContacts, BackImuParams, imu: 6 as [6],
    {
        floor: f64 = [0.6],
        rise: f64 = [0.3],
        step_time: f64 = [0.6],
        gap: f64 = [0.2],
    }
}

detector! {
    /// Streaming detector of initial contact and toe-off of both feet from an inertial sensor on each foot.
    FootImuContacts, FootImuParams, imu: 12 as [2, 6],
    {
        push: f64 = [0.8],
        swing: f64 = [0.6],
        lift: f64 = [0.12],
        toe_off_delay: f64 = [-0.005],
        contact_delay: f64 = [-0.004],
        min_stance: f64 = [0.2],
        min_swing: f64 = [0.15],
        gap: f64 = [0.1],
    }
}

detector! {
    /// Streaming detector of initial contact and toe-off of both feet from vertical forces.
    ForceContacts, ForceParams, force: 2 as [2],
    {
        scale: f64 = [700.0],
        on: f64 = [0.055],
        off: f64 = [0.04],
        floor: f64 = [30.0],
        arm: f64 = [0.3],
        debounce: f64 = [0.008],
        refractory: f64 = [0.12],
        baseline_time: f64 = [0.3],
        baseline_max: f64 = [50.0],
        settle: f64 = [0.1],
        gap: f64 = [0.1],
        shared: bool = [true],
    }
}

detector! {
    /// Streaming detector of initial contact and toe-off of both feet from joint angles.
    JointContacts, JointParams, q: 6 as [6],
    {
        earliest: f64 = [0.05],
        latest: f64 = [0.1],
        usual: f64 = [0.085],
        gap: f64 = [0.1],
    }
}

detector! {
    /// Streaming detector of initial contact and toe-off of both feet from markers on heel, toe and pelvis.
    MarkerContacts, MarkerParams, markers: 15 as [5, 3],
    {
        smoothing: f64 = [0.003],
        speed_min: f64 = [0.2],
        bias_ic: f64 = [0.0],
        bias_to: f64 = [0.0],
        gap: f64 = [0.1],
    }
}

detector! {
    /// Streaming detector of initial contact and toe-off of both feet from the angular rates of both shanks.
    ShankGyroContacts, ShankGyroParams, gyr: 6 as [2, 3],
    {
        contact_delay: f64 = [0.05],
        lift_lead: f64 = [0.058],
        gap: f64 = [0.15],
    }
}

/// Adds the room's classes and functions to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<BackImuContacts>()?;
    m.add_class::<FootImuContacts>()?;
    m.add_class::<ForceContacts>()?;
    m.add_class::<JointContacts>()?;
    m.add_class::<MarkerContacts>()?;
    m.add_class::<ShankGyroContacts>()?;
    m.add_class::<fusion::FusedContacts>()?;
    m.add_function(wrap_pyfunction!(markers::calibrate_markers, m)?)
}
