//! A pattern between strides recorded at several speeds, for a person of the same or another size.

use crate::error::{Error, Result, in_range};
use crate::types::{GRAVITY, JointVec, N_JOINTS};

use super::pattern::GaitPattern;

/// Strides recorded at increasing speeds.
#[derive(Clone, Copy, Debug)]
pub struct SpeedTable<'a> {
    /// Joint angles [rad] of each stride, row by row, all with the same number of rows.
    pub angles: &'a [&'a [JointVec]],
    /// Speed of each stride [m/s], 0.01 to 5.
    pub speeds: &'a [f64],
    /// Duration of each stride [s], 0.3 to 10.
    pub stride_times: &'a [f64],
}

/// Leg lengths [m], 0.3 to 1.3, that make speeds and times non-dimensional.
///
/// Hof, A. L. (1996). Scaling gait data to body size. Gait & Posture 4(3), 222-223.
#[derive(Clone, Copy, Debug)]
pub struct LegLengths<'a> {
    /// Of the person the pattern is for.
    pub own: f64,
    /// Of the people of each stride.
    pub table: &'a [f64],
}

/// How far, as a share of it, a scaled speed may lie beyond the recorded ones [-].
const ROUNDING: f64 = 1e-12;

/// Speeds and stride times as they are interpolated, and what leads back to the person.
struct Scaled {
    speeds: Vec<f64>,
    times: Vec<f64>,
    speed: f64,
    /// Duration of the person [s] at a scaled duration of 1.
    unit_time: f64,
}

impl GaitPattern {
    /// The pattern at `speed` [m/s], 0.05 to 5, between the strides of `table`; `offset` [-] and `closing` [-] as for
    /// [`GaitPattern::from_table`]. With `lengths`, equal non-dimensional speed decides, not equal speed.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], [`Error::Length`] or [`Error::NotIncreasing`] naming the first argument that was
    /// refused; a `speed` beyond the recorded ones is refused with their range.
    pub fn from_speed_table(
        table: &SpeedTable<'_>,
        speed: f64,
        lengths: Option<LegLengths<'_>>,
        offset: f64,
        closing: f64,
    ) -> Result<Self> {
        let scaled = scaled(table, in_range("speed", speed, 0.05, 5.0)?, lengths)?;
        let rows = table.angles[0].len();
        for stride in table.angles {
            if stride.len() != rows {
                return Err(Error::Length { name: "angles", got: stride.len(), min: rows, max: rows });
            }
            super::table::check_angles(stride)?;
        }
        let between = |values: &[f64]| monotone(&scaled.speeds, values, scaled.speed);
        let mut column = vec![0.0; table.angles.len()];
        let mut angle = |i: usize, j: usize| {
            column.iter_mut().zip(table.angles).for_each(|(value, stride)| *value = stride[i][j]);
            between(&column)
        };
        let mut angles = vec![[0.0; N_JOINTS]; rows];
        for (i, row) in angles.iter_mut().enumerate() {
            for (j, value) in row.iter_mut().enumerate() {
                *value = angle(i, j);
            }
        }
        let stride_time = between(&scaled.times) * scaled.unit_time;
        Self::from_table(&angles, stride_time, offset, Some(speed), closing)
    }
}

fn each_in_range(name: &'static str, values: &[f64], len: usize, min: f64, max: f64) -> Result<()> {
    if values.len() != len {
        return Err(Error::Length { name, got: values.len(), min: len, max: len });
    }
    match values.iter().position(|v| !(min..=max).contains(v)) {
        None => Ok(()),
        Some(i) => Err(Error::OutOfRange { name, index: Some(i), value: values[i], min, max }),
    }
}

