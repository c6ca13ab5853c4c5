//! A law against a person who learns and forgets.

use crate::error::{Error, Result, in_range};

/// Half-lives in strides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HalfLives {
    /// Of the law's support without error.
    pub law: f64,
    /// Of the error of the person who learns.
    pub learning: f64,
    /// Of what the person has learned.
    pub forgetting: f64,
}

/// Half-lives of a law that keeps `forget` (0.5 to 0.999) and of a learner that keeps `keep` (0 to 0.9999) and takes `learn`
/// (0 to 1, below `keep`) of an error a stride (Emken 2007).
///
/// # Errors
/// [`Error::OutOfRange`] or [`Error::Swapped`] naming the first parameter that is refused.
pub fn half_lives(forget: f64, keep: f64, learn: f64) -> Result<HalfLives> {
    in_range("forget", forget, 0.5, 0.999)?;
    in_range("keep", keep, 0.0, 0.9999)?;
    in_range("learn", learn, 0.0, 1.0)?;
    if learn >= keep {
        let (low_value, high_value) = (learn, keep);
        return Err(Error::Swapped { low: "learn", high: "keep", index: None, low_value, high_value });
    }
    let half = |share: f64| 0.5_f64.ln() / share.ln();
    Ok(HalfLives { law: half(forget), learning: half(keep - learn), forgetting: half(keep) })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn half_of_it_is_left_after_a_half_life() {
        let lives = half_lives(0.9, 0.97, 0.07).unwrap();
        assert!((0.9_f64.powf(lives.law) - 0.5).abs() < 1e-12);
        assert!((lives.learning - lives.law).abs() < 1e-9 && lives.forgetting > lives.law);
        assert_eq!(half_lives(0.9, 0.5, 0.5).unwrap_err().to_string(), "learn must lie below keep, got 0.5 and 0.5");
    }
}
