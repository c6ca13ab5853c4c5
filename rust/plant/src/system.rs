//! The linear system of one step, solved leg by leg.
//!
//! In absolute directions (of trunk, thighs, shanks and feet) the two legs touch each other only through the pelvis, so
//! the 9 x 9 matrix is two 3 x 3 leg blocks bordered by three rows for the pelvis (x, z, pitch). Its `L D L'`
//! factorisation in the order leg, leg, pelvis has no fill between the legs.

use crate::pair::Pair;

/// Number of degrees of freedom: pelvis x, z, pitch; hip, knee, ankle of the left, then of the right leg.
pub const N_DOF: usize = 9;
/// One value per degree of freedom.
pub type DofVec = [f64; N_DOF];
/// Position in a symmetric 3 x 3 matrix of each entry of its upper triangle.
pub(crate) const UPPER: [(usize, usize); 6] = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)];

/// Rows of a leg (thigh, shank, foot), both legs side by side.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LegBlocks {
    /// Upper triangle of the leg's own block: tt, ts, tf, ss, sf, ff.
    pub own: [Pair; 6],
    /// Coupling of thigh, shank and foot to the pelvis: x, z, pitch.
    pub base: [[Pair; 3]; 3],
}

/// Symmetric matrix and right-hand side in absolute directions.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct System {
    pub legs: LegBlocks,
    /// Upper triangle of the pelvis's block: xx, xz, xp, zz, zp, pp.
    pub base: [f64; 6],
    /// Right-hand side: x, z, pitch, then thigh, shank, foot of each leg.
    pub force: DofVec,
}

impl System {
    /// Adds `value` where a joint's velocity squared stands in the energy: inertia or damping of hip, knee, ankle.
    pub fn add_joints(&mut self, side: usize, [hip, knee, ankle]: [f64; 3]) {
        let leg = &mut self.legs;
        for (k, value) in [(0, hip + knee), (1, -knee), (3, knee + ankle), (4, -ankle), (5, ankle)] {
            leg.own[k].0[side] += value;
        }
        leg.base[0][2].0[side] -= hip;
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
        let f = &self.force;
        let [tt, ts, tf, ss, sf, ff] = self.legs.own;
        let d0 = tt.recip();
        let (l10, l20) = (ts * d0, tf * d0);
        let n21 = sf - l20 * ts;
        let d1 = (ss - l10 * ts).recip();
        let l21 = n21 * d1;
        let d2 = (ff - l20 * tf - l21 * n21).recip();
        let forward = |a: Pair, b: Pair, c: Pair| {
            let b = b - l10 * a;
            [a, b, c - l20 * a - l21 * b]
        };
        let y = forward(Pair::leg(f, 0), Pair::leg(f, 1), Pair::leg(f, 2));
        let b = &self.legs.base;
        let w: [[Pair; 3]; 3] = core::array::from_fn(|j| forward(b[0][j], b[1][j], b[2][j]));
        let v = w.map(|w| [w[0] * d0, w[1] * d1, w[2] * d2]);
        let base = core::array::from_fn(|k| self.base[k] - dot(&v[UPPER[k].0], &w[UPPER[k].1]).sum());
        let pelvis = solve_three(base, core::array::from_fn(|k| f[k] - dot(&v[k], &y).sum()));
        let rest = |k: usize, d: Pair| y[k] * d - v[0][k] * pelvis[0] - v[1][k] * pelvis[1] - v[2][k] * pelvis[2];
        let foot = rest(2, d2);
        let shank = rest(1, d1) - l21 * foot;
        let thigh = rest(0, d0) - l10 * shank - l20 * foot;
        let [left, right] = [0, 1].map(|side| [thigh.0[side], shank.0[side], foot.0[side]]);
        [pelvis[0], pelvis[1], pelvis[2], left[0], left[1], left[2], right[0], right[1], right[2]]
    }
}

fn dot(a: &[Pair; 3], b: &[Pair; 3]) -> Pair {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Solves a symmetric system of three by its adjugate: one division, and a short chain of operations.
#[inline]
fn solve_three([a, b, c, d, e, f]: [f64; 6], r: [f64; 3]) -> [f64; 3] {
    let (aa, ab, ac) = (d * f - e * e, c * e - b * f, b * e - c * d);
    let (bb, bc, cc) = (a * f - c * c, b * c - a * e, a * d - b * b);
    let scale = 1.0 / (a * aa + b * ab + c * ac);
    [
        (aa * r[0] + ab * r[1] + ac * r[2]) * scale,
        (ab * r[0] + bb * r[1] + bc * r[2]) * scale,
        (ac * r[0] + bc * r[1] + cc * r[2]) * scale,
    ]
}
