//! A simulated drive behind a serial line, and a device that drives it.
#![allow(dead_code, clippy::unwrap_used)]

use gaitloop_plant::simulation::Operator;
use gaitloop_realtime::canopen::node::{Group, Lines, NodeParams};
use gaitloop_realtime::canopen::{AxisParams, BusAddress, DrivesDevice, Mode, NetworkParams, Part};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// A simulated drive that is served until it is dropped.
pub struct Served {
    path: PathBuf,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    pub fn new() -> Self {
        let (counts, rated_torque, inertia, friction) = (1e5, 20.0, 0.2, 1.0);
        let (node, serial, gravity, position, coulomb) = (1, 1, 3.0, 0.1, 0.5);
        let limb = NodeParams {
            node,
            serial,
            counts,
            rated_torque,
            inertia,
            friction,
            gravity,
            position,
            coulomb,
            rope: None,
        };
        let mut group = Group::new(&[limb], Operator::default()).unwrap();
        let mut lines = Lines::new(1).unwrap();
        let path = lines.paths().next().unwrap().to_path_buf();
        let ended = Arc::new(AtomicBool::new(false));
        let told = ended.clone();
        let thread = std::thread::spawn(move || {
            while !told.load(Ordering::Acquire) {
                lines.serve(&mut group).unwrap();
            }
        });
        Self { path, ended, thread: Some(thread) }
    }

    /// A device for a loop of 1 kHz.
    pub fn device(&self) -> DrivesDevice {
        let axis = AxisParams {
            node: 1,
            mode: Mode::Torque,
            counts: 1e5,
            zero: 0,
            rated_torque: 20.0,
            setpoint_max: 10.0,
            feedback_age_max: 0.05,
            heartbeat_timeout: 1.0,
            limit_time: 1.0,
            digest: None,
            winch: None,
        };
        let objects = core::iter::once((0x1016, 1)).chain((0..20).map(|n| (0x6072 + n, 0))).collect();
        let (node, rate, bitrate, heartbeat, drive_heartbeats) = (127, 1000.0, 1e6, 0.01, 50.0);
        let network = NetworkParams { node, rate, bitrate, heartbeat, drive_heartbeats, panel: None, objects };
        let address = BusAddress::Slcan(self.path.clone(), b'8');
        DrivesDevice::new(address, network, vec![(Part::Joint(0), axis)]).unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Release);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
