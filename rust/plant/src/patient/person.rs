//! A whole person: intention, reflexes, spasm, fatigue and learning, each absent unless asked for.

use super::fatigue::Fatigue;
use super::intent::{Intent, Will};
use super::learning::{Learning, Ranges};
use super::reflex::Arc;
use super::{PatientParams, Spasm};
use crate::plant::Plant;
use gaitloop_core::Result;
use gaitloop_core::body::Body;
use gaitloop_core::types::{JointVec, Sides};

/// What the person feels of one tick.
pub(crate) struct Felt<'a> {
    /// Belt speed [m/s].
    pub belt: f64,
    /// Joint angles [rad], velocities [rad/s] and own torque [N·m].
    pub q: &'a JointVec,
    pub dq: &'a JointVec,
    pub torque: &'a JointVec,
    /// Share of body weight on each foot [-] and its moment about the ankle [N·m], toes positive.
    pub load: Sides<f64>,
    pub moment: Sides<f64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub intent: Intent,
    params: PatientParams,
    /// Reflex, spasm, fatigue or learning is there.
    special: bool,
    arc: Option<Box<Arc>>,
    spasm: Option<Spasm>,
    fatigue: Option<Fatigue>,
    pub learning: Learning,
    ranges: Option<Box<Ranges>>,
    full: JointVec,
    t: f64,
}

impl Person {
    pub fn new(params: PatientParams, seed: u64) -> Result<Self> {
        let mut intent = Intent::new(params, seed)?;
        let learning = params.learning;
        let ranges = learning.active().then(|| Box::new(Ranges::new()));
        let (arc, fatigue) = (Arc::new(params.reflex, params.mass), Fatigue::new(params.fatigue));
        let special = arc.is_some() || params.spasm.is_some() || fatigue.is_some() || ranges.is_some();
        let full = Intent::greatest_torque(&params);
        intent.use_strength(&learning.effort);
        intent.move_by(&learning.skill);
        Ok(Self { intent, params, special, arc, spasm: params.spasm, fatigue, learning, ranges, full, t: 0.0 })
    }

    /// The person hanging at rest, and the height of the hip over the belt [m] that lets their cycle pass.
    pub fn hang(&mut self, body: &Body) -> (JointVec, f64) {
        let will = self.intent.step(0.0, &[0.0; 6], [0.0; 2], [0.0; 2], 0.0);
        (will.q, self.intent.clear_height(body))
    }

    /// One tick of `dt` [s]: what the person wants, and the torque [N·m] that comes unasked.
    pub fn step(&mut self, felt: &Felt<'_>, dt: f64) -> (Will, JointVec) {
        let before = self.intent.phase;
        let will = self.intent.step(felt.belt, felt.q, felt.load, felt.moment, dt);
        if !self.special {
            return (will, [0.0; 6]);
        }
        self.learn(felt, before);
        if let Some(fatigue) = &mut self.fatigue {
            let left = fatigue.step(felt.torque, &self.full, dt);
            self.intent.use_strength(&core::array::from_fn(|i| self.learning.effort[i] * left[i]));
        }
        self.t += dt;
        let mut unasked = self.spasm.map_or([0.0; 6], |spasm| spasm.torque(self.t));
        if let Some(arc) = &mut self.arc {
            let reflex = arc.step(felt.dq, dt);
            unasked.iter_mut().zip(reflex).for_each(|(sum, torque)| *sum += torque);
        }
        (will, unasked)
    }

    /// Follows the ranges of both legs and learns where a stride of the own clock ends; standing teaches nothing.
    fn learn(&mut self, felt: &Felt<'_>, before: f64) {
        let Some(ranges) = &mut self.ranges else { return };
        ranges.add(felt.q, &self.intent.healthy());
        let phase = self.intent.phase;
        for side in 0..2 {
            let ended = if side == 0 { phase < before - 0.5 } else { before < 0.5 && phase >= 0.5 };
            if ended && let Some(errors) = ranges.close(side) {
                for (joint, error) in errors.into_iter().enumerate() {
                    self.learning.update(3 * side + joint, error);
                }
                self.intent.move_by(&self.learning.skill);
                self.intent.use_strength(&self.learning.effort);
            }
        }
    }

    /// The person as they are now, with what they have learned.
    pub fn now(&self) -> PatientParams {
        PatientParams { learning: self.learning, ..self.params }
    }
}

impl Plant {
    /// The person as they are now, with what they have learned.
    #[must_use]
    pub fn person_now(&self) -> PatientParams {
        self.person.now()
    }

    /// Share of strength that fatigue has left, per joint [-].
    #[must_use]
    pub fn strength_left(&self) -> JointVec {
        self.person.fatigue.map_or([1.0; 6], |fatigue| fatigue.left())
    }
}
