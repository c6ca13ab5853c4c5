//! What the generator promises, over random sequences of requests.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;

use super::*;
use crate::body::Body;
use crate::trajectory::GaitPattern;

const VELOCITY: JointVec = [6.0, 10.0, 6.0, 6.0, 10.0, 6.0];
const ACCELERATION: JointVec = [90.0, 240.0, 120.0, 90.0, 240.0, 120.0];
const JERK: JointVec = [4000.0, 9000.0, 5000.0, 4000.0, 9000.0, 5000.0];

fn params() -> GeneratorParams {
    GeneratorParams {
        max_velocity: VELOCITY,
        max_acceleration: ACCELERATION,
        max_jerk: JERK,
        lower: [-0.8, -0.2, -0.7, -0.8, -0.2, -0.7],
        upper: [1.2, 1.5, 0.6, 1.2, 1.5, 0.6],
        hip: 0.0,
        knee: 0.0,
        freeze_time: 0.8,
    }
}

fn generator() -> GaitGenerator {
    GaitGenerator::new(params()).unwrap()
}

fn koopman(speed: f64, clearance: Option<f64>) -> GaitPattern {
    GaitPattern::koopman(speed, 1.75, 0.14, clearance).unwrap()
}

/// A smooth pattern of another number of intervals and another offset.
fn table(rows: usize, offset: f64) -> GaitPattern {
    let tau = core::f64::consts::TAU;
    let row = |i: usize| {
        let p = tau * i as f64 / (rows - 1) as f64;
        core::array::from_fn(|j| [0.3, 0.4, 0.1][j % 3] * (1.0 + (p + j as f64).sin()) - 0.1)
    };
    GaitPattern::from_table(&(0..rows).map(row).collect::<Vec<_>>(), 1.1, offset, None, 0.05).unwrap()
}

fn patterns() -> Vec<GaitPattern> {
    vec![
        koopman(0.3, None),
        koopman(0.6, None),
        koopman(0.9, None),
        koopman(0.9, Some(0.04)),
        table(101, 0.5),
        table(33, 0.42),
    ]
}

#[derive(Clone, Debug)]
enum Request {
    Walk(usize, f64, bool),
    Stand(f64, bool),
    Catch(usize, JointVec, JointVec),
    Freeze,
    Resume,
}

fn request() -> impl Strategy<Value = Request> {
    prop_oneof![
        6 => (0_usize..6, 1.0..3.0, any::<bool>()).prop_map(|(i, steps, left)| Request::Walk(i, steps, left)),
        2 => (1.0..3.0, any::<bool>()).prop_map(|(steps, wait)| Request::Stand(steps, wait)),
        1 => (0_usize..7, prop::array::uniform6(-1.0..1.0), prop::array::uniform6(-1.0..1.0))
            .prop_map(|(i, q, dq)| Request::Catch(i, q, dq)),
        1 => Just(Request::Freeze),
        2 => Just(Request::Resume),
    ]
}

/// Bounds that exceed what the patterns need for ever by a factor of `room`.
fn tight(patterns: &[GaitPattern], room: f64) -> GeneratorParams {
    let mut p = GeneratorParams { max_velocity: [0.0; 6], max_acceleration: [0.0; 6], max_jerk: [0.0; 6], ..params() };
    for pattern in patterns {
        let (curves, r) = (curves::Curves::of(pattern), pattern.stride_rate());
        for j in 0..N_JOINTS {
            let [_, x1, x2, x3] = curves.extremes(j).top;
            p.max_velocity[j] = p.max_velocity[j].max(room * x1 * r);
            p.max_acceleration[j] = p.max_acceleration[j].max(room * x2 * r * r);
            p.max_jerk[j] = p.max_jerk[j].max(room * x3 * r * r * r);
        }
    }
    p
}

/// A caught state within range, moving at up to 60 % of the bound.
fn caught(p: &GeneratorParams, q: JointVec, dq: JointVec) -> Caught {
    let inside = |j: usize| 0.5 * (p.lower[j] + p.upper[j]) + 0.35 * q[j] * (p.upper[j] - p.lower[j]);
    Caught {
        q: core::array::from_fn(inside),
        dq: core::array::from_fn(|j| 0.6 * dq[j] * p.max_velocity[j]),
        ddq: core::array::from_fn(|j| 0.3 * dq[j] * p.max_acceleration[j]),
    }
}

