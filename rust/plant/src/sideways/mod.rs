//! The pelvis sideways: an inverted pendulum over the feet, and a guide beside it.
//!
//! `y'' = (N / (m l)) (y - c) - (S / (m r)) y + (F + K) / m`: the ground carries `N` and topples, the rope carries `S` and
//! pulls back over its length `r`, the guide gives `F` and its mechanical stop `K`; `c` is the centre of pressure. It is
//! stepped by the implicit midpoint rule, which keeps the energy of a linear spring.
//!
//! It has a random stream of its own and follows the feet of the sagittal plant by their forces; nothing of it goes back
//! there. Assumptions: the pelvis stands for the centre of mass; legs reach wherever the foot is to land; hips and trunk
//! hold still; the sway changes no joint torque.

mod guide;
mod params;
mod walker;

pub use guide::Guide;
pub use params::{GuideParams, SwayParams};

use gaitloop_core::Result;
use gaitloop_core::types::GRAVITY;
use walker::{Walker, sign};

/// Length of the rope from pulley to harness [m]; assumption.
const ROPE: f64 = 2.0;
/// Half the width of a foot [m]; assumption. It is the outer edge of what a foot supports.
const HALF_FOOT: f64 = 0.04;
/// Time over which the weight on the feet is averaged [s], its start and its bounds as shares of the body weight [-].
const AVERAGE: f64 = 1.0;
const BOUNDS: [f64; 2] = [0.2, 1.2];
/// Share of the travel beyond which the guide catches [-], and time [s] outside the feet after which it does; assumptions.
const CATCH: f64 = 0.95;
const LOST: f64 = 0.3;
/// Longest step of time [s]; after a longer gap the guide holds, as nobody knows what happened.
const GAP: f64 = 0.01;

/// Names of the values of a row.
pub const SIDEWAYS_FIELDS: [&str; 12] = [
    "position",
    "velocity",
    "foot_left",
    "foot_right",
    "pressure",
    "xcom",
    "stiffness",
    "force",
    "energy",
    "margin",
    "landed",
    "caught",
];
/// Length of a row.
pub const SIDEWAYS_LEN: usize = SIDEWAYS_FIELDS.len();

/// A person and a guide, sideways.
#[derive(Clone, Debug)]
pub struct Sideways {
    /// The guide; absent where nobody holds the person.
    pub guide: Option<Guide>,
    walker: Walker,
    /// Position of the pelvis, y to the left [m], and its velocity [m/s].
    pub motion: [f64; 2],
    weight: f64,
    lost: f64,
    caught: bool,
    t: Option<i64>,
}

impl Sideways {
    /// A person who stands in the middle, and a guide that holds.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first parameter outside its range.
    pub fn new(person: SwayParams, guide: Option<GuideParams>, seed: u64) -> Result<Self> {
        let person = person.check()?;
        let guide = guide.map(GuideParams::check).transpose()?.map(Guide::new);
        let weight = person.mass * GRAVITY;
        Ok(Self {
            guide,
            walker: Walker::new(person, seed),
            motion: [0.0; 2],
            weight,
            lost: 0.0,
            caught: false,
            t: None,
        })
    }

    /// The person.
    #[must_use]
    pub fn person(&self) -> &SwayParams {
        &self.walker.params
    }

    /// Pulse of the pendulum under the weight that the feet carry [1/s].
    #[must_use]
    pub fn omega(&self) -> f64 {
        let p = &self.walker.params;
        let body = p.mass * GRAVITY;
        (self.weight.clamp(BOUNDS[0] * body, BOUNDS[1] * body) / (p.mass * p.pendulum())).sqrt()
    }

    /// Lets the guide follow what is asked of it again after a catch.
    pub fn release(&mut self) {
        (self.caught, self.lost) = (false, 0.0);
    }

