mod common;
use common::*;
use gaitloop_plant::*;
#[test]
fn look() {
    let p = PatientParams::stroke(0, 0.3, 1).unwrap();
    let mut sim = Setup { ..Setup::new(p, 0.5, 0.0) }.build();
    for k in 0..19_100 { let (s, c) = sim.tick();
        let t = *sim.trainer().telemetry();
        if k % 100 == 0 && k > 10_000 {
            let d = |v: f64| v.to_degrees().round();
            println!("{:.1} b {:.2} ph {:.2} {:.2} r {:.2} m {:?} z {:.3} F {:?} | L q {:?} ref {:?} tau {:?} | R q {:?} ref {:?} tau {:?} lim {} pers {:?}", k as f64/1e3, s.belt_speed.value[0], t.phase[0], t.phase[1], t.phase_rate[0], t.mode, s.rope_position.value[0], s.foot_force.value.map(|v| v.round()),
              [d(s.q.value[0]),d(s.q.value[1]),d(s.q.value[2])], [d(t.q_ref[0]),d(t.q_ref[1]),d(t.q_ref[2])], [c.torque()[0].round(), c.torque()[1].round()], [d(s.q.value[3]),d(s.q.value[4]),d(s.q.value[5])], [d(t.q_ref[3]),d(t.q_ref[4]),d(t.q_ref[5])], [c.torque()[3].round(), c.torque()[4].round()], c.limits(), sim.plant().truth().patient_torque.map(|v| v.round()));
        } }
}
