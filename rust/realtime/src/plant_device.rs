//! The simulated person in a device, in the loop's own time.

use crate::device::{Device, DeviceError};
use core::sync::atomic::{AtomicU64, Ordering};
use gaitloop_core::Result as CoreResult;
use gaitloop_core::safety::{Command, SafeProfile, State};
use gaitloop_core::types::{Reading, Sample};
use gaitloop_plant::simulation::Operator;
use gaitloop_plant::{Actuation, Plant, RopeMode};
use std::sync::Arc;

/// Shortest and longest step of the plant [ns].
const STEPS: [i64; 2] = [100_000, 10_000_000];
/// Longest pause that is simulated [ns]; of a longer one the rest is left out.
const LONGEST: i64 = 10_000_000_000;

/// The inclination asked for and the one there is, which others may ask and see while the loop runs: bits of numbers [rad],
/// not a number for none.
#[derive(Debug)]
struct Incline {
    asked: AtomicU64,
    seen: AtomicU64,
}

/// A plant as a device: its time is the loop's, and while no tick comes it goes on under the last command, which expires.
#[derive(Clone, Debug)]
pub struct PlantDevice {
    plant: Plant,
    operator: Operator,
    held: Actuation,
    period: i64,
    t: i64,
    /// Shared with every copy, so that whoever made the device can ask the one that a loop has.
    incline: Arc<Incline>,
}

impl PlantDevice {
    /// A plant with an operator who follows a script.
    #[must_use]
    pub fn new(plant: Plant, operator: Operator) -> Self {
        let seen = AtomicU64::new(plant.incline().to_bits());
        let incline = Arc::new(Incline { asked: AtomicU64::new(f64::NAN.to_bits()), seen });
        Self { plant, operator, held: off(), period: 1_000_000, t: 0, incline }
    }

    /// The person and the device.
    #[must_use]
    pub fn plant(&self) -> &Plant {
        &self.plant
    }

    /// Asks for an inclination of the belt [rad], within the device's range, from any thread; `None` holds it where it is.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] outside that range, which is nothing but 0 where the belt does not tilt.
    pub fn request_incline(&self, incline: Option<f64>) -> CoreResult<()> {
        let angle = self.plant.inclination(incline)?.unwrap_or(f64::NAN);
        self.incline.asked.store(angle.to_bits(), Ordering::Relaxed);
        Ok(())
    }

    /// Inclination of the belt [rad], as of the last tick of whoever drives it.
    #[must_use]
    pub fn incline(&self) -> f64 {
        f64::from_bits(self.incline.seen.load(Ordering::Relaxed))
    }

    /// What the drives were told last.
    #[must_use]
    pub fn held(&self) -> &Actuation {
        &self.held
    }

    /// Gives the drives a command that no trainer made; it holds until it expires.
    pub fn hold(&mut self, command: Actuation) {
        self.held = command;
    }

    fn advance(&mut self, t: i64) {
        self.t = self.t.max(t - LONGEST);
        while self.t < t {
            let step = (t - self.t).min(self.period);
            self.plant.step(&self.held, step as f64 * 1e-9);
            self.t += step;
        }
        self.incline.seen.store(self.plant.incline().to_bits(), Ordering::Relaxed);
    }
}

/// No power, and no lease that would let any through.
fn off() -> Actuation {
    Actuation { support_mode: RopeMode::Hold, enabled: false, expiry: -1, ..Actuation::default() }
}

