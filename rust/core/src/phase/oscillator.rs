//! A side that is given a movement: what it believes, what it tells, and on what that rests.
//!
//! The phase that is told follows the phase that is believed in by its rate alone and never goes backward.

use super::PhaseMode;
use super::belief::{Belief, bound};
use super::cadence::Cadence;
use super::movement::Movement;
use super::record::Record;
use super::waveform::Waveform;
use crate::types::{wrap, wrap_signed};

/// Time over which what is owed is made up for [s].
const OWED_TIME: f64 = 0.04;
/// Time constant of the rate [s].
const RATE_TIME: f64 = 0.02;
/// Position at which a contact is waited for.
const WAIT: f64 = 0.985;
/// Slowest and fastest rate in units of the expected one.
const PACE: (f64, f64) = (0.05, 3.0);

/// What comes in with a step; all of it within its range.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tick {
    pub(super) age: Option<f64>,
    pub(super) nominal_rate: Option<f64>,
    pub(super) dt: f64,
    pub(super) motion: Option<f64>,
    pub(super) stance: Option<bool>,
}

/// State of a side.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Oscillator {
    pub(super) phase: f64,
    pub(super) rate: f64,
    pub(super) accel: f64,
    pub(super) confidence: f64,
    pub(super) mode: PhaseMode,
    belief: Belief,
    /// What the phase that is told lacks of the one that is believed in.
    owed: f64,
    /// Time since the last contact [s].
    elapsed: f64,
    contacts: u32,
    trust: f64,
    /// Share of the rate that is left by the ramp.
    go: f64,
    /// Mean squared deviation of the movement from its waveform.
    misfit: f64,
    agrees: bool,
    /// Phase for which a movement that had been lost was followed.
    proof: f64,
    stance: Option<bool>,
    cadence: Cadence,
    movement: Movement,
    waveform: Waveform,
    record: Record,
}

impl Oscillator {
    pub(super) fn new() -> Self {
        Self {
            phase: 0.0,
            rate: 0.0,
            accel: 0.0,
            confidence: 0.0,
            mode: PhaseMode::Free,
            belief: Belief::default(),
            owed: 0.0,
            elapsed: 0.0,
            contacts: 0,
            trust: 0.0,
            go: 1.0,
            misfit: 1.0,
            agrees: true,
            proof: 0.0,
            stance: None,
            cadence: Cadence::default(),
            movement: Movement::default(),
            waveform: Waveform::new(),
            record: Record::new(),
        }
    }

    /// Starts at a phase and its rate [1/s], with nothing learned.
    pub(super) fn start(&mut self, phase: f64, rate: f64) {
        *self = Self { phase, rate, ..Self::new() };
    }

    pub(super) fn step(&mut self, tick: &Tick) {
        let expected = self.cadence.expected(tick.nominal_rate);
        let base = self.base(tick.nominal_rate, expected);
        if self.movement.take(tick.motion, tick.dt) {
            (self.record.broken, self.agrees, self.misfit) = (true, false, 4.0);
        }
        self.movement.watch(self.waveform.size(), tick.dt);
        self.elapsed += tick.dt;
        let able = self.movement.settled() && self.waveform.strides > 0;
        self.climb(able, expected, tick.stance);
        self.ramp(expected, tick.dt);
        if self.contacts > 0 {
            self.believe(able, base, expected, tick);
        } else {
            self.belief.speed = base;
        }
        self.tell(base, tick.dt);
        if self.movement.known && self.contacts > 0 {
            self.record.add(self.elapsed, self.movement.features());
        }
        if let Some(age) = tick.age {
            self.contact(age, expected, tick.nominal_rate);
        }
        self.stance = tick.stance;
        self.confidence = self.confidence(self.cadence.expected(tick.nominal_rate));
    }

    /// Rate that is expected [1/s].
    fn base(&self, nominal_rate: Option<f64>, expected: f64) -> f64 {
        match nominal_rate {
            Some(0.0) => 0.0,
            None if self.contacts == 0 => 0.0,
            _ => 1.0 / expected,
        }
    }

    /// Finds the rung of the ladder.
    fn climb(&mut self, able: bool, expected: f64, stance: Option<bool>) {
        use PhaseMode::{Coasting, Damped, Free, Lost, Overdue, StanceSwing, Standing, Synced, Tracking};
        let late = if self.cadence.strides > 0 { 1.4 } else { 2.8 };
        let overdue = self.elapsed > late * expected;
        let passed = self.elapsed > 1.15 * expected && self.belief.position > 1.1 && self.misfit < 0.5;
        if !able || self.misfit > 5.0 {
            self.agrees = false;
        } else if self.misfit < 2.5 {
            self.agrees = true;
        }
        let held = !matches!(self.mode, Standing | Damped | Lost | StanceSwing);
        let carries = self.mode == Coasting || self.misfit < 1.0 && (held || self.proof >= 0.5);
        self.mode = if self.contacts == 0 {
            Free
        } else if able && self.movement.rests(expected) && self.elapsed > 0.6 * expected {
            Standing
        } else if self.agrees && !overdue && !passed {
            Tracking
        } else if self.agrees && carries {
            Coasting
        } else if !overdue {
            if self.belief.position <= 1.0 { Synced } else { Overdue }
        } else if stance.is_some() {
            StanceSwing
        } else if self.go > 0.0 {
            Damped
        } else {
            Lost
        };
    }

