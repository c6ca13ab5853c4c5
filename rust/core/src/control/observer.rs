//! Torque of the person at the joints, from momentum.

use crate::body::{Body, LegDynamics};
use crate::error::{Result, all_in_range, in_range};
use crate::types::{JointReading, JointVec, N_JOINTS, N_LEG, N_SIDES, Sides};

/// Longest tick that a step takes [s].
const TICK_MAX: f64 = 0.02;
/// Largest magnitude of an input that counts.
const LARGEST: f64 = 1e6;
/// Largest torque that is told [N·m].
const TORQUE_MAX: f64 = 1e4;
/// Time after a start or a change of contact until the estimate is trusted [s].
const SETTLE: f64 = 0.05;
/// Trust that is left for each input that is missing, and in contact.
const TRUST: [f64; 2] = [0.8, 0.7];

/// Device and filters of a [`HumanTorqueObserver`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ObserverParams {
    /// Mass of the device's limb along the thigh [kg], `0..=10`.
    pub thigh_limb: f64,
    /// Mass of the device's limb along the shank [kg], `0..=10`.
    pub shank_limb: f64,
    /// Viscous friction of the device at hip, knee and ankle [N·m·s/rad], `0..=20`.
    pub friction: [f64; N_LEG],
    /// Reflected inertia of its drives [kg·m²], `0..=1`.
    pub armature: [f64; N_LEG],
    /// Rate of the estimate [1/s], `10..=400`.
    pub gain: f64,
    /// Lag of the drives' torque [s], `0..=0.1`.
    pub torque_lag: f64,
    /// Time constant of the vertical speed from the height [s], `0..=0.1`.
    pub height_time: f64,
    /// The torque of the ankles is told too.
    pub ankle: bool,
}

impl Default for ObserverParams {
    fn default() -> Self {
        Self {
            thigh_limb: 0.0,
            shank_limb: 0.0,
            friction: [0.0; N_LEG],
            armature: [0.0; N_LEG],
            gain: 300.0,
            torque_lag: 0.0,
            height_time: 0.01,
            ankle: false,
        }
    }
}

/// What is measured besides the joints, as far as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Surroundings {
    /// Force on each foot forward and upward [N] and where it acts before the ankle [m].
    pub ground: Sides<[Option<f64>; 3]>,
    /// Velocity of the pelvis forward and upward [m/s], its pitch [rad] and the rate of that [rad/s].
    pub pelvis: [Option<f64>; 4],
    /// Height of the pelvis [m].
    pub height: Option<f64>,
}

/// One tick of a [`HumanTorqueObserver`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HumanTorque {
    /// Torque of the person [N·m]; absent where it cannot be told.
    pub torque: JointReading,
    /// How far to trust it [-], `0..=1`.
    pub confidence: JointVec,
}

/// What a leg carries from tick to tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Leg {
    estimate: [f64; N_LEG],
    // Momentum and what changes it, of the tick before.
    last: Option<([f64; N_LEG], [f64; N_LEG])>,
    since: f64,
    settled: f64,
    // Whether the ankle is present, and which quantities of the pelvis are.
    key: Option<(bool, [bool; 5])>,
    contact: bool,
    lagged: [f64; N_LEG],
}

impl Leg {
    fn restart(&mut self) {
        *self = Self { lagged: self.lagged, ..Self::default() };
    }

    /// Takes momentum and what changes it over a tick of `h` [s].
    fn take(&mut self, p: [f64; N_LEG], n: [f64; N_LEG], gain: f64, h: f64) {
        if let Some((p_prev, n_prev)) = self.last.filter(|_| h > 0.0) {
            self.since += h;
            let k = (h / self.since).max(gain * h / (1.0 + gain * h));
            for j in 0..N_LEG {
                let r = self.estimate[j];
                self.estimate[j] = r + k * ((p[j] - p_prev[j]) / h - 0.5 * (n[j] + n_prev[j]) - r);
            }
        }
        if self.last.is_none() || h > 0.0 {
            self.last = Some((p, n));
        }
    }
}

/// The pelvis in a tick: velocity, pitch and its rate, and which of them are known.
struct Frame {
    motion: [f64; 4],
    known: [bool; 5],
}

/// Inputs of one leg.
struct LegInput {
    q: [Option<f64>; N_LEG],
    dq: [Option<f64>; N_LEG],
    tau: [Option<f64>; N_LEG],
    contact: bool,
    ground: [Option<f64>; 3],
}

/// Torque that the person adds at the joints: generalised-momentum observer (De Luca & Mattone 2003).
///
/// In contact it needs the force on the foot; without it nothing is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HumanTorqueObserver {
    dynamics: LegDynamics,
    params: ObserverParams,
    height: Option<f64>,
    rise: f64,
    legs: Sides<Leg>,
}

