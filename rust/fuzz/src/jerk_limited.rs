//! The jerk-limited generator: whatever is asked, finite numbers; from rest to rest, no limit is passed.

use crate::bytes::Bytes;
use gaitloop_core::trajectory::jerk_limited::{
    ControlInterface, DurationDiscretization, FIELDS, Input, JerkLimited, MAX_DOFS, Outcome, Output, Synchronization,
};

/// Cycles after one input.
const CYCLES: usize = 12;
/// Room for rounding, of a limit and of a number [-].
const ROOM: f64 = 1e-6;

/// The value of a row of the input, of a size that belongs to it.
fn cell(bytes: &mut Bytes<'_>, row: usize) -> f64 {
    match row {
        0 | 3 => bytes.value(-2.0, 2.0),
        1 | 4 => bytes.value(-1.0, 1.0),
        2 | 5 => bytes.value(-2.0, 2.0),
        6 | 8 => bytes.value(0.01, 10.0),
        7 | 9 => bytes.value(-10.0, -0.01),
        10 => bytes.any([1.0, 50.0, 2000.0, f64::INFINITY, 1e-12, 1e12]),
        11 => bytes.value(1.0, 3.0),
        _ => bytes.value(-3.0, -1.0),
    }
}

fn fill(bytes: &mut Bytes<'_>, input: &mut Input, rest: bool) {
    for i in 0..input.dofs {
        for row in 0..FIELDS.len() {
            let still = rest && matches!(row, 1 | 2 | 4 | 5);
            let bounds = row > 10 && !bytes.once_in(8);
            if !bounds {
                input.rows[row][i] = if still { 0.0 } else { cell(bytes, row) };
            }
        }
        input.enabled[i] = !bytes.once_in(8);
        input.interface[i] =
            bytes.any([ControlInterface::Position, ControlInterface::Position, ControlInterface::Velocity]);
        use Synchronization::{No, Phase, Time, TimeIfNecessary};
        input.synchronization[i] = bytes.any([Time, TimeIfNecessary, Phase, No]);
    }
    input.discretization = bytes.any([DurationDiscretization::Continuous, DurationDiscretization::Discrete]);
    input.minimum_duration = if bytes.once_in(4) { bytes.value(0.0, 3.0) } else { 0.0 };
    input.tracking = if bytes.once_in(8) { bytes.value(0.0, 1.0) } else { 0.0 };
}

fn small(x: f64) -> bool {
    x.abs() <= 1e3
}

/// Velocity and acceleration of a movement that begins and ends at rest stay within their limits on the whole way.
fn keeps_limits(generator: &JerkLimited, input: &Input) {
    let trajectory = generator.trajectory();
    let sound = input.tracking == 0.0 && !trajectory.is_limited();
    for i in 0..input.dofs {
        let row = |k: usize| input.rows[k][i];
        let position = input.interface[i] == ControlInterface::Position && input.enabled[i];
        let rest = [1, 2, 4, 5].iter().all(|k| row(*k) == 0.0);
        // Limits that could not be measured in doubles, and orders below the third, say nothing here.
        let plain = [0, 3].iter().all(|k| small(row(*k))) && (6..10).all(|k| small(row(k)) && row(k).abs() > 1e-3);
        if !(sound && position && rest && plain && (1e-1..=1e6).contains(&row(10))) {
            continue;
        }
        for k in 0..=64 {
            let (state, _) = trajectory.at(i, trajectory.duration() * f64::from(k) / 64.0);
            let within = |x: f64, low: f64, high: f64| low - ROOM * (1.0 - low) <= x && x <= high + ROOM * (1.0 + high);
            assert!(within(state.velocity, row(7), row(6)), "velocity {state:?} of {input:?}");
            assert!(within(state.acceleration, row(9), row(8)), "acceleration {state:?} of {input:?}");
        }
        let end = trajectory.at(i, trajectory.duration()).0;
        assert!((end.position - row(3)).abs() <= ROOM * (1.0 + row(3).abs()), "{end:?} of {input:?}");
    }
}

pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let dofs = 1 + bytes.below(4) * bytes.below(6);
    let cycle = bytes.any([0.001, 0.01, 0.004, 1.0]);
    let Ok(mut generator) = JerkLimited::new(dofs.min(MAX_DOFS), cycle) else { return };
    let (mut input, mut out) = (Input::new(generator.dofs()), Output::default());
    let mut fresh = true;
    while !bytes.is_empty() {
        let rest = bytes.bit();
        fill(&mut bytes, &mut input, rest);
        if bytes.once_in(32) {
            input.dofs = bytes.below(20);
        }
        let outcome = generator.update(&input, &mut out);
        let refused = matches!(outcome, Outcome::Kept | Outcome::Stopping | Outcome::Holding);
        assert_eq!(refused, out.fault.is_some(), "{outcome:?} with {:?}", out.fault);
        assert!(
            refused == input.check().is_err() || input.dofs != generator.dofs(),
            "{outcome:?} {:?} of {input:?}",
            out.fault
        );
        if !refused {
            keeps_limits(&generator, &input);
        }
        for _ in 0..CYCLES {
            let finite = out.rows[..4].iter().all(|row| row[..generator.dofs()].iter().all(|x| x.is_finite()));
            assert!(finite && out.time.is_finite(), "{outcome:?} gave {out:?} of {input:?}, first {fresh}");
            generator.advance(&mut out);
        }
        fresh = false;
        if bytes.bit() {
            for row in 0..3 {
                input.rows[row] = out.rows[row];
            }
        }
        input.dofs = generator.dofs();
        if bytes.once_in(16) {
            generator.reset();
        }
    }
}
