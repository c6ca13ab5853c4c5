//! A winch with a person on its rope: it carries what is asked for, and holds whenever it is not told to.

use super::*;
use crate::canopen::winch::{WinchParams, example as rope};

const MASS: f64 = 70.0;
const SPEED: f64 = 0.15;

/// A master, a winch and a person who stands under it.
fn bus(mode: Mode) -> Bus {
    let network = network(250.0, None);
    let winch = Some(WinchParams { travel: [-1.0, 1.0], ..rope() });
    let axis = crate::canopen::AxisParams {
        zero: 0,
        limit_time: 1.0,
        setpoint_max: SPEED,
        rated_torque: 1000.0,
        winch,
        ..example(1, mode)
    };
    let master = Master::new(&network, network.build(&[(Part::Winch, axis)]).unwrap().0);
    let stands = RopeParams { mass: MASS, stiffness: 8000.0, legs: 30_000.0 };
    let (rated_torque, inertia, friction, position) = (1000.0, 20.0, 50.0, 0.0);
    let mut node =
        Node::new(NodeParams { rated_torque, inertia, friction, position, rope: Some(stands), ..params(1) }).unwrap();
    node.advance(0, &mut Vec::new());
    let target = if mode == Mode::Position { Object::TargetPosition } else { Object::TargetVelocity };
    for (index, sub, value) in [
        (0x1016, 1, &[40, 0, 127, 0][..]),
        (0x1017, 0, &[20, 0]),
        (0x1029, 1, &[1]),
        (0x6007, 0, &[3, 0]),
        (0x605A, 0, &[6, 0]),
        (0x605B, 0, &[1, 0]),
        (0x6072, 0, &2000_u16.to_le_bytes()),
        (0x6085, 0, &300_000_u32.to_le_bytes()),
        (0x1600, 0, &[0]),
        (0x1600, 3, &target.entry().to_le_bytes()),
        (0x1600, 0, &[3]),
        (0x1A02, 0, &[0]),
        (0x1A02, 1, &Object::Load.entry().to_le_bytes()),
        (0x1A02, 0, &[1]),
        (0x1802, 1, &0x381_u32.to_le_bytes()),
    ] {
        assert_eq!(write(&mut node, index, sub, value)[0], 0x60, "{index:x}");
    }
    Bus { master, nodes: vec![node], t: 0, waiting: Vec::new() }
}

fn pull(force: f64) -> Orders {
    Orders { support_force: Some(force), ..ENABLED }
}

/// Seconds of these orders.
fn go_on(bus: &mut Bus, seconds: f64, orders: Orders) {
    bus.ticks(orders, (seconds * 250.0) as usize);
}

fn working(mode: Mode) -> Bus {
    let mut bus = bus(mode);
    go_on(&mut bus, 0.2, Orders { clear: true, ..LEASE });
    go_on(&mut bus, 0.1, ENABLED);
    assert_eq!(bus.master.axes()[0].status(), 1.0, "{:?}", bus.master.axes()[0].trouble());
    bus
}

fn carrying(mode: Mode, force: f64) -> Bus {
    let mut bus = working(mode);
    go_on(&mut bus, 4.0, pull(force));
    assert!((bus.nodes[0].rope_force() - force).abs() < 5.0, "{}", bus.nodes[0].rope_force());
    bus
}

/// The person's legs no longer carry.
fn drop_the_person(bus: &mut Bus) {
    write(&mut bus.nodes[0], 0x2002, 0, &0_u32.to_le_bytes());
}

fn place(bus: &Bus) -> f64 {
    bus.nodes[0].motion()[0]
}

const MODES: [Mode; 2] = [Mode::Velocity, Mode::Position];

#[test]
fn a_step_of_force_settles_without_much_of_an_overshoot_and_is_told_with_its_time() {
    for mode in MODES {
        let mut bus = carrying(mode, 150.0);
        let mut most: f64 = 0.0;
        for _ in 0..750 {
            bus.tick(pull(250.0));
            most = most.max(bus.nodes[0].rope_force());
        }
        assert!((bus.nodes[0].rope_force() - 250.0).abs() < 3.0 && most < 270.0, "{mode:?}: {most}");
        let sample = bus.master.sample(bus.t);
        assert!((sample.rope_force.get(0).unwrap() - 250.0).abs() < 5.0);
        assert!((sample.rope_position.get(0).unwrap() - place(&bus)).abs() < 0.001);
        assert!((0..=12 * MS).contains(&(bus.t - sample.rope_force.stamp)));
        assert_eq!(sample.rope_force.stamp, sample.rope_position.stamp);
        bus.pass(60 * MS);
        assert_eq!(bus.master.sample(bus.t).rope_force.get(0), None, "too old");
    }
}

