#![allow(clippy::unwrap_used)]
//! Drives behind a pseudo-terminal, served by a thread or by hand.

use super::super::network::example as network;
use super::super::node::{Group, Lines, NodeParams};
use super::super::params::{Mode, example};
use super::super::{AxisParams, Frame, PowerState};
use super::*;
use gaitloop_plant::simulation::Operator;
use std::fs::File;
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

const TICK: i64 = 4_000_000;

/// Simulated drives that are served until they are dropped.
struct Served {
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<Group>>,
}

impl Served {
    fn new(nodes: &[u8]) -> (Self, Address) {
        let one = |node: &u8| NodeParams {
            node: *node,
            serial: 7,
            counts: 100_000.0,
            rated_torque: 20.0,
            inertia: 0.2,
            friction: 0.5,
            gravity: 3.0,
            position: 0.1,
            coulomb: 0.0,
            rope: None,
        };
        let mut group = Group::new(&nodes.iter().map(one).collect::<Vec<_>>(), Operator::default()).unwrap();
        // They tell every 20 ms that they are there.
        let beat = [0x2B, 0x17, 0x10, 0, 20, 0, 0, 0];
        for node in nodes {
            let frame = Frame::new(0x600 + u16::from(*node), &beat).unwrap();
            group.receive(&frame, sys::now(), &mut Vec::new());
        }
        let mut lines = Lines::new(1).unwrap();
        let address = Address::Slcan(lines.paths().next().unwrap().to_path_buf(), b'8');
        let ended = Arc::new(AtomicBool::new(false));
        let told = ended.clone();
        let thread = std::thread::spawn(move || {
            while !told.load(Ordering::Acquire) {
                lines.serve(&mut group).unwrap();
            }
            group
        });
        (Self { ended, thread: Some(thread) }, address)
    }

    fn end(mut self) -> Group {
        self.ended.store(true, Ordering::Release);
        self.thread.take().unwrap().join().unwrap()
    }
}

fn device(address: Address) -> DrivesDevice {
    let network = NetworkParams { heartbeat: 0.008, ..network(250.0, None) };
    let lenient = AxisParams { feedback_age_max: 0.05, heartbeat_timeout: 1.0, ..example(1, Mode::Torque) };
    DrivesDevice::new(address, network, vec![(Part::Joint(0), lenient)]).unwrap()
}

/// Ticks in real time with these orders.
fn ticks(device: &mut DrivesDevice, from: i64, n: i64, orders: &Orders) -> Sample {
    let mut sample = Sample::default();
    for k in 0..n {
        sample = device.measure((from + k) * TICK).unwrap();
        device.tell(orders).unwrap();
        sys::sleep_until(sys::now() + TICK);
    }
    sample
}

const LEASE: Orders =
    Orders { lease: true, enable: false, clear: false, torque: [0.0; 6], belt_speed: 0.0, support_force: None };

/// A device and its drive after thirty ticks with power; none where a busy machine let answers come too late, which is
/// told rightly and no fault of theirs.
fn enabled() -> Option<(Served, DrivesDevice, Sample)> {
    let (served, address) = Served::new(&[1]);
    let mut device = device(address);
    device.open(0.004).unwrap();
    ticks(&mut device, 0, 20, &Orders { clear: true, ..LEASE });
    let sample = ticks(&mut device, 20, 30, &Orders { enable: true, torque: [1.0; 6], ..LEASE });
    let late = sample.drive_status.get(0).is_some_and(|status| status > 1.0);
    if late || matches!(device.axes()[0].trouble(), Some(Trouble::FeedbackLost | Trouble::SendLate)) {
        device.close(SafeProfile::ReleaseAfterDamp);
        served.end();
        return None;
    }
    Some((served, device, sample))
}

