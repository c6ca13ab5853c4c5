//! Muscles tire while they pull and recover while they rest.
//!
//! Three compartments, active, fatigued and resting (Xia & Frey Law 2008, J Biomech 41:3046), with the active share taken
//! as what the joint does at once: `dF/dt = f a - r F`, strength left `1 - F`. Rates per joint: Frey-Law, Looft & Heitsman
//! 2012 (J Biomech 45:1803, table 1: knee 0.01500 and 0.00149, ankle 0.00589 and 0.00058 per second); the hip, which they
//! do not have, takes the knee's (assumption). At rest recovery is 15 times as fast (Looft, Herkert & Frey-Law 2018,
//! J Biomech 77:16); rest is an active share under 5 % (assumption).

use gaitloop_core::types::JointVec;

/// Fatigue and recovery of hip, knee and ankle [1/s].
const RATES: [[f64; 2]; 3] = [[0.015_00, 0.001_49], [0.015_00, 0.001_49], [0.005_89, 0.000_58]];
/// How much faster rest recovers, and the active share under which a joint rests.
const REST: [f64; 2] = [15.0, 0.05];

#[derive(Clone, Copy, Debug)]
pub(crate) struct Fatigue {
    rate: f64,
    tired: JointVec,
}

impl Fatigue {
    /// Fresh muscles; nothing when they never tire.
    pub fn new(rate: f64) -> Option<Self> {
        (rate > 0.0).then_some(Self { rate, tired: [0.0; 6] })
    }

    /// One tick of `dt` [s] at `torque` [N·m] of joints that can reach `full` [N·m]; share of strength left [-].
    pub fn step(&mut self, torque: &JointVec, full: &JointVec, dt: f64) -> JointVec {
        for (i, tired) in self.tired.iter_mut().enumerate() {
            let active = if full[i] > 0.0 { (torque[i].abs() / full[i]).min(1.0 - *tired) } else { 0.0 };
            let [tire, recover] = RATES[i % 3];
            let recover = if active < REST[1] { REST[0] * recover } else { recover };
            *tired = (*tired + self.rate * dt * (tire * active - recover * *tired)).clamp(0.0, 1.0);
        }
        self.left()
    }

    /// Share of strength left [-].
    pub fn left(&self) -> JointVec {
        self.tired.map(|t| 1.0 - t)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn strength_falls_with_exertion_and_returns_with_rest() {
        let mut fatigue = Fatigue::new(1.0).unwrap();
        let full = [100.0; 6];
        let fall: Vec<f64> = (0..120).map(|_| fatigue.step(&[0.0, 50.0, 50.0, 0.0, 0.0, 0.0], &full, 1.0)[1]).collect();
        assert!(fall.windows(2).all(|w| w[1] <= w[0]) && fall[119] < 0.55, "{}", fall[119]);
        // The knee tires faster than the ankle; a joint at rest does not tire.
        assert!(fatigue.left()[2] > fatigue.left()[1] && fatigue.left()[0] == 1.0);
        for _ in 0..600 {
            fatigue.step(&[0.0; 6], &full, 1.0);
        }
        assert!(fatigue.left()[1] > 0.99);
        assert!(Fatigue::new(0.0).is_none());
    }

    #[test]
    fn half_of_full_strength_at_the_knee_lasts_about_as_long_as_published() {
        // Endurance at 50 % of the maximum at the knee: about 60 s (Frey Law & Avin 2010, Ergonomics 53:109).
        let mut fatigue = Fatigue::new(1.0).unwrap();
        let mut seconds = 0.0;
        while fatigue.step(&[0.0, 50.0, 0.0, 0.0, 0.0, 0.0], &[100.0; 6], 0.1)[1] > 0.5 {
            seconds += 0.1;
        }
        assert!((40.0..110.0).contains(&seconds), "{seconds}");
    }
}
