//! A stride of the laws between cycles allocates nothing.
#![allow(clippy::unwrap_used)]

mod counting;

use counting::allocations;

#[test]
fn laws_between_cycles_allocate_nothing() {
    use gaitloop_core::assist::{
        CatchTrials, IterativeLearning, IterativeParams, ModelBased, ModelInputs, ModelParams, Override, OverrideMode,
        Staircase, Target,
    };
    let (gain, bound) = ([200.0; 6], [30.0; 6]);
    let params = IterativeParams { bins: 50, keep: 0.9, gain, lead: 0.03, smoothing: 0.1, bound };
    let mut iterative = IterativeLearning::new(params).unwrap();
    let (q_min, q_max) = ([-1.0; 6], [1.0; 6]);
    let params = ModelParams { phases: 12, angles: 3, q_min, q_max, slope: 5.0, gain, forget_time: 3.0, bound };
    let mut model = ModelBased::new(params).unwrap();
    let mut catch = CatchTrials::new(10, 1, [0.0; 7]).unwrap();
    let mut stairs = Staircase::new(0.8, 0.05, 0.0, 1.0, 0.5).unwrap();
    let (mut therapist, mut most) = (Override::default(), 0.0_f64);
    let count = allocations(|| {
        therapist.set(Target::All, OverrideMode::Ceiling, 60.0).unwrap();
        for k in 0..20_000_u32 {
            let (phase, side) = (f64::from(k % 1000) / 1000.0, (k / 1000 % 2) as usize);
            if k % 1000 == 999 {
                iterative.close(side, k % 3 > 0);
                catch.close(side, &[Some(0.1); 7], true);
                catch.begin(side);
                std::hint::black_box((catch.reliance(), stairs.update(Some(k % 2 == 0))));
            }
            iterative.observe(side, phase, &[Some(0.1), None, Some(-0.1)]);
            let state = [Some(0.1); 6];
            let inputs =
                ModelInputs { phase: [Some(phase), None], q: state, dq: state, q_ref: [Some(0.3); 6], dq_ref: state };
            most = most.max(iterative.torque(side, phase)[0]).max(model.step(&inputs, 1e-3)[0]);
            std::hint::black_box(therapist.apply(&catch.apply(side, &[0.7; 7])));
        }
    });
    assert_eq!(count, 0);
    assert!(most > 5.0, "they helped: {most} N·m");
}
