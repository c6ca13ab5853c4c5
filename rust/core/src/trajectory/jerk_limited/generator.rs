//! The online generator: walks along a trajectory, plans anew when the input changes, and never fails.

use super::input::{Input, MAX_DOFS};
use super::plan::{plan, stop};
use super::trajectory::Trajectory;
use crate::error::{Error, Result, in_range};

/// What an update did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Outcome {
    /// On the way.
    Working = 0,
    /// Arrived.
    Finished = 1,
    /// On the way, but a limit of position could not be kept or keeps the target from being reached.
    Limited = 2,
    /// The input was refused; the last accepted one is still followed.
    Kept = 3,
    /// The input was refused; coming to rest.
    Stopping = 4,
    /// The input was refused; at rest.
    Holding = 5,
}

/// State after an update; the first `dofs` values of each row are used.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// Position, velocity, acceleration, jerk [rad, rad/s, rad/s², rad/s³].
    pub rows: [[f64; MAX_DOFS]; 4],
    /// Time since the trajectory began [s].
    pub time: f64,
    /// Whether this update planned anew.
    pub new_calculation: bool,
    /// Why the input was refused.
    pub fault: Option<Error>,
}

impl Default for Output {
    fn default() -> Self {
        Self { rows: [[0.0; MAX_DOFS]; 4], time: 0.0, new_calculation: false, fault: None }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Nothing was accepted yet.
    Empty,
    Following,
    Keeping,
    Stopping,
}

/// Online generator of jerk-limited movement.
#[derive(Clone, Debug)]
pub struct JerkLimited {
    cycle: f64,
    mode: Mode,
    seen: Input,
    /// The last accepted input.
    accepted: Input,
    trajectory: Trajectory,
    spare: Trajectory,
    time: f64,
    fault: Option<Error>,
}

impl JerkLimited {
    /// A generator for `dofs` degrees of freedom, updated every `cycle_time` [s].
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for `dofs` outside 1 to [`MAX_DOFS`] and `cycle_time` outside 1e-6 to 1e3.
    pub fn new(dofs: usize, cycle_time: f64) -> Result<Self> {
        in_range("dofs", dofs as f64, 1.0, MAX_DOFS as f64)?;
        Ok(Self {
            cycle: in_range("cycle_time", cycle_time, 1e-6, 1e3)?,
            mode: Mode::Empty,
            seen: Input::new(dofs),
            accepted: Input::new(dofs),
            trajectory: Trajectory::new(dofs),
            spare: Trajectory::new(dofs),
            time: 0.0,
            fault: None,
        })
    }

    /// Number of degrees of freedom [-].
    #[must_use]
    pub fn dofs(&self) -> usize {
        self.trajectory.dofs()
    }

    /// Time between updates [s].
    #[must_use]
    pub fn cycle_time(&self) -> f64 {
        self.cycle
    }

    /// The trajectory being followed.
    #[must_use]
    pub fn trajectory(&self) -> &Trajectory {
        &self.trajectory
    }

    /// Forget the input, so that the next update plans anew.
    pub fn reset(&mut self) {
        (self.mode, self.time, self.fault) = (Mode::Empty, 0.0, None);
    }

    /// One cycle: never fails, whatever the numbers. A refused input leaves the last trajectory in force, after which
    /// everything comes to rest; without one it stops, and where not even that can be planned, holds the position.
    pub fn update(&mut self, input: &Input, out: &mut Output) -> Outcome {
        let changed = self.must_plan() || !self.seen.same(input);
        let planned = changed && self.replan(input);
        let outcome = self.advance(out);
        out.new_calculation |= planned;
        outcome
    }

    /// Whether the next update plans although its input may be the same: after a refusal, too, since the state that an
    /// update gives may take the place of one that was refused.
    #[must_use]
    pub fn must_plan(&self) -> bool {
        self.mode == Mode::Empty || self.fault.is_some() || self.seen.tracking > 0.0
    }

    /// One cycle with the input of the last update and the state that it gave.
    pub fn advance(&mut self, out: &mut Output) -> Outcome {
        out.new_calculation = false;
        self.time += self.cycle;
        if self.mode == Mode::Keeping && self.time >= self.trajectory.duration && self.trajectory.moves_on() {
            self.stop_after_the_end();
            out.new_calculation = true;
        }
        for i in 0..self.dofs() {
            let (state, jerk) = self.trajectory.at(i, self.time);
            self.seen.set_current(i, state);
            (out.rows[0][i], out.rows[1][i]) = (state.position, state.velocity);
            (out.rows[2][i], out.rows[3][i]) = (state.acceleration, jerk);
        }
        (out.time, out.fault) = (self.time, self.fault);
        self.outcome()
    }

