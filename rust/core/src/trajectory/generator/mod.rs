//! Online source of the reference: standing, walking, and every change between them, smooth and within bounds.
//!
//! A request makes a plan: the curves that are played now coast to rest and fade into those of the target, while the
//! phase changes its rate. Before a plan is begun, the largest velocity, acceleration and jerk it can ask of each
//! joint at any phase are computed, and the plan is stretched until they fit. Requests allocate, steps do not.

mod bounds;
mod clock;
mod curves;
mod motion;
mod pace;
mod request;
mod seek;
mod shapes;
#[cfg(test)]
mod tests;

use crate::error::{Error, Result, in_range};
use crate::types::{JointVec, N_JOINTS, N_LEG, Sides, wrap};

use super::pattern::Reference;
use bounds::Limits;
use clock::Phases;
use motion::Motion;
use pace::Pace;

pub use request::{Caught, Foot};

/// Longest tick [s].
const TICK_MAX: f64 = 0.1;
/// Largest phase rate [1/s] and acceleration [1/s²] taken from outside.
const GIVEN_MAX: [f64; 2] = [100.0, 1e4];

/// What the generator is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// Standing still with level feet.
    Standing = 0,
    /// From standing to walking.
    Starting = 1,
    /// Walking with a pattern.
    Walking = 2,
    /// From one pattern to another.
    Changing = 3,
    /// From walking to standing.
    Stopping = 4,
    /// From the state of a limb that moved by itself.
    Catching = 5,
}

/// What a generator must never go beyond, and how it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GeneratorParams {
    /// Largest velocity [rad/s], 1e-3 to 1e3.
    pub max_velocity: JointVec,
    /// Largest acceleration [rad/s²], 1e-2 to 1e5.
    pub max_acceleration: JointVec,
    /// Largest jerk [rad/s³], 1e-1 to 1e7.
    pub max_jerk: JointVec,
    /// Range of motion, low end [rad], -3 to 3.
    pub lower: JointVec,
    /// Range of motion, high end [rad], -3 to 3.
    pub upper: JointVec,
    /// Hip flexion in standing [rad], -1 to 1.
    pub hip: f64,
    /// Knee flexion in standing [rad], -1 to 1.
    pub knee: f64,
    /// Time from full pace to none [s], 0.1 to 10.
    pub freeze_time: f64,
}

/// What one tick gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GeneratorReference {
    /// Angles, velocities and accelerations of the joints.
    pub reference: Reference,
    /// Phase of each side [-].
    pub phases: Sides<f64>,
    /// Phase rates [1/s].
    pub rates: Sides<f64>,
    /// Phase accelerations [1/s²].
    pub accels: Sides<f64>,
    /// What it is doing.
    pub state: State,
    /// Running time until all that was asked for is done [s].
    pub remaining: f64,
    /// Running time per time [-], 0 frozen to 1.
    pub pace: f64,
}

/// A plan that waits for its turn.
#[derive(Clone, Debug)]
struct Next {
    motion: Motion,
    /// Left phase, modulo a half, in which it begins.
    trigger: Option<f64>,
    /// Running time spent waiting for it [s].
    waited: f64,
    /// How far the phase was beyond the trigger in the tick before, or where the wait for it began.
    beyond: f64,
}

/// Online source of the reference.
#[derive(Clone, Debug)]
pub struct GaitGenerator {
    limits: Limits,
    freeze_time: f64,
    posture: JointVec,
    motion: Motion,
    /// Running time since the plan began [s].
    t: f64,
    pace: Pace,
    next: Option<Next>,
    /// Kept so that no step gives memory back.
    spent: Option<Motion>,
}

impl GaitGenerator {
    /// A generator that stands.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] or [`Error::Swapped`] naming the first parameter that was refused.
    pub fn new(params: GeneratorParams) -> Result<Self> {
        let bounds = [params.max_velocity, params.max_acceleration, params.max_jerk];
        let freeze_time = in_range("freeze_time", params.freeze_time, 0.1, 10.0)?;
        let limits = Limits::new(bounds, params.lower, params.upper, freeze_time)?;
        let (hip, knee) = (in_range("hip", params.hip, -1.0, 1.0)?, in_range("knee", params.knee, -1.0, 1.0)?);
        let leg = [hip, knee, knee - hip];
        let posture: JointVec = core::array::from_fn(|j| leg[j % N_LEG]);
        for (joint, value) in posture.into_iter().enumerate() {
            let (min, max) = (limits.lower[joint], limits.upper[joint]);
            if !(min..=max).contains(&value) {
                return Err(Error::OutOfRange { name: "standing posture", index: Some(joint), value, min, max });
            }
        }
        let motion = Motion::standing(posture);
        Ok(Self { limits, freeze_time, posture, motion, t: 0.0, pace: Pace::new(freeze_time), next: None, spent: None })
    }

