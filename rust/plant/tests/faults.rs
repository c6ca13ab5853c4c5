//! Every kind of fault changes what it says, while it says, and nothing else.
#![allow(clippy::unwrap_used)]

mod common;

use common::Setup;
use gaitloop_core::safety::State;
use gaitloop_core::types::{SAMPLE_FIELDS, SAMPLE_GROUPS, SAMPLE_LEN, Sample};
use gaitloop_plant::{Actuation, DeviceParams, Fault, FaultKind, Fit, PatientParams, Plant, RopeMode, Sensors, Target};

const MS: i64 = 1_000_000;
/// First tick, end, and times of the fault [ticks].
const TICKS: (i64, i64) = (9000, 10_900);
const FAULT: (i64, i64) = (9100, 10_700);

fn command() -> Actuation {
    let torque = [4.0, -2.0, 1.0, -4.0, 2.0, -1.0];
    Actuation {
        torque,
        belt_speed: 0.6,
        support_mode: RopeMode::Track,
        enabled: true,
        expiry: i64::MAX,
        ..Actuation::default()
    }
}

fn tick(plant: &mut Plant, t: i64) -> Sample {
    let sample = plant.sample(t * MS);
    plant.step(&command(), 1e-3);
    sample
}

/// A person on the belt, every sensor fitted, a moment before the fault.
fn walking() -> Plant {
    let mut plant = Plant::new(PatientParams::fac(5, 0, 1).unwrap(), DeviceParams::treadmill_exo(true), 1).unwrap();
    plant.fit(Sensors { fit: [Fit::Usual; SAMPLE_GROUPS], ..Sensors::default() }, 1).unwrap();
    for t in 0..TICKS.0 {
        tick(&mut plant, t);
    }
    plant
}

fn run(plant: &Plant, faults: Vec<Fault>) -> Vec<Sample> {
    let mut plant = plant.clone();
    plant.inject(faults).unwrap();
    (TICKS.0..TICKS.1).map(|t| tick(&mut plant, t)).collect()
}

fn fault(kind: FaultKind, magnitude: f64) -> Fault {
    let start = FAULT.0 as f64 * 1e-3;
    Fault { duration: Some((FAULT.1 - FAULT.0) as f64 * 1e-3), seed: 7, ..Fault::new(kind, magnitude, start) }
}

type Flat = ([u64; SAMPLE_LEN], [bool; SAMPLE_LEN], [i64; SAMPLE_GROUPS]);

fn flat(sample: &Sample) -> Flat {
    let (mut value, mut valid, mut stamp) = ([0.0; SAMPLE_LEN], [false; SAMPLE_LEN], [0; SAMPLE_GROUPS]);
    sample.to_flat(&mut value, &mut valid, &mut stamp);
    (value.map(f64::to_bits), valid, stamp)
}

/// What a value becomes `s` seconds into the fault, for kinds that look at nothing else.
fn expected(kind: FaultKind, m: f64, value: f64, s: f64, first: f64) -> Option<f64> {
    Some(match kind {
        FaultKind::Nan => f64::NAN,
        FaultKind::Infinite => f64::INFINITY,
        FaultKind::Frozen => first,
        FaultKind::Jump | FaultKind::Offset => value + m,
        FaultKind::BitFlip => ((value * 65_536.0) as i64 ^ (1 << m as u32)) as f64 / 65_536.0,
        FaultKind::Drift => value + m * s,
        FaultKind::SignFlip => -value,
        FaultKind::Scale => value * m,
        FaultKind::Saturated | FaultKind::StuckHigh => m,
        FaultKind::StuckLow | FaultKind::ZeroFrames => 0.0,
        FaultKind::Rotated => value * m.cos(),
        FaultKind::Chatter if (s * m).fract() >= 0.5 => 0.0,
        FaultKind::Invalid | FaultKind::Lost | FaultKind::Chatter => value,
        _ => return None,
    })
}

/// Kinds that strike one value, with a magnitude.
const VALUES: [(FaultKind, f64); 20] = [
    (FaultKind::Nan, 0.0),
    (FaultKind::Infinite, 0.0),
    (FaultKind::Invalid, 0.0),
    (FaultKind::Frozen, 0.0),
    (FaultKind::Jump, 0.3),
    (FaultKind::BitFlip, 12.0),
    (FaultKind::Drift, 0.5),
    (FaultKind::SignFlip, 0.0),
    (FaultKind::Scale, 57.3),
    (FaultKind::Noise, 0.1),
    (FaultKind::ZeroFrames, 0.0),
    (FaultKind::Saturated, 1500.0),
    (FaultKind::Offset, 50.0),
    (FaultKind::Lost, 0.0),
    (FaultKind::StuckLow, 0.0),
    (FaultKind::StuckHigh, 400.0),
    (FaultKind::Chatter, 20.0),
    (FaultKind::Missed, 1.0),
    (FaultKind::Double, 0.05),
    (FaultKind::Rotated, 1.0),
];

