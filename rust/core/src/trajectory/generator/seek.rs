//! The shortest plan of a series that stays within the bounds.

use crate::error::Result;
use crate::types::{JointVec, N_JOINTS, wrap_signed};

use super::State;
use super::bounds::{Limits, Miss, PARTS, Part, Shape, parts};
use super::clock::{Clock, Pulse};
use super::curves::{Curves, Extremes, extremes_between, extremes_of};
use super::motion::{Goal, Motion, Moving};
use super::shapes::Glide;

/// Longest fade that is tried [s].
const LONGEST: f64 = 60.0;
/// Factor from one tried fade to the next.
const STRETCH: f64 = 1.1;
/// Shortest coast [s].
const SHORTEST_COAST: f64 = 0.05;
/// Factor from one tried coast to the next.
const COAST_STRETCH: f64 = 1.3;

/// Where a plan begins.
#[derive(Clone, Debug)]
pub(super) struct Start {
    /// Curves and how they move.
    pub moving: Moving,
    /// Rest of the plan that is interrupted [s].
    pub rest: f64,
    /// Left phase [-].
    pub phase: f64,
    /// Rate and its derivative [1/s, 1/s²].
    pub rate: [f64; 2],
    /// Right phase minus left, and its first two derivatives.
    pub apart: [f64; 3],
}

/// What a plan is to do.
#[derive(Clone, Debug)]
pub(super) struct Aim {
    /// Curves of the target.
    pub to: Curves,
    /// The target.
    pub goal: Goal,
    /// Shortest duration [s].
    pub shortest: f64,
    /// What it is called on the way.
    pub state: State,
}

impl Start {
    fn clock(&self, goal: &Goal, duration: f64) -> Clock {
        let [o, v, w] = self.apart;
        let rest = duration.min(self.rest);
        let steady = |yes: bool| if yes || rest <= 0.0 { duration } else { rest };
        let coast = steady(v == 0.0 && w == 0.0);
        let end = match goal {
            Goal::Standing(_) => Glide::landing(self.apart, coast),
            Goal::Walking(pattern) => o + wrap_signed(pattern.offset() - o),
        };
        Clock {
            phase: self.phase,
            rate: [self.rate[0], self.rate[1], goal.rate()],
            duration,
            settle: steady(self.rate[1] == 0.0),
            apart: Glide { start: self.apart, end, duration, coast },
        }
    }
}

/// A search for the duration of a plan.
struct Search<'a> {
    limits: &'a Limits,
    moving: &'a Moving,
    to: &'a Curves,
    parts: [Part; PARTS],
    rest: f64,
    target: [Extremes; N_JOINTS],
    drift: [[Extremes; 2]; N_JOINTS],
    /// What holds for every duration where nothing coasts.
    still: Option<[Shape; N_JOINTS]>,
    /// What each joint is made of with the coasts tried so far, shortest first.
    tried: [Vec<Shape>; N_JOINTS],
}

/// The plan from `start` to `aim` with the shortest fade of the series at which every joint fits.
pub(super) fn plan(limits: &Limits, start: &Start, aim: Aim) -> Result<Motion> {
    let mut search = Search::new(limits, start, &aim.to);
    let (mut duration, longest) = (aim.shortest, aim.shortest.max(LONGEST));
    loop {
        let clock = start.clock(&aim.goal, duration);
        match search.coasts(&clock) {
            Ok(coast) => return Ok(motion(start, aim, clock, coast)),
            Err(miss) if duration * STRETCH > longest => return Err(miss.error(None)),
            Err(_) => duration *= STRETCH,
        }
    }
}

fn motion(start: &Start, aim: Aim, clock: Clock, coast: JointVec) -> Motion {
    let Moving { curves, drift } = &start.moving;
    let from = match drift {
        None => curves.clone(),
        Some([v, w]) => {
            let (half, twelfth) = (coast.map(|r| 0.5 * r), coast.map(|r| r * r / 12.0));
            Curves::sum([([1.0; N_JOINTS], curves), (half, v), (twelfth, w)])
        }
    };
    let Aim { to, goal, state, .. } = aim;
    Motion { from, drift: drift.clone(), to, duration: clock.duration, coast, clock, goal, state }
}

