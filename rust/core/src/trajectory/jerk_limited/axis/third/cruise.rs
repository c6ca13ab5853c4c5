//! A movement of given duration: shortest change to a velocity, that velocity kept, shortest change to the end.

use super::half::{Arc, Half};
use super::route::Route;

const ITERATIONS: usize = 16;

/// One end of such a movement: how the level is reached from the boundary state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    pub half: Half,
    pub arc: Arc,
    /// 1 if the level lies above, -1 if below what the boundary state runs out to.
    pub sign: f64,
}

impl Change {
    #[inline]
    fn new(up: &Half, down: &Half, level: f64) -> Self {
        let rest = up.base + if up.lead > 0.0 { up.lead * up.lead } else { 0.0 };
        if level >= rest {
            Self { half: *up, arc: up.gaining(level - up.base), sign: 1.0 }
        } else {
            Self { half: *down, arc: down.gaining(-level - down.base), sign: -1.0 }
        }
    }

    fn time(&self) -> f64 {
        self.half.time(self.arc)
    }

    /// Second derivative with the level of the distance covered in a given time.
    fn bend(&self) -> f64 {
        if self.arc.hold > 0.0 { -self.sign / self.arc.top } else { -0.75 * self.sign / self.arc.top }
    }

    fn distance(&self) -> f64 {
        self.sign * self.half.distance(self.arc)
    }
}

/// The whole movement.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cruise {
    pub first: Change,
    pub last: Change,
    pub level: f64,
    pub hold: f64,
}

impl Cruise {
    #[inline]
    fn at(ends: &[(Half, Half); 2], level: f64, time: f64) -> Self {
        let first = Change::new(&ends[0].0, &ends[0].1, level);
        let last = Change::new(&ends[1].0, &ends[1].1, level);
        Self { first, last, level, hold: time - first.time() - last.time() }
    }

    /// The movement of `route` that lasts `time` after the lead-in, if Halley's method finds one.
    pub fn lasting(route: &Route, time: f64) -> Option<Self> {
        let [up, down] = &route.sides;
        let (up, down) = (up.ends(), down.ends());
        let ends = [(up[0], down[0]), (up[1], down[1])];
        let [low, high] = [-route.sides[1].cruise, route.sides[0].cruise];
        let mut level = (route.gain / time).clamp(low, high);
        let mut last = f64::INFINITY;
        for _ in 0..ITERATIONS {
            let trial = Self::at(&ends, level, time);
            let slope = trial.hold + 0.5 * (trial.first.arc.top + trial.last.arc.top);
            if slope <= 0.0 {
                return None;
            }
            let miss = route.gain - trial.first.distance() - trial.last.distance() - level * trial.hold;
            let square = slope * slope;
            let turn = 0.5 * miss * (trial.first.bend() + trial.last.bend());
            let step = miss * if turn.abs() < square { slope / (square + turn) } else { 1.0 / slope };
            let next = (level + step).clamp(low, high);
            let step = (next - level).abs();
            let small = 1e-9 * level.abs().max(next.abs());
            if step <= 1e-6 * small || (step <= small && step >= 0.5 * last) {
                let missed = miss.abs() > 1e-13 * (route.gain.abs() + time * level.abs()) + f64::MIN_POSITIVE;
                return (trial.hold >= 0.0 && !missed).then_some(trial);
            }
            (level, last) = (next, step);
        }
        None
    }
}