    /// One tick at `t` [ns] with vertical forces of the feet [N]; `free` tells whether the guide may be softer than stiff.
    pub fn step(&mut self, t: i64, force: [f64; 2], free: bool) -> [f64; SIDEWAYS_LEN] {
        let most = 3.0 * self.walker.params.mass * GRAVITY;
        let force = force.map(|f| if f.is_finite() { f.clamp(0.0, most) } else { 0.0 });
        let gap = self.t.map_or(0.0, |last| t.saturating_sub(last) as f64 * 1e-9);
        self.t = Some(t);
        let h = gap.clamp(0.0, GAP);
        let body = self.walker.params.mass * GRAVITY;
        self.weight += (force[0] + force[1] - self.weight) * (h / AVERAGE);
        let omega = self.omega();
        let xcom = self.motion[0] + self.motion[1] / omega;
        self.walker.feel(force.map(|f| f / body), xcom, omega, h);
        let pressure = self.walker.pressure(force, xcom, omega);
        if let Some(guide) = &mut self.guide {
            guide.held = self.caught || !free || gap > GAP;
            guide.turn(self.motion[0], h);
        }
        let guided = self.advance(force[0] + force[1], pressure, h);
        let xcom = self.motion[0] + self.motion[1] / omega;
        self.watch(xcom, h);
        self.row(pressure, xcom, guided)
    }

    /// Moves on; tells the force of the guide [N].
    fn advance(&mut self, ground: f64, pressure: Option<f64>, h: f64) -> f64 {
        let p = &self.walker.params;
        let topple = if pressure.is_some() { ground / (p.mass * p.pendulum()) } else { 0.0 };
        let pull = (p.mass * GRAVITY - ground).max(0.0) / (p.mass * ROPE);
        let free = [topple - pull, 0.0, -topple * pressure.unwrap_or(0.0)];
        let Some(guide) = &mut self.guide else {
            self.motion = midpoint(self.motion, free, h);
            return 0.0;
        };
        let (mass, [y, v]) = (p.mass, self.motion);
        let held = |law: [f64; 3]| match guide.stop(y) {
            Some([k, b, place]) if y * v >= 0.0 => [law[0] - k / mass, law[1] + b / mass, law[2] + k * place / mass],
            Some([k, _, place]) => [law[0] - k / mass, law[1], law[2] + k * place / mass], // it pushes, and never pulls
            None => law,
        };
        let sprung = [free[0] - guide.stiffness / mass, guide.params.damping / mass, free[2]];
        let mut to = midpoint(self.motion, held(sprung), h);
        let middle = |to: [f64; 2]| [0.5 * (y + to[0]), 0.5 * (v + to[1])];
        let [at, pace] = middle(to);
        let force = guide.force(at, pace);
        if force.abs() >= guide.params.force_max {
            to = midpoint(self.motion, held([free[0], 0.0, free[2] + force / mass]), h);
        }
        guide.count(force, to[0] - y);
        self.motion = to;
        force
    }

    /// Catches who has lost the balance.
    fn watch(&mut self, xcom: f64, h: f64) {
        let [left, right] = self.walker.foot;
        let standing = self.walker.down != [false; 2];
        let outside = standing && (xcom > left.max(right) + HALF_FOOT || xcom < left.min(right) - HALF_FOOT);
        self.lost = if outside { self.lost + h } else { 0.0 };
        let far = self.guide.as_ref().is_some_and(|guide| self.motion[0].abs() > CATCH * guide.params.travel);
        self.caught |= far || self.lost > LOST;
    }

    fn row(&self, pressure: Option<f64>, xcom: f64, force: f64) -> [f64; SIDEWAYS_LEN] {
        let [left, right] = self.walker.foot;
        let (stiffness, energy) = self.guide.as_ref().map_or((0.0, 0.0), |guide| (guide.stiffness, guide.energy));
        let margin = |side: usize| sign(side) * (self.walker.foot[side] - xcom) + HALF_FOOT;
        let landed = self.walker.landed;
        [
            self.motion[0],
            self.motion[1],
            left,
            right,
            pressure.unwrap_or(f64::NAN),
            xcom,
            stiffness,
            force,
            energy,
            landed.map_or(f64::NAN, margin),
            landed.map_or(-1.0, |side| side as f64),
            f64::from(u8::from(self.caught)),
        ]
    }
}

/// One step of `y'' = a y - b y' + c` from position and velocity, by the implicit midpoint rule.
fn midpoint([y, v]: [f64; 2], [a, b, c]: [f64; 3], h: f64) -> [f64; 2] {
    let half = 0.5 * h;
    let mean = (v + half * (a * y + c)) / (1.0 + half * b - half * half * a);
    [y + h * mean, 2.0 * mean - v]
}

#[cfg(test)]
mod tests;
