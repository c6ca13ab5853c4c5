#![allow(clippy::unwrap_used)]

use super::*;
use crate::rng::Rng;

const MS: i64 = 1_000_000;

fn person() -> SwayParams {
    SwayParams { placement_noise: [0.0; 2], sense_noise: 0.0, ..SwayParams::impaired(75.0, 1.75, 0.0, 0).unwrap() }
}

fn guide() -> GuideParams {
    GuideParams { stiffness_min: 100.0, stiffness_max: 8000.0, damping: 60.0, force_max: 400.0, travel: 0.08 }
}

/// Forces of steps of 0.6 s, the left foot first, one foot at a time but for 0.1 s.
fn walking(t: i64, body: f64) -> [f64; 2] {
    let (step, within) = (t / (600 * MS), (t % (600 * MS)) as f64 * 1e-9);
    let new = (within / 0.1).min(1.0);
    if step % 2 == 0 { [body * new, body * (1.0 - new)] } else { [body * (1.0 - new), body * new] }
}

#[test]
fn a_pendulum_without_control_falls_as_the_exponential_says() {
    let stiff = SwayParams { reach: [0.0; 2], ..person() };
    let mut world = Sideways::new(stiff, None, 1).unwrap();
    let (omega, body) = (world.omega(), 75.0 * GRAVITY);
    assert!((omega - (GRAVITY / (1.34 * 0.53 * 1.75)).sqrt()).abs() < 1e-12);
    for tick in 0..=500 {
        world.step(tick * MS, [body, 0.0], true);
    }
    // Over a foot at u = 0.06: y = u (1 - cosh(w t)), and y + y'/w - u = -u exp(w t).
    let (u, wt) = (0.06, omega * 0.5);
    assert!((world.motion[0] - u * (1.0 - wt.cosh())).abs() < 1e-6);
    assert!((world.motion[0] + world.motion[1] / omega - u + u * wt.exp()).abs() < 1e-5);
}

#[test]
fn feet_beside_the_extrapolated_centre_keep_their_width() {
    let mut world = Sideways::new(person(), None, 1).unwrap();
    let mut widths = Vec::new();
    for tick in 0..30_000 {
        let row = world.step(tick * MS, walking(tick * MS, 75.0 * GRAVITY), true);
        assert_eq!(row[11], 0.0);
        if row[10] >= 0.0 {
            widths.push(row[2] - row[3]);
        }
    }
    assert!(widths.len() > 40 && widths[20..].iter().all(|w| (w - 0.12).abs() < 0.003), "{widths:?}");
}

#[test]
fn a_mirrored_person_sways_mirrored() {
    let left = SwayParams::impaired(75.0, 1.75, 0.7, 0).unwrap();
    let right = SwayParams::impaired(75.0, 1.75, 0.7, 1).unwrap();
    let soft = GuideParams { stiffness_min: 500.0, ..guide() };
    let (mut a, mut b) = (Sideways::new(left, Some(soft), 7).unwrap(), Sideways::new(right, Some(soft), 7).unwrap());
    for world in [&mut a, &mut b] {
        world.guide.as_mut().unwrap().ask(500.0);
    }
    for tick in 0..20_000 {
        let [l, r] = walking(tick * MS, 75.0 * GRAVITY);
        let (x, y) = (a.step(tick * MS, [l, r], true), b.step(tick * MS, [r, l], true));
        for (i, j, sign) in
            [(0, 0, -1.0), (1, 1, -1.0), (2, 3, -1.0), (6, 6, 1.0), (7, 7, -1.0), (8, 8, 1.0), (11, 11, 1.0)]
        {
            assert!((x[i] - sign * y[j]).abs() < 1e-9 * (1.0 + x[i].abs()), "{tick} {i} {x:?} {y:?}");
        }
    }
}

