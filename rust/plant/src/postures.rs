//! Slow movements through postures, from rest to rest, as needed to find what a device weighs and how it rubs.

use gaitloop_core::control::Impedance;
use gaitloop_core::error::in_range;
use gaitloop_core::trainer::{Ask, Now};
use gaitloop_core::trajectory::MinimumJerk;
use gaitloop_core::types::{JointVec, N_JOINTS};
use gaitloop_core::{Error, Result};

/// Most postures of one way.
const MOST: usize = 1000;

/// From where the joints are, through postures in turn, each reached with minimum jerk; then the last one is held.
#[derive(Clone, Debug)]
pub struct Postures {
    postures: Vec<JointVec>,
    movements: Vec<MinimumJerk>,
    durations: Vec<f64>,
    impedance: Impedance,
    held: [bool; N_JOINTS],
    from: Option<JointVec>,
    place: usize,
    t: f64,
}

impl Postures {
    /// Through `postures` [rad], -3 to 3, the way to each taking its duration [s], 0.5 to 60, held to it by stiffness
    /// [N·m/rad] and damping [N·m·s/rad].
    ///
    /// # Errors
    /// [`gaitloop_core::Error`] naming the first argument that is refused.
    pub fn new(postures: Vec<JointVec>, durations: Vec<f64>, stiffness: JointVec, damping: JointVec) -> Result<Self> {
        if !(1..=MOST).contains(&postures.len()) || durations.len() != postures.len() {
            return Err(Error::Length {
                name: "durations",
                got: durations.len(),
                min: 1,
                max: postures.len().min(MOST),
            });
        }
        for q in postures.iter().flatten() {
            in_range("postures", *q, -3.0, 3.0)?;
        }
        let movement = |time: &f64| MinimumJerk::new(0.0, 1.0, in_range("durations", *time, 0.5, 60.0)?);
        let movements = durations.iter().map(movement).collect::<Result<_>>()?;
        let impedance = Impedance::new(stiffness, damping)?;
        let held = stiffness.map(|k| k > 0.0);
        Ok(Self { postures, movements, durations, impedance, held, from: None, place: 0, t: 0.0 })
    }

    /// What it asks for. Nothing moves before the soft start is over, and after a stop it begins from its beginning;
    /// as long as a joint that it holds tells nothing at the beginning, it asks for nothing.
    pub fn ask(&mut self, now: &Now) -> Ask {
        let measured = now.q.map(|q| q.unwrap_or(0.0));
        if now.engagement <= 0.0 {
            (self.from, self.place, self.t) = (None, 0, 0.0);
        } else if self.from.is_none() && (0..N_JOINTS).all(|i| !self.held[i] || now.q[i].is_some()) {
            self.from = Some(measured);
        }
        let Some(from) = self.from else { return Ask { q_ref: measured, ..Ask::default() } };
        if now.engagement >= 1.0 {
            self.advance(now.dt);
        }
        let (q_ref, dq_ref) = self.reference(&from);
        let guidance = self.held.map(|held| if held { now.engagement } else { 0.0 });
        let torque = self.impedance.step(&now.q, &now.dq, &q_ref, &dq_ref, &guidance);
        Ask { torque, q_ref, dq_ref, guidance }
    }

    fn advance(&mut self, dt: f64) {
        self.t += dt;
        if self.place + 1 < self.postures.len() && self.t >= self.durations[self.place] {
            self.t -= self.durations[self.place];
            self.place += 1;
        }
    }

    fn reference(&self, start: &JointVec) -> (JointVec, JointVec) {
        let to = &self.postures[self.place];
        let from = if self.place == 0 { start } else { &self.postures[self.place - 1] };
        let [share, rate, _] = self.movements[self.place].evaluate(self.t);
        let way: JointVec = core::array::from_fn(|i| to[i] - from[i]);
        (core::array::from_fn(|i| from[i] + share * way[i]), way.map(|way| rate * way))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn now(q: JointVec, engagement: f64) -> Now {
        Now { q: q.map(Some), dq: [Some(0.0); N_JOINTS], foot_force: [None; 2], engagement, dt: 0.01 }
    }

    fn two() -> Postures {
        Postures::new(vec![[0.2; 6], [-0.1; 6]], vec![1.0, 2.0], [10.0, 10.0, 0.0, 10.0, 10.0, 0.0], [1.0; 6]).unwrap()
    }

    #[test]
    fn nothing_moves_before_the_soft_start_is_over() {
        let mut lead = two();
        assert_eq!(lead.ask(&now([0.05; 6], 0.0)).torque, [0.0; 6]);
        for k in 1..100 {
            let ask = lead.ask(&now([0.05; 6], f64::from(k) / 100.0));
            assert_eq!((ask.q_ref, ask.dq_ref, ask.torque), ([0.05; 6], [0.0; 6], [0.0; 6]));
        }
    }

    #[test]
    fn each_posture_is_reached_in_its_time_and_the_last_one_held() {
        let mut lead = two();
        let mut ways = Vec::new();
        for _ in 0..500 {
            let ask = lead.ask(&now([0.0; 6], 1.0));
            assert_eq!(ask.guidance, [1.0, 1.0, 0.0, 1.0, 1.0, 0.0]);
            ways.push(ask.q_ref[0]);
        }
        assert!((ways[99] - 0.2).abs() < 1e-4 && (ways[299] + 0.1).abs() < 1e-4 && (ways[499] + 0.1).abs() < 1e-12);
        assert!(ways.windows(2).all(|w| (w[1] - w[0]).abs() < 0.01 * 1.875 * 0.2 / 1.0 + 1e-9), "no jump");
    }

    #[test]
    fn after_a_stop_it_begins_from_where_the_joints_are() {
        let mut lead = two();
        let asks: Vec<_> = (0..150).map(|_| lead.ask(&now([0.0; 6], 1.0)).q_ref).collect();
        assert_ne!(asks[149], asks[99]);
        lead.ask(&now([0.1; 6], 0.0));
        assert_eq!(lead.ask(&now([0.1; 6], 0.5)).q_ref, [0.1; 6]);
    }

    #[test]
    fn it_waits_for_every_joint_that_it_holds() {
        let mut lead = two();
        let mut silent = now([0.3; 6], 1.0);
        silent.q[1] = None;
        assert_eq!(lead.ask(&silent).torque, [0.0; 6]);
        assert!((lead.ask(&now([0.3; 6], 1.0)).q_ref[1] - 0.3).abs() < 1e-3, "from where it is, not from 0");
        silent.q[2] = None;
        assert_ne!(lead.ask(&silent).torque[0], 0.0);
    }

    #[test]
    fn what_lies_outside_is_refused() {
        let made = |q: f64, time: Vec<f64>| Postures::new(vec![[q; 6]], time, [1.0; 6], [1.0; 6]);
        for (q, time) in [(3.1, vec![1.0]), (f64::NAN, vec![1.0]), (0.0, vec![0.1]), (0.0, vec![]), (0.0, vec![1.0; 2])]
        {
            assert!(made(q, time).is_err());
        }
    }
}
