#![allow(clippy::unwrap_used)]

use super::*;
use crate::safety::example_envelope;

const MS: i64 = 1_000_000;

/// Joints on a sine, told by an encoder of 2^-16 rad; the last one is absent.
struct Bench {
    encoders: Encoders,
    t: i64,
    late: i64,
    state: State,
}

impl Bench {
    fn new() -> Self {
        let mut kinds = [JointKind::Driven; N_JOINTS];
        (kinds[2], kinds[5]) = (JointKind::Sensed, JointKind::Absent);
        let envelope = Envelope::new(example_envelope()).unwrap();
        Self { encoders: Encoders::new(&envelope, kinds), t: 0, late: 0, state: State::Run }
    }

    fn inputs(&self) -> EncoderInputs {
        let at = |t: i64| 6.0 * t as f64 * SECONDS;
        let q = ((0.5 * at(self.t).sin()) * 65_536.0).round() / 65_536.0;
        let dq = 3.0 * at(self.t - self.late).cos();
        EncoderInputs {
            state: self.state,
            q_stamp: self.t,
            dq_stamp: self.t - self.late,
            second_stamp: self.t,
            q: [Some(q); N_JOINTS],
            dq: [Some(dq); N_JOINTS],
            q_second: [None; N_JOINTS],
            dq_ref: [0.0; N_JOINTS],
            guidance: [0.0; N_JOINTS],
        }
    }

    /// Steps for `ticks`, each as `change` makes it, up to the first finding.
    fn until(&mut self, ticks: i64, change: impl Fn(&mut EncoderInputs)) -> (i64, Fault) {
        for tick in 1..=ticks {
            self.t += MS;
            let mut inputs = self.inputs();
            change(&mut inputs);
            let fault = self.encoders.step(&inputs);
            if fault != Fault::NONE {
                return (tick, fault);
            }
        }
        (ticks, Fault::NONE)
    }
}

fn protective(cause: Cause, joint: usize) -> Fault {
    Fault::at(Severity::Protective, cause, joint)
}

#[test]
fn what_moves_as_it_says_is_believed() {
    for late in [0, 4 * MS] {
        let mut bench = Bench::new();
        bench.late = late;
        assert_eq!(bench.until(20_000, |_| {}).1, Fault::NONE);
    }
}

/// A joint at up to 40 rad/s whose velocity comes 4 ms late, so that its angle lies up to 0.16 rad ahead.
fn fast_and_late(inputs: &mut EncoderInputs) {
    let at = |t: i64| 20.0 * t as f64 * SECONDS;
    inputs.q = [Some(2.0 * at(inputs.q_stamp).sin()); N_JOINTS];
    inputs.dq = [Some(40.0 * at(inputs.dq_stamp).cos()); N_JOINTS];
}

#[test]
fn a_fast_joint_whose_velocity_is_late_is_believed_from_its_first_message_on() {
    let mut bench = Bench::new();
    bench.late = 4 * MS;
    assert_eq!(bench.until(2000, fast_and_late), (2000, Fault::NONE));
}

#[test]
fn after_a_jump_nothing_is_made_of_how_late_the_velocity_is() {
    let mut bench = Bench::new();
    bench.late = 4 * MS;
    let jumped = |inputs: &mut EncoderInputs| {
        fast_and_late(inputs);
        inputs.q[0] = inputs.q[0].map(|q| q + 0.05);
    };
    assert_eq!(bench.until(300, fast_and_late).1, Fault::NONE);
    assert_eq!(bench.until(1, jumped), (1, protective(Cause::EncoderJump, 0)));
    assert_eq!(bench.until(300, jumped), (300, Fault::NONE));
}

#[test]
fn a_message_that_comes_again_says_nothing() {
    let mut bench = Bench::new();
    bench.until(100, |_| {});
    let again = bench.inputs();
    for _ in 0..100 {
        assert_eq!(bench.encoders.step(&again), Fault::NONE);
    }
    bench.t += 7 * MS;
    assert_eq!(bench.until(1000, |_| {}).1, Fault::NONE);
}

