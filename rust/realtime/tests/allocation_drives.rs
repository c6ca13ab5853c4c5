//! A tick of drives neither asks for memory nor gives any back, whatever comes over the line.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

#[path = "../../core/tests/counting/mod.rs"]
mod counting;

use counting::traffic;
use gaitloop_core::safety::{Command, SafeProfile};
use gaitloop_plant::simulation::Operator;
use gaitloop_realtime::Device;
use gaitloop_realtime::canopen::node::{Group, Lines, NodeParams};
use gaitloop_realtime::canopen::{AxisParams, BusAddress, DrivesDevice, Mode, NetworkParams, Part};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// A simulated drive behind a serial line, served until told to end; where it is opened.
fn served(ended: Arc<AtomicBool>) -> (JoinHandle<()>, BusAddress) {
    let (counts, rated_torque, inertia, friction) = (1e5, 20.0, 0.2, 1.0);
    let (node, serial, gravity, position, coulomb) = (1, 1, 3.0, 0.1, 0.5);
    let limb = NodeParams { node, serial, counts, rated_torque, inertia, friction, gravity, position, coulomb };
    let mut group = Group::new(&[limb], Operator::default()).unwrap();
    let mut lines = Lines::new(1).unwrap();
    let address = BusAddress::Slcan(lines.paths().next().unwrap().to_path_buf(), b'8');
    let thread = std::thread::spawn(move || {
        while !ended.load(Ordering::Acquire) {
            lines.serve(&mut group).unwrap();
        }
    });
    (thread, address)
}

fn device(address: BusAddress) -> DrivesDevice {
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
    };
    let objects = core::iter::once((0x1016, 1)).chain((0..20).map(|n| (0x6072 + n, 0))).collect();
    let (node, rate, bitrate, heartbeat, drive_heartbeats) = (127, 1000.0, 1e6, 0.01, 50.0);
    let network = NetworkParams { node, rate, bitrate, heartbeat, drive_heartbeats, panel: None, objects };
    DrivesDevice::new(address, network, vec![(Part::Joint(0), axis)]).unwrap()
}

#[test]
fn a_tick_of_drives_has_no_traffic_with_the_allocator() {
    let ended = Arc::new(AtomicBool::new(false));
    let (thread, address) = served(ended.clone());
    let mut device = device(address);
    device.open(0.001).unwrap();
    let (mut answers, command) = (0, Command::idle());
    for t in 0..500 {
        let ticked = traffic(|| {
            answers += i32::from(device.measure(t * 1_000_000).unwrap().q.get(0).is_some());
            device.exchange(&command).unwrap();
        });
        assert_eq!(ticked, [0, 0], "tick {t}: allocated, given back");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    assert!(answers > 300, "{answers}");
    device.close(SafeProfile::ReleaseAfterDamp);
    ended.store(true, Ordering::Release);
    thread.join().unwrap();
}
