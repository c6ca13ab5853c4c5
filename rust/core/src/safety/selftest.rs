//! The self-test: what must be seen before anything may be armed, the drives' own watchdog at work included.

mod words;

pub use words::{SelfTestInputs, SelfTestOutput};

use super::{Check, Declaration, Envelope, EnvelopeParams, SECONDS, Selftest, trusted};
use crate::error::Result;
use crate::types::{JointKind, N_JOINTS, NS};

/// Step of the test's own clock when time does not advance [ns].
const NOMINAL_TICK_NS: i64 = 1_000_000;
/// Time for which everything must be as it should [ns]; an encoder that reads zero for as long is none.
const WINDOW: i64 = 250_000_000;
/// Time for which a drive that stopped by itself must stay stopped although leases are given again [ns].
const STAY: i64 = 50_000_000;
/// Time in which a drive must come back when it is asked to [ns].
const ASK: i64 = 1_000_000_000;
/// Time after which the test has failed whatever it waits for [ns].
const DEADLINE: i64 = 10_000_000_000;
/// Leases are withheld for the watchdog time times this [-].
const WITHHOLD: f64 = 1.5;
/// Accepted deviation of the interval between samples [-].
const RATE_TOLERANCE: f64 = 0.1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Look,
    Withhold,
    Stay,
    Ask,
    Passed,
    Failed,
}

/// What was not met, and at which joint.
type Unmet = (Check, Option<usize>);

/// Everything as it should be, since when, and how many ticks and samples that is.
#[derive(Clone, Copy, Debug)]
struct Window {
    t: i64,
    stamp: i64,
    good: i64,
    ticks: i64,
    samples: i64,
}

/// What one self-test remembers.
#[derive(Clone, Copy, Debug)]
struct Progress {
    stage: Stage,
    // Time of the first and the last tick [ns].
    begun: Option<i64>,
    t_prev: i64,
    elapsed: i64,
    in_stage: i64,
    seen: [bool; N_JOINTS],
    zero: [i64; N_JOINTS],
    window: Option<Window>,
    stamp_prev: i64,
    unmet: Unmet,
}

impl Progress {
    const START: Self = Self {
        stage: Stage::Look,
        begun: None,
        t_prev: 0,
        elapsed: 0,
        in_stage: 0,
        seen: [false; N_JOINTS],
        zero: [0; N_JOINTS],
        window: None,
        stamp_prev: 0,
        unmet: (Check::None, None),
    };
}

/// Looks at samples and drives before anything may be armed, without power.
#[derive(Clone, Copy, Debug)]
pub struct SelfTest {
    limits: EnvelopeParams,
    kinds: [JointKind; N_JOINTS],
    declared: Declaration,
    withhold: i64,
    now: Progress,
}

impl SelfTest {
    /// A test that has not begun.
    ///
    /// # Errors
    /// As [`Declaration::check`].
    pub fn new(envelope: &Envelope, kinds: [JointKind; N_JOINTS], declared: Declaration) -> Result<Self> {
        let declared = declared.check()?;
        let withhold = (WITHHOLD * declared.watchdog * NS) as i64;
        Ok(Self { limits: *envelope.params(), kinds, declared, withhold, now: Progress::START })
    }

    /// Forgets everything: the next step is the first of a new test.
    pub fn reset(&mut self) {
        if self.now.begun.is_some() {
            self.now = Progress::START;
        }
    }

    /// One tick.
    pub fn step(&mut self, inputs: &SelfTestInputs) -> SelfTestOutput {
        let dt = self.tick(inputs.t);
        let stage = self.now.stage;
        let next = match stage {
            Stage::Look => self.look(inputs, dt),
            Stage::Withhold | Stage::Stay | Stage::Ask if !inputs.clean => {
                self.now.window = None;
                self.enter(Stage::Look);
                self.not_met((Check::Fault, None))
            }
            Stage::Withhold => self.hold_back(inputs),
            Stage::Stay => self.stay(inputs),
            Stage::Ask => self.ask(inputs),
            Stage::Passed | Stage::Failed => stage,
        };
        let late = self.now.elapsed >= DEADLINE && !matches!(next, Stage::Passed | Stage::Failed);
        self.enter(if late { Stage::Failed } else { next });
        self.now.stamp_prev = inputs.q_stamp;
        self.output()
    }

