//! One drive as its master sees it: what it is told in each tick, and whether it does it.

use super::cia301::{Emergency, NmtCommand, NmtState, RPDO};
use super::cia402::{Commander, FOLLOWING_ERROR, Goal, LIMIT_ACTIVE, PowerState};
use super::params::{AxisParams, Mode};
use super::trouble::Trouble;
use super::winch::Winch;
use super::{Frame, Mapping, Object, Values};
use gaitloop_core::Result;
use gaitloop_core::types::NS;
use told::Cycles;
pub use told::{Feedback, Want};

/// Time in which a drive must reach the state it is brought to [ns].
const REACH: i64 = 1_000_000_000;
/// Time in which it must have stopped moving once it is told to [ns].
const LEAVE: i64 = 200_000_000;
/// Time between two tries to start it on the network [ns].
const RETRY: i64 = 100_000_000;

/// One drive.
#[derive(Clone, Debug)]
pub struct Axis {
    params: AxisParams,
    command: Mapping,
    tell: [Mapping; 3],
    // How many of them it sends.
    tells: usize,
    values: Values,
    commander: Commander,
    goal: Goal,
    goal_since: i64,
    met: bool,
    // Whether it answered since the last tick, and ticks without an answer until then.
    answered: bool,
    silent: u32,
    cycles: [Cycles; 3],
    stamps: [Option<i64>; 3],
    begun: Option<i64>,
    heard: Option<i64>,
    started_at: Option<i64>,
    nmt: Option<NmtState>,
    emergency: u16,
    limit_since: Option<i64>,
    trouble: Option<Trouble>,
    dropped: u64,
    quits: Option<Goal>,
    // Its configuration is what was verified.
    verified: bool,
    winch: Option<Winch>,
}

impl Axis {
    /// A drive of which nothing is known yet.
    ///
    /// # Errors
    /// As [`AxisParams::check`].
    pub fn new(params: AxisParams) -> Result<Self> {
        let params = params.check()?;
        Ok(Self {
            command: params.mode.command()?,
            tell: [Mode::tell()?, Mode::tell_more()?, Mode::tell_load()?],
            tells: if params.winch.is_some() { 3 } else { 2 },
            params,
            values: Values::default(),
            commander: Commander::default(),
            goal: Goal::Off,
            goal_since: 0,
            met: false,
            answered: false,
            silent: 0,
            cycles: [Cycles::default(); 3],
            stamps: [None; 3],
            begun: None,
            heard: None,
            started_at: None,
            nmt: None,
            emergency: 0,
            limit_since: None,
            trouble: Some(Trouble::Unasked),
            dropped: 0,
            quits: None,
            verified: params.digest.is_none(),
            winch: params.winch.map(Winch::new),
        })
    }

    /// What it was made of.
    #[must_use]
    pub fn params(&self) -> &AxisParams {
        &self.params
    }