impl HumanTorqueObserver {
    /// An observer of a person in a device.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first value outside its range.
    pub fn new(body: Body, params: ObserverParams) -> Result<Self> {
        let dynamics = LegDynamics::new(body, params.thigh_limb, params.shank_limb)?;
        all_in_range("friction", params.friction, 0.0, 20.0)?;
        all_in_range("armature", params.armature, 0.0, 1.0)?;
        in_range("gain", params.gain, 10.0, 400.0)?;
        in_range("torque_lag", params.torque_lag, 0.0, 0.1)?;
        in_range("height_time", params.height_time, 0.0, 0.1)?;
        Ok(Self { dynamics, params, height: None, rise: 0.0, legs: [Leg::default(); N_SIDES] })
    }

    /// Torque of the person in a tick of `dt` [s], from angles [rad], velocities [rad/s], torques of the drives on the
    /// person [N·m], and which feet stand.
    pub fn step(
        &mut self,
        q: &JointReading,
        dq: &JointReading,
        tau: &JointReading,
        contact: Sides<bool>,
        around: &Surroundings,
        dt: f64,
    ) -> HumanTorque {
        let h = if dt.is_finite() && dt > 0.0 { dt.min(TICK_MAX) } else { 0.0 };
        let frame = self.frame(around, h);
        let mut out = HumanTorque::default();
        for side in 0..N_SIDES {
            let leg = |x: &JointReading| core::array::from_fn(|j| counted(x[N_LEG * side + j]));
            let ground = around.ground[side].map(counted);
            let input = LegInput { q: leg(q), dq: leg(dq), tau: leg(tau), contact: contact[side], ground };
            let Some(trust) = self.follow(side, &input, &frame, h) else { continue };
            let ankle = self.params.ankle && input.q[2].is_some() && input.dq[2].is_some();
            for j in 0..if ankle { N_LEG } else { 2 } {
                out.torque[N_LEG * side + j] = Some(self.legs[side].estimate[j]);
                out.confidence[N_LEG * side + j] = trust;
            }
        }
        out
    }

    /// Movement of the pelvis: what is measured, and the vertical speed from its height where that is not.
    fn frame(&mut self, around: &Surroundings, h: f64) -> Frame {
        let height = counted(around.height);
        match (height, self.height) {
            (Some(z), Some(before)) => {
                if h > 0.0 {
                    let s = share(h, self.params.height_time);
                    self.rise += (((z - before) / h).clamp(-20.0, 20.0) - self.rise) * s;
                    self.height = height;
                }
            }
            _ => (self.height, self.rise) = (height, 0.0),
        }
        let [vx, vz, pitch, rate] = around.pelvis.map(counted);
        let known = [vx.is_some(), vz.is_some(), height.is_some(), pitch.is_some(), rate.is_some()];
        let [x, p, r] = [vx, pitch, rate].map(|v| v.unwrap_or(0.0));
        Frame { motion: [x, vz.unwrap_or(self.rise), p, r], known }
    }

    /// One tick of a leg; the confidence when its torque can be told.
    fn follow(&mut self, side: usize, input: &LegInput, frame: &Frame, h: f64) -> Option<f64> {
        let (params, dynamics, leg) = (self.params, self.dynamics, &mut self.legs[side]);
        let s = share(h, params.torque_lag);
        for (lagged, tau) in leg.lagged.iter_mut().zip(input.tau) {
            *lagged += tau.map_or(0.0, |tau| (tau - *lagged) * s);
        }
        let ankle = input.q[2].is_some() && input.dq[2].is_some();
        let Some((q, dq, ground)) = complete(input, ankle) else {
            leg.restart();
            return None;
        };
        let key = (ankle, frame.known);
        if leg.key.is_some_and(|before| before != key) {
            leg.restart();
        }
        let (momentum, bias) = dynamics.momentum(q, dq, frame.motion);
        let load = if input.contact {
            dynamics.contact(q, frame.motion[2], ground[2], [ground[0], ground[1]])
        } else {
            [0.0; N_LEG]
        };
        let p: [f64; N_LEG] = core::array::from_fn(|j| momentum[j] + params.armature[j] * dq[j]);
        let n: [f64; N_LEG] = core::array::from_fn(|j| bias[j] + leg.lagged[j] - params.friction[j] * dq[j] + load[j]);
        leg.take(p, n, params.gain, h);
        let sound = leg.estimate.iter().all(|r| r.abs() <= TORQUE_MAX) && p.iter().chain(&n).all(|x| x.is_finite());
        if !sound {
            leg.restart();
            return None;
        }
        leg.settled = if input.contact == leg.contact { leg.settled + h } else { 0.0 };
        (leg.key, leg.contact) = (Some(key), input.contact);
        (leg.since > 0.0).then(|| trust(leg, frame.known, ankle))
    }

