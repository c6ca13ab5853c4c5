//! Path control: the shape of the movement is held, its timing is the person's.

use super::nearest::{Nearest, NearestPoint, STANDING};
use super::{finite, fraction};
use crate::error::{Result, in_range};
use crate::types::{JointReading, JointVec, N_LEG, Sides, smooth_step};

/// How the path is held, alike for all joints.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathParams {
    /// Weight of each joint in a distance [-], 0 to 10.
    pub weight: JointVec,
    /// Half width of the window around the phase [-], 0.01 to 0.25.
    pub window: f64,
    /// Distance from the path without any torque [rad], 0.005 to 0.5.
    pub band: f64,
    /// Stiffness of the wall [N·m/rad], 0 to 2000.
    pub stiffness: f64,
    /// Largest torque of the wall [N·m], 1 to 300.
    pub wall_torque: f64,
    /// Damping along the wall's normal [N·m·s/rad], 0 to 200.
    pub damping: f64,
    /// Largest torque along the path [N·m], 0 to 50.
    pub flow: f64,
}

/// A tunnel around a path in joint space (Duschau-Wicke et al. 2010).
///
/// No torque inside the band but a flow along the path for a person who falls behind; a wall outside.
#[derive(Clone, Debug, PartialEq)]
pub struct PathControl {
    nearest: Nearest,
    params: PathParams,
}

/// What path control gives in one tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PathTorque {
    /// Torque [N·m].
    pub tau: JointVec,
    /// Phase of the nearest point of each side [-]; absent for a leg that cannot be placed.
    pub nearest: Sides<Option<f64>>,
    /// Distance of each side from the path [rad].
    pub distance: Sides<Option<f64>>,
    /// Potential energy of each side's wall [J].
    pub energy: Sides<f64>,
}

/// How far behind the speed asked for the flow helps in full [rad/s].
pub(super) const BEHIND: f64 = 0.5;
/// Largest phase rate that the flow goes by [1/s].
const FASTEST: f64 = 3.0;

impl PathControl {
    /// Angles of the path [rad] at even phases of each side's own cycle, 8 to 1024 rows of -3 to 3, and how it is held.
    ///
    /// # Errors
    /// [`crate::Error::Length`] or [`crate::Error::OutOfRange`] naming the first value outside its range.
    pub fn new(path: &[JointVec], params: PathParams) -> Result<Self> {
        let nearest = Nearest::new(path, params.weight, params.window)?;
        in_range("band", params.band, 0.005, 0.5)?;
        in_range("stiffness", params.stiffness, 0.0, 2000.0)?;
        in_range("wall_torque", params.wall_torque, 1.0, 300.0)?;
        in_range("damping", params.damping, 0.0, 200.0)?;
        in_range("flow", params.flow, 0.0, 50.0)?;
        Ok(Self { nearest, params })
    }

    /// How the path is held.
    #[must_use]
    pub fn params(&self) -> &PathParams {
        &self.params
    }

    /// Forgets where the legs are.
    pub fn reset(&mut self) {
        self.nearest.reset();
    }

    /// Torque of one tick of `dt` [s] from angles [rad], velocities [rad/s], phase [-] and its rate [1/s] per side and
    /// guidance [-] per joint, clamped to `0..=1`.
    #[must_use]
    pub fn step(
        &mut self,
        q: &JointReading,
        dq: &JointReading,
        phase: Sides<f64>,
        phase_rate: Sides<f64>,
        guidance: &JointVec,
        dt: f64,
    ) -> PathTorque {
        each_side(&mut self.nearest, (q, dq, phase, guidance, dt), |side, at, leg| {
            if leg.distance > self.params.band {
                wall(&self.params, at, leg)
            } else if at.distance < self.params.band {
                (flow(&self.params, at, leg, phase_rate[side]), 0.0)
            } else {
                ([0.0; N_LEG], 0.0)
            }
        })
    }
}

/// Angles, velocities, phases, guidance and the length of the tick.
pub(super) type Signals<'a> = (&'a JointReading, &'a JointReading, Sides<f64>, &'a JointVec, f64);

