//! The corridor: one tick from sample to safe command, one call.
//!
//! The only room that knows the others. The order of a tick is section 10 of the specification.

mod params;
mod queue;
mod telemetry;

pub use params::TrainerParams;
pub use queue::Queue;
pub use telemetry::{TELEMETRY_FIELDS, TELEMETRY_LEN, Telemetry};

use crate::assist::Assist;
use crate::control::{Impedance, LegGravity, guidance, swing_window};
use crate::error::{Result, in_range};
use crate::events::ForceContacts;
use crate::filter::LowPass;
use crate::measures::{MeterInputs, StrideMeasures, StrideMeter};
use crate::phase::{PhaseEstimator, PhaseState};
use crate::safety::{
    Belt, Cause, Command, CommandFields, Fault, Guard, LegMode, MonitorInputs, Monitors, OperatorCommand, Selftest,
    Severity, State, Supervisor, SupervisorInputs, SupervisorOutputs, Support,
};
use crate::trajectory::{GaitPattern, Reference};
use crate::types::{
    Event, EventKind, JointKind, JointReading, JointVec, N_JOINTS, N_LEG, N_SIDES, NS, Sample, Sides, smooth_step,
};

/// Time constant of the belt speed that sets the cadence [s].
const BELT_FILTER: f64 = 0.02;
/// Largest stride rate the belt may ask for [1/s].
const MAX_STRIDE_RATE: f64 = 5.0;
/// Speed of a joint below which it counts as still [rad/s].
const STILL_SPEED: f64 = 0.2;
/// Ticks without a fault that pass the self-test.
const SELFTEST_TICKS: u32 = 100;
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
    pattern: GaitPattern,
    pattern_speed: f64,
    impedance: Impedance,
    gravity: LegGravity,
    leg_weight: f64,
    support_slew: f64,
    engage_time: f64,
    settle_time: f64,
    lease: i64,
    tick_max: f64,
    max_speed: f64,
    max_support_force: f64,
    contacts: ForceContacts,
    phase: PhaseEstimator,
    meters: Sides<StrideMeter>,
    assist: Assist,
    guard: Guard,
    monitors: Monitors,
    supervisor: Supervisor,
    belt: Belt,
    support: Support,
    // What one tick leaves for the next.
    t_prev: Option<i64>,
    gait: PhaseState,
    belt_filter: LowPass,
    support_used: Sides<[f64; 5]>,
    support_target: Sides<[f64; 5]>,
    last_contact: Sides<Option<i64>>,
    time_in_run: f64,
    settled_for: f64,
    selftest_ticks: u32,
    outputs: SupervisorOutputs,
    sequence: i64,
    speed: f64,
    support_force: f64,
    remote_stop: bool,
    telemetry: Telemetry,
    events: Queue<(usize, Event), EVENT_QUEUE>,
    strides: Queue<StrideMeasures, STRIDE_QUEUE>,
}

/// Readings of one tick, absent where nothing trustworthy was measured.
struct Measured {
    q: JointReading,
    dq: JointReading,
    force: Sides<Option<f64>>,
    belt_speed: Option<f64>,
}

/// What the gait rooms made of a tick.
struct Gait {
    events: Sides<Option<Event>>,
    reference: Reference,
    closed: Sides<Option<StrideMeasures>>,
}

impl Trainer {
    /// A trainer at boot.
    ///
    /// # Errors
    /// What the rooms refuse, with the field, the value and what is allowed.
    pub fn new(params: TrainerParams) -> Result<Self> {
        let pattern_speed = params.check()?;
        let limits = *params.envelope.params();
        let start = [0.0, params.pattern.offset()];
        let mut phase = PhaseEstimator::new(params.phase)?;
        phase.reset(start);
        let support = params.assist.support();
        let gait = PhaseState { phase: start, ..PhaseState::default() };
        Ok(Self {
            kinds: params.kinds,
            pattern_speed,
            impedance: Impedance::new(params.stiffness, params.damping)?,
            gravity: LegGravity::new(params.body),
            leg_weight: params.leg_weight,
            support_slew: params.support_slew,
            engage_time: params.engage_time,
            settle_time: params.settle_time,
            lease: (limits.lease * NS) as i64,
            tick_max: limits.tick_max,
            max_speed: pattern_speed.min(limits.belt_speed_max),
            max_support_force: limits.support_force_max,
            contacts: ForceContacts::new(params.force)?,
            phase,
            meters: [StrideMeter::new(0, params.body), StrideMeter::new(1, params.body)],
            assist: params.assist,
            guard: Guard::new(params.envelope, params.kinds),
            monitors: Monitors::new(&params.envelope, params.kinds),
            supervisor: Supervisor::new(&params.envelope),
            belt: Belt::new(&params.envelope),
            support: Support::new(&params.envelope, params.support_force),
            pattern: params.pattern,
            t_prev: None,
            gait,
            belt_filter: LowPass::new(BELT_FILTER),
            support_used: support,
            support_target: support,
            last_contact: [None; N_SIDES],
            time_in_run: 0.0,
            settled_for: 0.0,
            selftest_ticks: 0,
            outputs: SupervisorOutputs::default(),
            sequence: 0,
            speed: params.speed,
            support_force: params.support_force,
            remote_stop: false,
            telemetry: Telemetry::default(),
            events: Queue::default(),
            strides: Queue::default(),
        })
    }

