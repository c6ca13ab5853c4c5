//! What the watch over the torque between machine and person says, worked out by hand.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::safety::{EnvelopeParams, example_envelope};

fn watch(torque: f64, dose: f64, kinds: [JointKind; N_JOINTS]) -> Interaction {
    let limits =
        EnvelopeParams { interaction_max: [torque; N_JOINTS], dose_max: [dose; N_JOINTS], ..example_envelope() };
    Interaction::new(&Envelope::new(limits).unwrap(), kinds)
}

fn one(i: usize, tau: Option<f64>) -> JointReading {
    core::array::from_fn(|j| if i == j { tau } else { Some(0.0) })
}

const DRIVEN: [JointKind; N_JOINTS] = [JointKind::Driven; N_JOINTS];

#[test]
fn too_much_torque_for_twenty_milliseconds_is_a_protective_stop() {
    let mut watch = watch(50.0, 4e5, DRIVEN);
    let fault = Fault::at(Severity::Protective, Cause::InteractionTorque, 4);
    for (tau, ticks, expected) in [
        (Some(50.0), 100, Fault::NONE),
        (Some(-51.0), 9, Fault::NONE),
        (None, 50, Fault::NONE),
        (Some(51.0), 10, Fault::NONE),
        (Some(51.0), 1, fault),
        (None, 1, fault),
        (Some(0.0), 1, Fault::NONE),
    ] {
        let last = (0..ticks).map(|_| watch.step(State::Run, &one(4, tau), 0.001)).last().unwrap();
        assert_eq!(last, expected, "{tau:?}");
    }
}

#[test]
fn it_is_judged_while_energised_and_where_fitted() {
    let kinds = core::array::from_fn(|i| if i == 4 { JointKind::Absent } else { JointKind::Sensed });
    let mut absent = watch(50.0, 4e5, kinds);
    let mut fitted = watch(50.0, 4e5, DRIVEN);
    for state in State::ALL {
        let last = (0..25).map(|_| fitted.step(state, &one(4, Some(99.0)), 0.001)).last().unwrap();
        assert_eq!(last != Fault::NONE, state.energised(), "{state:?}");
        assert_eq!(absent.step(state, &one(4, Some(99.0)), 0.1), Fault::NONE);
        fitted.step(State::Standby, &one(4, None), 0.001);
    }
}

#[test]
fn a_spent_dose_stops_softly_and_is_not_forgotten() {
    let mut watch = watch(300.0, 10.0, DRIVEN);
    assert_eq!(watch.share(), 0.0);
    for _ in 0..98 {
        assert_eq!(watch.step(State::Run, &one(2, Some(-100.0)), 0.001), Fault::NONE);
    }
    assert_eq!(watch.step(State::Run, &one(2, None), 0.001), Fault::NONE);
    assert_eq!(watch.step(State::Run, &one(2, Some(f64::NAN)), 0.001), Fault::NONE);
    assert_eq!(watch.step(State::Standby, &one(2, Some(100.0)), 1.0), Fault::NONE);
    assert!((watch.share() - 0.98).abs() < 1e-9);
    watch.step(State::Armed, &one(2, Some(100.0)), 0.0015);
    let spent = Fault::at(Severity::Soft, Cause::Dose, 2);
    assert_eq!(watch.step(State::SoftStop, &one(2, Some(100.0)), 0.001), spent);
    for state in State::ALL {
        assert_eq!(watch.step(state, &[None; N_JOINTS], f64::NAN), spent);
    }
    assert_eq!(watch.share(), 1.0);
}

#[test]
fn a_tick_without_a_length_counts_for_nothing() {
    for dt in [f64::INFINITY, f64::NAN, -1.0, 0.0] {
        let mut watch = watch(50.0, 4e5, DRIVEN);
        for _ in 0..100 {
            assert_eq!(watch.step(State::Run, &one(4, Some(99.0)), dt), Fault::NONE, "{dt}");
        }
        assert_eq!(watch.share(), 0.0);
    }
}
