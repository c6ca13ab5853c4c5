//! The parts of a tick, in the order they are called.

use super::contacts::Unheard;
use super::sets::{Drive, References};
use super::{STAND_DOWN, START_GAIN, START_PHASES, STILL_SPEED, Telemetry, Trainer};
use crate::control::{N_SUBTASKS, guidance};
use crate::measures::{MeterInputs, StrideMeasures};
use crate::phase::PhaseState;
use crate::safety::{Cause, Command, CommandFields, Fault, LegMode, Request, State, SupervisorInputs};
use crate::trajectory::Reference;
use crate::types::{
    Event, EventKind, JointKind, JointReading, JointVec, N_JOINTS, N_LEG, N_SIDES, Sample, Sides, smooth_step, wrap,
};

/// Readings of one tick, absent where nothing trustworthy was measured.
pub(super) struct Measured {
    pub(super) q: JointReading,
    pub(super) dq: JointReading,
    pub(super) force: Sides<Option<f64>>,
    pub(super) belt_speed: Option<f64>,
}

/// What the gait rooms made of a tick.
pub(super) struct Gait {
    pub(super) references: References,
    pub(super) closed: Sides<Option<StrideMeasures>>,
}

/// A button that must be let go before it can count again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pressed {
    held: bool,
    counts: bool,
}

impl Pressed {
    /// Before the first tick: one that is held then does not count.
    pub(super) const UNKNOWN: Self = Self { held: true, counts: false };

    /// Follows the button; one that cannot be read stays where it was and does not count.
    fn tick(&mut self, reading: Option<f64>) {
        let down = reading.map(|value| value == 1.0);
        self.counts = down == Some(true) && (self.counts || !self.held);
        self.held = down.unwrap_or(self.held);
    }
}

impl Trainer {
    pub(super) fn tick_length(&mut self, t: i64) -> f64 {
        let dt = self.last.t_prev.map_or(0.001, |t_prev| t.saturating_sub(t_prev) as f64 * 1e-9);
        self.last.t_prev = Some(self.last.t_prev.map_or(t, |t_prev| t_prev.max(t)));
        if dt > self.tick_max { self.tick_max } else { dt.max(0.0) }
    }

