//! Segments of a person and the kinematics and gravity of a leg.
//!
//! Lengths: Drillis & Contini (1966); masses, centres of mass and radii of gyration: Dempster, as tabulated by Winter.

use crate::error::{Result, in_range};
use crate::types::GRAVITY;

/// A rigid segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Length [m].
    pub length: f64,
    /// Mass [kg].
    pub mass: f64,
    /// Distance of the centre of mass from the proximal end [m].
    pub com: f64,
    /// Moment of inertia about the centre of mass [kg·m²].
    pub inertia: f64,
}

impl Segment {
    fn from_fractions(length: f64, mass: f64, com: f64, gyration: f64) -> Self {
        let radius = gyration * length;
        Self { length, mass, com: com * length, inertia: mass * radius * radius }
    }
}

/// Point of a foot in the sagittal plane, relative to the hip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LegPoints {
    /// Knee (x, z) [m].
    pub knee: [f64; 2],
    /// Ankle (x, z) [m].
    pub ankle: [f64; 2],
    /// Heel contact point (x, z) [m].
    pub heel: [f64; 2],
    /// Toe contact point (x, z) [m].
    pub toe: [f64; 2],
}

/// Segments of one person, from mass and height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Body {
    /// Body mass [kg].
    pub mass: f64,
    /// Body height [m].
    pub height: f64,
    /// Thigh, hip to knee.
    pub thigh: Segment,
    /// Shank, knee to ankle.
    pub shank: Segment,
    /// Foot, ankle to ball.
    pub foot: Segment,
    /// Head, arms and trunk, hip to shoulder.
    pub trunk: Segment,
    /// Height of the ankle above the sole [m].
    pub ankle_height: f64,
    /// Distance of the heel contact behind the ankle [m].
    pub heel: f64,
    /// Distance of the toe contact (the ball) before the ankle [m].
    pub toe: f64,
}

impl Body {
    /// Segments of a person of `mass` [kg], 20 to 200, and `height` [m], 1.0 to 2.3.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first value outside its range.
    pub fn new(mass: f64, height: f64) -> Result<Self> {
        let mass = in_range("mass", mass, 20.0, 200.0)?;
        let height = in_range("height", height, 1.0, 2.3)?;
        let (ankle_height, heel, toe) = (0.039 * height, 0.0286 * height, 0.0743 * height);
        let foot_length = (toe * toe + ankle_height * ankle_height).sqrt();
        Ok(Self {
            mass,
            height,
            thigh: Segment::from_fractions(0.245 * height, 0.100 * mass, 0.433, 0.323),
            shank: Segment::from_fractions(0.246 * height, 0.0465 * mass, 0.433, 0.302),
            foot: Segment::from_fractions(foot_length, 0.0145 * mass, 0.5, 0.475),
            trunk: Segment::from_fractions(0.288 * height, 0.678 * mass, 0.626, 0.496),
            ankle_height,
            heel,
            toe,
        })
    }

    /// Points of a leg for hip, knee and ankle angles [rad] and pelvis pitch [rad], hip at the origin.
    #[must_use]
    pub fn leg(&self, angles: [f64; 3], pelvis_pitch: f64) -> LegPoints {
        let (th_t, th_s, th_f) = directions(angles, pelvis_pitch);
        let knee = [self.thigh.length * th_t.sin(), -self.thigh.length * th_t.cos()];
        let ankle = [knee[0] + self.shank.length * th_s.sin(), knee[1] - self.shank.length * th_s.cos()];
        let (sin, cos) = th_f.sin_cos();
        let sole =
            |x: f64| [ankle[0] + x * cos + self.ankle_height * sin, ankle[1] + x * sin - self.ankle_height * cos];
        LegPoints { knee, ankle, heel: sole(-self.heel), toe: sole(self.toe) }
    }

    /// Centre of mass of the foot along the sole before the ankle and above it [m].
    fn foot_centre(&self) -> [f64; 2] {
        [0.5 * self.toe, -0.5 * self.ankle_height]
    }

    /// Torque [N·m] at hip, knee and ankle that holds the leg against gravity.
    #[must_use]
    pub fn leg_gravity(&self, angles: [f64; 3], pelvis_pitch: f64) -> [f64; 3] {
        let (th_t, th_s, th_f) = directions(angles, pelvis_pitch);
        let below = self.shank.mass + self.foot.mass;
        let g_t = GRAVITY * (self.thigh.mass * self.thigh.com + below * self.thigh.length) * th_t.sin();
        let g_s = GRAVITY * (self.shank.mass * self.shank.com + self.foot.mass * self.shank.length) * th_s.sin();
        let [x_c, z_c] = self.foot_centre();
        let g_f = self.foot.mass * GRAVITY * (x_c * th_f.cos() - z_c * th_f.sin());
        [g_t + g_s + g_f, -(g_s + g_f), g_f]
    }
}

