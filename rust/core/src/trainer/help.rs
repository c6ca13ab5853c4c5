//! Support per subtask: the law, what the therapist set on top of it, and strides without support.

use super::TrainerParams;
use crate::assist::{Assist, CatchTrials, Override, OverrideMode, Reliance, Target};
use crate::control::N_SUBTASKS;
use crate::error::Result;
use crate::measures::StrideMeasures;
use crate::types::{N_SIDES, Sides};

/// Way to the wanted support at which the support in use is about there [-].
const NEAR: f64 = 0.05;

#[derive(Clone, Debug)]
pub(super) struct Help {
    law: Assist,
    therapist: Override,
    catch: Option<CatchTrials>,
    slew: f64,
    catch_slew: f64,
    target: Sides<[f64; N_SUBTASKS]>,
    used: Sides<[f64; N_SUBTASKS]>,
    // On the way into a stride without support, or back.
    fast: Sides<bool>,
}

impl Help {
    pub fn new(params: &TrainerParams) -> Self {
        let support = params.assist.support();
        let mut catch = params.catch;
        if let Some(catch) = &mut catch {
            catch.reset();
        }
        Self {
            law: params.assist,
            therapist: Override::default(),
            catch,
            slew: params.support_slew,
            catch_slew: params.catch_slew,
            target: support,
            used: support,
            fast: [false; N_SIDES],
        }
    }

    /// Support in use [-].
    pub fn used(&self) -> &Sides<[f64; N_SUBTASKS]> {
        &self.used
    }

    /// Sides that walk without support, 1 or 0.
    pub fn caught(&self) -> Sides<f64> {
        self.catch.as_ref().map_or([0.0; N_SIDES], |catch| catch.active().map(|a| f64::from(u8::from(a))))
    }

    /// A stride without support is under way or comes next, 1 or 0.
    pub fn announced(&self) -> f64 {
        self.catch.as_ref().map_or(0.0, |catch| f64::from(u8::from(catch.announced())))
    }

    pub fn reliance(&self) -> Option<Reliance> {
        self.catch.as_ref().map(CatchTrials::reliance)
    }

    pub fn set(&mut self, target: Target, mode: OverrideMode, value: f64) -> Result<()> {
        self.therapist.set(target, mode, value)?;
        let support = self.law.support();
        for (side, support) in support.iter().enumerate() {
            self.follow(side, support);
        }
        Ok(())
    }

    pub fn release(&mut self, target: Target) {
        self.therapist.release(target);
    }

    fn follow(&mut self, side: usize, support: &[f64; N_SUBTASKS]) {
        let applied = self.therapist.apply(support);
        self.law.follow(side, &applied);
        self.target[side] = applied;
    }

    /// No stride goes without support, and the support in use is about what is wanted.
    pub fn steady(&self) -> bool {
        let near = |(used, target): (&f64, &f64)| (target - used).abs() <= NEAR;
        let there = |side: usize| self.used[side].iter().zip(&self.target[side]).all(near);
        self.caught() == [0.0; N_SIDES] && (0..N_SIDES).all(there)
    }

    /// Takes a closed stride of `side` once gait is judged.
    pub fn close(&mut self, side: usize, stride: &StrideMeasures) {
        let errors = stride.subtask_errors();
        let mut caught = false;
        if let Some(catch) = &mut self.catch {
            caught = catch.active()[side];
            catch.close(side, &errors, stride.valid);
        }
        // A stride without support says nothing about how much is needed.
        if stride.valid && !caught {
            let support = self.law.update(side, &errors);
            self.follow(side, &support);
        }
        if let Some(catch) = &mut self.catch {
            self.fast[side] |= catch.begin(side);
        }
    }

    /// Gives support back to a side that walks without it: no stride may close while gait is not judged.
    pub fn give_back(&mut self) {
        if let Some(catch) = &mut self.catch {
            catch.abandon();
        }
    }

    /// Moves the support in use towards what is wanted, by at most a slew over `dt` [s].
    pub fn approach(&mut self, dt: f64) {
        for side in 0..N_SIDES {
            let catch = self.catch.as_ref();
            let wanted = catch.map_or(self.target[side], |catch| catch.apply(side, &self.target[side]));
            let step = if self.fast[side] { self.catch_slew } else { self.slew } * dt;
            for (used, wanted) in self.used[side].iter_mut().zip(wanted) {
                *used = wanted.clamp(*used - step, *used + step);
            }
            if self.fast[side] {
                self.fast[side] = catch.is_some_and(|c| c.active()[side]) || self.used[side] != wanted;
            }
        }
    }
}
