//! What the motor has to add so that the person does not feel the exoskeleton.

use super::finite;
use crate::error::{Error, Result, all_in_range, in_range};
use crate::types::{GRAVITY, JointReading, JointVec, N_JOINTS, N_LEG, N_SIDES};

/// Coefficients of sine and cosine of the directions of thigh, shank and foot.
pub const N_GRAVITY: usize = 6;
/// Largest acceleration [rad/s²] and velocity [rad/s] that is used.
const LARGEST_ACCEL: f64 = 200.0;
const LARGEST_SPEED: f64 = 100.0;

/// Parameters of [`Compensation`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CompensationParams {
    /// Gravity coefficients per side [N·m], `-200..=200`.
    pub gravity: [[f64; N_GRAVITY]; N_SIDES],
    /// Coulomb friction [N·m], `0..=50`.
    pub coulomb: JointVec,
    /// Viscous friction [N·m·s/rad], `0..=50`.
    pub viscous: JointVec,
    /// Inertia at the joint [kg·m²], `0..=5`.
    pub inertia: JointVec,
    /// Largest torque that is added [N·m], `0..=150`.
    pub max_torque: JointVec,
    /// Speed over which friction changes its sign [rad/s], `0.01..=1`.
    pub friction_speed: f64,
    /// Share of friction that is added [-], `0..=1`.
    pub friction_share: f64,
    /// Share of inertia that is added [-], `0..=0.8`.
    pub inertia_share: f64,
    /// Time constant of the acceleration [s], `0.002..=0.1`.
    pub accel_time: f64,
}

/// What [`Compensation`] gives.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MotorTorque {
    /// Torque that the motors must give [N·m].
    pub tau_motor: JointVec,
    /// What was added to the torque that the person feels [N·m].
    pub added: JointVec,
}

/// Gravity, friction and inertia of the exoskeleton.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compensation {
    params: CompensationParams,
    speed: JointReading,
}

impl Compensation {
    /// From checked parameters.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming the first value outside its range.
    pub fn new(params: CompensationParams) -> Result<Self> {
        let p = &params;
        let gravity = p.gravity.as_flattened();
        if let Some(i) = gravity.iter().position(|v| !(-200.0..=200.0).contains(v)) {
            let (name, index, value) = ("gravity", Some(i), gravity[i]);
            return Err(Error::OutOfRange { name, index, value, min: -200.0, max: 200.0 });
        }
        all_in_range("coulomb", p.coulomb, 0.0, 50.0)?;
        all_in_range("viscous", p.viscous, 0.0, 50.0)?;
        all_in_range("inertia", p.inertia, 0.0, 5.0)?;
        all_in_range("max_torque", p.max_torque, 0.0, 150.0)?;
        in_range("friction_speed", p.friction_speed, 0.01, 1.0)?;
        in_range("friction_share", p.friction_share, 0.0, 1.0)?;
        in_range("inertia_share", p.inertia_share, 0.0, 0.8)?;
        in_range("accel_time", p.accel_time, 0.002, 0.1)?;
        Ok(Self { params, speed: [None; N_JOINTS] })
    }

    /// Forgets the velocities.
    pub fn reset(&mut self) {
        self.speed = [None; N_JOINTS];
    }

    /// One tick of `dt` [s]: torque of the motors for the torque `tau` [N·m] that the person shall feel.
    ///
    /// `ddq` is the acceleration [rad/s²] of the reference; where it is absent the measured one is used, filtered.
    pub fn step(
        &mut self,
        tau: &JointVec,
        q: &JointReading,
        dq: &JointReading,
        ddq: &JointReading,
        dt: f64,
        pelvis_pitch: f64,
    ) -> MotorTorque {
        let dt = if dt > 0.0 && dt <= 0.1 { dt } else { 0.0 };
        let gravity = self.gravity(q, pelvis_pitch);
        let mut out = MotorTorque::default();
        for j in 0..N_JOINTS {
            let friction = dq[j].map_or(0.0, |dq| self.friction(j, dq));
            let accel = self.acceleration(j, dq[j], dt);
            let used = finite(ddq[j].unwrap_or(accel).clamp(-LARGEST_ACCEL, LARGEST_ACCEL));
            let inertia = self.params.inertia_share * self.params.inertia[j] * used;
            let most = self.params.max_torque[j];
            out.added[j] = (gravity[j] + friction + inertia).clamp(-most, most);
            out.tau_motor[j] = finite(finite(tau[j]) + out.added[j]);
        }
        out
    }

    fn gravity(&self, q: &JointReading, pelvis_pitch: f64) -> JointVec {
        let mut torque = [0.0; N_JOINTS];
        for side in 0..N_SIDES {
            let first = N_LEG * side;
            let (Some(hip), Some(knee)) = (q[first], q[first + 1]) else { continue };
            let thigh = pelvis_pitch + hip;
            let shank = thigh - knee;
            let foot = shank + q[first + 2].unwrap_or(0.0);
            let c = &self.params.gravity[side];
            let [g_t, g_s, g_f] = [(0, thigh), (2, shank), (4, foot)].map(|(i, th): (usize, f64)| {
                let (sin, cos) = th.sin_cos();
                c[i] * sin + c[i + 1] * cos
            });
            let ankle = if q[first + 2].is_some() { g_f } else { 0.0 };
            torque[first..first + N_LEG].copy_from_slice(&[g_t + g_s + g_f, -(g_s + g_f), ankle].map(finite));
        }
        torque
    }

    fn friction(&self, j: usize, dq: f64) -> f64 {
        let p = &self.params;
        let sign = dq / (dq * dq + p.friction_speed * p.friction_speed).sqrt();
        finite(p.friction_share * (p.coulomb[j] * sign + p.viscous[j] * dq))
    }

    /// Filtered acceleration [rad/s²] of joint `j`.
    fn acceleration(&mut self, j: usize, dq: Option<f64>, dt: f64) -> f64 {
        let time = self.params.accel_time;
        let Some(dq) = dq.filter(|dq| dq.is_finite()).map(|dq| dq.clamp(-LARGEST_SPEED, LARGEST_SPEED)) else {
            self.speed[j] = None;
            return 0.0;
        };
        let before = self.speed[j].unwrap_or(dq);
        self.speed[j] = Some(before + (dq - before) * (dt / time).min(1.0));
        (dq - before) / time
    }
}

/// Gravity coefficients [N·m] of one leg from its segments: `lengths` [m] of thigh and shank, `mass` [kg], place of the
/// centres of mass `along` and `forward` of the segment [m].
///
/// # Errors
/// [`Error::OutOfRange`] naming the first value outside its range.
pub fn segment_gravity(
    lengths: [f64; 2],
    mass: [f64; N_LEG],
    along: [f64; N_LEG],
    forward: [f64; N_LEG],
) -> Result<[f64; N_GRAVITY]> {
    let [l_t, l_s] = all_in_range("lengths", lengths, 0.1, 0.8)?;
    let [m_t, m_s, m_f] = all_in_range("mass", mass, 0.0, 20.0)?;
    let along = all_in_range("along", along, -0.5, 0.8)?;
    let forward = all_in_range("forward", forward, -0.5, 0.5)?;
    Ok([
        GRAVITY * (m_t * along[0] + (m_s + m_f) * l_t),
        GRAVITY * m_t * forward[0],
        GRAVITY * (m_s * along[1] + m_f * l_s),
        GRAVITY * m_s * forward[1],
        GRAVITY * m_f * along[2],
        GRAVITY * m_f * forward[2],
    ])
}