#[test]
fn every_kind_of_one_value_changes_that_value_as_told_and_nothing_else() {
    let plant = walking();
    let clean = run(&plant, vec![]);
    for (kind, m) in VALUES {
        let index = usize::from(kind.info().target != Target::Foot);
        let spoilt = run(&plant, vec![Fault { index: Some(index), ..fault(kind, m) }]);
        let at = SAMPLE_FIELDS[kind.info().target.group().unwrap()].start + index;
        let first = f64::from_bits(flat(&clean[(FAULT.0 - TICKS.0) as usize]).0[at]);
        let mut changed = 0;
        for (t, (clean, spoilt)) in (TICKS.0..).zip(clean.iter().zip(&spoilt)) {
            let (mut want, got) = (flat(clean), flat(spoilt));
            if (FAULT.0..FAULT.1).contains(&t) {
                changed += usize::from(want != got);
                let value = f64::from_bits(want.0[at]);
                let told = expected(kind, m, value, ((t - FAULT.0) * MS) as f64 / 1e9, first);
                want.0[at] = told.map_or(got.0[at], f64::to_bits);
                want.1[at] &= !matches!(kind, FaultKind::Invalid | FaultKind::Lost);
            }
            assert_eq!(got, want, "{} at {t}", kind.info().name);
        }
        // A stance takes part of the time only.
        assert!(changed > 40, "{}: {changed}", kind.info().name);
    }
}

#[test]
fn whole_messages_and_pairs_change_as_told() {
    let plant = walking();
    let clean = run(&plant, vec![]);
    let begin = (FAULT.0 - TICKS.0) as usize;
    let inside = begin + 500;
    let swapped = run(&plant, vec![Fault { index: Some(4), ..fault(FaultKind::Swapped, 0.0) }]);
    let (a, b) = (clean[inside].q.value, swapped[inside].q.value);
    assert_eq!([b[0], b[1], b[2], b[3], b[4], b[5]], [a[0], a[4], a[2], a[3], a[1], a[5]]);

    let doubled = run(&plant, vec![fault(FaultKind::Duplicate, 1.0)]);
    assert_eq!(doubled[inside].q, clean[begin].q);
    assert_eq!(Sample { q: clean[inside].q, ..doubled[inside] }, clean[inside]);

    let cut = run(&plant, vec![Fault { index: Some(2), ..fault(FaultKind::FeedbackLost, 0.0) }]);
    assert_eq!((cut[inside].q.value[2], cut[inside].q.value[1]), (clean[begin].q.value[2], clean[inside].q.value[1]));
    assert_eq!((cut[inside].q.stamp, cut[inside].drive_status.stamp), (FAULT.0 * MS, FAULT.0 * MS));
    assert_eq!(cut[inside].foot_force, clean[inside].foot_force);
    assert_eq!(cut[(FAULT.1 - TICKS.0) as usize], clean[(FAULT.1 - TICKS.0) as usize]);
}

#[test]
fn clocks_go_wrong_as_told() {
    let plant = walking();
    let clean = run(&plant, vec![]);
    let i = (FAULT.0 - TICKS.0) as usize + 30;
    let t = clean[i].t;
    for (kind, m, want) in [
        (FaultKind::ClockBack, 0.25, t - 250 * MS),
        (FaultKind::ClockJump, 0.25, t + 250 * MS),
        (FaultKind::ClockRepeats, 0.0, FAULT.0 * MS),
    ] {
        let all = run(&plant, vec![fault(kind, m)]);
        assert_eq!((all[i].t, all[i].q.stamp, all[i].belt_speed.stamp), (want, want, want), "{kind:?}");
        assert_eq!((all[i].q.value, all[i - 31]), (clean[i].q.value, clean[i - 31]));
        let one = run(&plant, vec![Fault { group: Some(5), ..fault(kind, m) }]);
        assert_eq!((one[i].t, one[i].q.stamp, one[i].foot_force.stamp), (t, t, want), "{kind:?}");
    }
    let wrapped = run(&plant, vec![fault(FaultKind::StampWrap, 16.0)]);
    assert_eq!((wrapped[i].t, wrapped[i].q.stamp), (t, t % 65_536_000));
}

