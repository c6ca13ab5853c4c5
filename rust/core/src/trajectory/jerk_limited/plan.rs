//! From an input to a trajectory: shortest durations, a common one, and the movements that last as long.

use super::axis::{Durations, PositionProblem, Prepared, Profile, VelocityProblem};
use super::input::{ControlInterface, DurationDiscretization, Input, MAX_DOFS, Synchronization};
use super::line::Line;
use super::{range, track, trajectory::Trajectory};
use crate::error::{Error, Result};

/// A movement to a full state, or to a velocity.
#[derive(Clone, Copy, Debug)]
pub(super) enum Problem {
    Position(PositionProblem),
    Velocity(VelocityProblem),
}

impl Problem {
    pub fn new(input: &Input, i: usize) -> Self {
        let dof = input.dof(i);
        let (start, limits) = (dof.current, dof.limits);
        match dof.interface {
            ControlInterface::Position => Self::Position(PositionProblem { start, end: dof.target, limits }),
            ControlInterface::Velocity => {
                let (velocity, acceleration) = (dof.target.velocity, dof.target.acceleration);
                Self::Velocity(VelocityProblem { start, velocity, acceleration, limits })
            }
        }
    }

    /// Do the work that durations and movements share.
    pub fn prepare(&self) -> Ready {
        let (kind, shortest) = match self {
            Self::Position(problem) => {
                let prepared = problem.prepare();
                (Kind::Position(prepared), prepared.shortest())
            }
            Self::Velocity(problem) => (Kind::Velocity(*problem), problem.durations().fastest),
        };
        Ready { kind, shortest, durations: None }
    }

    /// The same over an earlier one, where it costs less; the shortest duration [s].
    fn prepare_into(&self, slot: &mut Option<Ready>) -> f64 {
        if let (Self::Position(problem), Some(Ready { kind: Kind::Position(prepared), shortest, durations })) =
            (self, &mut *slot)
            && problem.prepare_into(prepared)
        {
            (*shortest, *durations) = (prepared.shortest(), None);
            return *shortest;
        }
        slot.insert(self.prepare()).shortest
    }
}

#[derive(Clone, Copy, Debug)]
#[allow(clippy::large_enum_variant)] // the large one is the usual one
enum Kind {
    Position(Prepared),
    Velocity(VelocityProblem),
}

/// A [`Problem`] with the work done that its answers share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ready {
    kind: Kind,
    /// Shortest duration [s].
    pub shortest: f64,
    /// All durations, once something longer than the shortest was asked for.
    durations: Option<Durations>,
}

impl Ready {
    /// Smallest possible duration at or after `t` [s].
    fn first_at_or_after(&mut self, t: f64) -> f64 {
        if t <= self.shortest {
            return self.shortest;
        }
        let durations = self.durations.get_or_insert_with(|| match &self.kind {
            Kind::Position(prepared) => prepared.durations(),
            Kind::Velocity(problem) => problem.durations(),
        });
        durations.first_at_or_after(t)
    }

    pub fn fastest_into(&self, profile: &mut Profile) {
        match &self.kind {
            Kind::Position(prepared) => prepared.fastest_into(profile),
            Kind::Velocity(problem) => *profile = problem.fastest(),
        }
    }

    /// A movement of `duration` [s], or the shortest where that is no longer.
    fn lasting_into(&self, duration: f64, profile: &mut Profile) {
        match &self.kind {
            _ if duration <= self.shortest => self.fastest_into(profile),
            Kind::Position(prepared) => prepared.lasting_into(duration, profile),
            Kind::Velocity(problem) => *profile = problem.lasting(duration),
        }
    }
}

/// How a degree of freedom gets its movement.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// It does not move, or its movement stands already.
    Fixed,
    /// Between the two states.
    Free,
    /// With a point of rest, and any duration from the shortest on.
    Legs,
    /// As a share of the line.
    OnLine,
}

struct Planner<'a> {
    input: &'a Input,
    ways: [Way; MAX_DOFS],
    /// Whether it keeps the common duration.
    joint: [bool; MAX_DOFS],
    line: Option<(Line, Ready)>,
}

