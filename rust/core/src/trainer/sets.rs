//! What turns state and reference into a torque request, held twice while it changes.
//!
//! Every change of a law or its parameters goes one way: a second set is made beside the one in use, both step every
//! tick, and the fader carries the request from one to the other.

use super::{FOOT_CLEARANCE, MAX_STRIDE_RATE};
use crate::control::{Fader, FootLift, FootLiftInput, Impedance, N_SUBTASKS, PathControl, Resistance, swing_window};
use crate::error::{Error, Result, in_range};
use crate::phase::PhaseState;
use crate::trajectory::{GaitPattern, Reference};
use crate::types::{JointKind, JointReading, JointVec, N_JOINTS, N_LEG, N_SIDES, Sides};

/// A law, its parameters and its reference.
#[derive(Clone, Debug)]
pub struct ControlParams {
    /// The person's reference, with the speed it belongs to.
    pub pattern: GaitPattern,
    /// Stiffness at full guidance [N·m/rad], `0..=2000`.
    pub stiffness: JointVec,
    /// Damping at full guidance [N·m·s/rad], `0..=200`.
    pub damping: JointVec,
    /// Share of the leg's weight carried in swing at full support [-], `0..=1`.
    pub leg_weight: f64,
    /// Path control in place of the impedance; begins afresh.
    pub path: Option<PathControl>,
    /// A lift for a foot that drags, by the support of foot clearance; begins afresh.
    pub foot_lift: Option<FootLift>,
    /// A load against the movement, besides all help; begins afresh.
    pub resistance: Option<Resistance>,
}

impl ControlParams {
    /// Accepts the parameters when the laws made of them do.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming the first that is refused.
    pub fn check(self) -> Result<Self> {
        ControlSet::new(self.clone()).map(|_| self)
    }
}

/// A law to be asked for from a loop that must neither allocate nor free memory: made outside, taken in a tick by
/// [`super::Trainer::exchange_control`], and brought outside again with what is no longer used.
#[derive(Debug)]
pub struct ControlChange {
    asked: Option<ControlSet>,
    unused: [Option<ControlSet>; 3],
}

impl ControlChange {
    /// # Errors
    /// As [`ControlParams::check`].
    pub fn new(params: ControlParams) -> Result<Self> {
        Ok(Self { asked: Some(ControlSet::new(params)?), unused: [None, None, None] })
    }

    /// Speed [m/s] of the pattern asked for, while nobody took it.
    pub(super) fn speed(&self) -> Option<f64> {
        self.asked.as_ref().map(|set| set.speed)
    }
}

/// What every set is told in a tick.
pub(super) struct Drive<'a> {
    pub q: &'a JointReading,
    pub dq: &'a JointReading,
    /// Vertical force under each foot [N].
    pub foot_force: Sides<Option<f64>>,
    pub gait: &'a PhaseState,
    /// Guidance per joint, engagement included [-].
    pub guidance: &'a JointVec,
    pub engagement: f64,
    pub support: &'a Sides<[f64; N_SUBTASKS]>,
    /// Torque that holds the legs [N·m].
    pub gravity: &'a JointVec,
    pub kinds: &'a [JointKind; N_JOINTS],
    /// Length of the tick [s].
    pub dt: f64,
}

/// A law in use.
#[derive(Clone, Debug)]
pub(super) struct ControlSet {
    pub params: ControlParams,
    pub speed: f64,
    impedance: Impedance,
}

impl ControlSet {
    pub fn new(mut params: ControlParams) -> Result<Self> {
        if let Some(path) = &mut params.path {
            path.reset();
        }
        if let Some(lift) = &mut params.foot_lift {
            lift.reset();
        }
        if let Some(resistance) = &mut params.resistance {
            resistance.reset();
        }
        in_range("leg_weight", params.leg_weight, 0.0, 1.0)?;
        // Without a speed there is nothing to keep belt and phase in step with.
        let missing = Error::OutOfRange { name: "pattern.speed", index: None, value: f64::NAN, min: 0.05, max: 3.0 };
        let speed = in_range("pattern.speed", params.pattern.speed().ok_or(missing)?, 0.05, 3.0)?;
        Ok(Self { impedance: Impedance::new(params.stiffness, params.damping)?, speed, params })
    }

