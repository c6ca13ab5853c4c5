//! What a therapist asks for, in clinical units, on top of any law.

use super::N;
use crate::error::{Error, Result, in_range};

/// Percent, and centimetres in a metre.
const PER_UNIT: f64 = 100.0;

/// What is overridden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Support of one subtask by its position [percent].
    Subtask(usize),
    /// Support of all subtasks at once [percent].
    All,
    /// The reference's foot clearance [cm].
    Clearance,
    /// Step length [cm].
    StepLength,
}

/// Names of the subtasks, as errors tell them.
const NAMES: [&str; N] = [
    "leading_limb",
    "trailing_limb",
    "prepositioning",
    "stance_stability",
    "foot_clearance",
    "weight_shift",
    "lateral_foot_placement",
];

impl Target {
    /// Name and range in clinical units.
    fn range(self) -> (&'static str, f64, f64) {
        match self {
            Self::Subtask(i) => (NAMES[i.min(N - 1)], 0.0, 100.0),
            Self::All => ("all", 0.0, 100.0),
            Self::Clearance => ("clearance", 0.0, 15.0),
            Self::StepLength => ("step_length", 10.0, 120.0),
        }
    }

    /// Places in the table of limits.
    fn places(self) -> core::ops::Range<usize> {
        match self {
            Self::Subtask(i) => i.min(N - 1)..i.min(N - 1) + 1,
            Self::All => 0..N,
            Self::Clearance => N..N + 1,
            Self::StepLength => N + 1..N + 2,
        }
    }

    /// A clinical value in the core's units: share of support [-], or [m].
    ///
    /// # Errors
    /// [`Error::OutOfRange`] with the target's name.
    pub fn core_units(self, value: f64) -> Result<f64> {
        let (name, min, max) = self.range();
        in_range(name, value, min, max).map(|value| value / PER_UNIT)
    }
}

/// How it is overridden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverrideMode {
    /// Kept at the value.
    Hold = 0,
    /// Not below the value.
    Floor = 1,
    /// Not above the value.
    Ceiling = 2,
}

/// Hold, floor and ceiling, in clinical and in the core's units.
type Limits = [Option<(f64, f64)>; 3];

/// Overrides of a therapist; nothing is set at first.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Override {
    limits: [Limits; N + 2],
}

impl Override {
    /// Sets one override; `value` is in clinical units. Nothing changes when it is refused.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] with the target's name, [`Error::Swapped`] when floor and ceiling would cross.
    pub fn set(&mut self, target: Target, mode: OverrideMode, value: f64) -> Result<()> {
        let converted = target.core_units(value)?;
        for limits in &self.limits[target.places()] {
            let (low_value, high_value) = match (mode, limits[1], limits[2]) {
                (OverrideMode::Floor, _, Some((ceiling, _))) => (value, ceiling),
                (OverrideMode::Ceiling, Some((floor, _)), _) => (floor, value),
                _ => continue,
            };
            if low_value > high_value {
                return Err(Error::Swapped { low: "floor", high: "ceiling", index: None, low_value, high_value });
            }
        }
        for limits in &mut self.limits[target.places()] {
            limits[mode as usize] = Some((value, converted));
        }
        Ok(())
    }

    /// Takes hold, floor and ceiling of a target away.
    pub fn release(&mut self, target: Target) {
        self.limits[target.places()].fill([None; 3]);
    }

    /// Hold, floor and ceiling of a target in clinical units; of `All` the first subtask's.
    #[must_use]
    pub fn get(&self, target: Target) -> [Option<f64>; 3] {
        self.limits[target.places().start].map(|limit| limit.map(|(value, _)| value))
    }

    /// Support [-] as the therapist lets it pass.
    #[must_use]
    pub fn apply(&self, support: &[f64; N]) -> [f64; N] {
        core::array::from_fn(|i| pass(&self.limits[i], support[i], [0.0, 1.0]))
    }

    /// Foot clearance [m] as the therapist lets it pass.
    #[must_use]
    pub fn clearance(&self, x: f64) -> f64 {
        pass(&self.limits[N], x, [0.0, 15.0 / PER_UNIT])
    }

    /// Step length [m] as the therapist lets it pass.
    #[must_use]
    pub fn step_length(&self, x: f64) -> f64 {
        pass(&self.limits[N + 1], x, [10.0 / PER_UNIT, 120.0 / PER_UNIT])
    }

    /// Releases everything.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

/// `x` under limits within a range; what is not finite counts as the range's low end.
fn pass([hold, floor, ceiling]: &Limits, x: f64, [low, high]: [f64; 2]) -> f64 {
    if let Some((_, held)) = hold {
        return *held;
    }
    let x = if x.is_finite() { x } else { low };
    x.clamp(floor.map_or(low, |(_, v)| v), ceiling.map_or(high, |(_, v)| v))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn floors_ceilings_and_holds() {
        let mut law = Override::default();
        law.set(Target::All, OverrideMode::Ceiling, 60.0).unwrap();
        law.set(Target::Subtask(2), OverrideMode::Floor, 50.0).unwrap();
        law.set(Target::Subtask(4), OverrideMode::Hold, 10.0).unwrap();
        assert_eq!(law.apply(&[0.9, 0.1, 0.1, f64::NAN, 0.9, 0.0, 0.0]), [0.6, 0.1, 0.5, 0.0, 0.1, 0.0, 0.0]);
        let crossed = law.set(Target::All, OverrideMode::Ceiling, 40.0).unwrap_err();
        assert_eq!(crossed.to_string(), "floor must lie below ceiling, got 50 and 40");
        law.release(Target::All);
        assert_eq!(law, Override::default());
        law.set(Target::StepLength, OverrideMode::Floor, 40.0).unwrap();
        assert_eq!((law.step_length(f64::NAN), law.clearance(9.0)), (0.4, 0.15));
        assert!(law.set(Target::Clearance, OverrideMode::Hold, 20.0).is_err());
    }
}