    pub(super) fn readings(&self, sample: &Sample) -> Measured {
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
    pub(super) fn follow_gait(&mut self, t: i64, dt: f64, measured: &Measured) -> Gait {
        let events = self.contacts.step(measured, t);
        let contact = |side: usize| events[side].filter(|e| e.kind == EventKind::InitialContact);
        let belt = self.last.belt_filter.step(measured.belt_speed.unwrap_or(self.belt.speed()), dt);
        if self.in_motion() {
            let age = core::array::from_fn(|s| contact(s).map(|e| t.saturating_sub(e.t) as f64 * 1e-9));
            self.last.gait = self.phase.step(age, self.sets.nominal_rate(belt), dt);
            self.last.unheard.step(age.map(|age| age.is_some()), &self.last.gait.rate, dt);
        } else {
            self.last.gait.rate = [0.0; N_SIDES];
            self.last.gait.accel = [0.0; N_SIDES];
        }
        let references = self.sets.evaluate(&self.last.gait);
        let mut closed = [None; N_SIDES];
        for (side, closed) in closed.iter_mut().enumerate() {
            // Written only where there is a stride: an absent one is large too, and copying it would take its time.
            if let Some(stride) = self.measure(side, dt, measured, &events, &references.seen, belt) {
                *closed = Some(stride);
            }
        }
        for (side, event) in events.iter().enumerate() {
            if let Some(event) = *event {
                self.last.events.push((side, event));
                if event.kind == EventKind::InitialContact {
                    self.last.last_contact[side] = Some(event.t);
                }
            }
        }
        Gait { references, closed }
    }

    #[allow(clippy::too_many_arguments)] // one call, everything of this tick
    fn measure(
        &mut self,
        side: usize,
        dt: f64,
        measured: &Measured,
        events: &Sides<Option<Event>>,
        reference: &Reference,
        belt_speed: f64,
    ) -> Option<StrideMeasures> {
        self.meters[side].step(
            &MeterInputs {
                event: events[side],
                in_contact: self.contacts.in_contact(),
                other_contact: self.last.last_contact[1 - side],
                q: measured.q,
                q_ref: reference.q,
                phase: self.last.gait.phase[side],
                force: measured.force[side],
                belt_speed: Some(belt_speed),
                torques: None,
            },
            dt,
        )
    }

    /// Support per subtask: a new target at each closed stride, approached at a bounded rate.
    pub(super) fn adapt(&mut self, gait: &Gait, dt: f64) {
        let settled = self.settled();
        if !settled {
            self.help.give_back();
        }
        for side in 0..N_SIDES {
            if let Some(stride) = &gait.closed[side] {
                self.last.strides.push(*stride);
                if settled {
                    self.help.close(side, stride);
                }
            }
        }
        self.help.approach(dt);
    }

    pub(super) fn engagement(&self) -> f64 {
        if !self.in_motion() {
            return 0.0;
        }
        smooth_step(self.last.time_in_run / self.engage_time) * smooth_step(1.0 - self.last.stood_for / STAND_DOWN)
    }

    /// Training has gone on long enough for the gait to be judged.
    pub(super) fn settled(&self) -> bool {
        let running = matches!(self.last.outputs.state, State::Run | State::Degraded);
        running && self.last.settled_for >= self.settle_time
    }

    fn in_motion(&self) -> bool {
        matches!(self.last.outputs.leg, LegMode::Full | LegMode::Narrow | LegMode::Ramp)
    }

    /// What the law in use, or the two between which it changes, ask for.
    pub(super) fn request_torque(
        &mut self,
        measured: &Measured,
        references: &References,
        engagement: f64,
        dt: f64,
    ) -> JointVec {
        let mut level = [0.0; N_JOINTS];
        for side in 0..N_SIDES {
            let share = guidance(self.last.gait.phase[side], &self.help.used()[side]);
            for (joint, g) in share.into_iter().enumerate() {
                level[N_LEG * side + joint] = engagement * g;
            }
        }
        let drive = Drive {
            q: &measured.q,
            dq: &measured.dq,
            foot_force: measured.force,
            gait: &self.last.gait,
            guidance: &level,
            engagement,
            support: self.help.used(),
            gravity: &self.gravity.torque(&measured.q, 0.0),
            kinds: &self.kinds,
            dt,
        };
        let mut tau = self.sets.step(&drive, references);
        self.compensate(&mut tau, measured, engagement, dt);
        let reference = &references.seen;
        self.last.telemetry = Telemetry {
            phase: self.last.gait.phase,
            phase_rate: self.last.gait.rate,
            confidence: self.last.gait.confidence,
            mode: self.last.gait.mode.map(|mode| f64::from(mode as u8)),
            q_ref: reference.q,
            dq_ref: reference.dq,
            guidance: level,
            support: core::array::from_fn(|i| self.help.used()[i / N_SUBTASKS][i % N_SUBTASKS]),
            tau_requested: tau,
            engagement: [engagement],
            belt_target: [self.belt_target(engagement)],
            change: [self.sets.weight()],
            catch_trial: self.help.caught(),
            catch_announced: [self.help.announced()],
            selftest: self.last.telemetry.selftest,
        };
        tau
    }

    /// Adds what the device itself weighs and rubs, where it was calibrated.
    fn compensate(&mut self, tau: &mut JointVec, measured: &Measured, engagement: f64, dt: f64) {
        let Some(compensation) = &mut self.compensation else { return };
        let added = compensation.step(tau, &measured.q, &measured.dq, &[None; N_JOINTS], dt, 0.0).added;
        for ((tau, added), kind) in tau.iter_mut().zip(added).zip(self.kinds) {
            if kind == JointKind::Driven {
                *tau += engagement * added;
            }
        }
    }

    pub(super) fn belt_target(&self, engagement: f64) -> f64 {
        if engagement >= 1.0 { self.speed } else { 0.0 }
    }

    pub(super) fn supervise(&mut self, sample: &Sample, dt: f64, fault: Fault, measured: &Measured, engagement: f64) {
        let pressed = |i: usize| sample.buttons.get(i) == Some(1.0);
        let was = self.last.outputs.state;
        self.test(sample, fault, measured);
        let (command, local) = self.operator_command(sample);
        let at_rest = self.belt.speed() == 0.0 && measured.dq.iter().flatten().all(|v| v.abs() < STILL_SPEED);
        let still = self.still(at_rest, dt);
        self.last.outputs = self.supervisor.step(
            &SupervisorInputs {
                estop_ok: pressed(0),
                severity: fault.severity,
                cause: fault.cause,
                nonresettable: false,
                command,
                local,
                pain: pressed(7),
                still,
                selftest: self.last.test.result,
                enable: pressed(1),
                carried: self.carried(sample, engagement),
            },
            sample.t,
        );
        self.keep_time(was, dt, &measured.q);
    }

    /// The button that counts, the safest first; a stop from afar counts like one at hand.
    ///
    /// Reset, arm and start count from the moment they are pressed until another button counts or they are let go, so
    /// that a button that is held or stuck never energises.
    fn operator_command(&mut self, sample: &Sample) -> (Request, bool) {
        let pressed = |i: usize| sample.buttons.get(i) == Some(1.0);
        // Buttons in the order of `types::BUTTONS`.
        let mut chosen = match (pressed(4), pressed(6)) {
            (true, _) => Request::Stop,
            (false, true) => Request::Release,
            (false, false) => Request::None,
        };
        let remote = core::mem::take(&mut self.last.remote_stop) && chosen != Request::Stop;
        if remote {
            chosen = Request::Stop;
        }
        let by_safety = [(5, Request::Reset), (2, Request::Arm), (3, Request::Start)];
        for (button, (i, request)) in self.last.pressed.iter_mut().zip(by_safety) {
            button.tick(sample.buttons.get(i));
            button.counts &= chosen == Request::None;
            if button.counts {
                chosen = request;
            }
        }
        (chosen, !remote)
    }

    /// Phase of the left side at which the reference lies nearest to the measured hips and knees.
    fn nearest_phase(&self, q: &JointReading) -> f64 {
        let pattern = &self.sets.active().params.pattern;
        let mut best = (f64::INFINITY, 0.0);
        for k in 0..START_PHASES {
            let phase = f64::from(k) / f64::from(START_PHASES);
            let reference = pattern.evaluate(phase, Some(0.0));
            let miss = |i: usize| q[i].map_or(0.0, |q| (q - reference.q[i]) * (q - reference.q[i]));
            let cost = miss(0) + miss(1) + miss(3) + miss(4);
            // Only a clear gain counts, so that rounding never decides between two sides that fit alike.
            if cost < best.0 - START_GAIN {
                best = (cost, phase);
            }
        }
        best.1
    }

    /// Clocks of the soft start, and a fresh phase whenever motion begins.
    fn keep_time(&mut self, was: State, dt: f64, q: &JointReading) {
        match self.last.outputs.state {
            State::Run if was == State::Armed => {
                let left = self.nearest_phase(q);
                let start = [left, wrap(left + self.sets.active().params.pattern.offset())];
                self.phase.reset(start);
                self.last.gait = PhaseState { phase: start, ..PhaseState::default() };
                self.last.unheard = Unheard::default();
                self.last.time_in_run = 0.0;
                self.last.settled_for = 0.0;
                self.last.stood_for = 0.0;
            }
            State::SoftStop if was == State::SoftStop && self.belt.speed() == 0.0 => self.last.stood_for += dt,
            State::Run | State::Degraded => {
                self.last.time_in_run += dt;
                if self.last.time_in_run >= self.engage_time {
                    self.last.settled_for += dt;
                }
            }
            _ => {}
        }
    }

    pub(super) fn command(&mut self, t: i64, dt: f64, engagement: f64) -> Command {
        // A stop for what the person's muscles do lets them have their way, up to the walls.
        let outputs = &self.last.outputs;
        let muscles = matches!(outputs.cause, Cause::Spasm | Cause::Clonus);
        self.guard.yields(muscles && outputs.state == State::ProtStop);
        let torque = self.guard.limit(self.last.outputs.leg);
        self.last.sent = *torque.torque();
        self.last.sequence += 1;
        Command::new(
            &torque,
            CommandFields {
                belt_speed: self.belt.step(self.belt_target(engagement), self.last.outputs.belt, dt),
                support_force: self.support.step(self.support_force, self.last.outputs.support, dt),
                support_mode: self.last.outputs.support,
                enable: self.last.outputs.energised,
                clear: self.last.test.clear,
                brake: self.last.outputs.brake,
                t,
                expiry: if self.last.test.withhold { t.saturating_sub(1) } else { t.saturating_add(self.lease) },
                sequence: self.last.sequence,
                state: self.last.outputs.state,
                severity: self.last.outputs.severity,
                cause: self.last.outputs.cause,
            },
        )
    }
}
