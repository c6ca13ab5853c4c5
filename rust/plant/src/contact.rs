//! Heel and toe on a moving belt.
//!
//! Normal force `k d (1 + c d')` at penetration `d` (never pulling), friction `-mu F v / sqrt(v^2 + v_s^2)` with `v` the
//! speed of the foot over the belt. Both dampers are also added to the step's matrix (linearly implicit), which keeps
//! a 0.5 ms step stable however stiff they are. Stiffness grows with body mass: 2.9 kN/m per kg at the toe, 2.1 at
//! the heel. Stiffness and damping were found on the simulated plant (no measured truth): softer feet sink in deeper than
//! 5 mm, with less damping the heel bounces.

use crate::model::{Model, Trig};
use crate::pair::Pair;
use crate::system::{DofVec, System, UPPER};

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
        Self { stiffness: [2100.0 * mass, 2900.0 * mass], damping: 8.0, friction: 0.8, slip_speed: 0.01 }
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
    #[inline]
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
        let [(st, ct), (ss, cs), (sf, cf)] = trig.legs();
        let (thigh, shank) =
            ([ct * body.thigh.length, st * body.thigh.length], [cs * body.shank.length, ss * body.shank.length]);
        let ankle = Pair::both(state[1]) - thigh[0] - shank[0];
        let mut feet = Feet::default();
        for (k, along) in [-body.heel, body.toe].into_iter().enumerate() {
            let lever = [cf * body.ankle_height - sf * along, cf * along + sf * body.ankle_height];
            let height = ankle - lever[0];
            for (foot, height) in feet.iter_mut().zip(height.0) {
                foot[k].height = height;
            }
            if height.0[0] >= 0.0 && height.0[1] >= 0.0 {
                continue;
            }
            let jacobian = [thigh, shank, lever];
            let mut v = [Pair::both(rates[0] + belt), Pair::both(rates[1])];
            for (i, j) in jacobian.iter().enumerate() {
                let w = Pair::leg(rates, i);
                v[0] += j[0] * w;
                v[1] += j[1] * w;
            }
            let (force, damper) = self.meet(k, height, v, h);
            let [friction, normal] = force;
            add_points(out, &jacobian, force, damper);
            for (side, foot) in feet.iter_mut().enumerate().filter(|(side, _)| height.0[*side] < 0.0) {
                let (normal, friction, slip) = (normal.0[side], friction.0[side], v[0].0[side]);
                foot[k] = Point { height: height.0[side], normal, friction, slip };
            }
        }
        feet
    }

    /// Friction and normal force of heel (0) or toe (1) at a height [m] and a velocity [m/s] along and across the belt, and
    /// their dampers times the step.
    #[inline]
    pub(crate) fn meet(&self, k: usize, height: Pair, v: [Pair; 2], h: f64) -> ([Pair; 2], [Pair; 2]) {
        // Nothing pulls: no force above the belt, none while a point leaves it faster than the damper lets go.
        let elastic = (-height).positive() * self.stiffness[k];
        let factor = (Pair::both(1.0) - v[1] * self.damping).positive();
        let normal = elastic * factor;
        let rough = normal * self.friction / (v[0] * v[0] + self.slip_speed * self.slip_speed).sqrt();
        let friction = -rough * v[0];
        let held = Pair([0, 1].map(|side| if factor.0[side] > 0.0 { elastic.0[side] } else { 0.0 }));
        ([friction, normal], [rough * h, held * (h * self.damping)])
    }
}

/// Adds a force and an implicit damper (times the step) at a point of each foot whose velocity is
/// `pelvis + sum jacobian_i w_i`.
#[inline]
fn add_points(out: &mut System, jacobian: &[[Pair; 2]; 3], force: [Pair; 2], damper: [Pair; 2]) {
    let damped = jacobian.map(|j| [j[0] * damper[0], j[1] * damper[1]]);
    for (i, j) in jacobian.iter().enumerate() {
        let turned = j[0] * force[0] + j[1] * force[1];
        out.force[3 + i] += turned.0[0];
        out.force[6 + i] += turned.0[1];
        out.legs.base[i][0] += damped[i][0];
        out.legs.base[i][1] += damped[i][1];
    }
    for (own, (i, j)) in out.legs.own.iter_mut().zip(UPPER) {
        *own += damped[i][0] * jacobian[j][0] + damped[i][1] * jacobian[j][1];
    }
    out.base[0] += damper[0].sum();
    out.base[3] += damper[1].sum();
    out.force[0] += force[0].sum();
    out.force[1] += force[1].sum();
}

/// Adds a force and an implicit damper (times the step) at a point of one foot.
pub(crate) fn add_point(out: &mut System, side: usize, jacobian: &[[f64; 2]; 3], force: [f64; 2], damper: [f64; 2]) {
    let own = |x: f64| Pair(core::array::from_fn(|s| if s == side { x } else { 0.0 }));
    add_points(out, &jacobian.map(|j| j.map(own)), force.map(own), damper.map(own));
}
