//! A pattern from one recorded stride.

use crate::error::{Error, Result, in_range};
use crate::types::{JointVec, N_JOINTS, N_LEG, smooth_step};

use super::pattern::{Cadence, GaitPattern};

/// Smallest number of rows of a table.
const ROWS_MIN: usize = 9;
/// Largest number of rows of a table.
const ROWS_MAX: usize = 10_000;
/// Largest magnitude of an angle [rad].
const ANGLE_MAX: f64 = 3.0;
/// Largest distance between the ends of an open curve [rad].
const GAP_MAX: f64 = 0.1745;
/// Names of the columns in messages.
const COLUMNS: [&str; N_JOINTS] =
    ["angles[:, 0]", "angles[:, 1]", "angles[:, 2]", "angles[:, 3]", "angles[:, 4]", "angles[:, 5]"];

impl GaitPattern {
    /// A pattern from one stride: `angles` [rad], -3 to 3, at phases `i / (N - 1)`, 9 to 10000 rows, the last repeating
    /// the first up to a measurement error of at most 0.1745 rad.
    ///
    /// `stride_time` [s], 0.3 to 10; `offset` [-], 0 to 1, phase of the right side minus phase of the left; `speed`
    /// [m/s], 0.05 to 5; `closing` [-], 0.01 to 0.5, is the part of the cycle at each end over which the gap between
    /// the last and the first row is closed.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] or [`Error::Length`] naming the first argument that was refused.
    pub fn from_table(
        angles: &[JointVec],
        stride_time: f64,
        offset: f64,
        speed: Option<f64>,
        closing: f64,
    ) -> Result<Self> {
        check_angles(angles)?;
        check_gaps(angles)?;
        let cadence = Cadence {
            stride_rate: 1.0 / in_range("stride_time", stride_time, 0.3, 10.0)?,
            offset: in_range("offset", offset, 0.0, 1.0)?,
            speed: speed.map(|v| in_range("speed", v, 0.05, 5.0)).transpose()?,
            published_stride_rate: None,
        };
        let closed = close(angles, in_range("closing", closing, 0.01, 0.5)?);
        let leg = |side: usize| -> Vec<[f64; N_LEG]> {
            closed.iter().map(|row| core::array::from_fn(|i| row[N_LEG * side + i])).collect()
        };
        Self::through(&leg(0), &leg(1), cadence)
    }
}

/// Checks the number of rows and the range of each angle.
pub(super) fn check_angles(angles: &[JointVec]) -> Result<()> {
    if !(ROWS_MIN..=ROWS_MAX).contains(&angles.len()) {
        return Err(Error::Length { name: "angles", got: angles.len(), min: ROWS_MIN, max: ROWS_MAX });
    }
    for (joint, name) in COLUMNS.into_iter().enumerate() {
        for (index, row) in angles.iter().enumerate() {
            in_range(name, row[joint], -ANGLE_MAX, ANGLE_MAX).map_err(|_| Error::OutOfRange {
                name,
                index: Some(index),
                value: row[joint],
                min: -ANGLE_MAX,
                max: ANGLE_MAX,
            })?;
        }
    }
    Ok(())
}

/// Checks that each column ends near where it began.
fn check_gaps(angles: &[JointVec]) -> Result<()> {
    let last = angles.len() - 1;
    for (index, (end, start)) in angles[last].iter().zip(angles[0]).enumerate() {
        let (name, value, min, max) = ("angles[-1] - angles[0]", end - start, -GAP_MAX, GAP_MAX);
        in_range(name, value, min, max).map_err(|_| Error::OutOfRange { name, index: Some(index), value, min, max })?;
    }
    Ok(())
}

/// Spreads the gap of each column over both ends and drops the row that then repeats the first.
fn close(angles: &[JointVec], closing: f64) -> Vec<JointVec> {
    let last = angles.len() - 1;
    let gap: JointVec = core::array::from_fn(|j| angles[last][j] - angles[0][j]);
    (0..last)
        .map(|i| {
            let p = i as f64 / last as f64;
            let weight = (1.0 - smooth_step(p / closing)) - (1.0 - smooth_step((1.0 - p) / closing));
            core::array::from_fn(|j| angles[i][j] + gap[j] / 2.0 * weight)
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use core::f64::consts::TAU;

    fn sine(rows: usize, gap: f64) -> Vec<JointVec> {
        (0..rows)
            .map(|i| {
                let p = i as f64 / (rows - 1) as f64;
                [0.3 * (TAU * p).sin() + gap * p; N_JOINTS]
            })
            .collect()
    }

    #[test]
    fn a_closed_table_is_reproduced_at_its_rows() {
        let angles = sine(51, 0.0);
        let pattern = GaitPattern::from_table(&angles, 1.2, 0.5, Some(1.1), 0.05).unwrap();
        for (i, row) in angles.iter().enumerate() {
            let got = pattern.evaluate_sides([i as f64 / 50.0; 2], [0.0; 2], [0.0; 2]).q;
            for j in 0..N_JOINTS {
                assert!((got[j] - row[j]).abs() < 1e-14);
            }
        }
        assert_eq!((pattern.stride_rate(), pattern.speed(), pattern.offset()), (1.0 / 1.2, Some(1.1), 0.5));
        assert_eq!(pattern.published_stride_rate(), None);
    }

    #[test]
    fn an_open_table_is_closed_half_from_each_end() {
        let angles = sine(101, 0.02);
        let closed = close(&angles, 0.05);
        assert_eq!(closed.len(), 100);
        assert!((closed[0][0] - 0.01).abs() < 1e-15);
        assert_eq!(closed[5], angles[5]);
        assert_eq!(closed[95], angles[95]);
        // One row before the seam: S(0.2) = 0.104 of the correction is gone.
        assert!((closed[99][0] - (angles[99][0] - 0.01 * (1.0 - 0.104))).abs() < 1e-15);
    }

    #[test]
    fn refuses_and_names_what_is_wrong() {
        let good = sine(51, 0.0);
        let message = |r: Result<GaitPattern>| r.unwrap_err().to_string();
        let table = |a: &[JointVec]| GaitPattern::from_table(a, 1.2, 0.5, None, 0.05);
        assert_eq!(message(table(&good[..8])), "angles must have length 9 to 10000, got 8");
        assert_eq!(message(table(&sine(10_001, 0.0))), "angles must have length 9 to 10000, got 10001");
        assert!(table(&sine(10_000, 0.0)).is_ok());
        assert!(message(table(&sine(51, 0.2))).starts_with("angles[-1] - angles[0] must lie in"));
        let mut bad = good.clone();
        bad[3][4] = f64::NAN;
        assert_eq!(message(table(&bad)), "angles[:, 4] must lie in [-3, 3], got NaN at index 3");
        let args: [(&str, Result<GaitPattern>); 4] = [
            ("stride_time", GaitPattern::from_table(&good, 0.0, 0.5, None, 0.05)),
            ("offset", GaitPattern::from_table(&good, 1.0, f64::NAN, None, 0.05)),
            ("speed", GaitPattern::from_table(&good, 1.0, 0.5, Some(0.0), 0.05)),
            ("closing", GaitPattern::from_table(&good, 1.0, 0.5, None, 0.6)),
        ];
        for (name, result) in args {
            assert!(message(result).starts_with(&format!("{name} must lie in")));
        }
    }
}
