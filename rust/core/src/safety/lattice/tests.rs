//! The laws of the lattice, for any limits.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::safety::example_envelope;
use proptest::prelude::*;

/// Where in its range a limit lies, per joint, and whether it is named.
type Draw = Vec<(bool, [f64; N_JOINTS])>;

fn draw() -> impl Strategy<Value = Draw> {
    let share = prop_oneof![1 => Just(0.0), 1 => Just(1.0), 6 => 0.0..1.0];
    prop::collection::vec((any::<bool>(), prop::array::uniform6(share)), ENVELOPE_FIELDS.len())
}

/// The values that a draw gives the limit called `name`; ranges of motion are mostly not empty.
fn drawn(draw: &Draw, name: &str) -> (bool, [f64; N_JOINTS]) {
    let i = ENVELOPE_FIELDS.iter().position(|f| f.name == name).unwrap();
    let (min, max) = match name {
        "q_min" => (-1.0, 0.1),
        "q_max" => (0.0, 1.0),
        _ => (ENVELOPE_FIELDS[i].min, ENVELOPE_FIELDS[i].max),
    };
    (draw[i].0, draw[i].1.map(|share| (min + share * (max - min)).clamp(min, max)))
}

fn device(draw: &Draw) -> Option<Envelope> {
    let joint = |name: &'static str| Ok::<_, Error>(drawn(draw, name).1);
    Envelope::new(EnvelopeParams::from_source(joint, |name| Ok::<_, Error>(drawn(draw, name).1[0])).unwrap()).ok()
}

fn narrowing(draw: &Draw) -> Option<Narrowing> {
    let own = |name| ENVELOPE_FIELDS.iter().any(|f| f.name == name && f.rule == Rule::Own);
    let values = |name| Some(drawn(draw, name)).filter(|(named, _)| *named && !own(name)).map(|(_, values)| values);
    Narrowing::from_source(|name| Ok::<_, Error>(values(name)), |name| Ok(values(name).map(|v| v[0]))).ok()
}

