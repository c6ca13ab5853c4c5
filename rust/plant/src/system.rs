//! The linear system of one step, solved leg by leg.
//!
//! In absolute directions (of trunk, thighs, shanks and feet) the two legs touch each other only through the pelvis, so
//! the 9 x 9 matrix is two 3 x 3 leg blocks bordered by three rows for the pelvis (x, z, pitch). Its `L D L'`
//! factorisation in the order leg, leg, pelvis has no fill between the legs.

/// Number of degrees of freedom: pelvis x, z, pitch; hip, knee, ankle of the left, then of the right leg.
pub const N_DOF: usize = 9;
/// One value per degree of freedom.
pub type DofVec = [f64; N_DOF];

/// Rows of one leg (thigh, shank, foot).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LegBlock {
    /// Upper triangle of the leg's own block: tt, ts, tf, ss, sf, ff.
    pub own: [f64; 6],
    /// Coupling of thigh, shank and foot to the pelvis: x, z, pitch.
    pub base: [[f64; 3]; 3],
}

/// Symmetric matrix and right-hand side in absolute directions.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct System {
    pub legs: [LegBlock; 2],
    /// Upper triangle of the pelvis's block: xx, xz, xp, zz, zp, pp.
    pub base: [f64; 6],
    /// Right-hand side: x, z, pitch, then thigh, shank, foot of each leg.
    pub force: DofVec,
}

impl System {
    /// Adds `value` where a joint's velocity squared stands in the energy: inertia or damping of hip, knee, ankle.
    pub fn add_joints(&mut self, side: usize, [hip, knee, ankle]: [f64; 3]) {
        let leg = &mut self.legs[side];
        leg.own[0] += hip + knee;
        leg.own[1] -= knee;
        leg.own[3] += knee + ankle;
        leg.own[4] -= ankle;
        leg.own[5] += ankle;
        leg.base[0][2] -= hip;
        self.base[5] += hip;
    }

    /// Adds torques of hip, knee and ankle to the right-hand side.
    pub fn add_torques(&mut self, side: usize, [hip, knee, ankle]: [f64; 3]) {
        let f = &mut self.force;
        let i = 3 + 3 * side;
        f[2] -= hip;
        f[i] += hip + knee;
        f[i + 1] -= knee + ankle;
        f[i + 2] += ankle;
    }

    /// Solves for the unknowns in the order of `force`.
    pub fn solve(&self) -> DofVec {
        let mut base = self.base;
        let mut rhs = [self.force[0], self.force[1], self.force[2]];
        let mut kept = [([0.0; 3], [0.0; 3], [[0.0; 3]; 3]); 2];
        for (side, leg) in self.legs.iter().enumerate() {
            let [tt, ts, tf, ss, sf, ff] = leg.own;
            let (d0, l10, l20) = (1.0 / tt, ts / tt, tf / tt);
            let s1 = ss - l10 * ts;
            let n21 = sf - l20 * ts;
            let l21 = n21 / s1;
            let (d1, d2) = (1.0 / s1, 1.0 / (ff - l20 * tf - l21 * n21));
            let forward = |a: f64, b: f64, c: f64| {
                let b = b - l10 * a;
                [a, b, c - l20 * a - l21 * b]
            };
            let i = 3 + 3 * side;
            let y = forward(self.force[i], self.force[i + 1], self.force[i + 2]);
            let b = leg.base;
            let w: [[f64; 3]; 3] = core::array::from_fn(|j| forward(b[0][j], b[1][j], b[2][j]));
            let v = w.map(|w| [w[0] * d0, w[1] * d1, w[2] * d2]);
            for (k, (r, c)) in [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)].into_iter().enumerate() {
                base[k] -= dot(&v[r], &w[c]);
            }
            for (r, v) in rhs.iter_mut().zip(&v) {
                *r -= dot(v, &y);
            }
            kept[side] = ([l10, l20, l21], [y[0] * d0, y[1] * d1, y[2] * d2], v);
        }
        let pelvis = solve_three(base, rhs);
        let mut out = [pelvis[0], pelvis[1], pelvis[2], 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        for (side, ([l10, l20, l21], y, v)) in kept.into_iter().enumerate() {
            let r: [f64; 3] =
                core::array::from_fn(|k| y[k] - v[0][k] * pelvis[0] - v[1][k] * pelvis[1] - v[2][k] * pelvis[2]);
            let foot = r[2];
            let shank = r[1] - l21 * foot;
            let i = 3 + 3 * side;
            out[i] = r[0] - l10 * shank - l20 * foot;
            out[i + 1] = shank;
            out[i + 2] = foot;
        }
        out
    }
}

fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn solve_three([a, b, c, d, e, f]: [f64; 6], rhs: [f64; 3]) -> [f64; 3] {
    let (l10, l20) = (b / a, c / a);
    let s1 = d - l10 * b;
    let n21 = e - l20 * b;
    let l21 = n21 / s1;
    let s2 = f - l20 * c - l21 * n21;
    let y1 = rhs[1] - l10 * rhs[0];
    let y2 = rhs[2] - l20 * rhs[0] - l21 * y1;
    let x2 = y2 / s2;
    let x1 = y1 / s1 - l21 * x2;
    [rhs[0] / a - l10 * x1 - l20 * x2, x1, x2]
}
