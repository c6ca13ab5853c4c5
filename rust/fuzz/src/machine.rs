//! Limits, belt and support: what is refused, what is never exceeded.

use crate::bytes::Bytes;
use gaitloop_core::safety::{Belt, BeltMode, ENVELOPE_FIELDS, Envelope, EnvelopeParams, Support, SupportMode};
use gaitloop_core::types::{JointVec, N_JOINTS};
use std::cell::RefCell;

/// Room for the rounding of a product and a sum [m/s, N].
const ROOM: f64 = 1e-9;

/// Values of every limit by name, some of them outside their range where `tame` is false.
fn params(bytes: &mut Bytes<'_>, tame: bool) -> EnvelopeParams {
    let bytes = RefCell::new(bytes);
    let value = |name: &'static str| {
        let range = ENVELOPE_FIELDS.iter().find(|f| f.name == name).map_or((0.0, 0.0), |f| (f.min, f.max));
        let mut bytes = bytes.borrow_mut();
        let value = bytes.value(range.0, range.1);
        if tame && !(range.0..=range.1).contains(&value) { 0.5 * (range.0 + range.1) } else { value }
    };
    // One byte decides whether the joints differ, so that short inputs say everything.
    let joint = |name: &'static str| {
        let same = !bytes.borrow_mut().once_in(4);
        let first = value(name);
        let values: JointVec = core::array::from_fn(|i| if same || i == 0 { first } else { value(name) });
        Ok::<_, core::convert::Infallible>(values)
    };
    let Ok(mut params) = EnvelopeParams::from_source(joint, |name| Ok(value(name)));
    for i in 0..N_JOINTS {
        if tame && params.q_min[i] >= params.q_max[i] {
            (params.q_min[i], params.q_max[i]) = (-0.5, 1.0);
        }
    }
    params
}

/// Limits that are accepted.
pub fn envelope(bytes: &mut Bytes<'_>) -> Option<Envelope> {
    Envelope::new(params(bytes, true)).ok()
}

/// Accepted are exactly the limits that lie in their ranges with a range of motion that is not empty.
fn refusals(bytes: &mut Bytes<'_>) {
    let params = params(bytes, false);
    let inside = ENVELOPE_FIELDS.iter().all(|field| {
        let values = params.get(field.name);
        values.is_some_and(|values| values.iter().all(|v| (field.min..=field.max).contains(v)))
    });
    let open = (0..N_JOINTS).all(|i| params.q_min[i] < params.q_max[i]);
    match Envelope::new(params) {
        Ok(_) => assert!(inside && open, "accepted {params:?}"),
        Err(error) => {
            assert!(!error.to_string().is_empty());
            assert!(!inside || !open, "refused {params:?}: {error}");
        }
    }
}

/// N6: no limit of an intersection is wider than that of either, and it does not depend on how often it is taken.
fn intersection(a: &Envelope, b: &Envelope) {
    let Ok(both) = a.intersect(b) else { return };
    for (name, sign) in [("q_min", -1.0), ("q_max", 1.0), ("dq_max", 1.0), ("tau_max", 1.0), ("tau_rate_max", 1.0)] {
        let [x, y, z] = [a, b, &both].map(|e| e.params().get(name).unwrap_or_default());
        let narrower = (0..z.len()).all(|i| sign * z[i] <= sign * x[i] && sign * z[i] <= sign * y[i]);
        assert!(narrower && z.len() == N_JOINTS, "{name}");
    }
    assert!(Envelope::new(*both.params()).is_ok(), "an intersection is sound");
    assert_eq!(both.intersect(b).ok(), Some(both), "to narrow twice is to narrow once");
}

pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    if bytes.once_in(4) {
        return refusals(&mut bytes);
    }
    let Some(envelope) = envelope(&mut bytes) else { return };
    if bytes.once_in(4)
        && let Some(other) = self::envelope(&mut bytes)
    {
        intersection(&envelope, &other);
    }
    let p = *envelope.params();
    let (mut belt, mut support) = (Belt::new(&envelope), Support::new(&envelope));
    while !bytes.is_empty() {
        let dt = bytes.value(0.0, p.tick_max);
        let used = if dt > 0.0 { dt.min(p.tick_max) } else { 0.0 };
        let mode = bytes.any(BeltMode::ALL);
        let before = belt.speed();
        let speed = belt.step(bytes.value(0.0, p.belt_speed_max), mode, dt);
        assert!((0.0..=p.belt_speed_max).contains(&speed), "{speed}");
        assert!(belt.accel().is_finite());
        assert!(mode == BeltMode::Track || speed <= before, "a stop that speeds up: {before} to {speed}");
        let slope = p.belt_accel_max.max(p.soft_decel).max(p.stop_decel) * used.max(0.001);
        assert!(mode == BeltMode::Brake || mode == BeltMode::Stop || (speed - before).abs() <= slope + ROOM);
        let (mode, before) = (bytes.any(SupportMode::ALL), support.force());
        let force = support.step(bytes.value(0.0, p.support_force_max), mode, dt);
        assert!((0.0..=p.support_force_max).contains(&force), "{force}");
        assert!((force - before).abs() <= p.support_rate_max * used + ROOM, "{before} to {force}");
        assert!(mode == SupportMode::Track || force == before);
    }
}
