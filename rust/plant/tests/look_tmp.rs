mod common;
use common::*;
use gaitloop_plant::*;
#[test]
fn look() {
    for seed in [1, 5, 6, 7] {
        for c in [0.03, 0.04, 0.05] {
            for sp in [0.5, 0.8, 1.1] {
                let mut p = PatientParams::fac(5, 0, seed).unwrap();
                p.foot_clearance = c;
                let w = walk(Setup { assist: [0.0; 3], ..Setup::new(p, sp, 0.0) }, 60.0);
                println!(
                    "XX seed {seed} c {c} v {sp} mass {:.0} h {:.2} rms {:.1} {:.1} {:.1} up {} state {} fault {:?}",
                    p.mass, p.height, w.rms[0], w.rms[1], w.rms[2], w.upright, w.state, w.fault
                );
            }
        }
    }
}
