//! Narrower limits never let more through.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::safety::kernels::{Asked, Walls, clamp};
use crate::safety::{ENVELOPE_FIELDS, Rule, example_envelope};
use proptest::prelude::*;

/// Limits anywhere between 0 and 1 of the way from the narrowest to those of `base`, per limit and joint.
fn narrowed(base: &EnvelopeParams, shares: &[[f64; N_JOINTS]]) -> EnvelopeParams {
    let pick = |name: &str| -> JointVec {
        let k = ENVELOPE_FIELDS.iter().position(|f| f.name == name).unwrap();
        let (field, own) = (ENVELOPE_FIELDS[k], base.get(name).unwrap());
        core::array::from_fn(|i| {
            let (value, share) = (own[i.min(own.len() - 1)], shares[k][i]);
            match (name, field.rule) {
                (_, Rule::Own) => value,
                ("q_min" | "q_max", _) => value * share,
                _ => field.min + (value - field.min) * share,
            }
        })
    };
    EnvelopeParams::from_source(|name| Ok::<_, ()>(pick(name)), |name| Ok(pick(name)[0])).unwrap()
}

/// What a guard under `limits` lets through at most, towards each side, when everything is asked for; and whether the
/// walls ask for torque themselves.
fn reach(limits: EnvelopeParams, state: &State) -> ([JointVec; 2], [Walls; N_JOINTS]) {
    let envelope = Envelope::new(limits).unwrap();
    let both = [f64::MAX, f64::MIN].map(|asked| {
        let mut guard = Guard::new(envelope, [JointKind::Driven; N_JOINTS]);
        guard.check(0, &state.q.map(Some), &state.dq.map(Some), &[0.0; N_JOINTS]);
        guard.limit(state.mode);
        guard.check(state.step, &state.q.map(Some), &state.dq.map(Some), &[asked; N_JOINTS]);
        guard.tau_prev = state.tau_prev;
        guard.stored = state.stored;
        *guard.limit(state.mode).torque()
    });
    (both, core::array::from_fn(|i| envelope.walls(i, state.q[i], state.dq[i])))
}

#[derive(Clone, Debug)]
struct State {
    q: JointVec,
    dq: JointVec,
    tau_prev: JointVec,
    stored: JointVec,
    step: i64,
    mode: LegMode,
}

fn state() -> impl Strategy<Value = State> {
    let vector = |size: f64| prop::array::uniform6(prop_oneof![1 => Just(0.0), 8 => -size..size]);
    let mode = (1..7_i64).prop_map(|c| LegMode::from_code(c).unwrap());
    (vector(1.3), vector(8.0), vector(60.0), vector(100.0), 0..30_000_000_i64, mode).prop_map(
        |(q, dq, tau_prev, stored, step, mode)| State { q, dq, tau_prev, stored: stored.map(f64::abs), step, mode },
    )
}

fn shares() -> impl Strategy<Value = Vec<[f64; N_JOINTS]>> {
    let share = prop_oneof![1 => Just(0.0), 3 => Just(1.0), 4 => 0.01..1.0];
    prop::collection::vec(prop::array::uniform6(share), ENVELOPE_FIELDS.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    /// From a torque that both allow, the narrower one lets through no more towards either side, but for what its own
    /// walls ask for; those brake and push back into the range.
    #[test]
    fn a_narrower_envelope_never_lets_more_through(mut state in state(), wide in shares(), narrow in shares()) {
        let mut wide = narrowed(&example_envelope(), &wide);
        (wide.q_min, wide.q_max) = (wide.q_min.map(|q| q.min(-0.01)), wide.q_max.map(|q| q.max(0.01)));
        let mut narrow = narrowed(&wide, &narrow);
        (narrow.q_min, narrow.q_max) = (narrow.q_min.map(|q| q.min(-0.005)), narrow.q_max.map(|q| q.max(0.005)));
        let cap = if state.mode == LegMode::Narrow { narrow.degraded_fraction } else { 1.0 };
        state.tau_prev = core::array::from_fn(|i| clamp(state.tau_prev[i], -cap * narrow.tau_max[i], cap * narrow.tau_max[i]));
        let walls = reach(narrow, &state).1;
        state.tau_prev = core::array::from_fn(|i| {
            // With room for the energy that this torque itself has given, 60 N·m at 8 rad/s in a tick at most.
            let power = kernels::drive_power(narrow.power_max[i], state.stored[i] + 10.0, narrow.energy_max[i]);
            let asked = Asked { tau: 0.0, cap: 0.0, prev: state.tau_prev[i], slope: 0.0, dq: state.dq[i], damp: false };
            walls[i].cut(kernels::driven(&asked, &walls[i], power).0.prev)
        });
        let ([high, low], _) = reach(narrow, &state);
        let ([most, least], _) = reach(wide, &state);
        for i in 0..N_JOINTS {
            // In a protective stop, and where the walls clash, torque fades at the slope that is left.
            let fading = if walls[i].clash || matches!(state.mode, LegMode::Damp | LegMode::Lower) { walls[i].cut(state.tau_prev[i]) } else { 0.0 };
            let (up, down) = (walls[i].asked(f64::MAX).max(fading), walls[i].asked(f64::MIN).min(fading));
            let inside = high[i] <= most[i].max(up).max(0.0) && low[i] >= least[i].min(down).min(0.0);
            let of = |p: &EnvelopeParams| ["q_min", "q_max", "dq_max", "brake_decel", "tau_max", "tau_rate_max"].map(|n| p.get(n).unwrap()[i]);
            let told = (state.q[i], state.dq[i], state.tau_prev[i], state.step, state.mode, walls[i]);
            prop_assert!(inside, "{:?}: {:?} lets [{}, {}] through, {:?} [{}, {}]", told, of(&narrow), low[i], high[i], of(&wide), least[i], most[i]);
        }
    }
}
