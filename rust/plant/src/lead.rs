//! Controllers of devices whose gait the trainer does not know: steps over ground, foot plates along a path, postures.
//!
//! They ask a trainer for torque, tick by tick ([`gaitloop_core::trainer::Trainer::step_led`]), and nothing else.

use crate::device::AXIS_UNIT;
use crate::postures::Postures;
use gaitloop_core::Result;
use gaitloop_core::control::{FootPlate, Impedance};
use gaitloop_core::error::in_range;
use gaitloop_core::trainer::{Ask, Now};
use gaitloop_core::trajectory::{GaitPattern, MinimumJerk};
use gaitloop_core::types::{JointReading, JointVec, N_JOINTS, N_LEG, smooth_step};

/// Share of the load on the front foot from which the other one steps [-], and for how long [s]; our choice.
const SHIFTED: f64 = 0.65;
const HOLD: f64 = 0.1;
/// Pitch of the trunk [rad] from which it steps too; our choice.
const LEAN: f64 = -0.2;
/// Load below which nobody stands [N].
const STANDS: f64 = 100.0;
/// Time over which plates are taken onto their path, and then take up their speed [s]; our choice.
const RAMP: f64 = 4.0;

/// A controller.
#[derive(Clone, Debug)]
pub enum Lead {
    /// Of an overground exoskeleton.
    Steps(Box<Steps>),
    /// Of an end-effector trainer with its plates as axes.
    Plates(Box<PlatePath>),
    /// Of any device that is measured.
    Postures(Box<Postures>),
}

impl Lead {
    /// What it asks for, the trunk leaning by `pitch` [rad].
    pub fn ask(&mut self, now: &Now, pitch: f64) -> Ask {
        match self {
            Self::Steps(steps) => steps.ask(now, pitch),
            Self::Plates(plates) => plates.ask(now),
            Self::Postures(postures) => postures.ask(now),
        }
    }

    /// Phase that the person is shown [-].
    #[must_use]
    pub fn cue(&self) -> Option<f64> {
        match self {
            Self::Steps(steps) => Some(steps.phase),
            Self::Plates(_) | Self::Postures(_) => None,
        }
    }
}

/// Half a cycle of a pattern each time the weight has shifted onto the front foot, with minimum jerk; double support
/// between steps.
#[derive(Clone, Debug)]
pub struct Steps {
    pattern: GaitPattern,
    impedance: Impedance,
    held: [bool; N_JOINTS],
    swing: f64,
    front: usize,
    shifted: f64,
    movement: Option<(MinimumJerk, f64)>,
    phase: f64,
}

impl Steps {
    /// Steps of a pattern in `swing` [s], 0.3 to 5, held to it by stiffness [N·m/rad] and damping [N·m·s/rad].
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first argument outside its range.
    pub fn new(pattern: GaitPattern, stiffness: JointVec, damping: JointVec, swing: f64) -> Result<Self> {
        let swing = in_range("swing", swing, 0.3, 5.0)?;
        let impedance = Impedance::new(stiffness, damping)?;
        let held = stiffness.map(|k| k > 0.0);
        Ok(Self { pattern, impedance, held, swing, front: 0, shifted: 0.0, movement: None, phase: 0.0 })
    }

    fn ask(&mut self, now: &Now, pitch: f64) -> Ask {
        let rate = self.advance(now, pitch);
        let reference = self.pattern.evaluate(self.phase, Some(rate));
        let guidance = self.held.map(|held| if held { now.engagement } else { 0.0 });
        let torque = self.impedance.step(&now.q, &now.dq, &reference.q, &reference.dq, &guidance);
        Ask { torque, q_ref: reference.q, dq_ref: reference.dq, guidance }
    }

    /// Moves the phase on and gives its rate [1/s].
    fn advance(&mut self, now: &Now, pitch: f64) -> f64 {
        if self.movement.is_none() && self.go(now, pitch) {
            let from = 0.5 * self.front as f64;
            self.movement = MinimumJerk::new(from, from + 0.5, self.swing).ok().map(|movement| (movement, 0.0));
        }
        let Some((movement, t)) = &mut self.movement else { return 0.0 };
        *t += now.dt;
        let [phase, rate, _] = movement.evaluate(*t);
        self.phase = if phase < 1.0 { phase } else { phase - 1.0 };
        if *t >= self.swing {
            (self.movement, self.front) = (None, 1 - self.front);
        }
        rate
    }

    fn go(&mut self, now: &Now, pitch: f64) -> bool {
        let load = now.foot_force.map(|force| force.unwrap_or(0.0));
        let sum = load[0] + load[1];
        let shifted = load[self.front] > SHIFTED * sum.max(1.0) || pitch < LEAN;
        let stands = now.engagement >= 1.0 && sum > STANDS;
        self.shifted = if shifted && stands { self.shifted + now.dt } else { 0.0 };
        let go = self.shifted > HOLD;
        if go {
            self.shifted = 0.0;
        }
        go
    }
}

/// Foot plates led around their paths at one pace, by springs and dampers.
#[derive(Clone, Debug)]
pub struct PlatePath {
    law: FootPlate,
    rate: f64,
    led: f64,
    phase: f64,
    away: JointVec,
}

impl PlatePath {
    /// Plates of a law, a cycle taking `cycle` [s], 0.5 to 20.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] outside.
    pub fn new(law: FootPlate, cycle: f64) -> Result<Self> {
        let rate = 1.0 / in_range("cycle", cycle, 0.5, 20.0)?;
        Ok(Self { law, rate, led: 0.0, phase: 0.0, away: [0.0; N_JOINTS] })
    }

    fn ask(&mut self, now: &Now) -> Ask {
        self.led = if now.engagement >= 1.0 { self.led + now.dt } else { 0.0 };
        let rate = self.rate * ((self.led - RAMP) / RAMP).clamp(0.0, 1.0);
        self.phase = (self.phase + rate * now.dt).fract();
        let phases = [self.phase, (self.phase + 0.5).fract()];
        let mut ask = Ask { guidance: [now.engagement; N_JOINTS], ..Ask::default() };
        for i in 0..N_JOINTS {
            let [place, speed] = self.law.reference(i / N_LEG, phases[i / N_LEG], rate);
            (ask.q_ref[i], ask.dq_ref[i]) = (place[i % N_LEG], speed[i % N_LEG]);
            // Until the brakes are open the plates stay where they are; from there they are taken onto the path.
            self.away[i] = if self.led > 0.0 { self.away[i] } else { now.q[i].map_or(0.0, |q| ask.q_ref[i] - q) };
        }
        let left = self.away.map(|away| away * (1.0 - smooth_step(self.led / RAMP)));
        let moved = core::array::from_fn(|i| now.q[i].map(|q| q + left[i]));
        let out = self.law.step(&sides(&moved), &sides(&now.dq), phases.map(Some), [rate; 2], [now.engagement; 2]);
        for (i, left) in left.into_iter().enumerate() {
            ask.q_ref[i] -= left;
            ask.torque[i] = out.force[i / N_LEG][i % N_LEG] / AXIS_UNIT[i % N_LEG];
        }
        ask
    }
}

fn sides(values: &JointReading) -> [[Option<f64>; N_LEG]; 2] {
    let [a, b, c, d, e, f] = *values;
    [[a, b, c], [d, e, f]]
}

#[cfg(test)]
mod tests;
