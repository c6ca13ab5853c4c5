//! Binding of the loop in a thread of its own. Python starts, watches, asks and stops; the interpreter lock is released
//! wherever something is waited for.

mod device;
mod executor;
mod pacer;
mod rows;
mod statistics;

use crate::convert::ConfigError;
pub(crate) use device::{held, joined};
use gaitloop_realtime::{Policy, QUANTILES, RATES, Wanted};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

pyo3::import_exception!(gaitloop.errors, RealTimeError);
pyo3::import_exception!(gaitloop.errors, DeviceError);

/// Names of the policies.
const POLICIES: [&str; 2] = ["skip", "stop"];

fn policy_of(name: &str) -> PyResult<Policy> {
    match name {
        "skip" => Ok(Policy::Skip),
        "stop" => Ok(Policy::Stop),
        _ => Err(ConfigError::new_err(format!("policy must be one of skip, stop, got '{name}'"))),
    }
}

/// What is asked of the system: priority, locked memory, processors, shallow sleep.
type Privileges = (Option<i64>, bool, Vec<i64>, bool);

fn wanted_of((priority, lock_memory, cpus, shallow_sleep): Privileges) -> PyResult<Wanted> {
    let refused = |name: &str, most: i64, value: i64| {
        ConfigError::new_err(format!("{name} must lie in [{}, {most}], got {value}", i64::from(name == "priority")))
    };
    let priority = priority.map(|p| u8::try_from(p).map_err(|_| refused("priority", 99, p))).transpose()?;
    let cpus: PyResult<Vec<_>> =
        cpus.into_iter().map(|cpu| usize::try_from(cpu).map_err(|_| refused("cpus", 1023, cpu))).collect();
    let wanted = Wanted { priority, lock_memory, cpus: cpus?, shallow_sleep };
    wanted.check().map_err(crate::convert::config_error)
}

/// A spin [s] in nanoseconds.
fn spin_of(spin: f64) -> PyResult<i64> {
    let spin = gaitloop_core::error::in_range("spin", spin, 0.0, 0.1).map_err(crate::convert::config_error)?;
    Ok((spin * 1e9) as i64)
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("POLICIES", PyTuple::new(m.py(), POLICIES)?)?;
    m.add("QUANTILES", PyTuple::new(m.py(), QUANTILES)?)?;
    m.add("RATES", PyTuple::new(m.py(), RATES)?)?;
    m.add_class::<device::PlantDevice>()?;
    m.add_class::<executor::Loop>()?;
    m.add_class::<pacer::Pacer>()?;
    m.add_function(wrap_pyfunction!(pacer::measure_wakeups, m)?)?;
    m.add_function(wrap_pyfunction!(pacer::probe_privileges, m)?)?;
    m.add_function(wrap_pyfunction!(pacer::clock_resolution, m)?)
}