    /// What is wrong with it, until it is cleared.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble
    }

    /// Code of the emergency that is not over, 0 where there is none.
    #[must_use]
    pub fn emergency(&self) -> u16 {
        self.emergency
    }

    /// Process data that came out of turn, and were left out.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// State of the drive when it was last heard.
    #[must_use]
    pub fn state(&self) -> Option<PowerState> {
        self.stamps[0].and_then(|_| PowerState::of(self.values.word(Object::Statusword)))
    }

    /// Ticks since its last answer, this one included where there is none.
    #[must_use]
    pub fn silent(&self) -> u32 {
        if self.answered { 0 } else { self.silent.saturating_add(1) }
    }

    /// Status as a sample has it: 1 enabled, 0 not, negative what is wrong.
    #[must_use]
    pub fn status(&self) -> f64 {
        let enabled = self.goal == Goal::Enabled && self.met;
        self.trouble.map_or(f64::from(u8::from(enabled)), Trouble::status)
    }

    /// Whether it has no power, or stands with it as a winch does, as far as is known.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        use PowerState::{FaultReaction, OperationEnabled, QuickStopActive, SwitchedOn};
        let stands = self.winch.is_some() && self.state() == Some(QuickStopActive);
        stands || !matches!(self.state(), Some(OperationEnabled | QuickStopActive | FaultReaction | SwitchedOn))
    }

    /// From now on it is brought to `goal`, whatever it is asked for; a winch never without power while it has some.
    pub fn quit(&mut self, goal: Goal) {
        self.quits = Some(self.held(goal));
    }

    /// Its configuration was read; `digest` is that of all of it.
    pub fn was_read(&mut self, digest: f64) {
        self.verified = self.params.digest.is_none_or(|verified| verified == digest);
        if !self.verified {
            self.blame(Trouble::ConfigurationChanged);
        }
    }

    /// A cycle begins at `t` [ns].
    pub fn begin_cycle(&mut self, t: i64) {
        self.cycles.iter_mut().for_each(|cycles| cycles.begin(t));
        self.silent = self.silent();
        self.answered = false;
    }

    /// Process data `which` (0, 1, or 2 of a winch) came; false where their length is wrong.
    pub fn tell(&mut self, which: usize, data: &[u8]) -> bool {
        let (Some(mapping), Some(cycles)) = (self.tell.get(which), self.cycles.get_mut(which)) else { return false };
        if which >= self.tells || data.len() != mapping.len() {
            return false;
        }
        match cycles.take() {
            Some(stamp) => {
                self.stamps[which] = Some(stamp);
                self.answered |= which == 0;
                mapping.decode(data, &mut self.values)
            }
            None => {
                self.dropped = self.dropped.saturating_add(1);
                true
            }
        }
    }

    /// A heartbeat came at `t` [ns]; false where it makes no sense.
    pub fn heartbeat(&mut self, data: &[u8], t: i64) -> bool {
        let [byte] = data else { return false };
        let Some(state) = NmtState::of(*byte) else { return false };
        if state == NmtState::BootUp && self.nmt == Some(NmtState::Operational) {
            self.blame(Trouble::Rebooted);
        }
        (self.nmt, self.heard) = (Some(state), Some(t));
        true
    }

    /// An emergency came; false where it makes no sense.
    pub fn emergency_came(&mut self, data: &[u8]) -> bool {
        let Some(emergency) = Emergency::of(data) else { return false };
        self.emergency = emergency.code;
        true
    }

    /// Its error register was read: what it says counts where an emergency was lost.
    pub fn error_register(&mut self, register: u8) {
        self.emergency = match register {
            0 => 0,
            _ => self.emergency.max(0x1000),
        };
    }

    /// Something is wrong; what was wrong first is kept, unless this is worse.
    pub fn blame(&mut self, trouble: Trouble) {
        let known = self.trouble.filter(|known| *known != Trouble::Unasked && !trouble.stays());
        self.trouble = Some(known.unwrap_or(trouble));
    }

    /// What it told last; none where it is too old at `t` [ns].
    #[must_use]
    pub fn feedback(&self, t: i64) -> Option<Feedback> {
        let stamp =
            self.stamps.iter().take(self.tells).try_fold(i64::MAX, |oldest, stamp| Some(oldest.min((*stamp)?)))?;
        let (p, fresh) = (&self.params, self.is_fresh(t));
        let of = |object| f64::from(self.values.get(object));
        fresh.then(|| Feedback {
            position: (of(Object::Position) - f64::from(p.zero)) / p.counts,
            velocity: of(Object::Velocity) / p.counts,
            torque: of(Object::Torque) / 1000.0 * p.rated_torque * p.counts.signum(),
            load: p.winch.map_or(0.0, |winch| winch.force(self.values.get(Object::Load))),
            stamp,
        })
    }

    fn is_fresh(&self, t: i64) -> bool {
        let limit = (self.params.feedback_age_max * NS) as i64;
        self.stamps.iter().take(self.tells).all(|stamp| stamp.is_some_and(|stamp| t.saturating_sub(stamp) < limit))
    }

    /// One tick at `t` [ns]: its process data, and what it is told on the network if anything.
    pub fn step(&mut self, t: i64, want: &Want) -> (Frame, Option<Frame>) {
        self.begun.get_or_insert(t);
        self.judge(t, want);
        let start = (want.clear && self.nmt != Some(NmtState::Operational) && self.may_retry(t))
            .then(|| NmtCommand::Start.frame(self.params.node));
        self.aim(t, want);
        let word = self.commander.step(self.state(), self.goal, want.clear);
        self.values.set(Object::Controlword, i32::from(word));
        self.values.set(Object::Mode, self.params.mode as i32);
        self.set_target(t, want);
        // All of it goes out in every tick, whether or not it is the same as before.
        let id = RPDO + u16::from(self.params.node);
        (Frame::of(id, self.command.encode(&self.values), self.command.len()), start)
    }

    fn may_retry(&mut self, t: i64) -> bool {
        let due = self.started_at.is_none_or(|last| t.saturating_sub(last) >= RETRY);
        if due {
            self.started_at = Some(t);
        }
        due
    }

    /// Takes note of what is wrong; what was wrong stays until it is cleared.
    fn judge(&mut self, t: i64, want: &Want) {
        if let Some(trouble) = self.present(t).or_else(|| self.rope_trouble(t, want)) {
            self.blame(trouble);
        }
    }

    /// The first thing that is wrong at `t`.
    fn present(&mut self, t: i64) -> Option<Trouble> {
        let begun = self.begun.unwrap_or(t);
        let silent = t.saturating_sub(self.heard.unwrap_or(begun)) as f64 / NS;
        if silent > self.params.heartbeat_timeout {
            return Some(Trouble::HeartbeatLost);
        }
        if self.nmt.is_some_and(|nmt| nmt != NmtState::Operational) {
            return Some(Trouble::NotOperational);
        }
        if self.emergency != 0 {
            return Some(Trouble::Emergency);
        }
        if !self.is_fresh(t) && t.saturating_sub(begun) as f64 / NS >= self.params.feedback_age_max {
            return Some(Trouble::FeedbackLost);
        }
        self.stamps[0]?;
        let Some(state) = self.state() else { return Some(Trouble::UnknownState) };
        self.state_trouble(t, state).or_else(|| self.work_trouble(t, state))
    }

    /// A state in which the drive should not be.
    fn state_trouble(&mut self, t: i64, state: PowerState) -> Option<Trouble> {
        if matches!(state, PowerState::Fault | PowerState::FaultReaction) {
            return Some(Trouble::Fault);
        }
        let waited = t.saturating_sub(self.goal_since);
        let is_met = self.goal.is_met(state);
        let left = self.met && !is_met;
        self.met = is_met;
        match self.goal {
            Goal::Enabled | Goal::Ready if left || state == PowerState::QuickStopActive => Some(Trouble::StoppedItself),
            Goal::Ready | Goal::Off | Goal::QuickStop if state == PowerState::OperationEnabled => {
                (waited >= LEAVE).then_some(Trouble::StillEnabled)
            }
            Goal::Enabled | Goal::Ready if !is_met && waited >= REACH => Some(Trouble::NotReached),
            _ => None,
        }
    }

    /// What an enabled drive tells of its work.
    fn work_trouble(&mut self, t: i64, state: PowerState) -> Option<Trouble> {
        if state != PowerState::OperationEnabled {
            self.limit_since = None;
            return None;
        }
        let word = self.values.word(Object::Statusword);
        if word & FOLLOWING_ERROR != 0 && self.params.mode == Mode::Position {
            return Some(Trouble::FollowingError);
        }
        if self.values.get(Object::ModeDisplay) != self.params.mode as i32 && self.met {
            return Some(Trouble::WrongMode);
        }
        if word & LIMIT_ACTIVE == 0 {
            self.limit_since = None;
            return None;
        }
        let since = *self.limit_since.get_or_insert(t);
        (t.saturating_sub(since) as f64 / NS >= self.params.limit_time).then_some(Trouble::LimitActive)
    }

    /// Chooses the goal of this tick.
    fn aim(&mut self, t: i64, want: &Want) {
        if want.clear && self.trouble.is_some_and(|trouble| !trouble.stays()) && self.present_after_clear(t) {
            self.trouble = None;
        }
        let goal = self.quits.unwrap_or(match (self.trouble.is_some(), want.enable) {
            (true, true) => Goal::QuickStop,
            (true, false) => self.held(Goal::Off),
            (false, true) => Goal::Enabled,
            (false, false) => Goal::Ready,
        });
        if goal != self.goal {
            (self.goal, self.goal_since, self.met) = (goal, t, false);
        }
    }

    /// Whether nothing is wrong any more that a fresh start does not mend.
    fn present_after_clear(&mut self, t: i64) -> bool {
        let lies_still = !matches!(self.state(), Some(PowerState::QuickStopActive | PowerState::OperationEnabled));
        self.nmt == Some(NmtState::Operational) && self.verified && lies_still && self.present(t).is_none()
    }

    fn set_target(&mut self, t: i64, want: &Want) {
        let pull = self.pull(t, want);
        let (p, follows) = (&self.params, self.goal == Goal::Enabled);
        let setpoint = pull.map_or(want.setpoint, |pull| pull.speed);
        let asked = if setpoint.is_finite() && follows { setpoint } else { 0.0 };
        let value = match p.mode {
            Mode::Torque => {
                let torque = asked.clamp(-p.setpoint_max, p.setpoint_max);
                torque * p.counts.signum() / p.rated_torque * 1000.0
            }
            Mode::Velocity => asked.clamp(-p.setpoint_max, p.setpoint_max) * p.counts,
            // A drive that does not follow is told to be where it is.
            Mode::Position => match pull.and_then(|pull| pull.place) {
                Some(place) => place * p.counts + f64::from(p.zero),
                None if follows && self.met && self.winch.is_none() => asked * p.counts + f64::from(p.zero),
                // A drive that does not follow is told to be where it is.
                None => f64::from(self.values.get(Object::Position)),
            },
        };
        // The cast cuts what is too large.
        self.values.set(p.mode.target(), value.round() as i32);
    }
}

mod rope;
#[cfg(test)]
mod tests;
mod told;