/// Momentum and bias of a person's leg with the limbs of a device on it.
///
/// The limbs are uniform rods along thigh and shank. With any movement of the pelvis, `d momentum / dt` is the torque at
/// the joints plus the bias (Lagrange).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LegDynamics {
    body: Body,
    // First and second moments of what hangs below hip and knee.
    first: [f64; 2],
    second: [f64; 3],
}

/// Directions of a leg's segments, their rates, and the foot's mass times the position of its centre.
struct Pose {
    thigh: [f64; 2],
    shank: [f64; 2],
    foot: [f64; 2],
    u: [f64; 2],
}

impl LegDynamics {
    /// Legs of `body` with limbs of these masses [kg], `0..=10`, on thigh and shank.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first value outside its range.
    pub fn new(body: Body, thigh_limb: f64, shank_limb: f64) -> Result<Self> {
        in_range("thigh_limb", thigh_limb, 0.0, 10.0)?;
        in_range("shank_limb", shank_limb, 0.0, 10.0)?;
        let (t, s, f) = (body.thigh, body.shank, body.foot);
        let below = s.mass + shank_limb + f.mass;
        let a = t.mass * t.com + thigh_limb * t.length / 2.0 + below * t.length;
        let b = s.mass * s.com + shank_limb * s.length / 2.0 + f.mass * s.length;
        let (tt, ss) = (t.length * t.length, s.length * s.length);
        let j_t = t.inertia + t.mass * t.com * t.com + thigh_limb * tt / 3.0 + below * tt;
        let j_s = s.inertia + s.mass * s.com * s.com + shank_limb * ss / 3.0 + f.mass * ss;
        let [x_c, z_c] = body.foot_centre();
        let j_f = f.inertia + f.mass * (x_c * x_c + z_c * z_c);
        Ok(Self { body, first: [a, b], second: [j_t, j_s, j_f] })
    }

    fn pose(&self, angles: [f64; 3], pitch: f64) -> Pose {
        let (th_t, th_s, th_f) = directions(angles, pitch);
        let [thigh, shank, foot] = [th_t, th_s, th_f].map(|th| [th.sin(), th.cos()]);
        let [x_c, z_c] = self.body.foot_centre();
        let m_f = self.body.foot.mass;
        let u = [m_f * (x_c * foot[1] - z_c * foot[0]), m_f * (x_c * foot[0] + z_c * foot[1])];
        Pose { thigh, shank, foot, u }
    }

    /// Momentum [N·m·s] and bias [N·m] at hip, knee and ankle for angles `q` [rad], velocities `dq` [rad/s] and the
    /// pelvis: its velocity forward and upward [m/s], its pitch [rad] and the rate of that [rad/s].
    #[must_use]
    pub fn momentum(&self, q: [f64; 3], dq: [f64; 3], pelvis: [f64; 4]) -> ([f64; 3], [f64; 3]) {
        let [vx, vz, pitch, rate] = pelvis;
        let Pose { thigh: [st, ct], shank: [ss, cs], u: [u_x, u_z], .. } = self.pose(q, pitch);
        let w_t = rate + dq[0];
        let w_s = w_t - dq[1];
        let w_f = w_s + dq[2];
        let ([a, b], [j_t, j_s, j_f]) = (self.first, self.second);
        let (l_t, l_s) = (self.body.thigh.length, self.body.shank.length);
        let m_ts = b * l_t * (ct * cs + st * ss);
        let m_tf = l_t * (st * u_x - ct * u_z);
        let m_sf = l_s * (ss * u_x - cs * u_z);
        let p_t = j_t * w_t + m_ts * w_s + m_tf * w_f + a * (ct * vx + st * vz);
        let p_s = m_ts * w_t + j_s * w_s + m_sf * w_f + b * (cs * vx + ss * vz);
        let p_f = m_tf * w_t + m_sf * w_s + j_f * w_f - u_z * vx + u_x * vz;
        let d_ts = b * l_t * (st * cs - ct * ss);
        let d_tf = l_t * (ct * u_x + st * u_z);
        let d_sf = l_s * (cs * u_x + ss * u_z);
        let n_t = -d_ts * w_t * w_s + d_tf * w_t * w_f + a * w_t * (ct * vz - st * vx) - GRAVITY * a * st;
        let n_s = d_ts * w_t * w_s + d_sf * w_s * w_f + b * w_s * (cs * vz - ss * vx) - GRAVITY * b * ss;
        let n_f = -d_tf * w_t * w_f - d_sf * w_s * w_f - w_f * (u_x * vx + u_z * vz) - GRAVITY * u_x;
        (at_joints([p_t, p_s, p_f]), at_joints([n_t, n_s, n_f]))
    }

