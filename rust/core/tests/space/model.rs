//! The supervisor once more, from the tables of the specification, with room for one mistake at a time.

use super::{LOWER_DEADLINE, Machine, NOMINAL_TICK, SOFT_DEADLINE, STOP_DEADLINE, powered, region, stopping};
use gaitloop_core::safety::{
    BeltMode, Cause, LegMode, Request, SafeProfile, Selftest, Severity, State, SupervisorInputs, SupervisorOutputs,
    SupportMode,
};

macro_rules! mistakes {
    (anywhere { $($name:ident $label:literal $property:literal;)+ }
     of_profile { $($own:ident $own_label:literal $own_property:literal $profile:literal;)+ }) => {
        /// One decision made wrongly.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Mistake { Nothing, $($name,)+ $($own),+ }

        /// Every mistake that any device can make, with its name and the property that it breaks.
        pub const MISTAKES: &[(Mistake, &str, &str)] = &[$((Mistake::$name, $label, $property)),+];

        /// Mistakes of devices of one profile, named last by its code.
        pub const OWN_MISTAKES: &[(Mistake, &str, &str, usize)] =
            &[$((Mistake::$own, $own_label, $own_property, $profile)),+];
    };
}

mistakes! {
    anywhere {
    LevelArm "level-triggered arm" "P13";
    LevelStart "level-triggered start" "P13";
    LevelReset "level-triggered reset" "P23";
    RemoteArm "remote arm" "P6";
    RemoteStart "remote start" "P6";
    RemoteReset "remote reset" "P7";
    RemoteRelease "remote release" "P14";
    RemoteStopIgnored "remote stop ignored" "P18";
    StopWaitsForStill "stop that waits for standstill" "P18";
    StopIgnoredWhenArmed "stop ignored when armed" "P18";
    ArmWithoutEnable "arm without enable" "P17";
    StartWithoutEnable "start without enable" "P17";
    ResetWithoutEnable "reset without enable" "P23";
    JogWithoutEnable "hoist jog without enable" "P14";
    JogInFault "hoist jog goes on in a fault" "P3";
    ImmediateAsProtective "severity 4 treated as 3" "P2";
    ProtectiveAsSoft "severity 3 treated as 2" "P3";
    FaultOneTickLate "faults seen one tick late" "P3";
    EstopIgnoredInSoftStop "E-stop ignored in a soft stop" "P1";
    EstopWaitsForFault "E-stop ignored while no fault is told" "P20";
    PainIgnoredWhenArmed "pain ignored when armed" "P3";
    PainIgnoredInSoftStop "pain ignored in a soft stop" "P3";
    ForgottenLockout "forgotten lock-out" "P21";
    ServiceOnlySafe "non-resettable fault only SAFE" "P21";
    ServiceForgottenAtBoot "non-resettable fault of the first tick forgotten" "P21";
    LockoutReset "LOCKOUT left by a reset" "P8";
    SkippedRetest "reset without a new self-test" "P10";
    ResetArms "reset that arms" "P5";
    FailedTestPasses "failed self-test taken as passed" "P9";
    AutoClear "auto-clear of SAFE" "P23";
    ResetInFault "reset with the cause still there" "P23";
    ResetInPain "reset while pain is told" "P23";
    ReleaseClears "release clears SAFE" "P23";
    SilentWidening "degraded widens when the fault goes" "P16";
    FullTorqueInDegraded "full torque in degraded" "P16";
    SoftStopResumed "resume from a soft stop" "P11";
    SoftStopResumedSlowly "degraded resume from a soft stop" "P11";
    ProtStopResumed "resume from a protective stop" "P4";
    ProtStopSoftens "protective stop that falls back to a soft one" "P12";
    ProtStopNotLatched "protective stop that ends in STANDBY" "P12";
    SoftStopNeverEnds "soft stop without deadline" "P19";
    ProtStopNeedsStill "protective stop that needs standstill" "P19";
    ClockNeedsTime "deadline that waits for the clock" "P19";
    ClockRestarted "deadline restarted by a new command" "P19";
    SupportTracksInStop "support tracks in a stop" "P15";
    BeltTracksInStop "belt tracks in a stop" "P15";
    PowerKeptInSafe "drives stay powered in SAFE" "P1";
    ReportFalls "de-escalating report" "P22";
    ReportClearedAtStandby "report cleared without a reset" "P22";
    }
    of_profile {
    BrakeOpensWhenArmed "brakes open before training" "P25" 1;
    BrakeOpensUncarried "brakes open before the drives carry" "P25" 1;
    BrakeForgotten "brakes stay open without power" "P25" 1;
    BrakeInMotion "brakes close when a drive's status flickers" "P25" 1;
    BrakeInSoftStop "brakes stay open while a soft stop lets go" "P25" 1;
    LowerNeverEnds "lowering without deadline" "P19" 2;
    LowerLetsGo "person let go as soon as they stand" "P24" 2;
    LowerForgotten "damping fades from the start" "P24" 2;
    LowerRestarted "lowering begins anew when the person moves" "P24" 2;
    }
}

