//! Nearest point of a leg on a path in joint space, followed within a window around the phase.

use crate::curve::Curve;
use crate::error::{Error, Result, all_in_range, in_range};
use crate::types::{JointReading, JointVec, N_LEG, Sides, wrap, wrap_signed};

/// Fewest and most samples of a path.
const SAMPLES: [usize; 2] = [8, 1024];
/// Points tried over the window when nothing is known yet, less one.
const STEPS: u32 = 32;
/// How much smaller a squared distance must be to count as smaller [rad²].
const SMALLER: f64 = 1e-9;
/// Fastest movement of the nearest point [cycles/s], and the longest tick that counts [s].
const FASTEST: f64 = 5.0;
const LONGEST: f64 = 0.02;
/// Squared speed that keeps a step finite where the path stands [rad²/cycle²].
pub(super) const STANDING: f64 = 0.01;
/// Largest angle [rad] and velocity [rad/s] that are looked at.
pub(super) const LARGEST: [f64; 2] = [10.0, 100.0];

/// A path of both legs, and where on it each of them is.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearest {
    /// Polynomial coefficients of the joints of each leg, together for each interval.
    legs: Sides<Vec<[[f64; 4]; N_LEG]>>,
    weight: JointVec,
    window: f64,
    at: Sides<Option<f64>>,
}

/// Nearest point of one leg.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearestPoint {
    /// Phase of the nearest point [-].
    pub phase: f64,
    /// Distance from it per joint, weighted [rad]; 0 for a joint without weight.
    pub error: [f64; N_LEG],
    /// Slope of the path per joint, weighted [rad/cycle]; 0 for a joint without weight.
    pub slope: [f64; N_LEG],
    /// Sum of the squared slopes [rad²/cycle²].
    pub speed: f64,
    /// Distance from the path [rad].
    pub distance: f64,
    /// Velocity per joint, within bounds [rad/s]; 0 for a joint without weight.
    pub velocity: [f64; N_LEG],
}

/// Errors and slopes of a leg against one point of its path, and their sums.
#[derive(Clone, Copy)]
struct Fit {
    error: [f64; N_LEG],
    slope: [f64; N_LEG],
    /// Sums of squared error, squared slope, error times slope, error times curvature.
    sums: [f64; 4],
}

impl Nearest {
    /// Path of angles [rad] at even phases of each side's own cycle, -3 to 3; weight of each joint in a distance [-],
    /// 0 to 10; half width of the window around the phase [-], 0.01 to 0.25.
    ///
    /// # Errors
    /// [`Error::Length`] for a path of fewer than 8 or more than 1024 samples, [`Error::OutOfRange`] naming the first
    /// value outside its range.
    pub fn new(path: &[JointVec], weight: JointVec, window: f64) -> Result<Self> {
        let [min, max] = SAMPLES;
        if !(min..=max).contains(&path.len()) {
            return Err(Error::Length { name: "path", got: path.len(), min, max });
        }
        for (index, &value) in path.iter().flatten().enumerate() {
            if !(-3.0..=3.0).contains(&value) {
                return Err(Error::OutOfRange { name: "path", index: Some(index), value, min: -3.0, max: 3.0 });
            }
        }
        let weight = all_in_range("weight", weight, 0.0, 10.0)?;
        let window = in_range("window", window, 0.01, 0.25)?;
        let column = |j: usize| Curve::new("path", &path.iter().map(|row| row[j]).collect::<Vec<_>>());
        let curves = [column(0)?, column(1)?, column(2)?, column(3)?, column(4)?, column(5)?];
        let piece = |side: usize, k: usize| core::array::from_fn(|j| curves[N_LEG * side + j].pieces()[k]);
        let legs = [0, 1].map(|side| (0..path.len()).map(|k| piece(side, k)).collect());
        Ok(Self { legs, weight, window, at: [None; 2] })
    }

    /// Weight of each joint in a distance [-].
    #[must_use]
    pub fn weight(&self) -> &JointVec {
        &self.weight
    }

    /// Forgets where the legs are.
    pub fn reset(&mut self) {
        self.at = [None; 2];
    }

