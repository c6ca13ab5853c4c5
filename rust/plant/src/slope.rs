//! Heel and toe on a belt that is inclined.
//!
//! Everything is in the world: gravity and rope stay vertical, frame and trunk upright, and only the ground turns, about the
//! line on the belt under the hip. Seen from the belt that is the same as gravity that tilts. A point meets the belt as on
//! the level, with its height and speed across and along it.

use crate::contact::{Contact, Feet, Point};
use crate::device::Tilt;
use crate::model::{Model, Trig};
use crate::pair::Pair;
use crate::system::{DofVec, System, UPPER};

/// Sine and cosine of the inclination: from the world to along and across the belt.
#[derive(Clone, Copy)]
struct Turn {
    sin: f64,
    cos: f64,
}

impl Turn {
    fn to_belt(self, [x, z]: [Pair; 2]) -> [Pair; 2] {
        [x * self.cos + z * self.sin, z * self.cos - x * self.sin]
    }

    fn to_world(self, [along, across]: [Pair; 2]) -> [Pair; 2] {
        [along * self.cos - across * self.sin, along * self.sin + across * self.cos]
    }
}

impl Contact {
    /// As [`Contact::add`], on a belt of speed [m/s] `belt` that lies or moves as `tilt` says.
    pub(crate) fn add_inclined(
        &self,
        model: &Model,
        out: &mut System,
        trig: &Trig,
        (state, rates): (&DofVec, &DofVec),
        (belt, tilt): (f64, Tilt),
        h: f64,
    ) -> Feet {
        let body = &model.body;
        let (sin, cos) = tilt.angle.sin_cos();
        let turn = Turn { sin, cos };
        let [(st, ct), (ss, cs), (sf, cf)] = trig.legs();
        let thigh = [ct * body.thigh.length, st * body.thigh.length];
        let shank = [cs * body.shank.length, ss * body.shank.length];
        let ankle = [Pair::both(state[0]) + thigh[1] + shank[1], Pair::both(state[1]) - thigh[0] - shank[0]];
        let mut feet = Feet::default();
        for (k, distance) in [-body.heel, body.toe].into_iter().enumerate() {
            let lever = [cf * body.ankle_height - sf * distance, cf * distance + sf * body.ankle_height];
            let [x, z] = [ankle[0] + lever[1], ankle[1] - lever[0]];
            let [along, height] = turn.to_belt([x, z]);
            let mut v = [Pair::both(rates[0]), Pair::both(rates[1])];
            let jacobian = [thigh, shank, lever];
            for (i, j) in jacobian.iter().enumerate() {
                let w = Pair::leg(rates, i);
                v[0] += j[0] * w;
                v[1] += j[1] * w;
            }
            // The belt goes back, and its frame turns.
            let over = turn.to_belt(v);
            let over = [over[0] + (height * tilt.rate + Pair::both(belt)), over[1] - along * tilt.rate];
            let (force, damper) = self.meet(k, height, over, h);
            add_turned(out, &jacobian.map(|j| turn.to_belt(j)), force, damper, turn);
            for (side, foot) in feet.iter_mut().enumerate() {
                foot[k].height = height.0[side];
                if height.0[side] < 0.0 {
                    let (normal, friction, slip) = (force[1].0[side], force[0].0[side], over[0].0[side]);
                    foot[k] = Point { height: height.0[side], normal, friction, slip };
                }
            }
        }
        feet
    }
}

