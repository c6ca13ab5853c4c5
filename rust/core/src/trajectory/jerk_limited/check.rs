//! Which inputs are accepted.

use super::axis::Limits;
use super::input::{ControlInterface, Dof, FIELDS, Input, LARGEST, MAX_DOFS};
use super::range;
use crate::error::{Error, Result, in_range};

/// Smallest magnitude of a limit that is accepted.
const SMALLEST: f64 = 1e-12;
/// Largest jerk limit that is accepted [rad/s³].
const LARGEST_JERK: f64 = 1e12;

impl Input {
    /// Whether a movement can be planned.
    ///
    /// # Errors
    /// The first field that does not allow it, with its range.
    pub fn check(&self) -> Result<()> {
        if !(1..=MAX_DOFS).contains(&self.dofs) {
            return Err(Error::Length { name: "current_position", got: self.dofs, min: 1, max: MAX_DOFS });
        }
        in_range("minimum_duration", self.minimum_duration, 0.0, LARGEST)?;
        in_range("tracking", self.tracking, 0.0, LARGEST)?;
        for i in 0..self.dofs {
            self.check_start(i)?;
            if self.enabled[i] {
                let dof = self.dof(i);
                check_limits(&dof, i, self.interface[i])?;
                check_range(&dof, i)?;
                check_target(&dof, i)?;
            }
        }
        Ok(())
    }

    /// Whether a stop can be planned.
    ///
    /// # Errors
    /// The first field that does not allow it, with its range.
    pub fn check_stop(&self) -> Result<()> {
        for i in 0..self.dofs.min(MAX_DOFS) {
            self.check_start(i)?;
            if self.enabled[i] {
                check_limits(&self.dof(i), i, ControlInterface::Velocity)?;
                check_range(&self.dof(i), i)?;
            }
        }
        Ok(())
    }

    fn check_start(&self, i: usize) -> Result<()> {
        for (row, name) in self.rows.iter().zip(FIELDS).take(3) {
            at(name, i, row[i], -LARGEST, LARGEST)?;
        }
        Ok(())
    }
}

fn at(name: &'static str, i: usize, value: f64, min: f64, max: f64) -> Result<()> {
    if (min..=max).contains(&value) { Ok(()) } else { Err(Error::OutOfRange { name, index: Some(i), value, min, max }) }
}

fn check_limits(dof: &Dof, i: usize, interface: ControlInterface) -> Result<()> {
    let Limits { velocity, acceleration, jerk } = dof.limits;
    if interface == ControlInterface::Position {
        at("max_velocity", i, velocity[1], SMALLEST, LARGEST)?;
        at("min_velocity", i, velocity[0], -LARGEST, -SMALLEST)?;
    }
    let open = acceleration == [f64::NEG_INFINITY, f64::INFINITY];
    if !open {
        at("max_acceleration", i, acceleration[1], SMALLEST, LARGEST)?;
        at("min_acceleration", i, acceleration[0], -LARGEST, -SMALLEST)?;
    }
    if jerk != f64::INFINITY {
        at("max_jerk", i, jerk, SMALLEST, LARGEST_JERK)?;
    }
    Ok(())
}

fn check_range(dof: &Dof, i: usize) -> Result<()> {
    let [low, high] = dof.range;
    if low < high {
        return Ok(());
    }
    let (low_value, high_value) = (low, high);
    Err(Error::Swapped { low: "min_position", high: "max_position", index: Some(i), low_value, high_value })
}

fn check_target(dof: &Dof, i: usize) -> Result<()> {
    let (target, limits) = (dof.target, dof.limits);
    let position = dof.interface == ControlInterface::Position;
    if position {
        at("target_position", i, target.position, -LARGEST, LARGEST)?;
        at("target_position", i, target.position, dof.range[0], dof.range[1])?;
    }
    at("target_velocity", i, target.velocity, -LARGEST, LARGEST)?;
    at("target_acceleration", i, target.acceleration, -LARGEST, LARGEST)?;
    if limits.acceleration[1] == f64::INFINITY {
        return Ok(());
    }
    if position {
        at("target_velocity", i, target.velocity, limits.velocity[0], limits.velocity[1])?;
    }
    if limits.jerk == f64::INFINITY {
        return if position { check_reach(dof, i) } else { Ok(()) };
    }
    at("target_acceleration", i, target.acceleration, limits.acceleration[0], limits.acceleration[1])?;
    if !position {
        let still = if dof.bounded() { 0.0 } else { LARGEST };
        return at("target_acceleration", i, target.acceleration, -still, still);
    }
    // The velocity from which the target's acceleration was built up must lie within its limits too.
    let before = target.velocity - target.acceleration * target.acceleration.abs() / (2.0 * limits.jerk);
    let slack = 1e-12 * (limits.velocity[1] - limits.velocity[0]);
    if before < limits.velocity[0] - slack || before > limits.velocity[1] + slack {
        let room = if before < target.velocity {
            target.velocity - limits.velocity[0]
        } else {
            limits.velocity[1] - target.velocity
        };
        let most = (2.0 * limits.jerk * room).sqrt();
        return at("target_acceleration", i, target.acceleration, -most, most);
    }
    check_reach(dof, i)
}

/// A target must be reached from rest, and be stopped at from there, within the limits of position.
fn check_reach(dof: &Dof, i: usize) -> Result<()> {
    if !dof.bounded() || range::target_fits(dof) {
        return Ok(());
    }
    let [min, max] = range::fitting_positions(dof);
    let value = dof.target.position;
    Err(Error::OutOfRange { name: "target_position", index: Some(i), value, min, max })
}
