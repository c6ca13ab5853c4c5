//! Foot plates: a rigid plate with its own drives under each foot, to which the foot is strapped.
//!
//! A plate moves forward, up and in pitch, its place that of the sole straight under the ankle. Its drives give the force
//! asked for, bounded and with a lag; its own weight is balanced by the machine. The straps are springs and dampers
//! between sole and plate. With the machine off, with the brakes closed, or at the end of its travel, brakes hold the plate. The person goes along:
//! they want the posture that keeps the hip over the machine's middle at standing height with the feet where the plates
//! are (assumption), as strongly as their muscles allow.

use super::{Actuation, DeviceState};
use crate::contact::{Feet, add_point};
use crate::model::{Model, Trig};
use crate::patient::Will;
use crate::system::{DofVec, System};
use gaitloop_core::Result;
use gaitloop_core::body::Body;
use gaitloop_core::error::{all_in_range, in_range};
use gaitloop_core::types::{JointVec, N_LEG, Sides};

/// Brakes of a plate [N·s/m, N·s/m, N·m·s/rad].
const BRAKE: [f64; 3] = [2e5, 2e5, 2e4];

/// What one unit of an axis of a sample or command is worth forward, up and in pitch [N, N, N·m], so that the forces of
/// plates fit where torques of joints are meant.
pub const AXIS_UNIT: [f64; 3] = [10.0, 10.0, 1.0];

/// What foot plates are made of; each triple is forward, up, pitch. Values are our choice unless the class says otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlateParams {
    /// Moving mass [kg], 1 to 100, twice, and inertia [kg·m²], 0.01 to 10.
    pub mass: [f64; 3],
    /// Greatest force of the drives [N], 0 to 3000, twice, and moment [N·m], 0 to 500.
    pub force: [f64; 3],
    /// Time constant of the drives' force [s], 0.0005 to 0.1.
    pub lag: f64,
    /// Friction of the guides [N·s/m], 0 to 1000, twice, and [N·m·s/rad], 0 to 1000.
    pub friction: [f64; 3],
    /// Travel either way [m], 0.05 to 1, twice, and [rad], 0.05 to 1.6.
    pub travel: [f64; 3],
    /// Stiffness of the straps [N/m], 1e3 to 1e5, twice, and [N·m/rad], 10 to 2e3.
    pub strap: [f64; 3],
    /// Damping of the straps [N·s/m], 0 to 2e3, twice, and [N·m·s/rad], 0 to 50.
    pub strap_damping: [f64; 3],
    /// Height of the hip over the soles at which the person wants to stand, relative to straight legs [-], 0.8 to 1.
    pub stand: f64,
    /// Whether samples and commands have the plates' axes where joints are meant: left forward, up, pitch, then right.
    pub axes: bool,
}

impl PlateParams {
    /// Greatest force of the six axes in units of [`AXIS_UNIT`].
    #[must_use]
    pub fn axis_max(&self) -> JointVec {
        core::array::from_fn(|i| self.force[i % 3] / AXIS_UNIT[i % 3])
    }

    pub(crate) fn check(&self) -> Result<()> {
        in_range("plate_mass", self.mass[0].min(self.mass[1]), 1.0, 100.0)?;
        in_range("plate_mass", self.mass[0].max(self.mass[1]), 1.0, 100.0)?;
        in_range("plate_inertia", self.mass[2], 0.01, 10.0)?;
        all_in_range("plate_force", [self.force[0], self.force[1]], 0.0, 3000.0)?;
        in_range("plate_moment", self.force[2], 0.0, 500.0)?;
        in_range("plate_lag", self.lag, 0.0005, 0.1)?;
        all_in_range("plate_friction", self.friction, 0.0, 1000.0)?;
        all_in_range("plate_travel", [self.travel[0], self.travel[1]], 0.05, 1.0)?;
        in_range("plate_turn", self.travel[2], 0.05, 1.6)?;
        all_in_range("strap_stiffness", [self.strap[0], self.strap[1]], 1e3, 1e5)?;
        in_range("strap_pitch_stiffness", self.strap[2], 10.0, 2e3)?;
        all_in_range("strap_damping", [self.strap_damping[0], self.strap_damping[1]], 0.0, 2e3)?;
        in_range("strap_pitch_damping", self.strap_damping[2], 0.0, 50.0)?;
        in_range("stand", self.stand, 0.8, 1.0)?;
        Ok(())
    }
}

