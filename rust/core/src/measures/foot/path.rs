//! From one rest to the next by integration, with what is known at both ends.

use super::rest::Rest;
use super::{Figures, Rows, dot, split};

/// Longest step between two rows [s].
const STEP_MAX: f64 = 0.1;
/// Squared jump of the force, the square of which over this one counts like one more duration [(m/s²)²].
const JUMP_SCALE: f64 = 225.0;
/// Angles below this have no axis [rad]; forces below it no tilt [m/s²].
const TINY: f64 = 1e-12;
/// Height of an upside-down unit vector.
const UPSIDE_DOWN: f64 = -0.999_999;

type Vec3 = [f64; 3];
type Mat3 = [Vec3; 3];

const IDENTITY: Mat3 = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

fn times(a: &Mat3, b: &Mat3) -> Mat3 {
    core::array::from_fn(|i| core::array::from_fn(|j| (a[i][0] * b[0][j] + a[i][1] * b[1][j]) + a[i][2] * b[2][j]))
}

fn apply(a: &Mat3, v: Vec3) -> Vec3 {
    core::array::from_fn(|i| dot(a[i], v))
}

/// `I + first [v] + second [v]²`, `[v]` the cross-product matrix.
fn polynomial([x, y, z]: Vec3, first: f64, second: f64) -> Mat3 {
    let cross = [[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]];
    let square = times(&cross, &cross);
    core::array::from_fn(|i| core::array::from_fn(|j| IDENTITY[i][j] + first * cross[i][j] + second * square[i][j]))
}

/// Rotation by the vector `v` [rad].
fn turned(v: Vec3) -> Mat3 {
    let angle = dot(v, v).sqrt();
    if angle < TINY {
        return polynomial(v, 1.0, 0.0);
    }
    let (sin, cos) = angle.sin_cos();
    polynomial(v.map(|x| x / angle), sin, 1.0 - cos)
}

/// Rotation that turns `force` upright by the shortest way.
fn upright(force: Vec3) -> Mat3 {
    let size = dot(force, force).sqrt();
    let u = force.map(|x| x / size);
    if u[2] < UPSIDE_DOWN {
        return [[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]];
    }
    polynomial([u[1], -u[0], 0.0], 1.0, 1.0 / (1.0 + u[2]))
}

/// Room for a way; holds its motion afterwards.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    turn: Vec<Mat3>,
    force: Vec<Vec3>,
    pub(super) velocity: Vec<Vec3>,
    pub(super) position: Vec<Vec3>,
}

impl Path {
    /// Room for ways of up to `rows` rows; longer ones allocate.
    pub(super) fn with_capacity(rows: usize) -> Self {
        let vectors = || Vec::with_capacity(rows);
        Self { turn: Vec::with_capacity(rows), force: vectors(), velocity: vectors(), position: vectors() }
    }

    /// Integrates from one rest to the other; absent when they are in the wrong order or a step between is too long.
    pub(super) fn follow<R: Rows>(&mut self, rows: &R, from: &Rest, to: &Rest) -> Option<Figures> {
        let (first, last) = (from.at, to.at);
        if last <= first || (first..last).any(|i| rows.time(i + 1) - rows.time(i) > STEP_MAX) {
            return None;
        }
        let heading = self.turn_along(rows, from, to);
        self.push_forces(rows, from, to);
        self.integrate(rows, first, last);
        Some(self.figures(heading))
    }

