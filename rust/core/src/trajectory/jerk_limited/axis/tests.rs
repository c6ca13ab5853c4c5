#![allow(clippy::unwrap_used)]

use super::*;

/// Numbers in [0, 1) that repeat from run to run.
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    fn normal(&mut self, width: f64) -> f64 {
        width * (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// A problem whose states leave the limits by themselves neither before nor after.
    fn problem(&mut self) -> PositionProblem {
        loop {
            let state = |dice: &mut Self| State::new(dice.normal(4.0), dice.normal(0.8), dice.normal(0.8));
            let (start, end) = (state(self), state(self));
            let mut limit = || self.within(0.08, 16.0);
            let limits = Limits { velocity: [-limit(), limit()], acceleration: [-limit(), limit()], jerk: limit() };
            let inside = |s: &State, sign: f64| {
                let a = s.acceleration * sign;
                let swing = s.velocity + a * a.abs() / (2.0 * limits.jerk);
                let between = |x: f64, [low, high]: [f64; 2]| low < x && x < high;
                between(s.acceleration, limits.acceleration)
                    && between(s.velocity, limits.velocity)
                    && between(swing, limits.velocity)
            };
            if inside(&start, 1.0) && inside(&end, -1.0) {
                return PositionProblem { start, end, limits };
            }
        }
    }
}

fn symmetric(velocity: f64, acceleration: f64, jerk: f64) -> Limits {
    Limits { velocity: [-velocity, velocity], acceleration: [-acceleration, acceleration], jerk }
}

fn between_rests(distance: f64, limits: Limits) -> PositionProblem {
    PositionProblem { start: State::new(0.3, 0.0, 0.0), end: State::new(0.3 + distance, 0.0, 0.0), limits }
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * (1.0 + a.abs().max(b.abs()))
}

/// Walk through the pieces: continuous, within the limits, from the start to the end.
fn sound(profile: &Profile, problem: &PositionProblem) {
    let mut at = problem.start;
    let same = |a: &State, b: &State, what: &str| {
        let near = close(a.position, b.position, 2e-8) && close(a.velocity, b.velocity, 2e-8);
        assert!(near && close(a.acceleration, b.acceleration, 1e-9), "{what}: {a:?} {b:?} {problem:?}");
    };
    let limits = &problem.limits;
    let within = |x: f64, [low, high]: [f64; 2]| x >= low - 1e-12 * (1.0 - low) && x <= high + 1e-12 * (1.0 + high);
    for piece in profile.pieces() {
        same(&at, &piece.start, "border");
        assert!(piece.duration > 0.0 && piece.jerk.abs() <= limits.jerk * (1.0 + 1e-12), "{piece:?}");
        at = piece.start.after(piece.duration, piece.jerk);
        assert!(within(at.acceleration, limits.acceleration), "{at:?} {problem:?}");
    }
    same(&at, &problem.end, "end");
    assert_eq!(profile.end(), problem.end);
    let [low, high] = profile.velocities();
    assert!(within(low, limits.velocity) && within(high, limits.velocity), "{low} {high} {problem:?}");
    let total: f64 = profile.pieces().iter().map(|p| p.duration).sum();
    assert!(close(total, profile.duration(), 1e-12));
}

#[test]
fn a_short_move_between_rests_has_the_closed_duration() {
    // 4 cbrt(d / 2j) when no limit is reached: d = 1, j = 32 takes one second
    let profile = between_rests(1.0, symmetric(100.0, 100.0, 32.0)).fastest();
    assert!(close(profile.duration(), 1.0, 1e-14), "{}", profile.duration());
    assert!(close(between_rests(-1.0, symmetric(100.0, 100.0, 32.0)).durations().fastest, 1.0, 1e-14));
}

#[test]
fn a_move_at_the_acceleration_limit_has_the_closed_duration() {
    // a/j + sqrt((a/j)² + 4 d/a)
    let problem = between_rests(6.0, symmetric(100.0, 1.0, 1.0));
    assert!(close(problem.durations().fastest, 6.0, 1e-14));
    sound(&problem.fastest(), &problem);
}

#[test]
fn a_long_move_has_the_closed_duration() {
    // d/v + v/a + a/j
    let problem = between_rests(10.0, symmetric(2.0, 1.0, 1.0));
    assert!(close(problem.durations().fastest, 8.0, 1e-14));
    assert_eq!(problem.fastest().pieces().len(), 7);
    // another acceleration down (2) than up (1): d/v + (v/a1 + v/a2)/2 + (a1 + a2)/2j
    let limits = Limits { velocity: [-9.0, 2.0], acceleration: [-2.0, 1.0], jerk: 2.0 };
    assert!(close(between_rests(10.0, limits).durations().fastest, 5.0 + 1.5 + 0.75, 1e-14));
}

#[test]
fn stops_take_the_closed_time() {
    let at = |velocity: f64| State::new(1.0, velocity, 0.0);
    assert!(close(stop(at(3.0), &symmetric(9.0, 1.0, 1.0)).duration(), 4.0, 1e-15)); // v/a + a/j
    assert!(close(stop(at(-0.25), &symmetric(9.0, 1.0, 1.0)).duration(), 1.0, 1e-15)); // 2 sqrt(v/j)
    assert!(close(stop(at(-3.0), &symmetric(9.0, 1.5, f64::INFINITY)).duration(), 2.0, 1e-15)); // v/a
    let outside = stop(State::new(0.0, 0.0, 3.0), &symmetric(9.0, 1.0, 2.0));
    assert_eq!((outside.end().velocity, outside.end().acceleration), (0.0, 0.0));
    // a from 3 to -1 in 2 s while v gains (3² - 1²)/2j = 2, held until v = 1/2j = 0.25, and back to zero in 0.5 s
    assert!(close(outside.duration(), 2.0 + 1.75 + 0.5, 1e-14), "{}", outside.duration());
    assert_eq!(stop(at(0.0), &symmetric(1.0, 1.0, 1.0)).duration(), 0.0);
    assert_eq!(stop(at(2.0), &symmetric(9.0, f64::INFINITY, f64::INFINITY)).duration(), 0.0);
}

#[test]
fn random_movements_are_sound_and_last_as_told() {
    let mut dice = Dice(7);
    for _ in 0..3000 {
        let problem = dice.problem();
        let durations = problem.durations();
        let profile = problem.fastest();
        sound(&profile, &problem);
        assert!(close(profile.duration(), durations.fastest, 1e-12));
        for factor in [1.0, 1.0 + 1e-6, 1.1, 1.5, 4.0] {
            let wish = durations.first_at_or_after(factor * durations.fastest);
            let longer = problem.lasting(wish);
            sound(&longer, &problem);
            assert!(close(longer.duration(), wish, 1e-12), "{} {wish} {problem:?}", longer.duration());
        }
    }
}

#[test]
fn a_prepared_problem_writes_the_same_over_an_old_movement() {
    let mut dice = Dice(5);
    let mut profile = Profile::rest(State::default());
    for _ in 0..100 {
        let problem = dice.problem();
        let prepared = problem.prepare();
        prepared.fastest_into(&mut profile);
        let wish = prepared.durations().first_at_or_after(1.3 * profile.duration());
        assert_eq!(profile.at(0.4).0, problem.fastest().at(0.4).0);
        assert_eq!(profile.duration(), problem.fastest().duration());
        prepared.lasting_into(wish, &mut profile);
        assert_eq!(profile.at(0.4).0, problem.lasting(wish).at(0.4).0);
    }
}

#[test]
fn mirror_images_and_scaled_time_give_the_same() {
    let mut dice = Dice(11);
    let minus = |s: &State| State::new(-s.position, -s.velocity, -s.acceleration);
    let flip = |[low, high]: [f64; 2]| [-high, -low];
    for _ in 0..2000 {
        let PositionProblem { start, end, limits } = dice.problem();
        let fastest = PositionProblem { start, end, limits }.durations();
        let mirrored = Limits { velocity: flip(limits.velocity), acceleration: flip(limits.acceleration), ..limits };
        let other = PositionProblem { start: minus(&start), end: minus(&end), limits: mirrored }.durations();
        assert!(close(fastest.fastest, other.fastest, 1e-10));
        let s = dice.within(0.2, 5.0);
        let quick = |x: &State| State::new(x.position, x.velocity * s, x.acceleration * s * s);
        let limits = Limits {
            velocity: limits.velocity.map(|v| v * s),
            acceleration: limits.acceleration.map(|a| a * s * s),
            jerk: limits.jerk * s * s * s,
        };
        let scaled = PositionProblem { start: quick(&start), end: quick(&end), limits }.durations();
        assert!(close(fastest.fastest, scaled.fastest * s, 1e-10));
        for k in 0..MAX_BLOCKED {
            assert!(close(fastest.blocked[k].1, scaled.blocked[k].1 * s, 1e-5), "{fastest:?} {scaled:?}");
        }
    }
}

#[test]
fn a_restart_from_the_own_movement_leaves_the_rest() {
    let mut dice = Dice(13);
    for _ in 0..2000 {
        let problem = dice.problem();
        let profile = problem.fastest();
        let t = dice.unit() * 0.95 * profile.duration();
        let rest = PositionProblem { start: profile.at(t).0, ..problem }.durations().fastest;
        let left = profile.duration() - t;
        // not longer but for rounding; shorter only by what the tolerances save close to the end
        assert!(rest <= left * (1.0 + 1e-6) + 1e-7, "{rest} {left} {problem:?} {t}");
        assert!(rest >= left - 0.03 || rest >= 0.999 * left, "{rest} {left} {problem:?} {t}");
    }
}

#[test]
fn borders_of_the_problem_are_answered() {
    let limits = symmetric(2.0, 4.0, 8.0);
    let here = State::new(0.7, 0.0, 0.0);
    let go = |start: State, end: State| {
        let problem = PositionProblem { start, end, limits };
        sound(&problem.fastest(), &problem);
        problem.durations().fastest
    };
    assert_eq!(go(here, here), 0.0);
    assert_eq!(go(here, State { position: 0.7 + 1e-15, ..here }), 0.0);
    assert!(go(here, State { position: 0.7 + 1e-6, ..here }) > 0.01);
    let cruising = State::new(0.0, 2.0, 0.0);
    assert!(close(go(cruising, State::new(6.0, 2.0, 0.0)), 3.0, 1e-14)); // at the limit of velocity all along
    assert!(go(State::new(0.0, -1.0, 4.0), here) > 0.0);
    assert!(go(State::new(0.7, 1.0, 0.0), here) > 0.0);
    assert!(go(State::new(0.7, 1.0, 0.0), State::new(0.7, 1.0, 0.0)).abs() < 1e-12);
}

#[test]
fn a_lowered_velocity_limit_is_approached_without_a_turn() {
    for jerk in [4.0, 1.0] {
        let start = State::new(0.0, 3.0, 0.0);
        let problem = PositionProblem { start, end: State::new(20.0, 0.0, 0.0), limits: symmetric(1.0, 2.0, jerk) };
        let profile = problem.fastest();
        assert!(profile.velocities()[0] >= 0.0, "{:?}", profile.velocities());
        let slow = problem.lasting(1.2 * profile.duration());
        assert!(slow.velocities()[0] >= 0.0 && close(slow.duration(), 1.2 * profile.duration(), 1e-12));
        // the velocity falls to the limit and stays: no dip on the way
        let reached = profile.pieces().iter().find(|p| p.jerk == 0.0 && p.start.acceleration == 0.0).unwrap();
        assert!(close(reached.start.velocity, 1.0, 1e-12));
    }
}

#[test]
fn numbers_without_measure_give_an_answer() {
    let mut dice = Dice(17);
    for reach in [3.0, 9.0, 18.0, 30.0] {
        for _ in 0..3000 {
            let mut number = || 10_f64.powf(dice.within(-reach, reach));
            let limits =
                Limits { velocity: [-number(), number()], acceleration: [-number(), number()], jerk: number() };
            let mut state = || State::new(number() - number(), number() - number(), number() - number());
            let problem = PositionProblem { start: state(), end: state(), limits };
            let durations = problem.durations();
            assert!(durations.fastest.is_finite() && durations.blocked.iter().all(|b| b.0 <= b.1));
            let ramp = VelocityProblem { start: state(), velocity: 1.0, acceleration: 0.0, limits };
            let profiles =
                [problem.fastest(), problem.lasting(2.0 * durations.fastest), ramp.fastest(), stop(state(), &limits)];
            for profile in profiles {
                let (State { position, .. }, _) = profile.at(0.3 * profile.duration());
                assert!(profile.duration() >= 0.0 && profile.duration().is_finite(), "{profile:?}");
                assert!(position.is_finite(), "{profile:?}");
            }
        }
    }
}

#[test]
fn second_order_blocks_what_would_need_a_turn() {
    // from speed 1 to speed 1 over 0.75: 0.75 s straight on, up to 1 s slowing to 0.5, again from 3 s on, backing to -0.5
    let limits = Limits { velocity: [-5.0, 1.0], acceleration: [-1.0, 1.0], jerk: f64::INFINITY };
    let problem = PositionProblem { start: State::new(0.0, 1.0, 0.0), end: State::new(0.75, 1.0, 0.0), limits };
    let durations = problem.durations();
    assert!(close(durations.fastest, 0.75, 1e-15));
    let (begin, end) = durations.blocked[0];
    assert!(close(begin, 1.0, 1e-7) && close(end, 3.0, 1e-7), "{begin} {end}");
    assert_eq!(durations.first_at_or_after(2.0), end);
    for wish in [0.75, 0.9, 1.0, 3.0, 3.7] {
        let profile = problem.lasting(wish);
        assert!(close(profile.duration(), wish, 1e-12));
        let last = profile.pieces().last().unwrap();
        assert!(close(last.start.after(last.duration, 0.0).position, 0.75, 1e-12), "{wish}");
    }
}

#[test]
fn the_velocity_interface_blocks_the_same_one_order_up() {
    let limits = Limits { velocity: [-1.0, 1.0], acceleration: [-5.0, 1.0], jerk: 1.0 };
    let problem = VelocityProblem { start: State::new(2.0, 0.0, 1.0), velocity: 0.75, acceleration: 1.0, limits };
    let durations = problem.durations();
    assert!(close(durations.fastest, 0.75, 1e-15));
    assert!(close(durations.blocked[0].0, 1.0, 1e-12) && close(durations.blocked[0].1, 3.0, 1e-12), "{durations:?}");
    for wish in [0.75, 0.9, 3.0, 3.7] {
        let profile = problem.lasting(wish);
        let last = profile.pieces().last().unwrap();
        let end = last.start.after(last.duration, last.jerk);
        assert!(
            close(profile.duration(), wish, 1e-12)
                && close(end.velocity, 0.75, 1e-12)
                && close(end.acceleration, 1.0, 1e-12)
        );
    }
}

#[test]
fn first_order_moves_at_constant_velocity() {
    let limits =
        Limits { velocity: [-2.0, 4.0], acceleration: [f64::NEG_INFINITY, f64::INFINITY], jerk: f64::INFINITY };
    assert_eq!(between_rests(6.0, limits).durations().fastest, 1.5);
    assert_eq!(between_rests(-6.0, limits).fastest().duration(), 3.0);
    assert_eq!(between_rests(6.0, limits).lasting(3.0).at(1.0).0.velocity, 2.0);
}

#[test]
fn extrema_and_first_times_are_found() {
    // thrown up with 2 under -4: highest 0.5 after 0.5 s, back at zero after 1 s
    let mut profile = Profile::rest(State::new(0.0, 2.0, -4.0));
    profile.push(1.5, 0.0);
    let Extrema { min, max, t_min, t_max } = profile.extrema();
    assert!(close(max, 0.5, 1e-15) && close(t_max, 0.5, 1e-15) && close(min, -1.5, 1e-15) && close(t_min, 1.5, 1e-15));
    assert_eq!(profile.first_time_at(0.0, 0.0), Some(0.0));
    assert!(close(profile.first_time_at(0.0, 0.1).unwrap(), 1.0, 1e-14));
    assert!(close(profile.first_time_at(0.375, 0.0).unwrap(), 0.25, 1e-14));
    assert!(close(profile.first_time_at(0.375, 0.3).unwrap(), 0.75, 1e-14));
    assert_eq!(profile.first_time_at(0.6, 0.0), None);
    assert!(close(profile.at(2.0).0.position, -1.5 - 2.0 - 0.5, 1e-14)); // goes on with constant acceleration
}

#[test]
fn what_lies_behind_a_velocity_gap_is_found() {
    // the velocity can be reached at once or only after a full swing of the acceleration
    for sign in [1.0, -1.0] {
        let at = |p: f64| State::new(sign * p, sign * -1.339, sign * -1.198);
        let [low, high] =
            [[-1.8, 2.9], [-1.198, 1.142]].map(|[low, high]| if sign > 0.0 { [low, high] } else { [-high, -low] });
        let limits = Limits { velocity: low, acceleration: high, jerk: 4.915 };
        let problem = PositionProblem { start: at(-1.611), end: at(-2.677), limits };
        sound(&problem.fastest(), &problem);
        let there = PositionProblem { start: at(-1.611), end: at(-1.611), limits };
        let durations = there.durations();
        assert_eq!((durations.fastest, there.lasting(0.0).duration(), durations.blocked[0].0), (0.0, 0.0, 0.0));
        let next = durations.first_at_or_after(0.1);
        assert!(next > 0.9, "{durations:?}");
        sound(&there.lasting(next), &there);
    }
    let limits = Limits { velocity: [-60.0, 60.0], acceleration: [-35.0, 18.9], jerk: 9.5 };
    let here = VelocityProblem { start: State::new(0.0, 0.0, 18.5), velocity: 0.0, acceleration: 18.5, limits };
    assert!(close(here.durations().first_at_or_after(0.1), 4.0 * 18.5 / 9.5, 1e-12)); // to -a and back
}

#[test]
fn rounding_on_the_last_arcs_costs_nothing() {
    let limits = Limits {
        velocity: [-1.152421328337713, 1.9612792898888831],
        acceleration: [-1.8465164121628233, 1.7663465564131116],
        jerk: 1.4810116608369455,
    };
    let start = State::new(-0.9223293509879935, 0.660020299736077, 0.9361052344750488);
    let end = State::new(-0.43378143777814826, 0.954586724806032, 0.16077622414464354);
    assert!(close(PositionProblem { start, end, limits }.durations().fastest, 0.5762616, 1e-6));
    let limits = Limits { acceleration: [-1.8864104, 1.538993], jerk: 0.8061423711092246, ..limits };
    let start = State::new(0.0, -0.16257065676387494, -1.1288219269095836);
    let (velocity, acceleration) = (-0.8556246029300185, -0.3960285844909486);
    let change = VelocityProblem { start, velocity, acceleration, limits };
    assert!(close(change.durations().fastest, 0.9090123, 1e-6));
    assert_eq!(change.fastest().pieces().len(), 1);
}

#[test]
fn a_long_cruise_begins_without_acceleration() {
    let start = State::new(-0.6029739109814893, 0.2570619202621898, 0.0002853486173404635);
    let end = State::new(start.position, 0.0, 0.0);
    let profile = PositionProblem { start, end, limits: symmetric(5.0, 10.0, 0.3951570175411468) }.lasting(3346167.0);
    let mut begun = Profile::rest(start);
    for piece in profile.pieces().iter().take_while(|piece| piece.duration < 1000.0) {
        begun.push(piece.duration, piece.jerk);
    }
    assert!(begun.pieces().len() > 1 && begun.acceleration_left().abs() < 1e-25, "{}", begun.acceleration_left());
}

#[test]
fn a_full_brake_ends_at_the_limit() {
    let start = State::new(-0.2363704400675224, 0.21114686992403273, 0.007688906593931274);
    let limits = symmetric(0.08169086903622796, 0.4084641532554319, 1128.1931652168741);
    let profile = PositionProblem { start, end: State::new(start.position, 0.0, 0.0), limits }.fastest();
    let inside = profile.pieces().get(2..).unwrap();
    assert!(inside.len() > 3 && inside.iter().all(|p| p.start.velocity.abs() <= 0.08169086903622796 * (1.0 + 1e-14)));
}