    /// Steps the test's own clock; it goes on even when `t` does not.
    fn tick(&mut self, t: i64) -> i64 {
        let now = &mut self.now;
        let dt = match now.begun {
            None => 0,
            Some(_) if t > now.t_prev => t.saturating_sub(now.t_prev),
            Some(_) => NOMINAL_TICK_NS,
        };
        now.begun = now.begun.or(Some(t));
        now.t_prev = t;
        (now.elapsed, now.in_stage) = (now.elapsed.saturating_add(dt), now.in_stage.saturating_add(dt));
        dt
    }

    fn enter(&mut self, stage: Stage) {
        let now = &mut self.now;
        if stage == now.stage {
            return;
        }
        if stage != Stage::Failed {
            now.unmet = (Check::None, None);
        }
        (now.stage, now.in_stage) = (stage, 0);
    }

    /// Waits for this.
    fn not_met(&mut self, what: Unmet) -> Stage {
        self.now.unmet = what;
        self.now.stage
    }

    fn fail(&mut self, what: Unmet) -> Stage {
        self.now.unmet = what;
        Stage::Failed
    }

    fn look(&mut self, i: &SelfTestInputs, dt: i64) -> Stage {
        self.watch_for_zero(i, dt);
        let Some((what, definite)) = self.first_unmet(i) else {
            return self.count(i, dt);
        };
        self.now.window = None;
        if definite { self.fail(what) } else { self.not_met(what) }
    }

    /// Which encoders have shown themselves, and for how long the others read zero.
    fn watch_for_zero(&mut self, i: &SelfTestInputs, dt: i64) {
        for joint in 0..N_JOINTS {
            if self.kinds[joint] == JointKind::Absent || self.now.seen[joint] {
                continue;
            }
            match trusted(i.q[joint]) {
                Some(q) if q != 0.0 => self.now.seen[joint] = true,
                Some(_) => self.now.zero[joint] = self.now.zero[joint].saturating_add(dt),
                None => {}
            }
        }
    }

    /// The first check that is not met, and whether it never will be.
    fn first_unmet(&self, i: &SelfTestInputs) -> Option<(Unmet, bool)> {
        if !i.clean {
            return Some(((Check::Fault, None), false));
        }
        self.sensors_unmet(i).or_else(|| self.drives_unmet(i))
    }

    fn sensors_unmet(&self, i: &SelfTestInputs) -> Option<(Unmet, bool)> {
        let p = &self.limits;
        let fitted = || (0..N_JOINTS).filter(|joint| self.kinds[*joint] != JointKind::Absent);
        let at = |check, joint| (check, Some(joint));
        if let Some(j) = fitted().find(|j| trusted(i.q[*j]).is_none() || trusted(i.dq[*j]).is_none()) {
            return Some((at(Check::Sample, j), false));
        }
        if let Some(j) = fitted().find(|j| !self.now.seen[*j]) {
            let stuck = fitted().find(|j| !self.now.seen[*j] && self.now.zero[*j] >= WINDOW);
            return Some((at(Check::Zero, stuck.unwrap_or(j)), stuck.is_some()));
        }
        let inside = |j: usize| i.q[j].is_some_and(|q| (p.q_min[j]..=p.q_max[j]).contains(&q));
        if let Some(j) = fitted().find(|j| !inside(*j)) {
            return Some((at(Check::Range, j), false));
        }
        let stale = !(self.fresh(i.t, i.q_stamp) && self.fresh(i.t, i.dq_stamp));
        (stale && fitted().next().is_some()).then_some(((Check::Stale, None), false))
    }

    fn drives_unmet(&self, i: &SelfTestInputs) -> Option<(Unmet, bool)> {
        if let Some(j) = self.first_drive(|j| self.status(i, j) != Some(0.0)) {
            return Some(((Check::Drive, Some(j)), false));
        }
        let begun = self.now.begun.unwrap_or(i.t);
        let read = |reading: Option<f64>, stamp: i64| reading.filter(|v| v.is_finite() && stamp >= begun);
        let digest = |j: usize| read(i.digest[j], i.digest_stamp);
        let declared = |j: usize| self.declared.digest[j];
        if let Some(j) = self.first_drive(|j| declared(j).is_none() || digest(j) != declared(j)) {
            let wrong = declared(j).is_none() || digest(j).is_some();
            return Some(((Check::Configuration, Some(j)), wrong));
        }
        let watchdog = |j: usize| read(trusted(i.watchdog[j]), i.watchdog_stamp);
        let good = |w: f64| w > 0.0 && w <= self.declared.watchdog;
        let unmet = self.first_drive(|j| !watchdog(j).is_some_and(good))?;
        Some(((Check::Watchdog, Some(unmet)), watchdog(unmet).is_some()))
    }

