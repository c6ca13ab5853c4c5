//! The device.

use gaitloop_core::error::in_range;
use gaitloop_core::types::{JointKind, N_JOINTS};
use gaitloop_plant::{DeviceParams, MountParams};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::convert::{ConfigError, config_error};
use crate::safety::Declaration;

/// A device of one of four classes.
#[pyclass(module = "gaitloop._core", subclass, frozen)]
pub struct Device(pub(crate) DeviceParams);

fn of_kind(kind: &str) -> Option<DeviceParams> {
    Some(match kind {
        "treadmill_exo" => DeviceParams::treadmill_exo(false),
        "treadmill_exo_ankle" => DeviceParams::treadmill_exo(true),
        "overground_exo_crutches" => DeviceParams::overground_exo(false),
        "overground_exo_frame" => DeviceParams::overground_exo(true),
        "end_effector" => DeviceParams::end_effector(),
        "end_effector_axes" => DeviceParams::end_effector_axes(),
        "ankle_left" => DeviceParams::ankle([true, false]),
        "ankle_right" => DeviceParams::ankle([false, true]),
        "ankle_both" => DeviceParams::ankle([true, true]),
        _ => return None,
    })
}

/// Sets one value by its name; None where the device has no such part.
fn set(p: &mut DeviceParams, name: &str, value: f64) -> Option<()> {
    match (name, &mut p.mount) {
        ("thigh_mass", _) => p.thigh_mass = value,
        ("shank_mass", _) => p.shank_mass = value,
        ("trunk_mass", _) => p.trunk_mass = value,
        ("lifter_stiffness", _) => p.lifter_stiffness = value,
        ("ankle_stiffness", _) => p.ankle_spring[0] = value,
        ("watchdog", _) => p.watchdog = value,
        ("incline_low", _) => p.incline[0] = value,
        ("incline_high", _) => p.incline[1] = value,
        ("incline_rate", _) => p.incline_rate = value,
        ("torque_max", MountParams::Frame | MountParams::Support(_)) => {
            p.torque_max = p.torque_max.map(|t| if t > 0.0 { value } else { t })
        }
        ("support_force", MountParams::Support(s)) => s.force[1] = value,
        ("support_reach", MountParams::Support(s)) => s.reach = value,
        ("support_pace", MountParams::Support(s)) => s.pace = value,
        ("support_over", MountParams::Support(s)) => s.over = value,
        ("support_lean", MountParams::Support(s)) => s.lean = value,
        ("support_force_x", MountParams::Support(s)) => s.force[0] = value,
        ("support_x_stiffness", MountParams::Support(s)) => s.x[0] = value,
        ("support_pitch_stiffness", MountParams::Support(s)) => s.pitch[0] = value,
        ("support_moment", MountParams::Support(s)) => s.moment = value,
        ("plate_mass", MountParams::Plates(plates)) => (plates.mass[0], plates.mass[1]) = (value, value),
        ("plate_force", MountParams::Plates(plates)) => {
            plates.force[1] = value;
            if plates.axes {
                p.torque_max = plates.axis_max();
            }
        }
        _ => return None,
    }
    Some(())
}

#[pymethods]
impl Device {
    #[new]
    fn new(kind: &str, noise: f64, changes: Vec<(String, f64)>) -> PyResult<Self> {
        let mut params =
            of_kind(kind).ok_or_else(|| ConfigError::new_err(format!("kind must be known, got {kind:?}")))?;
        let unknown = |name| ConfigError::new_err(format!("{name} must be a value that a device of kind {kind} has"));
        for (name, value) in &changes {
            if name == "lower_deadline" && kind.starts_with("overground") {
                params = params.lowers(*value).map_err(config_error)?;
                continue;
            }
            set(&mut params, name, *value).ok_or_else(|| unknown(name))?;
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

    /// What the device declares of itself, as a trainer needs it.
    #[getter]
    fn declaration(&self) -> PyResult<Declaration> {
        Declaration::of(self.0.declaration())
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
        out.set_item("trunk_mass", p.trunk_mass)?;
        out.set_item("incline", PyArray1::from_slice(py, &p.incline))?;
        out.set_item("incline_rate", p.incline_rate)?;
        out.set_item("ankle_stiffness", p.ankle_spring[0])?;
        match &p.mount {
            MountParams::Frame => {}
            MountParams::Support(s) => {
                out.set_item("support_force", s.force[1])?;
                out.set_item("support_reach", s.reach)?;
            }
            MountParams::Plates(plates) => {
                out.set_item("plate_mass", plates.mass[0])?;
                out.set_item("plate_force", PyArray1::from_slice(py, &plates.force))?;
                out.set_item("plate_travel", PyArray1::from_slice(py, &plates.travel))?;
            }
        }
        Ok(out)
    }
}
