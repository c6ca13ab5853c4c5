//! Drives on CANopen as a device of the loop.

use crate::convert::ConfigError;
use gaitloop_core::types::JOINTS;
use gaitloop_realtime::canopen::{
    AxisParams, BusAddress, DrivesDevice, Mode, NetworkParams, Part, PowerState, WinchParams, emergency_group,
    slcan_bitrate,
};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Whether it is told its place, N a digit, digits at no force, gain, acceleration, largest force, lowest and highest
/// place, largest distance from where it is told to be.
type Rope = (bool, f64, i16, f64, f64, f64, f64, f64, f64);
/// Part (a joint, `belt` or `winch`), node, counts, zero, rated torque, largest setpoint, age of feedback, silence, limit
/// time, digest that nobody else compares, rope.
type Axis = (String, i64, f64, i32, f64, f64, f64, f64, f64, Option<f64>, Option<Rope>);

/// Drives on one bus, driven from the loop's own thread.
#[pyclass(module = "gaitloop._core", subclass, frozen)]
pub struct CanopenDrives(pub(crate) DrivesDevice);

/// A number of a node, or one that is refused.
fn node_of(number: i64) -> PyResult<u8> {
    u8::try_from(number).map_err(|_| ConfigError::new_err(format!("node must lie in [1, 127], got {number}")))
}

fn axis_of(axis: &Axis) -> PyResult<(Part, AxisParams)> {
    let (part, node, counts, zero, rated_torque, setpoint_max, feedback_age_max, ..) = axis;
    let (.., heartbeat_timeout, limit_time, digest, rope) = axis;
    let told_place = rope.is_some_and(|rope| rope.0);
    let (part, mode) = match JOINTS.iter().position(|joint| joint == part) {
        Some(joint) => (Part::Joint(joint), Mode::Torque),
        None if part == "belt" => (Part::Belt, Mode::Velocity),
        None if part == "winch" => (Part::Winch, if told_place { Mode::Position } else { Mode::Velocity }),
        None => {
            let words = format!("part must be one of {}, belt, winch, got '{part}'", JOINTS.join(", "));
            return Err(ConfigError::new_err(words));
        }
    };
    let params = AxisParams {
        node: node_of(*node)?,
        mode,
        counts: *counts,
        zero: *zero,
        rated_torque: *rated_torque,
        setpoint_max: *setpoint_max,
        feedback_age_max: *feedback_age_max,
        heartbeat_timeout: *heartbeat_timeout,
        limit_time: *limit_time,
        digest: *digest,
        winch: rope.map(winch_of),
    };
    Ok((part, params))
}

fn winch_of((_, digit, zero, gain, acceleration_max, force_max, low, high, following_max): Rope) -> WinchParams {
    WinchParams { digit, zero, gain, acceleration_max, force_max, travel: [low, high], following_max }
}

fn address_of(interface: &str, channel: String, bitrate: f64) -> PyResult<BusAddress> {
    match interface {
        "slcan" => match slcan_bitrate(bitrate) {
            Some(digit) => Ok(BusAddress::Slcan(channel.into(), digit)),
            None => Err(ConfigError::new_err(format!(
                "bitrate must be one that adapters know (10e3, 20e3, 50e3, 100e3, 125e3, 250e3, 500e3, 800e3, 1e6), got {bitrate}"
            ))),
        },
        "socketcan" => Ok(BusAddress::SocketCan(channel)),
        _ => Err(ConfigError::new_err(format!("interface must be one of slcan, socketcan, got '{interface}'"))),
    }
}

/// Name of a state of CiA 402.
pub(super) fn power_name(power: PowerState) -> &'static str {
    match power {
        PowerState::NotReady => "not_ready",
        PowerState::SwitchOnDisabled => "switch_on_disabled",
        PowerState::ReadyToSwitchOn => "ready_to_switch_on",
        PowerState::SwitchedOn => "switched_on",
        PowerState::OperationEnabled => "operation_enabled",
        PowerState::QuickStopActive => "quick_stop_active",
        PowerState::FaultReaction => "fault_reaction",
        PowerState::Fault => "fault",
    }
}

#[pymethods]
impl CanopenDrives {
    #[new]
    #[allow(clippy::too_many_arguments)] // the names of the Python class
    fn new(
        interface: &str,
        channel: String,
        axes: Vec<Axis>,
        node: i64,
        rate: f64,
        bitrate: f64,
        heartbeat: f64,
        drive_heartbeats: f64,
        panel: Option<(usize, u8)>,
        objects: Vec<(u16, u8)>,
    ) -> PyResult<Self> {
        let address = address_of(interface, channel, bitrate)?;
        let node = node_of(node)?;
        let network = NetworkParams { node, rate, bitrate, heartbeat, drive_heartbeats, panel, objects };
        let axes = axes.iter().map(axis_of).collect::<PyResult<Vec<_>>>()?;
        let device = DrivesDevice::new(address, network, axes);
        device.map(Self).map_err(|refused| ConfigError::new_err(refused.to_string()))
    }

    /// Share of the bus that is taken at most [-], with every stuff bit.
    #[getter]
    fn bus_share(&self) -> f64 {
        self.0.load().share
    }

    /// Highest rate that would fit the bus [1/s].
    #[getter]
    fn rate_max(&self) -> f64 {
        self.0.load().rate_max
    }

    /// Frames that nobody should have sent, or of a wrong length.
    #[getter]
    fn garbage(&self) -> u64 {
        self.0.garbage()
    }

    /// Each drive as it was left: `node`, `status`, `trouble`, `emergency`, `emergency_group`, `state`, and `dropped` frames.
    #[getter]
    fn drives<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let told = self.0.axes().iter().map(|axis| {
            let out = PyDict::new(py);
            out.set_item("node", axis.params().node)?;
            out.set_item("status", axis.status())?;
            out.set_item("trouble", axis.trouble().map(|trouble| trouble.name()))?;
            out.set_item("emergency", axis.emergency())?;
            out.set_item("emergency_group", emergency_group(axis.emergency()))?;
            out.set_item("state", axis.state().map(power_name))?;
            out.set_item("dropped", axis.dropped())?;
            Ok(out)
        });
        told.collect()
    }
}