/// Adds a force and an implicit damper (times the step) along and across the belt at a point of each foot whose velocity
/// there is that of the pelvis and `sum jacobian_i w_i`.
fn add_turned(out: &mut System, jacobian: &[[Pair; 2]; 3], force: [Pair; 2], damper: [Pair; 2], turn: Turn) {
    let damped = jacobian.map(|j| [j[0] * damper[0], j[1] * damper[1]]);
    for (i, j) in jacobian.iter().enumerate() {
        let turned = j[0] * force[0] + j[1] * force[1];
        out.force[3 + i] += turned.0[0];
        out.force[6 + i] += turned.0[1];
        let [x, z] = turn.to_world(damped[i]);
        out.legs.base[i][0] += x;
        out.legs.base[i][1] += z;
    }
    for (own, (i, j)) in out.legs.own.iter_mut().zip(UPPER) {
        *own += damped[i][0] * jacobian[j][0] + damped[i][1] * jacobian[j][1];
    }
    let Turn { sin, cos } = turn;
    let [along, across] = damper.map(Pair::sum);
    out.base[0] += along * cos * cos + across * sin * sin;
    out.base[1] += (along - across) * sin * cos;
    out.base[3] += along * sin * sin + across * cos * cos;
    let [x, z] = turn.to_world(force);
    out.force[0] += x.sum();
    out.force[1] += z.sum();
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::to_directions;
    use crate::rng::Rng;
    use gaitloop_core::body::Body;

    /// What contact adds to a step, as plain numbers, on a belt that lies as `tilt` says; `None` by the level's own code.
    fn added(state: &DofVec, rates: &DofVec, tilt: Option<Tilt>) -> (System, Feet) {
        let model = Model::new(Body::new(75.0, 1.75).unwrap(), 2.5, 1.5, [0.0; 3]);
        let (mut system, trig, h) = (System::default(), Trig::new(state), 5e-4);
        let contact = Contact::of_mass(75.0);
        let feet = match tilt {
            None => contact.add(&model, &mut system, &trig, (state, rates), 0.7, h),
            Some(tilt) => contact.add_inclined(&model, &mut system, &trig, (state, rates), (0.7, tilt), h),
        };
        (system, feet)
    }

    fn standing(rng: &mut Rng) -> (DofVec, DofVec) {
        let mut q = [0.0, 0.87, 0.05, 0.3, 0.3, 0.0, -0.2, 0.1, 0.1];
        q.iter_mut().for_each(|x| *x += rng.uniform(-0.03, 0.03));
        (to_directions(&q), core::array::from_fn(|_| rng.uniform(-0.5, 0.5)))
    }

    fn numbers(system: &System) -> Vec<f64> {
        let legs = system.legs.own.iter().chain(system.legs.base.iter().flatten()).flat_map(|p| p.0);
        legs.chain(system.base).chain(system.force).collect()
    }

    #[test]
    fn a_belt_without_inclination_is_the_level_one() {
        let (mut rng, mut met) = (Rng::new(7, 0), 0);
        for _ in 0..100 {
            let (state, rates) = standing(&mut rng);
            let (level, flat) = (added(&state, &rates, None), added(&state, &rates, Some(Tilt::default())));
            for (a, b) in numbers(&level.0).into_iter().zip(numbers(&flat.0)) {
                assert!((a - b).abs() <= 1e-9 * a.abs().max(1.0), "{a} {b}");
            }
            met += level.1.iter().flatten().filter(|p| p.normal > 0.0).count();
        }
        assert!(met > 100, "{met}");
    }

    #[test]
    fn turned_with_its_belt_a_body_feels_the_same_forces_turned() {
        let (mut rng, angle) = (Rng::new(8, 0), 0.12);
        for _ in 0..100 {
            let (state, rates) = standing(&mut rng);
            let (sin, cos) = f64::sin_cos(angle);
            let (mut turned, mut moved) = (state, rates);
            (turned[0], turned[1]) = (cos * state[0] - sin * state[1], sin * state[0] + cos * state[1]);
            (moved[0], moved[1]) = (cos * rates[0] - sin * rates[1], sin * rates[0] + cos * rates[1]);
            turned[2..].iter_mut().for_each(|direction| *direction += angle);
            let level = added(&state, &rates, None);
            let slope = added(&turned, &moved, Some(Tilt { angle, rate: 0.0 }));
            let (a, b) = (level.0.force, slope.0.force);
            let expected = [cos * a[0] - sin * a[1], sin * a[0] + cos * a[1]];
            assert!((b[0] - expected[0]).abs() < 1e-6 && (b[1] - expected[1]).abs() < 1e-6, "{b:?} {expected:?}");
            for i in 2..9 {
                assert!((a[i] - b[i]).abs() < 1e-6, "{i}");
            }
            for (p, q) in level.1.iter().flatten().zip(slope.1.iter().flatten()) {
                assert!((p.normal - q.normal).abs() < 1e-6 && (p.slip - q.slip).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_frame_that_turns_lifts_what_stands_before_the_hip() {
        let (state, _) = standing(&mut Rng::new(9, 0));
        let at = |rate| added(&state, &[0.0; 9], Some(Tilt { angle: 0.02, rate })).1;
        let (still, rising) = (at(0.0), at(0.02));
        for (p, q) in still.iter().flatten().zip(rising.iter().flatten()).filter(|(p, _)| p.normal > 0.0) {
            assert!((q.normal - p.normal).abs() > 1e-6);
        }
        assert!(still.iter().flatten().any(|p| p.normal > 0.0));
    }
}
