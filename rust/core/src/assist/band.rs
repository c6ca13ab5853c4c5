//! Hold inside a band, step outside it.

use super::{N, check_support, follow};
use crate::error::{Error, Result, all_in_range, in_range};
use crate::types::Sides;

/// Limits and rates of a [`BandLaw`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandParams {
    /// Error below which support fades [rad, weight shift m], `0..=1`.
    pub lower: [f64; N],
    /// Error above which support grows [rad, weight shift m], `0..=1`, above `lower`.
    pub upper: [f64; N],
    /// Growth per stride [-], `0..=0.2`.
    pub step_up: f64,
    /// Fading per stride [-], `0..=0.2`.
    pub step_down: f64,
    /// Smallest support [-], `0..=1`.
    pub floor: f64,
    /// Largest support [-], `0..=1`.
    pub ceiling: f64,
    /// Support at the start [-], `floor..=ceiling`.
    pub initial: f64,
}

impl BandParams {
    /// Bounds of the error bands published for LOPES II, lower and upper [rad, weight shift m].
    #[must_use]
    pub fn published_bounds() -> ([f64; N], [f64; N]) {
        let bounds = |[a, b, c, d, e]: [f64; 5], shift: f64, placement: f64| {
            let [a, b, c, d, e] = [a, b, c, d, e].map(f64::to_radians);
            [a, b, c, d, e, shift, placement.to_radians()]
        };
        (bounds([2.15, 1.75, 4.29, 4.30, 4.52], 0.025, 1.15), bounds([3.58, 2.92, 7.16, 7.16, 7.54], 0.0417, 1.91))
    }
}

/// Support is held inside an error band, grows by a step above it and fades by a step below it (LOPES II, PMC6986041).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandLaw {
    params: BandParams,
    support: Sides<[f64; N]>,
}

impl BandLaw {
    /// A law whose support stands at its initial value.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] or [`Error::Swapped`] naming the first parameter that is refused.
    pub fn new(params: BandParams) -> Result<Self> {
        all_in_range("lower", params.lower, 0.0, 1.0)?;
        all_in_range("upper", params.upper, 0.0, 1.0)?;
        if let Some(i) = (0..N).find(|&i| params.lower[i] >= params.upper[i]) {
            let (low_value, high_value) = (params.lower[i], params.upper[i]);
            return Err(Error::Swapped { low: "lower", high: "upper", index: Some(i), low_value, high_value });
        }
        in_range("step_up", params.step_up, 0.0, 0.2)?;
        in_range("step_down", params.step_down, 0.0, 0.2)?;
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
                let step = if e > p.upper[i] {
                    p.step_up
                } else if e < p.lower[i] {
                    -p.step_down
                } else {
                    0.0
                };
                support[i] = (support[i] + step).clamp(p.floor, p.ceiling);
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

    fn band() -> BandParams {
        let (lower, upper) = BandParams::published_bounds();
        BandParams { lower, upper, step_up: 0.1, step_down: 0.05, floor: 0.0, ceiling: 1.0, initial: 0.5 }
    }

    #[test]
    fn band_holds_steps_up_and_fades() {
        let mut law = BandLaw::new(band()).unwrap();
        let inside: [_; N] = core::array::from_fn(|i| Some(0.5 * (band().lower[i] + band().upper[i])));
        assert_eq!(law.update(0, &inside), [0.5; N]);
        assert_eq!(law.update(0, &[Some(0.2); N]), [0.6; N]);
        assert_eq!(law.update(0, &[Some(0.0); N]), [0.6 - 0.05; N]);
        assert_eq!(
            law.update(0, &[None, Some(f64::NAN), None, None, Some(f64::INFINITY), None, None]),
            [0.6 - 0.05; N]
        );
        assert_eq!(law.support()[1], [0.5; N]);
    }

    #[test]
    fn band_reaches_its_floor_and_ceiling() {
        let mut law = BandLaw::new(BandParams { floor: 0.1, ceiling: 0.9, ..band() }).unwrap();
        for _ in 0..20 {
            law.update(1, &[Some(0.0); N]);
        }
        assert_eq!(law.support()[1], [0.1; N]);
        for _ in 0..20 {
            law.update(7, &[Some(1.0); N]);
        }
        assert_eq!(law.support()[1], [0.9; N]);
    }

    #[test]
    fn bad_parameters_are_refused_by_name() {
        let refused = |p: BandParams| BandLaw::new(p).unwrap_err().to_string();
        assert!(refused(BandParams { step_up: f64::NAN, ..band() }).starts_with("step_up must lie in [0, 0.2]"));
        assert!(refused(BandParams { lower: [0.2; N], ..band() }).starts_with("lower must lie below upper"));
        assert!(refused(BandParams { initial: 1.1, ..band() }).starts_with("initial must lie in [0, 1]"));
        assert!(refused(BandParams { floor: 0.9, ceiling: 0.8, ..band() }).starts_with("floor must lie below ceiling"));
    }
}
