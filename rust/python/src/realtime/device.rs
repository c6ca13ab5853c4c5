//! Devices that a loop drives without the interpreter.

use crate::convert::{ConfigError, config_error};
use crate::devices::drives::CanopenDrives;
use crate::plant::Plant;
use crate::simulation::press;
use gaitloop_core::safety::{Command, SafeProfile};
use gaitloop_core::types::Sample;
use gaitloop_plant::Actuation;
use gaitloop_plant::simulation::Operator;
use gaitloop_realtime::canopen::DrivesDevice;
use gaitloop_realtime::{Device, DeviceError};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Any device that a loop drives without the interpreter.
#[derive(Clone)]
pub(super) enum Native {
    Plant(Box<gaitloop_realtime::PlantDevice>),
    Drives(Box<DrivesDevice>),
}

impl Native {
    /// The device behind a Python object.
    pub(super) fn of(device: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(plant) = device.cast::<PlantDevice>() {
            return Ok(Self::Plant(Box::new(plant.get().0.clone())));
        }
        match device.cast::<CanopenDrives>() {
            Ok(drives) => Ok(Self::Drives(Box::new(drives.get().0.clone()))),
            Err(_) => {
                Err(ConfigError::new_err(format!("device must be a native one, got {}", device.get_type().name()?)))
            }
        }
    }

    /// A copy of it for Python.
    pub(super) fn to_python(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        match self {
            Self::Plant(device) => Ok(Py::new(py, PlantDevice((**device).clone()))?.into_any()),
            Self::Drives(device) => Ok(Py::new(py, CanopenDrives((**device).clone()))?.into_any()),
        }
    }

    fn device(&mut self) -> &mut dyn Device {
        match self {
            Self::Plant(device) => device.as_mut(),
            Self::Drives(device) => device.as_mut(),
        }
    }
}

impl Device for Native {
    fn name(&self) -> &'static str {
        match self {
            Self::Plant(device) => device.name(),
            Self::Drives(device) => device.name(),
        }
    }

    fn open(&mut self, period: f64) -> Result<(), DeviceError> {
        self.device().open(period)
    }

    fn measure(&mut self, t: i64) -> Result<Sample, DeviceError> {
        self.device().measure(t)
    }

    fn exchange(&mut self, command: &Command) -> Result<(), DeviceError> {
        self.device().exchange(command)
    }

    fn close(&mut self, profile: SafeProfile) {
        self.device().close(profile);
    }
}

/// The simulated person in a device, with an operator, in the loop's own time.
#[pyclass(module = "gaitloop._core", subclass, frozen)]
pub struct PlantDevice(pub(super) gaitloop_realtime::PlantDevice);

#[pymethods]
impl PlantDevice {
    #[new]
    fn new(plant: PyRef<'_, Plant>, presses: Vec<(String, f64, f64)>) -> PyResult<Self> {
        joined(&plant, &presses).map(Self)
    }

    /// The person and the device, as a copy.
    #[getter]
    fn plant(&self) -> Plant {
        Plant(self.0.plant().clone())
    }

    /// Ask for another inclination of the belt, of this device and of the copy that a loop has, while it runs.
    ///
    /// Parameters
    /// ----------
    /// incline : float or None
    ///     Inclination [rad], in the device's range, positive uphill; None holds it where it is.
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     If it is outside the device's range, which is nothing but 0 where the belt does not tilt.
    fn request_incline(&self, incline: Option<f64>) -> PyResult<()> {
        self.0.request_incline(incline).map_err(config_error)
    }

    /// Inclination of the belt [rad], positive uphill, as of the last tick of whoever drives it.
    #[getter]
    fn incline(&self) -> f64 {
        self.0.incline()
    }

    /// What the drives were told last: `torque` [N·m], `belt_speed` [m/s], `support_force` [N], `enabled`, `brake`, and
    /// `expiry` [ns].
    #[getter]
    fn held<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        held(py, self.0.held())
    }
}

/// A plant and an operator who presses buttons: name, from [s], until [s].
pub(crate) fn joined(plant: &Plant, presses: &[(String, f64, f64)]) -> PyResult<gaitloop_realtime::PlantDevice> {
    let presses = presses.iter().map(|(name, from, until)| press(name, *from, *until)).collect::<PyResult<_>>()?;
    Ok(gaitloop_realtime::PlantDevice::new(plant.0.clone(), Operator::new(presses)))
}

/// What the drives were told last, by name.
pub(crate) fn held<'py>(py: Python<'py>, held: &Actuation) -> PyResult<Bound<'py, PyDict>> {
    let out = PyDict::new(py);
    out.set_item("torque", PyArray1::from_slice(py, &held.torque))?;
    out.set_item("belt_speed", held.belt_speed)?;
    out.set_item("support_force", held.support_force)?;
    out.set_item("enabled", held.enabled)?;
    out.set_item("brake", held.brake)?;
    out.set_item("expiry", held.expiry)?;
    Ok(out)
}
