//! Binding of the room `measures`.

mod figures;
mod foot;
mod meter;
mod table;

use pyo3::prelude::*;

pub(crate) use meter::StrideMeasures;

fn optional(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

fn or_nan(x: Option<f64>) -> f64 {
    x.unwrap_or(f64::NAN)
}

/// Adds the room's classes and functions to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("STRIDE_COLUMNS", gaitloop_core::measures::STRIDE_COLUMNS)?;
    m.add_class::<meter::KeyAngles>()?;
    m.add_class::<meter::JointWork>()?;
    m.add_class::<meter::StrideDetails>()?;
    m.add_class::<StrideMeasures>()?;
    m.add_class::<meter::StrideMeter>()?;
    m.add_class::<foot::FootStep>()?;
    m.add_class::<foot::FootMeter>()?;
    m.add_function(wrap_pyfunction!(foot::foot_trajectory, m)?)?;
    m.add_function(wrap_pyfunction!(table::stride_measures, m)?)?;
    m.add_function(wrap_pyfunction!(table::robot_work, m)?)?;
    figures::register(m)
}
