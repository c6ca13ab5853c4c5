//! From initial contacts and the movement of a leg to a gait phase per side.
//!
//! Without a movement each side goes by events and time ([`PhaseParams`]). From the first step that is given a movement
//! until the reset it is followed as well, by an oscillator whose waveform is learned from stride to stride, and a
//! ladder of [`PhaseMode`]s tells what the phase rests on.

mod belief;
mod cadence;
mod event;
mod movement;
mod oscillator;
mod record;
mod waveform;

use crate::error::Result;
use crate::types::Sides;
pub use event::PhaseParams;
use event::Side;
use oscillator::{Oscillator, Tick};

/// Largest nominal rate that is taken [1/s].
const RATE_MAX: f64 = 5.0;
/// Longest step that is taken [s].
const DT_MAX: f64 = 0.1;
/// Largest age of a contact that is taken [s].
const AGE_MAX: f64 = 1.0;
/// Largest size of a movement that is taken.
const MOTION_MAX: f64 = 1e6;

/// What the phase of a side rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum PhaseMode {
    /// No contact since the reset: the phase runs at the nominal rate.
    #[default]
    Free = 0,
    /// Events and time: the next contact is not due yet.
    Synced = 1,
    /// Events and time: the next contact is late.
    Overdue = 2,
    /// Contacts are missing and nothing else is known. Where a movement is expected the phase rests.
    Lost = 3,
    /// Oscillator: contacts arrive and the movement agrees with what was learned.
    Tracking = 4,
    /// Oscillator: contacts are missing, the movement agrees.
    Coasting = 5,
    /// The movement rests; the rate ramps to 0.
    Standing = 6,
    /// Only known is whether the foot is on the ground.
    StanceSwing = 7,
    /// Nothing is known any more; the rate ramps to 0.
    Damped = 8,
}

/// Phase of both sides after a step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PhaseState {
    /// Phase [-] in `[0, 1)`, 0 at the side's initial contact.
    pub phase: Sides<f64>,
    /// Rate of the phase [1/s], never negative.
    pub rate: Sides<f64>,
    /// Rate of the rate [1/s²].
    pub accel: Sides<f64>,
    /// How far the phase can be trusted [-], 0 to 1.
    pub confidence: Sides<f64>,
    /// What the phase rests on.
    pub mode: Sides<PhaseMode>,
    /// Whether the mode is another one than after the step before.
    pub changed: Sides<bool>,
}

/// Gait phase of both sides; they influence each other only where [`PhaseParams::coupling`] asks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct PhaseEstimator {
    params: PhaseParams,
    sides: Sides<Side>,
    /// Apart from the rest, since they are large.
    oscillators: Box<Sides<Oscillator>>,
    /// Whether a movement was given since the reset.
    following: bool,
    changed: Sides<bool>,
}

impl PhaseEstimator {
    /// An estimator at phases (0, 0.5), standing still.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first parameter outside its range.
    pub fn new(params: PhaseParams) -> Result<Self> {
        Ok(Self {
            params: params.checked()?,
            sides: [Side::new(0.0), Side::new(0.5)],
            oscillators: Box::new([Oscillator::new(), Oscillator::new()]),
            following: false,
            changed: [false; 2],
        })
    }

    /// Starts again at `phases` [-] (wrapped), standing still, with nothing learned.
    pub fn reset(&mut self, phases: Sides<f64>) {
        self.sides = phases.map(Side::new);
        self.following = false;
        self.changed = [false; 2];
    }

    /// Phases as they are, without a step.
    #[must_use]
    pub fn state(&self) -> PhaseState {
        let changed = self.changed;
        if self.following {
            let sides = self.oscillators.each_ref();
            return PhaseState {
                phase: sides.map(|s| s.phase),
                rate: sides.map(|s| s.rate),
                accel: sides.map(|s| s.accel),
                confidence: sides.map(|s| s.confidence),
                mode: sides.map(|s| s.mode),
                changed,
            };
        }
        PhaseState {
            phase: self.sides.map(|s| s.phase),
            rate: self.sides.map(|s| s.rate),
            accel: self.sides.map(|s| s.accel),
            confidence: self.sides.map(|s| s.confidence()),
            mode: self.sides.map(|s| s.mode()),
            changed,
        }
    }

    /// One step of `dt` [s], up to 0.1, without a movement.
    ///
    /// `contact_age`: for a side whose initial contact is reported in this step, the time since it happened [s].
    /// `nominal_rate`: stride rate that the belt asks for [1/s], `0..=5`. Inputs outside their ranges count as absent
    /// (age) or 0; while a movement is followed, a nominal rate outside its range means that there is no belt.
    pub fn step(&mut self, contact_age: Sides<Option<f64>>, nominal_rate: f64, dt: f64) -> PhaseState {
        if self.following {
            return self.oscillate(contact_age, nominal_rate, dt, [None; 2], [None; 2]);
        }
        let nominal_rate = if (0.0..=RATE_MAX).contains(&nominal_rate) { nominal_rate } else { 0.0 };
        let dt = if (0.0..=DT_MAX).contains(&dt) { dt } else { 0.0 };
        let pulls = self.params.pull(&self.sides, nominal_rate);
        for (i, side) in self.sides.iter_mut().enumerate() {
            let before = side.mode();
            if let Some(age) = contact_age[i].filter(|age| (0.0..=AGE_MAX).contains(age)) {
                side.contact(&self.params, age, nominal_rate);
            }
            side.advance(&self.params, nominal_rate, pulls[i], dt);
            self.changed[i] = side.mode() != before;
        }
        self.state()
    }