    fn outcome(&self) -> Outcome {
        let arrived = self.time >= self.trajectory.duration;
        match self.mode {
            Mode::Empty => Outcome::Holding,
            Mode::Keeping | Mode::Stopping if arrived => Outcome::Holding,
            Mode::Keeping => Outcome::Kept,
            Mode::Stopping => Outcome::Stopping,
            Mode::Following if self.trajectory.limited && (!arrived || self.trajectory.unreached) => Outcome::Limited,
            Mode::Following if arrived && self.held_up() => Outcome::Limited,
            Mode::Following if arrived && self.seen.tracking == 0.0 => Outcome::Finished,
            Mode::Following => Outcome::Working,
        }
    }

    /// Whether the target's velocity was reached and given up again at a limit of position.
    fn held_up(&self) -> bool {
        let velocities = self.seen.rows[1].iter().zip(&self.accepted.rows[4]);
        self.trajectory
            .tails
            .iter()
            .zip(velocities)
            .any(|(tail, (is, want))| tail.is_some() && (is - want).abs() > 1e-9)
    }

    /// Plans for a changed input; false when it was refused and nothing new was planned.
    fn replan(&mut self, input: &Input) -> bool {
        self.seen = *input;
        if input.dofs != self.dofs() {
            let (got, want) = (input.dofs, self.dofs());
            self.refuse(Error::Length { name: "current_position", got, min: want, max: want });
            return false;
        }
        match plan(input, self.cycle, &mut self.spare) {
            Ok(()) => {
                core::mem::swap(&mut self.trajectory, &mut self.spare);
                (self.mode, self.time, self.fault, self.accepted) = (Mode::Following, 0.0, None, *input);
                true
            }
            Err(error) => {
                self.refuse(error);
                self.mode == Mode::Empty && self.stop_at_once(input)
            }
        }
    }

    fn refuse(&mut self, error: Error) {
        self.fault = Some(error);
        if self.mode == Mode::Following {
            self.mode = Mode::Keeping;
        }
    }

    /// Nothing was accepted before: stop from where the input says it is, or hold there.
    fn stop_at_once(&mut self, input: &Input) -> bool {
        if stop(input, &mut self.spare).is_ok() {
            core::mem::swap(&mut self.trajectory, &mut self.spare);
            (self.mode, self.time, self.accepted) = (Mode::Stopping, 0.0, *input);
            return true;
        }
        self.trajectory.clear();
        for (i, profile) in self.trajectory.profiles.iter_mut().enumerate() {
            let position = input.rows[0][i];
            let held = if position.is_finite() { position } else { profile.end().position };
            *profile = super::Profile::rest(super::State::new(held, 0.0, 0.0));
        }
        self.time = 0.0;
        false
    }

    /// The kept trajectory ended in motion: stop from there with the last accepted limits.
    fn stop_after_the_end(&mut self) {
        let (mut from, end) = (self.accepted, self.trajectory.duration);
        let begin = (self.time - self.cycle).max(end.min(self.time));
        for i in 0..self.dofs() {
            from.set_current(i, self.trajectory.at(i, begin).0);
        }
        if stop(&from, &mut self.spare).is_ok() {
            self.time -= begin;
            core::mem::swap(&mut self.trajectory, &mut self.spare);
            self.mode = Mode::Stopping;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn input() -> Input {
        let mut input = Input::new(1);
        for (row, value) in [(3, 1.0), (6, 1.0), (7, -1.0), (8, 2.0), (9, -2.0), (10, 10.0)] {
            input.rows[row][0] = value;
        }
        input
    }

    #[test]
    fn a_state_in_place_of_a_refused_one_is_followed() {
        let (mut generator, mut out) = (JerkLimited::new(1, 0.01).unwrap(), Output::default());
        let mut input = input();
        assert_eq!(generator.update(&input, &mut out), Outcome::Working);
        // A new target, together with a state that cannot be.
        input.rows[3][0] = 2.0;
        input.rows[0][0] = f64::NAN;
        assert_eq!(generator.update(&input, &mut out), Outcome::Kept);
        for _ in 0..1000 {
            for row in 0..3 {
                input.rows[row] = out.rows[row];
            }
            generator.update(&input, &mut out);
        }
        assert!((out.rows[0][0] - 2.0).abs() < 1e-9 && out.fault.is_none(), "{out:?}");
    }

    #[test]
    fn more_degrees_of_freedom_than_there_can_be_are_refused() {
        let (mut generator, mut out) = (JerkLimited::new(2, 0.01).unwrap(), Output::default());
        let many = Input { dofs: MAX_DOFS + 3, ..input() };
        for _ in 0..2 {
            assert_eq!(generator.update(&many, &mut out), Outcome::Holding);
            assert_eq!(out.fault, Some(Error::Length { name: "current_position", got: MAX_DOFS + 3, min: 2, max: 2 }));
        }
        assert!(plan(&input(), 0.01, &mut Trajectory::new(1)).is_ok());
        let two = Input { rows: input().rows.map(|row| [row[0]; MAX_DOFS]), ..Input::new(2) };
        assert!(matches!(plan(&two, 0.01, &mut Trajectory::new(1)), Err(Error::Length { max: 1, .. })));
    }
}