    fn nominal_rate(&self, belt: f64) -> f64 {
        (self.params.pattern.stride_rate() * belt.max(0.0) / self.speed).min(MAX_STRIDE_RATE)
    }

    fn evaluate(&self, gait: &PhaseState) -> Reference {
        self.params.pattern.evaluate_sides(gait.phase, gait.rate, gait.accel)
    }

    /// Torque request [N·m], 0 where no drive is, and the energy [J] that its springs hold.
    fn step(&mut self, drive: &Drive<'_>, reference: &Reference) -> (JointVec, f64) {
        let (mut tau, mut energy) = self.guide(drive, reference);
        let mut weight = [0.0; N_SIDES];
        for (side, weight) in weight.iter_mut().enumerate() {
            let window = swing_window(drive.gait.phase[side]);
            *weight = self.params.leg_weight * drive.engagement * window * drive.support[side][FOOT_CLEARANCE];
        }
        for (i, tau) in tau.iter_mut().enumerate() {
            *tau += weight[i / N_LEG] * drive.gravity[i];
        }
        self.add_lift(drive, &mut tau, &mut energy);
        self.add_resistance(drive, &mut tau, &mut energy);
        let driven = core::array::from_fn(|i| if drive.kinds[i] == JointKind::Driven { tau[i] } else { 0.0 });
        (driven, energy)
    }

    fn add_lift(&mut self, drive: &Drive<'_>, tau: &mut JointVec, energy: &mut f64) {
        let Some(lift) = &mut self.params.foot_lift else { return };
        let input = FootLiftInput {
            q: *drive.q,
            dq: *drive.dq,
            phase: drive.gait.phase.map(Some),
            foot_force: drive.foot_force,
            support: [0, 1].map(|side| drive.support[side][FOOT_CLEARANCE]),
            pelvis_pitch: 0.0,
        };
        let out = lift.step(&input, drive.dt);
        for (tau, lift) in tau.iter_mut().zip(out.tau) {
            *tau += drive.engagement * lift;
        }
        *energy += drive.engagement * (out.energy[0] + out.energy[1]);
    }

    fn add_resistance(&mut self, drive: &Drive<'_>, tau: &mut JointVec, energy: &mut f64) {
        let Some(resistance) = &mut self.params.resistance else { return };
        let level = drive.kinds.map(|kind| if kind == JointKind::Driven { drive.engagement } else { 0.0 });
        let out = resistance.step(drive.q, drive.dq, &level, drive.dt);
        for (tau, load) in tau.iter_mut().zip(out.tau) {
            *tau += load;
        }
        *energy += out.energy.iter().sum::<f64>();
    }

    /// The spring that holds a person to the reference, or the tunnel around the path.
    fn guide(&mut self, drive: &Drive<'_>, reference: &Reference) -> (JointVec, f64) {
        let Some(path) = &mut self.params.path else {
            let driven = core::array::from_fn(|i| drive.q[i].filter(|_| drive.kinds[i] == JointKind::Driven));
            let tau = self.impedance.step(drive.q, drive.dq, &reference.q, &reference.dq, drive.guidance);
            return (tau, self.impedance.energy(&driven, &reference.q, drive.guidance));
        };
        let out = path.step(drive.q, drive.dq, drive.gait.phase, drive.gait.rate, drive.guidance, drive.dt);
        (out.tau, out.energy[0] + out.energy[1])
    }
}

/// The references of a tick: of the set in use, of the next one, and what the person is shown of both.
pub(super) struct References {
    old: Reference,
    next: Option<Reference>,
    pub seen: Reference,
}

