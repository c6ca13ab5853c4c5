//! Vectors in the axes of a sensor.

pub(super) type Vector = [f64; 3];

/// Squared length from which a vector has a direction.
const SMALL: f64 = 1e-12;

pub(super) fn dot(p: &Vector, q: &Vector) -> f64 {
    p[0] * q[0] + p[1] * q[1] + p[2] * q[2]
}

pub(super) fn cross(p: &Vector, q: &Vector) -> Vector {
    [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]]
}

/// From `p` the share `k` of the way to `q`.
pub(super) fn toward(p: &Vector, q: &Vector, k: f64) -> Vector {
    [p[0] + (q[0] - p[0]) * k, p[1] + (q[1] - p[1]) * k, p[2] + (q[2] - p[2]) * k]
}

/// Direction of `p`, where it has one.
pub(super) fn unit(p: &Vector) -> Option<Vector> {
    let square = dot(p, p);
    if square > SMALL {
        let scale = 1.0 / square.sqrt();
        Some([p[0] * scale, p[1] * scale, p[2] * scale])
    } else {
        None
    }
}

/// What of `p` is at a right angle to the unit vector `up`.
pub(super) fn across(p: &Vector, up: &Vector) -> Vector {
    let share = dot(p, up);
    [p[0] - share * up[0], p[1] - share * up[1], p[2] - share * up[2]]
}