    /// Everything is as it should be in this tick.
    fn count(&mut self, i: &SelfTestInputs, dt: i64) -> Stage {
        let fresh = i64::from(i.q_stamp > self.now.stamp_prev);
        let window = match self.now.window {
            None => Window { t: i.t, stamp: i.q_stamp, good: 0, ticks: 0, samples: 0 },
            Some(w) => Window {
                good: w.good.saturating_add(dt),
                ticks: w.ticks.saturating_add(1),
                samples: w.samples.saturating_add(fresh),
                ..w
            },
        };
        self.now.window = Some(window);
        if window.good < WINDOW {
            return Stage::Look;
        }
        let fitted = self.kinds.iter().any(|kind| *kind != JointKind::Absent);
        let right = self.right_rate(i.t.saturating_sub(window.t), window.ticks)
            && (!fitted || self.right_rate(i.q_stamp.saturating_sub(window.stamp), window.samples));
        if !right {
            return self.fail((Check::Rate, None));
        }
        if self.first_drive(|_| true).is_some() { Stage::Withhold } else { Stage::Passed }
    }

    fn right_rate(&self, time: i64, count: i64) -> bool {
        let mean = time as f64 * SECONDS / count as f64;
        let tick = self.declared.tick;
        count > 0 && ((1.0 - RATE_TOLERANCE) * tick..=(1.0 + RATE_TOLERANCE) * tick).contains(&mean)
    }

    fn hold_back(&mut self, i: &SelfTestInputs) -> Stage {
        if self.now.in_stage < self.withhold {
            return Stage::Withhold;
        }
        match self.first_drive(|j| !self.stopped(i, j)) {
            Some(j) => self.fail((Check::Stop, Some(j))),
            None => Stage::Stay,
        }
    }

    fn stay(&mut self, i: &SelfTestInputs) -> Stage {
        if let Some(j) = self.first_drive(|j| self.status(i, j).is_some() && !self.stopped(i, j)) {
            return self.fail((Check::Latch, Some(j)));
        }
        match self.first_drive(|j| !self.stopped(i, j)) {
            _ if self.now.in_stage < STAY => Stage::Stay,
            Some(j) => self.not_met((Check::Latch, Some(j))),
            None => Stage::Ask,
        }
    }

    fn ask(&mut self, i: &SelfTestInputs) -> Stage {
        match self.first_drive(|j| self.status(i, j) != Some(0.0)) {
            None => Stage::Passed,
            Some(j) if self.now.in_stage >= ASK => self.fail((Check::Clear, Some(j))),
            Some(j) => self.not_met((Check::Clear, Some(j))),
        }
    }

    /// First driven joint that is as asked.
    fn first_drive(&self, is: impl Fn(usize) -> bool) -> Option<usize> {
        (0..N_JOINTS).find(|j| self.kinds[*j] == JointKind::Driven && is(*j))
    }

    /// Fresh status of a drive.
    fn status(&self, i: &SelfTestInputs, joint: usize) -> Option<f64> {
        trusted(i.status[joint]).filter(|_| self.fresh(i.t, i.status_stamp))
    }

    fn stopped(&self, i: &SelfTestInputs, joint: usize) -> bool {
        self.status(i, joint).is_some_and(|status| status < 0.0)
    }

    fn fresh(&self, t: i64, stamp: i64) -> bool {
        let age = t.saturating_sub(stamp);
        age >= 0 && age as f64 * SECONDS <= self.limits.sample_age_max
    }

    fn output(&self) -> SelfTestOutput {
        let stage = self.now.stage;
        let (check, joint) = self.now.unmet;
        SelfTestOutput {
            result: match stage {
                Stage::Passed => Selftest::Pass,
                Stage::Failed => Selftest::Fail,
                _ => Selftest::Pending,
            },
            check,
            joint,
            withhold: stage == Stage::Withhold,
            clear: matches!(stage, Stage::Look | Stage::Ask),
        }
    }
}

#[cfg(test)]
mod tests;
