//! A second guard, from the specification and the kernels, with room for one mistake at a time.

use super::mistakes::Mistake;
use super::{KINDS, Machine};
use gaitloop_core::safety::kernels::{self, Asked, Ends, Passed, Walls, braking, clamp};
use gaitloop_core::safety::{Cause, EnvelopeParams, Fault, LegMode, Severity};
use gaitloop_core::types::{JointKind, JointReading, JointVec, N_JOINTS};

/// A guard that makes one mistake, or none.
pub struct Planted {
    mistake: Mistake,
    p: EnvelopeParams,
    now: Option<i64>,
    dt: f64,
    fast: [u32; N_JOINTS],
    mode: LegMode,
    narrow: bool,
    damp_since: Option<i64>,
    prev: JointVec,
    stored: JointVec,
    q: JointReading,
    dq: JointReading,
    asked: JointVec,
}

impl Planted {
    pub fn new(mistake: Mistake, p: EnvelopeParams) -> Self {
        let (none, zero) = ([None; N_JOINTS], [0.0; N_JOINTS]);
        let (mode, fast) = (LegMode::Off, [0; N_JOINTS]);
        let rest = (None, 0.0, false);
        Self {
            mistake,
            p,
            now: rest.0,
            dt: rest.1,
            fast,
            mode,
            narrow: rest.2,
            damp_since: None,
            prev: zero,
            stored: zero,
            q: none,
            dq: none,
            asked: zero,
        }
    }

    fn makes(&self, mistake: Mistake) -> bool {
        self.mistake == mistake
    }

    fn trusted(&self, reading: Option<f64>) -> Option<f64> {
        match self.mistake {
            Mistake::NegativeGate => reading.filter(|x| x.is_nan() || x.abs() <= 1e6),
            Mistake::GateOneSided => reading.filter(|x| *x <= 1e6),
            Mistake::AbsentIsZero => reading.or(Some(0.0)).filter(|x| kernels::plausible(*x)),
            _ => reading.filter(|x| kernels::plausible(*x)),
        }
    }

    fn advance(&mut self, t: i64) -> Fault {
        let Some(now) = self.now else {
            (self.now, self.dt) = (Some(t), 0.001);
            return Fault::NONE;
        };
        if t <= now {
            self.dt = 0.0;
            if self.makes(Mistake::ClockRunsBack) {
                self.now = Some(t);
            }
            let excused = t == now && self.makes(Mistake::EqualTimePasses);
            return if excused { Fault::NONE } else { Fault::new(Severity::Protective, Cause::TimeBackwards) };
        }
        (self.now, self.dt) = (Some(t), (t - now) as f64 * 1e-9);
        if self.dt <= self.p.tick_max {
            return Fault::NONE;
        }
        if !self.makes(Mistake::JumpCountsWhole) {
            self.dt = self.p.tick_max;
        }
        let ignored = self.makes(Mistake::JumpIgnored);
        if ignored { Fault::NONE } else { Fault::new(Severity::Protective, Cause::TimeJump) }
    }

    fn judge(&mut self, i: usize) -> Fault {
        let protective = |cause| Fault::at(Severity::Protective, cause, i);
        let driving = matches!(self.mode, LegMode::Full | LegMode::Narrow | LegMode::Ramp)
            || (self.makes(Mistake::RequestLookedInStop) && self.mode == LegMode::Damp);
        let looked = driving && !self.makes(Mistake::RequestNotLooked);
        let odd = looked && KINDS[i] == JointKind::Driven && !self.asked[i].is_finite();
        let mut fault = if odd { protective(Cause::ControllerNotFinite) } else { Fault::NONE };
        let (Some(q), Some(dq)) = (self.q[i], self.dq[i]) else {
            return fault.worse(protective(Cause::JointInvalid));
        };
        let tolerance = if self.makes(Mistake::RangeInDegrees) { 2.0 } else { 0.0349 };
        let low = if self.makes(Mistake::RangeUpperOnly) { -10.0 } else { self.p.q_min[i] - tolerance };
        if !kernels::inside(q, low, self.p.q_max[i] + tolerance) {
            fault = fault.worse(protective(Cause::RangeExceeded));
        }
        let speed = if self.makes(Mistake::SpeedSigned) { dq.max(0.0) } else { dq };
        let calm = kernels::at_most(speed, self.p.dq_max[i]);
        self.fast[i] = match (calm, self.mistake) {
            (true, Mistake::SpeedLatched) => self.fast[i].min(1),
            (true, _) => 0,
            (false, _) => self.fast[i] + 1,
        };
        let ticks = match self.mistake {
            Mistake::SpeedThreeTicks => 3,
            Mistake::SpeedOneTick => 1,
            _ => 2,
        };
        if self.fast[i] >= ticks { fault.worse(protective(Cause::Overspeed)) } else { fault }
    }

