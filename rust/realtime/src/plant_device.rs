//! The simulated person in a device, in the loop's own time.

use crate::device::{Device, DeviceError};
use gaitloop_core::safety::{Command, SafeProfile};
use gaitloop_core::types::{Reading, Sample};
use gaitloop_plant::simulation::Operator;
use gaitloop_plant::{Actuation, Plant, RopeMode};

/// Shortest and longest step of the plant [ns].
const STEPS: [i64; 2] = [100_000, 10_000_000];
/// Longest pause that is simulated [ns]; of a longer one the rest is left out.
const LONGEST: i64 = 10_000_000_000;

/// A plant as a device: its time is the loop's, and while no tick comes it goes on under the last command, which expires.
#[derive(Clone, Debug)]
pub struct PlantDevice {
    plant: Plant,
    operator: Operator,
    held: Actuation,
    period: i64,
    t: i64,
}

impl PlantDevice {
    /// A plant with an operator who follows a script.
    #[must_use]
    pub fn new(plant: Plant, operator: Operator) -> Self {
        Self { plant, operator, held: off(), period: 1_000_000, t: 0 }
    }

    /// The person and the device.
    #[must_use]
    pub fn plant(&self) -> &Plant {
        &self.plant
    }

    /// What the drives were told last.
    #[must_use]
    pub fn held(&self) -> &Actuation {
        &self.held
    }

    fn advance(&mut self, t: i64) {
        self.t = self.t.max(t - LONGEST);
        while self.t < t {
            let step = (t - self.t).min(self.period);
            self.plant.step(&self.held, step as f64 * 1e-9);
            self.t += step;
        }
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
        self.held = Actuation::from(command);
        Ok(())
    }

    fn close(&mut self, profile: SafeProfile) {
        self.held = Actuation { brake: profile == SafeProfile::LockBrake, ..off() };
        self.advance(self.t + self.period);
    }
}