/// What the plates do and feel; each triple is forward [m], up [m], pitch [rad], or force, force [N], moment [N·m].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PlateState {
    /// Place of each plate, the hip's middle place and the ground being zero.
    pub pose: Sides<[f64; 3]>,
    /// Its velocity.
    pub velocity: Sides<[f64; 3]>,
    /// What the drives give.
    pub drive: Sides<[f64; 3]>,
    /// What the plate does to the foot.
    pub force: Sides<[f64; 3]>,
    /// Work that the drives have done so far [J].
    pub work: f64,
}

#[derive(Clone, Debug)]
pub(crate) struct Plates {
    pub state: PlateState,
    ask: Sides<[f64; 3]>,
    locked: bool,
    body: Body,
    hip: f64,
    wanted: Option<JointVec>,
}

/// Angles of hip, knee and ankle [rad] with the sole at `pose` and the hip at height `hip` [m], as far as the leg reaches.
fn posture(body: &Body, hip: f64, [x, z, pitch]: [f64; 3]) -> [f64; N_LEG] {
    let (sin, cos) = pitch.sin_cos();
    let (l1, l2) = (body.thigh.length, body.shank.length);
    let (dx, dz) = (x - body.ankle_height * sin, z + body.ankle_height * cos - hip);
    let reach = (dx * dx + dz * dz).sqrt().clamp(0.3 * (l1 + l2), 0.999 * (l1 + l2));
    let knee = core::f64::consts::PI - ((l1 * l1 + l2 * l2 - reach * reach) / (2.0 * l1 * l2)).clamp(-1.0, 1.0).acos();
    let thigh = dx.atan2(-dz) + (l2 * knee.sin()).atan2(l1 + l2 * knee.cos());
    [thigh, knee, pitch - (thigh - knee)]
}

impl PlateState {
    /// Place, velocity and force of the six axes, the force in units of [`AXIS_UNIT`].
    #[must_use]
    pub fn axes(&self) -> [JointVec; 3] {
        let flat = |v: &Sides<[f64; 3]>| core::array::from_fn(|i| v[i / 3][i % 3]);
        let force = core::array::from_fn(|i| self.drive[i / 3][i % 3] / AXIS_UNIT[i % 3]);
        [flat(&self.pose), flat(&self.velocity), force]
    }
}

impl Plates {
    pub fn new(params: &PlateParams, body: &Body, q: &DofVec) -> Self {
        let mut state = PlateState::default();
        for side in 0..2 {
            let i = 3 + 3 * side;
            let leg = body.leg([q[i], q[i + 1], q[i + 2]], q[2]);
            let pitch = q[2] + q[i] - q[i + 1] + q[i + 2];
            let (sin, cos) = pitch.sin_cos();
            let (x, z) = (leg.ankle[0] + body.ankle_height * sin, leg.ankle[1] - body.ankle_height * cos);
            state.pose[side] = [q[0] + x, q[1] + z, pitch];
        }
        let hip = params.stand * (body.thigh.length + body.shank.length) + body.ankle_height;
        Self { state, ask: [[0.0; 3]; 2], locked: true, body: *body, hip, wanted: None }
    }

    /// Start of a tick.
    pub fn begin(&mut self, params: &PlateParams, command: &Actuation, machine: &DeviceState) {
        let live = machine.live;
        self.locked = machine.locked;
        let asked = |side: usize, k: usize| {
            let axis = if params.axes { AXIS_UNIT[k] * command.torque[3 * side + k] } else { 0.0 };
            let force = command.plate_force[side][k] + axis;
            if live && force.is_finite() { force } else { 0.0 }
        };
        self.ask = core::array::from_fn(|side| core::array::from_fn(|k| asked(side, k)));
    }

    /// What the person wants.
    pub fn intend(&mut self, will: &mut Will, dt: f64) {
        let [l, r] = self.state.pose.map(|pose| posture(&self.body, self.hip, pose));
        let q = [l[0], l[1], l[2], r[0], r[1], r[2]];
        let before = self.wanted.replace(q).unwrap_or(q);
        will.q = q;
        will.dq = core::array::from_fn(|i| (q[i] - before[i]) / dt);
    }

