#![allow(clippy::unwrap_used)]

use super::super::network::example as network;
use super::super::params::example;
use super::super::{Axis, Master, Orders, Part, Trouble, upload};
use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

const MS: i64 = 1_000_000;
const TICK: i64 = 4 * MS;

fn params(node: u8) -> NodeParams {
    NodeParams {
        node,
        serial: 7,
        counts: 100_000.0,
        rated_torque: 20.0,
        inertia: 0.2,
        friction: 0.5,
        gravity: 3.0,
        position: 0.1,
        coulomb: 0.0,
        rope: None,
    }
}

fn frame(id: u16, data: &[u8]) -> Frame {
    Frame::new(id, data).unwrap()
}

fn write(node: &mut Node, index: u16, sub: u8, value: &[u8]) -> Vec<u8> {
    let [low, high] = index.to_le_bytes();
    let command = 0x23 | ((4 - value.len() as u8) << 2);
    let mut data = vec![command, low, high, sub];
    data.extend(value);
    data.resize(8, 0);
    let mut out = Vec::new();
    let t = node.t.unwrap_or(0);
    node.receive(&frame(0x600 + u16::from(node.number()), &data), t, &mut out);
    out.into_iter().find(|f| f.id() & 0x780 == 0x580).unwrap().data().to_vec()
}

/// A drive that waits 40 ms for its master's heartbeat, and then does `abort`.
fn configured(number: u8, abort: u8) -> Node {
    let mut node = Node::new(params(number)).unwrap();
    node.advance(0, &mut Vec::new());
    for (index, sub, value) in [
        (0x1016, 1, &[40, 0, 127, 0][..]),
        (0x1017, 0, &[20, 0]),
        (0x1029, 1, &[1]),
        (0x6007, 0, &[abort, 0]),
        (0x605A, 0, &[2, 0]),
    ] {
        assert_eq!(write(&mut node, index, sub, value)[0], 0x60, "{index:x}");
    }
    node
}

/// A master and two drives on one bus.
struct Bus {
    master: Master,
    nodes: Vec<Node>,
    t: i64,
    waiting: Vec<Frame>,
}

impl Bus {
    fn new(abort: u8) -> Self {
        let network = network(250.0, None);
        let axes = [1, 2].map(|node| (Part::Joint(usize::from(node) - 1), example(node, Mode::Torque)));
        let axes = axes.map(|(part, p)| (part, super::super::AxisParams { zero: 0, limit_time: 1.0, ..p }));
        let master = Master::new(&network, network.build(&axes).unwrap().0);
        Self { master, nodes: vec![configured(1, abort), configured(2, abort)], t: 0, waiting: Vec::new() }
    }

    /// Time without a tick of the master.
    fn pass(&mut self, time: i64) {
        let until = self.t + time;
        while self.t < until {
            self.t += MS;
            self.nodes.iter_mut().for_each(|node| node.advance(self.t, &mut self.waiting));
        }
    }

    fn tick(&mut self, orders: Orders) {
        self.pass(TICK);
        for frame in core::mem::take(&mut self.waiting) {
            self.master.receive(&frame, self.t);
        }
        for frame in self.master.step(self.t, &orders).frames() {
            self.nodes.iter_mut().for_each(|node| node.receive(frame, self.t, &mut self.waiting));
        }
    }

    fn ticks(&mut self, orders: Orders, n: usize) {
        (0..n).for_each(|_| self.tick(orders));
    }

    fn enabled(abort: u8) -> Self {
        let mut bus = Self::new(abort);
        bus.ticks(Orders { clear: true, ..LEASE }, 20);
        bus.ticks(ENABLED, 20);
        assert!(bus.nodes.iter().all(|node| node.power() == PowerState::OperationEnabled));
        assert!(bus.master.axes().iter().all(|axis| axis.status() == 1.0));
        bus
    }
}

const LEASE: Orders =
    Orders { lease: true, enable: false, clear: false, torque: [0.0; 6], belt_speed: 0.0, support_force: None };
const ENABLED: Orders = Orders { enable: true, ..LEASE };

#[test]
fn drives_are_armed_and_the_torque_that_is_asked_for_moves_the_joint() {
    let mut bus = Bus::enabled(3);
    let before = bus.nodes[0].motion()[0];
    bus.ticks(Orders { torque: [10.0, 0.0, 0.0, 0.0, 0.0, 0.0], ..ENABLED }, 25);
    let sample = bus.master.sample(bus.t);
    assert!(bus.nodes[0].motion()[0] > before + 0.05 && bus.nodes[1].motion()[0] <= before);
    assert!((sample.q.get(0).unwrap() - bus.nodes[0].motion()[0]).abs() < 0.05 && sample.dq.get(0).unwrap() > 0.2);
    assert!((bus.master.axes()[0].feedback(bus.t).unwrap().torque - 10.0).abs() < 0.02);
}

