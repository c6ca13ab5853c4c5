//! The supervisor: when the trainer may be powered, and how it stops.

use super::{
    BeltMode, Cause, Envelope, Fault, LegMode, Request, SECONDS, SafeProfile, Selftest, Severity, State, SupportMode,
};

/// Step of the supervisor's own clock when time does not advance [ns].
const NOMINAL_TICK_NS: i64 = 1_000_000;

/// What the supervisor is told in a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SupervisorInputs {
    /// The emergency stop circuit is closed.
    pub estop_ok: bool,
    /// Worst fault of the tick.
    pub severity: Severity,
    /// What the worst fault is.
    pub cause: Cause,
    /// The fault needs service.
    pub nonresettable: bool,
    /// What the operator asks for.
    pub command: Request,
    /// The operator stands at the device, else asks from afar.
    pub local: bool,
    /// The pain button is pressed.
    pub pain: bool,
    /// Belt and joints stand.
    pub still: bool,
    /// How far the self-test is.
    pub selftest: Selftest,
    /// The enabling device is held.
    pub enable: bool,
    /// The drives are enabled and carry the legs, so that brakes may open.
    pub carried: bool,
}

/// What the supervisor orders for this tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SupervisorOutputs {
    /// State after the tick.
    pub state: State,
    /// What the legs do.
    pub leg: LegMode,
    /// What the belt does.
    pub belt: BeltMode,
    /// What the body-weight support does.
    pub support: SupportMode,
    /// The drives may be powered.
    pub energised: bool,
    /// The brakes are to be closed; false where the safe profile has none.
    pub brake: bool,
    /// Highest severity since the last self-test.
    pub severity: Severity,
    /// Its cause.
    pub cause: Cause,
}

impl State {
    /// The drives are powered in this state.
    #[must_use]
    pub fn energised(self) -> bool {
        matches!(self, Self::Armed | Self::Run | Self::Degraded | Self::SoftStop | Self::ProtStop)
    }

    /// What the legs do in this state, unless it lowers.
    #[must_use]
    pub fn leg(self) -> LegMode {
        match self {
            Self::Run => LegMode::Full,
            Self::Degraded => LegMode::Narrow,
            Self::SoftStop => LegMode::Ramp,
            Self::ProtStop => LegMode::Damp,
            Self::Armed => LegMode::Zero,
            _ => LegMode::Off,
        }
    }

    /// What the belt does in this state.
    #[must_use]
    pub fn belt(self) -> BeltMode {
        match self {
            Self::Run | Self::Degraded => BeltMode::Track,
            Self::SoftStop => BeltMode::Soft,
            Self::ProtStop => BeltMode::Stop,
            _ => BeltMode::Brake,
        }
    }

    /// What the body-weight support does in this state.
    #[must_use]
    pub fn support(self) -> SupportMode {
        match self {
            Self::Run | Self::Degraded => SupportMode::Track,
            Self::Release => SupportMode::Jog,
            _ => SupportMode::Hold,
        }
    }
}

/// State machine of a training device; one transition a tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Supervisor {
    soft_deadline: f64,
    stop_deadline: f64,
    profile: SafeProfile,
    state: State,
    // Previous command; absent before the first tick, which therefore has no edge.
    command: Option<Request>,
    t_prev: Option<i64>,
    // Time spent in the state [ns].
    elapsed: i64,
    report: Fault,
    // In a protective stop: the person is down, or ought to be.
    down: bool,
    open: bool,
}

impl Supervisor {
    /// A supervisor before its first tick, of a device that comes to rest by `profile`.
    #[must_use]
    pub fn new(envelope: &Envelope, profile: SafeProfile) -> Self {
        let p = envelope.params();
        Self {
            soft_deadline: p.soft_deadline,
            stop_deadline: p.stop_deadline,
            profile,
            state: State::Boot,
            command: None,
            t_prev: None,
            elapsed: 0,
            report: Fault::NONE,
            down: false,
            open: false,
        }
    }

    /// One tick at time `t` [ns].
    pub fn step(&mut self, inputs: &SupervisorInputs, t: i64) -> SupervisorOutputs {
        self.tick(t);
        let edge = self.command.is_some_and(|previous| previous != inputs.command);
        let finding = self.finding(inputs);
        let next = self.next(inputs, edge);
        let down = next == State::ProtStop && self.state == State::ProtStop && self.is_down(inputs);
        if next != self.state || down != self.down {
            self.elapsed = 0;
        }
        self.down = down;
        self.open = self.may_open(inputs, next);
        self.report = if next == State::Selftest { finding } else { self.report.worse(finding) };
        (self.state, self.command) = (next, Some(inputs.command));
        self.outputs()
    }

    /// State after the last tick.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// Steps the time spent in the state; it goes on even when `t` does not, so that every deadline comes.
    fn tick(&mut self, t: i64) {
        let step = match self.t_prev {
            Some(previous) if t <= previous => NOMINAL_TICK_NS,
            Some(previous) => t.saturating_sub(previous),
            None => 0,
        };
        (self.t_prev, self.elapsed) = (Some(t), self.elapsed.saturating_add(step));
    }

    fn seconds_in_state(&self) -> f64 {
        self.elapsed as f64 * SECONDS
    }