#[test]
fn foot_sensors_lose_and_repeat_contacts() {
    let plant = walking();
    let contacts = |faults| {
        let samples = run(&plant, faults);
        let until = (FAULT.1 - TICKS.0) as usize;
        let loaded: Vec<bool> = samples[..until].iter().map(|s| s.foot_force.value[0] > 20.0).collect();
        loaded.windows(2).filter(|w| !w[0] && w[1]).count()
    };
    let left = |kind, m| vec![Fault { index: Some(0), ..fault(kind, m) }];
    assert_eq!(contacts(vec![]), 1);
    assert_eq!(contacts(left(FaultKind::Missed, 1.0)), 0);
    assert_eq!(contacts(left(FaultKind::Missed, 0.0)), 1);
    assert_eq!(contacts(left(FaultKind::Double, 0.03)), 2);
}

#[test]
fn a_stance_that_had_begun_is_not_missed() {
    let plant = walking();
    let clean = run(&plant, vec![]);
    let loaded = |sample: &Sample| sample.foot_force.value[0] > 20.0;
    let middle = 100 + (0..).position(|i| (0..=100).all(|k| loaded(&clean[i + k]))).unwrap();
    let start = clean[middle].t as f64 * 1e-9;
    let spoilt = run(&plant, vec![Fault { index: Some(0), ..Fault::new(FaultKind::Missed, 1.0, start) }]);
    let end = middle + clean[middle..].iter().position(|sample| !loaded(sample)).unwrap();
    assert_eq!(spoilt[..end], clean[..end]);
    assert!(spoilt[end..].iter().all(|sample| !loaded(sample)) && clean[end..].iter().any(loaded));
}

#[test]
fn several_faults_keep_to_their_own_times() {
    let plant = walking();
    let brief = |kind, index, m, tick: i64| Fault {
        index: Some(index),
        duration: Some(0.05),
        ..Fault::new(kind, m, tick as f64 * 1e-3)
    };
    let two = |kind, m| vec![brief(kind, 0, m, FAULT.0), brief(kind, 1, m, FAULT.0 + 500)];
    let (clean, spoilt) = (run(&plant, vec![]), run(&plant, two(FaultKind::Jump, 0.25)));
    for (t, (clean, spoilt)) in (TICKS.0..).zip(clean.iter().zip(&spoilt)) {
        let mut want = *clean;
        for (index, start) in [(0, FAULT.0), (1, FAULT.0 + 500)] {
            want.q.value[index] += if (start..start + 50).contains(&t) { 0.25 } else { 0.0 };
        }
        assert_eq!(*spoilt, want, "{t}");
    }
    let mut driven = plant.clone();
    driven.inject(two(FaultKind::OverTorque, 30.0)).unwrap();
    for t in TICKS.0..FAULT.0 + 540 {
        tick(&mut driven, t);
    }
    let torque = driven.truth().device_torque;
    assert!((torque[0] - command().torque[0]).abs() < 1e-3 && (torque[1] - command().torque[1] - 30.0).abs() < 1e-2);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let plant = walking();
    for (kind, m) in [(FaultKind::Noise, 0.1), (FaultKind::Duplicate, 0.3), (FaultKind::Missed, 0.5)] {
        let bytes =
            |seed| -> Vec<Flat> { run(&plant, vec![Fault { seed, ..fault(kind, m) }]).iter().map(flat).collect() };
        assert_eq!(bytes(3), bytes(3));
        assert!((4..12).any(|seed| bytes(seed) != bytes(3)), "{kind:?}");
    }
}

