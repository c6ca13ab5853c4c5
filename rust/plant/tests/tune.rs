mod driver;
use driver::*;
use gaitloop_plant::*;
#[test]
fn tune() {
    let d = DeviceParams::treadmill_exo(false);
    let base = |p: PatientParams| PatientParams { mass: 75.0, height: 1.75, ..p };
    for speed in [0.5, 0.8, 1.1] {
        for (name, p, g) in [
            ("healthy g0", base(PatientParams::healthy(1)), 0.0),
            ("healthy g1", base(PatientParams::healthy(1)), 1.0),
            ("stroke .5 g1", base(PatientParams::stroke(0, 0.5, 1).unwrap()), 1.0),
        ] {
            for s in [0.0, 0.3] {
                let o = walk(p, d, &Setup::new(speed, s, g, 60.0), 1);
                println!("{}", line(&format!("{name} v{speed} s{s}"), &o));
            }
        }
    }
}