    /// Steps 1 and 2: orientations that are upright at both ends; returns the change of heading [rad].
    fn turn_along<R: Rows>(&mut self, rows: &R, from: &Rest, to: &Rest) -> f64 {
        self.turn.clear();
        let mut turn = upright(from.force);
        self.turn.push(turn);
        let (mut t, (_, mut rate)) = (rows.time(from.at), split(rows.row(from.at)));
        for i in from.at + 1..=to.at {
            let (t_next, (_, rate_next)) = (rows.time(i), split(rows.row(i)));
            let dt = t_next - t;
            turn = times(&turn, &turned(core::array::from_fn(|k| (rate[k] + rate_next[k]) / 2.0 * dt)));
            self.turn.push(turn);
            (t, rate) = (t_next, rate_next);
        }
        let f = apply(&turn, to.force);
        let s = f[0].hypot(f[1]);
        let angle = if s < TINY { 0.0 } else { s.atan2(f[2]) / s };
        let axis = [f[1] * angle, -f[0] * angle, 0.0];
        let t_0 = rows.time(from.at);
        let whole = t - t_0;
        for (i, turn) in (from.at..).zip(&mut self.turn) {
            let part = (rows.time(i) - t_0) / whole;
            *turn = times(&turned(axis.map(|x| x * part)), turn);
        }
        let ends = self.turn.first().zip(self.turn.last());
        ends.map_or(0.0, |(a, b)| {
            let c = |i: usize, j: usize| dot(b[i], a[j]);
            (c(1, 0) - c(0, 1)).atan2(c(0, 0) + c(1, 1))
        })
    }

    /// Step 3, the acceleration upright.
    fn push_forces<R: Rows>(&mut self, rows: &R, from: &Rest, to: &Rest) {
        let weight = (dot(from.force, from.force).sqrt() + dot(to.force, to.force).sqrt()) / 2.0;
        self.force.clear();
        for (i, turn) in (from.at..).zip(&self.turn) {
            let [x, y, z] = apply(turn, split(rows.row(i)).0);
            self.force.push([x, y, z - weight]);
        }
    }

    /// Steps 3 to 5: velocity, at rest at both ends, and position.
    fn integrate<R: Rows>(&mut self, rows: &R, first: usize, last: usize) {
        let growth = |f: &[Vec3], n: usize, dt: f64| {
            let jump: Vec3 = core::array::from_fn(|k| f[n + 1][k] - f[n][k]);
            let jump = dot(jump, jump) / JUMP_SCALE;
            (1.0 + jump * jump) * dt
        };
        let step = |n: usize| rows.time(first + n + 1) - rows.time(first + n);
        let (mut v, mut q) = ([0.0; 3], 0.0);
        self.velocity.clear();
        self.velocity.push(v);
        for n in 0..last - first {
            let dt = step(n);
            for ((v, a), b) in v.iter_mut().zip(self.force[n]).zip(self.force[n + 1]) {
                *v += (a + b) / 2.0 * dt;
            }
            q += growth(&self.force, n, dt);
            self.velocity.push(v);
        }
        let (end, whole) = (v, q);
        let (mut p, mut q) = ([0.0; 3], 0.0);
        self.position.clear();
        self.position.push(p);
        for n in 0..last - first {
            let dt = step(n);
            q += growth(&self.force, n, dt);
            for k in 0..3 {
                self.velocity[n + 1][k] -= end[k] * q / whole;
                p[k] += (self.velocity[n][k] + self.velocity[n + 1][k]) / 2.0 * dt;
            }
            self.position.push(p);
        }
    }

    fn figures(&self, turn: f64) -> Figures {
        let end = self.position.last().copied().unwrap_or_default();
        let length = end[0].hypot(end[1]);
        let square = length * length;
        let above = |p: &Vec3| {
            let along = if square > 0.0 { ((p[0] * end[0] + p[1] * end[1]) / square).clamp(0.0, 1.0) } else { 0.0 };
            p[2] - along * end[2]
        };
        let lift = self.position.iter().map(above).fold(f64::NEG_INFINITY, f64::max);
        Figures { length, lift, height_change: end[2], turn }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turning_upright_ends_at_the_vertical() {
        for force in [[0.0, 0.0, 9.8], [3.0, -4.0, 2.0], [1.0, 0.0, -5.0], [0.0, 0.0, -9.8]] {
            let [x, y, z] = apply(&upright(force), force);
            assert!(x.abs() < 1e-12 && y.abs() < 1e-12 && (z - dot(force, force).sqrt()).abs() < 1e-12, "{force:?}");
        }
    }

    #[test]
    fn a_quarter_turn_about_the_vertical_is_to_the_left() {
        let [x, y, z] = apply(&turned([0.0, 0.0, core::f64::consts::FRAC_PI_2]), [1.0, 0.0, 0.0]);
        assert!(x.abs() < 1e-15 && (y - 1.0).abs() < 1e-15 && z == 0.0);
    }
}
