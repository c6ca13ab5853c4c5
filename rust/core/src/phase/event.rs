//! Phase of a side from its initial contacts and time alone.
//!
//! Between contacts the phase runs at the belt's nominal rate times a slowly learned ratio; a contact away from
//! phase 0 is made up for by running a little faster or slower, never by a jump, so the phase never goes backward.

use super::PhaseMode;
use crate::error::{Result, in_range};
use crate::types::{Sides, wrap, wrap_signed};

/// A contact earlier than this after the last one is the same contact seen twice [cycles].
const DOUBLED: f64 = 0.5;
/// How much further the sides may be out of step before they are drawn together in full [cycles].
const DRAWN: f64 = 0.1;
/// Without a contact for longer than this the phase is lost [cycles].
const LOST: f64 = 1.5;

/// Gains of a [`super::PhaseEstimator`] as long as it goes by events and time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PhaseParams {
    /// Share of a phase error that one contact corrects [-], `0..=1`.
    pub phase_gain: f64,
    /// Share of a rate error that one stride corrects [-], `0..=1`; the first strides correct more.
    pub rate_gain: f64,
    /// Share of the learned ratio that one stride forgets [-], `0..=1`.
    pub rate_leak: f64,
    /// Largest distance of the ratio of actual to nominal rate from 1 [-], `0..=0.5`.
    pub rate_span: f64,
    /// Phase error that is not corrected [cycles], `0..=0.2`.
    pub dead_zone: f64,
    /// Time over which a correction is spread [s], `0.05..=2`.
    pub correction_time: f64,
    /// Time constant of the rate [s], `0.005..=0.5`.
    pub rate_time: f64,
    /// Share of the nominal rate by which sides that are out of step are slowed and hastened at most [-], `0..=0.5`; at 0
    /// neither influences the other.
    pub coupling: f64,
    /// How far the sides may be from half a stride apart before they are drawn together [cycles], `0..=0.25`.
    pub apart: f64,
    /// Phase error beyond which a contact is stray and not taken [cycles], `0.1..=0.5`; one in the next stride is. At 0.5 all
    /// are taken.
    pub window: f64,
}

impl Default for PhaseParams {
    fn default() -> Self {
        Self {
            phase_gain: 0.35,
            rate_gain: 0.2,
            rate_leak: 0.04,
            rate_span: 0.15,
            dead_zone: 0.03,
            correction_time: 0.3,
            rate_time: 0.05,
            coupling: 0.0,
            apart: 0.1,
            window: 0.5,
        }
    }
}

impl PhaseParams {
    pub(super) fn checked(self) -> Result<Self> {
        in_range("phase_gain", self.phase_gain, 0.0, 1.0)?;
        in_range("rate_gain", self.rate_gain, 0.0, 1.0)?;
        in_range("rate_leak", self.rate_leak, 0.0, 1.0)?;
        in_range("rate_span", self.rate_span, 0.0, 0.5)?;
        in_range("dead_zone", self.dead_zone, 0.0, 0.2)?;
        in_range("correction_time", self.correction_time, 0.05, 2.0)?;
        in_range("rate_time", self.rate_time, 0.005, 0.5)?;
        in_range("coupling", self.coupling, 0.0, 0.5)?;
        in_range("apart", self.apart, 0.0, 0.25)?;
        in_range("window", self.window, 0.1, 0.5)?;
        Ok(self)
    }

    /// What is added to the rate of each side [1/s]: the one that leads is slowed, the other one hastened.
    pub(super) fn pull(&self, sides: &Sides<Side>, nominal_rate: f64) -> Sides<f64> {
        let lead = wrap_signed(sides[0].phase - sides[1].phase - 0.5);
        let share = ((lead.abs() - self.apart) / DRAWN).clamp(0.0, 1.0);
        let pull = (self.coupling * share * nominal_rate).copysign(lead);
        [-pull, pull]
    }
}

/// State of a side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Side {
    pub(super) phase: f64,
    pub(super) rate: f64,
    pub(super) accel: f64,
    /// Learned ratio of actual to nominal rate.
    ratio: f64,
    /// Phase that is still to be made up for.
    correction: f64,
    /// Phase run through since the last contact.
    progress: f64,
    /// The same at the nominal rate.
    nominal: f64,
    contacts: u32,
    trust: f64,
    /// Phase run through since the stray contact that came after the last one that was taken.
    stray: Option<f64>,
}

impl Side {
    pub(super) fn new(phase: f64) -> Self {
        Self {
            phase: wrap(phase),
            rate: 0.0,
            accel: 0.0,
            ratio: 1.0,
            correction: 0.0,
            progress: 0.0,
            nominal: 0.0,
            contacts: 0,
            trust: 0.0,
            stray: None,
        }
    }

