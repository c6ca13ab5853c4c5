//! The device.

use gaitloop_core::error::in_range;
use gaitloop_core::types::{JointKind, N_JOINTS};
use gaitloop_plant::DeviceParams;
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::convert::config_error;

/// A treadmill exoskeleton.
#[pyclass(module = "gaitloop._core", subclass, frozen)]
pub struct Device(pub(crate) DeviceParams);

#[pymethods]
impl Device {
    #[new]
    #[pyo3(signature = (*, ankle_driven, thigh_mass, shank_mass, lifter_stiffness, noise))]
    fn new(
        ankle_driven: bool,
        thigh_mass: f64,
        shank_mass: f64,
        lifter_stiffness: Option<f64>,
        noise: f64,
    ) -> PyResult<Self> {
        let mut params = DeviceParams { thigh_mass, shank_mass, ..DeviceParams::treadmill_exo(ankle_driven) };
        if let Some(stiffness) = lifter_stiffness {
            params.lifter_stiffness = stiffness;
        }
        let noise = in_range("noise", noise, 0.0, 10.0).map_err(config_error)?;
        Ok(Self(params.scale_noise(noise).check().map_err(config_error)?))
    }

    /// How each joint is provided.
    #[getter]
    fn joints(&self) -> [&'static str; N_JOINTS] {
        self.0.joints.map(|kind| match kind {
            JointKind::Absent => "absent",
            JointKind::Sensed => "sensed",
            JointKind::Driven => "driven",
        })
    }

    /// Masses, inertias and limits by name.
    fn parameters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let p = &self.0;
        let out = PyDict::new(py);
        out.set_item("thigh_mass", p.thigh_mass)?;
        out.set_item("shank_mass", p.shank_mass)?;
        out.set_item("armature", PyArray1::from_slice(py, &p.armature))?;
        out.set_item("torque_max", PyArray1::from_slice(py, &p.torque_max))?;
        out.set_item("torque_lag", p.torque_lag)?;
        out.set_item("lifter_stiffness", p.lifter_stiffness)?;
        out.set_item("belt_lag", p.belt_lag)?;
        Ok(out)
    }
}