/// Gives `request` and tells whether the reference may jump, which only a catch does.
fn ask(generator: &mut GaitGenerator, p: &GeneratorParams, patterns: &[GaitPattern], request: &Request) -> bool {
    let before = generator.reference().reference;
    match request {
        Request::Walk(i, steps, left) => {
            let first = if *left { Foot::Left } else { Foot::Right };
            let given = generator.walk(&patterns[*i], *steps, first).unwrap();
            assert!((given - generator.remaining()).abs() < 1e-12);
        }
        Request::Stand(steps, wait) => assert!(generator.stand(*steps, *wait).unwrap().is_finite()),
        Request::Catch(i, q, dq) => {
            let state = caught(p, *q, *dq);
            if generator.catch(state, patterns.get(*i), None, 1.0).is_ok() {
                let now = generator.reference().reference;
                for j in 0..N_JOINTS {
                    assert!((now.q[j] - state.q[j]).abs() < 1e-9 && (now.dq[j] - state.dq[j]).abs() < 1e-9);
                    assert!((now.ddq[j] - state.ddq[j]).abs() < 1e-8);
                }
                return true;
            }
        }
        Request::Freeze => generator.freeze(),
        Request::Resume => generator.resume(),
    }
    let after = generator.reference().reference;
    for j in 0..N_JOINTS {
        assert!((after.q[j] - before.q[j]).abs() < 1e-12, "{request:?} moves joint {j}");
        assert!((after.dq[j] - before.dq[j]).abs() < 1e-10, "{request:?} changes the velocity of joint {j}");
        assert!((after.ddq[j] - before.ddq[j]).abs() < 1e-8, "{request:?} changes the acceleration of joint {j}");
    }
    false
}

