//! What an observer has to remember of the past to judge a tick; it sees inputs and outputs only.

use super::{NOMINAL_TICK, powered, region, stopping};
use gaitloop_core::safety::{
    LegMode, Request, SafeProfile, Selftest, Severity, State, SupervisorInputs, SupervisorOutputs,
};

/// The past, as far as a property asks for it.
#[derive(Clone, Copy)]
pub struct History {
    /// How the device comes to rest.
    pub profile: SafeProfile,
    /// What the legs did in the last tick.
    pub leg: LegMode,
    /// The drives were told to carry the legs in training, since power came on.
    pub carried: bool,
    /// The brakes were open in the last tick.
    pub open: bool,
    /// State after the last tick.
    pub state: State,
    /// The last tick left the drives powered.
    pub powered: bool,
    /// Command of the last tick; absent before the first one.
    pub command: Option<Request>,
    t: Option<i64>,
    /// Time in the state, of a protective stop that lowers in each of its two parts [ns].
    pub in_state: i64,
    /// Time since power came on that was spent in stops, without the ticks that change from one to the next [ns].
    pub stopping: i64,
    /// A self-test was passed since the last SAFE.
    pub tested: bool,
    /// A fault that needs service was told.
    pub broken: bool,
    /// SAFE was entered, and no reset accepted since.
    pub latched: bool,
    /// A stop was entered, and nobody armed afresh since.
    pub stopped: bool,
    /// DEGRADED was entered, and nobody armed afresh since.
    pub narrowed: bool,
    /// How far the answer to faults has gone since all was well, see [`level`].
    pub level: u8,
    /// Worst severity told or reported since the last self-test.
    pub worst: Severity,
}

/// A tick to be judged: what was, what was told, what came of it.
pub struct Tick<'a> {
    /// Before the tick, but for times and marks that the tick itself moves: those include it.
    pub past: History,
    pub i: &'a SupervisorInputs,
    /// The command differs from that of the last tick.
    pub edge: bool,
    pub out: SupervisorOutputs,
}

/// Rank of a state in the answer to faults; none where nothing is answered.
pub fn level(state: State) -> Option<u8> {
    match state {
        State::Armed | State::Run => Some(0),
        State::Degraded => Some(1),
        State::SoftStop => Some(2),
        State::ProtStop => Some(3),
        State::Safe => Some(4),
        State::Lockout => Some(5),
        State::Boot | State::Selftest | State::Standby | State::Release => None,
    }
}

impl History {
    /// Nothing yet.
    pub const fn start(profile: SafeProfile) -> Self {
        Self { profile, ..Self::START }
    }

    const START: Self = Self {
        profile: SafeProfile::ReleaseAfterDamp,
        leg: LegMode::Off,
        carried: false,
        open: false,
        state: State::Boot,
        powered: false,
        command: None,
        t: None,
        in_state: 0,
        stopping: 0,
        tested: false,
        broken: false,
        latched: false,
        stopped: false,
        narrowed: false,
        level: 0,
        worst: Severity::None,
    };

    /// The tick as the properties see it.
    pub fn tick<'a>(&self, i: &'a SupervisorInputs, t: i64, out: SupervisorOutputs) -> Tick<'a> {
        let dt = match self.t {
            None => 0,
            Some(before) if t > before => t.saturating_sub(before),
            Some(_) => NOMINAL_TICK,
        };
        let edge = self.command.is_some_and(|before| before != i.command);
        let mut past = *self;
        past.t = Some(t);
        past.in_state = self.in_state.saturating_add(dt);
        past.carried |= i.carried && matches!(out.state, State::Run | State::Degraded);
        if stopping(out.state) && out.state == self.state && out.leg == self.leg {
            past.stopping = self.stopping.saturating_add(dt);
        }
        past.tested |= self.state == State::Selftest && i.selftest == Selftest::Pass;
        past.broken |= i.nonresettable && (i.severity != Severity::None || !i.estop_ok);
        let armed = self.state == State::Standby && out.state == State::Armed;
        if armed && edge && i.local && i.command == Request::Arm {
            (past.stopped, past.narrowed) = (false, false);
        }
        Tick { past, i, edge, out }
    }

    /// What is remembered after a tick.
    pub fn after(tick: &Tick) -> Self {
        let (past, state) = (&tick.past, tick.out.state);
        let reset = past.state == State::Safe && state == State::Selftest;
        let stays = state == past.state && tick.out.leg == past.leg;
        Self {
            profile: past.profile,
            leg: tick.out.leg,
            carried: past.carried && powered(state),
            open: !tick.out.brake,
            state,
            powered: tick.powered(),
            command: Some(tick.i.command),
            t: past.t,
            in_state: if stays { past.in_state } else { 0 },
            stopping: if powered(state) { past.stopping } else { 0 },
            tested: past.tested && !matches!(state, State::Safe | State::Lockout),
            broken: past.broken,
            latched: state == State::Safe || (past.latched && !reset),
            stopped: past.stopped || stopping(state),
            narrowed: past.narrowed || state == State::Degraded,
            level: level(state).unwrap_or(0),
            worst: if state == State::Selftest { tick.out.severity } else { past.worst.max(tick.out.severity) },
        }
    }

    /// What tells two pasts apart; times matter in stops alone.
    pub fn key(&self, grain: i64) -> u64 {
        let time = if stopping(self.state) { region(self.in_state, grain) } else { 0 };
        let lowers = self.leg == LegMode::Lower;
        let marks = [self.powered, self.tested, self.broken, self.latched, self.stopped, self.narrowed];
        let marks = marks.into_iter().chain([lowers, self.carried, self.open]);
        let marks = marks.fold(0, |bits, mark| 2 * bits + u64::from(mark));
        let codes = [self.state as u64, self.command.map_or(7, |c| c as u64), self.worst as u64, self.level.into()];
        let bits = codes.iter().fold(marks, |bits, code| 16 * bits + code);
        (bits << 16) + (time << 8) + region(self.stopping, grain)
    }
}

impl Tick<'_> {
    /// State before the tick.
    pub fn from(&self) -> State {
        self.past.state
    }

    /// State after the tick.
    pub fn to(&self) -> State {
        self.out.state
    }

    /// Any sign of power: it is enough that one output forgets.
    pub fn powered(&self) -> bool {
        let leg = self.out.leg as u8 != 0;
        self.out.energised || leg || powered(self.out.state)
    }

    /// Power comes on, or training begins.
    pub fn energises(&self) -> bool {
        let begins = |state| self.to() == state && self.from() != state;
        (self.powered() && !self.past.powered) || begins(State::Armed) || begins(State::Run)
    }

    /// A local, fresh press with the enabling device held.
    pub fn pressed(&self, command: Request) -> bool {
        self.edge && self.i.local && self.i.enable && self.i.command == command
    }
}