    /// Advances by `dt` [s], at most 0.1 (anything else counts as 0), and gives the reference there.
    #[inline]
    pub fn step(&mut self, dt: f64) -> GeneratorReference {
        let passed = self.advance(dt);
        if self.next.is_some() {
            self.begin_next(passed);
        }
        self.reference()
    }

    /// The same with the phases [-], rates [1/s] and accelerations [1/s²] of both sides given from outside.
    ///
    /// Phases are wrapped; a rate or acceleration that is not finite counts as 0, and its magnitude is used up to
    /// 100 1/s and 1e4 1/s². The bounds hold as long as the given phase is as smooth as the generator's own.
    #[inline]
    pub fn step_with(
        &mut self,
        phases: Sides<f64>,
        rates: Sides<f64>,
        accels: Sides<f64>,
        dt: f64,
    ) -> GeneratorReference {
        let passed = self.advance(dt);
        let at = Phases {
            phase: phases.map(wrap),
            rate: rates.map(|x| given(x, GIVEN_MAX[0])),
            accel: accels.map(|x| given(x, GIVEN_MAX[1])),
        };
        let begun = wrap(at.phase[0] - self.motion.clock.left(self.t)[0]);
        if let Some(next) = self.next.as_mut().filter(|next| next.waited == 0.0) {
            next.beyond = before(next.beyond + begun - self.motion.clock.phase);
        }
        self.motion.clock.phase = begun;
        if self.next.is_some() {
            self.begin_next(passed);
        }
        self.look(&at)
    }

    /// The reference of this instant.
    #[must_use]
    pub fn reference(&self) -> GeneratorReference {
        let mut at = self.motion.clock.at(self.t);
        let [pace, bend] = self.pace.now();
        for side in 0..at.rate.len() {
            at.accel[side] = pace * pace * at.accel[side] + bend * at.rate[side];
            at.rate[side] *= pace;
        }
        self.look(&at)
    }

    fn look(&self, at: &Phases) -> GeneratorReference {
        let pace = self.pace.now();
        GeneratorReference {
            reference: self.motion.reference(self.t, at, pace),
            phases: at.phase,
            rates: at.rate,
            accels: at.accel,
            state: self.motion.state(self.t),
            remaining: self.remaining(),
            pace: pace[0],
        }
    }

    /// Takes the pace to nothing: everything is held, a running change too.
    pub fn freeze(&mut self) {
        self.pace.head_for(0.0);
    }

    /// Takes the pace back to full.
    pub fn resume(&mut self) {
        self.pace.head_for(1.0);
    }

    /// Whether it is frozen, or on the way to it.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.pace.aim() < 0.5
    }

    /// Running time until all that was asked for is done [s].
    #[must_use]
    pub fn remaining(&self) -> f64 {
        let rest = (self.motion.duration - self.t).max(0.0);
        let Some(next) = &self.next else { return rest };
        let clock = &self.motion.clock;
        let [passed, rate, _] = clock.left(self.t.max(self.motion.duration));
        let wait = next.trigger.map_or(0.0, |trigger| half(trigger - clock.phase - passed) / rate);
        rest + wait + next.motion.duration
    }

    /// Lets time pass and gives the running time that did [s].
    #[inline]
    fn advance(&mut self, dt: f64) -> f64 {
        let dt = if dt > 0.0 && dt <= TICK_MAX { dt } else { 0.0 };
        let passed = self.pace.advance(dt);
        self.t += passed;
        passed
    }

    /// Begins the plan that waits when its time has come, `passed` [s] after the tick before.
    fn begin_next(&mut self, passed: f64) {
        let done = self.t - self.motion.duration;
        let Some(next) = self.next.as_mut().filter(|_| done >= 0.0) else { return };
        let [way, rate, _] = self.motion.clock.left(self.t);
        let phase = wrap(self.motion.clock.phase + way);
        if let Some(trigger) = next.trigger {
            let beyond = half(phase - trigger);
            next.waited += passed.min(done);
            let came = beyond < next.beyond || next.waited * rate >= 0.5;
            next.beyond = beyond;
            if !came {
                return;
            }
        }
        if let Some(Next { mut motion, .. }) = self.next.take() {
            if self.motion.goal.rate() > 0.0 {
                motion.clock.phase = phase;
            }
            self.spent = Some(core::mem::replace(&mut self.motion, motion));
            self.t = 0.0;
        }
    }
}

/// `x` modulo a half, in [0, 0.5).
fn half(x: f64) -> f64 {
    0.5 * wrap(2.0 * x)
}

/// How far the phase was beyond a trigger before the first tick; at the trigger itself that tick is the one.
fn before(x: f64) -> f64 {
    let beyond = half(x);
    if beyond > 0.0 { beyond } else { 0.5 }
}

/// `x` within `±max`, 0 when it is not finite.
fn given(x: f64, max: f64) -> f64 {
    if x.is_finite() { x.clamp(-max, max) } else { 0.0 }
}

const _: () = assert!(N_JOINTS == 2 * N_LEG);