    pub(super) fn contact(&mut self, params: &PhaseParams, age: f64, nominal_rate: f64) {
        let back = age * self.rate;
        let seen = self.contacts > 0;
        if seen && self.progress - back < DOUBLED {
            self.trust *= 0.8;
            return;
        }
        let error = -wrap_signed(self.phase - back);
        // A foot that is set down or scuffs; whoever walks otherwise than believed does it again a stride later.
        if error.abs() > params.window && self.stray.is_none_or(|since| since - back < DOUBLED) {
            self.stray = self.stray.or(Some(back));
            self.trust *= 0.8;
            return;
        }
        self.stray = None;
        let nominal = self.nominal - age * nominal_rate;
        if seen && nominal > 0.0 && self.progress - back <= LOST {
            let gain = params.rate_gain.max(1.0 / (f64::from(self.contacts) + 1.0));
            self.ratio += gain * (1.0 / nominal - self.ratio) - params.rate_leak * (self.ratio - 1.0);
            self.ratio = self.ratio.clamp(1.0 - params.rate_span, 1.0 + params.rate_span);
        }
        self.correction = params.phase_gain * (error.abs() - params.dead_zone).max(0.0).copysign(error);
        self.trust = 0.5 * self.trust + 0.5 * (1.0 - 4.0 * error.abs()).max(0.0);
        self.progress = back;
        self.nominal = age * nominal_rate;
        self.contacts = self.contacts.saturating_add(1);
    }

    /// Goes on for `dt` [s], at a rate to which `pull` [1/s] is added.
    pub(super) fn advance(&mut self, params: &PhaseParams, nominal_rate: f64, pull: f64, dt: f64) {
        let base = self.ratio * nominal_rate;
        let target = (base + self.correction / params.correction_time + pull).clamp(0.5 * base, 1.5 * base);
        let before = self.rate;
        self.rate += (target - self.rate) * (dt / params.rate_time).min(1.0);
        self.accel = if dt > 0.0 { (self.rate - before) / dt } else { 0.0 };
        self.phase = wrap(self.phase + self.rate * dt);
        let left = self.correction - (self.rate - base - pull) * dt;
        self.correction = if self.correction * left > 0.0 { left } else { 0.0 };
        self.progress += self.rate * dt;
        self.stray = self.stray.map(|since| since + self.rate * dt);
        self.nominal += nominal_rate * dt;
    }

    pub(super) fn mode(&self) -> PhaseMode {
        if self.contacts == 0 {
            PhaseMode::Free
        } else if self.progress <= 1.0 {
            PhaseMode::Synced
        } else if self.stray.unwrap_or(self.progress) <= LOST {
            // A stray contact is not believed, but somebody is there.
            PhaseMode::Overdue
        } else {
            PhaseMode::Lost
        }
    }

