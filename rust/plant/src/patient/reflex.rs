//! Exaggerated stretch reflex: muscles that answer fast stretch on their own.
//!
//! Spasticity is a velocity-dependent increase of the stretch reflex (Lance 1980). The extensor of each joint (hip extensors,
//! quadriceps, calf) is stretched while its angle grows; above a threshold of speed it pulls back in proportion, a
//! conduction delay and the muscle's lag later, and no harder than a bound. Long delay with high gain makes the loop
//! unstable: clonus (Hidler & Rymer 1999, IEEE Trans Rehabil Eng 7:327), seen at the ankle at 3 to 8 Hz. The lag and
//! the bound are assumptions.

use gaitloop_core::Result;
use gaitloop_core::error::{all_in_range, in_range};
use gaitloop_core::types::{JointVec, N_JOINTS};

/// Lag of the muscle [s].
const LAG: f64 = 0.03;
/// Greatest torque [N·m] of the reflex at hip, knee and ankle per kg of body mass.
const BOUND: f64 = 0.6;
/// Ticks of speed remembered.
const MEMORY: usize = 128;

/// The reflex of a person; silent where the gain is 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reflex {
    /// Torque per speed of stretch above the threshold, per joint [N·m·s/rad], 0 to 50.
    pub gain: JointVec,
    /// Speed of stretch from which it answers [rad/s], 0 to 10.
    pub threshold: f64,
    /// Delay [s], 0 to 0.1.
    pub delay: f64,
}

impl Reflex {
    /// A reflex that never answers, with the threshold and the delay of the others.
    pub const NONE: Self = Self { gain: [0.0; N_JOINTS], threshold: 1.0, delay: 0.04 };

    /// Accepts the parameters when all lie in their ranges.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first that does not.
    pub fn check(self) -> Result<Self> {
        all_in_range("reflex_gain", self.gain, 0.0, 50.0)?;
        in_range("reflex_threshold", self.threshold, 0.0, 10.0)?;
        in_range("reflex_delay", self.delay, 0.0, 0.1)?;
        Ok(self)
    }
}

/// The reflex in motion.
#[derive(Clone, Debug)]
pub(crate) struct Arc {
    reflex: Reflex,
    bound: f64,
    speeds: [JointVec; MEMORY],
    next: usize,
    torque: JointVec,
}

impl Arc {
    /// The arc of a person of mass [kg] `mass`; nothing when it would never answer.
    pub fn new(reflex: Reflex, mass: f64) -> Option<Box<Self>> {
        let active = reflex.gain.iter().any(|g| *g > 0.0);
        let arc = || Self {
            reflex,
            bound: BOUND * mass,
            speeds: [[0.0; N_JOINTS]; MEMORY],
            next: 0,
            torque: [0.0; N_JOINTS],
        };
        active.then(|| Box::new(arc()))
    }

    /// One tick of `dt` [s] at joint velocities [rad/s]; torque [N·m].
    pub fn step(&mut self, dq: &JointVec, dt: f64) -> JointVec {
        self.speeds[self.next] = *dq;
        let ticks = ((self.reflex.delay / dt.max(1e-6)).round() as usize).min(MEMORY - 1);
        let felt = self.speeds[(self.next + MEMORY - ticks) % MEMORY];
        self.next = (self.next + 1) % MEMORY;
        for (i, torque) in self.torque.iter_mut().enumerate() {
            let pull = self.reflex.gain[i] * (felt[i] - self.reflex.threshold).max(0.0);
            *torque += (-pull.min(self.bound) - *torque) * (dt / LAG).min(1.0);
        }
        self.torque
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A foot on a spring, tapped: amplitude [rad] late in the run, and frequency [Hz].
    fn foot(gain: f64, delay: f64) -> (f64, f64) {
        let mut reflex = Reflex { delay, threshold: 0.5, ..Reflex::NONE };
        reflex.gain[2] = gain;
        let mut arc = Arc::new(reflex.check().unwrap(), 75.0).unwrap();
        let (mut q, mut v): (f64, f64) = (0.0, 6.0);
        let (mut peak, mut crossings, mut before) = (0.0_f64, 0, 0.0);
        for tick in 0..8000 {
            let torque = arc.step(&[0.0, 0.0, v, 0.0, 0.0, 0.0], 1e-3)[2];
            assert!((-45.0..=0.0).contains(&torque));
            // A foot of 0.02 kg·m² on a spring of 15 N·m/rad and a damper of 0.5 N·m·s/rad.
            v += 1e-3 * (torque - 15.0 * q - 0.5 * v) / 0.02;
            q += 1e-3 * v;
            if tick >= 6000 {
                peak = peak.max(v.abs());
                crossings += i32::from(v > 0.0 && before <= 0.0);
            }
            before = v;
        }
        (peak, f64::from(crossings) / 2.0)
    }

    #[test]
    fn high_gain_and_delay_beat_at_four_to_eight_hertz_and_less_does_not() {
        let (speed, frequency) = foot(6.0, 0.04);
        assert!(speed > 1.0 && (4.0..=8.0).contains(&frequency), "{speed} {frequency}");
        assert!(foot(0.5, 0.04).0 < 0.2, "{:?}", foot(0.5, 0.04));
        assert!(foot(6.0, 0.0).0 < 0.6, "{:?}", foot(6.0, 0.0));
    }

    #[test]
    fn slow_stretch_and_shortening_are_ignored() {
        let mut arc = Arc::new(Reflex { gain: [5.0; 6], ..Reflex::NONE }, 75.0).unwrap();
        for dq in [[0.9; 6], [-8.0; 6]] {
            (0..200).for_each(|_| assert_eq!(arc.step(&dq, 1e-3), [0.0; 6]));
        }
        assert!(Arc::new(Reflex::NONE, 75.0).is_none());
    }

    #[test]
    fn it_comes_after_its_delay() {
        let mut arc = Arc::new(Reflex { gain: [5.0; 6], delay: 0.05, ..Reflex::NONE }, 75.0).unwrap();
        let first = (0..200).position(|_| arc.step(&[3.0; 6], 1e-3)[0] < 0.0);
        assert_eq!(first, Some(50));
    }
}