/// Whether `a` lies inside `b`.
fn inside(a: &EnvelopeParams, b: &EnvelopeParams) -> bool {
    ENVELOPE_FIELDS.iter().all(|field| {
        let mut pairs = a.get(field.name).unwrap().iter().zip(b.get(field.name).unwrap());
        match field.rule {
            Rule::Smaller => pairs.all(|(a, b)| a <= b),
            Rule::Larger => pairs.all(|(a, b)| a >= b),
            Rule::Own => pairs.all(|(a, b)| a == b),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn effective_limits_lie_inside_the_device_and_inside_each_narrowing(d in draw(), draws in prop::array::uniform3(draw())) {
        let Some(device) = device(&d) else { return Ok(()) };
        let [Some(a), Some(b), Some(c)] = draws.map(|d| narrowing(&d)) else { return Ok(()) };
        let Ok(all) = device.effective(&[a, b, c]) else { return Ok(()) };
        prop_assert!(inside(all.envelope().params(), device.params()));
        for one in [a, b, c] {
            let alone = device.effective(&[one, Narrowing::NONE, Narrowing::NONE]).unwrap();
            prop_assert!(inside(all.envelope().params(), alone.envelope().params()));
        }
        // Whoever is named as the source of a limit has that value.
        let given = [*device.params(), a.0, b.0, c.0];
        for (k, field) in ENVELOPE_FIELDS.iter().enumerate() {
            let values = all.envelope().params().get(field.name).unwrap();
            for (value, (i, source)) in values.iter().zip(all.sources(k).unwrap().iter().enumerate()) {
                prop_assert_eq!(*value, given[*source].get(field.name).unwrap()[i]);
            }
        }
    }

    #[test]
    fn order_grouping_and_repetition_of_narrowings_change_nothing(d in draw(), draws in prop::array::uniform3(draw())) {
        let Some(device) = device(&d) else { return Ok(()) };
        let [Some(a), Some(b), Some(c)] = draws.map(|d| narrowing(&d)) else { return Ok(()) };
        let limits = |device: &Envelope, others| device.effective(&others).ok().map(|e| *e.envelope());
        let none = Narrowing::NONE;
        let all = limits(&device, [a, b, c]);
        for others in [[a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]] {
            prop_assert_eq!(limits(&device, others), all);
        }
        let one_by_one = [a, b, c].iter().try_fold(device, |left, one| limits(&left, [*one, none, none]));
        prop_assert_eq!(one_by_one, all);
        prop_assert_eq!(limits(&device, [none; 3]), Some(device));
        if let Some(all) = all {
            prop_assert_eq!(limits(&all, [a, b, c]), Some(all));
            prop_assert_eq!(limits(&all, [c, c, a]), Some(all));
        }
    }

    #[test]
    fn envelopes_are_combined_by_the_same_laws(draws in prop::array::uniform3(draw())) {
        let [Some(a), Some(b), Some(c)] = draws.map(|d| device(&d)) else { return Ok(()) };
        let both = |x: &Envelope, y: &Envelope| x.intersect(y).ok();
        prop_assert_eq!(both(&a, &a), Some(a));
        prop_assert_eq!(
            both(&a, &b).and_then(|ab| both(&ab, &c)),
            both(&b, &c).map_or_else(|| both(&a, &b).and_then(|ab| both(&ab, &c)), |bc| both(&a, &bc))
        );
        // What says how a device stops stays that of the left operand; all else has no left and right.
        if let (Some(ab), Some(ba)) = (both(&a, &b), both(&b, &a)) {
            for field in ENVELOPE_FIELDS.iter() {
                let [l, r] = [&ab, &ba].map(|e| e.params().get(field.name).unwrap());
                let left = a.params().get(field.name).unwrap();
                prop_assert_eq!(l, if field.rule == Rule::Own { left } else { r });
            }
        }
    }
}

fn narrow(name: &'static str, value: f64) -> Result<Narrowing> {
    let given = |asked| (asked == name).then_some(value);
    Narrowing::from_source(|asked| Ok(given(asked).map(|v| [v; N_JOINTS])), |asked| Ok(given(asked)))
}

#[test]
fn a_clash_names_the_limit_and_who_set_its_ends() {
    let device = Envelope::new(example_envelope()).unwrap();
    let (low, high) = (narrow("q_min", 0.3).unwrap(), narrow("q_max", 0.2).unwrap());
    let error = device.effective(&[low, Narrowing::NONE, high]).unwrap_err();
    let (low_of, high_of) = ("patient", "remote");
    assert_eq!(error, Error::Clash { name: "range of motion of hip_l", low: 0.3, low_of, high: 0.2, high_of });
    let told = "range of motion of hip_l must not be empty after intersection, got [0.3, 0.2]: q_min is of patient, q_max of remote";
    assert_eq!(error.to_string(), told);
    let own = device.effective(&[Narrowing::NONE, narrow("q_max", -0.5).unwrap(), Narrowing::NONE]).unwrap_err();
    assert!(matches!(own, Error::Clash { low_of: "device", high_of: "session", .. }));
}

#[test]
fn what_cannot_be_narrowed_or_is_out_of_range_is_refused() {
    let own =
        ["wall_stiffness", "wall_damping", "stop_damping", "yield_damping", "soft_decel", "soft_jerk", "stop_decel"];
    for field in &ENVELOPE_FIELDS {
        let refused = narrow(field.name, field.min).is_err_and(|e| e == Error::NotNarrower { name: field.name });
        assert_eq!(refused, own.contains(&field.name), "{}", field.name);
        assert_eq!(field.rule.name() == "own", refused);
        for bad in [f64::NAN, f64::INFINITY, field.max + 1.0, field.min - 1.0] {
            assert!(narrow(field.name, bad).is_err());
        }
    }
    assert!(matches!(narrow("q_min", 3.0), Err(Error::Swapped { .. })));
}