impl Device for PlantDevice {
    fn name(&self) -> &'static str {
        "simulated plant"
    }

    fn open(&mut self, period: f64) -> Result<(), DeviceError> {
        self.period = ((period * 1e9).round() as i64).clamp(STEPS[0], STEPS[1]);
        Ok(())
    }

    fn measure(&mut self, t: i64) -> Result<Sample, DeviceError> {
        self.advance(t);
        let mut sample = self.plant.sample(t);
        sample.buttons = Reading::new(self.operator.buttons(t), t);
        Ok(sample)
    }

    fn exchange(&mut self, command: &Command) -> Result<(), DeviceError> {
        let asked = f64::from_bits(self.incline.asked.load(Ordering::Relaxed));
        let trains = matches!(command.fields().state, State::Run | State::Degraded);
        self.held = Actuation::from(command).inclined(Some(asked).filter(|angle| !angle.is_nan()), trains);
        Ok(())
    }

    fn close(&mut self, profile: SafeProfile) {
        self.held = Actuation { brake: profile == SafeProfile::LockBrake, ..off() };
        self.advance(self.t + self.period);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use gaitloop_plant::{DeviceParams, PatientParams};

    fn device() -> PlantDevice {
        let person = PatientParams::stroke(0, 0.5, 1).unwrap();
        let plant = Plant::new(person, DeviceParams::treadmill_exo(false), 1).unwrap();
        let mut device = PlantDevice::new(plant, Operator::default());
        device.open(0.001).unwrap();
        device
    }

    #[test]
    fn while_no_tick_comes_the_lease_runs_out_and_the_drives_stop_by_themselves() {
        let mut device = device();
        device.held = Actuation { enabled: true, clear: true, expiry: 20_000_000, torque: [5.0; 6], ..off() };
        let powered = device.measure(10_000_000).unwrap();
        assert_eq!(powered.drive_status.get(0), Some(1.0));
        let after = device.measure(500_000_000).unwrap();
        assert!(after.drive_status.get(0).is_some_and(|status| status < 0.0), "{:?}", after.drive_status);
        assert!(after.t == 500_000_000 && device.plant().device_torque().iter().all(|torque| torque.abs() < 1e-9));
    }

    #[test]
    fn a_copy_is_asked_to_tilt_and_does_so_only_while_it_is_live() {
        let person = PatientParams::stroke(0, 0.5, 1).unwrap();
        let tilts = DeviceParams { incline: [0.0, 0.1], incline_rate: 0.01, ..DeviceParams::treadmill_exo(false) };
        let asked = PlantDevice::new(Plant::new(person, tilts, 1).unwrap(), Operator::default());
        let mut device = asked.clone();
        device.open(0.001).unwrap();
        assert!(asked.request_incline(Some(0.2)).is_err() && asked.request_incline(Some(f64::NAN)).is_err());
        assert!(asked.request_incline(Some(-0.01)).is_err());
        asked.request_incline(Some(0.02)).unwrap();
        let lease = |expiry: i64| Actuation { enabled: true, clear: true, expiry, ..off() }.inclined(Some(0.02), true);
        device.held = lease(1_000_000_000);
        device.measure(1_000_000_000).unwrap();
        assert!((asked.incline() - 0.01).abs() < 1e-4, "{}", asked.incline());
        device.measure(5_000_000_000).unwrap();
        assert!((asked.incline() - 0.01).abs() < 1e-4, "without a lease it stays: {}", asked.incline());
        device.held = lease(i64::MAX).inclined(Some(0.02), false);
        device.measure(6_000_000_000).unwrap();
        assert!((asked.incline() - 0.01).abs() < 1e-4, "in a stop it stays: {}", asked.incline());
        device.held = lease(i64::MAX);
        device.measure(9_000_000_000).unwrap();
        assert_eq!(asked.incline(), 0.02);
    }

    #[test]
    fn a_long_pause_is_cut_and_time_still_agrees() {
        let mut device = device();
        let t = 3_600_000_000_000;
        assert_eq!(device.measure(t).unwrap().t, t);
        assert_eq!(device.t, t);
    }

    #[test]
    fn closed_it_has_no_power_and_its_brakes_are_those_of_the_profile() {
        for (profile, brake) in [(SafeProfile::LockBrake, true), (SafeProfile::ReleaseAfterDamp, false)] {
            let mut device = device();
            device.held = Actuation { enabled: true, expiry: i64::MAX, torque: [5.0; 6], ..off() };
            device.measure(100_000_000).unwrap();
            device.close(profile);
            assert_eq!((device.held.enabled, device.held.torque, device.held.brake), (false, [0.0; 6], brake));
            assert!(device.held.expiry < 0);
        }
    }
}
