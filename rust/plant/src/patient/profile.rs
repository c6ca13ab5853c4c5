//! Typical people: healthy, after a stroke, by functional ambulation category; all from a seed.

use super::{Learning, PatientParams, Reflex};
use crate::rng::Rng;
use gaitloop_core::Result;
use gaitloop_core::error::in_range;

/// Severity by functional ambulation category; 2 to 4 so that their unassisted speed is the published one.
const FAC_SEVERITY: [f64; 6] = [0.95, 0.88, 0.79, 0.73, 0.67, 0.0];
/// Strength that the weak hip, knee and ankle lack at full severity [-]; distal joints suffer more than proximal ones.
const WEAKNESS: [f64; 3] = [0.55, 0.65, 0.85];
/// Gain of the stretch reflex of the weak hip, knee and ankle at full severity [N·m·s/rad].
const REFLEX: [f64; 3] = [0.0, 5.0, 2.0];
/// How much smaller the weak side means to move hip, knee and ankle at full severity [-].
const SMALLER: [f64; 3] = [0.5, 0.5, 0.0];

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
        // Mild strokes leave little trace, severe ones much.
        let loss = severity * severity;
        for joint in 0..3 {
            let spread = 1.0 + 0.1 * rng.normal();
            out.strength[weak + joint] = (1.0 - WEAKNESS[joint] * loss * spread).clamp(0.0, 1.0);
            out.strength[sound + joint] = 1.0 - 0.10 * loss;
            out.reflex.gain[weak + joint] = REFLEX[joint] * loss;
            out.excursion[weak + joint] = 1.0 - SMALLER[joint] * loss * (1.0 + 0.1 * rng.normal());
        }
        out.delay[side] = (0.15 * loss * (1.0 + 0.3 * rng.normal())).max(0.0);
        out.hurry[side] = 0.25 * loss;
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
        Self::stroke(side, FAC_SEVERITY[usize::from(level.min(5))], seed)
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
