mod common;
use common::*;
use gaitloop_plant::*;
#[test]
fn speed() {
    let s = Setup::new(PatientParams::healthy(1), 0.8, 0.3);
    let mut sim = s.build();
    let t0 = std::time::Instant::now();
    for _ in 0..60_000 {
        sim.tick();
    }
    let a = t0.elapsed().as_secs_f64();
    println!("60 s in {a:.3} s: {:.0}x, {:.2} us/tick", 60.0 / a, a / 60e3 * 1e6);
    // plant alone
    let mut plant = sim.plant().clone();
    let act = Actuation {
        enabled: true,
        expiry: i64::MAX,
        support_force: 200.0,
        support_mode: RopeMode::Track,
        belt_speed: 0.8,
        ..Actuation::default()
    };
    let t0 = std::time::Instant::now();
    for k in 0..60_000 {
        plant.step(&act, 1e-3);
        let _ = k;
    }
    println!("plant {:.2} us", t0.elapsed().as_secs_f64() / 60e3 * 1e6);
    let t0 = std::time::Instant::now();
    let mut x = 0.0;
    for k in 0..60_000i64 {
        x += plant.sample(k * 1000000).q.value[0];
    }
    println!("sample {:.2} us {x}", t0.elapsed().as_secs_f64() / 60e3 * 1e6);
    let (sample, _) = sim.tick();
    let mut tr = sim.trainer().clone();
    let t0 = std::time::Instant::now();
    let mut s = sample;
    for k in 0..60_000i64 {
        s.t = sample.t + k * 1_000_000;
        s.q.stamp = s.t;
        s.dq.stamp = s.t;
        std::hint::black_box(tr.step(&s));
    }
    println!("trainer {:.2} us", t0.elapsed().as_secs_f64() / 60e3 * 1e6);
}
