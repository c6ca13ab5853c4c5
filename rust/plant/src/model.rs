//! Planar equations of motion of the person with the exoskeleton's limbs, written out by hand.
//!
//! Seven rigid bodies: trunk with pelvis, two thighs, shanks and feet. The exoskeleton's limbs are rigidly added to thigh
//! and shank (uniform rods along the segment, an assumption that leaves out the cuffs' compliance). Directions are
//! counter-clockwise with x forward and z up; a segment of direction `th` points along `e = (sin th, -cos th)`.

use crate::pair::Pair;
use crate::system::{DofVec, LegBlocks, N_DOF, System, UPPER};
use gaitloop_core::body::{Body, Segment};
use gaitloop_core::types::GRAVITY;

/// Masses and lengths of the moving system.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    /// Segments of the person.
    pub body: Body,
    /// Mass of everything that moves [kg].
    pub total_mass: f64,
    /// Reflected inertia at hip, knee and ankle [kg·m²].
    pub armature: [f64; 3],
    thigh: f64,
    shank: f64,
    foot: f64,
    inertia: [f64; 3],
    foot_com: [f64; 2],
    trunk: f64,
    trunk_inertia: f64,
}

/// Sines and cosines of the seven directions: trunk, then thigh, shank, foot of each leg.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trig {
    pub sin: [f64; 7],
    pub cos: [f64; 7],
}

impl Trig {
    pub fn new(directions: &DofVec) -> Self {
        let (mut sin, mut cos) = ([0.0; 7], [0.0; 7]);
        for i in 0..7 {
            (sin[i], cos[i]) = directions[i + 2].sin_cos();
        }
        Self { sin, cos }
    }

    /// Sine and cosine of thigh, shank and foot of both legs.
    #[inline]
    pub fn legs(&self) -> [(Pair, Pair); 3] {
        [1, 2, 3].map(|i| (Pair([self.sin[i], self.sin[i + 3]]), Pair([self.cos[i], self.cos[i + 3]])))
    }

    /// Turns every direction by its rate times `h` [s]; exact to rounding, so that many turns add up to many roundings.
    #[inline]
    pub fn turn(&mut self, rates: &DofVec, h: f64) {
        let by: [f64; 7] = core::array::from_fn(|i| h * rates[i + 2]);
        let square = by.map(|x| x * x);
        let widest = square.iter().fold(0.0, |a: f64, &b| if b > a { b } else { a });
        for i in 0..7 {
            let s2 = square[i];
            let (mut ds, mut dc) = (
                by[i] * (1.0 - s2 * (1.0 / 6.0 - s2 * (1.0 / 120.0 - s2 * (1.0 / 5040.0)))),
                s2 * (0.5 - s2 * (1.0 / 24.0 - s2 * (1.0 / 720.0))),
            );
            if widest > SERIES * SERIES {
                let (sin, cos) = by[i].sin_cos();
                (ds, dc) = (sin, 1.0 - cos);
            }
            let (sin, cos) = (self.sin[i], self.cos[i]);
            self.sin[i] = sin + (cos * ds - sin * dc);
            self.cos[i] = cos - (sin * ds + cos * dc);
        }
    }
}

/// Largest turn [rad] whose sine and cosine the first terms of their series give to rounding.
const SERIES: f64 = 0.02;

/// Joint coordinates to pelvis position and absolute directions; the same map turns velocities.
#[must_use]
pub fn to_directions(q: &DofVec) -> DofVec {
    let mut out = *q;
    for i in [3, 6] {
        out[i] = q[2] + q[i];
        out[i + 1] = out[i] - q[i + 1];
        out[i + 2] = out[i + 1] + q[i + 2];
    }
    out
}

/// Inverse of [`to_directions`].
#[must_use]
pub fn to_joints(d: &DofVec) -> DofVec {
    let mut out = *d;
    for i in [3, 6] {
        out[i] = d[i] - d[2];
        out[i + 1] = d[i] - d[i + 1];
        out[i + 2] = d[i + 2] - d[i + 1];
    }
    out
}

/// Forces on absolute directions to forces on joint coordinates (transpose of [`to_directions`]).
fn forces_to_joints(f: &DofVec) -> DofVec {
    let mut out = *f;
    for i in [3, 6] {
        out[i] = f[i] + f[i + 1] + f[i + 2];
        out[i + 1] = -(f[i + 1] + f[i + 2]);
        out[2] += out[i];
    }
    out
}

fn with_rod(segment: Segment, rod: f64) -> (f64, f64, f64) {
    let mass = segment.mass + rod;
    let moment = segment.mass * segment.com + rod * 0.5 * segment.length;
    let inertia =
        segment.inertia + segment.mass * segment.com * segment.com + rod * segment.length * segment.length / 3.0;
    (mass, moment, inertia)
}