/// Checks one tick against the one before it.
fn check(p: &GeneratorParams, before: &Reference, now: &Reference, dt: f64) {
    for j in 0..N_JOINTS {
        let (v, a, w) = (p.max_velocity[j], p.max_acceleration[j], p.max_jerk[j]);
        assert!(now.dq[j].abs() <= v + 1e-9, "velocity of joint {j}: {}", now.dq[j]);
        assert!(now.ddq[j].abs() <= a + 1e-9, "acceleration of joint {j}: {}", now.ddq[j]);
        let jerk = now.ddq[j] - before.ddq[j];
        assert!(jerk.abs() <= w * dt + 1e-9, "jerk of joint {j}: {}", jerk / dt);
        assert!((p.lower[j] - 1e-8..=p.upper[j] + 1e-8).contains(&now.q[j]), "position of joint {j}: {}", now.q[j]);
        // Trapezoids of the derivative: off by at most a twelfth (position) of the jerk bound times dt³.
        let speed = now.dq[j] - before.dq[j] - 0.5 * dt * (now.ddq[j] + before.ddq[j]);
        assert!(speed.abs() <= 0.25 * w * dt * dt + 1e-12, "acceleration of joint {j} is not the velocity's: {speed}");
        let way = now.q[j] - before.q[j] - 0.5 * dt * (now.dq[j] + before.dq[j]);
        assert!(
            way.abs() <= a * dt * dt * dt + 0.25 * w * dt * dt * dt,
            "velocity of joint {j} is not the angle's: {way}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_sequence_stays_smooth_and_within_bounds(
        requests in prop::collection::vec((request(), 1_usize..1200), 1..14),
        dt in 1e-3..4e-3,
        room in 1.15..3.0,
    ) {
        let patterns = patterns();
        let p = tight(&patterns, room);
        let mut generator = GaitGenerator::new(p).unwrap();
        let mut before = generator.reference().reference;
        for (request, ticks) in requests {
            if ask(&mut generator, &p, &patterns, &request) {
                before = generator.reference().reference;
            }
            for _ in 0..ticks {
                let now = generator.step(dt);
                check(&p, &before, &now.reference, dt);
                prop_assert!(now.phases.iter().all(|p| (0.0..1.0).contains(p)) && now.remaining >= 0.0);
                before = now.reference;
            }
        }
        generator.resume();
        generator.stand(1.0, false).unwrap();
        let wait = generator.remaining() + 2.0;
        for _ in 0..(wait / dt) as usize {
            let now = generator.step(dt);
            check(&p, &before, &now.reference, dt);
            before = now.reference;
        }
        prop_assert_eq!(generator.reference().state, State::Standing);
        prop_assert_eq!(before, Reference::default());
    }
}

fn run(generator: &mut GaitGenerator, seconds: f64) -> Vec<GeneratorReference> {
    (0..(seconds / 1e-3).round() as usize).map(|_| generator.step(1e-3)).collect()
}

#[test]
fn walking_is_the_pattern_itself() {
    let (mut generator, pattern) = (generator(), koopman(0.8, None));
    let duration = generator.walk(&pattern, 2.0, Foot::Left).unwrap();
    run(&mut generator, duration + 0.1);
    for _ in 0..3000 {
        let now = generator.step(1e-3);
        assert_eq!(now.state, State::Walking);
        assert_eq!(now.rates, [pattern.stride_rate(); 2]);
        assert_eq!(now.reference, pattern.evaluate_sides(now.phases, now.rates, [0.0; 2]));
        assert!((wrap(now.phases[1] - now.phases[0]) - pattern.offset()).abs() < 1e-12);
    }
}

#[test]
fn changes_take_the_steps_asked_for_where_bounds_allow() {
    let (mut generator, slow, fast) = (generator(), koopman(0.6, None), koopman(0.8, None));
    for (pattern, steps) in [(&slow, 2.0), (&fast, 1.0), (&slow, 1.0), (&fast, 3.0)] {
        let duration = generator.walk(pattern, steps, Foot::Right).unwrap();
        assert!((duration - steps / (2.0 * pattern.stride_rate())).abs() < 1e-12, "{steps}: {duration}");
        run(&mut generator, duration + 0.5);
        assert_eq!(generator.reference().state, State::Walking);
    }
}

#[test]
fn standing_has_level_feet_and_rests() {
    let params = GeneratorParams { hip: 0.1, knee: 0.2, ..params() };
    let mut generator = GaitGenerator::new(params).unwrap();
    generator.walk(&koopman(0.7, None), 1.0, Foot::Right).unwrap();
    run(&mut generator, 3.3);
    let duration = generator.stand(2.0, true).unwrap();
    run(&mut generator, duration - 0.002);
    assert_ne!(generator.reference().state, State::Standing);
    run(&mut generator, 0.006);
    let now = generator.reference();
    assert_eq!((now.state, now.remaining, now.rates), (State::Standing, 0.0, [0.0; 2]));
    assert_eq!((now.reference.dq, now.reference.ddq), ([0.0; 6], [0.0; 6]));
    let body = Body::new(75.0, 1.75).unwrap();
    let [l, r] = [0, 3].map(|i| body.leg([now.reference.q[i], now.reference.q[i + 1], now.reference.q[i + 2]], 0.0));
    for z in [l.toe[1], r.heel[1], r.toe[1]] {
        assert!((z - l.heel[1]).abs() < 1e-12);
    }
}

#[test]
fn the_leading_leg_is_put_forward_first() {
    for (first, lead) in [(Foot::Left, 0), (Foot::Right, 3)] {
        let mut generator = generator();
        generator.walk(&koopman(0.8, None), 2.0, first).unwrap();
        let early = run(&mut generator, 0.5).pop().unwrap().reference.q;
        assert!(early[lead] > early[3 - lead] + 0.01, "{early:?}");
    }
}

#[test]
fn a_pattern_beyond_the_bounds_is_refused_with_the_figure() {
    let mut slow = params();
    slow.max_velocity[1] = 3.0;
    let mut generator = GaitGenerator::new(slow).unwrap();
    let pattern = koopman(0.9, None);
    let error = generator.walk(&pattern, 2.0, Foot::Left).unwrap_err();
    let Error::Unplayable { figure: "velocity", joint: 1, value, max: 3.0, slower: Some(factor), .. } = error else {
        panic!("{error}");
    };
    assert!((factor - 3.0 / value).abs() < 1e-12, "{factor} {value}");
    assert!(error.to_string().starts_with("velocity of knee_l must lie in [-3, 3], got "));
    assert_eq!(generator.reference().state, State::Standing);
    let low = GeneratorParams { upper: [0.2, 1.5, 0.6, 1.2, 1.5, 0.6], ..params() };
    let error = GaitGenerator::new(low).unwrap().walk(&pattern, 2.0, Foot::Left).unwrap_err();
    assert!(error.to_string().starts_with("position of hip_l must lie in [-0.8, 0.2], got "), "{error}");
}

#[test]
fn tight_bounds_stretch_the_change_and_say_so() {
    let pattern = koopman(0.8, None);
    let mut tight = params();
    tight.max_jerk = [1800.0, 5400.0, 1900.0, 1800.0, 5400.0, 1900.0];
    let mut generator = GaitGenerator::new(tight).unwrap();
    let duration = generator.walk(&pattern, 1.0, Foot::Left).unwrap();
    assert!(duration > 1.05 / (2.0 * pattern.stride_rate()), "{duration}");
    let mut before = generator.reference().reference;
    for now in run(&mut generator, duration + 1.0) {
        for j in 0..N_JOINTS {
            assert!((now.reference.ddq[j] - before.ddq[j]).abs() <= tight.max_jerk[j] * 1e-3 + 1e-9);
        }
        before = now.reference;
    }
}

#[test]
fn frozen_holds_everything_and_resumes() {
    let (mut generator, pattern) = (generator(), koopman(0.8, None));
    generator.walk(&pattern, 2.0, Foot::Left).unwrap();
    run(&mut generator, 0.4);
    generator.freeze();
    let held = run(&mut generator, 0.81).pop().unwrap();
    assert_eq!((held.reference.dq, held.reference.ddq, held.pace), ([0.0; 6], [0.0; 6], 0.0));
    assert_eq!(held.state, State::Starting);
    assert_eq!(run(&mut generator, 1.0).pop().unwrap(), held);
    generator.resume();
    assert_eq!(run(&mut generator, 3.0).pop().unwrap().state, State::Walking);
}

#[test]
fn outside_phases_are_followed_exactly() {
    let (mut generator, pattern, p) = (generator(), koopman(0.8, None), params());
    generator.walk(&pattern, 1.0, Foot::Left).unwrap();
    let at = |t: f64| ([wrap(0.7 * t), wrap(0.7 * t + 0.45)], [0.7; 2], [0.0; 2]);
    let mut t = 0.0;
    let mut before: Option<Reference> = None;
    while t < 4.0 {
        let (phases, rates, accels) = at(t);
        let now = generator.step_with(phases, rates, accels, 1e-3);
        assert_eq!((now.phases, now.rates), (phases, rates));
        if let Some(before) = before {
            check(&p, &before, &now.reference, 1e-3);
        }
        if t > 2.0 {
            assert_eq!(now.reference, pattern.evaluate_sides(phases, rates, accels));
        }
        (before, t) = (Some(now.reference), t + 1e-3);
    }
    generator.stand(1.0, true).unwrap();
    for _ in 0..4000 {
        let (phases, rates, accels) = at(t);
        let now = generator.step_with(phases, rates, accels, 1e-3);
        check(&p, &before.unwrap(), &now.reference, 1e-3);
        (before, t) = (Some(now.reference), t + 1e-3);
    }
    assert_eq!(generator.reference().state, State::Standing);
}

#[test]
fn every_input_gives_finite_results() {
    let mut generator = generator();
    generator.walk(&koopman(0.8, None), 1.0, Foot::Left).unwrap();
    for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, -1.0, 0.2] {
        let held = generator.reference();
        assert_eq!(generator.step(x), held);
        for phases in [[x, 0.2], [0.1, x]] {
            let r = generator.step_with(phases, [x, x], [x; 2], 1e-3).reference;
            assert!(r.q.iter().chain(&r.dq).chain(&r.ddq).all(|v| v.is_finite()));
        }
    }
}

