//! What can be asked of a generator.

use crate::error::{Error, Result, in_range};
use crate::trajectory::pattern::{GaitPattern, Reference};
use crate::types::{JointVec, N_JOINTS, wrap};

use super::curves::Curves;
use super::motion::{Goal, Motion, Moving};
use super::pace::Pace;
use super::seek::{Aim, Start, plan};
use super::{GaitGenerator, Next, State, beyond};

/// Phase of the leading leg where walking begins [-].
const LEAD_PHASE: f64 = 0.9;
/// Left phase, modulo a half, in which standing is reached best [-].
const LAST_PHASE: f64 = 0.08;
/// Slowest stride rate by which the length of a step is judged [1/s].
const SLOWEST: f64 = 0.1;
/// Duration of a step where nothing walks [s].
const STILL_STEP: f64 = 0.5;
/// Number of phases among which the nearest to a caught limb is looked for.
const CATCH_PHASES: usize = 128;
/// Time that weighs velocities against angles there [s].
const CATCH_TIME: f64 = 0.1;
/// By how much a later phase must be nearer to replace an earlier one [rad²]: rounding must not choose the leg.
const CATCH_MARGIN: f64 = 1e-9;

/// A foot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foot {
    /// The left one.
    Left,
    /// The right one.
    Right,
}

/// State of a limb that moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Caught {
    /// Angles [rad].
    pub q: JointVec,
    /// Velocities [rad/s].
    pub dq: JointVec,
    /// Accelerations [rad/s²].
    pub ddq: JointVec,
}

impl GaitGenerator {
    /// Walks with `pattern`, from whatever runs now: starts, changes the pattern, its speed or its parameters.
    ///
    /// `steps`, 1 to 3, is how long the change takes unless the bounds need longer; `first` is the leg put forward
    /// first when it stood. Gives the running time until it is done [s].
    ///
    /// # Errors
    /// [`Error::Unplayable`] with the joint and figure when the bounds do not allow it; nothing changes then.
    pub fn walk(&mut self, pattern: &GaitPattern, steps: f64, first: Foot) -> Result<f64> {
        let steps = in_range("steps", steps, 1.0, 3.0)?;
        let to = Curves::of(pattern);
        self.limits.playable(&to, pattern.stride_rate())?;
        let rest_phase = match first {
            Foot::Left => LEAD_PHASE,
            Foot::Right => wrap(LEAD_PHASE - pattern.offset()),
        };
        let make = |start: Option<Start>, resting: bool, state: State| -> Result<Option<Motion>> {
            let Some(mut start) = start else { return Ok(None) };
            if resting {
                (start.phase, start.rate, start.apart) = (rest_phase, [0.0; 2], [pattern.offset(), 0.0, 0.0]);
            }
            let start = Start { moving: start.moving.on(to.intervals()), ..start };
            let goal = Goal::Walking(pattern.clone());
            let shortest = steps / (2.0 * pattern.stride_rate().max(SLOWEST));
            plan(&self.limits, &start, Aim { to: to.clone(), goal, shortest, state }).map(Some)
        };
        let state = match self.motion.state(self.t) {
            State::Standing | State::Starting | State::Stopping => State::Starting,
            State::Walking | State::Changing | State::Catching => State::Changing,
        };
        let now = make(self.here(), self.is_resting(), state);
        if let Ok(Some(motion)) = now {
            return Ok(self.begin(motion));
        }
        if !self.is_running() {
            now?;
        }
        let stands = matches!(self.motion.goal, Goal::Standing(_));
        let later = make(Some(self.after()), stands, if stands { State::Starting } else { State::Changing })?;
        Ok(self.wait(later, None))
    }

    /// Comes to stand with level feet.
    ///
    /// `steps` as for [`Self::walk`]. With `wait` it begins, after a running change, where the last step ends with the
    /// feet passing each other, at most half a cycle later; without, at once. Gives the running time until it is done [s].
    ///
    /// # Errors
    /// As [`Self::walk`].
    pub fn stand(&mut self, steps: f64, wait: bool) -> Result<f64> {
        let steps = in_range("steps", steps, 1.0, 3.0)?;
        if matches!(self.motion.goal, Goal::Standing(_)) {
            self.next = None;
            return Ok(self.remaining());
        }
        let make = |start: Option<Start>| -> Result<Option<Motion>> {
            let Some(start) = start else { return Ok(None) };
            let to = Curves::constant(self.posture, start.moving.curves.intervals());
            let rate = start.rate[0];
            let shortest = if rate == 0.0 { STILL_STEP * steps } else { steps / (2.0 * rate.max(SLOWEST)) };
            let aim = Aim { to, goal: Goal::Standing(self.posture), shortest, state: State::Stopping };
            plan(&self.limits, &start, aim).map(Some)
        };
        if !wait {
            let now = make(self.here());
            if let Ok(Some(motion)) = now {
                return Ok(self.begin(motion));
            }
            if !self.is_running() {
                now?;
            }
        }
        let later = make(Some(self.after()))?;
        let way = later.as_ref().map(|motion| 0.5 * self.motion.goal.rate() * motion.duration);
        Ok(self.wait(later, way.filter(|_| wait).map(|way| LAST_PHASE - way)))
    }

