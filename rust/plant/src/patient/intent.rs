//! What the person wants to do: a clock and a pattern of their own, and the torque that follows.
//!
//! The clock never sees the trainer. Its rate comes from the belt speed the person feels and the stride of their own
//! pattern; it is corrected softly by their own foot contacts and by the angle they feel between their thighs, strongly while they hang. Muscles act
//! as springs and dampers toward the intended posture (equilibrium-point view): they resist at once, while a change of
//! intention arrives `delay` later. Healthy stiffness and damping are what lets the plant walk unaided (hip 550
//! N·m/rad, 42 N·m·s/rad; knee 680, 10; ankle 350, 11 for 75 kg), not measured joint properties. The calf also answers
//! part of the load it feels under the foot (positive force feedback, Geyer, Seyfarth & Blickhan 2003), less the faster
//! they walk (as the soleus reflex does, Capaday & Stein 1987); without it tall
//! people sink over the stance ankle at low speed and trip.

use super::PatientParams;
use super::slope::Slopes;
use crate::rng::Rng;
use core::f64::consts::PI;
use gaitloop_core::Result;
use gaitloop_core::body::Body;
use gaitloop_core::filter::LowPass;
use gaitloop_core::trajectory::GaitPattern;
use gaitloop_core::types::{JointVec, Sides, wrap, wrap_signed};

/// Healthy stiffness [N·m/rad], damping [N·m·s/rad] and greatest torque [N·m] of hip, knee and ankle per kg of body mass.
const STIFFNESS: [f64; 3] = [550.0 / 75.0, 680.0 / 75.0, 350.0 / 75.0];
const DAMPING: [f64; 3] = [42.0 / 75.0, 10.0 / 75.0, 11.0 / 75.0];
const TORQUE: [f64; 3] = [1.8, 1.8, 1.8];
/// Belt speeds [m/s] of the person's patterns; between them they are blended.
const SPEEDS: [f64; 6] = [0.2, 0.4, 0.6, 0.85, 1.1, 1.4];
/// How fast a step to a foot contact is corrected, and the share of it that is.
const CONTACT_TIME: f64 = 0.3;
const CONTACT_GAIN: f64 = 0.2;
/// Pull of the felt angle between the thighs on the clock, with all weight on the legs and hanging [1/rad²·1/s].
const THIGH_GAIN: [f64; 2] = [0.1, 3.0];
/// Share of body weight on the legs from which the person counts as standing on them [-].
const STANDING_LOAD: f64 = 0.4;
/// Share of the moment under the foot that the calf answers on its own, at rest and per belt speed [s/m], and how fast [s].
const CALF_GAIN: [f64; 2] = [0.85, -0.41];
const CALF_TIME: f64 = 0.03;
/// Fastest strides that a person goes along with when shown the phase [1/s].
const CUED_RATE: f64 = 2.0;
/// Tilt of the pelvis in the published hip curves [rad].
const PELVIC_TILT: f64 = 8.0 * PI / 180.0;

/// A person's intention, one value per joint.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Will {
    /// Intended angle [rad] and velocity [rad/s].
    pub q: JointVec,
    pub dq: JointVec,
    /// Stiffness, damping and limits of the torque.
    pub stiffness: JointVec,
    pub damping: JointVec,
    /// Torque that the load on the foot calls for.
    pub reflex: JointVec,
    pub low: JointVec,
    pub high: JointVec,
}