fn scaled(table: &SpeedTable<'_>, speed: f64, lengths: Option<LegLengths<'_>>) -> Result<Scaled> {
    let n = table.angles.len();
    if n < 2 {
        return Err(Error::Length { name: "angles", got: n, min: 2, max: usize::MAX });
    }
    each_in_range("speeds", table.speeds, n, 0.01, 5.0)?;
    each_in_range("stride_times", table.stride_times, n, 0.3, 10.0)?;
    let (mut speeds, mut times) = (table.speeds.to_vec(), table.stride_times.to_vec());
    let (mut unit_speed, mut unit_time) = (1.0, 1.0);
    if let Some(LegLengths { own, table }) = lengths {
        let own = in_range("leg_length", own, 0.3, 1.3)?;
        each_in_range("table_leg_length", table, n, 0.3, 1.3)?;
        for ((speed, time), length) in speeds.iter_mut().zip(&mut times).zip(table) {
            *speed /= (GRAVITY * length).sqrt();
            *time *= (GRAVITY / length).sqrt();
        }
        (unit_speed, unit_time) = ((GRAVITY * own).sqrt(), (own / GRAVITY).sqrt());
    }
    if let Some(index) = (1..n).find(|&i| speeds[i] <= speeds[i - 1]) {
        let (value, previous) = (speeds[index], speeds[index - 1]);
        return Err(Error::NotIncreasing { name: "speeds", index, value, previous });
    }
    let (low, high) = (speeds[0] * unit_speed, speeds[n - 1] * unit_speed);
    if speed < low * (1.0 - ROUNDING) || speed > high * (1.0 + ROUNDING) {
        in_range("speed", speed, low, high)?;
    }
    let speed = (speed / unit_speed).clamp(speeds[0], speeds[n - 1]);
    Ok(Scaled { speeds, times, speed, unit_time })
}

