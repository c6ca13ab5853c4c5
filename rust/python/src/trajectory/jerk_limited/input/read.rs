//! From what Python wrote to what the core takes.

use gaitloop_core::trajectory::jerk_limited::{
    ControlInterface, DurationDiscretization, Input, MAX_DOFS, Synchronization,
};
use pyo3::prelude::*;

use super::{InputParameter, MAX_POSITION, MIN_ACCELERATION, MIN_POSITION, MIN_VELOCITY};
use crate::convert::ConfigError;
use crate::trajectory::jerk_limited::memory::MOST;

impl InputParameter {
    /// The numbers as the core takes them; `bits` is room to work in, and then what was read.
    ///
    /// `known` is the version that `into` was read from before, so that only arrays are taken; it becomes that of this one.
    #[inline]
    pub(in super::super) fn read(
        &self,
        py: Python<'_>,
        bits: &mut [u64; MOST],
        into: &mut Input,
        known: &mut u64,
    ) -> PyResult<()> {
        let bits = self.memory.read_bits(py, bits)?;
        self.take(bits, into, known);
        Ok(())
    }

    /// The same with the bits at hand.
    pub(in super::super) fn take(&self, bits: &[u64], into: &mut Input, known: &mut u64) {
        self.memory.rows_of(bits, &mut into.rows);
        into.enabled = self.memory.flags_of(bits);
        for (k, max) in [(MIN_VELOCITY, 6), (MIN_ACCELERATION, 8)] {
            if !self.given[k] {
                for i in 0..self.dofs.min(MAX_DOFS) {
                    into.rows[k][i] = -into.rows[max][i];
                }
            }
        }
        for (k, unset) in [(MAX_POSITION, f64::INFINITY), (MIN_POSITION, f64::NEG_INFINITY)] {
            if !self.given[k] {
                into.rows[k][..self.dofs].fill(unset);
            }
        }
        if *known != self.version {
            into.dofs = self.dofs;
            self.take_settings(into);
            *known = self.version;
        }
    }

    /// A number that no other input has, and this one only until a choice changes; arrays do not count.
    pub(in super::super) fn version(&self) -> u64 {
        self.version
    }

    /// All but the rows of numbers.
    pub(in super::super) fn read_settings(&self, py: Python<'_>, into: &mut Input) -> PyResult<()> {
        into.enabled = self.memory.read_flags(py)?;
        self.take_settings(into);
        Ok(())
    }

    fn take_settings(&self, into: &mut Input) {
        for i in 0..self.dofs.min(MAX_DOFS) {
            into.interface[i] = match self.interface.code(i) {
                0 => ControlInterface::Position,
                _ => ControlInterface::Velocity,
            };
            into.synchronization[i] = match self.synchronization.code(i) {
                0 => Synchronization::Time,
                1 => Synchronization::TimeIfNecessary,
                2 => Synchronization::Phase,
                _ => Synchronization::No,
            };
        }
        into.discretization = match self.discretization.code {
            0 => DurationDiscretization::Continuous,
            _ => DurationDiscretization::Discrete,
        };
        into.minimum_duration = self.minimum_duration.unwrap_or(0.0);
        into.tracking = self.tracking.unwrap_or(0.0);
    }

    pub(in super::super) fn input(&self, py: Python<'_>) -> PyResult<Input> {
        let mut input = Input::new(self.dofs);
        self.read(py, &mut [0; MOST], &mut input, &mut 0)?;
        Ok(input)
    }

    /// Refuses another number of degrees of freedom.
    pub(in super::super) fn same_dofs(&self, dofs: usize) -> PyResult<()> {
        if self.dofs == dofs {
            return Ok(());
        }
        Err(ConfigError::new_err(format!("input must have {dofs} degrees of freedom, got {}", self.dofs)))
    }
}