#[test]
fn the_guide_gives_no_more_than_it_was_given() {
    let mut rng = Rng::new(11, 0);
    for _ in 0..200 {
        let mut guide = Guide::new(guide());
        let (mut y, mut v, h) = (0.0, 0.0, 0.001);
        let mut given = 0.0;
        for tick in 0..3000 {
            if tick % 50 == 0 {
                v = 0.3 * rng.normal();
                guide.ask(rng.uniform(0.0, 10_000.0));
                guide.held = rng.uniform(0.0, 1.0) < 0.3;
            }
            if f64::abs(y) > 0.1 {
                v = -f64::copysign(f64::abs(v), y);
            }
            guide.turn(y, h);
            let force = guide.force(y + 0.5 * h * v, v);
            guide.count(force, h * v);
            given -= force * h * v;
            y += h * v;
            assert!(given >= 0.0 - 1e-9 && guide.energy >= -1e-9, "{tick} {given} {}", guide.energy);
        }
    }
}

#[test]
fn a_stretched_spring_stiffens_only_by_what_was_put_in() {
    let mut guide = Guide::new(guide());
    guide.held = false;
    guide.ask(100.0);
    (0..3000).for_each(|_| guide.turn(0.0, 0.001));
    assert_eq!(guide.stiffness, 100.0);
    let (mut y, mut given) = (0.0, 0.0);
    let mut carry = |guide: &mut Guide, v: f64, ticks: u32| {
        for _ in 0..ticks {
            guide.turn(y, 0.001);
            let force = guide.force(y + 0.0005 * v, v);
            guide.count(force, 0.001 * v);
            given -= 0.001 * force * v;
            y += 0.001 * v;
        }
        given
    };
    // Stretched to 5 cm at 1 cm/s: k y^2 / 2 = 0.125 J in the spring, b v y = 0.03 J in the damper.
    assert!((carry(&mut guide, 0.01, 5000) - 0.155).abs() < 1e-9);
    guide.held = true;
    carry(&mut guide, 0.0, 1000);
    assert!((guide.stiffness - 2.0 * 0.155 / 0.0025).abs() < 1e-6, "{}", guide.stiffness);
    assert!(carry(&mut guide, -0.01, 5000) >= 0.0);
}

#[test]
fn whoever_falls_is_caught_and_held() {
    let poor = SwayParams::impaired(75.0, 1.75, 1.0, 0).unwrap();
    let mut world = Sideways::new(poor, Some(guide()), 3).unwrap();
    world.guide.as_mut().unwrap().ask(0.0);
    let mut caught = 0;
    for tick in 0..60_000 {
        let row = world.step(tick * MS, walking(tick * MS, 75.0 * GRAVITY), true);
        assert!(row[0].abs() < 0.09, "{row:?}");
        caught += i32::from(row[11] == 1.0);
    }
    assert!(caught > 1000);
    assert_eq!(world.guide.as_ref().unwrap().stiffness, 8000.0);
    world.release();
    world.step(60_000 * MS, [400.0, 400.0], true);
    assert!(!world.guide.as_ref().unwrap().held);
}

#[test]
fn the_guide_holds_without_a_loop_and_behind_a_gap() {
    let mut world = Sideways::new(person(), Some(guide()), 3).unwrap();
    world.guide.as_mut().unwrap().ask(100.0);
    let mut last = 8000.0;
    for tick in 0..4000 {
        let row = world.step(tick * MS, [370.0, 370.0], true);
        assert!(last - row[6] <= 4.0 + 1e-9);
        last = row[6];
    }
    assert_eq!(last, 100.0);
    for tick in 4000..4500 {
        last = world.step(tick * MS, [370.0, 370.0], false)[6];
    }
    assert!(last > 4000.0 && last <= 8000.0);
    world.step(9000 * MS, [370.0, f64::NAN], true);
    assert!(world.guide.as_ref().unwrap().held);
}

#[test]
fn values_out_of_range_are_refused_by_name() {
    let sluggish = GuideParams { damping: 1.0, ..guide() };
    assert!(sluggish.check().unwrap_err().to_string().contains("damping"));
    assert!(GuideParams { travel: f64::NAN, ..guide() }.check().unwrap_err().to_string().contains("travel"));
    assert!(SwayParams { reach: [0.02, 0.2], ..person() }.check().unwrap_err().to_string().contains("reach"));
    assert!(SwayParams::impaired(75.0, 1.75, 1.5, 0).is_err());
}