#[test]
fn drives_are_opened_enabled_and_at_rest_after_closing() {
    let (served, mut device, sample) = (0..5).find_map(|_| enabled()).unwrap();
    assert!(sample.q.get(0).is_some_and(|q| (0.0..0.2).contains(&q)), "{:?}", device.axes()[0].trouble());
    assert_eq!((device.axes()[0].trouble(), sample.drive_status.get(0)), (None, Some(1.0)));
    device.close(SafeProfile::ReleaseAfterDamp);
    assert!(device.port.is_none() && device.measure(0).is_err());
    assert_eq!(served.end().nodes()[0].power(), PowerState::SwitchOnDisabled);
}

#[test]
fn a_drive_that_does_not_answer_is_a_timeout_at_the_opening_and_nothing_stays_open() {
    let (served, address) = Served::new(&[5]);
    let mut device = device(address);
    assert!(matches!(device.open(0.004), Err(DeviceError::Timeout(_))));
    assert!(device.port.is_none());
    assert!(matches!(device.open(0.001), Err(DeviceError::Unfit(_))), "another rate");
    served.end();
}

#[test]
fn a_port_that_cannot_be_opened_is_told_with_what_the_system_says() {
    let mut device = device(Address::Slcan("/dev/no such port".into(), b'8'));
    let told = device.open(0.004).unwrap_err();
    assert_eq!(told, DeviceError::Unopened(BUS, std::io::ErrorKind::NotFound));
    let text = "the CAN bus of the drives cannot be opened (entity not found): ";
    assert!(told.to_string().starts_with(text), "{told}");
}

/// A device whose far end is in our hands.
fn by_hand() -> (DrivesDevice, File, File) {
    let (far, near, path) = sys::pseudo_terminal().unwrap();
    let address = Address::Slcan(path, b'8');
    let mut device = device(address.clone());
    device.port = Some(Port::open(&address).unwrap());
    (device, far, near)
}

#[test]
fn an_adapter_that_tells_of_a_bus_that_is_off_stops_all_drives() {
    for (line, trouble) in [(&b"F20\r"[..], Trouble::BusOff), (b"F80\r", Trouble::BusOff), (b"F04\r", Trouble::Unasked)]
    {
        let (mut device, mut far, _near) = by_hand();
        far.write_all(line).unwrap();
        device.measure(0).unwrap();
        assert_eq!(device.axes()[0].trouble(), Some(trouble));
    }
}

#[test]
fn an_adapter_is_asked_for_the_state_of_its_bus_ten_times_a_second() {
    let (mut device, mut far, _near) = by_hand();
    let mut asked = 0;
    for _ in 0..250 {
        device.tell(&LEASE).unwrap();
        let mut bytes = [0; 512];
        let n = far.read(&mut bytes).unwrap();
        asked += bytes[..n].split(|byte| *byte == b'\r').filter(|line| *line == b"F").count();
    }
    assert_eq!(asked, 10);
}

#[test]
fn what_does_not_get_out_for_more_than_two_ticks_is_a_trouble() {
    let (mut device, _far, _near) = by_hand();
    let mut full = 0;
    for _ in 0..2000 {
        device.tell(&LEASE).unwrap();
        full += i32::from(device.behind > 0);
        if device.axes()[0].trouble() == Some(Trouble::SendLate) {
            break;
        }
    }
    assert_eq!(full, 3);
}

#[test]
fn lines_that_are_no_frames_are_counted_and_too_many_are_a_trouble() {
    let (mut device, mut far, _near) = by_hand();
    far.write_all(b"t18\rT1FFFFFFF0\rt18120\rhello\rz\r\r\x07").unwrap();
    device.measure(0).unwrap();
    assert_eq!((device.garbage(), device.axes()[0].trouble()), (3, Some(Trouble::Unasked)));
    far.write_all(b"t1\rt1\rt1\r").unwrap();
    device.measure(TICK).unwrap();
    assert_eq!((device.garbage(), device.axes()[0].trouble()), (6, Some(Trouble::Garbage)));
}

#[test]
fn a_line_that_is_gone_is_lost() {
    let (mut device, far, near) = by_hand();
    drop((far, near));
    assert!(matches!(device.measure(0), Err(DeviceError::Lost(_))));
    device.close(SafeProfile::LockBrake);
    assert!(device.clone().port.is_none());
}
