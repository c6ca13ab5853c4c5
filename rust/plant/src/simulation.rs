//! Trainer, plant and operator in one closed loop, as fast as the machine allows.

use crate::{Actuation, Fault, Lead, Plant, RopeMode};
use gaitloop_core::Result;
use gaitloop_core::safety::{Command, State, SupportMode};
use gaitloop_core::trainer::{Trainer, Wish};
use gaitloop_core::types::{BUTTONS, Reading, Sample};

/// Length of a tick [ns].
pub const TICK: i64 = 1_000_000;

impl From<&Command> for Actuation {
    fn from(command: &Command) -> Self {
        let fields = command.fields();
        Self {
            torque: *command.torque(),
            belt_speed: fields.belt_speed,
            support_force: fields.support_force,
            support_mode: match fields.support_mode {
                SupportMode::Hold => RopeMode::Hold,
                SupportMode::Track => RopeMode::Track,
                SupportMode::Jog => RopeMode::Jog,
            },
            enabled: fields.enable,
            expiry: fields.expiry,
            clear: fields.clear,
            brake: fields.brake,
            ..Self::default()
        }
    }
}

impl Actuation {
    /// With an inclination asked for, that a belt follows only while it `trains`: in every stop it stays as it is.
    #[must_use]
    pub fn inclined(self, incline: Option<f64>, trains: bool) -> Self {
        Self { incline: incline.filter(|_| trains), ..self }
    }
}

/// A button held for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Press {
    /// Position of the button in [`BUTTONS`].
    pub button: usize,
    /// First tick at which it is pressed [ns].
    pub from: i64,
    /// First tick at which it is let go [ns].
    pub until: i64,
}

/// The person at the machine: emergency stop closed and enabling device held unless a press says otherwise.
#[derive(Clone, Debug, Default)]
pub struct Operator {
    presses: Vec<Press>,
}

impl Operator {
    /// An operator who follows a script; pressing `estop_ok` or `enable` opens it.
    #[must_use]
    pub fn new(presses: Vec<Press>) -> Self {
        Self { presses }
    }

    /// Presses once more than the script says.
    pub fn press(&mut self, press: Press) {
        self.presses.push(press);
    }

    /// Buttons at time `t` [ns].
    #[must_use]
    pub fn buttons(&self, t: i64) -> [f64; BUTTONS.len()] {
        let mut buttons = [0.0; BUTTONS.len()];
        (buttons[0], buttons[1]) = (1.0, 1.0);
        for press in self.presses.iter().filter(|p| (p.from..p.until).contains(&t)) {
            if let Some(button) = buttons.get_mut(press.button) {
                *button = if press.button < 2 { 0.0 } else { 1.0 };
            }
        }
        buttons
    }
}

/// A whole machine with a person in it.
#[derive(Clone, Debug)]
pub struct Simulation {
    trainer: Trainer,
    plant: Plant,
    operator: Operator,
    lead: Option<Lead>,
    /// Inclination that the belt is to have [rad]; none holds it.
    incline: Option<f64>,
    t: i64,
}

impl Simulation {
    /// A machine that boots at time zero.
    #[must_use]
    pub fn new(trainer: Trainer, plant: Plant, operator: Operator) -> Self {
        Self { trainer, plant, operator, lead: None, incline: None, t: 0 }
    }

    /// The same machine with a controller that asks for torque in place of the trainer's own law.
    #[must_use]
    pub fn led(self, lead: Lead) -> Self {
        Self { lead: Some(lead), ..self }
    }

    /// One tick: measure, decide, act.
    pub fn tick(&mut self) -> (Sample, Command) {
        let sample = self.measure();
        let pitch = self.plant.trunk()[0];
        let command = match &mut self.lead {
            None => self.trainer.step(&sample),
            Some(lead) => self.trainer.step_led(&sample, |now| lead.ask(now, pitch)),
        };
        let trains = matches!(command.fields().state, State::Run | State::Degraded);
        self.act(Actuation::from(&command).inclined(self.incline, trains));
        (sample, command)
    }

    /// One tick in which nobody judges what the law asks for.
    pub fn tick_unjudged(&mut self) -> (Sample, Wish) {
        let sample = self.measure();
        let pitch = self.plant.trunk()[0];
        let wish = match &mut self.lead {
            None => self.trainer.step_unjudged(&sample),
            Some(lead) => self.trainer.step_led_unjudged(&sample, |now| lead.ask(now, pitch)),
        };
        self.act(Actuation::from(&wish).inclined(self.incline, true));
        (sample, wish)
    }

    fn measure(&mut self) -> Sample {
        let mut sample = self.plant.sample(self.t);
        sample.buttons = Reading::new(self.operator.buttons(self.t), sample.t);
        sample
    }

    fn act(&mut self, mut actuation: Actuation) {
        actuation.cue = self.lead.as_ref().and_then(Lead::cue);
        self.plant.step(&actuation, TICK as f64 * 1e-9);
        self.t += TICK;
    }

    /// Gives the plant these faults in place of those it has.
    ///
    /// # Errors
    /// As [`Plant::inject`].
    pub fn inject(&mut self, faults: Vec<Fault>) -> Result<()> {
        self.plant.inject(faults)
    }

    /// Asks for an inclination of the belt [rad], within the device's range; `None` holds it where it is.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] outside that range, which is nothing but 0 where the belt does not tilt.
    pub fn request_incline(&mut self, incline: Option<f64>) -> Result<()> {
        self.incline = self.plant.inclination(incline)?;
        Ok(())
    }

    /// Time of the next tick [ns].
    #[must_use]
    pub fn time(&self) -> i64 {
        self.t
    }

    /// Lets the operator press a button that the script does not speak of.
    pub fn press(&mut self, press: Press) {
        self.operator.press(press);
    }

    /// The controller.
    #[must_use]
    pub fn trainer(&self) -> &Trainer {
        &self.trainer
    }

    /// The controller, to ask it for changes or to take its events and strides.
    pub fn trainer_mut(&mut self) -> &mut Trainer {
        &mut self.trainer
    }

    /// The person and the device.
    #[must_use]
    pub fn plant(&self) -> &Plant {
        &self.plant
    }
}
