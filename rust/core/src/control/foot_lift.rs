//! Virtual-model foot lift.

use super::foot::Foot;
use super::fraction;
use crate::body::Body;
use crate::error::{Result, all_in_range, in_range};
use crate::types::{GRAVITY, JointReading, JointVec, N_LEG, N_SIDES, smooth_step, wrap_signed};

/// Load [body weights] from which a foot counts as on the ground, and below which it counts as off it.
const CONTACT: f64 = 0.20;
const OFF: f64 = 0.10;
/// Load [body weights] that a foot in swing carries only when it touches the ground.
const TOUCH: f64 = 0.03;
/// How long a foot has stood [s] before it can leave, and when it has landed.
const STOOD: f64 = 0.05;
const LANDED: f64 = 0.03;
/// How long a sign of dragging must last [s].
const LASTING: f64 = 0.010;
/// What rounding may take from a sum of ticks [s].
const ROUNDING: f64 = 1e-9;
/// Part of the swing in which it is decided.
const FIRST: f64 = 0.08;
const LAST: f64 = 0.75;
/// Forward speed of the toe over the belt [m/s] of a foot that leaves, and below which one stands.
const LEAVING: f64 = 0.3;
const STANDING: f64 = 0.1;
/// How far [-] from the expected start of swing a foot may leave when no force is measured.
const NEAR: f64 = 0.15;

/// Parameters of [`FootLift`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FootLiftParams {
    /// Body mass [kg], `20..=200`.
    pub mass: f64,
    /// Body height [m], `1.0..=2.3`.
    pub height: f64,
    /// Joints that can be given a torque [-], `0..=1`; 0: cannot.
    pub driven: JointVec,
    /// Stiffness of the vertical spring [N/m], `0..=5000`.
    pub stiffness: f64,
    /// Height to which the toe is lifted in mid-swing [m], `0.01..=0.15`.
    pub lift_height: f64,
    /// Height that a free toe keeps at least [m], `0.002..=0.05`.
    pub clearance: f64,
    /// Largest force [N], `0..=300`.
    pub max_force: f64,
    /// Largest torque [N·m], `0..=100`.
    pub max_torque: JointVec,
    /// How far ahead a toe that rises steeply is judged [s], `0..=0.5`.
    pub look_ahead: f64,
    /// Phase at which swing is expected to begin [-], `0.5..=0.75`.
    pub swing_start: f64,
    /// Phase at which it ends [-], `0.85..=1.0`.
    pub swing_end: f64,
    /// Angle of an ankle that is not measured [rad], `-0.7..=0.3`.
    pub absent_ankle: f64,
    /// Time in which a lift grows [s], `0.05..=0.5`.
    pub fade_in: f64,
    /// Time in which it goes [s], `0.02..=0.5`.
    pub fade_out: f64,
}

impl FootLiftParams {
    /// Of a person of `mass` [kg] and `height` [m] in a device with these `driven` joints.
    #[must_use]
    pub fn new(mass: f64, height: f64, driven: JointVec) -> Self {
        Self {
            mass,
            height,
            driven,
            stiffness: 2000.0,
            lift_height: 0.06,
            clearance: 0.015,
            max_force: 100.0,
            max_torque: [40.0, 40.0, 15.0, 40.0, 40.0, 15.0],
            look_ahead: 0.3,
            swing_start: 0.62,
            swing_end: 0.98,
            absent_ankle: -0.26,
            fade_in: 0.05,
            fade_out: 0.05,
        }
    }
}

/// What is measured in one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FootLiftInput {
    /// Joint angles [rad].
    pub q: JointReading,
    /// Joint velocities [rad/s].
    pub dq: JointReading,
    /// Phase of each side [-].
    pub phase: [Option<f64>; N_SIDES],
    /// Vertical force under each foot [N].
    pub foot_force: [Option<f64>; N_SIDES],
    /// Share of the lift [-], clamped to `0..=1`.
    pub support: [f64; N_SIDES],
    /// Pitch of the pelvis [rad], leaning back positive.
    pub pelvis_pitch: f64,
}

/// What the foot lift gives and what it saw.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FootLiftOutput {
    /// Torque [N·m].
    pub tau: JointVec,
    /// Height of each toe over the foot that stands [m]; absent where it is not known.
    pub height: [Option<f64>; N_SIDES],
    /// Whether a lift acts.
    pub lifting: [bool; N_SIDES],
    /// Whether this swing was found to drag.
    pub dragging: [bool; N_SIDES],
    /// Whether an ankle was assumed.
    pub assumed: [bool; N_SIDES],
    /// Potential energy of the spring [J].
    pub energy: [f64; N_SIDES],
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Side {
    swinging: bool,
    dragging: bool,
    start: f64,
    support: f64,
    timer: f64,
    stood: f64,
    level: f64,
}