    /// What this tick has to report.
    fn finding(&self, inputs: &SupervisorInputs) -> Fault {
        let when = |condition: bool, severity, cause| if condition { Fault::new(severity, cause) } else { Fault::NONE };
        let moving = matches!(self.state, State::Armed | State::Run | State::Degraded);
        let late = self.state == State::SoftStop && self.seconds_in_state() > self.soft_deadline && !inputs.still;
        let failed = self.state == State::Selftest && inputs.selftest == Selftest::Fail;
        let pain = inputs.pain && self.state.energised();
        when(inputs.severity != Severity::None, inputs.severity, inputs.cause)
            .worse(when(!inputs.estop_ok, Severity::Immediate, Cause::EstopOpen))
            .worse(when(failed, Severity::Immediate, Cause::SelftestFailed))
            .worse(when(pain, Severity::Protective, Cause::Pain))
            .worse(when(late, Severity::Protective, Cause::Deadline))
            .worse(when(moving && inputs.command == Request::Stop, Severity::Soft, Cause::StopRequest))
    }

    fn next(&self, inputs: &SupervisorInputs, edge: bool) -> State {
        let severity = inputs.severity;
        let cut = !inputs.estop_ok || severity == Severity::Immediate;
        let service = inputs.nonresettable && (cut || severity >= Severity::Degrade);
        match self.state {
            State::Lockout => return State::Lockout,
            _ if service => return State::Lockout,
            State::Boot => return State::Selftest,
            _ if cut => return State::Safe,
            _ => {}
        }
        match self.state {
            State::ProtStop => self.after_protective_stop(inputs),
            _ if self.state.energised() && (severity >= Severity::Protective || inputs.pain) => State::ProtStop,
            State::SoftStop => self.after_soft_stop(inputs),
            State::Run | State::Degraded | State::Armed => self.while_powered(inputs, edge),
            _ => self.while_unpowered(inputs, edge),
        }
    }

    fn after_protective_stop(&self, inputs: &SupervisorInputs) -> State {
        let late = self.seconds_in_state() >= self.stop_deadline;
        let done = match self.profile {
            // What carried the person down fades to nothing before the power goes.
            SafeProfile::ControlledLower(_) => self.down && late,
            SafeProfile::ReleaseAfterDamp | SafeProfile::LockBrake => inputs.still || late,
        };
        if done { State::Safe } else { State::ProtStop }
    }

    /// Lowering is over.
    fn is_down(&self, inputs: &SupervisorInputs) -> bool {
        let deadline = self.profile.lower_deadline();
        deadline.is_some_and(|deadline| self.down || inputs.still || self.seconds_in_state() >= deadline)
    }

    /// The brakes may be open in the state after the tick: once the drives carried the legs in training, until the power
    /// goes or a soft stop lets go.
    fn may_open(&self, inputs: &SupervisorInputs, next: State) -> bool {
        match next {
            State::Run | State::Degraded => self.open || inputs.carried,
            State::SoftStop => self.open && inputs.carried,
            State::ProtStop => self.open,
            _ => false,
        }
    }

    /// What the legs do.
    fn leg(&self) -> LegMode {
        let lowers = self.profile.lower_deadline().is_some() && !self.down;
        if self.state == State::ProtStop && lowers { LegMode::Lower } else { self.state.leg() }
    }

    fn after_soft_stop(&self, inputs: &SupervisorInputs) -> State {
        if inputs.still {
            State::Standby
        } else if self.seconds_in_state() > self.soft_deadline {
            State::ProtStop
        } else {
            State::SoftStop
        }
    }

    fn while_powered(&self, inputs: &SupervisorInputs, edge: bool) -> State {
        let stop = inputs.command == Request::Stop || inputs.severity >= Severity::Soft;
        let fault = inputs.severity >= Severity::Degrade;
        match self.state {
            State::Armed if stop || fault || !inputs.enable => State::Standby,
            State::Armed if edge && inputs.local && inputs.command == Request::Start => State::Run,
            State::Run | State::Degraded if stop => State::SoftStop,
            State::Run if fault => State::Degraded,
            state => state,
        }
    }

    fn while_unpowered(&self, inputs: &SupervisorInputs, edge: bool) -> State {
        let local = |command| inputs.local && inputs.enable && inputs.command == command;
        let clean = inputs.severity == Severity::None;
        let broken = inputs.severity >= Severity::Protective;
        let release = local(Request::Release) && clean;
        match self.state {
            State::Safe if local(Request::Reset) && edge && clean && !inputs.pain => State::Selftest,
            State::Safe | State::Standby if release => State::Release,
            State::Release if !release => State::Safe,
            State::Selftest if inputs.selftest == Selftest::Fail => State::Lockout,
            State::Selftest | State::Standby if broken => State::Safe,
            State::Selftest if inputs.selftest == Selftest::Pass => State::Standby,
            State::Standby if local(Request::Arm) && edge && clean && !inputs.pain => State::Armed,
            state => state,
        }
    }

    fn outputs(&self) -> SupervisorOutputs {
        SupervisorOutputs {
            state: self.state,
            leg: self.leg(),
            belt: self.state.belt(),
            support: self.state.support(),
            energised: self.state.energised(),
            brake: self.profile == SafeProfile::LockBrake && !self.open,
            severity: self.report.severity,
            cause: self.report.cause,
        }
    }
}

#[cfg(test)]
mod tests;