#[test]
fn drives_and_belt_go_wrong_for_as_long_as_told() {
    let plant = walking();
    let truth = |faults: Vec<Fault>, until: i64| {
        let mut plant = plant.clone();
        plant.inject(faults).unwrap();
        (TICKS.0..until).for_each(|t| {
            tick(&mut plant, t);
        });
        plant.truth()
    };
    let clean = truth(vec![], FAULT.0 + 60);
    let ask = command().torque;
    for (kind, m, want) in [
        (FaultKind::Inverted, 0.0, -ask[1]),
        (FaultKind::HardOver, -0.5, -75.0),
        (FaultKind::Dead, 0.0, 0.0),
        (FaultKind::Gain, 2.0, 2.0 * ask[1]),
        (FaultKind::OverTorque, 30.0, ask[1] + 30.0),
        (FaultKind::DriveFault, 17.0, 0.0),
        (FaultKind::Limited, 0.5, -0.5),
    ] {
        let one = vec![Fault { index: Some(1), ..fault(kind, m) }];
        assert_eq!(truth(one.clone(), FAULT.0), truth(vec![], FAULT.0), "{kind:?}");
        let torque = truth(one.clone(), FAULT.0 + 60).device_torque;
        assert!((torque[1] - want).abs() < 1e-3, "{kind:?}: {torque:?}");
        assert_eq!((torque[0], torque[2..].to_vec()), (clean.device_torque[0], clean.device_torque[2..].to_vec()));
        assert!((truth(one, FAULT.1 + 60).device_torque[1] - ask[1]).abs() < 1e-3, "{kind:?}");
    }
    for (kind, m, want) in
        [(FaultKind::BeltRunaway, 1.2, 1.2), (FaultKind::BeltStop, 0.0, 0.0), (FaultKind::BeltSlip, 0.5, 0.3)]
    {
        assert!((truth(vec![fault(kind, m)], FAULT.0 + 500).belt_speed - want).abs() < 1e-3, "{kind:?}");
        assert!((truth(vec![fault(kind, m)], FAULT.1 + 500).belt_speed - 0.6).abs() < 1e-3, "{kind:?}");
    }
    let slipping = run(&plant, vec![fault(FaultKind::BeltSlip, 0.5)]);
    assert!((slipping[700].belt_speed.value[0] - 0.6).abs() < 0.01);
    let status = |kind, m| run(&plant, vec![Fault { index: Some(3), ..fault(kind, m) }])[500].drive_status.value;
    assert_eq!(status(FaultKind::DriveFault, 17.0), [1.0, 1.0, 1.0, -17.0, 1.0, 1.0]);
    assert_eq!(status(FaultKind::Dead, 1.0), [1.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
    assert_eq!(status(FaultKind::Dead, 0.0), [1.0; 6]);
}

#[test]
fn muscles_rope_loop_and_shaking_drives_do_as_told() {
    let plant = walking();
    let after = |faults: Vec<Fault>, ticks: i64| {
        let mut plant = plant.clone();
        plant.inject(faults).unwrap();
        (TICKS.0..FAULT.0 + ticks).for_each(|t| {
            tick(&mut plant, t);
        });
        plant.truth()
    };
    let one = |kind, m, seed| vec![Fault { index: Some(1), seed, ..fault(kind, m) }];
    for kind in [FaultKind::Spasm, FaultKind::Clonus, FaultKind::Shake] {
        assert_eq!(after(one(kind, 40.0, 1), 0), after(vec![], 0), "{kind:?}");
        assert_ne!(after(one(kind, 40.0, 1), 150).q, after(vec![], 150).q, "{kind:?}");
    }
    // A flexor bends the knee, the more so the faster it rises; nothing else is told of it.
    let bent = |seed| after(one(FaultKind::Spasm, 40.0, seed), 100).q[4] - after(vec![], 100).q[4];
    assert!((1..9).all(|seed| bent(seed) > 0.005), "{:?}", (1..9).map(bent).collect::<Vec<_>>());
    assert!((2..9).any(|seed| bent(seed) > 1.5 * bent(1) || bent(1) > 1.5 * bent(seed)));
    let other = after(one(FaultKind::Spasm, -40.0, 1), 100).q[4];
    assert!(other < after(vec![], 100).q[4]);
    assert_ne!(after(one(FaultKind::Clonus, 20.0, 1), 300), after(one(FaultKind::Clonus, 20.0, 2), 300));
    // A quarter of 10 Hz later the drive gives 20 N·m more, half a period later less, with its lag.
    let shaken = |ticks| after(one(FaultKind::Shake, 10.0, 1), ticks).device_torque[1] - command().torque[1];
    assert!(shaken(30) > 15.0 && shaken(80) < -15.0, "{} {}", shaken(30), shaken(80));
    let told = run(&plant, vec![fault(FaultKind::Overrun, 0.007)]);
    let at = |t: i64| told[(t - TICKS.0) as usize].execution.get(0);
    assert_eq!([FAULT.0 - 1, FAULT.0, FAULT.1 - 1, FAULT.1].map(at), [None, Some(0.007), Some(0.007), None]);
    let mut carried = plant.clone();
    carried.inject(vec![fault(FaultKind::Slack, 0.25)]).unwrap();
    for t in TICKS.0..FAULT.1 + 1500 {
        carried.sample(t * MS);
        carried.step(&Actuation { support_force: 200.0, ..command() }, 1e-3);
        if t == FAULT.1 - 1 {
            assert!((carried.truth().rope_force - 50.0).abs() < 1.0);
        }
    }
    assert!((carried.truth().rope_force - 200.0).abs() < 1.0);
}

#[test]
fn time_at_a_wrong_rate_takes_stamps_along() {
    let plant = walking();
    let told = run(&plant, vec![fault(FaultKind::WrongRate, 10.0)]);
    let at = |t: i64| {
        let sample = &told[(t - TICKS.0) as usize];
        (sample.t, sample.q.stamp, sample.belt_speed.stamp)
    };
    assert_eq!(at(FAULT.0 - 1), ((FAULT.0 - 1) * MS, (FAULT.0 - 1) * MS, (FAULT.0 - 1) * MS));
    for ms in [0, 1, 50] {
        let want = (FAULT.0 + 10 * ms) * MS;
        assert_eq!(at(FAULT.0 + ms), (want, want, want));
    }
    let one = run(&plant, vec![Fault { group: Some(0), ..fault(FaultKind::WrongRate, 2.0) }]);
    let sample = &one[(FAULT.0 + 20 - TICKS.0) as usize];
    assert_eq!((sample.t, sample.q.stamp), ((FAULT.0 + 20) * MS, (FAULT.0 + 40) * MS));
}

#[test]
fn bad_faults_are_refused_by_name() {
    let ok = Fault::new(FaultKind::Drift, 1.0, 1.0);
    let mut plant = Plant::new(PatientParams::healthy(1), DeviceParams::treadmill_exo(true), 1).unwrap();
    for (name, bad) in [
        ("group", Fault { group: Some(11), ..ok }),
        ("group", Fault { group: Some(0), ..Fault::new(FaultKind::StuckLow, 0.0, 1.0) }),
        ("group", Fault { group: Some(0), ..Fault::new(FaultKind::Dead, 0.0, 1.0) }),
        ("group", Fault::new(FaultKind::Rotated, 1.0, 1.0)), // not fitted
        ("where", Fault { index: Some(6), ..ok }),
        ("where", Fault { group: Some(5), index: Some(2), ..ok }),
        ("where", Fault { index: Some(1), ..Fault::new(FaultKind::BeltStop, 0.0, 1.0) }),
        ("magnitude", Fault { magnitude: f64::NAN, ..ok }),
        ("magnitude", Fault::new(FaultKind::Nan, 1.0, 1.0)),
        ("start", Fault { start: -1.0, ..ok }),
        ("duration", Fault { duration: Some(f64::INFINITY), ..ok }),
    ] {
        let error = plant.inject(vec![ok, bad]).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{name} must")), "{error}");
    }
    assert!(FaultKind::ALL.iter().all(|kind| FaultKind::of(kind.info().name) == Some(*kind)));
    assert!(FaultKind::ALL.iter().all(|kind| kind.info().name.starts_with(&format!("{}_", kind.info().row))));
}

#[test]
fn a_session_with_a_fault_ends_in_a_stop() {
    let person = PatientParams { mass: 75.0, height: 1.75, ..PatientParams::stroke(0, 0.5, 1).unwrap() };
    let mut walk = Setup { assist: [1.0; 3], ..Setup::new(person, 0.8, 0.3) }.build();
    (0..24_000).for_each(|_| {
        walk.tick();
    });
    for (kind, index, m) in [
        (FaultKind::Nan, Some(1), 0.0),
        (FaultKind::Invalid, Some(0), 0.0),
        (FaultKind::Frozen, Some(1), 0.0),
        (FaultKind::BeltRunaway, None, 1.4),
        (FaultKind::Dead, Some(4), 1.0),
        (FaultKind::FeedbackLost, None, 0.0),
        (FaultKind::ClockJump, None, 0.1),
    ] {
        let mut simulation = walk.clone();
        simulation.inject(vec![Fault { index, ..Fault::new(kind, m, 24.1) }]).unwrap();
        let stop = (24_000..30_000).find(|_| !matches!(simulation.tick().1.state(), State::Run | State::Degraded));
        println!("{}: {stop:?}", kind.info().name);
        assert!(stop.is_some_and(|tick| tick >= 24_100), "{}: {stop:?}", kind.info().name);
    }
}
