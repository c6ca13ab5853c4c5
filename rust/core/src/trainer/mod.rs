//! The corridor: one tick from sample to safe command, one call.
//!
//! The only room that knows the others. The order of a tick is section 10 of the specification.

mod arming;
mod contacts;
mod help;
mod judge;
mod led;
mod params;
mod queue;
mod sets;
mod telemetry;
mod tick;

pub use contacts::Contacts;
pub use led::{Ask, Now};
pub use params::TrainerParams;
pub use queue::Queue;
pub use sets::{ControlChange, ControlParams};
pub use telemetry::{TELEMETRY_FIELDS, TELEMETRY_LEN, Telemetry};

use crate::assist::{OverrideMode, Reliance, Target};
use crate::control::{Compensation, LegGravity};
use crate::error::{Result, in_range};
use crate::filter::LowPass;
use crate::measures::{StrideMeasures, StrideMeter};
use crate::phase::{PhaseEstimator, PhaseState};
use crate::safety::{
    Belt, Cause, Command, Drives, Encoders, Fault, Guard, Interaction, Monitors, SafeProfile, SelfTest, SelfTestOutput,
    Severity, State, Supervisor, SupervisorOutputs, Support, Watchers,
};
use contacts::Unheard;
use help::Help;
use sets::Sets;

use crate::types::{Event, JointKind, JointVec, N_JOINTS, N_SIDES, NS, Sample, Sides};

/// Time constant of the belt speed that sets the cadence [s].
const BELT_FILTER: f64 = 0.02;
/// Largest stride rate the belt may ask for [1/s].
const MAX_STRIDE_RATE: f64 = 5.0;
/// Speed of a joint below which it counts as still [rad/s].
const STILL_SPEED: f64 = 0.2;
/// Time over which the legs let go at the end of a soft stop, once the belt stands [s].
const STAND_DOWN: f64 = 0.5;
/// Time at rest after which a person who is lowered is down [s].
const DOWN: f64 = 0.5;
/// Phases among which a start looks for the one nearest to the measured posture.
const START_PHASES: u8 = 64;
/// Gain by which a start phase must fit better than an earlier one [rad²].
const START_GAIN: f64 = 1e-9;
/// Difference of belt and requested speed at which the belt has arrived [m/s].
const ARRIVED: f64 = 0.01;
/// Difference of measured and commanded belt speed up to which the belt does what it is told [m/s].
const KEPT: f64 = 0.05;
/// Strides after the start in which a contact of each side must have been told [-].
const UNHEARD: f64 = 3.0;
/// Position of the foot-clearance support among the subtasks.
const FOOT_CLEARANCE: usize = 4;
/// Events kept until somebody takes them.
const EVENT_QUEUE: usize = 64;
/// Strides kept until somebody takes them.
const STRIDE_QUEUE: usize = 16;

/// The controller of one device and one person.
#[derive(Clone, Debug)]
pub struct Trainer {
    kinds: [JointKind; N_JOINTS],
    sets: Sets,
    gravity: LegGravity,
    compensation: Option<Compensation>,
    engage_time: f64,
    settle_time: f64,
    lease: i64,
    tick_max: f64,
    period: f64,
    safe_profile: SafeProfile,
    sample_age_max: f64,
    max_speed: f64,
    max_support_force: f64,
    contacts: Contacts,
    phase: PhaseEstimator,
    meters: Sides<StrideMeter>,
    help: Help,
    guard: Guard,
    monitors: Monitors,
    encoders: Encoders,
    drives: Drives,
    interaction: Interaction,
    selftest: SelfTest,
    watchers: Watchers,
    supervisor: Supervisor,
    belt: Belt,
    support: Support,
    speed: f64,
    support_force: f64,
    last: Memory,
}

/// What one tick leaves for the next.
#[derive(Clone, Debug)]
struct Memory {
    t_prev: Option<i64>,
    gait: PhaseState,
    belt_filter: LowPass,
    last_contact: Sides<Option<i64>>,
    unheard: Unheard,
    time_in_run: f64,
    settled_for: f64,
    // Time on a standing belt at the end of a soft stop [s].
    stood_for: f64,
    // Time at rest while a protective stop lowers the person [s].
    rested_for: f64,
    test: SelfTestOutput,
    outputs: SupervisorOutputs,
    // Torque of the last command [N·m].
    sent: JointVec,
    sequence: i64,
    remote_stop: bool,
    // Reset, arm and start.
    pressed: [tick::Pressed; 3],
    telemetry: Telemetry,
    events: Queue<(usize, Event), EVENT_QUEUE>,
    strides: Queue<StrideMeasures, STRIDE_QUEUE>,
}