/// Value at `at` of the piecewise cubic through `y` over increasing `x` that rises and falls only where `y` does.
///
/// Fritsch, F. N. & Butland, J. (1984). A method for constructing local monotone piecewise cubic interpolants. SIAM J
/// Sci Stat Comput 5(2), 300-304.
fn monotone(x: &[f64], y: &[f64], at: f64) -> f64 {
    let n = x.len();
    let h = |i: usize| x[i + 1] - x[i];
    let d = |i: usize| (y[i + 1] - y[i]) / h(i);
    let end = |h0: f64, h1: f64, d0: f64, d1: f64| {
        let e = ((2.0 * h0 + h1) * d0 - h0 * d1) / (h0 + h1);
        if e * d0 <= 0.0 {
            0.0
        } else if d0 * d1 < 0.0 && e.abs() > 3.0 * d0.abs() {
            3.0 * d0
        } else {
            e
        }
    };
    let slope = |i: usize| match i {
        _ if n == 2 => d(0),
        0 => end(h(0), h(1), d(0), d(1)),
        i if i == n - 1 => end(h(n - 2), h(n - 3), d(n - 2), d(n - 3)),
        i if d(i - 1) * d(i) <= 0.0 => 0.0,
        i => {
            let (h0, h1) = (h(i - 1), h(i));
            3.0 * (h0 + h1) / ((2.0 * h1 + h0) / d(i - 1) + (h1 + 2.0 * h0) / d(i))
        }
    };
    let i = x[1..n - 1].iter().take_while(|&&knot| knot <= at).count();
    let s = (at - x[i]) / h(i);
    let (m0, m1) = (slope(i) * h(i), slope(i + 1) * h(i));
    let rise = y[i + 1] - y[i];
    y[i] + s * (m0 + s * ((3.0 * rise - 2.0 * m0 - m1) + s * (m0 + m1 - 2.0 * rise)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use core::f64::consts::TAU;

    fn stride(amplitude: f64) -> Vec<JointVec> {
        (0..21).map(|i| [amplitude * (TAU * f64::from(i) / 20.0).cos(); N_JOINTS]).collect()
    }

    #[test]
    fn the_cubic_keeps_monotony_and_meets_its_values() {
        let (x, y) = ([0.0, 1.0, 1.5, 4.0], [0.0, 0.1, 2.0, 2.0]);
        for (x0, y0) in x.iter().zip(y) {
            assert!((monotone(&x, &y, *x0) - y0).abs() < 1e-15);
        }
        let mut last = -1e-15;
        for k in 0..=400 {
            let value = monotone(&x, &y, 0.01 * f64::from(k));
            assert!(value >= last - 1e-12 && value <= 2.0 + 1e-12);
            last = value;
        }
        // Inner slope by hand: d = 0.1 and 3.8, h = 1 and 0.5: 4.5 / (2/0.1 + 2.5/3.8).
        let by_hand = 4.5 / (2.0 / 0.1 + 2.5 / 3.8);
        let slope = (monotone(&x, &y, 1.0 + 1e-7) - monotone(&x, &y, 1.0 - 1e-7)) / 2e-7;
        assert!((slope - by_hand).abs() < 1e-5, "{slope} {by_hand}");
    }

    #[test]
    fn a_recorded_speed_gives_the_recorded_stride_and_size_scales_speed_and_time() {
        let (slow, mid, fast) = (stride(0.2), stride(0.3), stride(0.5));
        let angles: [&[JointVec]; 3] = [&slow, &mid, &fast];
        let table = SpeedTable { angles: &angles, speeds: &[0.5, 1.0, 1.5], stride_times: &[1.6, 1.2, 1.0] };
        let own = GaitPattern::from_speed_table(&table, 1.0, None, 0.5, 0.05).unwrap();
        assert!((own.evaluate(0.0, None).q[0] - 0.3).abs() < 1e-15 && (own.stride_rate() - 1.0 / 1.2).abs() < 1e-15);
        // A leg a quarter as long walks alike at half the speed and half the stride time.
        let lengths = Some(LegLengths { own: 0.3, table: &[1.2; 3] });
        let small = GaitPattern::from_speed_table(&table, 0.5, lengths, 0.5, 0.05).unwrap();
        assert!((small.evaluate(0.0, None).q[0] - 0.3).abs() < 1e-14);
        assert!((small.stride_rate() - 2.0 / 1.2).abs() < 1e-14 && small.speed() == Some(0.5));
        let error = GaitPattern::from_speed_table(&table, 0.8, lengths, 0.5, 0.05).unwrap_err();
        assert!(error.to_string().starts_with("speed must lie in [0.25"), "{error}");
    }

    #[test]
    fn refuses_and_names_what_is_wrong() {
        let one = stride(0.2);
        let short = stride(0.2)[..12].to_vec();
        let build = |angles: &[&[JointVec]], speeds: &[f64], times: &[f64], lengths: Option<LegLengths<'_>>| {
            let table = SpeedTable { angles, speeds, stride_times: times };
            GaitPattern::from_speed_table(&table, 0.7, lengths, 0.5, 0.05).unwrap_err().to_string()
        };
        let two: [&[JointVec]; 2] = [&one, &one];
        assert!(build(&two[..1], &[0.5], &[1.0], None).starts_with("angles must have length 2"));
        assert!(build(&two, &[0.5], &[1.0; 2], None).starts_with("speeds must have length 2"));
        assert!(build(&two, &[0.9, 0.5], &[1.0; 2], None).starts_with("speeds must increase"));
        assert!(build(&two, &[0.5, f64::NAN], &[1.0; 2], None).starts_with("speeds must lie in"));
        assert!(build(&two, &[0.5, 0.9], &[1.0, 20.0], None).starts_with("stride_times must lie in"));
        assert!(build(&[&one, &short], &[0.5, 0.9], &[1.0; 2], None).starts_with("angles must have length 21"));
        let lengths = Some(LegLengths { own: 0.2, table: &[1.0; 2] });
        assert!(build(&two, &[0.5, 0.9], &[1.0; 2], lengths).starts_with("leg_length must lie in"));
        let lengths = Some(LegLengths { own: 0.9, table: &[2.0; 2] });
        assert!(build(&two, &[0.5, 0.9], &[1.0; 2], lengths).starts_with("table_leg_length must lie in"));
    }
}