#[test]
fn a_jump_is_seen_at_once_in_either_direction() {
    for (i, by) in [(0, 0.0156), (2, -0.0156), (4, 1.0), (1, f64::MAX)] {
        let mut bench = Bench::new();
        bench.until(300, |_| {});
        let (tick, fault) = bench.until(10, |inputs| inputs.q[i] = inputs.q[i].map(|q| q + by));
        if by < 1e6 {
            assert_eq!((tick, fault), (1, protective(Cause::EncoderJump, i)));
        } else {
            // That is no measurement, and the guard's to judge.
            assert_eq!(fault, Fault::NONE);
        }
    }
}

#[test]
fn an_angle_that_stays_while_the_joint_moves_is_stuck() {
    let mut bench = Bench::new();
    bench.until(1, |_| {});
    // At 0.3 rad/s neither velocity nor reference says so; at 0.6 rad/s either does.
    for (dq, led, want) in [(0.3, 0.3, 0), (0.6, 0.0, 25), (0.0, -0.6, 25)] {
        let mut bench = Bench::new();
        let still = |inputs: &mut EncoderInputs| {
            inputs.q = [Some(0.1); N_JOINTS];
            inputs.dq = [Some(0.0), Some(dq), Some(0.0), Some(0.0), Some(0.0), Some(dq)];
            inputs.dq_ref = [0.0, led, led, 0.0, 0.0, led];
            inputs.guidance = [1.0; N_JOINTS];
        };
        bench.until(1, still);
        let (tick, fault) = bench.until(60, still);
        if want == 0 {
            assert_eq!(fault, Fault::NONE);
        } else {
            assert_eq!((tick, fault), (want, protective(Cause::EncoderStuck, 1)));
        }
    }
}

#[test]
fn a_slow_drift_is_seen_within_three_degrees_and_a_little() {
    let mut bench = Bench::new();
    bench.until(1000, |_| {});
    let start = bench.t;
    let drift = |inputs: &mut EncoderInputs| {
        let since = (inputs.q_stamp - start) as f64 * SECONDS;
        inputs.q[3] = inputs.q[3].map(|q| q + 0.0349 * since);
    };
    let (tick, fault) = bench.until(3000, drift);
    assert_eq!(fault, protective(Cause::EncoderDrift, 3));
    assert!((1500..2200).contains(&tick), "{tick}");
}

#[test]
fn noise_in_five_of_twenty_degrades() {
    for (every, found) in [(4, true), (8, false)] {
        let mut bench = Bench::new();
        let noisy = |inputs: &mut EncoderInputs| {
            let odd = (inputs.q_stamp / MS / every) % 2 == 0;
            inputs.q[2] = inputs.q[2].map(|q| if odd { q + 0.008 } else { q });
        };
        let (tick, fault) = bench.until(400, noisy);
        assert_eq!(fault == Fault::at(Severity::Degrade, Cause::EncoderNoise, 2), found);
        assert!(!found || tick < 30);
    }
}

#[test]
fn absent_and_unpowered_say_nothing_and_a_gap_begins_afresh() {
    let mut bench = Bench::new();
    bench.until(100, |_| {});
    let gone = |inputs: &mut EncoderInputs| (inputs.q[0], inputs.dq[1]) = (None, Some(f64::NAN));
    assert_eq!(bench.until(50, gone).1, Fault::NONE);
    assert_eq!(bench.until(50, |_| {}).1, Fault::NONE);
    let wild = |inputs: &mut EncoderInputs| inputs.q[5] = Some(inputs.q_stamp as f64);
    assert_eq!(bench.until(50, wild).1, Fault::NONE);
    for t in [bench.t + 21 * MS, bench.t - 500 * MS, i64::MAX, i64::MIN] {
        bench.t = t;
        assert_eq!(bench.encoders.step(&bench.inputs()), Fault::NONE);
    }
    bench.t = 0;
    bench.until(10, |_| {});
    bench.state = State::Standby;
    assert_eq!(bench.until(50, |inputs| inputs.q[0] = inputs.q[1].map(|q| q * 2.0 + 1.0)).1, Fault::NONE);
}

/// Bench and change with a second sensor that tells what the first one tells, 10 ms later.
fn paired() -> (Bench, impl Fn(&mut EncoderInputs) + Copy) {
    let late = |inputs: &mut EncoderInputs| {
        inputs.second_stamp -= 10 * MS;
        inputs.q_second = [Some(0.5 * (6.0 * inputs.second_stamp as f64 * SECONDS).sin()); N_JOINTS];
    };
    (Bench::new(), late)
}

