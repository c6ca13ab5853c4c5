//! What person and guide are made of.

use gaitloop_core::Result;
use gaitloop_core::error::{all_in_range, in_range};

/// Length of the pendulum over the height of the trochanter, which Hof takes for balance sideways [-].
const PENDULUM: f64 = 1.34;
/// Trochanteric height over body height (Winter 2009) [-].
const TROCHANTER: f64 = 0.53;

/// How a person keeps the balance sideways; left before right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SwayParams {
    /// Body mass [kg], 40 to 150.
    pub mass: f64,
    /// Body height [m], 1.5 to 2.
    pub height: f64,
    /// Step width aimed at [m], 0.05 to 0.3.
    pub width: f64,
    /// How far the ankle shifts the centre of pressure under a foot [m], 0 to 0.05.
    pub reach: [f64; 2],
    /// How fully weight is shifted onto a foot that has landed, beyond what the legs do anyway [-], 0 to 1.
    pub shift: [f64; 2],
    /// Spread of where a foot lands [m], 0 to 0.1.
    pub placement_noise: [f64; 2],
    /// Spread, from step to step, of where the person feels to be [m], 0 to 0.1.
    pub sense_noise: f64,
}

impl SwayParams {
    /// A person with the impairment 0 (none) to 1 [-] on `side` (0 left, 1 right).
    ///
    /// The ankle reaches 2 cm (Hof, Vermerris & Gjaltema 2010); a paretic foot lands twice as far off as that of people
    /// without impairment (Dean et al. 2022, PMC8560566: 3.9 to 1.9 cm). All else is an assumption: step width, spreads,
    /// and how ankle and shift of weight fade with the impairment.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the parameter.
    pub fn impaired(mass: f64, height: f64, impairment: f64, side: usize) -> Result<Self> {
        let impairment = in_range("impairment", impairment, 0.0, 1.0)?;
        let on =
            |i: usize, sound: f64, paretic: f64| if i == side { sound + impairment * (paretic - sound) } else { sound };
        let pair = |sound: f64, paretic: f64| core::array::from_fn(|i| on(i, sound, paretic));
        Self {
            mass,
            height,
            width: 0.12 + 0.06 * impairment,
            reach: pair(0.02, 0.004),
            shift: pair(1.0, 0.5),
            placement_noise: pair(0.008, 0.016),
            sense_noise: 0.003 + 0.012 * impairment,
        }
        .check()
    }

    /// Checks every value.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first parameter outside its range.
    pub fn check(self) -> Result<Self> {
        in_range("mass", self.mass, 40.0, 150.0)?;
        in_range("height", self.height, 1.5, 2.0)?;
        in_range("width", self.width, 0.05, 0.3)?;
        all_in_range("reach", self.reach, 0.0, 0.05)?;
        all_in_range("shift", self.shift, 0.0, 1.0)?;
        all_in_range("placement_noise", self.placement_noise, 0.0, 0.1)?;
        in_range("sense_noise", self.sense_noise, 0.0, 0.1)?;
        Ok(self)
    }

    /// Length of the pendulum [m].
    #[must_use]
    pub fn pendulum(&self) -> f64 {
        PENDULUM * TROCHANTER * self.height
    }
}

/// Spring, damper and stop that hold the pelvis sideways.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GuideParams {
    /// Softest the guide may be [N/m], 0 to 5000.
    pub stiffness_min: f64,
    /// Stiffest it can be, and as it holds [N/m], `stiffness_min` to 50000.
    pub stiffness_max: f64,
    /// Damping [N·s/m], at least what a digital spring of `stiffness_max` needs to be passive, at most 5000.
    pub damping: f64,
    /// Largest force of spring and damper [N], 20 to 2000.
    pub force_max: f64,
    /// Where a mechanical stop ends the travel to either side [m], 0.01 to 0.3.
    pub travel: f64,
}

impl GuideParams {
    /// Checks every value.
    ///
    /// A spring that is computed every `T` gives energy unless its damper takes it: `b >= k T / 2` (Colgate & Schenkel
    /// 1997), for the longest tick of 10 ms.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first parameter outside its range.
    pub fn check(self) -> Result<Self> {
        in_range("stiffness_min", self.stiffness_min, 0.0, 5000.0)?;
        in_range("stiffness_max", self.stiffness_max, self.stiffness_min, 50_000.0)?;
        in_range("damping", self.damping, 0.005 * self.stiffness_max, 5000.0)?;
        in_range("force_max", self.force_max, 20.0, 2000.0)?;
        in_range("travel", self.travel, 0.01, 0.3)?;
        Ok(self)
    }
}