    /// One step of `dt` [s] that follows a movement; the first one that is given a movement begins, the reset ends it.
    ///
    /// `motion`: any signal of the leg that repeats with the stride, in any unit, absent where it was not measured;
    /// beyond ±1e6 it counts as absent. None as a whole is a movement absent on both sides, or none to follow at all if
    /// there was none before. `stance`: whether the foot is on the ground, where that is known. The others are those of
    /// [`Self::step`].
    pub fn follow(
        &mut self,
        contact_age: Sides<Option<f64>>,
        nominal_rate: f64,
        dt: f64,
        motion: Option<Sides<Option<f64>>>,
        stance: Sides<Option<bool>>,
    ) -> PhaseState {
        match motion {
            None if !self.following => self.step(contact_age, nominal_rate, dt),
            _ => self.oscillate(contact_age, nominal_rate, dt, motion.unwrap_or_default(), stance),
        }
    }

    fn oscillate(
        &mut self,
        contact_age: Sides<Option<f64>>,
        nominal_rate: f64,
        dt: f64,
        motion: Sides<Option<f64>>,
        stance: Sides<Option<bool>>,
    ) -> PhaseState {
        let before = if self.following { self.oscillators.each_ref().map(|s| s.mode) } else { self.begin() };
        let nominal_rate = Some(nominal_rate).filter(|rate| (0.0..=RATE_MAX).contains(rate));
        let dt = if (0.0..=DT_MAX).contains(&dt) { dt } else { 0.0 };
        for (i, side) in self.oscillators.iter_mut().enumerate() {
            side.step(&Tick {
                age: contact_age[i].filter(|age| (0.0..=AGE_MAX).contains(age)),
                nominal_rate,
                dt,
                motion: motion[i].filter(|x| x.abs() <= MOTION_MAX),
                stance: stance[i],
            });
            self.changed[i] = side.mode != before[i];
        }
        self.state()
    }

    /// Takes phase and rate over from events and time; gives the modes that were told last.
    fn begin(&mut self) -> Sides<PhaseMode> {
        self.following = true;
        for (oscillator, side) in self.oscillators.iter_mut().zip(&self.sides) {
            oscillator.start(side.phase, side.rate);
        }
        self.sides.map(|s| s.mode())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::types::wrap_signed;
    use proptest::prelude::*;

    const DT: f64 = 0.01;

    /// Left leg with strides of 1.1 s, contacts known 20 ms late; `seen` tells what arrives in a tick.
    fn walk(ticks: u32, seen: impl Fn(u32) -> (bool, bool), mut look: impl FnMut(u32, f64, &PhaseState)) {
        let mut estimator = PhaseEstimator::new(PhaseParams::default()).unwrap();
        for i in 0..ticks {
            let phase = f64::from(i) / 110.0;
            let (contact, sensor) = seen(i);
            let age = (contact && i >= 110 && i % 110 == 2).then_some(0.02);
            let angle = (core::f64::consts::TAU * phase).cos();
            let state = estimator.follow([age, None], 0.9, DT, Some([sensor.then_some(angle), None]), [None; 2]);
            look(i, wrap_signed(state.phase[0] - phase - DT / 1.1), &state);
        }
    }

    #[test]
    fn tracks_and_coasts_without_contacts() {
        walk(
            3000,
            |i| (i < 1500, true),
            |i, error, state| {
                // Between the two the contact that is missing is waited for.
                assert!(i < 600 || (1540..1800).contains(&i) || error.abs() < 0.03, "{i}: {error}");
                assert!(!(600..1500).contains(&i) || state.mode[0] == PhaseMode::Tracking);
                assert!(i < 1800 || state.mode[0] == PhaseMode::Coasting);
            },
        );
    }

    #[test]
    fn goes_by_events_without_a_sensor_and_says_so_once() {
        let mut said = 0;
        walk(
            2000,
            |i| (true, i < 1000),
            |i, error, state| {
                assert!(i < 600 || error.abs() < 0.05, "{i}: {error}");
                said += u32::from(i > 900 && state.changed[0] && state.mode[0] == PhaseMode::Synced);
                assert!(i < 1010 || matches!(state.mode[0], PhaseMode::Synced | PhaseMode::Overdue));
            },
        );
        assert!(said >= 1);
    }

    #[test]
    fn comes_to_rest_when_nothing_is_known() {
        let mut modes = vec![];
        walk(
            2000,
            |i| (i < 1000, i < 1000),
            |i, _, state| {
                modes.extend(state.changed[0].then_some(state.mode[0]));
                assert!(i < 1300 || state.rate[0] < 1e-6);
            },
        );
        assert_eq!(modes[modes.len() - 2..], [PhaseMode::Damped, PhaseMode::Lost]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn anything_leaves_the_phase_in_its_cycle(
            ticks in proptest::collection::vec((proptest::option::weighted(0.1, 0.0..0.3f64), any::<f64>(), 0..9u8), 1..400)
        ) {
            let mut estimator = PhaseEstimator::new(PhaseParams::default()).unwrap();
            for (age, x, choice) in ticks {
                let motion = if choice < 2 { x } else { (x.abs() % 7.0).sin() };
                let stance = [Some(true), Some(false), None][usize::from(choice) % 3];
                let dt = if choice == 8 { x } else { 0.1 };
                let state = estimator.follow([age, None], 0.9, dt, Some([Some(motion), None]), [stance; 2]);
                for s in 0..2 {
                    prop_assert!((0.0..1.0).contains(&state.phase[s]));
                    prop_assert!((0.0..=15.0).contains(&state.rate[s]));
                    prop_assert!(state.accel[s].is_finite());
                    prop_assert!((0.0..=1.0).contains(&state.confidence[s]));
                }
            }
        }
    }
}