    /// Torque [N·m] at hip, knee and ankle of a force on the sole [N], forward and upward, `x` [m] before the ankle.
    #[must_use]
    pub fn contact(&self, q: [f64; 3], pitch: f64, x: f64, force: [f64; 2]) -> [f64; 3] {
        let Pose { thigh: [st, ct], shank: [ss, cs], foot: [sf, cf], .. } = self.pose(q, pitch);
        let ([fx, fz], h) = (force, self.body.ankle_height);
        let f_t = self.body.thigh.length * (ct * fx + st * fz);
        let f_s = self.body.shank.length * (cs * fx + ss * fz);
        let f_f = (h * cf - x * sf) * fx + (x * cf + h * sf) * fz;
        at_joints([f_t, f_s, f_f])
    }
}

/// From the segments' directions to the joints' angles.
fn at_joints([thigh, shank, foot]: [f64; 3]) -> [f64; 3] {
    [thigh + shank + foot, -(shank + foot), foot]
}

/// Directions of thigh, shank and foot [rad], counter-clockwise with x to the right and z up.
fn directions([hip, knee, ankle]: [f64; 3], pelvis_pitch: f64) -> (f64, f64, f64) {
    let th_t = pelvis_pitch + hip;
    let th_s = th_t - knee;
    (th_t, th_s, th_s + ankle)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn gravity_is_the_gradient_of_potential_energy() {
        let body = Body::new(75.0, 1.75).unwrap();
        let potential = |a: [f64; 3]| {
            let p = body.leg(a, 0.1);
            let along = |from: [f64; 2], to: [f64; 2], f: f64| from[1] + f * (to[1] - from[1]);
            let th_f = 0.1 + a[0] - a[1] + a[2];
            let foot = p.ankle[1] + 0.5 * body.toe * th_f.sin() - 0.5 * body.ankle_height * th_f.cos();
            GRAVITY
                * (body.thigh.mass * along([0.0, 0.0], p.knee, 0.433)
                    + body.shank.mass * along(p.knee, p.ankle, 0.433)
                    + body.foot.mass * foot)
        };
        let at = [0.3, 0.5, -0.2];
        let torque = body.leg_gravity(at, 0.1);
        for i in 0..3 {
            let (mut up, mut down) = (at, at);
            up[i] += 1e-5;
            down[i] -= 1e-5;
            let slope = (potential(up) - potential(down)) / 2e-5;
            assert!((slope - torque[i]).abs() < 1e-6, "joint {i}: {slope} {}", torque[i]);
        }
    }

    #[test]
    fn knee_flexion_lifts_the_heel_backwards() {
        let leg = Body::new(75.0, 1.75).unwrap().leg([0.0, 0.5, 0.0], 0.0);
        assert!(leg.ankle[0] < 0.0 && leg.toe[1] < leg.heel[1]);
    }

    #[test]
    fn bias_of_a_leg_at_rest_is_its_weight_and_momentum_is_inertia() {
        let body = Body::new(75.0, 1.75).unwrap();
        let leg = LegDynamics::new(body, 0.0, 0.0).unwrap();
        let q = [0.4, 0.7, -0.1];
        let (p, n) = leg.momentum(q, [0.0; 3], [0.0, 0.0, 0.05, 0.0]);
        for (bias, weight) in n.into_iter().zip(body.leg_gravity(q, 0.05)) {
            assert!((bias + weight).abs() < 1e-12);
        }
        assert_eq!(p, [0.0; 3]);
        let energy = |dq: [f64; 3]| 0.5 * (0..3).map(|i| leg.momentum(q, dq, [0.0; 4]).0[i] * dq[i]).sum::<f64>();
        let (dq, step) = ([1.0, -2.0, 0.5], 1e-5);
        for i in 0..3 {
            let (mut up, mut down) = (dq, dq);
            up[i] += step;
            down[i] -= step;
            let slope = (energy(up) - energy(down)) / (2.0 * step);
            assert!((slope - leg.momentum(q, dq, [0.0; 4]).0[i]).abs() < 1e-8);
        }
        assert!(LegDynamics::new(body, -1.0, 0.0).is_err());
    }

    #[test]
    fn contact_is_the_work_of_the_force_over_the_movement_of_the_sole() {
        let body = Body::new(75.0, 1.75).unwrap();
        let leg = LegDynamics::new(body, 1.0, 0.5).unwrap();
        let (q, force, step) = ([0.3, 0.4, 0.1], [40.0, 700.0], 1e-6);
        for i in 0..3 {
            let (mut up, mut down) = (q, q);
            up[i] += step;
            down[i] -= step;
            let (a, b) = (body.leg(up, 0.1).toe, body.leg(down, 0.1).toe);
            let work = ((a[0] - b[0]) * force[0] + (a[1] - b[1]) * force[1]) / (2.0 * step);
            assert!((work - leg.contact(q, 0.1, body.toe, force)[i]).abs() < 1e-5);
        }
    }

    #[test]
    fn a_person_outside_the_tables_is_refused() {
        assert!(Body::new(f64::NAN, 1.75).is_err());
        assert!(Body::new(75.0, 2.4).is_err());
    }
}