/// Plans the movements of all degrees of freedom. `cycle` [s] is the unit of discrete durations.
///
/// # Errors
/// As [`Input::check`], and [`Error::Length`] when `out` has fewer degrees of freedom.
pub fn plan(input: &Input, cycle: f64, out: &mut Trajectory) -> Result<()> {
    input.check()?;
    if input.dofs > out.dofs() {
        return Err(Error::Length { name: "current_position", got: input.dofs, min: 1, max: out.dofs() });
    }
    if input.tracking > 0.0 {
        track::plan_moving(input, cycle, out);
    } else {
        unchecked(input, cycle, out);
    }
    finite(out)
}

/// Plans the shortest stop of every degree of freedom by itself.
///
/// # Errors
/// As [`Input::check_stop`].
pub fn stop(input: &Input, out: &mut Trajectory) -> Result<()> {
    input.check_stop()?;
    out.clear();
    for i in 0..input.dofs.min(out.dofs()) {
        let dof = input.dof(i);
        let profile = if input.enabled[i] {
            range::escape(dof.current, &dof.limits, dof.range)
        } else {
            Profile::rest(dof.current)
        };
        out.limited |= dof.bounded() && range::leaves(&profile, dof.range);
        out.minimum[i] = profile.duration();
        out.duration = out.duration.max(profile.duration());
        out.profiles[i] = profile;
    }
    finite(out)
}

fn finite(out: &Trajectory) -> Result<()> {
    if out.is_finite() {
        return Ok(());
    }
    Err(Error::OutOfRange { name: "duration", index: None, value: out.duration, min: 0.0, max: f64::MAX })
}

pub(super) fn unchecked(input: &Input, cycle: f64, out: &mut Trajectory) {
    out.clear();
    let mut planner = Planner { input, ways: [Way::Fixed; MAX_DOFS], joint: [false; MAX_DOFS], line: None };
    planner.look(out);
    // Each round moves at least one degree of freedom from the free way to legs, or is the last.
    for _ in 0..=input.dofs {
        let common = planner.common(cycle, out);
        if planner.fill(common, out) {
            break;
        }
    }
    planner.finish(out);
}