impl Memory {
    /// Before the first tick.
    fn new(phases: Sides<f64>) -> Self {
        Self {
            t_prev: None,
            gait: PhaseState { phase: phases, ..PhaseState::default() },
            belt_filter: LowPass::new(BELT_FILTER),
            last_contact: [None; N_SIDES],
            unheard: Unheard::default(),
            time_in_run: 0.0,
            settled_for: 0.0,
            stood_for: 0.0,
            rested_for: 0.0,
            test: SelfTestOutput::IDLE,
            outputs: boot(),
            sent: [0.0; N_JOINTS],
            sequence: 0,
            remote_stop: false,
            pressed: [tick::Pressed::UNKNOWN; 3],
            telemetry: Telemetry::default(),
            events: Queue::default(),
            strides: Queue::default(),
        }
    }
}

impl Trainer {
    /// A trainer at boot.
    ///
    /// # Errors
    /// What the rooms refuse, with the field, the value and what is allowed.
    pub fn new(params: TrainerParams) -> Result<Self> {
        let sets = Sets::new(params.control.clone(), params.change)?;
        params.check(sets.slowest())?;
        let limits = *params.envelope.params();
        let start = [0.0, sets.active().params.pattern.offset()];
        let help = Help::new(&params);
        let (mut phase, mut compensation) = (params.phase, params.compensation);
        compensation.iter_mut().for_each(Compensation::reset);
        phase.reset(start);
        Ok(Self {
            kinds: params.kinds,
            sets,
            gravity: LegGravity::new(params.body),
            compensation,
            engage_time: params.engage_time,
            settle_time: params.settle_time,
            lease: (limits.lease * NS) as i64,
            tick_max: limits.tick_max,
            period: params.period,
            safe_profile: params.device.safe_profile,
            sample_age_max: limits.sample_age_max,
            max_speed: limits.belt_speed_max,
            max_support_force: limits.support_force_max,
            contacts: params.contacts.afresh(),
            phase,
            meters: [StrideMeter::new(0, params.body), StrideMeter::new(1, params.body)],
            help,
            guard: Guard::new(params.envelope, params.kinds),
            monitors: Monitors::new(&params.envelope, params.kinds),
            encoders: Encoders::new(&params.envelope, params.kinds),
            drives: Drives::new(&params.envelope, params.kinds),
            interaction: Interaction::new(&params.envelope, params.kinds),
            selftest: SelfTest::new(&params.envelope, params.kinds, params.device)?,
            supervisor: Supervisor::new(&params.envelope, params.device.safe_profile),
            watchers: Watchers::new(&params.envelope, params.kinds, params.period)?,
            belt: Belt::new(&params.envelope),
            support: Support::carrying(&params.envelope, params.support_force)?,
            speed: params.speed,
            support_force: params.support_force,
            last: Memory::new(start),
        })
    }

    /// One tick: sample in, command out.
    pub fn step(&mut self, sample: &Sample) -> Command {
        let dt = self.tick_length(sample.t);
        let measured = self.readings(sample);
        let gait = self.follow_gait(sample.t, dt, &measured);
        self.adapt(&gait, dt);
        let engagement = self.engagement();
        let tau_cmd = self.request_torque(&measured, &gait.references, engagement, dt);
        let fault = self.judge(sample, dt, &measured, &gait.seen(), &tau_cmd);
        self.supervise(sample, dt, fault, &measured, engagement);
        self.command(sample.t, dt, engagement)
    }

    /// One tick in which nothing is judged and no limit acts: what the law asks for, as if there were no faults.
    ///
    /// For simulations that show what the guard is for. No device takes what it gives, since only a [`Command`] can hold
    /// torque that passed the guard.
    pub fn step_unjudged(&mut self, sample: &Sample) -> Wish {
        let dt = self.tick_length(sample.t);
        let measured = self.readings(sample);
        let gait = self.follow_gait(sample.t, dt, &measured);
        self.adapt(&gait, dt);
        let engagement = self.engagement();
        let torque = self.request_torque(&measured, &gait.references, engagement, dt);
        self.supervise(sample, dt, Fault::NONE, &measured, engagement);
        Wish { torque, belt_speed: self.last.telemetry.belt_target[0], support_force: self.support_force }
    }

