//! The phase estimator: whatever it is told, a phase, a rate that is not negative, and numbers.

use crate::bytes::Bytes;
use gaitloop_core::phase::{PhaseEstimator, PhaseParams, PhaseState};

fn params(bytes: &mut Bytes<'_>) -> PhaseParams {
    if bytes.once_in(2) {
        return PhaseParams::default();
    }
    PhaseParams {
        phase_gain: bytes.value(0.0, 1.0),
        rate_gain: bytes.value(0.0, 1.0),
        rate_leak: bytes.value(0.0, 1.0),
        rate_span: bytes.value(0.0, 0.5),
        dead_zone: bytes.value(0.0, 0.2),
        correction_time: bytes.value(0.05, 2.0),
        rate_time: bytes.value(0.005, 0.5),
        coupling: bytes.value(0.0, 0.5),
        apart: bytes.value(0.0, 0.25),
        window: bytes.value(0.1, 0.5),
    }
}

fn judge(state: &PhaseState) {
    for side in 0..2 {
        assert!((0.0..1.0).contains(&state.phase[side]), "{state:?}");
        assert!(state.rate[side] >= 0.0 && state.rate[side].is_finite(), "{state:?}");
        assert!(state.accel[side].is_finite(), "{state:?}");
        assert!((0.0..=1.0).contains(&state.confidence[side]), "{state:?}");
    }
}

pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let Ok(mut estimator) = PhaseEstimator::new(params(&mut bytes)) else { return };
    judge(&estimator.state());
    while !bytes.is_empty() {
        let (rate, dt) = (bytes.value(0.0, 5.0), bytes.value(0.0, 0.1));
        let mut age = || bytes.once_in(8).then(|| bytes.value(0.0, 0.5));
        let age = [age(), age()];
        match bytes.byte() % 16 {
            0 => estimator.reset([bytes.hostile(), bytes.value(0.0, 1.0)]),
            1..=5 => judge(&estimator.step(age, rate, dt)),
            6 => judge(&estimator.follow(age, rate, dt, None, [None; 2])),
            7 => {
                let motion = Some([bytes.reading(-1.0, 1.0), bytes.reading(-1.0, 1.0)]);
                let stance = [None, Some(bytes.bit())];
                judge(&estimator.follow(age, rate, dt, motion, stance));
            }
            _ => {
                // A movement that repeats, for it is what is learned from.
                let (size, period) = (bytes.value(0.0, 2.0), 2.0 + f64::from(bytes.byte()));
                for k in 0..bytes.byte() {
                    let angle = size * (core::f64::consts::TAU * f64::from(k) / period).sin();
                    let age = if k == 0 { age } else { [None; 2] };
                    judge(&estimator.follow(
                        age,
                        rate,
                        dt,
                        Some([Some(angle), Some(-angle)]),
                        [Some(angle > 0.0), None],
                    ));
                }
            }
        }
    }
}