#[test]
fn refuses_and_names_what_is_wrong() {
    type Change = fn(&mut GeneratorParams);
    let message = |change: Change| {
        let mut p = params();
        change(&mut p);
        GaitGenerator::new(p).unwrap_err().to_string()
    };
    let cases: [(&str, Change); 8] = [
        ("max_velocity must lie in", |p| p.max_velocity[2] = f64::INFINITY),
        ("max_acceleration must lie in", |p| p.max_acceleration[0] = 0.0),
        ("max_jerk must lie in", |p| p.max_jerk[5] = f64::NAN),
        ("lower must lie in", |p| p.lower[1] = -4.0),
        ("lower must lie below upper", |p| p.lower[1] = 1.5),
        ("hip must lie in", |p| p.hip = 2.0),
        ("standing posture must lie in", |p| p.knee = -0.5),
        ("freeze_time must lie in", |p| p.freeze_time = 0.0),
    ];
    for (start, change) in cases {
        assert!(message(change).starts_with(start), "{}", message(change));
    }
    let mut generator = generator();
    assert!(generator.walk(&koopman(0.8, None), 0.5, Foot::Left).is_err());
    assert!(generator.stand(f64::NAN, true).is_err());
    let fast = Caught { q: [0.0; 6], dq: [9.0; 6], ddq: [0.0; 6] };
    assert!(
        generator.catch(fast, None, None, 1.0).unwrap_err().to_string().starts_with("dq must lie in [-6, 6], got 9")
    );
}
