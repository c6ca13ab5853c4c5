//! What must hold of a guard, told from what goes in and comes out alone. Takes nothing from the guard but its types.

use super::KINDS;
use gaitloop_core::safety::{Cause, EnvelopeParams, Fault, LegMode, Severity};
use gaitloop_core::types::{JointKind, JointReading, JointVec, N_JOINTS};

/// Every property with its wording.
pub const PROPERTIES: &[(&str, &str)] = &[
    ("N1", "torque is finite"),
    ("N2", "torque is at most tau_max"),
    ("N3", "torque changes by at most its slope, unless towards zero"),
    ("N4", "no torque pushes outward beyond a braking curve"),
    ("N5", "a stop drives along a velocity only as far as a wall's spring asks"),
    ("N8", "a joint is driven with no more than power_max, but for what a wall asks"),
    ("energy", "a joint is driven with no more than what leaks and a tenth of a second of what is left of its energy"),
    ("held", "power and energy are told if and only if more was asked for than they allow"),
    ("off", "no torque for a joint that is not driven, or in a mode without torque"),
    ("ask", "torque lies between what was, what is asked for, and what a wall asks for"),
    ("wall", "a wall pushes back in every mode with torque"),
    ("degraded", "degraded torque comes down to its share and stays there, in the ramp after it as well"),
    ("stop", "the torque of a stop fades within its deadline, but for a wall's"),
    ("fade", "the torque of a joint that is not seen is gone within 50 ms"),
    ("tell", "a torque that is not what was asked for names a limit; stale is told if and only if a joint is not seen"),
    ("time", "time that stands, runs back or jumps is a fault of that tick"),
    ("seen", "a reading that is absent, not finite or beyond 1e6 is a fault of that tick"),
    ("range", "a joint outside its range of motion by more than 2 degrees is a fault of that tick"),
    ("speed", "a joint too fast in two ticks in a row is a fault of the second"),
    ("finite", "a request that is not finite is a fault of that tick while the legs are driven"),
    ("first", "the fault that is told is the one of lowest code, then of the first joint, and none without a reason"),
];

/// Tolerance of a torque [N·m].
const EPS: f64 = 1e-6;

