//! Ways of the strides of a recording.

use super::path::Path;
use super::rest::{self, Rest};
use super::{Figures, ImuRow, Rows};
use crate::error::Result;
use crate::measures::recording::{ordered, same_length};
use crate::measures::row::StrideRow;
use crate::measures::tally::measured;

/// Contact and toe-off of one stance [s].
pub(in crate::measures) type Stance = (f64, f64);

/// Rows of one foot, those with an absent number left out.
struct Kept {
    time: Vec<f64>,
    row: Vec<ImuRow>,
}

impl Kept {
    fn new(time: &[f64], rows: impl Iterator<Item = ImuRow>) -> Self {
        let whole = time.iter().zip(rows).filter(|(_, row)| row.iter().all(|&x| measured(Some(x)).is_some()));
        let (time, row) = whole.unzip();
        Self { time, row }
    }
}

impl Rows for Kept {
    fn len(&self) -> usize {
        self.time.len()
    }

    fn time(&self, i: usize) -> f64 {
        self.time[i]
    }

    fn row(&self, i: usize) -> ImuRow {
        self.row[i]
    }
}

/// Way of a foot from the rest of one stance to that of a later one.
#[derive(Clone, Debug, PartialEq)]
pub struct FootPath {
    /// Time of each row [s].
    pub time: Vec<f64>,
    /// Position, the third one up [m].
    pub position: Vec<[f64; 3]>,
    /// Velocity [m/s].
    pub velocity: Vec<[f64; 3]>,
    /// Horizontal distance of the two rests [m].
    pub length: f64,
    /// Largest height above the line between the two rests [m].
    pub lift: f64,
    /// How much higher the second rest is [m].
    pub height_change: f64,
    /// Change of heading, positive to the left [rad].
    pub turn: f64,
}

/// The way between the rests of two stances, each given by its contact and toe-off [s]; absent when there is none.
///
/// # Errors
/// [`crate::Error::Length`], [`crate::Error::OutOfRange`] or [`crate::Error::NotIncreasing`] naming what is refused.
pub fn foot_trajectory(time: &[f64], imu: &[ImuRow], before: Stance, after: Stance) -> Result<Option<FootPath>> {
    ordered("time", time, false)?;
    same_length("imu", imu.len(), time.len())?;
    ordered("before", &[before.0, before.1], true)?;
    ordered("after", &[after.0, after.1], true)?;
    let rows = Kept::new(time, imu.iter().copied());
    let rests = rest::find(&rows, before.0, before.1).zip(rest::find(&rows, after.0, after.1));
    let mut path = Path::with_capacity(0);
    let way = rests.and_then(|(from, to)| Some((path.follow(&rows, &from, &to)?, from.at, to.at)));
    Ok(way.map(|(Figures { length, lift, height_change, turn }, first, last)| FootPath {
        time: rows.time[first..=last].to_vec(),
        position: path.position,
        velocity: path.velocity,
        length,
        lift,
        height_change,
        turn,
    }))
}

/// Writes the way of each stride of one foot that has one.
pub(in crate::measures) fn ways_of_strides(
    time: &[f64],
    imu: impl Iterator<Item = ImuRow>,
    stances: &[Stance],
    rows: &mut [StrideRow],
) {
    let kept = Kept::new(time, imu);
    let rests: Vec<(f64, Option<Rest>)> = stances.iter().map(|&(a, b)| (a, rest::find(&kept, a, b))).collect();
    let rest_at = |t: f64| {
        let from = rests.partition_point(|r| r.0 < t);
        rests[from..].iter().take_while(|r| r.0 == t).find_map(|r| r.1)
    };
    let mut path = Path::with_capacity(0);
    for row in rows {
        let rests = row.start.and_then(rest_at).zip(row.end.and_then(rest_at));
        if let Some(way) = rests.and_then(|(from, to)| path.follow(&kept, &from, &to)) {
            row.stride_length = Some(way.length);
            row.foot_lift = Some(way.lift);
            row.height_change = Some(way.height_change);
            row.turn = Some(way.turn);
        }
    }
}