impl<'a> Search<'a> {
    fn new(limits: &'a Limits, start: &'a Start, to: &'a Curves) -> Self {
        let moving = &start.moving;
        let drift = core::array::from_fn(|joint| match &moving.drift {
            None => [Extremes::ZERO; 2],
            Some(both) => [both[0].extremes(joint), both[1].extremes(joint)],
        });
        let target = core::array::from_fn(|joint| to.extremes(joint));
        let (rest, tried) = (start.rest, Default::default());
        let mut search = Self { limits, moving, to, parts: parts(), rest, target, drift, still: None, tried };
        if moving.drift.is_none() {
            search.still = Some(core::array::from_fn(|joint| search.shape(joint, SHORTEST_COAST)));
        }
        search
    }

    /// What a joint is made of when it coasts for `coast` [s].
    fn shape(&self, joint: usize, coast: f64) -> Shape {
        if let Some(still) = &self.still {
            return Shape { coast, ..still[joint] };
        }
        let Moving { curves, drift } = self.moving;
        let landing = |i: usize| {
            let x = curves.cubic(i, joint);
            let Some([v, w]) = drift else { return x };
            let (v, w) = (v.cubic(i, joint), w.cubic(i, joint));
            core::array::from_fn(|p| x[p] + 0.5 * coast * v[p] + coast * coast / 12.0 * w[p])
        };
        let (n, m) = (curves.intervals(), self.to.intervals());
        let to = |i: usize| self.to.cubic(i, joint);
        let gap = if n == m {
            extremes_of(n, |i| {
                let (x, y) = (landing(i), to(i));
                core::array::from_fn(|p| y[p] - x[p])
            })
        } else {
            extremes_between(n, landing, m, to)
        };
        Shape { from: extremes_of(n, landing), to: self.target[joint], gap, drift: self.drift[joint], coast }
    }

    /// Duration of each joint's coast with which it fits, or the joint that does not.
    fn coasts(&mut self, clock: &Clock) -> core::result::Result<JointVec, Miss> {
        let pulses: [Pulse; PARTS] = self.parts.map(|part| part.pulse(clock));
        let mut coasts = [0.0; N_JOINTS];
        for (joint, coast) in coasts.iter_mut().enumerate() {
            *coast = self.coast(joint, clock.duration, &pulses)?;
        }
        Ok(coasts)
    }

    fn coast(&mut self, joint: usize, duration: f64, pulses: &[Pulse; PARTS]) -> core::result::Result<f64, Miss> {
        let mut wanted = self.rest.max(SHORTEST_COAST);
        let mut tries = 0;
        loop {
            let coast = wanted.min(duration);
            let shape = self.tried(joint, tries, coast);
            let mut both = self.parts.iter().zip(pulses);
            match both.try_for_each(|(part, pulse)| self.limits.check(joint, &shape, part, pulse, duration)) {
                Ok(()) => return Ok(coast),
                Err(miss) if coast >= duration || self.still.is_some() => return Err(miss),
                Err(_) => (wanted, tries) = (wanted * COAST_STRETCH, tries + 1),
            }
        }
    }