/// A supervisor that makes one mistake, or none.
#[derive(Clone, Copy)]
pub struct Model {
    mistake: Mistake,
    profile: SafeProfile,
    down: bool,
    open: bool,
    state: State,
    command: Option<Request>,
    t: Option<i64>,
    elapsed: i64,
    report: (Severity, Cause),
    // Severity told in the tick before, for who listens too late.
    told: Severity,
}

impl Model {
    pub fn new(mistake: Mistake, profile: SafeProfile) -> Self {
        let report = (Severity::None, Cause::None);
        let (down, open) = (false, false);
        Self {
            mistake,
            profile,
            down,
            open,
            state: State::Boot,
            command: None,
            t: None,
            elapsed: 0,
            report,
            told: Severity::None,
        }
    }

    /// The inputs as they are understood.
    fn hear(&self, told: &SupervisorInputs) -> SupervisorInputs {
        let (mut i, state) = (*told, self.state);
        let asks = |command| told.command == command;
        match self.mistake {
            Mistake::RemoteArm => i.local |= asks(Request::Arm),
            Mistake::RemoteStart => i.local |= asks(Request::Start),
            Mistake::RemoteReset => i.local |= asks(Request::Reset),
            Mistake::RemoteRelease => i.local |= asks(Request::Release),
            Mistake::RemoteStopIgnored if !i.local && asks(Request::Stop) => i.command = Request::None,
            Mistake::StopWaitsForStill if !i.still && asks(Request::Stop) => i.command = Request::None,
            Mistake::StopIgnoredWhenArmed if state == State::Armed && asks(Request::Stop) => i.command = Request::None,
            Mistake::ArmWithoutEnable => i.enable |= asks(Request::Arm),
            Mistake::StartWithoutEnable => i.enable |= asks(Request::Start),
            Mistake::ResetWithoutEnable => i.enable |= asks(Request::Reset),
            Mistake::JogWithoutEnable => i.enable |= asks(Request::Release),
            Mistake::JogInFault if state == State::Release => i.severity = Severity::None,
            Mistake::ImmediateAsProtective => i.severity = i.severity.min(Severity::Protective),
            Mistake::ProtectiveAsSoft if i.severity == Severity::Protective => i.severity = Severity::Soft,
            Mistake::FaultOneTickLate => i.severity = self.told,
            Mistake::EstopIgnoredInSoftStop => i.estop_ok |= state == State::SoftStop,
            Mistake::EstopWaitsForFault => i.estop_ok |= i.severity == Severity::None,
            Mistake::PainIgnoredWhenArmed => i.pain &= state != State::Armed,
            Mistake::PainIgnoredInSoftStop => i.pain &= state != State::SoftStop,
            Mistake::ForgottenLockout => i.nonresettable = false,
            Mistake::ServiceOnlySafe => i.nonresettable &= i.estop_ok && i.severity != Severity::Immediate,
            Mistake::ServiceForgottenAtBoot => i.nonresettable &= state != State::Boot,
            Mistake::FailedTestPasses if i.selftest == Selftest::Fail => i.selftest = Selftest::Pass,
            Mistake::ResetInFault if asks(Request::Reset) => i.severity = i.severity.min(Severity::None),
            Mistake::ResetInPain => i.pain &= !asks(Request::Reset),
            _ => {}
        }
        i
    }

    /// Whether a command counts as new.
    fn edge(&self, command: Request) -> bool {
        let held = match self.mistake {
            Mistake::LevelArm => command == Request::Arm,
            Mistake::LevelStart => command == Request::Start,
            Mistake::LevelReset => command == Request::Reset,
            _ => false,
        };
        self.command.is_some_and(|before| before != command || held)
    }

    fn keep_time(&mut self, i: &SupervisorInputs, t: i64) {
        let stands = if self.mistake == Mistake::ClockNeedsTime { 0 } else { NOMINAL_TICK };
        let dt = match self.t {
            None => 0,
            Some(before) if t > before => t.saturating_sub(before),
            Some(_) => stands,
        };
        let restarted = self.mistake == Mistake::ClockRestarted && self.command != Some(i.command);
        self.elapsed = if restarted { 0 } else { self.elapsed.saturating_add(dt) };
        self.t = Some(t);
    }

    fn late(&self) -> bool {
        self.state == State::SoftStop && self.elapsed > SOFT_DEADLINE && self.mistake != Mistake::SoftStopNeverEnds
    }

