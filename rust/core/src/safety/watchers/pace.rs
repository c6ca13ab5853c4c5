//! Whether the loop keeps the time that was declared.

use super::super::monitors::within;
use super::super::{Severity, trusted};

/// Share of the period that a tick may take [-] (TI1).
const SHARE: f64 = 0.8;
/// Ticks in a row that take more and make one that took too long (TI1).
const IN_A_ROW: u8 = 3;
/// Periods of which one tick alone took too long: 5 ms at 1 kHz (TI1).
const LONG: f64 = 5.0;
/// Time from a warning to a soft stop, and from that to a protective one, while ticks take too long [s].
const AGAIN: [f64; 2] = [0.1, 0.5];
/// Time without one after which it is forgotten [s].
const QUIET: f64 = 10.0;
/// Accepted difference of the mean tick, as a share of the period [-] (TI7).
const OFF: f64 = 0.1;
/// Time over which the mean is taken [s].
const WINDOW: f64 = 0.1;
/// Such times in a row that make a fault: 200 ms (TI7).
const WINDOWS: u8 = 2;

/// How often ticks have taken too long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Overrun {
    period: f64,
    late: u8,
    // 0 never, 1 warned, 2 stop softly, 3 stop.
    stage: u8,
    age: f64,
    quiet: f64,
}

impl Overrun {
    /// A loop of which nothing is known yet.
    pub fn new(period: f64) -> Self {
        Self { period, late: 0, stage: 0, age: 0.0, quiet: 0.0 }
    }

    /// Takes the time that the last tick took [s].
    pub fn step(&mut self, execution: Option<f64>, dt: f64) -> Severity {
        let long = trusted(execution).filter(|time| *time >= 0.0).is_some_and(|time| self.long(time));
        self.age += dt;
        self.quiet += dt;
        let stage = match self.stage {
            _ if !long => {
                if self.quiet >= QUIET {
                    0
                } else {
                    self.stage
                }
            }
            0 => 1,
            1 if self.age >= AGAIN[0] => 2,
            2 if self.age >= AGAIN[1] => 3,
            stage => stage,
        };
        if long {
            self.quiet = 0.0;
        }
        if stage != self.stage {
            (self.stage, self.age) = (stage, 0.0);
        }
        match stage {
            2 => Severity::Soft,
            3 => Severity::Protective,
            _ => Severity::None,
        }
    }

    fn long(&mut self, time: f64) -> bool {
        self.late = if time > SHARE * self.period { self.late.saturating_add(1) } else { 0 };
        self.late >= IN_A_ROW || time > LONG * self.period
    }
}

/// The mean tick of a short time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rate {
    period: f64,
    sum: f64,
    ticks: f64,
    wrong: u8,
}

impl Rate {
    /// A loop of which nothing is known yet.
    pub fn new(period: f64) -> Self {
        Self { period, sum: 0.0, ticks: 0.0, wrong: 0 }
    }

    /// Takes a tick [s]; true when they have not been as declared for some time.
    pub fn step(&mut self, dt: f64) -> bool {
        self.sum += dt;
        self.ticks += 1.0;
        if self.sum >= WINDOW {
            let off = !within(self.sum / self.ticks - self.period, OFF * self.period);
            self.wrong = if off { self.wrong.saturating_add(1) } else { 0 };
            (self.sum, self.ticks) = (0.0, 0.0);
        }
        self.wrong >= WINDOWS
    }
}