    pub(super) fn confidence(&self) -> f64 {
        match self.mode() {
            PhaseMode::Synced => self.trust,
            PhaseMode::Overdue => self.trust * (1.0 - (self.progress - 1.0) / 0.5).max(0.0),
            _ => 0.0,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::phase::{PhaseEstimator, PhaseState};
    use proptest::prelude::*;

    const DT: f64 = 1e-3;
    const NOMINAL: f64 = 0.8;

    /// Left contacts at `period` from 0.2 s on, seen 12 ms late; calls `see` with the phase error at each.
    fn walk(estimator: &mut PhaseEstimator, period: f64, strides: usize, mut see: impl FnMut(usize, f64, PhaseState)) {
        let mut next = 0.2;
        let (mut k, mut i) = (0, 0);
        while k < strides {
            let t = f64::from(i) * DT;
            let age = (t >= next + 0.012).then_some(t - next);
            let before = estimator.state();
            if let Some(age) = age {
                see(k, wrap_signed(before.phase[0] - age * before.rate[0]), before);
                k += 1;
                next += period;
            }
            estimator.step([age, None], NOMINAL, DT);
            i += 1;
        }
    }

    #[test]
    fn locks_to_a_walker_with_a_clock_of_its_own_and_stays() {
        for (x, bound) in [(0.0, 0.04), (0.05, 0.06), (0.1, 0.09), (-0.05, 0.07), (-0.1, 0.10)] {
            for start in [0.0, 0.3, 0.55, 0.8] {
                let mut estimator = PhaseEstimator::new(PhaseParams::default()).unwrap();
                estimator.reset([start, 0.5]);
                walk(&mut estimator, 1.0 / (NOMINAL * (1.0 + x)), 40, |k, error, _| {
                    assert!(k < 9 || error.abs() < bound + 0.02, "{x} {start}: {error} at {k}");
                    assert!(k < 30 || error.abs() < bound, "{x} {start}: {error} at {k}");
                });
            }
        }
    }

    #[test]
    fn contacts_that_the_reference_causes_do_not_drive_its_rate() {
        for offset in [-0.03, 0.03] {
            let mut estimator = PhaseEstimator::new(PhaseParams::default()).unwrap();
            let (mut last, mut travelled) = (estimator.state().phase[0], 0.0);
            for _ in 0..60_000 {
                let now = estimator.state().phase[0];
                let crossed = wrap(last - offset) > 0.5 && wrap(now - offset) < 0.5;
                last = now;
                travelled += estimator.step([crossed.then_some(0.0), None], NOMINAL, DT).rate[0] * DT;
            }
            assert!((travelled / (60.0 * NOMINAL) - 1.0).abs() < 0.01, "{offset}: {travelled}");
        }
    }

    #[test]
    fn a_side_without_contacts_goes_on_and_leaves_the_other_alone() {
        let mut both = PhaseEstimator::new(PhaseParams::default()).unwrap();
        let mut lame = both.clone();
        for i in 0..20_000 {
            let age = |every: i32, at: i32| (i % every == at).then_some(0.01);
            let a = both.step([age(1200, 0), age(1200, 600)], NOMINAL, DT);
            let b = lame.step([age(1200, 0), age(1200, 600).filter(|_| i < 5000)], NOMINAL, DT);
            assert_eq!((a.phase[0], a.rate[0], a.mode[0]), (b.phase[0], b.rate[0], b.mode[0]));
        }
        let lost = lame.state();
        assert_eq!((lost.mode[1], lost.confidence[1]), (PhaseMode::Lost, 0.0));
        assert!(lost.rate[1] > 0.6, "the phase of a lost side goes on");
        assert_eq!(both.state().mode, [PhaseMode::Synced; 2]);
    }

    #[test]
    fn a_doubled_contact_costs_trust_and_nothing_else() {
        let mut estimator = PhaseEstimator::new(PhaseParams::default()).unwrap();
        walk(&mut estimator, 1.25, 10, |_, _, _| ());
        for _ in 0..100 {
            estimator.step([None; 2], NOMINAL, DT);
        }
        let mut doubled = estimator.clone();
        let (a, b) = (estimator.step([None; 2], NOMINAL, DT), doubled.step([Some(0.02), None], NOMINAL, DT));
        assert_eq!((a.phase, a.rate, a.mode), (b.phase, b.rate, b.mode));
        assert_eq!(b.confidence[0], 0.8 * a.confidence[0]);
    }

    /// Mixes the bits of what a step gives into one number.
    fn mix(sum: u64, state: &PhaseState) -> u64 {
        let numbers = [state.phase, state.rate, state.accel, state.confidence];
        let modes = state.mode.map(|mode| mode as u64);
        let words = numbers.as_flattened().iter().map(|x| x.to_bits()).chain(modes);
        words.fold(sum, |sum, word| (sum ^ word).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23))
    }

    #[test]
    fn a_known_course_gives_the_known_bits() {
        let mut estimator = PhaseEstimator::new(PhaseParams::default()).unwrap();
        let (mut seed, mut sum) = (1_u64, 0);
        let mut draw = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 11) as f64 / (1_u64 << 53) as f64
        };
        for i in 0..20_000 {
            let age = [i % 1100, (i + 500) % 1250].map(|k| (k == 0 || draw() < 1e-4).then(|| 0.03 * draw()));
            let nominal = 0.9 + 0.2 * draw();
            sum = mix(sum, &estimator.step(age, nominal, 1e-3 * (0.5 + draw())));
        }
        assert_eq!(sum, 0x2f07_d232_0932_cc57, "{sum:#x}");
    }

    #[test]
    fn stands_when_the_belt_stands() {
        let mut estimator = PhaseEstimator::new(PhaseParams::default()).unwrap();
        walk(&mut estimator, 1.25, 5, |_, _, _| ());
        for _ in 0..2000 {
            estimator.step([None; 2], 0.0, DT);
        }
        assert!(estimator.state().rate[0] < 1e-12);
        let still = estimator.step([Some(0.01); 2], f64::NAN, f64::NAN);
        assert_eq!(still.accel, [0.0; 2]);
    }

    #[test]
    fn bad_gains_are_refused_by_name() {
        let bad = PhaseParams { rate_time: f64::NAN, ..PhaseParams::default() };
        let refused = PhaseEstimator::new(bad).unwrap_err().to_string();
        assert!(refused.starts_with("rate_time must lie in [0.005, 0.5]"), "{refused}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn phase_stays_in_its_cycle_and_never_goes_back(
            steps in proptest::collection::vec((proptest::option::of(-0.2..1.2f64), 0..8u8, -0.1..6.0f64, 0.0..0.12f64), 1..200)
        ) {
            let mut estimator = PhaseEstimator::new(PhaseParams::default()).unwrap();
            for (age, hostile, nominal, dt) in steps {
                let nominal = if hostile == 0 { f64::NAN } else { nominal };
                let age = if hostile == 1 { Some(f64::INFINITY) } else { age };
                let state = estimator.step([age, None], nominal, dt);
                for s in 0..2 {
                    prop_assert!((0.0..1.0).contains(&state.phase[s]));
                    prop_assert!(state.rate[s] >= 0.0 && state.rate[s] <= 1.5 * 1.15 * 5.0);
                    prop_assert!(state.accel[s].is_finite());
                    prop_assert!((0.0..=1.0).contains(&state.confidence[s]));
                }
            }
        }
    }
}