    /// Findings of the tick, the worst first and of equals the one with the lowest code.
    fn finding(&self, i: &SupervisorInputs) -> (Severity, Cause) {
        let moving = matches!(self.state, State::Armed | State::Run | State::Degraded);
        let failed = self.state == State::Selftest && i.selftest == Selftest::Fail;
        let findings = [
            (i.severity != Severity::None, i.severity, i.cause),
            (!i.estop_ok, Severity::Immediate, Cause::EstopOpen),
            (failed, Severity::Immediate, Cause::SelftestFailed),
            (i.pain && powered(self.state), Severity::Protective, Cause::Pain),
            (self.late() && !i.still, Severity::Protective, Cause::Deadline),
            (moving && i.command == Request::Stop, Severity::Soft, Cause::StopRequest),
        ];
        findings.iter().filter(|f| f.0).fold((Severity::None, Cause::None), |found, f| worse(found, (f.1, f.2)))
    }

    /// The table of transitions; the first line that fits.
    fn next(&self, i: &SupervisorInputs, edge: bool) -> State {
        use State::{
            Armed, Boot, Degraded, Lockout, ProtStop, Release, Run, Safe, Selftest as Test, SoftStop, Standby,
        };
        let fault = i.severity != Severity::None;
        let pressed = |command| edge && i.local && i.enable && i.command == command;
        let release = i.local && i.enable && i.command == Request::Release && !fault;
        let stop = i.command == Request::Stop;
        let cut = !i.estop_ok || i.severity == Severity::Immediate;
        let prot_ends = self.elapsed >= STOP_DEADLINE && self.mistake != Mistake::ProtStopNeedsStill;
        match self.state {
            Lockout => Lockout,
            _ if i.nonresettable && (cut || fault) => Lockout,
            Boot => Test,
            _ if cut => Safe,
            ProtStop if self.lowers() && self.mistake == Mistake::LowerLetsGo && i.still => Safe,
            ProtStop if self.lowers() => {
                if self.down && prot_ends {
                    Safe
                } else {
                    ProtStop
                }
            }
            ProtStop if i.still || prot_ends => Safe,
            Armed | Run | Degraded | SoftStop if i.severity == Severity::Protective || i.pain => ProtStop,
            SoftStop if i.still => Standby,
            SoftStop if self.late() => ProtStop,
            Run | Degraded if i.severity == Severity::Soft || stop => SoftStop,
            Run if fault => Degraded,
            Armed if fault || stop || !i.enable => Standby,
            Armed if pressed(Request::Start) => Run,
            Safe if pressed(Request::Reset) && !fault && !i.pain => Test,
            Safe | Standby if release => Release,
            Release if !release => Safe,
            Test if i.selftest == Selftest::Fail => Lockout,
            Test | Standby if i.severity == Severity::Protective => Safe,
            Test if i.selftest == Selftest::Pass => Standby,
            Standby if pressed(Request::Arm) && !fault && !i.pain => Armed,
            stays => stays,
        }
    }

    fn lowers(&self) -> bool {
        matches!(self.profile, SafeProfile::ControlledLower(_))
    }

    /// The person who is lowered is down.
    fn is_down(&self, i: &SupervisorInputs, next: State) -> bool {
        let late = self.elapsed >= LOWER_DEADLINE;
        match (self.mistake, self.state) {
            _ if !self.lowers() || next != State::ProtStop => false,
            (Mistake::LowerForgotten, _) => true,
            (_, state) if state != State::ProtStop => false,
            (Mistake::LowerNeverEnds, _) => self.down || i.still,
            (Mistake::LowerRestarted, _) => (self.down && i.still) || i.still || late,
            _ => self.down || i.still || late,
        }
    }

    /// The brakes are open after the tick.
    fn is_open(&self, i: &SupervisorInputs, next: State) -> bool {
        match (self.mistake, next) {
            (Mistake::BrakeOpensWhenArmed, State::Armed) => i.carried,
            (Mistake::BrakeOpensUncarried, State::Run) => true,
            (Mistake::BrakeForgotten, State::Safe) => self.open,
            (Mistake::BrakeInMotion, State::Run | State::Degraded) => i.carried,
            (Mistake::BrakeInSoftStop, State::SoftStop) => self.open,
            (_, State::Run | State::Degraded) => self.open || i.carried,
            (_, State::SoftStop) => self.open && i.carried,
            (_, State::ProtStop) => self.open,
            _ => false,
        }
    }