/// The set in use, the one it gives way to, and the one that waits.
#[derive(Clone, Debug)]
pub(super) struct Sets {
    active: ControlSet,
    next: Option<ControlSet>,
    waiting: Option<ControlSet>,
    // Sets no longer in use; they are dropped with the next request, never in a tick.
    retired: [Option<ControlSet>; 2],
    fader: Fader,
    weight: f64,
}

impl Sets {
    pub fn new(params: ControlParams, mut fader: Fader) -> Result<Self> {
        fader.reset();
        let active = ControlSet::new(params)?;
        Ok(Self { active, next: None, waiting: None, retired: [None, None], fader, weight: 0.0 })
    }

    /// The set in use.
    pub fn active(&self) -> &ControlSet {
        &self.active
    }

    /// What was asked for last.
    pub fn latest(&self) -> &ControlParams {
        &self.waiting.as_ref().or(self.next.as_ref()).unwrap_or(&self.active).params
    }

    /// Speed [m/s] of the slowest pattern held.
    pub fn slowest(&self) -> f64 {
        [self.next.as_ref(), self.waiting.as_ref()].into_iter().flatten().fold(self.active.speed, |v, s| v.min(s.speed))
    }

    /// Weight of the next set after the last tick [-], 0 when nothing changes.
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// Takes a set; without a change under way it starts at once, else it waits, and the newest one wins.
    ///
    /// Sets no longer in use are put where the set was, so that whoever made it drops them.
    pub fn exchange(&mut self, change: &mut ControlChange) {
        let Some(set) = change.asked.take() else { return };
        let [first, second] = &mut self.retired;
        for (unused, kept) in change.unused.iter_mut().zip([first, second, &mut self.waiting]) {
            core::mem::swap(unused, kept);
        }
        self.waiting = Some(set);
        self.promote();
    }

    fn promote(&mut self) {
        if self.next.is_none() && self.waiting.is_some() {
            self.next = self.waiting.take();
            self.fader.request();
        }
    }

    /// Strides per second that the belt asks for at speed [m/s] `belt`.
    pub fn nominal_rate(&self, belt: f64) -> f64 {
        let old = self.active.nominal_rate(belt);
        match &self.next {
            None => old,
            Some(next) => (1.0 - self.weight) * old + self.weight * next.nominal_rate(belt),
        }
    }

    pub fn evaluate(&self, gait: &PhaseState) -> References {
        let old = self.active.evaluate(gait);
        let Some(next) = self.next.as_ref().map(|set| set.evaluate(gait)) else {
            return References { seen: old, old, next: None };
        };
        let mix =
            |a: &JointVec, b: &JointVec| core::array::from_fn(|i| (1.0 - self.weight) * a[i] + self.weight * b[i]);
        let seen = Reference { q: mix(&old.q, &next.q), dq: mix(&old.dq, &next.dq), ddq: mix(&old.ddq, &next.ddq) };
        References { old, next: Some(next), seen }
    }

    /// Torque request [N·m] of a tick.
    pub fn step(&mut self, drive: &Drive<'_>, references: &References) -> JointVec {
        let (old, held) = self.active.step(drive, &references.old);
        let (Some(next), Some(reference)) = (&mut self.next, &references.next) else {
            self.fader.step(&old, &old, held, held, drive.dt);
            return old;
        };
        let (tau, holding) = next.step(drive, reference);
        let fade = self.fader.step(&old, &tau, held, holding, drive.dt);
        self.weight = fade.w;
        if fade.done {
            self.finish();
        }
        fade.tau
    }

    fn finish(&mut self) {
        self.weight = 0.0;
        if let Some(next) = self.next.take() {
            let old = core::mem::replace(&mut self.active, next);
            let free = if self.retired[0].is_none() { 0 } else { 1 };
            self.retired[free] = Some(old);
        }
        self.promote();
    }
}