    fn share(&self) -> f64 {
        match (self.mode, self.now, self.damp_since) {
            _ if self.makes(Mistake::StopDoesNotFade) && self.mode == LegMode::Damp => 1.0,
            (LegMode::Damp, Some(now), Some(since)) => {
                let unit = if self.makes(Mistake::StopInMilliseconds) { 1e-12 } else { 1e-9 };
                kernels::share((now - since) as f64 * unit, self.p.stop_deadline)
            }
            _ if self.narrow && !self.makes(Mistake::NarrowIsFull) => self.p.degraded_fraction,
            _ => 1.0,
        }
    }

    fn blind(&self, i: usize, dq: Option<f64>) -> f64 {
        let time = if self.makes(Mistake::BlindFadesSlowly) { 0.5 } else { 0.05 };
        let slope = if self.makes(Mistake::BlindKeepsTorque) { 0.0 } else { self.p.tau_max[i] / time * self.dt };
        let stops = self.mode == LegMode::Damp && !self.makes(Mistake::BlindDrivesInStop);
        kernels::faded(self.prev[i], slope, if stops { dq } else { None })
    }

    fn walls(&self, i: usize, q: f64, dq: f64) -> Walls {
        let p = &self.p;
        let stiffness = if self.makes(Mistake::SpringMissing) { 0.0 } else { p.wall_stiffness[i] };
        let ends = Ends { q_min: p.q_min[i], q_max: p.q_max[i], stiffness, damping: p.wall_damping[i] };
        let decel = if self.makes(Mistake::CurveTooFast) { 2.0 * p.brake_decel[i] } else { p.brake_decel[i] };
        let curve = |room| braking(p.dq_max[i], decel, room);
        let (v_lo, v_hi) = (curve(q - p.q_min[i]), curve(p.q_max[i] - q));
        let mut walls = Walls::new(&ends, [v_lo, v_hi], q, dq);
        match self.mistake {
            Mistake::WallUpperSign if !walls.clash => walls.hi = walls.lo.max(ends.damping * (dq - v_hi)),
            Mistake::WallLowerMissing => walls.lo = walls.hi.min(-1e9),
            Mistake::WallOffInStop if self.mode == LegMode::Damp => {
                walls = Walls { lo: -1e9, hi: 1e9, clash: false };
            }
            _ => {}
        }
        walls
    }

    /// Energy that the last torque of a joint gave it.
    fn keep_energy(&mut self, i: usize) {
        let Some(dq) = self.dq[i].filter(|_| KINDS[i] == JointKind::Driven) else { return };
        let (before, most, fastest) = (self.stored[i], self.p.energy_max[i], self.p.dq_max[i]);
        let counted = match self.mistake {
            Mistake::EnergyOfAnySpeed => dq,
            Mistake::EnergyNotWhenFast if dq.abs() > fastest => 0.0,
            _ => clamp(dq, -fastest, fastest),
        };
        let power = self.prev[i] * counted;
        self.stored[i] = match self.mistake {
            Mistake::EnergyNotKept => 0.0,
            Mistake::EnergyForgottenInStop if self.mode == LegMode::Damp => 0.0,
            Mistake::EnergyPerMillisecond => kernels::stored(before, power, most, 1000.0 * self.dt),
            Mistake::EnergyRefunded => (before + (power - most) * self.dt).max(0.0),
            Mistake::EnergyNeverLeaks => before + power.max(0.0) * self.dt,
            _ => kernels::stored(before, power, most, self.dt),
        };
    }

    fn power(&self, i: usize) -> f64 {
        let store = if self.makes(Mistake::EnergyOfNextJoint) { (i + 1) % N_JOINTS } else { i };
        let (power, stored, energy) = (self.p.power_max[i], self.stored[store], self.p.energy_max[i]);
        match self.mistake {
            Mistake::PowerFree => f64::INFINITY,
            Mistake::PowerInMilliwatts => 1000.0 * kernels::drive_power(power, stored, energy),
            Mistake::EnergyWithoutTaper if stored < energy => power,
            _ => kernels::drive_power(power, stored, energy),
        }
    }

    /// What is asked for with what drives held to its power, and the bit to tell.
    fn driven(&self, i: usize, asked: &Asked, walls: &Walls) -> (Asked, u32) {
        let power = self.power(i);
        let (held, more) = match self.mistake {
            Mistake::PowerOfBraking => {
                let (held, more) = kernels::driven(&Asked { dq: -asked.dq, ..*asked }, walls, power);
                (Asked { dq: asked.dq, ..held }, more)
            }
            _ => kernels::driven(asked, walls, power),
        };
        let held = if self.makes(Mistake::PowerAfterSlope) { Asked { prev: asked.prev, ..held } } else { held };
        let bit = if power < self.p.power_max[i] { 64 } else { 32 };
        let told = more && !self.makes(Mistake::PowerNotTold);
        (held, if told || self.makes(Mistake::PowerToldAlways) { bit } else { 0 })
    }