#[test]
fn without_its_master_a_moving_drive_stops_by_itself_within_fifty_milliseconds() {
    for (abort, state) in [(1, PowerState::Fault), (2, PowerState::SwitchOnDisabled), (3, PowerState::SwitchOnDisabled)]
    {
        let mut bus = Bus::enabled(abort);
        bus.ticks(Orders { torque: [10.0; 6], ..ENABLED }, 50);
        assert!(bus.nodes[0].motion()[1] > 1.0);
        bus.pass(50 * MS);
        assert_ne!(bus.nodes[0].power(), PowerState::OperationEnabled, "{abort}");
        bus.pass(500 * MS);
        assert_eq!(bus.nodes[0].power(), state);
    }
    let mut bus = Bus::enabled(0);
    bus.pass(500 * MS);
    assert_eq!(bus.nodes[0].power(), PowerState::OperationEnabled, "it was told to do nothing");
}

#[test]
fn a_withheld_lease_stops_the_drives_and_only_a_clear_brings_them_back() {
    for (abort, enable) in [(1, false), (1, true), (3, false), (3, true)] {
        let mut bus = Bus::enabled(abort);
        let held = Orders { enable, ..LEASE };
        bus.ticks(held, 20);
        bus.ticks(Orders { lease: false, ..held }, 15);
        assert!(bus.master.axes().iter().all(|axis| axis.status() < 0.0), "{abort} {enable}");
        assert!(bus.master.sample(bus.t).q.get(0).is_some(), "it still tells where it is");
        bus.ticks(held, 50);
        assert!(bus.master.axes().iter().all(|axis| axis.status() < 0.0));
        bus.ticks(Orders { clear: true, ..LEASE }, 20);
        assert!(bus.master.axes().iter().all(|axis| axis.status() == 0.0), "{:?}", bus.master.axes()[0].trouble());
    }
}

#[test]
fn a_drive_that_boots_in_between_stays_without_power_until_it_is_cleared() {
    let mut bus = Bus::enabled(3);
    let t = bus.t;
    bus.nodes[1].receive(&NmtCommand::ResetNode.frame(2), t, &mut bus.waiting);
    bus.tick(ENABLED);
    assert!(bus.master.axes()[1].status() < 0.0);
    bus.ticks(ENABLED, 100);
    assert_eq!(bus.nodes[1].power(), PowerState::SwitchOnDisabled);
    assert_eq!(bus.nodes[0].power(), PowerState::OperationEnabled, "the other goes on until the guard stops it");
}

#[test]
fn a_fault_of_the_drive_is_told_and_reset_by_a_rising_bit() {
    let mut bus = Bus::enabled(3);
    write(&mut bus.nodes[0], 0x2001, 0, &[0x10, 0x43]);
    let mut out = Vec::new();
    bus.nodes[0].fail(0x4310, &mut out);
    bus.waiting.extend(out);
    bus.ticks(ENABLED, 3);
    assert_eq!((bus.master.axes()[0].trouble(), bus.master.axes()[0].emergency()), (Some(Trouble::Emergency), 0x4310));
    bus.ticks(Orders { clear: true, ..LEASE }, 30);
    bus.ticks(ENABLED, 20);
    assert_eq!(bus.master.axes()[0].status(), 1.0);
}

#[test]
fn a_position_that_cannot_be_followed_is_a_fault() {
    let mut node = configured(1, 3);
    node.dictionary.live.set(Object::Mode, 8);
    node.dictionary.live.set(Object::TargetPosition, 100_000);
    node.power = PowerState::OperationEnabled;
    node.dictionary.set(0x6072, 0, 1);
    let mut out = Vec::new();
    node.advance(20 * MS, &mut out);
    assert_ne!(node.dictionary.live.word(Object::Statusword) & FOLLOWING, 0);
    node.advance(100 * MS, &mut out);
    assert!(matches!(node.power, PowerState::FaultReaction | PowerState::Fault));
    assert!(out.iter().any(|f| f.id() == 0x81 && f.data()[..2] == [0x11, 0x86]));
}

const FOLLOWING: u16 = 1 << 13;

#[test]
fn the_dictionary_refuses_as_the_standard_says() {
    let mut node = configured(1, 3);
    let code = |answer: Vec<u8>| u32::from_le_bytes(answer[4..8].try_into().unwrap());
    let cases: [(u16, u8, &[u8], Abort); 7] = [
        (0x5000, 0, &[0], Abort::NoObject),
        (0x1018, 9, &[0], Abort::NoSub),
        (0x1000, 0, &[0; 4], Abort::ReadOnly),
        (0x6041, 0, &[0; 2], Abort::ReadOnly),
        (0x6007, 0, &[1], Abort::Length),
        (0x6007, 0, &[9, 0], Abort::Value),
        (0x1600, 0, &[4], Abort::NotMappable),
    ];
    for (index, sub, value, abort) in cases {
        assert_eq!(code(write(&mut node, index, sub, value)), abort as u32, "{index:x}:{sub}");
    }
    node.receive(&NmtCommand::Start.frame(0), 0, &mut Vec::new());
    assert_eq!(code(write(&mut node, 0x1800, 2, &[1])), Abort::State as u32);
}

