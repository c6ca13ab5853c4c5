//! Sensors of one's own choice: each figure does what it says, and what is not asked for stays as it is.
#![allow(clippy::unwrap_used)]

use gaitloop_core::types::{Reading, SAMPLE_GROUPS, Sample};
use gaitloop_plant::{Actuation, DeviceParams, Fit, PatientParams, Plant, RopeMode, Sensor, Sensors};

const MS: i64 = 1_000_000;
const Q: usize = 0;

fn plant() -> Plant {
    Plant::new(PatientParams::fac(5, 0, 1).unwrap(), DeviceParams::treadmill_exo(true), 1).unwrap()
}

fn run(sensors: Option<Sensors>, ticks: i64) -> Vec<Sample> {
    let mut plant = plant();
    if let Some(sensors) = sensors {
        plant.fit(sensors, 1).unwrap();
    }
    let command = Actuation {
        torque: [4.0, -2.0, 1.0, -4.0, 2.0, -1.0],
        belt_speed: 0.6,
        support_mode: RopeMode::Track,
        enabled: true,
        expiry: i64::MAX,
        ..Actuation::default()
    };
    let mut tick = |t: i64| {
        let sample = plant.sample(t * MS);
        plant.step(&command, 1e-3);
        sample
    };
    (0..ticks).map(&mut tick).collect()
}

fn with(group: usize, fit: Fit) -> Option<Sensors> {
    let mut sensors = Sensors::default();
    sensors.fit[group] = fit;
    Some(sensors)
}

/// A perfect sensor.
const PERFECT: Sensor = Sensor { noise: Some(0.0), resolution: Some(0.0), delay: 0, dropout: 0.0, stale: false };

#[test]
fn usual_sensors_keep_every_bit() {
    let usual = run(None, 300);
    assert_eq!(run(Some(Sensors::default()), 300), usual);
    let more = run(Some(Sensors { fit: [Fit::Usual; SAMPLE_GROUPS], ..Sensors::default() }), 300);
    for (more, usual) in more.iter().zip(&usual) {
        let none = Reading::default();
        let less = Sample { q_second: Reading::default(), q_motor: none, imu_rate: none, ..*more };
        assert_eq!(Sample { tau_interaction: none, heart_rate: Reading::default(), ..less }, *usual);
    }
}

#[test]
fn what_is_not_fitted_is_absent() {
    let sample = run(with(5, Fit::Absent), 3)[2];
    assert_eq!(sample.foot_force, Reading::default());
    assert!(sample.q.valid[0] && sample.belt_speed.valid[0]);
}

#[test]
fn a_delay_hands_over_what_was_measured_so_many_ticks_ago() {
    let now = run(with(Q, Fit::Own(PERFECT)), 50);
    let late = run(with(Q, Fit::Own(Sensor { delay: 7, ..PERFECT })), 50);
    for (t, late) in late.iter().enumerate() {
        // Before that, the machine stood still.
        assert_eq!(late.q, now[t.saturating_sub(7)].q);
        assert_eq!(late.q.stamp, (t as i64 - 7).max(0) * MS);
        assert_eq!(Sample { q: now[t].q, ..*late }, now[t]);
    }
}

#[test]
fn noise_and_steps_have_the_size_told() {
    let clean = run(with(Q, Fit::Own(PERFECT)), 4000);
    let noisy = run(with(Q, Fit::Own(Sensor { noise: Some(0.02), ..PERFECT })), 4000);
    let square: f64 = clean.iter().zip(&noisy).map(|(c, n)| (n.q.value[1] - c.q.value[1]).powi(2)).sum();
    assert!(((square / 4000.0).sqrt() / 0.02 - 1.0).abs() < 0.05);
    let coarse = run(with(Q, Fit::Own(Sensor { resolution: Some(0.03), ..PERFECT })), 4000);
    for (clean, coarse) in clean.iter().zip(&coarse) {
        assert!((coarse.q.value[1] - clean.q.value[1]).abs() <= 0.015 + 1e-12);
        assert!(
            (coarse.q.value[1] / 0.03).fract().abs() < 1e-9 || (coarse.q.value[1] / 0.03).fract().abs() > 1.0 - 1e-9
        );
    }
}

