//! A change of the control set in motion neither allocates nor gives memory back in a tick.
#![allow(clippy::unwrap_used)]

mod common;
mod counting;

use counting::traffic;
use gaitloop_core::control::{FootLift, FootLiftParams, PathControl, PathParams, Resistance, ResistanceParams};
use gaitloop_core::trainer::ControlParams;
use gaitloop_core::trajectory::GaitPattern;

fn sets(start: &ControlParams) -> [ControlParams; 3] {
    let pattern = GaitPattern::koopman(0.9, 1.65, 0.12, Some(0.04)).unwrap();
    let path: Vec<[f64; 6]> =
        (0..64).map(|k| pattern.evaluate_sides([f64::from(k) / 64.0; 2], [0.0; 2], [0.0; 2]).q).collect();
    let tunnel = PathParams {
        weight: [1.0; 6],
        window: 0.1,
        band: 0.02,
        stiffness: 300.0,
        wall_torque: 60.0,
        damping: 3.0,
        flow: 4.0,
    };
    let load =
        ResistanceParams { viscous: [2.0; 6], elastic: [0.0; 6], speed: [0.0; 6], follow: 1.0, max_torque: [10.0; 6] };
    [
        ControlParams { path: Some(PathControl::new(&path, tunnel).unwrap()), ..start.clone() },
        ControlParams {
            pattern,
            foot_lift: Some(FootLift::new(FootLiftParams::new(75.0, 1.75, [1.0; 6])).unwrap()),
            ..start.clone()
        },
        ControlParams { resistance: Some(Resistance::new(load).unwrap()), stiffness: [700.0; 6], ..start.clone() },
    ]
}

#[test]
fn changes_in_motion_neither_allocate_nor_free_in_a_tick() {
    let mut bench = common::Bench::walk(1.0);
    let sets = sets(&bench.trainer.control().clone());
    let (mut fades, mut before) = (0, 0.0);
    for round in 0..4 {
        for set in &sets {
            bench.trainer.request_control(set.clone()).unwrap();
        }
        let ticks = traffic(|| {
            for k in 0..4000_i64 {
                bench.fill(common::IDLE);
                let force = if k % 1200 < 700 { [650.0, 0.0] } else { [0.0, 650.0] };
                bench.sample.foot_force = gaitloop_core::types::Reading::new(force, bench.sample.t);
                bench.act();
                let now = bench.trainer.telemetry().change[0];
                fades += i32::from(now == 0.0 && before > 0.0);
                before = now;
            }
        });
        assert_eq!(ticks, [0, 0], "round {round}: allocated, given back");
    }
    assert!(fades >= 6, "{fades} changes ended");
}