    /// As new.
    pub fn reset(&mut self) {
        (self.height, self.rise, self.legs) = (None, 0.0, [Leg::default(); N_SIDES]);
    }
}

/// Angles, velocities and the force on the foot of a leg.
type Complete = ([f64; N_LEG], [f64; N_LEG], [f64; 3]);

/// What a leg is judged by, when all that is needed is there.
fn complete(input: &LegInput, ankle: bool) -> Option<Complete> {
    let ([q_h, q_k, q_a], [dq_h, dq_k, dq_a]) = (input.q, input.dq);
    input.tau[0].and(input.tau[1])?;
    let (q_a, dq_a) = if ankle { (q_a?, dq_a?) } else { (0.0, 0.0) };
    let [fx, fz, x] = if input.contact { input.ground } else { [Some(0.0); 3] };
    Some(([q_h?, q_k?, q_a], [dq_h?, dq_k?, dq_a], [fx?, fz?, x?]))
}

/// How far to trust the estimate of a leg [-].
fn trust(leg: &Leg, [vx, vz, height, _, rate]: [bool; 5], ankle: bool) -> f64 {
    let mut left = 1.0;
    for present in [vx, vz || height, rate, ankle] {
        if !present {
            left *= TRUST[0];
        }
    }
    let ramp = (leg.since.min(leg.settled) / SETTLE).min(1.0) * left;
    if leg.contact { ramp * TRUST[1] } else { ramp }
}

/// Share of the way that a first-order lag goes in a tick.
fn share(h: f64, time: f64) -> f64 {
    if time > 0.0 { (h / time).min(1.0) } else { 1.0 }
}

fn counted(x: Option<f64>) -> Option<f64> {
    x.filter(|x| x.is_finite() && x.abs() <= LARGEST)
}

const _: () = assert!(N_JOINTS == N_LEG * N_SIDES);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn observer() -> HumanTorqueObserver {
        HumanTorqueObserver::new(Body::new(75.0, 1.75).unwrap(), ObserverParams::default()).unwrap()
    }

    #[test]
    fn a_leg_held_still_tells_its_own_weight() {
        let (mut x, q) = (observer(), [0.4, 0.6, 0.0, 0.0, 0.3, 0.1]);
        let still = [Some(0.0); 6];
        let around = Surroundings { pelvis: [Some(0.0); 4], ..Surroundings::default() };
        assert_eq!(x.step(&q.map(Some), &still, &still, [false; 2], &around, 1e-3).torque, [None; 6]);
        let mut got = HumanTorque::default();
        for _ in 0..100 {
            got = x.step(&q.map(Some), &still, &still, [false; 2], &around, 1e-3);
        }
        let want = Body::new(75.0, 1.75).unwrap().leg_gravity([0.4, 0.6, 0.0], 0.0);
        assert!((got.torque[0].unwrap() - want[0]).abs() < 1e-9 && (got.torque[1].unwrap() - want[1]).abs() < 1e-9);
        assert_eq!((got.torque[2], got.confidence[0], got.confidence[2]), (None, 1.0, 0.0));
    }

    #[test]
    fn in_contact_nothing_is_told_without_the_force_on_the_foot() {
        let mut x = observer();
        let (still, mut around) = ([Some(0.0); 6], Surroundings::default());
        around.ground[1] = [Some(0.0), Some(300.0), Some(0.05)];
        let mut got = HumanTorque::default();
        for _ in 0..100 {
            got = x.step(&still, &still, &still, [true, true], &around, 1e-3);
        }
        assert!(got.torque[..3] == [None; 3] && got.torque[3].is_some() && got.confidence[3] < 0.7);
        around.ground[1][0] = Some(f64::NAN);
        assert_eq!(x.step(&still, &still, &still, [true, true], &around, 1e-3).torque, [None; 6]);
    }

    #[test]
    fn bad_parameters_are_refused_by_name() {
        let body = Body::new(75.0, 1.75).unwrap();
        let refused = |p: ObserverParams| HumanTorqueObserver::new(body, p).unwrap_err().to_string();
        let p = ObserverParams::default();
        assert!(refused(ObserverParams { shank_limb: 11.0, ..p }).starts_with("shank_limb must lie in [0, 10]"));
        assert!(refused(ObserverParams { gain: 5.0, ..p }).starts_with("gain must lie in [10, 400]"));
        assert!(refused(ObserverParams { armature: [0.0, 2.0, 0.0], ..p }).starts_with("armature must lie in"));
    }
}
