//! Third order: movements between full states with bounded velocity, acceleration and jerk.
//!
//! For a given duration the displacements that can be reached form an interval. Its upper end is reached by a family of movements of one parameter, its lower
//! end by the mirror image. A duration is possible exactly if the displacement asked for lies between the two.

mod cruise;
mod half;
mod lead_in;
mod mix;
mod reach;
mod root;
mod route;
mod side;

use super::{Durations, MAX_BLOCKED, PositionProblem, Profile, State};
use lead_in::LeadIn;
use route::{Choice, Route};

/// How far beyond a velocity limit a state counts as inside, relative [-].
const INSIDE: f64 = 1e-12;

/// On which side the start leaves the velocity limits for good: 1 above, -1 below, 0 neither.
fn outside(state: &State, problem: &PositionProblem) -> f64 {
    let j = problem.limits.jerk;
    let (v, a) = (state.velocity, state.acceleration);
    let [low, high] = problem.limits.velocity;
    let swing = a * a / (2.0 * j);
    let (most, least) = (high + INSIDE * high.abs(), low - INSIDE * low.abs());
    if (v > most && v - swing > low) || (a > 0.0 && v + swing > most) {
        1.0
    } else if v < least || (a < 0.0 && v - swing < least) {
        -1.0
    } else if v > most {
        1.0
    } else {
        0.0
    }
}

/// A problem with what all three answers share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    start: State,
    /// On which side the start is outside the velocity limits: 1, -1 or 0.
    side: f64,
    /// With full brake where the start is outside.
    main: Route,
    /// With a soft approach to the limit where the start is outside; else not used.
    soft: Route,
    /// The shortest movement, and whether it is by the soft approach.
    choice: Choice,
    softly: bool,
}

impl Plan {
    #[inline(always)]
    pub(crate) fn new(problem: &PositionProblem) -> Self {
        let PositionProblem { start, end, limits } = problem;
        let inner = LeadIn::acceleration(*start, limits);
        let side = outside(&inner.end, problem);
        if side == 0.0 {
            let main = Route::new(inner, *end, limits);
            return Self { start: *start, side, main, soft: Route::default(), choice: main.fastest(), softly: false };
        }
        let (main, soft) = (inner.brake(side, limits), inner.soft(side, limits));
        let (main, soft) = (Route::new(main, *end, limits), Route::new(soft, *end, limits));
        let mut plan = Self { start: *start, side, main, soft, choice: main.fastest(), softly: false };
        let choice = soft.fastest();
        if soft.time(&choice) <= main.time(&plan.choice) || plan.spares_turn(&choice, &plan.choice) {
            (plan.choice, plan.softly) = (choice, true);
        }
        plan
    }

    /// [`Self::new`] in place. Inside the limits what else there was of the soft approach stays, and is not used.
    pub(crate) fn renew(&mut self, problem: &PositionProblem) {
        let PositionProblem { start, end, limits } = problem;
        let inner = LeadIn::acceleration(*start, limits);
        let side = outside(&inner.end, problem);
        if side == 0.0 {
            (self.start, self.side, self.softly) = (*start, side, false);
            self.main.renew(inner, *end, limits);
            self.choice = self.main.fastest();
        } else {
            *self = Self::new(problem);
        }
    }

    #[inline]
    fn best(&self) -> (&Route, Choice) {
        (if self.softly { &self.soft } else { &self.main }, self.choice)
    }

    /// Shortest duration [s].
    #[inline]
    pub(crate) fn shortest(&self) -> f64 {
        let (route, choice) = self.best();
        route.time(&choice)
    }

    /// Whether the soft approach goes without the change of sign of the velocity that the full brake needs.
    fn spares_turn(&self, soft: &Choice, main: &Choice) -> bool {
        let mut profile = Profile::rest(self.start);
        let mut slowest = |route: &Route, choice: &Choice| {
            profile.restart(self.start);
            route.fastest_into(choice, &mut profile);
            let [low, high] = profile.velocities();
            if self.side > 0.0 { low } else { -high }
        };
        let bound = (self.side * self.main.end.velocity).min(0.0) - 1e-9;
        slowest(&self.main, main) < bound && slowest(&self.soft, soft) >= bound
    }

    pub(crate) fn fastest_into(&self, profile: &mut Profile) {
        let (route, choice) = self.best();
        profile.restart(self.start);
        route.fastest_into(&choice, profile);
        profile.keep_finite(self.start);
    }

    pub(crate) fn durations(&self) -> Durations {
        let (route, choice) = self.best();
        let mut durations = Durations::from(route.time(&choice));
        if self.main.rests() && (self.side == 0.0 || choice.plain) || self.side == 0.0 && route.unbroken(&choice) {
            return durations;
        }
        let mut all = self.main.spans();
        if self.side != 0.0 {
            all = all.union(&self.soft.spans());
        }
        let mut count = 0;
        let mut begin = durations.fastest;
        for &(from, to) in all.as_slice() {
            if from > begin && from.is_finite() && count < MAX_BLOCKED {
                durations.blocked[count] = (begin, from);
                count += 1;
            }
            begin = begin.max(to);
        }
        durations
    }

    pub(crate) fn lasting_into(&self, duration: f64, profile: &mut Profile) {
        if duration <= self.shortest() * (1.0 + 4.0 * f64::EPSILON) {
            self.fastest_into(profile);
            return;
        }
        let soft = self.side != 0.0 && self.soft.spans().contain(duration);
        let route = if soft { &self.soft } else { &self.main };
        profile.restart(self.start);
        route.lasting(duration - route.lead_in.duration, profile);
        profile.keep_finite(self.start);
    }
}
