//! The corridor and the plant together.
#![allow(clippy::unwrap_used)]

mod common;
use common::{Setup, walk};
use gaitloop_plant::PatientParams;

#[test]
fn look() {
    for speed in [0.5, 0.8, 1.1] {
        for support in [0.0, 0.3] {
            for (name, p, a) in [
                ("healthy1", PatientParams::healthy(1), [1.0, 1.0, 1.0]),
                ("stroke.5", PatientParams::stroke(0, 0.5, 1).unwrap(), [1.0, 1.0, 1.0]),
                ("fac5 free", PatientParams::fac(5, 0, 1).unwrap(), [0.0; 3]),
            ] {
                let sup = if a[0] == 0.0 { 0.0 } else { support };
                let w = walk(Setup { assist: a, ..Setup::new(p, speed, sup) }, 90.0);
                println!(
                    "{name} {speed} {support} rms {:.1} {:.1} {:.1} strides {} T {:.3} up {} state {} fault {:?}",
                    w.rms[0], w.rms[1], w.rms[2], w.strides, w.stride_time, w.upright, w.state, w.fault
                );
            }
        }
    }
}