    /// One tick: sample in, command out.
    pub fn step(&mut self, sample: &Sample) -> Command {
        let dt = self.tick_length(sample.t);
        let measured = self.readings(sample);
        let gait = self.follow_gait(sample.t, dt, &measured);
        self.adapt(&gait, dt);
        let engagement = self.engagement();
        let tau_cmd = self.request_torque(&measured, &gait.reference, engagement);
        let fault = self.judge(sample, dt, &measured, &gait, &tau_cmd);
        self.supervise(sample, dt, fault, &measured);
        self.command(sample.t, dt, engagement)
    }

    /// The last tick as the corridor saw it.
    #[must_use]
    pub fn telemetry(&self) -> &Telemetry {
        &self.telemetry
    }

    /// Oldest gait event not yet taken: side and event.
    pub fn next_event(&mut self) -> Option<(usize, Event)> {
        self.events.pop()
    }

    /// Oldest closed stride not yet taken.
    pub fn next_stride(&mut self) -> Option<StrideMeasures> {
        self.strides.pop()
    }

    /// Events and strides that nobody took in time.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.events.dropped() + self.strides.dropped()
    }

    /// Asks for another belt speed [m/s]; it is approached within the envelope's acceleration and jerk.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] outside 0 to the pattern's speed.
    pub fn request_speed(&mut self, speed: f64) -> Result<()> {
        self.speed = in_range("speed", speed, 0.0, self.max_speed)?;
        Ok(())
    }

    /// Asks for another body-weight support [N]; it is approached within the envelope's rate.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] outside 0 to the envelope's limit.
    pub fn request_support_force(&mut self, force: f64) -> Result<()> {
        self.support_force = in_range("support_force", force, 0.0, self.max_support_force)?;
        Ok(())
    }

    /// Asks for a soft stop from afar; anyone may.
    pub fn request_stop(&mut self) {
        self.remote_stop = true;
    }

    fn tick_length(&mut self, t: i64) -> f64 {
        let dt = self.t_prev.map_or(0.001, |t_prev| t.saturating_sub(t_prev) as f64 * 1e-9);
        self.t_prev = Some(self.t_prev.map_or(t, |t_prev| t_prev.max(t)));
        if dt > self.tick_max { self.tick_max } else { dt.max(0.0) }
    }

    fn readings(&self, sample: &Sample) -> Measured {
        let fitted = |values: JointReading| -> JointReading {
            core::array::from_fn(|i| if self.kinds[i] == JointKind::Absent { None } else { values[i] })
        };
        Measured {
            q: fitted(sample.q.all()),
            dq: fitted(sample.dq.all()),
            force: sample.foot_force.all(),
            belt_speed: sample.belt_speed.get(0),
        }
    }

    /// Events, phase, reference and measures, in this order.
    fn follow_gait(&mut self, t: i64, dt: f64, measured: &Measured) -> Gait {
        let events = self.contacts.step(measured.force, t);
        let contact = |side: usize| events[side].filter(|e| e.kind == EventKind::InitialContact);
        let belt = self.belt_filter.step(measured.belt_speed.unwrap_or(self.belt.speed()), dt);
        if self.in_motion() {
            let rate = self.pattern.stride_rate() * belt.max(0.0) / self.pattern_speed;
            let age = core::array::from_fn(|s| contact(s).map(|e| t.saturating_sub(e.t) as f64 * 1e-9));
            self.gait = self.phase.step(age, rate.min(MAX_STRIDE_RATE), dt);
        } else {
            self.gait.rate = [0.0; N_SIDES];
            self.gait.accel = [0.0; N_SIDES];
        }
        let reference = self.pattern.evaluate_sides(self.gait.phase, self.gait.rate, self.gait.accel);
        let closed = core::array::from_fn(|side| self.measure(side, t, dt, measured, &events, &reference, belt));
        for (side, event) in events.iter().enumerate() {
            if let Some(event) = *event {
                self.events.push((side, event));
                if event.kind == EventKind::InitialContact {
                    self.last_contact[side] = Some(event.t);
                }
            }
        }
        Gait { events, reference, closed }
    }

    #[allow(clippy::too_many_arguments)] // one call, everything of this tick
    fn measure(
        &mut self,
        side: usize,
        t: i64,
        dt: f64,
        measured: &Measured,
        events: &Sides<Option<Event>>,
        reference: &Reference,
        belt_speed: f64,
    ) -> Option<StrideMeasures> {
        self.meters[side].step(
            &MeterInputs {
                t,
                event: events[side],
                in_contact: self.contacts.in_contact(),
                other_last_contact: self.last_contact[1 - side],
                q: measured.q,
                q_ref: reference.q,
                phase: self.gait.phase[side],
                foot_force: measured.force[side],
                belt_speed,
            },
            dt,
        )
    }

    /// Support per subtask: a new target at each closed stride, approached at a bounded rate.
    fn adapt(&mut self, gait: &Gait, dt: f64) {
        for side in 0..N_SIDES {
            if let Some(stride) = &gait.closed[side] {
                self.strides.push(*stride);
                if stride.valid && self.settled_for >= self.settle_time {
                    self.support_target[side] = self.assist.update(side, &stride.subtask_errors());
                }
            }
            for (used, target) in self.support_used[side].iter_mut().zip(self.support_target[side]) {
                let step = self.support_slew * dt;
                *used = target.clamp(*used - step, *used + step);
            }
        }
    }

    fn engagement(&self) -> f64 {
        if self.in_motion() { smooth_step(self.time_in_run / self.engage_time) } else { 0.0 }
    }

    fn in_motion(&self) -> bool {
        matches!(self.outputs.leg, LegMode::Full | LegMode::Narrow | LegMode::Ramp)
    }

    /// Impedance toward the reference plus leg-weight support, both only as much as is needed.
    fn request_torque(&mut self, measured: &Measured, reference: &Reference, engagement: f64) -> JointVec {
        let mut level = [0.0; N_JOINTS];
        let mut weight = [0.0; N_SIDES];
        for side in 0..N_SIDES {
            let (phase, support) = (self.gait.phase[side], &self.support_used[side]);
            for (joint, g) in guidance(phase, support).into_iter().enumerate() {
                level[N_LEG * side + joint] = engagement * g;
            }
            weight[side] = self.leg_weight * engagement * swing_window(phase) * support[FOOT_CLEARANCE];
        }
        let impedance = self.impedance.step(&measured.q, &measured.dq, &reference.q, &reference.dq, &level);
        let gravity = self.gravity.torque(&measured.q, 0.0);
        let tau = core::array::from_fn(|i| match self.kinds[i] {
            JointKind::Driven => impedance[i] + weight[i / N_LEG] * gravity[i],
            _ => 0.0,
        });
        self.telemetry = Telemetry {
            phase: self.gait.phase,
            phase_rate: self.gait.rate,
            confidence: self.gait.confidence,
            mode: self.gait.mode.map(|mode| f64::from(mode as u8)),
            q_ref: reference.q,
            dq_ref: reference.dq,
            guidance: level,
            support: core::array::from_fn(|i| self.support_used[i / 5][i % 5]),
            tau_requested: tau,
            engagement: [engagement],
            belt_target: [self.belt_target(engagement)],
        };
        tau
    }

    fn belt_target(&self, engagement: f64) -> f64 {
        if engagement >= 1.0 { self.speed } else { 0.0 }
    }

    /// The worst of what the guard, the monitors and the drives report.
    fn judge(&mut self, sample: &Sample, dt: f64, measured: &Measured, gait: &Gait, tau_cmd: &JointVec) -> Fault {
        let guard = self.guard.check(sample.t, &measured.q, &measured.dq, tau_cmd);
        let running = matches!(self.outputs.state, State::Run | State::Degraded);
        let monitors = self.monitors.step(
            &MonitorInputs {
                t: sample.t,
                q_stamp: sample.q.stamp,
                dq_stamp: sample.dq.stamp,
                active: running,
                settled: running && self.settled_for >= self.settle_time,
                belt_meas: measured.belt_speed,
                belt_cmd: self.belt.speed(),
                lost: self.gait.mode.map(|mode| mode == crate::phase::PhaseMode::Lost),
                rope_position: sample.rope_position.get(0),
                stance_share: core::array::from_fn(|s| gait.closed[s].as_ref().and_then(|m| m.stance_share)),
                q: measured.q,
                q_ref: gait.reference.q,
                guidance: self.telemetry.guidance,
            },
            dt,
        );
        let drive = self.drive_fault(sample);
        [monitors, drive].into_iter().fold(guard, Fault::worse)
    }

    fn drive_fault(&self, sample: &Sample) -> Fault {
        let moving = matches!(self.outputs.state, State::Run | State::Degraded | State::SoftStop);
        (0..N_JOINTS)
            .filter(|&i| moving && self.kinds[i] == JointKind::Driven)
            .find(|&i| sample.drive_status.get(i).is_some_and(|status| status != 1.0))
            .map_or(Fault::NONE, |i| Fault {
                severity: Severity::ProtectiveStop,
                cause: Cause::DriveFault,
                joint: Some(i),
            })
    }

    fn supervise(&mut self, sample: &Sample, dt: f64, fault: Fault, measured: &Measured) {
        let pressed = |i: usize| sample.buttons.get(i) == Some(1.0);
        let was = self.outputs.state;
        let clean = fault.severity == Severity::None;
        self.selftest_ticks = if was == State::SelfTest && clean { self.selftest_ticks.saturating_add(1) } else { 0 };
        let (command, local) = operator_command(&pressed, self.remote_stop);
        self.remote_stop = false;
        let still = self.belt.speed() == 0.0 && measured.dq.iter().flatten().all(|v| v.abs() < STILL_SPEED);
        self.outputs = self.supervisor.step(
            &SupervisorInputs {
                estop_ok: pressed(0),
                severity: fault.severity,
                cause: fault.cause,
                nonresettable: false,
                command,
                local,
                pain: pressed(7),
                still,
                selftest: if self.selftest_ticks >= SELFTEST_TICKS { Selftest::Pass } else { Selftest::Pending },
                enable: pressed(1),
            },
            sample.t,
        );
        self.keep_time(was, dt);
    }

    /// Clocks of the soft start, and a fresh phase whenever motion begins.
    fn keep_time(&mut self, was: State, dt: f64) {
        match self.outputs.state {
            State::Run if was == State::Armed => {
                let start = [0.0, self.pattern.offset()];
                self.phase.reset(start);
                self.gait = PhaseState { phase: start, ..PhaseState::default() };
                self.time_in_run = 0.0;
                self.settled_for = 0.0;
            }
            State::Run | State::Degraded => {
                self.time_in_run += dt;
                if self.time_in_run >= self.engage_time {
                    self.settled_for += dt;
                }
            }
            _ => {}
        }
    }

    fn command(&mut self, t: i64, dt: f64, engagement: f64) -> Command {
        let torque = self.guard.limit(self.outputs.leg);
        self.sequence += 1;
        Command::new(
            &torque,
            CommandFields {
                belt_speed: self.belt.step(self.belt_target(engagement), self.outputs.belt, dt),
                support_force: self.support.step(self.support_force, self.outputs.support, dt),
                support_mode: self.outputs.support,
                enable: self.outputs.energised,
                t,
                expiry: t.saturating_add(self.lease),
                sequence: self.sequence,
                state: self.outputs.state,
                severity: self.outputs.severity,
                cause: self.outputs.cause,
            },
        )
    }
}

/// The button that counts, the safest first; a stop from afar counts like one at hand.
fn operator_command(pressed: &dyn Fn(usize) -> bool, remote_stop: bool) -> (OperatorCommand, bool) {
    // Buttons in the order of `types::BUTTONS`.
    let by_safety = [
        (4, OperatorCommand::Stop),
        (6, OperatorCommand::Release),
        (5, OperatorCommand::Reset),
        (2, OperatorCommand::Arm),
        (3, OperatorCommand::Start),
    ];
    let at_hand = by_safety.into_iter().find(|&(button, _)| pressed(button)).map_or(OperatorCommand::None, |(_, c)| c);
    if remote_stop && at_hand != OperatorCommand::Stop { (OperatorCommand::Stop, false) } else { (at_hand, true) }
}
