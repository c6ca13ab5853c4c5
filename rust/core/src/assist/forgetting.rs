//! Decay, and growth with the error.

use super::{N, check_support, follow};
use crate::error::{Result, all_in_range, in_range};
use crate::types::Sides;

/// Rates and limits of a [`ForgettingLaw`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForgettingParams {
    /// Share of support that a stride keeps [-], `0.5..=0.999`.
    pub forget: f64,
    /// Support per error beyond the dead zone [1/rad, weight shift 1/m], `0..=20`.
    pub gain: f64,
    /// Error of natural variability [rad, weight shift m], `0..=1`.
    pub dead_zone: [f64; N],
    /// Smallest support [-], `0..=1`.
    pub floor: f64,
    /// Largest support [-], `0..=1`.
    pub ceiling: f64,
    /// Support at the start [-], `floor..=ceiling`.
    pub initial: f64,
}

/// Support decays at every stride and grows with the error (Emken, Benitez & Reinkensmeyer 2007).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForgettingLaw {
    params: ForgettingParams,
    support: Sides<[f64; N]>,
}

impl ForgettingLaw {
    /// A law whose support stands at its initial value.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] or [`Error::Swapped`] naming the first parameter that is refused.
    pub fn new(params: ForgettingParams) -> Result<Self> {
        in_range("forget", params.forget, 0.5, 0.999)?;
        in_range("gain", params.gain, 0.0, 20.0)?;
        all_in_range("dead_zone", params.dead_zone, 0.0, 1.0)?;
        check_support(params.floor, params.ceiling, params.initial)?;
        Ok(Self { params, support: [[params.initial; N]; 2] })
    }

    /// Takes the errors [rad, weight shift m] of a stride of `side` (0 left, else right) and returns its new support [-].
    ///
    /// An error that is absent or not finite leaves its support as it is.
    pub fn update(&mut self, side: usize, errors: &[Option<f64>; N]) -> [f64; N] {
        let p = self.params;
        let support = &mut self.support[side.min(1)];
        for i in 0..N {
            if let Some(e) = errors[i].filter(|e| e.is_finite()) {
                let want = p.forget * support[i] + p.gain * (e - p.dead_zone[i]).max(0.0);
                support[i] = want.clamp(p.floor, p.ceiling);
            }
        }
        *support
    }

    /// Goes on from `support` [-] of `side` (0 left, else right), which was given instead of the law's own.
    pub fn follow(&mut self, side: usize, support: &[f64; N]) {
        follow(&mut self.support[side.min(1)], support, self.params.floor, self.params.ceiling);
    }

    /// Support [-] of both sides.
    #[must_use]
    pub fn support(&self) -> Sides<[f64; N]> {
        self.support
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn forgetting() -> ForgettingParams {
        ForgettingParams { forget: 0.9, gain: 1.0, dead_zone: [0.05; N], floor: 0.0, ceiling: 1.0, initial: 0.5 }
    }

    #[test]
    fn forgetting_decays_geometrically_and_settles_at_its_fixed_point() {
        let mut law = ForgettingLaw::new(forgetting()).unwrap();
        assert_eq!(law.update(0, &[Some(0.0); N]), [0.45; N]);
        for _ in 0..400 {
            law.update(0, &[Some(0.08); N]);
        }
        for a in law.support()[0] {
            assert!((a - 1.0 * 0.03 / (1.0 - 0.9)).abs() < 1e-12, "{a}");
        }
    }

    #[test]
    fn bad_parameters_are_refused_by_name() {
        let refused = |p: ForgettingParams| ForgettingLaw::new(p).unwrap_err().to_string();
        assert!(refused(ForgettingParams { forget: 1.0, ..forgetting() }).starts_with("forget must lie in"));
        assert!(refused(ForgettingParams { gain: -1.0, ..forgetting() }).starts_with("gain must lie in"));
    }
}