    /// A wrong turn in place of the right one.
    fn stray(&self, i: &SupervisorInputs, edge: bool, right: State) -> State {
        let calm = i.estop_ok && i.severity == Severity::None && !i.pain;
        let pressed = |command| edge && i.local && i.enable && i.command == command;
        match (self.mistake, self.state, right) {
            (Mistake::LockoutReset, State::Lockout, _) if calm && pressed(Request::Reset) => State::Selftest,
            (Mistake::SkippedRetest, State::Safe, State::Selftest) => State::Standby,
            (Mistake::ResetArms, State::Safe, State::Selftest) => State::Armed,
            (Mistake::AutoClear, State::Safe, State::Safe) if calm => State::Selftest,
            (Mistake::ReleaseClears, State::Release, State::Safe) if calm => State::Standby,
            (Mistake::SilentWidening, State::Degraded, State::Degraded) if calm => State::Run,
            (Mistake::SoftStopResumed, State::SoftStop, _) if calm && pressed(Request::Start) => State::Run,
            (Mistake::SoftStopResumedSlowly, State::SoftStop, _) if calm && pressed(Request::Start) => State::Degraded,
            (Mistake::ProtStopResumed, State::ProtStop, _) if calm && pressed(Request::Start) => State::Run,
            (Mistake::ProtStopSoftens, State::ProtStop, State::ProtStop) if calm => State::SoftStop,
            (Mistake::ProtStopNotLatched, State::ProtStop, State::Safe) if calm && i.still => State::Standby,
            _ => right,
        }
    }

    fn outputs(&self) -> SupervisorOutputs {
        let (leg, belt, support) = match self.state {
            State::Run => (LegMode::Full, BeltMode::Track, SupportMode::Track),
            State::Degraded => (LegMode::Narrow, BeltMode::Track, SupportMode::Track),
            State::SoftStop => (LegMode::Ramp, BeltMode::Soft, SupportMode::Hold),
            State::ProtStop if self.lowers() && !self.down => (LegMode::Lower, BeltMode::Stop, SupportMode::Hold),
            State::ProtStop => (LegMode::Damp, BeltMode::Stop, SupportMode::Hold),
            State::Armed => (LegMode::Zero, BeltMode::Brake, SupportMode::Hold),
            State::Release => (LegMode::Off, BeltMode::Brake, SupportMode::Jog),
            _ => (LegMode::Off, BeltMode::Brake, SupportMode::Hold),
        };
        let (severity, cause) = self.report;
        let energised = powered(self.state);
        let brake = self.profile == SafeProfile::LockBrake && !self.open;
        let right = SupervisorOutputs { state: self.state, leg, belt, support, energised, brake, severity, cause };
        match self.mistake {
            Mistake::FullTorqueInDegraded if leg == LegMode::Narrow => {
                SupervisorOutputs { leg: LegMode::Full, ..right }
            }
            Mistake::SupportTracksInStop if stopping(self.state) => {
                SupervisorOutputs { support: SupportMode::Track, ..right }
            }
            Mistake::BeltTracksInStop if stopping(self.state) => SupervisorOutputs { belt: BeltMode::Track, ..right },
            Mistake::PowerKeptInSafe => {
                SupervisorOutputs { energised: energised || self.state == State::Safe, ..right }
            }
            _ => right,
        }
    }
}

fn worse(a: (Severity, Cause), b: (Severity, Cause)) -> (Severity, Cause) {
    if b.0 > a.0 || (b.0 == a.0 && b.1 < a.1) { b } else { a }
}

impl Machine for Model {
    fn step(&mut self, told: &SupervisorInputs, t: i64) -> SupervisorOutputs {
        let i = self.hear(told);
        self.keep_time(&i, t);
        let edge = self.edge(i.command);
        // The report is right, so that a wrong decision has to be noticed by itself.
        let finding = self.finding(told);
        let next = self.stray(&i, edge, self.next(&i, edge));
        let forgets = match self.mistake {
            Mistake::ReportFalls => true,
            Mistake::ReportClearedAtStandby => next == State::Standby && next != self.state,
            _ => next == State::Selftest,
        };
        self.report = if forgets { finding } else { worse(self.report, finding) };
        let down = self.is_down(&i, next);
        if next != self.state || down != self.down {
            self.elapsed = 0;
        }
        (self.open, self.down) = (self.is_open(&i, next), down);
        (self.state, self.command, self.told) = (next, Some(i.command), told.severity);
        self.outputs()
    }

    fn key(&self, grain: i64) -> u64 {
        let told = if self.mistake == Mistake::FaultOneTickLate { self.told } else { Severity::None };
        let time = if stopping(self.state) { region(self.elapsed, grain) } else { 0 };
        let (severity, cause) = self.report;
        let codes = [self.state as u64, self.command.map_or(7, |c| c as u64), severity as u64, told as u64];
        let bits = codes.iter().fold(cause as u64, |bits, code| 16 * bits + code);
        let bits = 4 * bits + 2 * u64::from(self.down) + u64::from(self.open);
        (bits << 8) + time
    }
}