pub type Verdict = Vec<(&'static str, bool)>;

/// What goes into a guard.
pub struct Tick {
    pub t: i64,
    pub q: JointReading,
    pub dq: JointReading,
    pub asked: JointVec,
    pub mode: LegMode,
}

/// What an observer remembers.
pub struct Judge {
    limits: EnvelopeParams,
    now: Option<i64>,
    dt: f64,
    fast: [u32; N_JOINTS],
    mode: LegMode,
    degraded: bool,
    stopping_since: Option<i64>,
    tau: JointVec,
    /// Energy given that has not leaked [J].
    energy: JointVec,
}

/// Whether more was asked of a joint than its power, or its energy, allows; absent where it is too close to tell.
#[derive(Clone, Copy)]
struct Held {
    power: Option<bool>,
    energy: Option<bool>,
}

fn known(reading: Option<f64>) -> Option<f64> {
    reading.filter(|x| x.is_finite() && x.abs() <= 1e6)
}

/// Whether what is told of all joints fits what is known of each.
fn told(told: bool, held: impl Iterator<Item = Option<bool>> + Clone) -> bool {
    let may = held.clone().any(|held| held != Some(false));
    let must = held.clone().any(|held| held == Some(true));
    if told { may } else { !must }
}

impl Judge {
    pub fn new(limits: EnvelopeParams) -> Self {
        Self {
            limits,
            now: None,
            dt: 0.0,
            fast: [0; 6],
            mode: LegMode::Off,
            degraded: false,
            stopping_since: None,
            tau: [0.0; 6],
            energy: [0.0; 6],
        }
    }

    /// Judges what a check told.
    pub fn fault(&mut self, tick: &Tick, told: Fault) -> Verdict {
        let mut reasons = self.clock(tick.t);
        for i in (0..N_JOINTS).filter(|i| KINDS[*i] != JointKind::Absent) {
            let driven = matches!(self.mode, LegMode::Full | LegMode::Narrow | LegMode::Ramp);
            if driven && KINDS[i] == JointKind::Driven && !tick.asked[i].is_finite() {
                reasons.push(("finite", Cause::ControllerNotFinite, Some(i)));
            }
            let (Some(q), Some(dq)) = (known(tick.q[i]), known(tick.dq[i])) else {
                reasons.push(("seen", Cause::JointInvalid, Some(i)));
                continue;
            };
            if q < self.limits.q_min[i] - 0.0349 || q > self.limits.q_max[i] + 0.0349 {
                reasons.push(("range", Cause::RangeExceeded, Some(i)));
            }
            self.fast[i] = if dq.abs() > self.limits.dq_max[i] { self.fast[i] + 1 } else { 0 };
            if self.fast[i] >= 2 {
                reasons.push(("speed", Cause::Overspeed, Some(i)));
            }
        }
        let seen = |cause: Cause| told.severity == Severity::Protective && told.cause as u8 <= cause as u8;
        let mut verdict: Verdict = reasons.iter().map(|(name, cause, _)| (*name, seen(*cause))).collect();
        let first = reasons.iter().map(|(_, cause, joint)| (*cause, *joint)).min_by_key(|(cause, _)| *cause as u8);
        verdict.push(("first", first.unwrap_or((Cause::None, None)) == (told.cause, told.joint)));
        verdict
    }

    fn clock(&mut self, t: i64) -> Vec<(&'static str, Cause, Option<usize>)> {
        let Some(now) = self.now else {
            (self.now, self.dt) = (Some(t), 0.001);
            return Vec::new();
        };
        self.now = Some(now.max(t));
        let dt = (t - now).max(0) as f64 * 1e-9;
        self.dt = dt.min(self.limits.tick_max);
        match dt {
            _ if t <= now => vec![("time", Cause::TimeBackwards, None)],
            dt if dt > self.limits.tick_max => vec![("time", Cause::TimeJump, None)],
            _ => Vec::new(),
        }
    }

    /// Judges what was let through.
    pub fn torque(&mut self, tick: &Tick, tau: &JointVec, limits: u32) -> Verdict {
        self.mode = tick.mode;
        self.degraded = match tick.mode {
            LegMode::Narrow => true,
            LegMode::Ramp => self.degraded,
            _ => false,
        };
        self.stopping_since = if tick.mode == LegMode::Damp { self.stopping_since.or(self.now) } else { None };
        let powered = !matches!(tick.mode, LegMode::Off | LegMode::Zero);
        let (mut verdict, mut blind, mut held) = (Verdict::new(), false, Vec::new());
        for i in 0..N_JOINTS {
            self.keep_energy(i, tick);
            verdict.push(("N1", tau[i].is_finite()));
            verdict.push(("N2", tau[i].abs() <= self.limits.tau_max[i]));
            if !powered || KINDS[i] != JointKind::Driven {
                verdict.push(("off", tau[i] == 0.0));
                continue;
            }
            match (known(tick.q[i]), known(tick.dq[i])) {
                (Some(q), Some(dq)) => {
                    verdict.extend(self.seen(i, [q, dq], tick, tau[i], limits));
                    verdict.extend(self.driven(i, [q, dq], tau[i]));
                    held.push(self.held(i, dq, tick));
                }
                (_, dq) => {
                    blind = true;
                    verdict.extend(self.unseen(i, dq, tau[i]));
                }
            }
        }
        verdict.push(("tell", (limits & 16 != 0) == blind));
        verdict.push(("held", told(limits & 32 != 0, held.iter().map(|held| held.power))));
        verdict.push(("held", told(limits & 64 != 0, held.iter().map(|held| held.energy))));
        self.tau = *tau;
        verdict
    }

    /// Judges a second limit without a check: no time has passed.
    pub fn again(&self, tau: &JointVec) -> Verdict {
        (0..N_JOINTS).map(|i| ("N3", tau[i].abs() <= self.tau[i].abs() + EPS)).collect()
    }

    /// What the last torque gave a joint, less what leaks; no speed that is refused makes it more.
    fn keep_energy(&mut self, i: usize, tick: &Tick) {
        if let Some(dq) = known(tick.dq[i]) {
            let most = (self.tau[i] * self.limits.dq_max[i]).abs();
            let (given, leaks) = ((self.tau[i] * dq).max(0.0).min(most) * self.dt, self.limits.energy_max[i] * self.dt);
            self.energy[i] = (self.energy[i] + given - leaks).max(0.0);
        }
    }

    /// Power that the energy of a joint allows [W]: what leaks in a second, and what is left in a tenth of one.
    fn left(&self, i: usize) -> f64 {
        let most = self.limits.energy_max[i];
        most + 10.0 * (most - self.energy[i]).max(0.0)
    }

    fn driven(&self, i: usize, [q, dq]: [f64; 2], tau: f64) -> Verdict {
        let p = &self.limits;
        // Where both walls may have a say it is left to the others.
        let spring = p.wall_stiffness[i] * (q - p.q_max[i]).max(p.q_min[i] - q).max(0.0);
        let within = |power: f64| tau * dq <= power + EPS * (1.0 + dq.abs()) || tau.abs() <= spring + EPS;
        vec![("N8", within(p.power_max[i])), ("energy", within(self.left(i)))]
    }

    fn held(&self, i: usize, dq: f64, tick: &Tick) -> Held {
        let damp = tick.mode == LegMode::Damp;
        let asked = if damp { -self.limits.stop_damping[i] * dq } else { tick.asked[i] };
        let (power, left) = (self.limits.power_max[i], self.left(i));
        let wanted = if asked.is_finite() { asked * dq } else { 0.0 };
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-6 * (1.0 + a.abs());
        let [full, more] = [left < power, wanted > power.min(left)];
        let unclear = close(wanted, power.min(left)) || (more && close(power, left));
        let tell = |x: bool| if unclear { None } else { Some(x) };
        Held { power: tell(more && !full), energy: tell(more && full) }
    }

    fn changes(&self, i: usize, tau: f64, slope: f64) -> (&'static str, bool) {
        let prev = self.tau[i];
        ("N3", prev.min(0.0) - slope - EPS <= tau && tau <= prev.max(0.0) + slope + EPS)
    }

    fn unseen(&self, i: usize, dq: Option<f64>, tau: f64) -> Verdict {
        let slope = self.limits.tau_max[i] / 0.05 * self.dt;
        let driven = self.mode == LegMode::Damp && dq.is_some_and(|dq| tau * dq > 0.0);
        let fades = tau.abs() <= (self.tau[i].abs() - slope).max(0.0) + EPS;
        vec![self.changes(i, tau, slope), ("N5", !driven), ("fade", fades)]
    }

    fn seen(&self, i: usize, [q, dq]: [f64; 2], tick: &Tick, tau: f64, limits: u32) -> Verdict {
        let (p, prev, damp) = (&self.limits, self.tau[i], self.mode == LegMode::Damp);
        let slope = p.tau_rate_max[i] * self.dt;
        let curve = |room: f64| (2.0 * p.brake_decel[i] * room.max(0.0)).sqrt().min(p.dq_max[i]);
        let (v_hi, v_lo) = (curve(p.q_max[i] - q), curve(q - p.q_min[i]));
        let (deep_hi, deep_lo) = ((q - p.q_max[i]).max(0.0), (p.q_min[i] - q).max(0.0));
        let outward = (dq > v_hi + EPS && tau > 0.0) || (-dq > v_lo + EPS && tau < 0.0);
        let mut verdict = vec![self.changes(i, tau, slope), ("N4", !outward)];
        if damp {
            let spring = p.wall_stiffness[i] * if tau < 0.0 { deep_hi } else { deep_lo };
            verdict.push(("N5", tau * dq <= 0.0 || tau.abs() <= spring + EPS));
        }
        let hi = p.wall_damping[i] * (v_hi - dq) - p.wall_stiffness[i] * deep_hi;
        let lo = -p.wall_damping[i] * (v_lo + dq) + p.wall_stiffness[i] * deep_lo;
        if lo > hi {
            return verdict; // the walls contradict each other
        }
        let asked = if damp { -p.stop_damping[i] * dq } else { tick.asked[i] };
        let (finite, tau_max) = (if asked.is_finite() { asked } else { 0.0 }, p.tau_max[i]);
        let most = prev.max(finite).max(lo).max(0.0);
        let least = prev.min(finite).min(hi).min(0.0);
        verdict.push(("ask", least - EPS <= tau && tau <= most + EPS));
        let back = hi >= 0.0 || tau <= hi.max(-tau_max).max(prev.min(0.0) - slope) + EPS;
        let forth = lo <= 0.0 || tau >= lo.min(tau_max).min(prev.max(0.0) + slope) - EPS;
        verdict.push(("wall", back && forth));
        let wall = lo.max(-hi).max(0.0);
        if self.degraded {
            let share = p.degraded_fraction * tau_max;
            verdict.push(("degraded", tau.abs() <= share.max(prev.abs() - slope).max(wall) + EPS));
        }
        if let (true, Some(now), Some(since)) = (damp, self.now, self.stopping_since) {
            let share = (1.0 - (now - since) as f64 * 1e-9 / p.stop_deadline).max(0.0);
            verdict.push(("stop", tau.abs() <= (share * tau_max).max(wall) + EPS));
        }
        verdict.push(("tell", (tau - asked).abs() <= EPS || limits != 0 || !asked.is_finite()));
        verdict
    }
}
