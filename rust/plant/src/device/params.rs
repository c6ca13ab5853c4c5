//! What a device is made of.

use super::{PlateParams, SupportParams};
use gaitloop_core::Result;
use gaitloop_core::error::{all_in_range, in_range};
use gaitloop_core::safety::SafeProfile;
use gaitloop_core::types::{JointKind, JointVec, N_JOINTS};

/// What holds the person up besides their legs and the rope.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MountParams {
    /// The frame of [`DeviceParams`] alone.
    Frame,
    /// Crutches or a walking frame on solid ground.
    Support(SupportParams),
    /// A plate under each foot instead of the ground.
    Plates(PlateParams),
}

/// A device of any class.
///
/// A frame guides the pelvis forward and in pitch and leaves it free up and down but for a damper; a counterweight in the
/// frame carries the weight of a treadmill exoskeleton's limbs. Devices without frame have zeros there.
/// The frame of the usual device holds the pelvis tilted forward by 1.5°, beside the 8° that the published hip angles
/// contain; healthy adults walk with 10 ± 6° (Fukuchi et al. 2018, the data of the measures' norms). An upright pelvis
/// puts the heel down late and the toe off early.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DeviceParams {
    /// How each joint is provided.
    pub joints: [JointKind; N_JOINTS],
    /// Mass of the limb along each thigh [kg], 0 to 10.
    pub thigh_mass: f64,
    /// Mass of the limb along each shank [kg], 0 to 10.
    pub shank_mass: f64,
    /// Mass of the device on the trunk, at its centre of mass [kg], 0 to 30.
    pub trunk_mass: f64,
    /// Share of the device's weight that the frame carries [-], 0 to 1.
    pub carried_weight: f64,
    /// Inertia of motor and gear felt at hip, knee and ankle [kg·m²], 0 to 1.
    pub armature: [f64; 3],
    /// Greatest torque of each drive [N·m], 0 to 300.
    pub torque_max: JointVec,
    /// Time constant of the drives' torque [s], 0.0005 to 0.1.
    pub torque_lag: f64,
    /// Viscous friction of hip, knee and ankle [N·m·s/rad], 0 to 20.
    pub friction: [f64; 3],
    /// Damping of a drive that is switched off, at hip, knee and ankle [N·m·s/rad], 0 to 50.
    pub brake_damping: [f64; 3],
    /// Damping of a closed brake at hip, knee and ankle [N·m·s/rad], 0 (no brake) to 1e6; it closes without power.
    pub brake_lock: [f64; 3],
    /// Stiffness of the passive foot lifter [N·m/rad], 0 to 100; it only pulls the foot up.
    pub lifter_stiffness: f64,
    /// Ankle angle above which the lifter is slack [rad], -0.5 to 0.5.
    pub lifter_angle: f64,
    /// Stiffness [N·m/rad], 0 to 500, and angle at rest [rad], -0.5 to 0.5, of a passive ankle spring.
    pub ankle_spring: [f64; 2],
    /// Stiffness [N/m] and damping [N·s/m] of the frame against the pelvis moving forward, 0 to 1e5 and 0 to 1e4.
    pub frame_x: [f64; 2],
    /// Stiffness [N·m/rad] and damping [N·m·s/rad] of the frame against the pelvis tilting, 0 to 1e5 and 0 to 1e4.
    pub frame_pitch: [f64; 2],
    /// Tilt at which the frame holds the pelvis [rad], -0.2 to 0.2, backward positive.
    pub frame_tilt: f64,
    /// Vertical damping of the frame [N·s/m], 0 to 1e4.
    pub frame_z_damping: f64,
    /// Whether there is a belt; else the ground is solid.
    pub belt: bool,
    /// Whether there is a rope.
    pub rope: bool,
    /// What else holds the person up.
    pub mount: MountParams,
    /// Time constant of the belt's speed [s], 0.001 to 1.
    pub belt_lag: f64,
    /// Lowest and highest inclination of the belt [rad], -10° to 0 and 0 to 10°, positive uphill; both 0 where it does
    /// not tilt.
    pub incline: [f64; 2],
    /// How fast its inclination changes [rad/s], 0 to 0.05; 0 where it does not tilt.
    pub incline_rate: f64,
    /// Deceleration of the braked belt [m/s²], 0.1 to 10.
    pub belt_brake: f64,
    /// Time constant of the rope force [s], 0.001 to 1.
    pub rope_lag: f64,
    /// Stiffness [N/m] and damping [N·s/m] of the held rope, 1e3 to 1e5 and 0 to 1e4.
    pub rope_hold: [f64; 2],
    /// Height above the belt from which the person is lowered at the start [m], 0 to 0.2.
    pub start_height: f64,
    /// Time that lowering takes [s], 1 to 60.
    pub lowering_time: f64,
    /// How the device comes to rest without power.
    pub safe_profile: SafeProfile,
    /// Time without a lease after which the drives stop by themselves [s], 0.001 to 10; a simulation's choice.
    pub watchdog: f64,
    /// Standard deviation of angles [rad], velocities [rad/s], forces [N] and belt speed [m/s] measured, 0 to 10.
    pub noise: [f64; 4],
}