    /// The last tick as the corridor saw it.
    #[must_use]
    pub fn telemetry(&self) -> &Telemetry {
        &self.last.telemetry
    }

    /// Oldest gait event not yet taken: side and event.
    pub fn next_event(&mut self) -> Option<(usize, Event)> {
        self.last.events.pop()
    }

    /// Oldest closed stride not yet taken.
    pub fn next_stride(&mut self) -> Option<StrideMeasures> {
        self.last.strides.pop()
    }

    /// Events and strides that nobody took in time.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.last.events.dropped() + self.last.strides.dropped()
    }

    /// Asks for another belt speed [m/s]; it is approached within the envelope's acceleration and jerk.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] outside 0 to the pattern's speed.
    pub fn request_speed(&mut self, speed: f64) -> Result<()> {
        self.speed = in_range("speed", speed, 0.0, self.max_speed.min(self.sets.slowest()))?;
        Ok(())
    }

    /// Asks for another law, other parameters or another reference; the fader carries the torque there.
    ///
    /// While one change is under way the next one waits, and the newest one wins.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming what is refused; `pattern.speed` when the belt runs, or was asked to run, faster.
    pub fn request_control(&mut self, params: ControlParams) -> Result<()> {
        self.exchange_control(&mut ControlChange::new(params)?)
    }

    /// [`Self::request_control`] for a tick: takes the law, and gives back in its place what is no longer used, so that
    /// whoever made it frees the memory. A change that was taken already does nothing.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`], `pattern.speed`, when the belt runs, or was asked to run, faster; it is not taken then.
    pub fn exchange_control(&mut self, change: &mut ControlChange) -> Result<()> {
        if let Some(speed) = change.speed() {
            // The belt that still slows down carries the phase too.
            in_range("pattern.speed", speed, self.speed.max(self.belt.speed()).max(0.05), 3.0)?;
            self.sets.exchange(change);
        }
        Ok(())
    }

    /// Time from one tick to the next as the loop is meant to keep it [s].
    #[must_use]
    pub fn period(&self) -> f64 {
        self.period
    }

    /// How the device comes to rest without power in a protective stop.
    #[must_use]
    pub fn safe_profile(&self) -> SafeProfile {
        self.safe_profile
    }

    /// The law that was asked for last.
    #[must_use]
    pub fn control(&self) -> &ControlParams {
        self.sets.latest()
    }

    /// Asks for another body-weight support [N]; it is approached within the envelope's rate.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] outside 0 to the envelope's limit.
    pub fn request_support_force(&mut self, force: f64) -> Result<()> {
        self.support_force = in_range("support_force", force, 0.0, self.max_support_force)?;
        Ok(())
    }

    /// Holds, floors or caps the support of a subtask, or of all, in percent; it is approached at the usual rate.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] or [`crate::Error::Swapped`] naming what is refused.
    pub fn request_override(&mut self, target: Target, mode: OverrideMode, value: f64) -> Result<()> {
        self.help.set(target, mode, value)
    }

    /// Gives a subtask, or all, back to the law, which goes on from what was applied.
    pub fn release_override(&mut self, target: Target) {
        self.help.release(target);
    }

    /// What strides without support have shown; None where there are none.
    #[must_use]
    pub fn reliance(&self) -> Option<Reliance> {
        self.help.reliance()
    }

    /// Largest share of a joint's budget of torque times time that this session has spent [-]; to be warned of from 0.8.
    #[must_use]
    pub fn dose(&self) -> f64 {
        self.interaction.share()
    }

    /// Asks for a soft stop from afar; anyone may.
    pub fn request_stop(&mut self) {
        self.last.remote_stop = true;
    }
}

impl Trainer {
    /// A measurement of `stamp` is too old to act on at `t` [ns].
    fn expired(&self, t: i64, stamp: i64) -> bool {
        let age = t.saturating_sub(stamp);
        !(age >= 0 && age as f64 * 1e-9 <= self.sample_age_max)
    }
}

/// What the law asks for, whatever it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wish {
    /// Joint torques [N·m].
    pub torque: JointVec,
    /// Belt speed [m/s].
    pub belt_speed: f64,
    /// Force of the body-weight support [N].
    pub support_force: f64,
}

/// Orders before the first tick: everything off.
fn boot() -> SupervisorOutputs {
    SupervisorOutputs {
        state: State::Boot,
        leg: State::Boot.leg(),
        belt: State::Boot.belt(),
        support: State::Boot.support(),
        energised: false,
        brake: false,
        severity: Severity::None,
        cause: Cause::None,
    }
}