    fn seen(&self, i: usize, q: f64, dq: f64) -> (f64, u32) {
        let (damp, p) = (self.mode == LegMode::Damp, &self.p);
        let own = if self.makes(Mistake::CapOfNextJoint) { p.tau_max[(i + 1) % N_JOINTS] } else { p.tau_max[i] };
        let damping = if self.makes(Mistake::DampSign) { -p.stop_damping[i] } else { p.stop_damping[i] };
        let unit = if self.makes(Mistake::SlopePerMillisecond) { 1000.0 } else { 1.0 };
        let asked = Asked {
            tau: if damp { -damping * dq } else { self.asked[i] },
            cap: own * self.share(),
            prev: self.prev[i],
            slope: unit * p.tau_rate_max[i] * self.dt,
            dq,
            damp,
        };
        let walls = self.walls(i, q, dq);
        let (asked, held) = self.driven(i, &asked, &walls);
        let mut passed = self.pass(&asked, &walls, own);
        if self.makes(Mistake::PowerHoldsWalls) && kernels::beyond(passed.tau, dq, self.power(i) / dq) {
            passed.tau = self.power(i) / dq;
        }
        let bits = [passed.torque, passed.upper, passed.lower, passed.rate];
        let told: u32 = bits.iter().enumerate().map(|(k, acts)| u32::from(*acts) << k).sum();
        (passed.tau, if self.makes(Mistake::LimitsNotTold) { 0 } else { told | held })
    }

    /// What is let through, by one changed decision where the mistake lies there.
    fn pass(&self, asked: &Asked, walls: &Walls, tau_max: f64) -> Passed {
        let mut asked = *asked;
        match self.mistake {
            Mistake::NotANumberPasses if asked.tau.is_nan() => asked.tau = asked.cap,
            Mistake::InfinityPasses if asked.tau.is_infinite() => asked.tau = asked.cap.copysign(asked.tau),
            _ => {}
        }
        let right = kernels::limited(&asked, walls, tau_max);
        // Once more, a decision at a time.
        let want = if walls.clash { 0.0 } else { clamp(kernels::finite(asked.tau), -asked.cap, asked.cap) };
        let bounded = clamp(want, walls.lo, walls.hi);
        let want = clamp(bounded, -tau_max, tau_max);
        let damped = |prev| if asked.damp { kernels::yielding(prev, want, asked.cap, asked.dq) } else { prev };
        let start = damped(walls.cut(asked.prev));
        let settle = |tau| if asked.damp { kernels::dissipating(tau, asked.dq, walls) } else { tau };
        let tau = match self.mistake {
            Mistake::NoLastClamp => settle(kernels::slewed(bounded, start, asked.slope)),
            Mistake::ClampHandsNanOn if asked.tau.is_nan() => f64::NAN,
            Mistake::TorqueInDegrees => 57.3 * right.tau,
            Mistake::SlopeUpwardsOnly => want.min(start + asked.slope),
            Mistake::WallNotBeforeSlope => settle(kernels::slewed(want, damped(asked.prev), asked.slope)),
            Mistake::StopNotDissipating if asked.damp => {
                kernels::slewed(want, walls.cut(asked.prev), asked.slope).clamp(-tau_max, tau_max)
            }
            _ => right.tau,
        };
        Passed { tau, ..right }
    }
}

impl Machine for Planted {
    fn check(&mut self, t: i64, q: &JointReading, dq: &JointReading, tau_cmd: &JointVec) -> Fault {
        let mut fault = self.advance(t);
        self.q = q.map(|x| self.trusted(x));
        self.dq = dq.map(|x| self.trusted(x));
        self.asked = *tau_cmd;
        for i in (0..N_JOINTS).filter(|i| KINDS[*i] != JointKind::Absent) {
            let found = self.judge(i);
            let last = self.makes(Mistake::LastJointWins) && found.severity >= fault.severity;
            fault = if last && found != Fault::NONE { found } else { fault.worse(found) };
        }
        fault
    }

    fn limit(&mut self, mode: LegMode) -> (JointVec, u32) {
        let ramp = mode == LegMode::Ramp && self.narrow && !self.makes(Mistake::RampWidens);
        (self.mode, self.narrow) = (mode, mode == LegMode::Narrow || ramp);
        let since = self.damp_since.filter(|_| !self.makes(Mistake::StopRestarts)).or(self.now);
        self.damp_since = if mode == LegMode::Damp { since } else { None };
        let zero = mode == LegMode::Zero && !self.makes(Mistake::ZeroIsFull);
        let (mut limits, mut out) = (0, [0.0; N_JOINTS]);
        for i in 0..N_JOINTS {
            self.keep_energy(i);
            let sensed = KINDS[i] == JointKind::Sensed && self.makes(Mistake::SensedIsDriven);
            let off = (KINDS[i] != JointKind::Driven && !sensed) || zero || mode == LegMode::Off;
            let (tau, bits) = match (self.q[i], self.dq[i]) {
                _ if off => (0.0, 0),
                (Some(q), Some(dq)) => self.seen(i, q, dq),
                (_, dq) => (self.blind(i, dq), if self.makes(Mistake::BlindNotTold) { 0 } else { 16 }),
            };
            let keeps = off && self.makes(Mistake::TorqueKeptWhenOff);
            self.prev[i] = if keeps { self.prev[i] } else { tau };
            out[i] = tau;
            limits |= bits;
        }
        if !self.makes(Mistake::TickUsedTwice) {
            self.dt = 0.0;
        }
        (out, limits)
    }
}
