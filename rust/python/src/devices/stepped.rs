//! The simulated person in a device, one exchange at a time, for a loop in Python or for a process of its own.

use crate::convert::vector;
use crate::plant::{Flat, Plant, actuation, flat};
use crate::realtime::{held, joined};
use gaitloop_realtime::{Device, PlantDevice};
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// A plant that is measured and commanded by hand.
#[pyclass(module = "gaitloop._core")]
pub struct SteppedPlant(PlantDevice);

#[pymethods]
impl SteppedPlant {
    #[new]
    fn new(plant: PyRef<'_, Plant>, presses: Vec<(String, f64, f64)>) -> PyResult<Self> {
        joined(&plant, &presses).map(Self)
    }

    /// Ready to be measured, without power; `period` [s] is the longest step of the plant, 0.0001 to 0.01.
    fn open(&mut self, period: f64) {
        // Nothing can fail here.
        let _ = self.0.open(period);
    }

    /// Goes on to `t` [ns] and measures: values, validity and stamps in the order of a sample's groups.
    fn measure<'py>(&mut self, py: Python<'py>, t: i64) -> Option<Flat<'py>> {
        self.0.measure(t).ok().map(|sample| flat(py, &sample))
    }

    /// What the drives do until `expiry` [ns]; the rest as `Plant.step`.
    #[allow(clippy::too_many_arguments)] // one per part of the command
    fn exchange(
        &mut self,
        torque: PyReadonlyArray1<'_, f64>,
        belt_speed: f64,
        support_force: f64,
        support_mode: u8,
        enabled: bool,
        clear: bool,
        brake: bool,
        expiry: i64,
    ) -> PyResult<()> {
        let mut command = actuation(vector("torque", &torque)?, [belt_speed, support_force], support_mode, enabled)?;
        (command.clear, command.brake, command.expiry) = (clear, brake, expiry);
        self.0.hold(command);
        Ok(())
    }

    /// To rest as the device declares.
    fn rest(&mut self) {
        self.0.close(self.0.plant().device().declaration().safe_profile);
    }

    /// The person and the device, as a copy.
    #[getter]
    fn plant(&self) -> Plant {
        Plant(self.0.plant().clone())
    }

    /// How the device comes to rest.
    #[getter]
    fn safe_profile(&self) -> &'static str {
        self.0.plant().device().declaration().safe_profile.name()
    }

    /// Time after which a drive without a lease stops by itself [s].
    #[getter]
    fn watchdog(&self) -> f64 {
        self.0.plant().device().declaration().watchdog
    }

    /// What the drives were told last, as `PlantDevice.held`.
    #[getter]
    fn held<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        held(py, self.0.held())
    }
}
