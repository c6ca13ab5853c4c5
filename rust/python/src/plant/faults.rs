//! Faults on purpose.

use gaitloop_core::types::SAMPLE_FIELDS;
use gaitloop_plant::{Fault as Params, FaultKind, Plant};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::convert::{ConfigError, config_error};

/// One fault.
#[pyclass(module = "gaitloop._core", subclass, frozen)]
pub struct PlantFault(Params);

#[pymethods]
impl PlantFault {
    #[new]
    #[pyo3(signature = (*, kind, group, index, magnitude, start, duration, seed))]
    fn new(
        kind: &str,
        group: Option<&str>,
        index: Option<usize>,
        magnitude: f64,
        start: f64,
        duration: Option<f64>,
        seed: u64,
    ) -> PyResult<Self> {
        let unknown = |name: &str, got: &str| ConfigError::new_err(format!("{name} must be a known one, got '{got}'"));
        let kind = FaultKind::of(kind).ok_or_else(|| unknown("kind", kind))?;
        let position = |name| SAMPLE_FIELDS.iter().position(|field| field.name == name);
        let group = group.map(|name| position(name).ok_or_else(|| unknown("group", name))).transpose()?;
        let fault = Params { kind, group, index, magnitude, start, duration, seed };
        Ok(Self(fault.check().map_err(config_error)?))
    }
}

/// Faults that this plant can have: a sensor that is not fitted cannot fail.
pub(crate) fn faults_of(plant: &Plant, faults: &[PyRef<'_, PlantFault>]) -> PyResult<Vec<Params>> {
    let groups = faults.iter().filter_map(|fault| fault.0.struck_group());
    match groups.into_iter().find(|group| !plant.fitted(*group)) {
        None => Ok(faults.iter().map(|fault| fault.0).collect()),
        Some(group) => {
            let name = SAMPLE_FIELDS[group].name;
            Err(ConfigError::new_err(format!("group must be one that the device measures, got '{name}'")))
        }
    }
}

/// The table of kinds: name, row, group, whether it has parts, unit and range of the magnitude, what it does.
fn kinds(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    let rows = FaultKind::ALL.iter().map(|kind| {
        let info = kind.info();
        let group = info.target.group().map(|group| SAMPLE_FIELDS[group].name);
        (info.name, info.row, group, info.target.has_parts(), info.unit, info.range[0], info.range[1], info.doc)
    });
    PyTuple::new(py, rows.collect::<Vec<_>>())
}

pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("FAULT_KINDS", kinds(m.py())?)?;
    m.add_class::<PlantFault>()
}
