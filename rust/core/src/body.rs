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

    /// Torque [N·m] at hip, knee and ankle that holds the leg against gravity.
    #[must_use]
    pub fn leg_gravity(&self, angles: [f64; 3], pelvis_pitch: f64) -> [f64; 3] {
        let (th_t, th_s, th_f) = directions(angles, pelvis_pitch);
        let below = self.shank.mass + self.foot.mass;
        let g_t = GRAVITY * (self.thigh.mass * self.thigh.com + below * self.thigh.length) * th_t.sin();
        let g_s = GRAVITY * (self.shank.mass * self.shank.com + self.foot.mass * self.shank.length) * th_s.sin();
        let (x_c, z_c) = (0.5 * self.toe, -0.5 * self.ankle_height);
        let g_f = self.foot.mass * GRAVITY * (x_c * th_f.cos() - z_c * th_f.sin());
        [g_t + g_s + g_f, -(g_s + g_f), g_f]
    }
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
    fn a_person_outside_the_tables_is_refused() {
        assert!(Body::new(f64::NAN, 1.75).is_err());
        assert!(Body::new(75.0, 2.4).is_err());
    }
}