    /// One tick of `dt` [s] of `side`: absent for a leg that cannot be placed, which is then forgotten.
    pub fn step(
        &mut self,
        side: usize,
        q: &JointReading,
        dq: &JointReading,
        phase: f64,
        dt: f64,
    ) -> Option<NearestPoint> {
        let Some((x, velocity)) = self.readings(side, q, dq).filter(|_| phase.is_finite()) else {
            self.at[side] = None;
            return None;
        };
        let p = wrap(phase);
        let (start, low, high) = match self.at[side] {
            None => self.search(side, &x, p),
            Some(s) => {
                let (u, reach) = (wrap_signed(s - p), FASTEST * held(dt));
                (u, clamp(-self.window, u - reach, u + reach), clamp(self.window, u - reach, u + reach))
            }
        };
        let start = clamp(start, low, high);
        let first = self.fit(side, &x, p + start);
        let (mut u, mut at) = (start, first);
        for _ in 0..3 {
            let [_, a, b, c] = at.sums;
            u = clamp(u + b / (a - c).max(a / 4.0 + STANDING), low, high);
            at = self.fit(side, &x, p + u);
        }
        if at.sums[0] > first.sums[0] + SMALLER {
            (u, at) = (start, first);
        }
        let phase = wrap(p + u);
        self.at[side] = Some(phase);
        let [squared, speed, ..] = at.sums;
        Some(NearestPoint { phase, error: at.error, slope: at.slope, speed, distance: squared.sqrt(), velocity })
    }

    /// Angles and velocities within bounds, when every joint with weight has both and there is one.
    fn readings(&self, side: usize, q: &JointReading, dq: &JointReading) -> Option<([f64; N_LEG], [f64; N_LEG])> {
        let (mut x, mut v, mut any) = ([0.0; N_LEG], [0.0; N_LEG], false);
        for j in 0..N_LEG {
            let i = N_LEG * side + j;
            if self.weight[i] > 0.0 {
                let finite = |value: Option<f64>| value.filter(|v| v.is_finite());
                x[j] = clamp(finite(q[i])?, -LARGEST[0], LARGEST[0]);
                v[j] = clamp(finite(dq[i])?, -LARGEST[1], LARGEST[1]);
                any = true;
            }
        }
        any.then_some((x, v))
    }

    /// Best of the points tried over the window, and the span around it.
    fn search(&self, side: usize, x: &[f64; N_LEG], p: f64) -> (f64, f64, f64) {
        let w = self.window;
        let mut best = (f64::INFINITY, -w);
        for i in 0..=STEPS {
            let u = -w + f64::from(i) * (2.0 * w / f64::from(STEPS));
            let squared = self.fit(side, x, p + u).sums[0];
            if i == 0 || squared < best.0 - SMALLER {
                best = (squared, u);
            }
        }
        let u = best.1;
        (u, (-w).max(u - w / 16.0), w.min(u + w / 16.0))
    }

    fn fit(&self, side: usize, x: &[f64; N_LEG], s: f64) -> Fit {
        let mut out = Fit { error: [0.0; N_LEG], slope: [0.0; N_LEG], sums: [0.0; 4] };
        let leg = &self.legs[side];
        let scale = leg.len() as f64;
        let at = wrap(s) * scale;
        let k = (at as usize).min(leg.len() - 1);
        let u = at - k as f64;
        for (j, &x) in x.iter().enumerate() {
            let i = N_LEG * side + j;
            let m = self.weight[i];
            if m > 0.0 {
                let [a, b, c, d] = leg[k][j];
                let slope = m * (scale * (b + u * (2.0 * c + u * 3.0 * d)));
                let error = m * (x - (a + u * (b + u * (c + u * d))));
                (out.error[j], out.slope[j]) = (error, slope);
                out.sums[0] += error * error;
                out.sums[1] += slope * slope;
                out.sums[2] += error * slope;
                out.sums[3] += error * m * (scale * scale * (2.0 * c + u * 6.0 * d));
            }
        }
        out
    }
}

/// Length of a tick that counts [s]: 0 for what is no time.
pub(super) fn held(dt: f64) -> f64 {
    if dt.is_finite() && dt > 0.0 { dt.min(LONGEST) } else { 0.0 }
}

/// `x`, not below `low` and not above `high`.
pub(super) fn clamp(x: f64, low: f64, high: f64) -> f64 {
    x.min(high).max(low)
}