    fn ramp(&mut self, expected: f64, dt: f64) {
        let slope = match self.mode {
            PhaseMode::Standing => -4.0 / expected,
            PhaseMode::Damped | PhaseMode::Lost => -2.0 / expected,
            _ => 5.0,
        };
        self.go = bound(self.go + slope * dt, 0.0, 1.0);
    }

    /// Moves the phase that is believed in.
    fn believe(&mut self, able: bool, base: f64, expected: f64, tick: &Tick) {
        let dt = tick.dt;
        self.belief.predict(base, self.cadence.strides > 0, dt);
        let mut way = self.belief.speed * dt;
        if able && dt > 0.0 {
            let phase = wrap(self.belief.position + way);
            let said = self.belief.compare(&self.waveform, self.movement.features(), phase, dt);
            self.misfit += (said.misfit - self.misfit) * (dt / (0.3 * expected)).min(1.0);
            if !matches!(self.mode, PhaseMode::Synced | PhaseMode::Overdue | PhaseMode::StanceSwing) {
                self.belief.take(&said, base);
                way += said.position;
            }
        }
        let standing = self.mode == PhaseMode::Standing;
        way = if standing { 0.0 } else { bound(way, 0.45 * base * dt, PACE.1 * base * dt) };
        if self.mode == PhaseMode::StanceSwing {
            way = self.belief.by_stance(way, tick.stance, self.stance);
        }
        self.proof = if self.misfit < 1.0 && !standing { self.proof + way } else { 0.0 };
        self.belief.position += way;
        self.owed += way;
        if self.belief.position >= 2.0 {
            self.belief.position -= 1.0;
        }
        if self.owed >= 1.0 {
            self.owed -= 1.0;
        }
    }

    /// Moves the phase that is told.
    fn tell(&mut self, base: f64, dt: f64) {
        let mut target = base;
        if self.contacts > 0 {
            let (slow, fast) = (PACE.0 * base, PACE.1 * base);
            target = bound(self.belief.speed + self.owed / dt.max(OWED_TIME), slow, fast);
            let waits = !matches!(self.mode, PhaseMode::Coasting | PhaseMode::StanceSwing);
            if waits && self.belief.position - self.owed >= WAIT {
                target = target.min(slow);
            }
        }
        let before = self.rate;
        self.rate += (self.go * target - self.rate) * (dt / RATE_TIME).min(1.0);
        self.phase = wrap(self.phase + self.rate * dt);
        if self.contacts > 0 {
            self.owed -= self.rate * dt;
        }
        self.accel = if dt > 0.0 { (self.rate - before) / dt } else { 0.0 };
    }

    fn contact(&mut self, age: f64, expected: f64, nominal_rate: Option<f64>) {
        let duration = self.elapsed - age;
        let seen = self.contacts > 0;
        if seen && duration < (0.35 * expected).max(0.25) {
            self.trust *= 0.8;
            return;
        }
        if self.movement.contact(age, expected) {
            (self.agrees, self.misfit) = (false, 16.0);
        }
        if seen {
            let off = wrap_signed(self.phase - age * self.rate).abs();
            self.trust = 0.5 * self.trust + 0.5 * (1.0 - 4.0 * off).max(0.0);
            self.learn(duration);
        }
        let base = if nominal_rate == Some(0.0) { 0.0 } else { 1.0 / self.cadence.expected(nominal_rate) };
        if seen {
            let told = self.belief.position - self.owed;
            let then = told - age * self.rate;
            let passed = then.floor();
            // One that has gone past the contact waits for it; else it catches up.
            let goal = if passed >= 1.0 && then - passed < 0.4 { passed } else { passed + 1.0 };
            self.owed = goal + age * base - told;
        } else {
            self.phase = wrap(age * base);
            self.owed = 0.0;
        }
        self.belief.restart(age * base, base);
        self.record.restart(duration, !self.movement.known);
        self.movement.restart(age);
        self.elapsed = age;
        self.contacts = self.contacts.saturating_add(1);
    }

    fn learn(&mut self, duration: f64) {
        if !self.cadence.learn(duration) {
            return;
        }
        let Some(stride) = self.record.resampled(duration) else { return };
        if self.waveform.strides > 0 {
            self.misfit = self.misfit.min(self.waveform.misfit(&stride));
        }
        self.waveform.learn(&stride);
        self.movement.learn(duration, &self.waveform);
    }

    fn confidence(&self, expected: f64) -> f64 {
        let fit = bound(1.5 - 0.5 * self.misfit, 0.3, 1.0);
        let share = match self.mode {
            PhaseMode::Synced => 1.0,
            PhaseMode::Overdue => bound(1.0 - (self.belief.position - 1.0) / 0.5, 0.0, 1.0),
            PhaseMode::Tracking => fit,
            PhaseMode::Coasting => 0.7 * fit * bound(1.0 - (self.elapsed / expected - 1.4) / 10.0, 0.0, 1.0),
            PhaseMode::StanceSwing => 0.2,
            PhaseMode::Free | PhaseMode::Standing | PhaseMode::Damped | PhaseMode::Lost => 0.0,
        };
        self.trust * share
    }
}
