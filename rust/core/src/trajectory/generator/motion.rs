//! One plan: curves that coast to rest while they fade into the target's, and the phase at which they are read.

use crate::trajectory::pattern::{GaitPattern, Reference};
use crate::types::{JointVec, N_JOINTS, N_LEG};

use super::State;
use super::clock::{Clock, Phases};
use super::curves::Curves;
use super::shapes::{coast, fade};

/// What a plan leads to.
#[derive(Clone, Debug)]
pub(super) enum Goal {
    /// Standing still with these angles [rad].
    Standing(JointVec),
    /// Walking with a pattern.
    Walking(GaitPattern),
}

impl Goal {
    /// Strides per second [1/s].
    pub fn rate(&self) -> f64 {
        match self {
            Self::Standing(_) => 0.0,
            Self::Walking(pattern) => pattern.stride_rate(),
        }
    }

    /// The state when it is reached.
    fn state(&self) -> State {
        match self {
            Self::Standing(_) => State::Standing,
            Self::Walking(_) => State::Walking,
        }
    }
}

/// Curves and their first two derivatives in time.
#[derive(Clone, Debug)]
pub(super) struct Moving {
    /// The curves [rad].
    pub curves: Curves,
    /// Their derivatives [rad/s, rad/s²], absent when they rest; on as many intervals.
    pub drift: Option<[Curves; 2]>,
}

/// A plan.
#[derive(Clone, Debug)]
pub(super) struct Motion {
    /// Where the curves come to rest.
    pub from: Curves,
    /// First and second derivative of the curves where the plan begins, absent when they rest.
    pub drift: Option<[Curves; 2]>,
    /// Curves of the target.
    pub to: Curves,
    /// Duration of the fade [s].
    pub duration: f64,
    /// Duration of each joint's coast [s].
    pub coast: JointVec,
    /// Phase of both sides.
    pub clock: Clock,
    /// What it leads to.
    pub goal: Goal,
    /// What it is called on the way.
    pub state: State,
}

impl Motion {
    /// Rest in a posture [rad].
    pub fn standing(posture: JointVec) -> Self {
        Self {
            from: Curves::constant(posture, 4),
            drift: None,
            to: Curves::constant(posture, 4),
            duration: 0.0,
            coast: [1.0; N_JOINTS],
            clock: Clock::steady(0.0, 0.0, 0.5),
            goal: Goal::Standing(posture),
            state: State::Standing,
        }
    }

    /// State at `t` [s].
    pub fn state(&self, t: f64) -> State {
        if t < self.duration { self.state } else { self.goal.state() }
    }

    /// Reference in running time at `t` [s] and the phases of `at`, with its first and second derivative of the curves
    /// in time left apart: the reference, and the part of `dq` that does not come from the phase.
    #[inline]
    pub fn reference(&self, t: f64, at: &Phases, pace: [f64; 2]) -> Reference {
        if t < self.duration {
            return self.blended(t, at, pace);
        }
        match &self.goal {
            Goal::Standing(posture) => Reference { q: *posture, ..Reference::default() },
            Goal::Walking(pattern) => pattern.evaluate_sides(at.phase, at.rate, at.accel),
        }
    }

    /// The same while the plan runs. Phase rates and accelerations are those of real time.
    fn blended(&self, t: f64, at: &Phases, [pace, bend]: [f64; 2]) -> Reference {
        let ([b, b1, b2, _], h) = (fade(t / self.duration), self.duration);
        let (x, y) = (self.from.at(at.phase), self.to.at(at.phase));
        let drift = self.drift.as_ref().map(|[v, w]| (v.at(at.phase), w.at(at.phase)));
        let mut out = Reference::default();
        for j in 0..N_JOINTS {
            let d = |k: usize| y[k][j] - x[k][j];
            let mut f: [f64; 3] = core::array::from_fn(|k| (1.0 - b) * x[k][j] + b * y[k][j]);
            let mut f_t = [b1 / h * d(0), b1 / h * d(1)];
            let mut f_tt = b2 / (h * h) * d(0);
            if let Some((v, w)) = &drift {
                let r = self.coast[j];
                let [[g_way, g, g1, _], [k_way, k, k1, _]] = coast((t / r).min(1.0));
                for i in 0..3 {
                    f[i] -= r * g_way * v[i][j] + r * r * k_way * w[i][j];
                }
                for i in 0..2 {
                    f_t[i] += g * v[i][j] + r * k * w[i][j];
                }
                f_tt += g1 / r * v[0][j] + k1 * w[0][j];
            }
            let (rate, accel) = (at.rate[j / N_LEG], at.accel[j / N_LEG]);
            out.q[j] = f[0];
            out.dq[j] = pace * f_t[0] + f[1] * rate;
            out.ddq[j] =
                pace * pace * f_tt + bend * f_t[0] + 2.0 * pace * f_t[1] * rate + f[2] * (rate * rate) + f[1] * accel;
        }
        out
    }

    /// Curves and their derivatives at `t` [s], absent while curves on different numbers of intervals fade.
    pub fn moving(&self, t: f64) -> Option<Moving> {
        if t >= self.duration {
            return Some(Moving { curves: self.to.clone(), drift: None });
        }
        if self.from.intervals() != self.to.intervals() {
            return None;
        }
        let ([b, b1, b2, _], h) = (fade(t / self.duration), self.duration);
        let n = self.from.intervals();
        let none = Curves::constant([0.0; N_JOINTS], n);
        let [v, w] = self.drift.as_ref().map_or([&none, &none], |[v, w]| [v, w]);
        let parts = self.coast.map(|r| (r, coast((t / r).min(1.0))));
        let sum =
            |x: f64, y: f64, of_v: &dyn Fn(f64, [[f64; 4]; 2]) -> f64, of_w: &dyn Fn(f64, [[f64; 4]; 2]) -> f64| {
                let factors = |f: &dyn Fn(f64, [[f64; 4]; 2]) -> f64| parts.map(|(r, part)| f(r, part));
                Curves::sum([([x; 6], &self.from), ([y; 6], &self.to), (factors(of_v), v), (factors(of_w), w)])
            };
        let curves = sum(1.0 - b, b, &|r, c| -r * c[0][0], &|r, c| -r * r * c[1][0]);
        let first = sum(-b1 / h, b1 / h, &|_, c| c[0][1], &|r, c| r * c[1][1]);
        let second = sum(-b2 / (h * h), b2 / (h * h), &|r, c| c[0][2] / r, &|_, c| c[1][2]);
        Some(Moving { curves, drift: Some([first, second]) })
    }
}