    /// One substep of plates and straps; gives heel and toe as the plates feel them.
    pub fn add(
        &mut self,
        params: &PlateParams,
        model: &Model,
        out: &mut System,
        trig: &Trig,
        motion: (&DofVec, &DofVec),
        h: f64,
    ) -> Feet {
        let mut feet = Feet::default();
        for (side, foot) in feet.iter_mut().enumerate() {
            let sole = Sole::new(model, trig, motion, side);
            let (pose, velocity) = (self.state.pose[side], self.state.velocity[side]);
            let force: [f64; 3] = core::array::from_fn(|k| {
                params.strap[k] * (pose[k] - sole.pose[k]) + params.strap_damping[k] * (velocity[k] - sole.velocity[k])
            });
            self.drive(params, side, force, h);
            let damper = params.strap_damping.map(|b| h * b);
            add_point(out, side, &sole.jacobian, [force[0], force[1]], [damper[0], damper[1]]);
            out.force[5 + 3 * side] += force[2];
            out.legs.own[5].0[side] += damper[2];
            self.state.force[side] = force;
            let (heel, toe) = (model.body.heel, model.body.toe);
            foot[0].normal = (toe * force[1] - force[2]) / (heel + toe);
            foot[1].normal = (heel * force[1] + force[2]) / (heel + toe);
            for point in foot {
                point.friction = 0.5 * force[0];
                point.slip = sole.velocity[0] - velocity[0];
            }
        }
        feet
    }

    fn drive(&mut self, params: &PlateParams, side: usize, strap: [f64; 3], h: f64) {
        let s = &mut self.state;
        for k in 0..3 {
            let limit = params.force[k];
            let drive = &mut s.drive[side][k];
            *drive += (h / params.lag).min(1.0) * (self.ask[side][k].clamp(-limit, limit) - *drive);
            let place = s.pose[side][k];
            let beyond = place.abs() > params.travel[k] && place * s.velocity[side][k] > 0.0;
            let brake = if self.locked || beyond { BRAKE[k] } else { 0.0 };
            let drag = h / params.mass[k] * (params.friction[k] + brake);
            let push = h / params.mass[k] * (*drive - strap[k]);
            let velocity = (s.velocity[side][k] + push) / (1.0 + drag);
            s.velocity[side][k] = velocity;
            s.pose[side][k] += h * velocity;
            s.work += h * *drive * velocity;
        }
    }
}

/// Sole straight under the ankle: place, velocity, and how the segments move it.
struct Sole {
    pose: [f64; 3],
    velocity: [f64; 3],
    jacobian: [[f64; 2]; 3],
}

impl Sole {
    fn new(model: &Model, trig: &Trig, (state, rates): (&DofVec, &DofVec), side: usize) -> Self {
        let (i, r) = (1 + 3 * side, 3 + 3 * side);
        let lengths = [model.body.thigh.length, model.body.shank.length, model.body.ankle_height];
        let mut out = Self {
            pose: [state[0], state[1], state[r + 2]],
            velocity: [rates[0], rates[1], rates[r + 2]],
            jacobian: [[0.0; 2]; 3],
        };
        for (k, length) in lengths.into_iter().enumerate() {
            let (sin, cos) = (length * trig.sin[i + k], length * trig.cos[i + k]);
            out.pose[0] += sin;
            out.pose[1] -= cos;
            out.jacobian[k] = [cos, sin];
            out.velocity[0] += cos * rates[r + k];
            out.velocity[1] += sin * rates[r + k];
        }
        out
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_posture_wanted_puts_the_sole_on_the_plate() {
        let body = Body::new(75.0, 1.75).unwrap();
        for (pose, hip) in [([0.2, 0.0, 0.1], 0.85), ([-0.3, 0.1, -0.6], 0.9), ([0.25, 0.3, 0.0], 0.92)] {
            let q = posture(&body, hip, pose);
            let ankle = body.leg(q, 0.0).ankle;
            let (sin, cos) = (q[0] - q[1] + q[2]).sin_cos();
            let sole = [ankle[0] + body.ankle_height * sin, hip + ankle[1] - body.ankle_height * cos];
            assert!((sole[0] - pose[0]).abs() < 1e-12 && (sole[1] - pose[1]).abs() < 1e-12, "{q:?}");
            assert!((q[0] - q[1] + q[2] - pose[2]).abs() < 1e-12 && q[1] > 0.0);
        }
        // Out of reach the leg goes nearly straight.
        assert!(posture(&body, 2.0, [0.0; 3])[1] < 0.1 && posture(&body, f64::MAX, [0.0; 3])[1] < 0.1);
    }
}
