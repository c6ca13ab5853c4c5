//! Heel and toe on a moving belt.
//!
//! Normal force `k d (1 + c d')` at penetration `d` (never pulling), friction `-mu F v / sqrt(v^2 + v_s^2)` with `v` the
//! speed of the foot over the belt. Both dampers are also added to the step's matrix (linearly implicit), which keeps
//! a 0.5 ms step stable however stiff they are. Stiffness grows with body mass: 2.9 kN/m per kg at the toe, 2.27 at
//! the heel, found on the simulated plant (a start, not a measured truth).

use crate::model::{Model, Trig};
use crate::system::{DofVec, System};

/// How heel and toe meet the belt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contact {
    /// Normal stiffness of heel and toe [N/m].
    pub stiffness: [f64; 2],
    /// Normal damping relative to the elastic force [s/m].
    pub damping: f64,
    /// Friction coefficient [-].
    pub friction: f64,
    /// Speed over which friction builds up [m/s].
    pub slip_speed: f64,
}

impl Contact {
    /// Contact of a person of mass [kg] `mass`.
    #[must_use]
    pub fn of_mass(mass: f64) -> Self {
        Self { stiffness: [2270.0 * mass, 2900.0 * mass], damping: 5.0, friction: 0.8, slip_speed: 0.01 }
    }
}

/// What one contact point feels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Height of the point above the belt [m].
    pub height: f64,
    /// Normal force, upward [N].
    pub normal: f64,
    /// Friction force, forward [N].
    pub friction: f64,
    /// Speed over the belt, forward [m/s].
    pub slip: f64,
}

/// Heel and toe of both feet.
pub type Feet = [[Point; 2]; 2];

impl Contact {
    /// Adds the forces of both feet to a step of length `h` [s]; `state` holds directions, `rates` their velocities.
    pub(crate) fn add(
        &self,
        model: &Model,
        out: &mut System,
        trig: &Trig,
        (state, rates): (&DofVec, &DofVec),
        belt: f64,
        h: f64,
    ) -> Feet {
        let body = &model.body;
        let mut feet = Feet::default();
        for (side, foot) in feet.iter_mut().enumerate() {
            let (i, r) = (1 + 3 * side, 3 + 3 * side);
            let thigh = [trig.cos[i], trig.sin[i]].map(|x| body.thigh.length * x);
            let shank = [trig.cos[i + 1], trig.sin[i + 1]].map(|x| body.shank.length * x);
            let (sf, cf) = (trig.sin[i + 2], trig.cos[i + 2]);
            let ankle = state[1] - thigh[0] - shank[0];
            for (k, (point, along)) in foot.iter_mut().zip([-body.heel, body.toe]).enumerate() {
                point.height = ankle + along * sf - body.ankle_height * cf;
                if point.height >= 0.0 {
                    continue;
                }
                let lever = [-along * sf + body.ankle_height * cf, along * cf + body.ankle_height * sf];
                let jacobian = [thigh, shank, lever];
                let mut v = [rates[0], rates[1]];
                for (j, w) in jacobian.iter().zip(&rates[r..r + 3]) {
                    v[0] += j[0] * w;
                    v[1] += j[1] * w;
                }
                point.slip = v[0] + belt;
                let elastic = -self.stiffness[k] * point.height;
                let factor = 1.0 - self.damping * v[1];
                if factor <= 0.0 {
                    continue;
                }
                point.normal = elastic * factor;
                let rough =
                    self.friction * point.normal / (point.slip * point.slip + self.slip_speed * self.slip_speed).sqrt();
                point.friction = -rough * point.slip;
                add_point(
                    out,
                    side,
                    &jacobian,
                    [point.friction, point.normal],
                    [h * rough, h * (self.damping * elastic)],
                );
            }
        }
        feet
    }
}

/// Adds a force and an implicit damper (times the step) at a point whose velocity is `pelvis + sum jacobian_i w_i`.
pub(crate) fn add_point(out: &mut System, side: usize, jacobian: &[[f64; 2]; 3], force: [f64; 2], damper: [f64; 2]) {
    let r = 3 + 3 * side;
    let leg = &mut out.legs[side];
    for (i, j) in jacobian.iter().enumerate() {
        out.force[r + i] += j[0] * force[0] + j[1] * force[1];
        leg.base[i][0] += damper[0] * j[0];
        leg.base[i][1] += damper[1] * j[1];
    }
    for (k, (i, j)) in [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)].into_iter().enumerate() {
        leg.own[k] += damper[0] * jacobian[i][0] * jacobian[j][0] + damper[1] * jacobian[i][1] * jacobian[j][1];
    }
    out.base[0] += damper[0];
    out.base[3] += damper[1];
    out.force[0] += force[0];
    out.force[1] += force[1];
}