    /// Takes over a limb in the state `caught` and leads it into walking with `pattern`, or to standing when absent.
    ///
    /// `phase` of the left side [-]; absent, the nearest of the pattern. Whatever ran is dropped, a freeze too.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] when the state is beyond the bounds or the range of motion, [`Error::NoWay`] when no way leads
    /// on from it; else as [`Self::walk`].
    pub fn catch(
        &mut self,
        caught: Caught,
        pattern: Option<&GaitPattern>,
        phase: Option<f64>,
        steps: f64,
    ) -> Result<f64> {
        let steps = in_range("steps", steps, 1.0, 3.0)?;
        let phase = phase.map(|phase| in_range("phase", phase, 0.0, 1.0)).transpose()?;
        self.check_state(&caught)?;
        let motion = match pattern {
            None => {
                let to = Curves::constant(self.posture, 4);
                let aim = Aim {
                    to,
                    goal: Goal::Standing(self.posture),
                    shortest: STILL_STEP * steps,
                    state: State::Catching,
                };
                let [phase, apart] = self.sides_now();
                plan(&self.limits, &caught.at_rest(4, phase, apart), aim).map_err(|e| caught.refused(e))?
            }
            Some(pattern) => self.catch_into(&caught, pattern, phase, steps)?,
        };
        self.pace = Pace::new(self.freeze_time);
        Ok(self.begin(motion))
    }

    fn catch_into(&self, caught: &Caught, pattern: &GaitPattern, phase: Option<f64>, steps: f64) -> Result<Motion> {
        let to = Curves::of(pattern);
        let rate = pattern.stride_rate();
        self.limits.playable(&to, rate)?;
        let phase = phase.map_or_else(|| caught.nearest(pattern), wrap);
        let aim = Aim {
            to: to.clone(),
            goal: Goal::Walking(pattern.clone()),
            shortest: steps / (2.0 * rate.max(SLOWEST)),
            state: State::Catching,
        };
        let along = caught.along(to, pattern, phase);
        let at_rest = || caught.at_rest(aim.to.intervals(), phase, pattern.offset());
        plan(&self.limits, &along, aim.clone())
            .or_else(|_| plan(&self.limits, &at_rest(), aim.clone()))
            .map_err(|e| caught.refused(e))
    }

    /// Whether a caught state is one the generator may be in.
    fn check_state(&self, caught: &Caught) -> Result<()> {
        let check = |name, values: JointVec, low: &dyn Fn(usize) -> f64, high: &dyn Fn(usize) -> f64| -> Result<()> {
            for (i, value) in values.into_iter().enumerate() {
                let (min, max) = (low(i), high(i));
                if !(min..=max).contains(&value) {
                    return Err(Error::OutOfRange { name, index: Some(i), value, min, max });
                }
            }
            Ok(())
        };
        let limits = &self.limits;
        check("q", caught.q, &|i| limits.lower[i], &|i| limits.upper[i])?;
        check("dq", caught.dq, &|i| -limits.velocity[i], &|i| limits.velocity[i])?;
        check("ddq", caught.ddq, &|i| -limits.acceleration[i], &|i| limits.acceleration[i])
    }

    fn is_running(&self) -> bool {
        self.t < self.motion.duration
    }

    /// Whether the phase does not show: standing, or led to standing from where nothing walked.
    fn is_resting(&self) -> bool {
        let still = |motion: &Motion| motion.state == State::Catching && motion.from.is_constant();
        matches!(self.motion.goal, Goal::Standing(_)) && (!self.is_running() || still(&self.motion))
    }