    /// The shape of try number `tries` of a joint, kept for the next duration.
    fn tried(&mut self, joint: usize, tries: usize, coast: f64) -> Shape {
        if let Some(shape) = self.tried[joint].get(tries).filter(|shape| shape.coast == coast) {
            return *shape;
        }
        let shape = self.shape(joint, coast);
        self.tried[joint].truncate(tries);
        self.tried[joint].push(shape);
        shape
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::bounds::figures;
    use super::*;
    use crate::trajectory::GaitPattern;

    fn wave(size: f64, stride_time: f64, offset: f64) -> GaitPattern {
        let tau = core::f64::consts::TAU;
        let row = |i: usize| core::array::from_fn(|j| size * (tau * i as f64 / 64.0 + 0.7 * j as f64).sin());
        GaitPattern::from_table(&(0..65).map(row).collect::<Vec<_>>(), stride_time, offset, None, 0.05).unwrap()
    }

    /// Velocity, acceleration and jerk of `motion` at `t`, had it begun `later` in the cycle.
    fn truth(motion: &Motion, t: f64, later: f64) -> [JointVec; 3] {
        let mut clock = motion.clock;
        clock.phase = later;
        let h = 1e-5 * motion.duration;
        let at = |t: f64| motion.reference(t, &clock.at(t), [1.0, 0.0]);
        let (before, now, after) = (at(t - h), at(t), at(t + h));
        [now.dq, now.ddq, core::array::from_fn(|j| (after.ddq[j] - before.ddq[j]) / (2.0 * h))]
    }

    /// Asserts that no phase asks more of a plan than its figures say, nor less than `share` of them somewhere.
    fn covers(start: &Start, pattern: &GaitPattern, duration: f64, share: f64) {
        let limits = Limits::new([[1e3; 6], [1e5; 6], [1e7; 6]], [-3.0; 6], [3.0; 6], 10.0).unwrap();
        let (to, goal) = (Curves::of(pattern), Goal::Walking(pattern.clone()));
        let aim = Aim { to: to.clone(), goal, shortest: duration, state: State::Changing };
        let motion = plan(&limits, start, aim).unwrap();
        assert_eq!(motion.duration, duration);
        let search = Search::new(&limits, start, &to);
        for (i, part) in parts().iter().enumerate() {
            let pulse = part.pulse(&motion.clock);
            for joint in [0, 4] {
                let bound = figures(&search.shape(joint, motion.coast[joint]), part, &pulse, joint / 3, duration);
                let mut top = [0.0_f64; 3];
                for k in 0..6 * 64 {
                    let t = duration * (i as f64 + 0.05 + 0.18 * f64::from(k % 6)) / PARTS as f64;
                    let found = truth(&motion, t, f64::from(k / 6) / 64.0);
                    top = core::array::from_fn(|n| top[n].max(found[n][joint].abs()));
                }
                for n in 0..3 {
                    let (low, high) = (share * bound[n], bound[n] * (1.0 + 1e-4) + 1e-6);
                    assert!(
                        (low..=high).contains(&top[n]),
                        "part {i} joint {joint} figure {n}: {} {}",
                        top[n],
                        bound[n]
                    );
                }
            }
        }
    }

    fn still(curves: Curves, rate: [f64; 2]) -> Start {
        let apart = [0.5, 0.0, 0.0];
        Start { moving: Moving { curves, drift: None }, rest: 0.3, phase: 0.0, rate, apart }
    }

    #[test]
    fn figures_cover_a_fade_at_every_cadence() {
        for stride_time in [0.3, 0.6, 1.2, 2.5, 6.0, 10.0] {
            let pattern = wave(0.5, stride_time, 0.5);
            let start = still(Curves::constant([0.0; 6], 64), [pattern.stride_rate(), 0.0]);
            covers(&start, &pattern, 1.0, 0.4);
        }
    }

    #[test]
    fn figures_cover_changes_of_cadence_and_offset() {
        for (rate, bend, offset, duration) in [(0.0, 0.0, 0.5, 0.1), (0.1, 2.0, 0.4, 0.5), (1.5, -1.0, 0.6, 1.0)] {
            let pattern = wave(0.5, 2.0, offset);
            covers(&still(Curves::of(&pattern), [rate, bend]), &pattern, duration, 0.0);
            covers(&still(Curves::constant([0.0; 6], 64), [rate, bend]), &pattern, duration, 0.0);
        }
    }

    #[test]
    fn figures_cover_what_coasts() {
        // Size of the pattern, of the first and second derivative of the curves, rate and offset where it begins, rest.
        let cases = [
            (0.0, [1.5, 3.0], [0.5, 0.0], [0.5, 0.1, -0.3], 0.4),
            (0.3, [1.5, 3.0], [0.5, 0.0], [0.5, 0.1, -0.3], 0.2),
            (0.0, [0.0, 9.0], [0.0, 0.0], [0.5, 0.0, 0.0], 0.4),
            (0.0, [2.0, 0.0], [0.0, 2.5], [0.5, 0.0, 0.0], 0.4),
            (0.3, [0.0, 0.0], [0.5, 0.0], [0.5, 0.3, 30.0], 0.4),
        ];
        for (size, drift, rate, apart, rest) in cases {
            let pattern = wave(size, 2.0, 0.5);
            let moving = |size: f64| Curves::sum([([size; 6], &Curves::of(&wave(1.0, 1.0, 0.5)))]);
            let drift = Some(drift.map(moving));
            let curves = Curves::of(&pattern);
            let start = Start { moving: Moving { curves, drift }, rest, phase: 0.0, rate, apart };
            covers(&start, &pattern, 0.4, 0.0);
        }
    }
}
