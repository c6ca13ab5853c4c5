//! Whether the rope carries what it is told to.

use super::super::monitors::Timer;
use super::super::trusted;
use crate::filter::LowPass;

/// Force from which it can be told [N].
const CARRIES: f64 = 50.0;
/// Share of it that must be there [-] (PA4).
const SHARE: f64 = 0.3;
/// Time for which there may be less [s] (PA4).
const SLACK_TIME: f64 = 0.1;
/// Time constant of the usual height [s].
const USUAL: f64 = 10.0;
/// Fall below it that walking does not reach [m].
const BELOW: f64 = 0.06;
/// Time constant over which speed is judged [s].
const NEAR: f64 = 0.02;
/// Way lost over that time: 0.3 m/s (PA4) [m].
const FALLS: f64 = 0.006;
/// Time for which it may fall so [s].
const FALL_TIME: f64 = 0.02;

/// What is kept of the rope.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rope {
    slack: Timer,
    usual: LowPass,
    near: LowPass,
    falls: Timer,
}

impl Default for Rope {
    fn default() -> Self {
        let (slack, falls) = (Timer::default(), Timer::default());
        Self { slack, usual: LowPass::new(USUAL), near: LowPass::new(NEAR), falls }
    }
}

impl Rope {
    /// Takes force [N] and height [m] and what is asked for [N]; true when the rope is slack or falls.
    pub fn step(&mut self, force: Option<f64>, height: Option<f64>, asked: f64, dt: f64) -> bool {
        let carries = |force: f64| force >= SHARE * asked;
        let slack = if asked >= CARRIES { trusted(force).map(|force| !carries(force)) } else { Some(false) };
        let falls = trusted(height).map(|x| {
            let (usual, near) = (self.usual.step(x, dt), self.near.step(x, dt));
            usual - x > BELOW && near - x > FALLS
        });
        let slack = self.slack.expired(slack, dt, SLACK_TIME);
        let falls = self.falls.expired(falls, dt, FALL_TIME);
        slack || falls
    }
}
