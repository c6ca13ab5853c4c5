//! Simulated drives: for a process that serves them, or for a bus in the same process.

use super::drives::power_name;
use crate::convert::{ConfigError, config_error};
use crate::simulation::press;
use gaitloop_plant::simulation::Operator;
use gaitloop_realtime::canopen::Frame;
use gaitloop_realtime::canopen::node::{Group, Lines, Node, NodeParams, RopeParams};
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use std::time::{Duration, Instant};

/// Node, serial number, counts, rated torque, inertia, friction, gravity, position, friction at any speed, rope: mass,
/// stiffness, legs.
type Params = (u8, u32, f64, f64, f64, f64, f64, f64, f64, Option<(f64, f64, f64)>);
/// Identifier and data.
type Message = (u16, Vec<u8>);
/// Time [ns], node, state, longest time without service [ns].
type Told = (i64, u8, &'static str, i64);

/// Simulated servo drives of one bus.
#[pyclass(module = "gaitloop._core", subclass)]
pub struct SimulatedDrives {
    group: Group,
    lines: Option<Lines>,
}

fn messages(frames: &[Frame]) -> Vec<Message> {
    frames.iter().map(|frame| (frame.id(), frame.data().to_vec())).collect()
}

impl SimulatedDrives {
    fn node(&mut self, number: u8) -> PyResult<&mut Node> {
        let refused = || ConfigError::new_err(format!("node must be that of a simulated drive, got {number}"));
        self.group.node(number).ok_or_else(refused)
    }
}

#[pymethods]
impl SimulatedDrives {
    #[new]
    fn new(nodes: Vec<Params>, presses: Vec<(String, f64, f64)>) -> PyResult<Self> {
        let params: Vec<_> = nodes
            .into_iter()
            .map(|(node, serial, counts, rated_torque, inertia, friction, gravity, position, coulomb, rope)| {
                NodeParams {
                    node,
                    serial,
                    counts,
                    rated_torque,
                    inertia,
                    friction,
                    gravity,
                    position,
                    coulomb,
                    rope: rope.map(|(mass, stiffness, legs)| RopeParams { mass, stiffness, legs }),
                }
            })
            .collect();
        let presses = presses.iter().map(|(name, from, until)| press(name, *from, *until)).collect::<PyResult<_>>()?;
        let group = Group::new(&params, Operator::new(presses)).map_err(config_error)?;
        Ok(Self { group, lines: None })
    }

    /// Go on to `t` [ns] and give what the drives send.
    fn advance(&mut self, t: i64) -> Vec<Message> {
        let mut out = Vec::new();
        self.group.advance(t, &mut out);
        messages(&out)
    }

    /// Take a frame that came at `t` [ns] and give what the drives send.
    fn receive(&mut self, t: i64, id: u16, data: Vec<u8>) -> PyResult<Vec<Message>> {
        let frame = Frame::new(id, &data).ok_or_else(|| {
            ConfigError::new_err(format!(
                "frame must have an id up to 0x7ff and 8 bytes, got {id:#x} and {}",
                data.len()
            ))
        })?;
        let mut out = Vec::new();
        self.group.receive(&frame, t, &mut out);
        Ok(messages(&out))
    }

    /// State of each drive.
    #[getter]
    fn states(&self) -> Vec<&'static str> {
        self.group.nodes().iter().map(|node| power_name(node.power())).collect()
    }

    /// Angle [rad] and velocity [rad/s] of each joint.
    #[getter]
    fn motions(&self) -> Vec<(f64, f64)> {
        self.group.nodes().iter().map(|node| node.motion().into()).collect()
    }

    /// Press a button from now on for `seconds` [s].
    fn press(&mut self, button: &str, seconds: f64) -> PyResult<()> {
        let press = press(button, 0.0, seconds)?;
        self.group.press(press.button, press.until);
        Ok(())
    }

    /// Hold the limb of a drive by hand at an angle [rad], or let it go where there is none.
    #[pyo3(signature = (node, angle=None))]
    fn hold(&mut self, node: u8, angle: Option<f64>) -> PyResult<()> {
        self.node(node)?.hold(angle).map_err(config_error)
    }

    /// Have the limb of a drive weigh so much, as the torque when it is horizontal [N·m].
    fn load(&mut self, node: u8, gravity: f64) -> PyResult<()> {
        self.node(node)?.load(gravity).map_err(config_error)
    }

    /// Open as many adapters as asked for on pseudo-terminals, and give their paths.
    fn open(&mut self, adapters: usize) -> PyResult<Vec<String>> {
        if !(1..=8).contains(&adapters) {
            return Err(ConfigError::new_err(format!("adapters must lie in [1, 8], got {adapters}")));
        }
        let lines = Lines::new(adapters).map_err(|error| PyOSError::new_err(error.to_string()))?;
        let paths = lines.paths().map(|path| path.display().to_string()).collect();
        self.lines = Some(lines);
        Ok(paths)
    }

    /// Serve the adapters without the interpreter for `seconds` [s], or until a drive goes into another state.
    fn serve(&mut self, py: Python<'_>, seconds: f64) -> PyResult<Vec<Told>> {
        let Some(lines) = &mut self.lines else {
            return Err(ConfigError::new_err("adapters must be opened before they are served"));
        };
        let group = &mut self.group;
        let until = Instant::now() + Duration::from_secs_f64(seconds.clamp(0.0, 10.0));
        let changes = py.detach(|| {
            loop {
                let changes = lines.serve(group)?;
                if !changes.is_empty() || Instant::now() >= until {
                    return Ok::<_, std::io::Error>(changes);
                }
            }
        });
        let changes = changes.map_err(|error| PyOSError::new_err(error.to_string()))?;
        Ok(changes.iter().map(|change| (change.t, change.node, power_name(change.power), change.gap)).collect())
    }
}