#[test]
fn a_person_whose_legs_give_way_is_held_wherever_the_winch_does_not_pull() {
    let held = |orders: Orders, mode, what: &str| {
        let mut bus = carrying(mode, 200.0);
        go_on(&mut bus, 0.3, orders);
        drop_the_person(&mut bus);
        let before = place(&bus);
        go_on(&mut bus, 2.0, orders);
        assert!((place(&bus) - before).abs() < 0.01, "{what}: {}", place(&bus) - before);
        assert!((bus.nodes[0].rope_force() - MASS * 9.8).abs() < 40.0, "{what}: {}", bus.nodes[0].rope_force());
        bus.nodes[0].power()
    };
    for mode in MODES {
        assert_eq!(held(ENABLED, mode, "hold"), PowerState::OperationEnabled);
        assert_eq!(held(LEASE, mode, "no power"), PowerState::ReadyToSwitchOn);
        assert_eq!(held(Orders { lease: false, ..ENABLED }, mode, "no lease"), PowerState::QuickStopActive);
        assert_eq!(held(Orders { lease: false, ..pull(200.0) }, mode, "no lease"), PowerState::QuickStopActive);
    }
}

#[test]
fn a_winch_that_pulls_and_loses_its_master_holds_within_fifty_milliseconds() {
    for mode in MODES {
        let mut bus = carrying(mode, 100.0);
        bus.ticks(pull(400.0), 25);
        assert!(bus.nodes[0].motion()[1] > 0.02);
        drop_the_person(&mut bus);
        bus.pass(50 * MS);
        assert_eq!(bus.nodes[0].power(), PowerState::QuickStopActive);
        bus.pass(50 * MS);
        let before = place(&bus);
        bus.pass(5000 * MS);
        assert_eq!((place(&bus), bus.nodes[0].motion()[1]), (before, 0.0));
    }
}

#[test]
fn a_trouble_and_the_end_of_the_loop_hold_with_the_power_on() {
    let mut bus = carrying(Mode::Velocity, 200.0);
    drop_the_person(&mut bus);
    let before = place(&bus);
    bus.master.blame_all(Trouble::Garbage);
    for orders in [pull(200.0), LEASE] {
        go_on(&mut bus, 1.0, orders);
        assert_eq!(bus.nodes[0].power(), PowerState::QuickStopActive);
    }
    bus.master.quit(crate::canopen::Goal::Off);
    go_on(&mut bus, 1.0, LEASE);
    assert_eq!(bus.nodes[0].power(), PowerState::QuickStopActive);
    assert!(bus.master.axes()[0].is_at_rest() && (place(&bus) - before).abs() < 0.01);
}

#[test]
fn a_falling_person_is_not_let_down_for_long() {
    let mut bus = carrying(Mode::Velocity, 200.0);
    let before = place(&bus);
    drop_the_person(&mut bus);
    go_on(&mut bus, 2.0, pull(200.0));
    assert_eq!(bus.master.axes()[0].trouble(), Some(Trouble::Overloaded));
    assert_eq!(bus.nodes[0].power(), PowerState::QuickStopActive);
    assert!(before - place(&bus) < SPEED * 0.3, "{}", before - place(&bus));
}

#[test]
fn a_winch_is_enabled_where_it_is_and_one_that_cannot_follow_its_place_holds() {
    let mut bus = working(Mode::Position);
    let mut last = place(&bus);
    for _ in 0..250 {
        bus.tick(ENABLED);
        assert!((place(&bus) - last).abs() < 1e-4);
        last = place(&bus);
    }
    let mut bus = carrying(Mode::Position, 100.0);
    bus.nodes[0].dictionary.set(0x6072, 0, 105);
    drop_the_person(&mut bus);
    write(&mut bus.nodes[0], 0x2002, 0, &30_000_u32.to_le_bytes());
    for _ in 0..500 {
        bus.tick(pull(1100.0));
    }
    let trouble = bus.master.axes()[0].trouble();
    assert!(matches!(trouble, Some(Trouble::FollowingError | Trouble::LimitActive)), "{trouble:?}");
    assert_eq!(bus.nodes[0].power(), PowerState::QuickStopActive);
}

#[test]
fn a_winch_that_is_not_set_up_as_verified_is_never_cleared() {
    let mut bus = bus(Mode::Velocity);
    let network = network(250.0, None);
    let axis = crate::canopen::AxisParams { digest: Some(1.0), ..*bus.master.axes()[0].params() };
    bus.master = Master::new(&network, network.build(&[(Part::Winch, axis)]).unwrap().0);
    go_on(&mut bus, 0.05, Orders { clear: true, ..LEASE });
    assert_eq!(bus.master.axes()[0].trouble(), Some(Trouble::Unasked), "not read yet");
    go_on(&mut bus, 2.0, Orders { clear: true, ..LEASE });
    assert_eq!(bus.master.axes()[0].trouble(), Some(Trouble::ConfigurationChanged));
    go_on(&mut bus, 1.0, pull(200.0));
    assert_eq!(bus.nodes[0].power(), PowerState::SwitchOnDisabled);
}