#[test]
fn lost_messages_are_invalid_or_stale() {
    let clean = run(with(Q, Fit::Own(PERFECT)), 4000);
    for stale in [false, true] {
        let lossy = run(with(Q, Fit::Own(Sensor { dropout: 0.25, stale, ..PERFECT })), 4000);
        let mut last = Reading::default();
        let mut lost = 0;
        for (clean, lossy) in clean.iter().zip(&lossy) {
            if lossy.q == clean.q {
                last = clean.q;
                continue;
            }
            lost += 1;
            let want = if stale { last } else { Reading { valid: [false; 6], ..clean.q } };
            assert_eq!(lossy.q, want);
        }
        assert!((900..1100).contains(&lost), "{lost}");
    }
}

#[test]
fn additional_sensors_tell_the_truth() {
    let mut sensors = Sensors { series_stiffness: 500.0, ..Sensors::default() };
    for group in [2, 3, 4, 6, 10] {
        sensors.fit[group] = Fit::Own(PERFECT);
    }
    let mut plant = plant();
    plant.fit(sensors, 1).unwrap();
    let command = Actuation { torque: [20.0; 6], enabled: true, expiry: i64::MAX, ..Actuation::default() };
    for t in 0..400 {
        plant.step(&command, 1e-3);
        let (sample, truth) = (plant.sample(t * MS), plant.truth());
        let [pitch, hip, knee, ankle] = [truth.dq[2], truth.dq[3], truth.dq[4], truth.dq[5]];
        assert_eq!(sample.q_second.value, truth.q[3..]);
        assert_eq!(sample.tau_interaction.value, truth.device_torque);
        let spring = (sample.q_motor.value[1] - truth.q[4]) * 500.0;
        assert!((spring - truth.device_torque[1]).abs() < 1e-9);
        // Forward swing of thigh and shank and the toe going up are positive.
        for (got, want) in
            sample.imu_rate.value.iter().zip([pitch + hip, pitch + hip - knee, pitch + hip - knee + ankle])
        {
            assert!((got - want).abs() < 1e-9, "{got} {want}");
        }
        assert!((70.0..160.0).contains(&sample.heart_rate.value[0]));
    }
}

#[test]
fn work_raises_the_heart_rate() {
    let samples = run(with(10, Fit::Own(PERFECT)), 60_000);
    let rate = |i: usize| samples[i].heart_rate.value[0];
    println!("heart rate after 0, 30, 60 s at 0.6 m/s: {} {} {}", rate(0), rate(30_000), rate(59_999));
    assert!(rate(0) == 70.0 && rate(30_000) > 72.0 && (75.0..150.0).contains(&rate(59_999)));
}

#[test]
fn bad_figures_are_refused_by_name() {
    let mut plant = plant();
    for (name, group, sensor) in [
        ("noise", 0, Sensor { noise: Some(-1.0), ..PERFECT }),
        ("noise", 12, Sensor { noise: Some(0.1), ..PERFECT }),
        ("resolution", 5, Sensor { resolution: Some(f64::NAN), ..PERFECT }),
        ("delay", 0, Sensor { delay: 51, ..PERFECT }),
        ("dropout", 0, Sensor { dropout: 1.1, ..PERFECT }),
    ] {
        let error = plant.fit(with(group, Fit::Own(sensor)).unwrap(), 1).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{name} must lie in")), "{error}");
    }
    let stiff = Sensors { series_stiffness: 1.0, ..Sensors::default() };
    assert!(plant.fit(stiff, 1).unwrap_err().to_string().starts_with("series_stiffness"));
    let mut heart = Sensors::default();
    heart.heart.rest = 20.0;
    assert!(plant.fit(heart, 1).unwrap_err().to_string().starts_with("heart_rest"));
}
