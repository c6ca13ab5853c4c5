//! The constructors of a gait pattern: a refusal that says what is allowed, or curves that are finite at any phase.

use crate::bytes::Bytes;
use gaitloop_core::Result;
use gaitloop_core::trajectory::{
    Direction, FitParams, GaitPattern, LegLengths, LimbComplement, RangeOfMotion, SpeedTable, Words,
};
use gaitloop_core::types::{JointVec, N_JOINTS};

/// Largest angle of a pattern that a table of accepted angles gives [rad]: the curve may swing beyond its rows.
const ANGLE_MAX: f64 = 100.0;

fn koopman(bytes: &mut Bytes<'_>) -> Result<GaitPattern> {
    let clearance = bytes.once_in(2).then(|| bytes.value(0.0, 0.15));
    GaitPattern::koopman(bytes.value(0.14, 1.4), bytes.value(1.5, 2.0), bytes.value(-0.5, 0.5), clearance)
}

/// Rows of six angles, mostly ones that can be a stride.
fn stride(bytes: &mut Bytes<'_>, rows: usize) -> Vec<JointVec> {
    let size: JointVec = core::array::from_fn(|_| bytes.between(-1.0, 1.0));
    let turn = core::f64::consts::TAU / rows.saturating_sub(1).max(1) as f64;
    let mut angles: Vec<JointVec> =
        (0..rows).map(|k| core::array::from_fn(|i| size[i] * (turn * k as f64 + i as f64).sin())).collect();
    for _ in 0..bytes.below(8) {
        let (row, joint) = (bytes.below(rows), bytes.below(N_JOINTS));
        let value = bytes.value(-3.0, 3.0);
        if let Some(row) = angles.get_mut(row) {
            row[joint] = value;
        }
    }
    angles
}

fn table(bytes: &mut Bytes<'_>) -> Result<GaitPattern> {
    let rows = bytes.below(120);
    let angles = stride(bytes, rows);
    let speed = bytes.once_in(2).then(|| bytes.value(0.05, 5.0));
    GaitPattern::from_table(&angles, bytes.value(0.3, 10.0), bytes.value(0.0, 1.0), speed, bytes.value(0.01, 0.5))
}

fn speed_table(bytes: &mut Bytes<'_>) -> Result<GaitPattern> {
    let (strides, rows) = (bytes.below(5), 5 + bytes.below(40));
    let angles: Vec<Vec<JointVec>> = (0..strides).map(|_| stride(bytes, rows)).collect();
    let angles: Vec<&[JointVec]> = angles.iter().map(Vec::as_slice).collect();
    let mut column = |low, high| -> Vec<f64> { (0..strides).map(|_| bytes.value(low, high)).collect() };
    let (mut speeds, stride_times, lengths) = (column(0.01, 5.0), column(0.3, 10.0), column(0.3, 1.3));
    if !bytes.once_in(4) {
        speeds.sort_by(f64::total_cmp);
    }
    let table = SpeedTable { speeds: &speeds, stride_times: &stride_times, angles: &angles };
    let own = bytes.value(0.3, 1.3);
    let lengths = bytes.bit().then_some(LegLengths { own, table: &lengths });
    GaitPattern::from_speed_table(
        &table,
        bytes.value(0.05, 5.0),
        lengths,
        bytes.value(0.0, 1.0),
        bytes.value(0.01, 0.5),
    )
}

fn ramp(bytes: &mut Bytes<'_>) -> Result<GaitPattern> {
    let (speed, height, incline) = (bytes.value(0.14, 1.4), bytes.value(1.5, 2.0), bytes.value(-0.175, 0.175));
    GaitPattern::ramp(speed, height, incline, bytes.value(0.0, 0.1), bytes.value(-0.5, 0.5), 15f64.to_radians())
}

fn stairs(bytes: &mut Bytes<'_>) -> Result<GaitPattern> {
    let (rise, tread, height) = (bytes.value(0.05, 0.25), bytes.value(0.2, 0.45), bytes.value(1.0, 2.3));
    let direction = bytes.any([Direction::Up, Direction::Down]);
    GaitPattern::stairs(rise, tread, height, direction, bytes.value(0.2, 3.0), bytes.value(0.0, 0.1))
}