impl Model {
    /// The person alone, with rods of mass [kg] `thigh_rod` and `shank_rod` along thighs and shanks.
    #[must_use]
    pub fn new(body: Body, thigh_rod: f64, shank_rod: f64, armature: [f64; 3]) -> Self {
        let (l_t, l_s) = (body.thigh.length, body.shank.length);
        let (m_t, a, i_t) = with_rod(body.thigh, thigh_rod);
        let (m_s, b, i_s) = with_rod(body.shank, shank_rod);
        let m_f = body.foot.mass;
        let foot_com = [0.5 * body.toe, -0.5 * body.ankle_height];
        let below = m_s + m_f;
        let com = body.trunk.com;
        Self {
            body,
            total_mass: body.trunk.mass + 2.0 * (m_t + m_s + m_f),
            armature,
            thigh: a + below * l_t,
            shank: b + m_f * l_s,
            foot: m_f,
            inertia: [
                i_t + below * l_t * l_t,
                i_s + m_f * l_s * l_s,
                body.foot.inertia + m_f * (foot_com[0] * foot_com[0] + foot_com[1] * foot_com[1]),
            ],
            foot_com,
            trunk: body.trunk.mass * com,
            trunk_inertia: body.trunk.inertia + body.trunk.mass * com * com,
        }
    }

    /// Mass matrix and the negative of the bias forces in absolute directions.
    #[inline]
    pub(crate) fn assemble(&self, trig: &Trig, rates: &DofVec) -> System {
        let (sp, cp, wp) = (trig.sin[0], trig.cos[0], rates[2] * rates[2]);
        let m = self.total_mass;
        let mut out =
            System { base: [m, 0.0, -self.trunk * cp, m, -self.trunk * sp, self.trunk_inertia], ..System::default() };
        out.force[0] = -self.trunk * sp * wp;
        out.force[1] = self.trunk * cp * wp - m * GRAVITY;
        out.force[2] = GRAVITY * self.trunk * sp;
        self.add_legs(&mut out, trig, rates);
        out
    }

    #[inline]
    fn add_legs(&self, out: &mut System, trig: &Trig, rates: &DofVec) {
        let [(st, ct), (ss, cs), (sf, cf)] = trig.legs();
        let [wt, ws, wf] = [0, 1, 2].map(|k| Pair::leg(rates, k) * Pair::leg(rates, k));
        let (l_t, l_s) = (self.body.thigh.length, self.body.shank.length);
        let [x, z] = self.foot_com;
        // Moment of the foot about the ankle, and its derivative with respect to the foot's direction.
        let (ux, uz) = ((cf * x - sf * z) * self.foot, (sf * x + cf * z) * self.foot);
        let (dx, dz) = (-uz, ux);
        let (a, b) = (self.thigh, self.shank);
        let (cos_ts, sin_st) = (ct * cs + st * ss, ss * ct - st * cs);
        // Force that turns thigh or shank when the foot's moment moves along or across it.
        let (along_t, across_t) = ((ct * ux + st * uz) * l_t, (ct * dx + st * dz) * l_t);
        let (along_s, across_s) = ((cs * ux + ss * uz) * l_s, (cs * dx + ss * dz) * l_s);
        out.legs = LegBlocks {
            own: [
                Pair::both(self.inertia[0]),
                cos_ts * (b * l_t),
                across_t,
                Pair::both(self.inertia[1]),
                across_s,
                Pair::both(self.inertia[2]),
            ],
            base: [[ct * a, st * a, Pair::ZERO], [cs * b, ss * b, Pair::ZERO], [dx, dz, Pair::ZERO]],
        };
        let f = &mut out.force;
        f[0] += (st * wt * a + ss * ws * b + ux * wf).sum();
        f[1] += (uz * wf - ct * wt * a - cs * ws * b).sum();
        let turned = [
            sin_st * ws * (b * l_t) + along_t * wf - st * (GRAVITY * a),
            along_s * wf - sin_st * wt * (b * l_t) - ss * (GRAVITY * b),
            // Minus the other two: what turns the foot comes from thigh and shank.
            -(along_t * wt + along_s * ws) - dz * GRAVITY,
        ];
        for (k, force) in turned.into_iter().enumerate() {
            [f[3 + k], f[6 + k]] = force.0;
        }
        if self.armature != [0.0; 3] {
            out.add_joints(0, self.armature);
            out.add_joints(1, self.armature);
        }
    }

    /// Mass matrix in joint coordinates, row by row [kg, kg·m, kg·m²].
    #[must_use]
    pub fn mass_matrix(&self, q: &DofVec) -> [DofVec; N_DOF] {
        let s = self.assemble(&Trig::new(&to_directions(q)), &[0.0; N_DOF]);
        let mut m = [[0.0; N_DOF]; N_DOF];
        let mut put = |i: usize, j: usize, v: f64| {
            m[i][j] = v;
            m[j][i] = v;
        };
        for (k, (i, j)) in UPPER.into_iter().enumerate() {
            put(i, j, s.base[k]);
            for side in 0..2 {
                put(3 + 3 * side + i, 3 + 3 * side + j, s.legs.own[k].0[side]);
            }
        }
        for (i, row) in s.legs.base.iter().enumerate() {
            for (j, v) in row.iter().enumerate() {
                put(3 + i, j, v.0[0]);
                put(6 + i, j, v.0[1]);
            }
        }
        // T' M T: turn the rows, then the columns.
        let half: [DofVec; N_DOF] = core::array::from_fn(|i| forces_to_joints(&m[i]));
        let turned: [DofVec; N_DOF] = core::array::from_fn(|j| forces_to_joints(&core::array::from_fn(|i| half[i][j])));
        core::array::from_fn(|i| core::array::from_fn(|j| turned[j][i]))
    }

