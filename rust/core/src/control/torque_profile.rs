//! Torque over the phase, or over the moment that the ankle carries.

use super::{finite, fraction};
use crate::body::Body;
use crate::error::{Error, Result, in_range};
use crate::types::{GRAVITY, JointReading, JointVec, N_JOINTS, N_LEG, N_SIDES, smooth_step, wrap_signed};

/// Two numbers per joint, one for each bump.
pub type Bumps = [[f64; 2]; N_JOINTS];

/// Torque of two bumps per joint over the phase of its side, each a rising and a falling cubic.
///
/// Zhang, J. et al. (2017). Human-in-the-loop optimization of exoskeleton assistance during walking. Science 356,
/// 1280-1284.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SplineProfile {
    torque: Bumps,
    peak: Bumps,
    rise: Bumps,
    fall: Bumps,
}

impl SplineProfile {
    /// Torque [N·m], `-150..=150`, phase of the peak [-], `0..=1`, width of rise and fall [-], `0.02..=0.5`.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first value outside its range, index `2 joint + bump`.
    pub fn new(torque: Bumps, peak: Bumps, rise: Bumps, fall: Bumps) -> Result<Self> {
        checked("torque", torque.as_flattened(), -150.0, 150.0)?;
        checked("peak", peak.as_flattened(), 0.0, 1.0)?;
        checked("rise", rise.as_flattened(), 0.02, 0.5)?;
        checked("fall", fall.as_flattened(), 0.02, 0.5)?;
        Ok(Self { torque, peak, rise, fall })
    }

    /// Torque [N·m] at the phases [-] of both sides; 0 for a side whose phase is absent.
    #[must_use]
    pub fn step(&self, phase: [Option<f64>; N_SIDES], guidance: &JointVec) -> JointVec {
        core::array::from_fn(|j| {
            let Some(phase) = phase[j / N_LEG].filter(|p| p.is_finite()) else { return 0.0 };
            let bump = |b: usize| {
                let d = wrap_signed(phase - self.peak[j][b]);
                let (rise, fall) = (self.rise[j][b], self.fall[j][b]);
                let x = if d < 0.0 { (d + rise) / rise } else { (fall - d) / fall };
                self.torque[j][b] * smooth_step(x)
            };
            fraction(guidance[j]) * (bump(0) + bump(1))
        })
    }
}

fn checked(name: &'static str, values: &[f64], min: f64, max: f64) -> Result<()> {
    match values.iter().position(|v| !(min..=max).contains(v)) {
        None => Ok(()),
        Some(i) => Err(Error::OutOfRange { name, index: Some(i), value: values[i], min, max }),
    }
}

/// Parameters of [`ProportionalMoment`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProportionalParams {
    /// Body mass [kg], `20..=200`.
    pub mass: f64,
    /// Body height [m], `1.0..=2.3`.
    pub height: f64,
    /// Share of the moment that is given [-], `0..=0.8`.
    pub gain: f64,
    /// Largest torque [N·m], `0..=150`.
    pub max_torque: f64,
    /// Radius over which a shank rolls [m], `0.05..=0.5`, where no centre of pressure is measured.
    pub roll_radius: f64,
    /// Time constant of the torque [s], `0.005..=0.1`.
    pub smoothing: f64,
}

impl ProportionalParams {
    /// Of a person of `mass` [kg] and `height` [m].
    #[must_use]
    pub fn new(mass: f64, height: f64) -> Self {
        Self { mass, height, gain: 0.3, max_torque: 30.0, roll_radius: 0.3, smoothing: 0.02 }
    }
}

/// What [`ProportionalMoment`] gives.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ProportionalTorque {
    /// Torque [N·m].
    pub tau: JointVec,
    /// Moment of the ground force about each ankle [N·m]; absent where it is not known.
    pub moment: [Option<f64>; N_SIDES],
}

/// Plantarflexion in proportion to the moment that the ankle carries.
///
/// Gasparri, G. M., Luque, J. & Lerner, Z. F. (2019). Proportional joint-moment control for instantaneously adaptive
/// ankle exoskeleton assistance. IEEE Trans Neural Syst Rehabil Eng 27, 751-759.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProportionalMoment {
    params: ProportionalParams,
    body: Body,
    level: [f64; N_SIDES],
}

impl ProportionalMoment {
    /// From checked parameters.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first parameter outside its range.
    pub fn new(params: ProportionalParams) -> Result<Self> {
        let body = Body::new(params.mass, params.height)?;
        in_range("gain", params.gain, 0.0, 0.8)?;
        in_range("max_torque", params.max_torque, 0.0, 150.0)?;
        in_range("roll_radius", params.roll_radius, 0.05, 0.5)?;
        in_range("smoothing", params.smoothing, 0.005, 0.1)?;
        Ok(Self { params, body, level: [0.0; N_SIDES] })
    }

    /// Forgets the torque of both sides.
    pub fn reset(&mut self) {
        self.level = [0.0; N_SIDES];
    }

    /// One tick of `dt` [s] from the force [N] under each foot and its centre of pressure before the ankle [m].
    pub fn step(
        &mut self,
        foot_force: [Option<f64>; N_SIDES],
        cop: [Option<f64>; N_SIDES],
        q: &JointReading,
        guidance: &JointVec,
        dt: f64,
    ) -> ProportionalTorque {
        let dt = if dt > 0.0 && dt <= 0.1 { dt } else { 0.0 };
        let mut out = ProportionalTorque::default();
        for side in 0..N_SIDES {
            let lever = self.lever(cop[side], q[N_LEG * side], q[N_LEG * side + 1]);
            let force = foot_force[side].filter(|f| f.is_finite());
            let mut target = 0.0;
            if let (Some(force), Some(x)) = (force, lever) {
                let weight = self.body.mass * GRAVITY;
                let force = force.clamp(0.0, 3.0 * weight);
                let moment = force * x.max(0.0);
                let loaded = smooth_step((force / weight - 0.05) / 0.15);
                target = (self.params.gain * moment).min(self.params.max_torque) * loaded;
                out.moment[side] = Some(moment);
            }
            let level = &mut self.level[side];
            *level += (target - *level) * (dt / self.params.smoothing).min(1.0);
            let ankle = N_LEG * side + 2;
            out.tau[ankle] = finite(-(fraction(guidance[ankle]) * *level));
        }
        out
    }

    /// Centre of pressure before the ankle [m], measured or from a shank that rolls over the foot.
    fn lever(&self, cop: Option<f64>, hip: Option<f64>, knee: Option<f64>) -> Option<f64> {
        let rolled = || Some(-self.params.roll_radius * (hip? - knee?));
        let x = cop.filter(|x| x.is_finite()).or_else(rolled).filter(|x| x.is_finite())?;
        Some(x.clamp(-self.body.heel, self.body.toe))
    }
}
