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

/// A problem with what all three answers share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    start: State,
    main: Route,
    soft: Option<Route>,
}

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

impl Plan {
    pub(crate) fn new(problem: &PositionProblem) -> Self {
        let limits = &problem.limits;
        let inner = LeadIn::acceleration(problem.start, limits);
        let side = outside(&inner.end, problem);
        if side == 0.0 {
            return Self { start: problem.start, main: Route::new(inner, problem.end, limits), soft: None };
        }
        let main = Route::new(inner.brake(side, limits), problem.end, limits);
        Self { start: problem.start, main, soft: Some(Route::new(inner.soft(side, limits), problem.end, limits)) }
    }

    fn best(&self) -> (&Route, Choice) {
        let main = self.main.fastest();
        if let Some(soft) = &self.soft {
            let choice = soft.fastest();
            if soft.time(&choice) <= self.main.time(&main) {
                return (soft, choice);
            }
        }
        (&self.main, main)
    }

    pub(crate) fn fastest(&self) -> Profile {
        let (route, choice) = self.best();
        let mut profile = Profile::rest(self.start);
        route.run(&choice, &mut profile);
        profile
    }

    pub(crate) fn durations(&self) -> Durations {
        let (route, choice) = self.best();
        let mut durations = Durations::from(route.time(&choice));
        let mut all = self.main.spans();
        if let Some(soft) = &self.soft {
            all = all.union(&soft.spans());
        }
        let mut count = 0;
        let mut begin = durations.fastest;
        for &(from, to) in all.as_slice() {
            if from > begin && count < MAX_BLOCKED {
                durations.blocked[count] = (begin, from);
                count += 1;
            }
            begin = begin.max(to);
        }
        durations
    }

    pub(crate) fn lasting(&self, duration: f64) -> Profile {
        let mut profile = Profile::rest(self.start);
        let soft = self.soft.as_ref().filter(|soft| soft.spans().contain(duration));
        let route = soft.unwrap_or(&self.main);
        route.lasting(duration - route.lead_in.duration, &mut profile);
        profile
    }
}