    /// Where a plan begins that begins now, absent while curves on different numbers of intervals fade.
    fn here(&self) -> Option<Start> {
        let moving = self.motion.moving(self.t)?;
        let [passed, rate, bend] = self.motion.clock.left(self.t);
        Some(Start {
            moving,
            rest: (self.motion.duration - self.t).max(0.0),
            phase: wrap(self.motion.clock.phase + passed),
            rate: [rate, bend],
            apart: self.motion.clock.apart.at(self.t),
        })
    }

    /// Left phase now, and right phase minus left.
    fn sides_now(&self) -> [f64; 2] {
        let clock = &self.motion.clock;
        [wrap(clock.phase + clock.left(self.t)[0]), clock.apart.at(self.t)[0]]
    }

    /// Where a plan begins that begins when the running one has ended.
    fn after(&self) -> Start {
        Start {
            moving: Moving { curves: self.motion.to.clone(), drift: None },
            rest: 0.0,
            phase: 0.0,
            rate: [self.motion.goal.rate(), 0.0],
            apart: [self.motion.clock.apart.end, 0.0, 0.0],
        }
    }

    fn begin(&mut self, motion: Motion) -> f64 {
        (self.motion, self.t, self.next, self.spent) = (motion, 0.0, None, None);
        self.remaining()
    }

    fn wait(&mut self, motion: Option<Motion>, trigger: Option<f64>) -> f64 {
        self.spent = None;
        let clock = &self.motion.clock;
        let [passed, ..] = clock.left(self.t.max(self.motion.duration));
        let beyond = trigger.map_or(0.5, |trigger| beyond(clock.phase + passed - trigger));
        self.next = motion.map(|motion| Next { motion, trigger, waited: 0.0, beyond });
        self.remaining()
    }
}

impl Moving {
    /// The same on `intervals` where it does not depend on phase.
    fn on(self, intervals: usize) -> Self {
        let constant = self.drift.as_ref().is_none_or(|both| both.iter().all(Curves::is_constant));
        if !constant || !self.curves.is_constant() {
            return self;
        }
        Self { curves: self.curves.on(intervals), drift: self.drift.map(|both| both.map(|c| c.on(intervals))) }
    }
}

impl Caught {
    /// The error of a search for a way from this state, told by the state instead of the last way tried.
    fn refused(&self, error: Error) -> Error {
        let Error::Unplayable { figure, joint, .. } = error else { return error };
        Error::NoWay { figure, joint, state: [self.q[joint], self.dq[joint], self.ddq[joint]] }
    }

    /// Start from curves that are the state itself.
    fn at_rest(&self, intervals: usize, phase: f64, apart: f64) -> Start {
        let constant = |values| Curves::constant(values, intervals);
        Start {
            moving: Moving { curves: constant(self.q), drift: Some([constant(self.dq), constant(self.ddq)]) },
            rest: 0.0,
            phase,
            rate: [0.0; 2],
            apart: [apart, 0.0, 0.0],
        }
    }

    /// Start from the `curves` of a pattern, at its rate, moved so that they go through the state.
    fn along(&self, curves: Curves, pattern: &GaitPattern, phase: f64) -> Start {
        let at = pattern.evaluate(phase, None);
        let less = |a: JointVec, b: JointVec| -> JointVec { core::array::from_fn(|j| a[j] - b[j]) };
        let constant = |values| Curves::constant(values, curves.intervals());
        let drift = [constant(less(self.dq, at.dq)), constant(less(self.ddq, at.ddq))];
        Start {
            moving: Moving { drift: Some(drift), curves: curves.shifted(less(self.q, at.q)) },
            rest: 0.0,
            phase,
            rate: [pattern.stride_rate(), 0.0],
            apart: [pattern.offset(), 0.0, 0.0],
        }
    }

    /// Phase of the left side at which the pattern is nearest to the state, the earliest of equally near ones.
    fn nearest(&self, pattern: &GaitPattern) -> f64 {
        let distance = |at: Reference| -> f64 {
            (0..N_JOINTS)
                .map(|j| {
                    let (angle, speed) = (self.q[j] - at.q[j], CATCH_TIME * (self.dq[j] - at.dq[j]));
                    angle * angle + speed * speed
                })
                .sum()
        };
        let mut best = (0.0, f64::INFINITY);
        for k in 0..CATCH_PHASES {
            let phase = k as f64 / CATCH_PHASES as f64;
            let far = distance(pattern.evaluate(phase, None));
            if far < best.1 - CATCH_MARGIN {
                best = (phase, far);
            }
        }
        best.0
    }
}