/// What one side's tick goes by.
#[derive(Clone, Copy)]
struct Seen {
    own: Option<Foot>,
    height: Option<f64>,
    /// Speed of the toe over the belt, forward and up [m/s].
    speed: Option<[f64; 2]>,
    assumed: bool,
    phase: Option<f64>,
    load: Option<f64>,
    carried: bool,
    support: f64,
    dt: f64,
}

/// A vertical virtual spring under a foot that drags, in swing only, beginning within the same swing.
///
/// Koopman, B., van Asseldonk, E. H. F. & van der Kooij, H. (2013). Selective control of gait subtasks in robotic gait
/// training: foot clearance support in stroke survivors with a powered exoskeleton. J NeuroEng Rehabil 10, 3.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FootLift {
    params: FootLiftParams,
    body: Body,
    sides: [Side; N_SIDES],
}

impl FootLift {
    /// From checked parameters.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first parameter outside its range.
    pub fn new(params: FootLiftParams) -> Result<Self> {
        let p = &params;
        let body = Body::new(p.mass, p.height)?;
        all_in_range("driven", p.driven, 0.0, 1.0)?;
        in_range("stiffness", p.stiffness, 0.0, 5000.0)?;
        in_range("lift_height", p.lift_height, 0.01, 0.15)?;
        in_range("clearance", p.clearance, 0.002, 0.05)?;
        in_range("max_force", p.max_force, 0.0, 300.0)?;
        all_in_range("max_torque", p.max_torque, 0.0, 100.0)?;
        in_range("look_ahead", p.look_ahead, 0.0, 0.5)?;
        in_range("swing_start", p.swing_start, 0.5, 0.75)?;
        in_range("swing_end", p.swing_end, 0.85, 1.0)?;
        in_range("absent_ankle", p.absent_ankle, -0.7, 0.3)?;
        in_range("fade_in", p.fade_in, 0.05, 0.5)?;
        in_range("fade_out", p.fade_out, 0.02, 0.5)?;
        Ok(Self { params, body, sides: [Side::default(); N_SIDES] })
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.sides = [Side::default(); N_SIDES];
    }

    /// One tick of `dt` [s]; a duration that is not above 0, or above 0.1, counts as 0.
    pub fn step(&mut self, input: &FootLiftInput, dt: f64) -> FootLiftOutput {
        let dt = if dt > 0.0 && dt <= 0.1 { dt } else { 0.0 };
        let leg = |of: &JointReading, side: usize| core::array::from_fn(|k| of[N_LEG * side + k]);
        let place = |side: usize, ankle: Option<f64>| {
            Foot::place(&self.body, leg(&input.q, side), leg(&input.dq, side), input.pelvis_pitch, ankle)
        };
        let feet: [_; N_SIDES] = core::array::from_fn(|s| (place(s, Some(self.params.absent_ankle)), place(s, None)));
        let weight = self.body.mass * GRAVITY;
        let load = input.foot_force.map(|f| f.filter(|f| f.is_finite()).map(|f| f / weight));
        let mut out = FootLiftOutput::default();
        for side in 0..N_SIDES {
            let (own, other) = (feet[side].0, feet[1 - side].1);
            let mut seen = Seen {
                own,
                height: None,
                speed: None,
                assumed: false,
                phase: input.phase[side].filter(|p| p.is_finite()),
                load: load[side],
                carried: load[1 - side].is_none_or(|l| l >= OFF),
                support: fraction(input.support[side]),
                dt,
            };
            if let (Some(own), Some(other)) = (own, other) {
                seen.height = Some(own.points.toe[1] - other.points.heel[1].min(other.points.toe[1]));
                seen.speed =
                    own.speed.zip(other.speed).map(|(own, other)| core::array::from_fn(|k| own[0][k] - other[1][k]));
                seen.assumed = own.assumed || other.assumed;
                out.assumed[side] = seen.assumed;
            }
            let progress = self.follow(side, &seen);
            out.height[side] = seen.height;
            out.lifting[side] = self.sides[side].level > 0.0;
            out.dragging[side] = self.sides[side].dragging;
            let (tau, energy) = self.lift(side, &seen, progress).unwrap_or_default();
            out.tau[N_LEG * side..N_LEG * (side + 1)].copy_from_slice(&tau);
            out.energy[side] = energy;
        }
        out
    }

