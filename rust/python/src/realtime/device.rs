//! Devices that a loop drives without the interpreter.

use crate::plant::Plant;
use crate::simulation::press;
use gaitloop_plant::simulation::Operator;
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The simulated person in a device, with an operator, in the loop's own time.
#[pyclass(module = "gaitloop._core", subclass, frozen)]
pub struct PlantDevice(pub(super) gaitloop_realtime::PlantDevice);

#[pymethods]
impl PlantDevice {
    #[new]
    fn new(plant: PyRef<'_, Plant>, presses: Vec<(String, f64, f64)>) -> PyResult<Self> {
        let presses = presses.iter().map(|(name, from, until)| press(name, *from, *until)).collect::<PyResult<_>>()?;
        Ok(Self(gaitloop_realtime::PlantDevice::new(plant.0.clone(), Operator::new(presses))))
    }

    /// The person and the device, as a copy.
    #[getter]
    fn plant(&self) -> Plant {
        Plant(self.0.plant().clone())
    }

    /// What the drives were told last: `torque` [N·m], `belt_speed` [m/s], `support_force` [N], `enabled`, `brake`, and
    /// `expiry` [ns].
    #[getter]
    fn held<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (held, out) = (self.0.held(), PyDict::new(py));
        out.set_item("torque", PyArray1::from_slice(py, &held.torque))?;
        out.set_item("belt_speed", held.belt_speed)?;
        out.set_item("support_force", held.support_force)?;
        out.set_item("enabled", held.enabled)?;
        out.set_item("brake", held.brake)?;
        out.set_item("expiry", held.expiry)?;
        Ok(out)
    }
}
