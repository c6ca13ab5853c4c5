//! Way of a foot from rest to rest, from its inertial sensor (section 8.5).

mod meter;
mod path;
mod rest;
mod way;

pub use meter::{FootMeter, FootStep};
pub use way::{FootPath, foot_trajectory};
pub(super) use way::{Stance, ways_of_strides};

/// Specific force along x, y, z [m/s²], then rate of turn about them [rad/s], in the axes of the sensor.
pub type ImuRow = [f64; 6];

/// Keeps rounding from deciding [s, m²/s²].
const ROUNDING: f64 = 1e-6;

/// Rows of a sensor that hold no absent number, in order of time.
trait Rows {
    fn len(&self) -> usize;
    /// Time of row `i` [s].
    fn time(&self, i: usize) -> f64;
    fn row(&self, i: usize) -> ImuRow;

    /// How many rows come before the first one for which `before` does not hold.
    fn partition(&self, before: impl Fn(f64) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if before(self.time(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// Figures of a way from rest to rest.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Figures {
    length: f64,
    lift: f64,
    height_change: f64,
    turn: f64,
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    (a[0] * b[0] + a[1] * b[1]) + a[2] * b[2]
}

/// Specific force and rate of turn of a row.
fn split([ax, ay, az, wx, wy, wz]: ImuRow) -> ([f64; 3], [f64; 3]) {
    ([ax, ay, az], [wx, wy, wz])
}
