//! What comes over the wire of drives: any bytes of a serial line, any frames, at any times, for a master and for a
//! simulated drive. A drive is told to work only when that is asked for, and never by more torque than its limit.

use crate::bytes::Bytes;
use gaitloop_realtime::canopen::node::{Node, NodeParams};
use gaitloop_realtime::canopen::slcan::{Decoder, Input};
use gaitloop_realtime::canopen::{AxisParams, CONSUMER, Frame, Master, Mode, NetworkParams, Orders, Part, WinchParams};

const NODE: u8 = 1;
/// Largest setpoint [N·m], and in thousandths of the rated torque.
const MOST: (f64, i16) = (10.0, 500);
/// Identifiers that mean something to a drive or its master.
const IDS: [u16; 18] = [
    0x000, 0x080, 0x081, 0x181, 0x281, 0x381, 0x201, 0x301, 0x581, 0x601, 0x701, 0x77F, 0x182, 0x282, 0x382, 0x582,
    0x702, 0x7FF,
];
/// Number of the winch, its largest speed [m/s] and counts for each metre.
const WINCH: (u8, f64, f64) = (2, 0.2, 1e5);

fn master() -> Option<Master> {
    let axis = AxisParams {
        node: NODE,
        mode: Mode::Torque,
        counts: -1e5,
        zero: 500,
        rated_torque: 20.0,
        setpoint_max: MOST.0,
        feedback_age_max: 0.02,
        heartbeat_timeout: 0.1,
        limit_time: 0.5,
        digest: None,
        winch: None,
    };
    let rope = WinchParams {
        digit: -0.1,
        zero: 50,
        gain: 0.001,
        acceleration_max: 2.0,
        force_max: 1000.0,
        travel: [-1.0, 1.0],
        following_max: 0.05,
    };
    let (node, setpoint_max, counts) = WINCH;
    let (digest, winch, mode) = (Some(1.0), Some(rope), Mode::Velocity);
    let winch = AxisParams { node, mode, setpoint_max, counts, digest, winch, ..axis };
    let objects = core::iter::once(CONSUMER).chain((0..20).map(|n| (0x6072 + n, 0))).collect();
    let (node, rate, bitrate, heartbeat, drive_heartbeats) = (127, 500.0, 1e6, 0.01, 50.0);
    let network = NetworkParams { node, rate, bitrate, heartbeat, drive_heartbeats, panel: Some((0, 16)), objects };
    network.build(&[(Part::Joint(0), axis), (Part::Winch, winch)]).ok().map(|(axes, _)| Master::new(&network, axes))
}

fn node() -> Option<Node> {
    let (counts, rated_torque, inertia, friction) = (1e5, 20.0, 0.2, 1.0);
    let (serial, gravity, position, coulomb) = (1, 3.0, 0.1, 0.5);
    let limb = NodeParams {
        node: NODE,
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
    Node::new(limb).ok()
}

/// What a tick sends obeys what was asked for.
fn judge(out: &[Frame], orders: &Orders) {
    assert_eq!(out.last().map(Frame::id), Some(0x80));
    let told: Vec<_> = out.iter().filter(|frame| frame.id() == 0x201).collect();
    assert_eq!(told.len(), usize::from(orders.lease));
    for frame in told {
        let data = frame.data();
        let (word, torque) = (u16::from_le_bytes([data[0], data[1]]), i16::from_le_bytes([data[3], data[4]]));
        assert!(word & 0x0F != 0x0F || orders.enable, "{word:#x}");
        assert!(torque == 0 || orders.enable, "{torque}");
        assert!((-MOST.1..=MOST.1).contains(&torque), "{torque}");
    }
    for frame in out.iter().filter(|frame| frame.id() == 0x200 + u16::from(WINCH.0)) {
        let target = frame.data().last_chunk().copied().unwrap_or([0xFF; 4]);
        let speed = f64::from(i32::from_le_bytes(target)) / WINCH.2;
        assert!(speed == 0.0 || orders.enable && orders.support_force.is_some(), "{speed}");
        assert!(speed.abs() <= WINCH.1, "{speed}");
    }
}

/// One tick of the master, and what the drive answers.
fn tick(bytes: &mut Bytes<'_>, master: &mut Master, node: &mut Node, t: i64) -> Vec<Frame> {
    let flags = bytes.byte();
    let torque = core::array::from_fn(|_| bytes.hostile());
    let [lease, enable, clear] = [1, 2, 4].map(|bit| flags & bit != 0);
    let support_force = (flags & 8 != 0).then(|| bytes.hostile());
    let orders = Orders { lease, enable, clear, torque, belt_speed: 0.0, support_force };
    let out = master.step(t, &orders);
    judge(out.frames(), &orders);
    let sample = master.sample(t);
    assert!(sample.q.get(0).is_none() || sample.q.value[0].is_finite());
    assert!(sample.drive_status.get(0).is_some_and(|status| (-22.0..=3.0).contains(&status)));
    let mut answers = Vec::new();
    out.frames().iter().for_each(|frame| node.receive(frame, t, &mut answers));
    answers
}

/// Any bytes of a line.
fn line(bytes: &mut Bytes<'_>, decoder: &mut Decoder, master: &mut Master, t: i64) -> Vec<Frame> {
    let mut frames = Vec::new();
    for _ in 0..bytes.byte() % 40 {
        match decoder.push(bytes.byte()) {
            Some(Input::Frame(frame)) => frames.push(frame),
            Some(Input::Malformed | Input::Foreign) => master.count_garbage(t),
            _ => {}
        }
    }
    frames
}

pub fn run(data: &[u8]) {
    let (Some(mut master), Some(mut node)) = (master(), node()) else { return };
    let (mut bytes, mut decoder, mut t) = (Bytes::new(data), Decoder::default(), 0);
    while !bytes.is_empty() {
        let choice = bytes.byte();
        let frames = match choice % 4 {
            0 => line(&mut bytes, &mut decoder, &mut master, t),
            1 => {
                let (id, len) = (IDS[bytes.below(IDS.len())], usize::from(bytes.byte() % 9));
                let data: [u8; 8] = core::array::from_fn(|_| bytes.byte());
                Frame::new(id, &data[..len]).into_iter().collect()
            }
            _ => {
                t = bytes.time(t, 2_000_000).clamp(0, i64::MAX / 4);
                tick(&mut bytes, &mut master, &mut node, t)
            }
        };
        for frame in frames {
            master.receive(&frame, t);
            if choice & 0x80 != 0 {
                node.receive(&frame, t, &mut Vec::new());
            }
            assert!(node.motion().iter().all(|value| value.is_finite()), "{:?}", node.motion());
        }
    }
}