/// How a leg is guided.
pub(super) struct Guided {
    /// Guidance and weight per joint [-].
    pub g: [f64; N_LEG],
    pub m: [f64; N_LEG],
    /// Guidance relative to the largest of a joint with weight, and that [-].
    pub share: [f64; N_LEG],
    pub most: f64,
    /// Distance in which a joint with less guidance counts less [rad].
    pub distance: f64,
}

impl Guided {
    fn new(at: &NearestPoint, guidance: &[f64], weight: &[f64]) -> Option<Self> {
        let g: [f64; N_LEG] = core::array::from_fn(|j| fraction(guidance[j]));
        let m: [f64; N_LEG] = core::array::from_fn(|j| weight[j]);
        let most = (0..N_LEG).filter(|j| m[*j] > 0.0).fold(0.0, |most: f64, j| most.max(g[j]));
        if most == 0.0 {
            return None;
        }
        let share = g.map(|g| g / most);
        let distance = sum(|j| share[j] * (at.error[j] * at.error[j])).sqrt();
        Some(Self { g, m, share, most, distance })
    }

    /// Torque of a force against the normal of the path.
    pub fn inward(&self, at: &NearestPoint, force: f64) -> [f64; N_LEG] {
        core::array::from_fn(|j| -self.g[j] * self.m[j] * (at.error[j] / self.distance) * force)
    }

    /// Torque of a force along the path.
    pub fn forward(&self, along: &[f64; N_LEG], force: f64) -> [f64; N_LEG] {
        core::array::from_fn(|j| self.g[j] * self.m[j] * along[j] * force)
    }

    /// Direction of the path, and the speed along it that the phase asks for.
    pub fn along(&self, at: &NearestPoint, rate: f64) -> ([f64; N_LEG], f64) {
        let rate = finite(rate).clamp(0.0, FASTEST);
        let root = (at.speed + STANDING).sqrt();
        let along = at.slope.map(|k| k / root);
        (along, rate * sum(|j| self.share[j] * along[j] * at.slope[j]))
    }
}

/// Places both legs and asks `law` for torque and energy of each that can be placed and is guided.
pub(super) fn each_side(
    nearest: &mut Nearest,
    (q, dq, phase, guidance, dt): Signals<'_>,
    law: impl Fn(usize, &NearestPoint, &Guided) -> ([f64; N_LEG], f64),
) -> PathTorque {
    let mut out = PathTorque::default();
    for (side, &phase) in phase.iter().enumerate() {
        let Some(at) = nearest.step(side, q, dq, phase, dt) else { continue };
        out.nearest[side] = Some(at.phase);
        out.distance[side] = Some(at.distance);
        let leg = N_LEG * side..N_LEG * (side + 1);
        if let Some(guided) = Guided::new(&at, &guidance[leg.clone()], &nearest.weight()[leg.clone()]) {
            let (tau, energy) = law(side, &at, &guided);
            out.tau[leg].copy_from_slice(&tau);
            out.energy[side] = energy;
        }
    }
    out
}

fn wall(p: &PathParams, at: &NearestPoint, leg: &Guided) -> ([f64; N_LEG], f64) {
    let y = leg.distance - p.band;
    let z = p.stiffness * y / p.wall_torque;
    let root = (1.0 + z * z).sqrt();
    let energy = leg.most * p.stiffness * (y * y) / (1.0 + root);
    let outward = sum(|j| leg.share[j] * (at.error[j] / leg.distance) * leg.m[j] * at.velocity[j]);
    let damper = p.damping * smooth_step(y / p.band) * outward;
    (leg.inward(at, (p.stiffness * y / root + damper).min(p.wall_torque).max(0.0)), energy)
}

fn flow(p: &PathParams, at: &NearestPoint, leg: &Guided, rate: f64) -> [f64; N_LEG] {
    let (along, wanted) = leg.along(at, rate);
    let has = sum(|j| leg.share[j] * along[j] * leg.m[j] * at.velocity[j]).max(0.0);
    let help = ((wanted - has) / BEHIND).clamp(0.0, 1.0);
    let fade = 1.0 - smooth_step(2.0 * at.distance / p.band - 1.0);
    leg.forward(&along, p.flow * help * fade)
}

