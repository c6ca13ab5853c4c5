//! The guide of the pelvis: a spring whose stiffness changes slowly and never gives more energy than it was given.
//!
//! A stiffness that rises under a stretched spring stores energy that nobody put in. So the guide counts the work that it
//! was given, and its stiffness rises no further than that work covers; it is the tank of Ferraguti, Secchi & Fantuzzi
//! (2013), with the spring's own energy counted in.

use super::params::GuideParams;

/// Change of the stiffness over its whole range when asked, and when it holds [1/s]; assumptions.
const PACE: [f64; 2] = [0.5, 2.0];
/// Energy beyond the spring's own that counts for later [J], an assumption: more would let an old damping pay for a kick.
const STORE: f64 = 5.0;
/// Stiffness [N/m] and damping [N·s/m] of the mechanical stop, assumptions.
const STOP: [f64; 2] = [60_000.0, 2000.0];

/// Spring and damper as they are now.
#[derive(Clone, Debug)]
pub struct Guide {
    pub(super) params: GuideParams,
    /// Stiffness in force [N/m].
    pub stiffness: f64,
    target: f64,
    /// Work that it was given and has not given back [J].
    pub energy: f64,
    /// Whether it holds as stiffly as it can, whatever was asked.
    pub held: bool,
}

impl Guide {
    pub(super) fn new(params: GuideParams) -> Self {
        let stiffness = params.stiffness_max;
        Self { params, stiffness, target: stiffness, energy: 0.0, held: true }
    }

    /// Asks for a stiffness [N/m], brought between the softest and the stiffest; NaN asks for the stiffest.
    pub fn ask(&mut self, stiffness: f64) {
        let p = &self.params;
        self.target =
            if stiffness.is_nan() { p.stiffness_max } else { stiffness.clamp(p.stiffness_min, p.stiffness_max) };
    }

    /// Moves the stiffness on for `h` [s] with the pelvis at `y` [m].
    pub(super) fn turn(&mut self, y: f64, h: f64) {
        let p = &self.params;
        let most = PACE[usize::from(self.held)] * p.stiffness_max * h;
        let target = if self.held { p.stiffness_max } else { self.target };
        let asked = self.stiffness + (target - self.stiffness).clamp(-most, most);
        let covered = if y == 0.0 { asked } else { 2.0 * self.energy / (y * y) };
        self.stiffness = if asked > self.stiffness { asked.min(covered).max(self.stiffness) } else { asked };
        self.energy = self.energy.min(0.5 * self.stiffness * y * y + STORE);
    }

    /// Force [N] on a pelvis in the middle of a step at `y` [m] with `v` [m/s], at most the largest.
    pub(super) fn force(&self, y: f64, v: f64) -> f64 {
        let most = self.params.force_max;
        (-self.stiffness * y - self.params.damping * v).clamp(-most, most)
    }

    /// Counts what a step moved.
    pub(super) fn count(&mut self, force: f64, moved: f64) {
        self.energy -= force * moved;
    }

    /// Stiffness, damping and place of the mechanical stop, where the pelvis at `y` [m] is against it.
    pub(super) fn stop(&self, y: f64) -> Option<[f64; 3]> {
        (y.abs() > self.params.travel).then_some([STOP[0], STOP[1], self.params.travel.copysign(y)])
    }
}
