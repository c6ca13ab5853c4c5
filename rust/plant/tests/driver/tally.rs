//! What came of a walk.

use super::DT;
use gaitloop_core::types::{JointVec, wrap_signed};
use gaitloop_plant::{Plant, Truth};

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
    /// Largest difference between the person's phase and the driver's.
    pub phase_gap: f64,
    pub shear: f64,
    pub knee_peak: [f64; 2],
}

pub struct Tally {
    out: Outcome,
    weight: f64,
    n: f64,
    sum: [[f64; 3]; 2],
    both: f64,
    steps: f64,
    smooth: [f64; 2],
    curve: [Vec<f64>; 2],
}

impl Tally {
    pub fn new(weight: f64) -> Self {
        Self {
            out: Outcome { upright: true, pelvis: [9.0, 0.0], ..Outcome::default() },
            weight,
            n: 0.0,
            sum: [[0.0; 3]; 2],
            both: 0.0,
            steps: 0.0,
            smooth: [0.0; 2],
            curve: [Vec::new(), Vec::new()],
        }
    }

    pub fn add(&mut self, plant: &Plant, reference: &JointVec, phase: f64) {
        let truth = plant.truth();
        let force = plant.foot_force();
        self.n += 1.0;
        let out = &mut self.out;
        out.upright &= plant.upright();
        out.pelvis = [out.pelvis[0].min(truth.pelvis_height), out.pelvis[1].max(truth.pelvis_height)];
        out.phase_gap = out.phase_gap.max(wrap_signed(truth.patient_phase - phase).abs());
        self.both += f64::from(force[0] > 20.0 && force[1] > 20.0);
        for (side, force) in force.into_iter().enumerate() {
            self.joints(side, &truth, reference);
            self.contact(side, &truth);
            self.force(side, force);
        }
    }

    fn joints(&mut self, side: usize, truth: &Truth, reference: &JointVec) {
        let out = &mut self.out;
        for joint in 0..3 {
            let i = 3 * side + joint;
            self.sum[side][joint] += (reference[i] - truth.q[i + 3]).to_degrees().powi(2);
            out.robot_torque[joint] = out.robot_torque[joint].max(truth.device_torque[i].abs());
            out.person_torque[joint] = out.person_torque[joint].max(truth.patient_torque[i].abs());
        }
        out.knee_peak[side] = out.knee_peak[side].max(truth.q[4 + 3 * side].to_degrees());
    }

    fn contact(&mut self, side: usize, truth: &Truth) {
        let mut shear = 0.0;
        for point in &truth.feet[side] {
            self.out.penetration = self.out.penetration.max(-1000.0 * point.height);
            shear += point.friction;
            if point.normal > 0.05 * self.weight {
                self.out.slip += 50.0 * point.slip.abs() * DT;
            }
        }
        self.out.shear = self.out.shear.max(shear.abs() / self.weight);
    }

    fn force(&mut self, side: usize, force: f64) {
        let on = force > 20.0;
        self.out.stance[side] += f64::from(on);
        self.smooth[side] += (force / self.weight - self.smooth[side]) * DT / 0.02;
        if on {
            self.curve[side].push(self.smooth[side]);
            return;
        }
        if self.curve[side].len() > 250 {
            self.steps += 1.0;
            for (sum, peak) in self.out.force.iter_mut().zip(three(&self.curve[side])) {
                *sum += peak;
            }
        }
        self.curve[side].clear();
    }

    pub fn finish(self) -> Outcome {
        let (mut out, n, steps) = (self.out, self.n, self.steps.max(1.0));
        for joint in 0..3 {
            out.rms_side = self.sum.map(|side| side.map(|s| (s / n).sqrt()));
            out.rms[joint] = ((self.sum[0][joint] + self.sum[1][joint]) / (2.0 * n)).sqrt();
        }
        out.stance = out.stance.map(|s| s / n);
        out.double_support = self.both / n;
        out.slip /= steps;
        out.strides = self.steps / 2.0;
        out.force = out.force.map(|f| f / steps);
        out
    }
}

/// First maximum, dip, second maximum.
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