/// Sum over the joints of a leg, in order.
pub(super) fn sum(term: impl Fn(usize) -> f64) -> f64 {
    (0..N_LEG).map(term).sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use core::f64::consts::TAU;
    use proptest::prelude::*;

    const PARAMS: PathParams = PathParams {
        weight: [1.0, 1.0, 0.0, 1.0, 1.0, 0.0],
        window: 0.1,
        band: 0.05,
        stiffness: 300.0,
        wall_torque: 40.0,
        damping: 5.0,
        flow: 5.0,
    };

    fn circle() -> Vec<JointVec> {
        (0..64)
            .map(|k| {
                let a = TAU * f64::from(k) / 64.0;
                [0.4 * a.cos(), 0.5 + 0.4 * a.sin(), 0.0, 0.4 * a.cos(), 0.5 + 0.4 * a.sin(), 0.0]
            })
            .collect()
    }

    /// Leg on a ray of the circle at phase `p`, `out` beyond it.
    fn on_ray(p: f64, out: f64) -> JointReading {
        let (sin, cos) = (TAU * p).sin_cos();
        let leg = [Some((0.4 + out) * cos), Some(0.5 + (0.4 + out) * sin), None];
        [leg[0], leg[1], leg[2], leg[0], leg[1], leg[2]]
    }

    #[test]
    fn wall_pushes_back_along_the_normal_and_nothing_pushes_inside_the_band() {
        let mut law = PathControl::new(&circle(), PARAMS).unwrap();
        let still = [Some(0.0); 6];
        let inside = law.step(&on_ray(0.3, 0.03), &still, [0.28; 2], [0.0; 2], &[1.0; 6], 1e-3);
        assert_eq!(inside.tau, [0.0; 6]);
        assert!((inside.nearest[0].unwrap() - 0.3).abs() < 1e-4 && (inside.distance[1].unwrap() - 0.03).abs() < 1e-5);
        let outside = law.step(&on_ray(0.3, 0.1), &still, [0.28; 2], [0.0; 2], &[1.0; 6], 1e-3);
        let (sin, cos) = (TAU * 0.3).sin_cos();
        let z: f64 = 300.0 * 0.05 / 40.0;
        let force = 15.0 / (1.0 + z * z).sqrt();
        assert!((outside.tau[0] + force * cos).abs() < 1e-2 && (outside.tau[1] + force * sin).abs() < 1e-2);
        assert!(outside.energy[0] > 0.0 && outside.tau[2] == 0.0);
    }

    #[test]
    fn a_leg_without_a_needed_reading_is_forgotten() {
        let mut law = PathControl::new(&circle(), PARAMS).unwrap();
        let mut q = on_ray(0.3, 0.1);
        q[4] = None;
        let out = law.step(&q, &[Some(0.0); 6], [0.3, 0.3], [1.0; 2], &[1.0; 6], 1e-3);
        assert!(out.nearest[0].is_some() && out.nearest[1].is_none() && out.tau[3..] == [0.0; 3]);
    }

    #[test]
    fn bad_parameters_are_named() {
        let refused = |path: &[JointVec], params| PathControl::new(path, params).unwrap_err().to_string();
        assert_eq!(refused(&circle()[..7], PARAMS), "path must have length 8 to 1024, got 7");
        let mut bad = circle();
        bad[2][1] = f64::NAN;
        assert_eq!(refused(&bad, PARAMS), "path must lie in [-3, 3], got NaN at index 13");
        assert!(refused(&circle(), PathParams { band: 0.0, ..PARAMS }).starts_with("band must lie in [0.005, 0.5]"));
    }

    fn any() -> impl Strategy<Value = f64> + Clone {
        prop_oneof![-3.0..3.0f64, Just(f64::NAN), Just(f64::INFINITY), Just(-1e308)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn torque_is_finite_and_bounded(q in prop::array::uniform6(any()), dq in prop::array::uniform6(any()), p in any(), r in any(), g in prop::array::uniform6(any()), dt in any()) {
            let mut law = PathControl::new(&circle(), PARAMS).unwrap();
            for _ in 0..3 {
                let out = law.step(&q.map(Some), &dq.map(Some), [p, 0.2], [r; 2], &g, dt);
                prop_assert!(out.tau.iter().all(|t| t.abs() <= 40.0) && out.energy.iter().all(|u| u.is_finite()));
            }
        }
    }
}