    /// Coriolis, centrifugal and gravity forces in joint coordinates [N, N·m]: `M ddq + bias = forces`.
    #[must_use]
    pub fn bias(&self, q: &DofVec, dq: &DofVec) -> DofVec {
        let s = self.assemble(&Trig::new(&to_directions(q)), &to_directions(dq));
        forces_to_joints(&s.force).map(|f| -f)
    }

    /// Accelerations [m/s², rad/s²] under generalised forces `tau` [N, N·m], without contact and device.
    #[must_use]
    pub fn forward_dynamics(&self, q: &DofVec, dq: &DofVec, tau: &DofVec) -> DofVec {
        let mut s = self.assemble(&Trig::new(&to_directions(q)), &to_directions(dq));
        for (force, tau) in s.force.iter_mut().zip(&tau[..3]) {
            *force += tau;
        }
        for side in 0..2 {
            let i = 3 + 3 * side;
            s.add_torques(side, [tau[i], tau[i + 1], tau[i + 2]]);
        }
        to_joints(&s.solve())
    }

    /// Kinetic and potential energy [J]; potential energy is 0 with the pelvis and all directions at 0, at height 0.
    #[must_use]
    pub fn energy(&self, q: &DofVec, dq: &DofVec) -> [f64; 2] {
        let m = self.mass_matrix(q);
        let mut kinetic = 0.0;
        for i in 0..N_DOF {
            for j in 0..N_DOF {
                kinetic += 0.5 * dq[i] * m[i][j] * dq[j];
            }
        }
        let d = to_directions(q);
        let mut moment = self.total_mass * d[1] + self.trunk * (d[2].cos() - 1.0);
        for i in [3, 6] {
            let [x, z] = self.foot_com;
            moment += self.thigh * (1.0 - d[i].cos()) + self.shank * (1.0 - d[i + 1].cos());
            moment += self.foot * (x * d[i + 2].sin() + z * (d[i + 2].cos() - 1.0));
        }
        [kinetic, GRAVITY * moment]
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    fn random(rng: &mut Rng, size: f64) -> DofVec {
        core::array::from_fn(|_| rng.uniform(-size, size))
    }

    #[test]
    fn forward_dynamics_inverts_mass_matrix_and_bias() {
        let model = Model::new(Body::new(75.0, 1.75).unwrap(), 2.5, 1.5, [0.0, 0.0, 0.02]);
        let mut rng = Rng::new(1, 0);
        for _ in 0..200 {
            let (q, dq, tau) = (random(&mut rng, 1.5), random(&mut rng, 5.0), random(&mut rng, 100.0));
            let (m, h) = (model.mass_matrix(&q), model.bias(&q, &dq));
            let ddq = model.forward_dynamics(&q, &dq, &tau);
            for i in 0..N_DOF {
                let back: f64 = (0..N_DOF).map(|j| m[i][j] * ddq[j]).sum::<f64>() + h[i];
                assert!((back - tau[i]).abs() < 1e-8, "{i}: {back} {}", tau[i]);
                assert!((0..N_DOF).all(|j| (m[i][j] - m[j][i]).abs() < 1e-12));
            }
        }
    }

    #[test]
    fn energy_stays_without_forces() {
        let model = Model::new(Body::new(75.0, 1.75).unwrap(), 2.5, 1.5, [0.0; 3]);
        let mut q = [0.0, 1.0, 0.1, 0.4, 0.6, -0.1, -0.3, 0.2, 0.1];
        let mut dq = [0.3, 0.5, -0.5, 2.0, -1.0, 1.5, -1.0, 0.5, 0.2];
        let start: f64 = model.energy(&q, &dq).iter().sum();
        let dt = 1e-4;
        for _ in 0..5000 {
            let step = |q: &DofVec, dq: &DofVec, f: f64, (a, b): (DofVec, DofVec)| -> (DofVec, DofVec) {
                (core::array::from_fn(|i| q[i] + f * a[i]), core::array::from_fn(|i| dq[i] + f * b[i]))
            };
            let slope = |q: &DofVec, dq: &DofVec| (*dq, model.forward_dynamics(q, dq, &[0.0; N_DOF]));
            let middle = step(&q, &dq, 0.5 * dt, slope(&q, &dq));
            (q, dq) = step(&q, &dq, dt, slope(&middle.0, &middle.1));
        }
        let end: f64 = model.energy(&q, &dq).iter().sum();
        assert!((end - start).abs() < 1e-4, "{start} {end}");
    }

    #[test]
    fn directions_and_joints_are_inverse() {
        let q = [0.1, 0.9, 0.05, 0.3, 0.5, -0.1, -0.2, 0.1, 0.2];
        let back = to_joints(&to_directions(&q));
        assert!(q.iter().zip(&back).all(|(a, b)| (a - b).abs() < 1e-15));
    }
}