impl Planner<'_> {
    /// Durations of each degree of freedom by itself.
    fn look(&mut self, out: &mut Trajectory) {
        self.look_at_line(out);
        for i in 0..self.input.dofs {
            let dof = self.input.dof(i);
            if !self.input.enabled[i] {
                out.profiles[i] = Profile::rest(dof.current);
            } else if !matches!(self.ways[i], Way::OnLine) {
                self.joint[i] = self.is_joint(i);
                self.ways[i] = if dof.bounded() { self.look_at_bounded(i, out) } else { self.look_at_free(i, out) };
            }
        }
    }

    fn is_joint(&self, i: usize) -> bool {
        let target = self.input.dof(i).target;
        match self.input.synchronization[i] {
            Synchronization::No => false,
            Synchronization::TimeIfNecessary => target.velocity != 0.0 || target.acceleration != 0.0,
            Synchronization::Time | Synchronization::Phase => true,
        }
    }

    fn look_at_free(&self, i: usize, out: &mut Trajectory) -> Way {
        out.minimum[i] = Problem::new(self.input, i).prepare_into(&mut out.ready[i]);
        Way::Free
    }

    fn look_at_bounded(&mut self, i: usize, out: &mut Trajectory) -> Way {
        let dof = self.input.dof(i);
        if dof.interface == ControlInterface::Velocity {
            let (profile, reached) = range::to_velocity(&dof);
            out.unreached |= !reached;
            out.limited |= !reached || range::leaves(&profile, dof.range);
            out.minimum[i] = profile.duration();
            out.profiles[i] = profile;
            self.joint[i] = false;
            return Way::Fixed;
        }
        let room = range::room(&dof);
        out.limited |= room != dof.range && room_is_wider(room, dof.range);
        let way = self.look_at_free(i, out);
        if let Some(ready) = &out.ready[i] {
            ready.fastest_into(&mut out.profiles[i]);
        }
        if range::leaves(&out.profiles[i], room) {
            out.minimum[i] = length(&range::legs(&dof, room));
            return Way::Legs;
        }
        way
    }

    fn look_at_line(&mut self, out: &mut Trajectory) {
        let input = self.input;
        let members: [bool; MAX_DOFS] = core::array::from_fn(|i| {
            i < input.dofs && input.enabled[i] && input.synchronization[i] == Synchronization::Phase
        });
        if members.iter().filter(|m| **m).count() < 2 {
            return;
        }
        let Some(line) = Line::new(input, &members) else { return };
        let ready = line.problem.prepare();
        let mut whole = Profile::rest(input.current(0));
        ready.fastest_into(&mut whole);
        let stays = |i: usize| {
            let dof = input.dof(i);
            !dof.bounded()
                || dof.interface == ControlInterface::Position
                    && !range::leaves(&line.member(input, i, &whole), range::room(&dof))
        };
        if (0..input.dofs).all(|i| !members[i] || stays(i)) {
            for i in (0..input.dofs).filter(|&i| members[i]) {
                (self.ways[i], self.joint[i]) = (Way::OnLine, true);
                out.minimum[i] = whole.duration();
            }
            self.line = Some((line, ready));
            out.straight = true;
        }
    }

    /// Smallest duration that suits all that keep the common one.
    fn common(&mut self, cycle: f64, out: &mut Trajectory) -> f64 {
        let discrete = self.input.discretization == DurationDiscretization::Discrete && cycle > 0.0;
        let mut t = self.input.minimum_duration;
        // Every round that changes `t` passes the end of a blocked interval or reaches a multiple of the cycle.
        for _ in 0..=(8 * MAX_DOFS) {
            let before = t;
            for i in (0..self.input.dofs).filter(|&i| self.joint[i]) {
                t = match (self.ways[i], &mut self.line, &mut out.ready[i]) {
                    (Way::Free, _, Some(ready)) | (Way::OnLine, Some((_, ready)), _) => ready.first_at_or_after(t),
                    _ => t.max(out.minimum[i]),
                };
            }
            if discrete {
                let multiple = (t / cycle - 1e-9).ceil() * cycle;
                t = if multiple >= t { multiple } else { t };
            }
            if t == before {
                break;
            }
        }
        t
    }

    /// Makes the movements; false when one left the limits of position and must be made anew.
    fn fill(&mut self, common: f64, out: &mut Trajectory) -> bool {
        let input = self.input;
        let mut whole = None;
        for i in 0..input.dofs {
            let duration = if self.joint[i] { common } else { out.minimum[i] };
            match (self.ways[i], &self.line) {
                (Way::Fixed, _) => continue,
                (Way::OnLine, Some((line, ready))) => {
                    let whole = whole.get_or_insert_with(|| {
                        let mut whole = Profile::rest(input.current(i));
                        ready.lasting_into(common, &mut whole);
                        whole
                    });
                    out.profiles[i] = line.member(input, i, whole);
                }
                (Way::Legs | Way::OnLine, _) => {
                    let dof = input.dof(i);
                    out.profiles[i] = range::joined(range::legs(&dof, range::room(&dof)), duration);
                }
                (Way::Free, _) => {
                    if let Some(ready) = &out.ready[i] {
                        ready.lasting_into(duration, &mut out.profiles[i]);
                    }
                }
            }
            let dof = input.dof(i);
            if dof.bounded() && !matches!(self.ways[i], Way::Legs) {
                let room = range::room(&dof);
                if range::leaves(&out.profiles[i], room) {
                    self.leave_line(out);
                    self.ways[i] = Way::Legs;
                    out.minimum[i] = out.minimum[i].max(length(&range::legs(&dof, room)));
                    return false;
                }
            }
        }
        out.duration = common;
        true
    }

    /// Gives the line up: every member goes by itself.
    fn leave_line(&mut self, out: &mut Trajectory) {
        for i in 0..self.input.dofs {
            if matches!(self.ways[i], Way::OnLine) {
                self.ways[i] = self.look_at_free(i, out);
            }
        }
        self.line = None;
        out.straight = false;
    }

    fn finish(&self, out: &mut Trajectory) {
        for i in 0..self.input.dofs {
            let profile = &out.profiles[i];
            out.duration = out.duration.max(profile.duration());
            let dof = self.input.dof(i);
            if self.input.enabled[i] && dof.bounded() {
                out.tails[i] = range::tail(profile.end(), &dof);
            }
        }
    }
}

fn length(legs: &[Profile; 2]) -> f64 {
    legs[0].duration() + legs[1].duration()
}

fn room_is_wider(room: [f64; 2], range: [f64; 2]) -> bool {
    room[0] < range[0] - 1e-11 * (1.0 + range[0].abs()) || room[1] > range[1] + 1e-11 * (1.0 + range[1].abs())
}
