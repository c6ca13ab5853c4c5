#![allow(clippy::unwrap_used)]

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

const MS: i64 = 1_000_000;
/// Digits of 300 N.
const CELL: i32 = 3100;

fn seen(position: f64, force: f64) -> RopeSeen {
    RopeSeen { position, force }
}

#[test]
fn a_rope_that_is_not_told_to_pull_stands_at_once() {
    let mut winch = Winch::new(example());
    let mut pull = winch.rest();
    for n in 0..100 {
        pull = winch.step(n * MS, Some(300.0), seen(0.0, 100.0), 0.1);
    }
    assert!(pull.speed > 0.09, "{pull:?}");
    let place = pull.place;
    let held = winch.step(100 * MS, None, seen(0.0, 100.0), 0.1);
    assert_eq!((held.speed, held.place), (0.0, place));
}

#[test]
fn it_begins_where_it_is_and_goes_no_further_than_its_ends() {
    let mut winch = Winch::new(example());
    assert_eq!(winch.step(0, Some(1000.0), seen(0.123, 0.0), 0.1).place, Some(0.123));
    winch.rest();
    assert_eq!(winch.step(9000 * MS, Some(1000.0), seen(-0.4, 0.0), 0.1).place, Some(-0.4), "after a long pause too");
    let mut place = 0.49;
    winch.rest();
    for n in 0..1000 {
        let pull = winch.step(n * MS, Some(1000.0), seen(place, 0.0), 0.1);
        place = pull.place.unwrap();
        assert!(place <= 0.5 && (place < 0.5 || n == 0 || pull.speed >= 0.0));
    }
    assert_eq!(winch.step(1001 * MS, Some(1000.0), seen(place, 0.0), 0.1).speed, 0.0);
    winch.rest();
    assert_eq!(winch.step(0, Some(1000.0), seen(0.7, 0.0), 0.1).place, Some(0.7), "nobody is let down to an end");
}

#[test]
fn a_cell_that_tells_what_no_rope_carries_is_noticed() {
    let mut winch = Winch::new(example());
    for (digits, trouble) in [
        (i32::from(i16::MAX), Some(Trouble::LoadLost)),
        (i32::from(i16::MIN), Some(Trouble::LoadLost)),
        (100 - 1201, Some(Trouble::LoadLost)),
        (100 - 1199, None),
        (100 + 12_000, None),
        (100 + 12_001, Some(Trouble::Overloaded)),
    ] {
        assert_eq!(winch.judge(0, None, digits), trouble, "{digits}");
    }
}

#[test]
fn more_than_is_asked_for_counts_once_it_was_about_right_and_only_for_a_while() {
    let mut winch = Winch::new(example());
    let judge = |winch: &mut Winch, from: i64, n: i64, asked, digits| {
        (from..from + n).map(|t| winch.judge(t * MS, asked, digits)).find(Option::is_some).flatten()
    };
    assert_eq!(judge(&mut winch, 0, 2000, Some(100.0), CELL), None, "the rope gives way first");
    assert_eq!(judge(&mut winch, 2000, 10, Some(250.0), CELL), None, "reached");
    assert_eq!(judge(&mut winch, 2010, 199, Some(100.0), CELL), None);
    assert_eq!(judge(&mut winch, 2209, 10, Some(250.0), CELL), None, "in time");
    assert_eq!(judge(&mut winch, 2219, 202, Some(100.0), CELL), Some(Trouble::Overloaded));
    assert_eq!(judge(&mut winch, 2500, 2000, None, CELL), None, "who holds carries what there is");
}

#[test]
fn each_part_is_refused_by_its_name() {
    let good = example();
    assert!(good.check().is_ok() && WinchParams { digit: -0.1, ..good }.check().is_ok());
    let refused = |bad: WinchParams, name: &str| {
        let words = bad.check().err().map(|error| error.to_string()).unwrap_or_default();
        assert!(words.starts_with(&format!("{name} must lie in")), "{words}");
    };
    refused(WinchParams { digit: 0.0, ..good }, "digit");
    refused(WinchParams { gain: f64::NAN, ..good }, "gain");
    refused(WinchParams { acceleration_max: 0.0, ..good }, "acceleration_max");
    refused(WinchParams { force_max: f64::INFINITY, ..good }, "force_max");
    refused(WinchParams { travel: [f64::NAN, 1.0], ..good }, "travel_min");
    refused(WinchParams { travel: [0.5, -0.5], ..good }, "travel_max");
    refused(WinchParams { following_max: 1.0, ..good }, "following_max");
}

proptest! {
    #[test]
    fn speed_and_its_change_stay_within_their_limits_whatever_is_asked(
        steps in vec((prop::option::of(any::<f64>()), any::<f64>(), -2.0..2.0, 0_i64..100), 1..200), speed_max in 0.0..1.0,
    ) {
        let (mut winch, mut t, mut last) = (Winch::new(example()), 0, Pull { speed: 0.0, place: None });
        for (asked, force, position, pause) in steps {
            t += pause * MS;
            let pull = winch.step(t, asked, seen(position, force), speed_max);
            let dt = (pause as f64 * 1e-3).min(TICK_MAX);
            prop_assert!(pull.speed.abs() <= speed_max && (asked.is_some() || pull.speed == 0.0), "{pull:?}");
            prop_assert!(pull.speed == 0.0 || (pull.speed - last.speed).abs() <= example().acceleration_max * dt + 1e-12);
            let way = last.place.map_or(0.0, |place| (pull.place.unwrap() - place).abs());
            prop_assert!(way <= speed_max * dt + 1e-12);
            last = pull;
        }
    }
}
