//! A controller that leads a device asks for torque without allocating.
#![allow(clippy::unwrap_used)]

#[path = "../../core/tests/counting/mod.rs"]
mod counting;

use counting::traffic;
use gaitloop_core::control::FootPlate;
use gaitloop_core::trainer::Now;
use gaitloop_core::trajectory::GaitPattern;
use gaitloop_plant::{Lead, PlatePath, Postures, Steps};

#[test]
fn leads_neither_allocate_nor_free() {
    let pattern = GaitPattern::koopman(0.2, 1.75, 0.14, Some(0.04)).unwrap();
    let law = FootPlate::new(&[[[0.2; 3]; 2]; 8], [900.0; 3], [9.0; 3], [90.0; 3]).unwrap();
    let leads = [
        Lead::Steps(Box::new(Steps::new(pattern, [400.0; 6], [20.0; 6], 0.8).unwrap())),
        Lead::Plates(Box::new(PlatePath::new(law, 2.0).unwrap())),
        Lead::Postures(Box::new(Postures::new(vec![[0.3; 6]; 20], vec![1.0; 20], [90.0; 6], [9.0; 6]).unwrap())),
    ];
    for mut lead in leads {
        let mut moved = 0;
        let ticks = traffic(|| {
            for k in 0..20_000 {
                let foot_force = if k / 1000 % 2 == 0 { [Some(600.0), None] } else { [None, Some(600.0)] };
                let q = [(k % 7 > 0).then_some(0.1); 6];
                let now = Now { q, dq: [Some(0.0); 6], foot_force, engagement: 1.0, dt: 0.001 };
                moved += i32::from(std::hint::black_box(lead.ask(&now, 0.0)).torque != [0.0; 6]);
            }
        });
        assert_eq!(ticks, [0, 0], "allocated, given back");
        assert!(moved > 10_000, "{moved} ticks with torque");
    }
}
