//! The axis about which a shank swings, and which way round is forward.

use super::params::Span;

pub(super) type Vector = [f64; 3];

/// Length of a chunk of samples that is weighed as one [s].
const CHUNK: f64 = 0.04;
/// Rate below which a leg rests [rad/s].
const REST: f64 = 0.4;
/// Time for which a chunk counts [s].
const MEMORY: f64 = 8.0;

pub(super) fn dot(a: &Vector, b: &Vector) -> f64 {
    (a[0] * b[0] + a[1] * b[1]) + a[2] * b[2]
}

/// Sums over a chunk: second moments xx, xy, xz, yy, yz, zz [rad²/s], third moment [rad³/s²], length [s].
#[derive(Clone, Copy, Debug, Default)]
struct Chunk {
    second: [f64; 6],
    third: f64,
    length: f64,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    direction: Option<Vector>,
    /// 1 or -1: which way round is forward.
    pub(super) sign: f64,
    second: [f64; 6],
    third: f64,
    chunk: Chunk,
    /// Slow part of the rate, turning [rad/s].
    turning: Vector,
}

impl Axis {
    pub(super) fn new() -> Self {
        Self { direction: None, sign: 1.0, second: [0.0; 6], third: 0.0, chunk: Chunk::default(), turning: [0.0; 3] }
    }

    /// Drops what belongs to the present moment; the axis stays.
    pub(super) fn restart(&mut self) {
        (self.chunk, self.turning) = (Chunk::default(), [0.0; 3]);
    }

    /// Takes a rate [rad/s]: its part about the axis as known before, and whether forward turned out to be backward.
    #[inline]
    pub(super) fn take(&mut self, w: &Vector, span: &Span) -> (f64, bool) {
        let x = self.direction.map_or(0.0, |u| dot(&u, w));
        for (slow, w) in self.turning.iter_mut().zip(w) {
            *slow += span.slow * (w - *slow);
        }
        let [hx, hy, hz] = core::array::from_fn(|i| w[i] - self.turning[i]);
        let ([xx, xy, xz, yy, yz, zz], dt) = (self.chunk.second, span.dt);
        let chunk = Chunk {
            second: [
                xx + hx * hx * dt,
                xy + hx * hy * dt,
                xz + hx * hz * dt,
                yy + hy * hy * dt,
                yz + hy * hz * dt,
                zz + hz * hz * dt,
            ],
            third: self.chunk.third + x * x * x * dt,
            length: self.chunk.length + dt,
        };
        if chunk.length < CHUNK {
            self.chunk = chunk;
            return (x, false);
        }
        self.chunk = Chunk::default();
        (x, self.weigh(chunk))
    }

    /// Weighs a chunk in, unless the leg rests; whether forward turned out to be backward.
    #[inline]
    fn weigh(&mut self, Chunk { second: q, third, length }: Chunk) -> bool {
        if (q[0] + q[3]) + q[5] < REST * REST * length {
            return false;
        }
        let keep = (1.0 - length / MEMORY).max(0.0);
        for (sum, part) in self.second.iter_mut().zip(q) {
            *sum = keep * *sum + part;
        }
        self.third = keep * self.third + third;
        self.direction = match self.direction {
            Some(u) => self.turned(u, 2).or(Some(u)),
            None => self.turned(self.widest_row(), 8),
        };
        let backward = self.third * self.sign < 0.0;
        if backward {
            self.sign = -self.sign;
        }
        backward
    }

    /// Row of the second moments with the largest diagonal element.
    fn widest_row(&self) -> Vector {
        let [xx, xy, xz, yy, yz, zz] = self.second;
        if xx >= yy && xx >= zz {
            [xx, xy, xz]
        } else if yy >= zz {
            [xy, yy, yz]
        } else {
            [xz, yz, zz]
        }
    }

    /// The direction after some power iterations; absent when one has no length.
    #[inline]
    fn turned(&self, [mut x, mut y, mut z]: Vector, times: usize) -> Option<Vector> {
        let [xx, xy, xz, yy, yz, zz] = self.second;
        let columns = [[xx, xy, xz, 0.0], [xy, yy, yz, 0.0], [xz, yz, zz, 0.0]]; // in pairs they fit vector registers
        for _ in 0..times {
            let v: [f64; 4] = core::array::from_fn(|i| (columns[0][i] * x + columns[1][i] * y) + columns[2][i] * z);
            let norm = ((v[0] * v[0] + v[1] * v[1]) + v[2] * v[2]).sqrt();
            if norm <= 0.0 || norm.is_nan() {
                return None;
            }
            [x, y, z, _] = v.map(|v| v / norm);
        }
        Some([x, y, z])
    }
}

/// Tells a jolt from the usual movement of the rate.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Jolts {
    slow: Option<[f64; 4]>,
    slope: [f64; 4],
    /// Usual power of what two filters leave [rad²/s²].
    usual: f64,
}

/// Power of a jolt in usual powers [-].
const JOLT: f64 = 16.0;

impl Jolts {
    /// The next rate is taken as it is.
    pub(super) fn restart(&mut self) {
        self.slow = None;
    }

    /// Whether the rate [rad/s] jolts.
    #[inline]
    pub(super) fn take(&mut self, &[x, y, z]: &Vector, span: &Span) -> bool {
        let w = [x, y, z, 0.0]; // the fourth adds nothing; in pairs they fit vector registers
        let Some(slow) = &mut self.slow else {
            (self.slow, self.slope) = (Some(w), [0.0; 4]);
            return false;
        };
        let mut power = 0.0;
        for ((slow, slope), w) in slow.iter_mut().zip(&mut self.slope).zip(w) {
            *slow += span.fast * (w - *slow);
            let fast = w - *slow;
            *slope += span.fast * (fast - *slope);
            let rest = fast - *slope;
            power += rest * rest;
        }
        let jolt = power > JOLT * self.usual;
        self.usual += (power - self.usual) * span.slow;
        jolt
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_is_found_within_half_a_swing_and_forward_is_the_fast_way() {
        let (mut axis, span) = (Axis::new(), Span::new(5_000_000));
        let along = [0.6, 0.0, -0.8];
        let mut last = 0.0;
        for k in 0..600 {
            let u = f64::from(k) * 0.005;
            let rate = if u % 1.0 < 0.3 { -4.0 } else { 1.7 }; // forward is against `along`
            last = axis.take(&along.map(|a| a * rate), &span).0 * axis.sign * rate;
        }
        assert!(last < 0.0, "{last}");
    }

    #[test]
    fn a_resting_leg_shows_no_axis() {
        let (mut axis, span) = (Axis::new(), Span::new(5_000_000));
        assert!((0..400).all(|k| axis.take(&[0.3 * f64::from(k % 2), 0.0, 0.0], &span) == (0.0, false)));
    }

    #[test]
    fn only_a_sudden_change_is_a_jolt() {
        let (mut jolts, span) = (Jolts::default(), Span::new(5_000_000));
        let mut felt = Vec::new();
        for k in 0..400 {
            let knock = if k == 300 { 3.0 } else { 0.0 };
            let rate = [0.0, 2.0 * (0.03 * f64::from(k)).sin() + knock, 0.0];
            if jolts.take(&rate, &span) && k > 40 {
                felt.push(k);
            }
        }
        assert_eq!(felt.first(), Some(&300));
    }
}