impl Will {
    /// Voluntary torque [N·m] of joint `i`, and whether it is free to grow (not at its limit).
    pub fn torque(&self, i: usize, q: f64, dq: f64) -> (f64, bool) {
        let want = self.reflex[i] + self.stiffness[i] * (self.q[i] - q) + self.damping[i] * (self.dq[i] - dq);
        if want > self.high[i] {
            (self.high[i], false)
        } else if want < self.low[i] {
            (self.low[i], false)
        } else {
            (want, true)
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Intent {
    params: PatientParams,
    patterns: Vec<GaitPattern>,
    slopes: Option<Box<Slopes>>,
    /// Slope that the person stands on [rad], positive uphill.
    pub incline: f64,
    felt_speed: LowPass,
    /// How much of the usual load the legs have carried lately, 0 to 1.
    standing: LowPass,
    /// Phase of the left side and its rate.
    pub phase: f64,
    /// Phase that the device shows; who is shown one goes along.
    pub cue: Option<f64>,
    rate: f64,
    correction: f64,
    loaded: Sides<bool>,
    /// Time since the last change of load [s].
    since: Sides<f64>,
    /// Strength and size of this stride per side, drawn and approached.
    drawn: Sides<[f64; 2]>,
    varied: Sides<[f64; 2]>,
    /// Moment of the ground force about each ankle as felt [N·m].
    calf: Sides<f64>,
    /// Share of strength in use and size of the intended movement, per joint.
    used: JointVec,
    size: JointVec,
    rng: Rng,
}

impl Intent {
    pub fn new(params: PatientParams, seed: u64) -> Result<Self> {
        let patterns = SPEEDS
            .iter()
            .map(|&v| GaitPattern::koopman(v, params.height, PELVIC_TILT, Some(params.foot_clearance)))
            .collect::<Result<_>>()?;
        Ok(Self {
            params,
            patterns,
            slopes: None,
            incline: 0.0,
            felt_speed: LowPass::new(0.2),
            standing: LowPass::new(1.0),
            phase: 0.0,
            cue: None,
            rate: 0.0,
            correction: 0.0,
            loaded: [false; 2],
            since: [1.0; 2],
            drawn: [[1.0; 2]; 2],
            varied: [[1.0; 2]; 2],
            calf: [0.0; 2],
            used: [1.0; 6],
            size: params.excursion,
            rng: Rng::new(seed, 3),
        })
    }

    /// Knows how to walk on slopes between two [rad], the lower at most 0 and the higher at least.
    pub fn know_slopes(&mut self, range: [f64; 2]) -> Result<()> {
        self.slopes = Slopes::new(range, &SPEEDS, self.params.height, PELVIC_TILT)?;
        Ok(())
    }

    /// Torque [N·m] that the joints of a person can reach.
    pub fn greatest_torque(params: &PatientParams) -> JointVec {
        core::array::from_fn(|i| params.strength[i] * params.mass * TORQUE[i % 3])
    }

    /// Uses this share of the strength from now on [-].
    pub fn use_strength(&mut self, share: &JointVec) {
        self.used = *share;
    }

    /// Intends movements larger by this much of the healthy ones [-].
    pub fn move_by(&mut self, skill: &JointVec) {
        self.size = core::array::from_fn(|i| (self.params.excursion[i] + skill[i]).clamp(0.0, 1.5));
    }

    /// Height of the hip over the belt [m] that lets the whole cycle of the usual pattern pass without touching it.
    pub fn clear_height(&self, body: &Body) -> f64 {
        let mut height: f64 = 0.0;
        for pattern in &self.patterns {
            for k in 0..100 {
                let q = pattern.evaluate(f64::from(k) / 100.0, None).q;
                let leg = body.leg([q[0], q[1], q[2]], 0.0);
                height = height.max(-leg.heel[1]).max(-leg.toe[1]);
            }
        }
        height
    }

    /// Intended posture and velocity at phases of left and right; the healthy one when `own` is false.
    fn posture(&self, speed: f64, phases: Sides<f64>, rates: Sides<f64>) -> (JointVec, JointVec) {
        let upper = SPEEDS.iter().position(|&v| v > speed).unwrap_or(SPEEDS.len() - 1).max(1);
        let span = SPEEDS[upper] - SPEEDS[upper - 1];
        let share = ((speed - SPEEDS[upper - 1]) / span).clamp(0.0, 1.0);
        let (slow, fast) = (&self.patterns[upper - 1], &self.patterns[upper]);
        let (mut q, mut dq) = ([0.0; 6], [0.0; 6]);
        for side in 0..2 {
            let (a, b) = (slow.leg_curves(side), fast.leg_curves(side));
            let place = a.place(wrap(phases[side]));
            let ([y, dy, _], [to, to_dy, _]) = (a.curve(place), b.curve(place));
            for joint in 0..3 {
                let i = 3 * side + joint;
                q[i] = y[joint] + share * (to[joint] - y[joint]);
                dq[i] = rates[side] * (dy[joint] + share * (to_dy[joint] - dy[joint]));
            }
        }
        if let Some(slopes) = self.slopes.as_ref().filter(|_| self.incline != 0.0) {
            slopes.add(self.incline, (upper, share), (phases, rates), (&mut q, &mut dq));
        }
        (q, dq)
    }

    /// Phases and rates of a person who is soon off a leg: `phase + hurry sin²(pi phase)`, the same at initial contact.
    fn hurried(&self, phases: Sides<f64>, rates: Sides<f64>) -> (Sides<f64>, Sides<f64>) {
        let hurry = self.params.hurry;
        if hurry == [0.0; 2] {
            return (phases, rates);
        }
        let turn = phases.map(|p| (2.0 * PI * p).sin_cos());
        (
            core::array::from_fn(|s| phases[s] + 0.5 * hurry[s] * (1.0 - turn[s].1)),
            core::array::from_fn(|s| rates[s] * (1.0 + PI * hurry[s] * turn[s].0)),
        )
    }

    /// Healthy posture at the own phase [rad].
    pub fn healthy(&self) -> JointVec {
        self.posture(self.felt_speed.value().unwrap_or(0.0), [self.phase, self.phase + 0.5], [1.0; 2]).0
    }

    /// Strides per second that the belt speed asks for [1/s].
    pub fn belt_rate(&self, speed: f64) -> f64 {
        let v = speed.clamp(SPEEDS[0], SPEEDS[SPEEDS.len() - 1]);
        let upper = SPEEDS.iter().position(|&s| s > v).unwrap_or(SPEEDS.len() - 1);
        let share = (v - SPEEDS[upper - 1]) / (SPEEDS[upper] - SPEEDS[upper - 1]);
        let [a, b] = [upper - 1, upper].map(|k| self.patterns[k].stride_rate() / SPEEDS[k]);
        self.params.cadence * (a + share * (b - a)) * speed
    }

    /// One tick of `dt` [s]: belt speed felt [m/s], joint angles [rad], share of body weight on each foot [-] and its moment
    /// about the ankle [N·m], toes positive.
    pub fn step(&mut self, belt: f64, q: &JointVec, load: Sides<f64>, moment: Sides<f64>, dt: f64) -> Will {
        let speed = self.felt_speed.step(belt.max(0.0), dt);
        self.feel_contacts(load, dt);
        let base = self.belt_rate(speed);
        let phases = [self.phase, self.phase + 0.5];
        let (own, own_rate) = {
            let (phases, rates) = self.hurried(phases, [1.0; 2]);
            self.posture(speed, phases, rates)
        };
        let felt = (q[0] - q[3]) - (own[0] - own[3]);
        let standing = self.standing.step(((load[0] + load[1]) / STANDING_LOAD).min(1.0), dt);
        let gain = THIGH_GAIN[0] + (THIGH_GAIN[1] - THIGH_GAIN[0]) * (1.0 - standing);
        let pull = gain * felt * (own_rate[0] - own_rate[3]);
        let paid = self.correction / CONTACT_TIME;
        // Own corrections never turn the clock back and never more than double it.
        self.rate = (base + (pull + paid).clamp(-0.5 * base, 0.5 * base)).max(0.0);
        self.correction -= self.correction * (dt / CONTACT_TIME).min(1.0);
        if let Some(cue) = self.cue.filter(|c| c.is_finite() && dt > 0.0) {
            self.rate = (wrap_signed(cue - self.phase) / dt).clamp(0.0, CUED_RATE);
        }
        self.advance(dt);
        let rates = [self.rate; 2];
        let delay = self.params.delay;
        let meant = [self.phase - delay[0] * self.rate, self.phase + 0.5 - delay[1] * self.rate];
        let (meant, rates) = self.hurried(meant, rates);
        let (q, dq) = self.posture(speed, meant, rates);
        for (felt, moment) in self.calf.iter_mut().zip(moment) {
            *felt += (moment - *felt) * (dt / CALF_TIME).min(1.0);
        }
        self.will(&q, &dq, (CALF_GAIN[0] + CALF_GAIN[1] * speed).clamp(0.3, 0.7))
    }

    fn feel_contacts(&mut self, load: Sides<f64>, dt: f64) {
        for (side, &load) in load.iter().enumerate() {
            self.since[side] += dt;
            let loaded = if self.loaded[side] { load > 0.02 } else { load > 0.08 };
            if loaded != self.loaded[side] && self.since[side] > 0.1 {
                self.loaded[side] = loaded;
                if loaded && self.since[side] > 0.2 {
                    let early = wrap_signed(self.phase + 0.5 * side as f64);
                    if early.abs() < 0.25 {
                        self.correction = -CONTACT_GAIN * early;
                    }
                }
                self.since[side] = 0.0;
            }
        }
    }

    fn advance(&mut self, dt: f64) {
        let before = self.phase;
        self.phase = wrap(before + self.rate * dt);
        for side in 0..2 {
            let half = 0.5 * side as f64;
            if wrap(self.phase + half) < 0.2 && wrap(before + half) > 0.8 {
                let v = self.params.variability;
                self.drawn[side] = [1.0 + v * self.rng.normal(), 1.0 + v / 3.0 * self.rng.normal()];
            }
            for (value, target) in self.varied[side].iter_mut().zip(self.drawn[side]) {
                *value += (target - *value) * (dt / 0.2).min(1.0);
            }
        }
    }

    fn will(&self, q: &JointVec, dq: &JointVec, calf_gain: f64) -> Will {
        let p = &self.params;
        let mut will = Will::default();
        for i in 0..6 {
            let (side, joint) = (i / 3, i % 3);
            let [vigour, size] = self.varied[side];
            let power = (p.strength[i] * self.used[i] * vigour).max(0.0) * p.mass;
            will.q[i] = self.size[i] * size * q[i];
            will.dq[i] = self.size[i] * size * dq[i];
            will.stiffness[i] = power * STIFFNESS[joint];
            will.damping[i] = power * DAMPING[joint];
            will.high[i] = power * TORQUE[joint];
            will.low[i] = -will.high[i];
            if joint == 2 {
                will.reflex[i] = -calf_gain * p.strength[i] * self.used[i] * vigour * self.calf[side];
            }
            if joint == 2 && p.foot_drop[side] && !self.loaded[side] {
                will.high[i] = 0.0;
            }
        }
        will
    }
}
