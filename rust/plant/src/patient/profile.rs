//! Typical people: healthy, after a stroke, by functional ambulation category; all from a seed.

use super::{Learning, PatientParams, Reflex};
use crate::rng::Rng;
use gaitloop_core::Result;
use gaitloop_core::error::in_range;

/// Severity and marked impairment by functional ambulation category; 2 to 4 show the signs of docs/plant.md.
///
/// Chosen with the coefficients of `mark` on seeds 1 to 8, both sides. Marked more, some fail at 0.25 m/s, though not
/// faster; marked less, some bend the knee over 50 degrees.
const FAC: [[f64; 2]; 6] = [[0.95, 0.0], [0.8, 0.0], [0.45, 0.43], [0.435, 0.42], [0.42, 0.41], [0.0, 0.0]];
/// Severity from which the own way of walking changes, beyond weakness.
const MARKED: f64 = 0.6;
/// Marked impairment at severity 1: more, and guidance no longer carries a person without strength through a stride.
const WORST: f64 = 0.65;

impl PatientParams {
    /// A person without impairment; size and habits follow from the seed.
    #[must_use]
    pub fn healthy(seed: u64) -> Self {
        let mut rng = Rng::new(seed, 1);
        Self {
            mass: (75.0 + 9.0 * rng.normal()).clamp(50.0, 105.0),
            // Taller people trip on the published curves below 0.5 m/s.
            height: (1.71 + 0.06 * rng.normal()).clamp(1.56, 1.80),
            strength: [1.0; 6],
            delay: [0.0; 2],
            foot_drop: [false; 2],
            excursion: [1.0; 6],
            cadence: rng.uniform(0.995, 1.005),
            variability: 0.02,
            foot_clearance: 0.04,
            hurry: [0.0; 2],
            reflex: Reflex::NONE,
            spasm: None,
            fatigue: 0.0,
            learning: Learning::NONE,
        }
    }

    /// A person after a stroke: `side` (0 left, 1 right) is the weak one, `severity` 0 (none) to 1 (no voluntary torque
    /// worth the name); size, and the spread around the severity, follow from the seed.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming `side` or `severity`.
    pub fn stroke(side: usize, severity: f64, seed: u64) -> Result<Self> {
        in_range("side", side as f64, 0.0, 1.0)?;
        in_range("severity", severity, 0.0, 1.0)?;
        let mut out = Self::healthy(seed);
        let mut rng = Rng::new(seed, 2);
        let (weak, sound) = (3 * side, 3 * (1 - side));
        // Distal joints suffer more than proximal ones; the sound side is a little weak as well.
        for (joint, share) in [0.60, 0.70, 0.85].into_iter().enumerate() {
            let spread = 1.0 + 0.1 * rng.normal();
            out.strength[weak + joint] = (1.0 - share * severity * spread).clamp(0.0, 1.0);
            out.strength[sound + joint] = 1.0 - 0.15 * severity;
        }
        out.excursion[weak] = 1.0 - 0.20 * severity * (1.0 + 0.2 * rng.normal());
        out.excursion[weak + 1] = 1.0 - 0.25 * severity * (1.0 + 0.2 * rng.normal());
        out.delay[side] = (0.06 * severity * (1.0 + 0.3 * rng.normal())).max(0.0);
        out.mark(side, WORST * ((severity - MARKED) / (1.0 - MARKED)).max(0.0));
        out.foot_drop[side] = severity > 0.4;
        out.variability = 0.02 + 0.04 * severity;
        Ok(out)
    }

    /// A person of functional ambulation category `level`, 0 (cannot walk) to 5 (walks anywhere).
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming `level` or `side`.
    pub fn fac(level: u8, side: usize, seed: u64) -> Result<Self> {
        in_range("level", f64::from(level), 0.0, 5.0)?;
        let [severity, marked] = FAC[usize::from(level.min(5))];
        let mut out = Self::stroke(side, severity, seed)?;
        out.mark(side, marked);
        Ok(out)
    }

    /// Movements smaller and later, a short stance and brisk reflexes on a side: a marked impairment, 0 to 1.
    ///
    /// The hip keeps most of its swing: where it loses more, the foot sticks at 0.2 m/s before the knee is stiff.
    fn mark(&mut self, side: usize, marked: f64) {
        let weak = 3 * side;
        self.excursion[weak] -= 0.15 * marked;
        self.excursion[weak + 1] -= 0.42 * marked;
        self.delay[side] += 0.15 * marked;
        self.hurry[side] += 0.2 * marked;
        self.reflex.gain[weak + 1] += 5.0 * marked;
        self.reflex.gain[weak + 2] += 2.0 * marked;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn severity_weakens_one_side_and_distal_joints_most() {
        let p = PatientParams::stroke(1, 0.7, 3).unwrap().check().unwrap();
        assert!(p.strength[3] > p.strength[5] && p.strength[5] < 0.6);
        assert!(p.strength[..3].iter().all(|s| *s > 0.85));
        assert!(p.foot_drop[1] && !p.foot_drop[0]);
        assert_eq!(PatientParams::fac(5, 0, 3).unwrap().strength, [1.0; 6]);
        assert_ne!(PatientParams::healthy(1).mass, PatientParams::healthy(2).mass);
    }

    #[test]
    fn every_seed_and_severity_gives_a_sound_set() {
        for seed in 0..200 {
            for level in 0..=5 {
                PatientParams::fac(level, 0, seed).unwrap().check().unwrap();
            }
        }
    }

    #[test]
    fn bad_values_are_named() {
        assert!(PatientParams::stroke(2, 0.5, 0).unwrap_err().to_string().starts_with("side"));
        assert!(PatientParams::stroke(0, f64::NAN, 0).unwrap_err().to_string().starts_with("severity"));
        let p = PatientParams { mass: 10.0, ..PatientParams::healthy(0) };
        assert!(p.check().unwrap_err().to_string().starts_with("mass"));
    }
}