impl DeviceParams {
    /// A Lokomat-class exoskeleton: hips and knees driven; ankles driven too, or sensed with a passive foot lifter.
    #[must_use]
    pub fn treadmill_exo(ankle_driven: bool) -> Self {
        let ankle = if ankle_driven { JointKind::Driven } else { JointKind::Sensed };
        let ankle_torque = if ankle_driven { 80.0 } else { 0.0 };
        Self {
            joints: [JointKind::Driven, JointKind::Driven, ankle, JointKind::Driven, JointKind::Driven, ankle],
            thigh_mass: 2.5,
            shank_mass: 1.5,
            trunk_mass: 0.0,
            carried_weight: 1.0,
            armature: [0.0, 0.0, if ankle_driven { 0.02 } else { 0.0 }],
            torque_max: [150.0, 150.0, ankle_torque, 150.0, 150.0, ankle_torque],
            torque_lag: 0.004,
            friction: [0.5, 0.5, 0.2],
            brake_damping: [8.0, 6.0, 1.0],
            brake_lock: [0.0; 3],
            lifter_stiffness: if ankle_driven { 0.0 } else { 35.0 },
            lifter_angle: 0.1,
            ankle_spring: [0.0; 2],
            belt: true,
            rope: true,
            mount: MountParams::Frame,
            frame_x: [10_000.0, 1000.0],
            frame_pitch: [3000.0, 100.0],
            frame_tilt: -1.5 * core::f64::consts::PI / 180.0,
            frame_z_damping: 150.0,
            belt_lag: 0.05,
            incline: [0.0; 2],
            incline_rate: 0.0,
            belt_brake: 1.5,
            rope_lag: 0.05,
            rope_hold: [30_000.0, 2000.0],
            start_height: 0.06,
            lowering_time: 8.0,
            safe_profile: SafeProfile::ReleaseAfterDamp,
            watchdog: 0.04,
            noise: [1e-5, 1e-3, 0.5, 2e-4],
        }
    }

    /// The same device with its sensor noise times `factor` [-].
    #[must_use]
    pub fn scale_noise(mut self, factor: f64) -> Self {
        self.noise = self.noise.map(|n| n * factor);
        self
    }

    /// Accepts the parameters when all lie in their ranges.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first that does not.
    pub fn check(self) -> Result<Self> {
        for (name, value, min, max) in [
            ("thigh_mass", self.thigh_mass, 0.0, 10.0),
            ("shank_mass", self.shank_mass, 0.0, 10.0),
            ("trunk_mass", self.trunk_mass, 0.0, 30.0),
            ("carried_weight", self.carried_weight, 0.0, 1.0),
            ("torque_lag", self.torque_lag, 0.0005, 0.1),
            ("lifter_stiffness", self.lifter_stiffness, 0.0, 100.0),
            ("lifter_angle", self.lifter_angle, -0.5, 0.5),
            ("frame_tilt", self.frame_tilt, -0.2, 0.2),
            ("frame_z_damping", self.frame_z_damping, 0.0, 1e4),
            ("belt_lag", self.belt_lag, 0.001, 1.0),
            ("belt_brake", self.belt_brake, 0.1, 10.0),
            ("rope_lag", self.rope_lag, 0.001, 1.0),
            ("start_height", self.start_height, 0.0, 0.2),
            ("lowering_time", self.lowering_time, 1.0, 60.0),
            ("watchdog", self.watchdog, 0.001, 10.0),
        ] {
            in_range(name, value, min, max)?;
        }
        in_range("ankle_stiffness", self.ankle_spring[0], 0.0, 500.0)?;
        in_range("ankle_angle", self.ankle_spring[1], -0.5, 0.5)?;
        all_in_range("armature", self.armature, 0.0, 1.0)?;
        all_in_range("torque_max", self.torque_max, 0.0, 300.0)?;
        all_in_range("friction", self.friction, 0.0, 20.0)?;
        all_in_range("brake_damping", self.brake_damping, 0.0, 50.0)?;
        all_in_range("brake_lock", self.brake_lock, 0.0, 1e6)?;
        all_in_range("noise", self.noise, 0.0, 10.0)?;
        for (name, [stiffness, damping]) in
            [("frame_x", self.frame_x), ("frame_pitch", self.frame_pitch), ("rope_hold", self.rope_hold)]
        {
            in_range(name, stiffness, 0.0, 1e5)?;
            in_range(name, damping, 0.0, 1e4)?;
        }
        in_range("rope_hold", self.rope_hold[0], 1e3, 1e5)?;
        match &self.mount {
            MountParams::Frame => {}
            MountParams::Support(support) => support.check()?,
            MountParams::Plates(plates) => plates.check()?,
        }
        self.check_incline()
    }
}