#[test]
fn two_sensors_that_agree_are_believed_and_two_that_do_not_are_not() {
    let (mut bench, late) = paired();
    assert_eq!(bench.until(5000, late).1, Fault::NONE);
    for (by, found) in [(0.051, false), (0.054, true), (-0.054, true), (2.0, true)] {
        let (mut bench, late) = paired();
        bench.until(300, late);
        let apart = |inputs: &mut EncoderInputs| {
            late(inputs);
            // Where the joint turns, nothing is lost between the times of both sensors.
            let q = 0.5 * (6.0 * inputs.q_stamp as f64 * SECONDS).sin();
            (inputs.second_stamp, inputs.q_second[4]) = (inputs.q_stamp, Some(q - by));
        };
        let (tick, fault) = bench.until(100, apart);
        let wanted = if found { (3, protective(Cause::EncoderMismatch, 4)) } else { (100, Fault::NONE) };
        assert_eq!((tick, fault), wanted, "{by}");
    }
}

#[test]
fn two_sensors_that_disagree_are_found_before_the_drives_have_power() {
    for (state, found) in [
        (State::Boot, false),
        (State::Selftest, true),
        (State::Standby, true),
        (State::Armed, true),
        (State::Safe, false),
        (State::Release, false),
    ] {
        let mut bench = Bench::new();
        bench.state = state;
        // A jump of another joint is told while it has power only.
        let (_, fault) = bench.until(20, |inputs| {
            inputs.q_second[3] = Some(1.0);
            inputs.q[0] = inputs.q[0].map(|q| if inputs.q_stamp < 4 * MS { q } else { -0.5 });
        });
        let jumps = state.energised();
        assert_eq!(fault != Fault::NONE, found, "{state:?}");
        let cause = if jumps { Cause::EncoderJump } else { Cause::EncoderMismatch };
        assert!(!found || fault == protective(cause, if jumps { 0 } else { 3 }), "{state:?} {fault:?}");
    }
}

#[test]
fn a_second_sensor_that_goes_silent_degrades() {
    type Silent = fn(&mut EncoderInputs);
    let gone: [(Silent, usize); 3] = [
        (|inputs| inputs.q_second = [None; N_JOINTS], 0),
        (|inputs| inputs.second_stamp = inputs.q_stamp - 21 * MS, 0),
        (|inputs| inputs.q_second[3] = Some(f64::INFINITY), 3),
    ];
    for (silent, joint) in gone {
        let (mut bench, late) = paired();
        bench.until(300, late);
        let change = |inputs: &mut EncoderInputs| {
            late(inputs);
            silent(inputs);
        };
        assert_eq!(bench.until(100, change), (25, Fault::at(Severity::Degrade, Cause::EncoderMismatch, joint)));
        bench.state = State::Standby;
        assert_eq!(bench.until(100, change).1, Fault::NONE);
    }
    // Where there was never a second one, none is missed.
    assert_eq!(Bench::new().until(1000, |_| {}).1, Fault::NONE);
}

#[test]
fn an_angle_once_found_wrong_is_doubted_until_there_is_no_power() {
    let mut bench = Bench::new();
    bench.until(300, |_| {});
    assert_eq!(bench.encoders.doubted(), &[false; N_JOINTS]);
    bench.until(1, |inputs| inputs.q[1] = inputs.q[1].map(|q| q + 0.1));
    bench.state = State::ProtStop;
    bench.until(300, |_| {});
    assert_eq!(bench.encoders.doubted(), &[false, true, false, false, false, false]);
    let again = EncoderInputs { state: State::Safe, ..bench.inputs() };
    bench.encoders.step(&again);
    assert_eq!(bench.encoders.doubted(), &[false; N_JOINTS]);
}

#[test]
fn noise_is_no_reason_to_doubt() {
    let mut bench = Bench::new();
    let noisy = |inputs: &mut EncoderInputs| {
        inputs.q[0] = inputs.q[0].map(|q| if inputs.q_stamp / MS % 2 == 0 { q + 0.008 } else { q });
    };
    assert_eq!(bench.until(100, noisy).1.cause, Cause::EncoderNoise);
    assert_eq!(bench.encoders.doubted(), &[false; N_JOINTS]);
}