    /// Swing, decision and fade of one side; gives the progress of the swing.
    fn follow(&mut self, side: usize, seen: &Seen) -> f64 {
        let (params, state) = (&self.params, &mut self.sides[side]);
        let mut progress = seen
            .phase
            .map_or(0.0, |phase| wrap_signed(phase - state.start).max(0.0) / (params.swing_end - params.swing_start));
        if seen.load.is_some_and(|load| load >= CONTACT) {
            state.stood = (state.stood + seen.dt).min(1.0);
        }
        match (seen.height, seen.phase) {
            (Some(_), Some(phase)) => {
                if state.swinging {
                    if state.landed(seen, progress) || progress >= 1.0 {
                        (state.swinging, state.dragging) = (false, false);
                    }
                } else if seen.carried && state.level == 0.0 && state.leaves(seen, phase, params.swing_start) {
                    let (start, support, level) = (phase, seen.support, state.level);
                    *state = Side { swinging: true, start, support, level, ..Side::default() };
                    progress = 0.0;
                }
            }
            _ => (state.swinging, state.dragging) = (false, false),
        }
        if state.swinging && !state.dragging {
            let sign = sign_of_dragging(seen, progress, params);
            state.timer = if sign { state.timer + seen.dt } else { 0.0 };
            state.dragging = sign && state.timer >= LASTING - ROUNDING;
        }
        let active = state.swinging && state.dragging && seen.carried;
        let slope = if active { seen.dt / params.fade_in } else { -seen.dt / params.fade_out };
        state.level = (state.level + slope).clamp(0.0, 1.0);
        progress
    }

    /// Torque of one leg and energy of its spring; none where nothing can be done.
    fn lift(&self, side: usize, seen: &Seen, progress: f64) -> Option<([f64; N_LEG], f64)> {
        let (params, state) = (&self.params, &self.sides[side]);
        let (own, height) = (seen.own?, seen.height?);
        seen.phase.filter(|_| state.level > 0.0)?;
        let wanted = params.lift_height * smooth_step(progress / 0.2) * (1.0 - smooth_step((progress - 0.8) / 0.2));
        let depth = (wanted - height).max(0.0);
        let force = (params.stiffness * depth).min(params.max_force);
        let air = seen.load.map_or(1.0, |load| (1.0 - load / CONTACT).clamp(0.0, 1.0));
        let weight = state.level * state.support * air;
        let first = N_LEG * side;
        let toe = !own.assumed && params.driven[first + 2] != 0.0;
        let x = if toe { own.points.toe[0] } else { own.points.ankle[0] };
        let arms = [x, own.points.knee[0] - x, x - own.points.ankle[0]];
        let mut tau: [f64; N_LEG] =
            core::array::from_fn(|j| if params.driven[first + j] == 0.0 { 0.0 } else { weight * force * arms[j] });
        let scale = (0..N_LEG).fold(1.0_f64, |scale, j| {
            let (torque, most) = (tau[j].abs(), params.max_torque[first + j]);
            if torque > most { scale.min(most / torque) } else { scale }
        });
        tau = tau.map(|t| t * scale);
        let potential = if params.stiffness * depth > params.max_force {
            params.max_force * (depth - 0.5 * params.max_force / params.stiffness)
        } else {
            0.5 * force * depth
        };
        let energy = scale * weight * potential;
        (energy.is_finite() && tau.iter().all(|t| t.is_finite())).then_some((tau, energy))
    }
}

impl Side {
    fn landed(&self, seen: &Seen, progress: f64) -> bool {
        match seen.load {
            Some(_) => self.stood >= LANDED - ROUNDING,
            None => progress > LAST && seen.speed.is_none_or(|[u, _]| u < STANDING),
        }
    }

    fn leaves(&self, seen: &Seen, phase: f64, swing_start: f64) -> bool {
        match seen.load {
            Some(load) => load < OFF && self.stood >= STOOD - ROUNDING,
            None => wrap_signed(phase - swing_start).abs() <= NEAR && seen.speed.is_some_and(|[u, _]| u > LEAVING),
        }
    }
}

fn sign_of_dragging(seen: &Seen, progress: f64, params: &FootLiftParams) -> bool {
    let Some(height) = seen.height.filter(|_| (FIRST..=LAST).contains(&progress)) else { return false };
    // Without a foot force a swing cannot be told from the end of stance; a height that is assumed tells nothing.
    let Some(load) = seen.load else { return false };
    let later = progress >= 0.1;
    // A free foot peels off the belt and rises before it goes forward; one that drags is drawn forward first.
    let rise = seen.speed.map_or(0.0, |[u, up]| (up - u.max(0.0)).max(0.0));
    let ahead = height + params.look_ahead * rise;
    let low = ahead < params.clearance * expected(progress);
    let stuck = later && ahead < params.clearance && seen.speed.is_some_and(|[u, _]| u < STANDING);
    (later && load >= TOUCH) || (!seen.assumed && (low || stuck))
}

/// What a free foot has at least, in clearances: early in swing its toe is high.
fn expected(progress: f64) -> f64 {
    if progress < 0.2 {
        (2.0 * (progress - FIRST) / (0.2 - FIRST)).max(0.0)
    } else if progress < 0.4 {
        2.0
    } else {
        (2.0 - (progress - 0.4) / 0.2).max(1.0)
    }
}
