//! How the person keeps the balance: where a foot lands, and where the pressure goes under it.
//!
//! A foot lands beside the extrapolated centre of mass by a margin (Hof, Gazendam & Sinke 2005; Hof 2008). With steps of
//! duration `T` and width `w` this is `b = w / (1 + exp(w0 T))`, for which every step is as wide as the one before. Until
//! the next step the extrapolated centre of mass then runs on `u - s b exp(w0 t)` from the foot at `u`, `s` being its side;
//! the ankle, and with both feet on the ground the shift of weight between them, bring it back there as far as they reach.

use super::params::SwayParams;
use crate::rng::Rng;

/// Share of the body weight above which a foot has landed, and below which it has left [-]; assumptions.
const LANDED: [f64; 2] = [0.03, 0.015];
/// Shortest time in the air after which a foot has stepped [s], and shortest and longest step that tells a duration [s].
const AIR: f64 = 0.1;
const STEP: [f64; 2] = [0.2, 2.5];
/// Longest step as a share of the usual one after which somebody with both feet on the ground stands [-].
const STANDS: f64 = 1.5;
/// Narrowest step, as feet do not cross, and how much wider than aimed at one may be (Hof et al. 2010) [m].
const NARROW: f64 = 0.04;
const WIDER: f64 = 0.2;
/// How strongly the ankle brings back what left its course [-]; assumption.
const GAIN: f64 = 1.0;
/// How strongly [1/m], and by which share at most [-], steps are made unequal to get back to the middle; assumptions.
const STEER: [f64; 2] = [3.0, 0.3];

/// Side of a foot: +1 left, -1 right.
pub(super) fn sign(side: usize) -> f64 {
    [1.0, -1.0][side]
}

/// Feet and their owner.
#[derive(Clone, Debug)]
pub(super) struct Walker {
    pub params: SwayParams,
    /// Where the feet are or last were, y to the left [m].
    pub foot: [f64; 2],
    pub down: [bool; 2],
    /// Foot that has just landed.
    pub landed: Option<usize>,
    aloft: [f64; 2],
    newest: usize,
    since: f64,
    step_time: f64,
    margin: f64,
    bias: f64,
    rng: Rng,
}

impl Walker {
    pub fn new(params: SwayParams, seed: u64) -> Self {
        Self {
            params,
            foot: [0.5 * params.width, -0.5 * params.width],
            down: [false; 2],
            landed: None,
            aloft: [0.0; 2],
            newest: 0,
            since: STEP[1],
            step_time: 0.7,
            margin: 0.0,
            bias: 0.0,
            rng: Rng::new(seed, 40),
        }
    }

    /// Looks where the feet are; `load` is the force of a foot over the body weight, `xcom` the extrapolated centre [m].
    pub fn feel(&mut self, load: [f64; 2], xcom: f64, omega: f64, h: f64) {
        self.landed = None;
        self.since += h;
        for (side, load) in load.into_iter().enumerate() {
            if self.down[side] {
                self.down[side] = load > LANDED[1];
                self.aloft[side] = 0.0;
            } else {
                self.aloft[side] += h;
                if load > LANDED[0] {
                    self.down[side] = true;
                    if self.aloft[side] >= AIR {
                        self.land(side, xcom, omega);
                    }
                }
            }
        }
    }

    fn land(&mut self, side: usize, xcom: f64, omega: f64) {
        if (STEP[0]..=STEP[1]).contains(&self.since) {
            self.step_time += 0.5 * (self.since - self.step_time);
        }
        let (s, other, p) = (sign(side), self.foot[1 - side], &self.params);
        self.bias = s * p.sense_noise * self.rng.normal();
        let astray = p.placement_noise[side] * self.rng.normal();
        let middle = 0.5 * (self.foot[0] + self.foot[1]);
        let steer = 1.0 + s * (STEER[0] * middle).clamp(-STEER[1], STEER[1]);
        self.margin = steer * p.width / (1.0 + (omega * self.step_time).exp());
        let aimed = xcom + self.bias + s * (self.margin + astray);
        self.foot[side] = other + s * (s * (aimed - other)).clamp(NARROW, p.width + WIDER);
        (self.newest, self.since, self.landed) = (side, 0.0, Some(side));
    }

    /// Where the pressure is [m]; None with no foot on the ground.
    pub fn pressure(&self, force: [f64; 2], xcom: f64, omega: f64) -> Option<f64> {
        let [left, right] = self.foot;
        let p = &self.params;
        let (low, high) = match self.down {
            [false, false] => return None,
            [true, false] => (left - p.reach[0], left + p.reach[0]),
            [false, true] => (right - p.reach[1], right + p.reach[1]),
            [true, true] => {
                let usual = (force[0] * left + force[1] * right) / (force[0] + force[1]);
                let share = if self.stands() { p.shift[0].max(p.shift[1]) } else { p.shift[self.newest] };
                let shift = share * (left - right).abs();
                let inner = (usual - shift).max(left.min(right) - p.reach[1]);
                (inner, (usual + shift).min(left.max(right) + p.reach[0]).max(inner))
            }
        };
        let felt = xcom + self.bias;
        let (course, pace) = self.course(omega);
        Some((felt - pace / omega + GAIN * (felt - course)).clamp(low, high))
    }

    fn stands(&self) -> bool {
        self.down == [true; 2] && self.since > STANDS * self.step_time
    }

    /// Where the extrapolated centre of mass should be [m], and how fast it should move [m/s].
    fn course(&self, omega: f64) -> (f64, f64) {
        let stance = if self.down[self.newest] { self.newest } else { 1 - self.newest };
        if self.stands() {
            return (0.5 * (self.foot[0] + self.foot[1]), 0.0);
        }
        let own = stance == self.newest;
        let away = sign(stance) * self.margin * (omega * if own { self.since.min(self.step_time) } else { 0.0 }).exp();
        (self.foot[stance] - away, if own && self.since < self.step_time { -omega * away } else { 0.0 })
    }
}