fn adjusted(bytes: &mut Bytes<'_>, pattern: &GaitPattern) -> Result<GaitPattern> {
    let mut pair = |low, high| bytes.once_in(4).then(|| [bytes.value(low, high), bytes.value(low, high)]);
    let (step_length, foot_clearance_cm) = (pair(0.05, 1.2), pair(0.0, 15.0));
    let (knee_range_deg, hip_range_deg, stance_share) = (pair(5.0, 120.0), pair(5.0, 90.0), pair(0.5, 0.75));
    let mut one = |low, high| bytes.once_in(4).then(|| bytes.value(low, high));
    let (cadence, speed, asymmetry, phase_offset) = (one(10.0, 200.0), one(0.05, 2.5), one(-1.0, 1.0), one(0.3, 0.7));
    let words = Words {
        step_length,
        foot_clearance_cm,
        knee_range_deg,
        hip_range_deg,
        stance_share,
        cadence,
        speed,
        asymmetry,
        phase_offset,
    };
    let (low, high) = (bytes.value(-3.0, 0.0), bytes.value(0.0, 3.0));
    pattern.adjust(&words, bytes.value(1.0, 2.3), &RangeOfMotion::new([low; N_JOINTS], [high; N_JOINTS])?)
}

/// A recording of this pattern with faults in it.
fn fitted(bytes: &mut Bytes<'_>, pattern: &GaitPattern) -> Result<GaitPattern> {
    let (step, rate) = (bytes.value(0.001, 0.05), bytes.between(0.3, 2.0));
    let mut time: Vec<f64> = (0..600).map(|k| step * f64::from(k)).collect();
    let mut angles: Vec<JointVec> = time.iter().map(|t| pattern.evaluate(rate * t, None).q).collect();
    let marks = |offset: f64| -> Vec<f64> { (0..40_u8).map(|k| (f64::from(k) + offset) / rate).collect() };
    let mut contacts = [marks(0.0), marks(1.0 - pattern.offset())];
    for _ in 0..bytes.below(6) {
        let (row, value) = (bytes.below(256), bytes.value(-3.0, 12.0));
        match bytes.byte() % 4 {
            0 => time[row] = value,
            1 => contacts[0].insert(row % 40, value),
            2 => contacts[1].truncate(row),
            _ => angles[row][bytes.below(N_JOINTS)] = value,
        }
    }
    let params = FitParams { min_cycles: bytes.below(8), harmonics: bytes.below(42), ..FitParams::default() };
    Ok(pattern.fit(&time, &angles, [&contacts[0], &contacts[1]], &params)?.pattern)
}

fn judge(bytes: &mut Bytes<'_>, pattern: &GaitPattern) {
    assert!(pattern.stride_rate().is_finite() && pattern.stride_rate() >= 0.0);
    for k in 0..=32 {
        let reference = pattern.evaluate(f64::from(k) / 32.0, None);
        let sound = reference.q.iter().all(|q| q.abs() <= ANGLE_MAX);
        assert!(sound && reference.dq.iter().chain(&reference.ddq).all(|x| x.is_finite()), "{reference:?}");
    }
    for _ in 0..4 {
        let mut pair = || [bytes.hostile(), bytes.hostile()];
        let reference = pattern.evaluate_sides(pair(), pair(), pair());
        let all = reference.q.iter().chain(&reference.dq).chain(&reference.ddq);
        assert!(all.clone().all(|x| x.is_finite()), "{reference:?}");
    }
    if let Ok(clearance) = pattern.foot_clearance(bytes.value(1.0, 2.3)) {
        assert!(clearance.is_finite());
    }
    if let Ok(description) = pattern.describe(bytes.value(1.0, 2.3)) {
        assert!(description.cadence.is_finite() && description.step_length.iter().all(|x| x.is_finite()));
    }
    if let Ok(complement) = LimbComplement::from_pattern(pattern, bytes.below(3), bytes.value(1e-9, 1.0)) {
        let (q, dq) = complement.step([bytes.hostile(); 3], [bytes.hostile(); 3]);
        assert!(q.iter().chain(&dq).all(|x| x.is_finite()));
    }
}

pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let made = match bytes.byte() % 5 {
        0 => koopman(&mut bytes),
        1 => table(&mut bytes),
        2 => speed_table(&mut bytes),
        3 => ramp(&mut bytes),
        _ => stairs(&mut bytes),
    };
    let changed = match made {
        Err(error) => Err(error),
        Ok(pattern) => {
            judge(&mut bytes, &pattern);
            match bytes.byte() % 4 {
                0 => adjusted(&mut bytes, &pattern),
                1 => fitted(&mut bytes, &pattern),
                2 => pattern.complement(bytes.below(3), bytes.value(0.0, 1.0)),
                _ => return,
            }
        }
    };
    match changed {
        Ok(pattern) => judge(&mut bytes, &pattern),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
