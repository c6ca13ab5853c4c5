//! The support through every mode and every odd tick.
#![allow(clippy::unwrap_used)]

use super::SupportMode::{Hold, Jog, Track};
use super::*;
use crate::safety::example_envelope;

fn envelope() -> Envelope {
    Envelope::new(example_envelope()).unwrap()
}

#[test]
fn the_force_follows_its_target_at_its_slope_and_holds_where_nothing_can_be_followed() {
    let mut support = Support::new(&envelope());
    assert_eq!(support.force(), 0.0);
    // Target [N], mode, tick [s]; force after it: at most 200 N/s, 600 N, and 0.02 s at once.
    for (target, mode, dt, force) in [
        (500.0, Track, 0.01, 2.0),
        (500.0, Track, 0.02, 6.0),
        (500.0, Track, 5.0, 10.0),
        (500.0, Track, 0.0, 10.0),
        (500.0, Track, -0.01, 10.0),
        (500.0, Track, f64::NAN, 10.0),
        (f64::NAN, Track, 0.01, 10.0),
        (f64::INFINITY, Track, 0.01, 10.0),
        (500.0, Hold, 0.01, 10.0),
        (500.0, Jog, 0.01, 10.0),
        (11.5, Track, 0.01, 11.5),
        (9.0, Track, 0.01, 9.5),
        (-100.0, Track, 0.01, 7.5),
        (-100.0, Track, 0.02, 3.5),
        (-100.0, Track, 0.02, 0.0),
    ] {
        assert_eq!((support.step(target, mode, dt), support.force()), (force, force), "{target} {mode:?} {dt}");
    }
}

#[test]
fn a_support_begins_with_what_it_carries_and_no_more_than_it_may() {
    let mut support = Support::carrying(&envelope(), 599.0).unwrap();
    assert_eq!(support.step(9999.0, Track, 0.01), 600.0);
    assert_eq!(Support::carrying(&envelope(), 600.0).unwrap().force(), 600.0);
    for refused in [-1e-9, 600.0_f64.next_up(), f64::NAN, f64::INFINITY] {
        let error = Support::carrying(&envelope(), refused).unwrap_err().to_string();
        assert!(error.starts_with("initial must lie in [0, 600]"), "{error}");
    }
}