#[test]
fn a_text_is_given_in_segments() {
    let (mut node, mut text, mut toggle) = (configured(1, 3), Vec::<u8>::new(), 0_u8);
    let ask = |node: &mut Node, data: [u8; 8]| {
        let mut out: Vec<Frame> = Vec::new();
        node.receive(&frame(0x601, &data), 0, &mut out);
        out[0].data().to_vec()
    };
    assert_eq!(ask(&mut node, upload(1, 0x1008, 0).data().try_into().unwrap())[0], 0x41);
    loop {
        let part = ask(&mut node, [0x60 | toggle, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(part[0] & 0xF0, toggle);
        text.extend(&part[1..8 - usize::from(part[0] >> 1 & 7)]);
        toggle ^= 0x10;
        if part[0] & 1 == 1 {
            break;
        }
    }
    assert_eq!(text, b"gaitloop simulated drive");
    assert_eq!(ask(&mut node, [0x60, 0, 0, 0, 0, 0, 0, 0])[0], 0x80, "nothing is left");
}

#[test]
fn a_hand_holds_a_limb_and_lets_it_go_and_a_load_pulls_it() {
    let mut node = Node::new(NodeParams { coulomb: 0.4, ..params(1) }).unwrap();
    node.hold(Some(0.7)).unwrap();
    node.advance(0, &mut Vec::new());
    node.advance(500 * MS, &mut Vec::new());
    assert_eq!(node.motion(), [0.7, 0.0]);
    node.hold(None).unwrap();
    node.load(5.0).unwrap();
    node.advance(530 * MS, &mut Vec::new());
    let falls = -5.0 * 0.7_f64.sin() / 0.2;
    assert!(node.motion()[1] < 0.5 * 0.03 * falls && node.motion()[1] > 0.03 * falls, "{:?}", node.motion());
    for bad in [f64::NAN, 3.1, -1e9] {
        assert!(node.hold(Some(bad)).is_err() && node.load(bad - 4.0).is_err());
    }
}

proptest! {
    #[test]
    fn any_frames_are_survived_and_a_drive_without_orders_has_no_power(
        frames in vec((0_usize..12, vec(any::<u8>(), 0..9), 0_i64..20), 0..200),
    ) {
        let mut node = configured(1, 3);
        let ids = [0, 0x80, 0x81, 0x181, 0x201, 0x301, 0x601, 0x602, 0x701, 0x77F, 0x7FF, 0x581];
        let (mut t, mut out) = (0, Vec::new());
        for (id, data, wait) in frames {
            t += wait * MS;
            out.clear();
            node.receive(&frame(ids[id], &data), t, &mut out);
            prop_assert!(node.motion().iter().all(|x| x.is_finite()));
            let enabled = node.power() == PowerState::OperationEnabled;
            prop_assert!(!enabled || node.word & 0x8F == 0x0F);
        }
    }
}

#[test]
fn answers_that_come_late_are_told_and_told_again_while_the_drives_follow() {
    let late = |every: usize, ticks: usize| {
        let mut bus = Bus::enabled(3);
        let mut most = 0.0_f64;
        for n in 0..ticks {
            bus.pass(TICK);
            let (held, now) = (n % every == 0, core::mem::take(&mut bus.waiting));
            // The answers of this tick come with those of the next one.
            let (told, rest): (Vec<_>, Vec<_>) =
                now.into_iter().partition(|frame| !held || frame.id() & 0x780 != 0x180);
            told.iter().for_each(|frame| bus.master.receive(frame, bus.t));
            for frame in bus.master.step(bus.t, &ENABLED).frames() {
                bus.nodes.iter_mut().for_each(|node| node.receive(frame, bus.t, &mut bus.waiting));
            }
            bus.waiting.splice(0..0, rest);
            most = most.max(bus.master.sample(bus.t).drive_status.get(0).unwrap());
        }
        let troubles: Vec<_> = bus.master.axes().iter().map(Axis::trouble).collect();
        assert_eq!(troubles, [None, None], "nothing is lost");
        most
    };
    assert_eq!(late(126, 1000), 1.0);
    assert_eq!(late(50, 140), 2.0, "the third in a second");
    assert_eq!(late(50, 1000), 3.0);
}

mod winch;
