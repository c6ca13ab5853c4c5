#![allow(clippy::unwrap_used)]

use super::super::network::example as network;
use super::super::params::{Mode, example};
use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

const MS: i64 = 1_000_000;
const LEASE: Orders =
    Orders { lease: true, enable: false, clear: false, torque: [0.0; N_JOINTS], belt_speed: 0.0, support_force: None };

fn master(panel: Option<(usize, u8)>) -> Master {
    let network = network(250.0, panel);
    let axes = [(Part::Joint(1), example(3, Mode::Torque)), (Part::Belt, example(4, Mode::Velocity))];
    Master::new(&network, network.build(&axes).unwrap().0)
}

fn ids(out: &Outbox) -> Vec<u16> {
    out.frames().iter().map(Frame::id).collect()
}

fn frame(id: u16, data: &[u8]) -> Frame {
    Frame::new(id, data).unwrap()
}

#[test]
fn a_tick_ends_with_the_synchronisation_and_a_heartbeat_is_due_every_other_one() {
    let mut master = master(None);
    assert_eq!(ids(&master.step(0, &LEASE)), [0x77F, 0x203, 0x204, 0x603, 0x80]);
    assert_eq!(ids(&master.step(4 * MS, &LEASE)), [0x203, 0x204, 0x80]);
    assert_eq!(ids(&master.step(8 * MS, &LEASE)), [0x77F, 0x203, 0x204, 0x80]);
}

#[test]
fn without_a_lease_no_drive_hears_of_its_master_but_all_are_asked_what_they_do() {
    let mut master = master(None);
    master.step(0, &LEASE);
    let told: Vec<_> =
        (1..100).flat_map(|n| ids(&master.step(n * 4 * MS, &Orders { lease: false, clear: true, ..LEASE }))).collect();
    assert!(told.iter().all(|id| [0x80, 0x603, 0x604].contains(id)), "{told:x?}");
}

#[test]
fn whoever_commands_beside_us_is_noticed_for_good() {
    for id in [0x000, 0x080, 0x77F, 0x203, 0x304, 0x403, 0x504, 0x604] {
        let mut master = master(None);
        master.receive(&frame(id, &[0; 8]), 0);
        assert!(master.axes().iter().all(|axis| axis.trouble() == Some(Trouble::SecondMaster)), "{id:x}");
        assert_eq!(master.garbage(), 0);
    }
}

#[test]
fn more_than_five_strange_frames_in_a_second_are_a_trouble() {
    let strange = [
        frame(0x181, &[0; 8]),
        frame(0x183, &[0; 7]),
        frame(0x383, &[0; 4]),
        frame(0x7FF, &[]),
        Frame::request(0x183, 8).unwrap(),
    ];
    for what in strange {
        let mut master = master(None);
        for n in 0..20 {
            master.receive(&what, n * 250 * MS);
        }
        assert_eq!(master.garbage(), 20, "counted");
        assert!(master.axes().iter().all(|axis| axis.trouble() == Some(Trouble::Unasked)), "four a second pass");
        for _ in 0..6 {
            master.receive(&what, 5000 * MS);
        }
        assert!(master.axes().iter().all(|axis| axis.trouble() == Some(Trouble::Garbage)), "{what:?}");
    }
}

#[test]
fn a_sample_has_what_was_told_where_it_belongs_and_the_oldest_time() {
    let mut master = master(Some((0, 16)));
    for t in [0, 4 * MS] {
        master.step(t, &LEASE);
        let told = [0x37, 0, 0x94, 0x88, 1, 0, 250, 0];
        for id in [0x183, 0x184] {
            master.receive(&frame(id, &told), t + MS);
            master.receive(&frame(id + 0x100, &[0x50, 0xC3, 0, 0, 0, 0, 10]), t + MS);
        }
    }
    master.receive(&frame(0x383, &[0xFF, 0xFF, 0b101, 0]), 5 * MS);
    let sample = master.sample(8 * MS);
    assert_eq!(
        (sample.t, sample.q.get(1), sample.dq.get(1), sample.belt_speed.get(0)),
        (8 * MS, Some(1.0), Some(0.5), Some(0.5))
    );
    assert_eq!((sample.q.stamp, sample.belt_speed.stamp), (4 * MS, 4 * MS));
    assert_eq!(sample.q.valid, [false, true, false, false, false, false]);
    assert_eq!(sample.buttons.all()[..4], [Some(1.0), Some(0.0), Some(1.0), Some(0.0)]);
    assert_eq!((sample.drive_status.get(1), sample.drive_status.stamp), (Some(-1.0), 8 * MS));
    let late = master.sample(20 * MS);
    assert_eq!((late.q.get(1), late.belt_speed.get(0), late.buttons.get(0)), (None, None, None));
    assert!(late.drive_status.get(1).is_some());
}

#[test]
fn configuration_is_read_back_and_a_change_is_noticed_for_good() {
    let mut master = master(None);
    let mut changed = 0;
    let mut t = 0;
    let mut passes = |master: &mut Master, changed: u8| {
        for _ in 0..600 {
            t += 4 * MS;
            for asked in master.step(t, &LEASE).frames().iter().filter(|f| f.id() & 0x780 == 0x600) {
                let d = asked.data();
                let value = if (d[1], d[2]) == (0x16, 0x10) { [40, 0, 127, 0] } else { [0, 0, 0, 0] };
                let value = if (d[1], d[2]) == (0x01, 0x50) { [changed, 0, 0, 0] } else { value };
                master.receive(&frame(asked.id() - 0x80, &[&[0x43, d[1], d[2], d[3]][..], &value].concat()), t);
            }
        }
        master.sample(t)
    };
    let first = passes(&mut master, changed);
    let digest = first.drive_digest.get(1).unwrap();
    assert_eq!(first.drive_watchdog.get(1), Some(0.04));
    assert!(first.drive_digest.stamp > 0 && first.drive_digest.get(0).is_none());
    assert!(master.axes()[0].trouble() != Some(Trouble::ConfigurationChanged));
    changed = 1;
    let second = passes(&mut master, changed);
    assert_ne!(second.drive_digest.get(1), Some(digest));
    assert_eq!(master.axes()[0].trouble(), Some(Trouble::ConfigurationChanged));
}

proptest! {
    #[test]
    fn any_frames_are_survived_and_nothing_is_sent_twice(
        frames in vec((0_u16..0x800, vec(any::<u8>(), 0..9), any::<bool>()), 0..200), enable: bool, lease: bool,
    ) {
        let mut master = master(Some((0, 16)));
        for (n, (id, data, step)) in frames.into_iter().enumerate() {
            let t = n as i64 * 4 * MS;
            master.receive(&frame(id, &data), t);
            if step {
                let out = ids(&master.step(t, &Orders { lease, enable, ..LEASE }));
                let sample = master.sample(t);
                prop_assert!(sample.q.get(1).is_none_or(f64::is_finite) && out.last() == Some(&0x80));
                prop_assert!(out.iter().filter(|id| **id == 0x203).count() == usize::from(lease));
            }
        }
    }
}
