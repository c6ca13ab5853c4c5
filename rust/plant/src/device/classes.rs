//! The classes of devices beside the treadmill exoskeleton, and what each of them has.

use super::{DeviceParams, MountParams, PlateParams, SupportParams};
use gaitloop_core::Result;
use gaitloop_core::body::Body;
use gaitloop_core::safety::SafeProfile;
use gaitloop_core::types::{JointKind, Reading, Sample, Sides};

impl DeviceParams {
    /// An Ekso-class overground exoskeleton: hips and knees driven, ankles sensed with a passive spring, crutches or a
    /// walking `frame`, solid ground, no rope.
    ///
    /// Masses add up to about 23 kg; torque limits and brakes are our choice for the class.
    #[must_use]
    pub fn overground_exo(frame: bool) -> Self {
        Self {
            thigh_mass: 3.0,
            shank_mass: 2.5,
            trunk_mass: 12.0,
            carried_weight: 0.0,
            brake_damping: [20.0, 40.0, 1.0],
            brake_lock: [20_000.0, 20_000.0, 0.0],
            lifter_stiffness: 0.0,
            ankle_spring: [150.0, 0.0],
            belt: false,
            rope: false,
            mount: MountParams::Support(SupportParams::new(frame)),
            frame_x: [0.0; 2],
            frame_pitch: [0.0; 2],
            frame_z_damping: 0.0,
            start_height: 0.01,
            lowering_time: 3.0,
            safe_profile: SafeProfile::LockBrake,
            ..Self::treadmill_exo(false)
        }
    }

    /// An end-effector trainer (HapticWalker and G-EO class): a driven plate under each foot, no joint driven or measured,
    /// the pelvis held softly by harness and hand rail.
    #[must_use]
    pub fn end_effector() -> Self {
        Self {
            joints: [JointKind::Absent; 6],
            thigh_mass: 0.0,
            shank_mass: 0.0,
            torque_max: [0.0; 6],
            friction: [0.0; 3],
            brake_damping: [0.0; 3],
            lifter_stiffness: 0.0,
            belt: false,
            mount: MountParams::Plates(PlateParams::default()),
            frame_x: [2000.0, 200.0],
            frame_pitch: [600.0, 60.0],
            frame_tilt: 0.0,
            frame_z_damping: 100.0,
            start_height: 0.0,
            lowering_time: 4.0,
            safe_profile: SafeProfile::LockBrake,
            ..Self::treadmill_exo(false)
        }
    }

    /// The same trainer with its plates as six driven axes where other devices have joints: angle is place [m, m, rad],
    /// torque is force in units of 10 N, 10 N and 1 N·m.
    #[must_use]
    pub fn end_effector_axes() -> Self {
        let plates = PlateParams { axes: true, ..PlateParams::default() };
        Self {
            joints: [JointKind::Driven; 6],
            torque_max: plates.axis_max(),
            mount: MountParams::Plates(plates),
            ..Self::end_effector()
        }
    }

    /// Whether its six axes are those of foot plates instead of joints.
    #[must_use]
    pub fn axes(&self) -> bool {
        matches!(&self.mount, MountParams::Plates(plates) if plates.axes)
    }

    /// An ankle device on the sides named: nothing but the ankle is driven, the rest is absent. The person balances on
    /// their own, which a soft guide of the pelvis forward and in pitch stands for (assumption).
    #[must_use]
    pub fn ankle(sides: Sides<bool>) -> Self {
        let kind = sides.map(|s| if s { JointKind::Driven } else { JointKind::Absent });
        let torque = sides.map(|s| if s { 50.0 } else { 0.0 });
        Self {
            joints: [JointKind::Absent, JointKind::Absent, kind[0], JointKind::Absent, JointKind::Absent, kind[1]],
            thigh_mass: 0.0,
            shank_mass: 1.0,
            carried_weight: 0.0,
            armature: [0.0, 0.0, 0.01],
            torque_max: [0.0, 0.0, torque[0], 0.0, 0.0, torque[1]],
            torque_lag: 0.01,
            friction: [0.0, 0.0, 0.1],
            brake_damping: [0.0, 0.0, 0.1],
            lifter_stiffness: 0.0,
            frame_x: [3000.0, 400.0],
            frame_pitch: [1500.0, 80.0],
            frame_tilt: 0.0,
            frame_z_damping: 0.0,
            ..Self::treadmill_exo(true)
        }
    }

    /// The same device without brakes, that lowers the person within a time [s] instead.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] outside 0.1 to 10.
    pub fn lowers(mut self, deadline: f64) -> Result<Self> {
        (self.safe_profile, self.brake_lock) = (SafeProfile::controlled_lower(deadline)?, [0.0; 3]);
        Ok(self)
    }

    /// The body with the device's mass on its trunk.
    pub(crate) fn load(&self, mut body: Body) -> Body {
        body.trunk.mass += self.trunk_mass;
        body
    }

    /// Torque of foot lifter and ankle spring at an ankle's angle [rad].
    pub(crate) fn passive_ankle(&self, angle: f64) -> f64 {
        let [stiffness, rest] = self.ankle_spring;
        self.lifter_stiffness * (self.lifter_angle - angle).max(0.0) + stiffness * (rest - angle)
    }

    /// Takes out of a sample what this device has no sensor for.
    pub(crate) fn blank_unfitted(&self, out: &mut Sample) {
        if !self.belt {
            out.belt_speed = Reading::default();
        }
        if !self.rope {
            out.rope_force = Reading::default();
            out.rope_position = Reading::default();
        }
    }
}

impl SupportParams {
    /// Crutches, or a walking `frame`.
    #[must_use]
    pub fn new(frame: bool) -> Self {
        Self {
            frame,
            x: [2000.0, 150.0],
            z: [4000.0, 200.0],
            pitch: [1500.0, 100.0],
            force: [200.0, 400.0],
            moment: 160.0,
            pace: 0.2,
            over: 0.0,
            reach: 0.4,
            lean: -0.05,
            slack: 0.01,
        }
    }
}

impl Default for PlateParams {
    fn default() -> Self {
        Self {
            mass: [10.0, 10.0, 0.3],
            force: [1000.0, 2000.0, 200.0],
            lag: 0.004,
            friction: [20.0, 20.0, 1.0],
            travel: [0.5, 0.5, 1.2],
            strap: [50_000.0, 50_000.0, 500.0],
            strap_damping: [500.0, 500.0, 5.0],
            stand: 0.97,
            axes: false,
        }
    }
}
