//! What the device measures of all this.
//!
//! Values are rounded to powers of two, as encoders and converters do; records of them compress well. Angles 2^-16 rad,
//! velocities 2^-12 rad/s (from the motor's side), forces 2^-3 N, belt 2^-12 m/s, rope position 2^-14 m. The second
//! angle sensor, motor angles, interaction torque, inertial sensors and heart rate are fitted only when [`Sensors`] says
//! so; buttons belong to whoever operates the device.

pub(crate) mod groups;
mod heart;
mod params;
mod rig;

pub use heart::HeartParams;
pub(crate) use params::RESOLUTION;
pub use params::{Fit, Sensor, Sensors};
pub(crate) use rig::Rig;

use crate::device::MountParams;
use crate::plant::Plant;
use gaitloop_core::Result;
use gaitloop_core::types::{JointKind, N_JOINTS, Reading, Sample};

/// Status of a drive that stopped by itself.
const STOPPED: f64 = -1.0;

fn quantise(x: f64, per_unit: f64) -> f64 {
    (x * per_unit).round() / per_unit
}

impl Plant {
    /// Fits sensors other than the usual ones; they measure from now on, and their noise and losses follow from `seed`.
    ///
    /// A group that is left as usual keeps every bit of what it measures without them.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first figure outside its range.
    pub fn fit(&mut self, sensors: Sensors, seed: u64) -> Result<()> {
        let sensors = sensors.check()?;
        let usual = sensors.fit == Sensors::default().fit;
        self.rig = (!usual).then(|| Box::new(Rig::new(sensors, &self.device, seed)));
        Ok(())
    }

    /// Whether group `index` of a sample is measured.
    #[must_use]
    pub fn fitted(&self, index: usize) -> bool {
        self.rig.as_ref().map_or(Sensors::default().fitted(index), |rig| rig.sensors().fitted(index))
    }

    /// Measures; every stamp is `t` [ns], and the plant's own time is set to it.
    pub fn sample(&mut self, t: i64) -> Sample {
        self.t = t;
        let (_, _, height) = self.joints();
        let [q, dq, _] = self.measured();
        let [angle, velocity, force, speed] = self.device.noise;
        let mut out = Sample { t, ..Sample::default() };
        let fitted = self.device.joints.map(|k| k != JointKind::Absent);
        out.q = Reading { valid: fitted, stamp: t, ..Reading::default() };
        out.dq = out.q;
        for i in 0..N_JOINTS {
            out.q.value[i] = quantise(q[i] + angle * self.rng.normal(), 65_536.0);
            out.dq.value[i] = quantise(dq[i] + velocity * self.rng.normal(), 4096.0);
        }
        let foot = self.foot_force().map(|f| quantise(f + force * self.rng.normal(), 8.0));
        out.foot_force = Reading::new(foot, t);
        let belt = quantise(self.machine.belt + speed * self.rng.normal(), 4096.0);
        out.belt_speed = Reading::new([belt], t);
        out.rope_force = Reading::new([quantise(self.machine.rope_force + force * self.rng.normal(), 8.0)], t);
        out.rope_position = Reading::new([quantise(height, 16_384.0)], t);
        self.device.blank_unfitted(&mut out);
        let driven = self.device.joints.map(|k| k == JointKind::Driven);
        let status = match (self.machine.stopped(), self.machine.live) {
            (true, _) => STOPPED,
            (false, live) => f64::from(u8::from(live)),
        };
        out.drive_status = Reading { value: driven.map(|d| if d { status } else { 0.0 }), valid: driven, stamp: t };
        let [digest, watchdog] = self.read_back;
        out.drive_digest = Reading { value: digest, valid: driven, stamp: t };
        out.drive_watchdog = Reading { value: watchdog, valid: driven, stamp: t };
        if let Some(mut rig) = self.rig.take() {
            rig.measure(self, &mut out);
            self.rig = Some(rig);
        }
        if let Some(faults) = self.faults.as_mut() {
            faults.strike(&mut out);
        }
        out
    }

    /// Pelvis x [m], pitch [rad] and their rates [m/s, rad/s] as the encoders of a treadmill exoskeleton's frame give them:
    /// with the noise and steps of its joints; absent for other devices.
    ///
    /// Not part of a sample: reading it changes nothing else.
    pub fn frame(&mut self) -> Option<[f64; 4]> {
        if self.device.mount != MountParams::Frame || self.device.joints[0] != JointKind::Driven {
            return None;
        }
        let (q, dq) = (self.configuration(), self.rates);
        let [place, speed, ..] = self.device.noise;
        let mut read = |x: f64, noise: f64, per_unit: f64| quantise(x + noise * self.frame_noise.normal(), per_unit);
        Some([
            read(q[0], place, 65_536.0),
            read(q[2], place, 65_536.0),
            read(dq[0], speed, 4096.0),
            read(dq[2], speed, 4096.0),
        ])
    }
}
