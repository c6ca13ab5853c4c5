//! A small trainer for tests: impedance to one pattern whose phase follows the belt, with torque and rate limits.
#![allow(dead_code, clippy::unwrap_used)]

use gaitloop_core::trajectory::GaitPattern;
use gaitloop_core::types::JointKind;
use gaitloop_plant::{Actuation, DeviceParams, PatientParams, Plant, RopeMode};

/// Robot stiffness and damping at hip, knee and ankle.
pub const STIFFNESS: [f64; 3] = [500.0, 800.0, 100.0];
pub const DAMPING: [f64; 3] = [35.0, 10.0, 2.0];

/// Foot clearance of the reference [m].
pub const CLEARANCE: f64 = 0.04;

#[derive(Clone, Copy)]
pub struct Setup {
    pub speed: f64,
    pub support: f64,
    pub guidance: f64,
    pub seconds: f64,
    pub torque_max: f64,
    pub torque_rate: f64,
    pub stiffness: [f64; 3],
    pub damping: [f64; 3],
}

impl Setup {
    pub fn new(speed: f64, support: f64, guidance: f64, seconds: f64) -> Self {
        Self {
            speed,
            support,
            guidance,
            seconds,
            torque_max: 140.0,
            torque_rate: 4000.0,
            stiffness: STIFFNESS,
            damping: DAMPING,
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    pub upright: bool,
    /// RMS error of hip, knee, ankle over both sides [deg].
    pub rms: [f64; 3],
    /// Same, per side.
    pub rms_side: [[f64; 3]; 2],
    pub pelvis: [f64; 2],
    /// Deepest penetration [mm].
    pub penetration: f64,
    /// Slip while loaded, per stride and foot [cm].
    pub slip: f64,
    /// Mean over strides of the first maximum, dip and second maximum of the force smoothed with 20 ms of one foot [body weights].
    pub force: [f64; 3],
    pub stance: [f64; 2],
    pub double_support: f64,
    pub robot_torque: [f64; 3],
    pub person_torque: [f64; 3],
    pub strides: f64,
    /// Largest difference between the person's phase and the driver's in the last half.
    pub phase_gap: f64,
    pub shear: f64,
    pub knee_peak: [f64; 2],
}

/// Walks and measures from 25 s on.
pub fn walk(patient: PatientParams, device: DeviceParams, setup: &Setup, seed: u64) -> Outcome {
    let mut plant = Plant::new(patient, device, seed).unwrap();
    let pattern = GaitPattern::koopman(setup.speed, patient.height, 8f64.to_radians(), Some(CLEARANCE)).unwrap();
    let weight = plant.body_weight();
    let dt = 1e-3;
    let (mut phase, mut belt_cmd) = (0.0, 0.0);
    let (mut since, mut loaded, mut correction) = ([1.0f64; 2], [false; 2], 0.0);
    let mut torque = [0.0; 6];
    let mut out = Outcome { upright: true, pelvis: [9.0, 0.0], ..Outcome::default() };
    let mut sum = [[0.0; 3]; 2];
    let (mut n, mut both, mut slip, mut contacts) = (0.0, 0.0, 0.0, 0.0);
    let mut stance = [0.0; 2];
    let mut smooth = [0.0; 2];
    let mut curve: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    let mut peaks = Vec::new();
    let ticks = (setup.seconds / dt) as i64;
    for k in 0..ticks {
        let t = k * 1_000_000;
        let sample = plant.sample(t);
        let time = k as f64 * dt;
        let engage = gaitloop_core::types::smooth_step(time / 2.0);
        if time > 2.0 {
            belt_cmd = (belt_cmd + 0.25 * dt).min(setup.speed);
        }
        let forces = plant.foot_force();
        for side in 0..2 {
            since[side] += dt;
            let on = forces[side] > if loaded[side] { 20.0 } else { 60.0 };
            if on != loaded[side] && since[side] > 0.1 {
                loaded[side] = on;
                since[side] = 0.0;
                let early = gaitloop_core::types::wrap_signed(phase + 0.5 * side as f64);
                if on {
                    correction = -0.3 * early;
                }
            }
        }
        let paid = correction * dt / 0.3;
        correction -= paid;
        let rate = pattern.stride_rate() * sample.belt_speed.value[0].max(0.0) / setup.speed;
        phase = gaitloop_core::types::wrap(phase + rate * dt + paid.clamp(-0.5 * rate * dt, 0.5 * rate * dt));
        let r = pattern.evaluate(phase, Some(rate));
        for i in 0..6 {
            let j = i % 3;
            let g = engage * setup.guidance;
            let want = g
                * (setup.stiffness[j] * (r.q[i] - sample.q.value[i])
                    + setup.damping[j] * (r.dq[i] - sample.dq.value[i]));
            let slope = setup.torque_rate * dt;
            torque[i] = want.clamp(-setup.torque_max, setup.torque_max).clamp(torque[i] - slope, torque[i] + slope);
            if device.joints[i] != JointKind::Driven {
                torque[i] = 0.0;
            }
        }
        let command = Actuation {
            torque,
            belt_speed: belt_cmd,
            support_force: setup.support * weight * engage,
            support_mode: RopeMode::Track,
            enabled: true,
            expiry: t + 5_000_000,
        };
        plant.step(&command, dt);
        if time < 25.0 {
            continue;
        }
        let truth = plant.truth();
        n += 1.0;
        out.upright &= plant.upright();
        out.pelvis = [out.pelvis[0].min(truth.pelvis_height), out.pelvis[1].max(truth.pelvis_height)];
        let forces = plant.foot_force();
        for side in 0..2 {
            for j in 0..3 {
                let i = 3 * side + j;
                sum[side][j] += (r.q[i] - truth.q[i + 3]).to_degrees().powi(2);
                out.robot_torque[j] = out.robot_torque[j].max(truth.device_torque[i].abs());
                out.person_torque[j] = out.person_torque[j].max(truth.patient_torque[i].abs());
            }
            out.knee_peak[side] = out.knee_peak[side].max(truth.q[4 + 3 * side].to_degrees());
            let mut shear = 0.0;
            for point in &truth.feet[side] {
                out.penetration = out.penetration.max(-1000.0 * point.height);
                shear += point.friction;
                if point.normal > 0.05 * weight {
                    slip += 100.0 * point.slip.abs() * dt * 0.5;
                }
            }
            out.shear = out.shear.max(shear.abs() / weight);
            let on = forces[side] > 20.0;
            stance[side] += f64::from(on);
            smooth[side] += (forces[side] / weight - smooth[side]) * dt / 0.02;
            if on {
                curve[side].push(smooth[side]);
            } else if curve[side].len() > 250 {
                contacts += 1.0;
                peaks.push(three(&curve[side]));
                curve[side].clear();
            } else {
                curve[side].clear();
            }
        }
        both += f64::from(forces[0] > 20.0 && forces[1] > 20.0);
        let gap = gaitloop_core::types::wrap_signed(truth.patient_phase - phase).abs();
        if time > 0.5 * setup.seconds {
            out.phase_gap = out.phase_gap.max(gap);
        }
    }
    for j in 0..3 {
        out.rms[j] = ((sum[0][j] + sum[1][j]) / (2.0 * n)).sqrt();
        for side in 0..2 {
            out.rms_side[side][j] = (sum[side][j] / n).sqrt();
        }
    }
    out.stance = [stance[0] / n, stance[1] / n];
    out.double_support = both / n;
    out.slip = slip / f64::max(contacts, 1.0);
    out.strides = contacts / 2.0;
    for i in 0..3 {
        out.force[i] = peaks.iter().map(|p: &[f64; 3]| p[i]).sum::<f64>() / peaks.len().max(1) as f64;
    }
    out
}

fn three(curve: &[f64]) -> [f64; 3] {
    let n = curve.len();
    let max = |s: &[f64]| s.iter().copied().fold(0.0, f64::max);
    let dip = curve[n * 3 / 10..n * 7 / 10].iter().copied().fold(9.0, f64::min);
    [max(&curve[..n / 2]), dip, max(&curve[n / 2..])]
}

pub fn line(name: &str, o: &Outcome) -> String {
    let f = |v: &[f64]| v.iter().map(|x| format!("{x:.2}")).collect::<Vec<_>>().join("/");
    format!(
        "{name:24} up {} rms {} L {} R {} pelvis {} pen {:.1} slip {:.2} F {} st {} ds {:.2} rob {} per {} n {:.0} gap {:.2} shear {:.2} knee {}",
        o.upright,
        f(&o.rms),
        f(&o.rms_side[0]),
        f(&o.rms_side[1]),
        f(&o.pelvis),
        o.penetration,
        o.slip,
        f(&o.force),
        f(&o.stance),
        o.double_support,
        f(&o.robot_torque),
        f(&o.person_torque),
        o.strides,
        o.phase_gap,
        o.shear,
        f(&o.knee_peak)
    )
}
