//! The guard over any sequence of ticks: N1 to N7, and that a fault is told of what cannot be trusted.

use crate::bytes::Bytes;
use crate::machine::envelope;
use gaitloop_core::safety::{Cause, EnvelopeParams, Fault, Guard, LegMode, Severity};
use gaitloop_core::types::{JointKind, JointReading, JointVec, N_JOINTS};

const TICK: i64 = 1_000_000;
/// Beyond this a reading is no measurement.
const PLAUSIBLE: f64 = 1e6;
/// Up to this it counts as 0.
const TINY: f64 = 1e-140;

/// One tick as it was put to the guard, and what the judge remembers of those before.
struct Tick<'a> {
    p: &'a EnvelopeParams,
    kinds: &'a [JointKind; N_JOINTS],
    q: JointReading,
    dq: JointReading,
    /// Time since the largest seen so far [s], as far as a tick may count.
    dt: f64,
    mode: LegMode,
    before: JointVec,
    after: JointVec,
}

fn present(x: Option<f64>) -> Option<f64> {
    x.filter(|x| x.abs() <= PLAUSIBLE).map(|x| if x.abs() <= TINY { 0.0 } else { x })
}

impl Tick<'_> {
    fn judge(&self, i: usize) {
        let (p, tau, prev) = (self.p, self.after[i], self.before[i]);
        assert!(tau.is_finite() && tau.abs() <= p.tau_max[i], "N1, N2: {tau}");
        if self.kinds[i] != JointKind::Driven || matches!(self.mode, LegMode::Off | LegMode::Zero) {
            assert!(tau == 0.0, "torque without a drive: {tau}");
            return;
        }
        let seen = present(self.q[i]).zip(present(self.dq[i]));
        let slope = if seen.is_some() { p.tau_rate_max[i] } else { p.tau_max[i] / 0.05 };
        let room = slope * self.dt * (1.0 + 1e-9) + 1e-9;
        assert!(prev.min(0.0) - room <= tau && tau <= prev.max(0.0) + room, "N3: {prev} to {tau}, room {room}");
        let Some((q, dq)) = seen else {
            assert!(tau.abs() <= prev.abs(), "an unseen joint is driven: {prev} to {tau}");
            return;
        };
        let curve = |way: f64| (2.0 * p.brake_decel[i] * way.max(0.0)).sqrt().min(p.dq_max[i]);
        let (above, below) = (dq > curve(p.q_max[i] - q), -dq > curve(q - p.q_min[i]));
        assert!(!above || tau <= 0.0, "N4: q {q} dq {dq} tau {tau}");
        assert!(!below || tau >= 0.0, "N4: q {q} dq {dq} tau {tau}");
        if self.mode == LegMode::Damp && tau * dq > 0.0 {
            let depth = if tau < 0.0 { q - p.q_max[i] } else { p.q_min[i] - q };
            let spring = p.wall_stiffness[i] * depth.max(0.0);
            assert!(tau.abs() <= spring * (1.0 + 1e-9) + 1e-9, "N5: q {q} dq {dq} tau {tau}");
        }
    }

    /// What the reported fault must be at least, whatever else is wrong.
    fn expected(&self, fault: Fault, later: Option<bool>) {
        let fitted = |i: &usize| self.kinds[*i] != JointKind::Absent;
        let unseen =
            (0..N_JOINTS).filter(fitted).any(|i| present(self.q[i]).is_none() || present(self.dq[i]).is_none());
        let outside = (0..N_JOINTS).filter(fitted).any(|i| {
            let q = present(self.q[i]).filter(|_| present(self.dq[i]).is_some());
            q.is_some_and(|q| q < self.p.q_min[i] - 0.035 || q > self.p.q_max[i] + 0.035)
        });
        if unseen || outside || later == Some(false) {
            assert!(fault.severity >= Severity::Protective && fault.cause != Cause::None, "{fault:?}");
        }
        assert!((fault.severity == Severity::None) == (fault.cause == Cause::None), "{fault:?}");
        assert!(fault.joint.is_none_or(|i| i < N_JOINTS && fitted(&i)), "{fault:?}");
    }
}

fn readings(bytes: &mut Bytes<'_>, low: f64, high: f64) -> JointReading {
    let same = bytes.bit();
    let first = bytes.reading(low, high);
    core::array::from_fn(|i| if same || i == 0 { first } else { bytes.reading(low, high) })
}

pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let Some(envelope) = envelope(&mut bytes) else { return };
    let p = *envelope.params();
    let [few, all] = [JointKind::Absent, JointKind::Driven];
    let mixed = bytes.once_in(4);
    let kinds = core::array::from_fn(|_| if mixed { bytes.any([few, JointKind::Sensed, all, all]) } else { all });
    let mut guard = Guard::new(envelope, kinds);
    let (mut t, mut newest, mut before) = (0_i64, None, [0.0; N_JOINTS]);
    while !bytes.is_empty() {
        t = bytes.time(t, TICK);
        let (q, dq) = (readings(&mut bytes, -1.5, 1.5), readings(&mut bytes, -8.0, 8.0));
        let wanted = bytes.value(-120.0, 120.0);
        let fault = guard.check(t, &q, &dq, &core::array::from_fn(|i| wanted + i as f64));
        let later = newest.map(|newest| t > newest);
        let passed = newest.map_or(0.001, |newest| t.saturating_sub(newest) as f64 * 1e-9);
        newest = newest.max(Some(t));
        let mode =
            bytes.any([LegMode::Off, LegMode::Zero, LegMode::Full, LegMode::Narrow, LegMode::Ramp, LegMode::Damp]);
        let safe = guard.limit(mode);
        let (dt, after) = (passed.clamp(0.0, p.tick_max), *safe.torque());
        let tick = Tick { p: &p, kinds: &kinds, q, dq, dt, mode, before, after };
        (0..N_JOINTS).for_each(|i| tick.judge(i));
        tick.expected(fault, later);
        let again = *guard.limit(mode).torque();
        assert!((0..N_JOINTS).all(|i| again[i].abs() <= after[i].abs()), "a second limit adds torque");
        before = again;
    }
}
