//! How well a simulated person walks: contacts, ground force, double support, joint angles.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use gaitloop_core::measures::{POINTS, adult_angles};
use gaitloop_core::types::Sides;
use gaitloop_plant::{Feet, Plant};

/// Force from which a foot counts as on the ground [N].
const ON: f64 = 20.0;
/// Time off the ground before a contact begins a stride [ticks].
const SWING: usize = 150;
/// Part of body weight from which a point counts as loaded [-].
const LOADED: f64 = 0.05;
/// Points of a stance.
const STANCE: usize = 101;

/// What the walk was like.
#[derive(Clone, Debug, Default)]
pub struct Gait {
    pub strides: usize,
    /// Deepest penetration [mm].
    pub penetration: f64,
    /// Way slid by the loaded heel and toe in a step [cm].
    pub slip: [f64; 2],
    /// Share of time with both feet on the ground [-].
    pub double_support: f64,
    /// Maxima of both halves of stance of the mean force, and the dip between them [body weights].
    pub force: [f64; 3],
    /// Largest force of a foot [body weights].
    pub peak: f64,
    /// Part of the cycle in which the mean hip, knee and ankle lie within two standard deviations of adults [-].
    pub normal: [f64; 3],
}

/// Angles [rad] and force [N] of one tick of a leg.
type Row = ([f64; 3], f64);

/// Watches both feet, tick by tick.
pub struct Watch {
    weight: f64,
    out: Gait,
    ticks: f64,
    off: Sides<usize>,
    open: Sides<Option<Vec<Row>>>,
    strides: Vec<Vec<Row>>,
    steps: f64,
}

impl Watch {
    pub fn new(weight: f64) -> Self {
        Self {
            weight,
            out: Gait::default(),
            ticks: 0.0,
            off: [0; 2],
            open: [None, None],
            strides: Vec::new(),
            steps: 0.0,
        }
    }

    /// One tick of `dt` [s].
    pub fn add(&mut self, plant: &Plant, dt: f64) {
        let (truth, force) = (plant.truth(), plant.foot_force());
        self.ticks += 1.0;
        self.out.double_support += f64::from(force[0] > ON && force[1] > ON);
        self.contacts(&truth.feet, dt);
        for (side, force) in force.into_iter().enumerate() {
            let i = 3 + 3 * side;
            self.stride(side, ([truth.q[i], truth.q[i + 1], truth.q[i + 2]], force));
        }
    }

    fn contacts(&mut self, feet: &Feet, dt: f64) {
        for (k, point) in feet.iter().flat_map(|foot| foot.iter().enumerate()) {
            self.out.penetration = self.out.penetration.max(-1000.0 * point.height);
            if point.normal > LOADED * self.weight {
                self.out.slip[k] += 100.0 * point.slip.abs() * dt;
            }
        }
    }

    fn stride(&mut self, side: usize, row: Row) {
        self.out.peak = self.out.peak.max(row.1 / self.weight);
        if row.1 <= ON {
            self.off[side] += 1;
        } else {
            if self.off[side] > SWING {
                self.steps += 1.0;
                self.strides.extend(self.open[side].replace(Vec::new()));
            }
            self.off[side] = 0;
        }
        if let Some(open) = &mut self.open[side] {
            open.push(row);
        }
    }

    /// Means over the strides of a walk at `speed` [m/s].
    pub fn finish(mut self, speed: f64) -> Gait {
        let n = self.strides.len() as f64;
        let (mut force, mut angles) = ([0.0; STANCE], [[0.0; 3]; POINTS]);
        for rows in &self.strides {
            let end = toe_off(rows);
            for (k, sum) in force.iter_mut().enumerate() {
                *sum += rows[k * (end - 1) / (STANCE - 1)].1 / (self.weight * n);
            }
            for (k, sum) in angles.iter_mut().enumerate() {
                let row = rows[k * (rows.len() - 1) / (POINTS - 1)].0;
                (0..3).for_each(|j| sum[j] += row[j] / n);
            }
        }
        self.out.strides = self.strides.len();
        self.out.double_support /= self.ticks;
        self.out.slip = self.out.slip.map(|way| way / self.steps);
        self.out.force = peaks(&force);
        let (mean, sd) = adult_angles(8f64.to_radians(), Some(speed)).unwrap();
        for (k, angle) in angles.iter().enumerate() {
            for j in 0..3 {
                let near = (angle[j] - mean[k][j]).abs() <= 2.0 * sd[k][j];
                self.out.normal[j] += f64::from(near) / POINTS as f64;
            }
        }
        self.out
    }
}

/// First tick of the swing.
fn toe_off(rows: &[Row]) -> usize {
    let swing = |i: usize| rows[i..(i + 60).min(rows.len())].iter().all(|row| row.1 <= ON);
    (100..rows.len()).find(|&i| swing(i)).unwrap_or(rows.len()).max(2)
}

/// First maximum, dip, second maximum of a stance.
fn peaks(force: &[f64; STANCE]) -> [f64; 3] {
    let top = |from: usize, to: usize| {
        (from..to).fold((from, 0.0), |best: (usize, f64), i| if force[i] > best.1 { (i, force[i]) } else { best })
    };
    let ((i, first), (j, second)) = (top(0, STANCE / 2), top(STANCE / 2, STANCE));
    let dip = force[i..=j].iter().copied().fold(f64::INFINITY, f64::min);
    [first, dip, second]
}
