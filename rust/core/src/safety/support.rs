//! The force of the body-weight support: bounded in size and slope, still in every stop.

use super::kernels::{clamp, slewed};
use super::{Envelope, SupportMode};
use crate::error::{Result, in_range};

/// Commanded body-weight support.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Support {
    force_max: f64,
    rate_max: f64,
    tick_max: f64,
    force: f64,
}

impl Support {
    /// A support that carries nothing yet.
    #[must_use]
    pub fn new(envelope: &Envelope) -> Self {
        let p = envelope.params();
        Self { force_max: p.support_force_max, rate_max: p.support_rate_max, tick_max: p.tick_max, force: 0.0 }
    }

    /// A support that already carries `initial` [N].
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] unless `initial` lies in 0 to the largest force.
    pub fn carrying(envelope: &Envelope, initial: f64) -> Result<Self> {
        let force = in_range("initial", initial, 0.0, envelope.params().support_force_max)?;
        Ok(Self { force, ..Self::new(envelope) })
    }

    /// One tick of `dt` [s] towards `target` [N]; gives the force to command [N].
    pub fn step(&mut self, target: f64, mode: SupportMode, dt: f64) -> f64 {
        if mode == SupportMode::Track && target.is_finite() {
            let target = clamp(target, 0.0, self.force_max);
            let slope = if dt > 0.0 { self.rate_max * dt.min(self.tick_max) } else { 0.0 };
            self.force = slewed(target, self.force, slope);
        }
        self.force
    }

    /// Commanded force [N].
    #[must_use]
    pub fn force(&self) -> f64 {
        self.force
    }
}

#[cfg(test)]
mod tests;
