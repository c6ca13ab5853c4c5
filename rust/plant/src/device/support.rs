//! Crutches or a walking frame: what the arms do for the trunk.
//!
//! Each of two tips stands on the ground and bears its half of a compliant, bounded support of the hip: forward it draws
//! the hip to where the person wants it, upward it carries once the hip sinks, and it holds the trunk's pitch near `lean`.
//! What the person wants: with both feet on the ground they shift their weight, at `pace`, until the hip is `over` before
//! the ankle of the foot that landed last; while a foot swings the place they want goes on, a little
//! before the hip.
//! A crutch goes along with the foot of the other side while that swings, without load, and is planted `reach` before the
//! hip as that foot lands (reciprocal gait). A walking frame keeps both tips on the ground: after each landing it is rolled
//! on to the same reach, and while it rolls it bears height and pitch but only a drag forward. With the machine off nobody
//! steps on and the place wanted stays. Forward it is the person's arms that work, at most `force` times the way gone.
//! Balance sideways is not modelled.

use crate::system::{DofVec, System};
use gaitloop_core::Result;
use gaitloop_core::body::Body;
use gaitloop_core::error::in_range;
use gaitloop_core::types::Sides;

/// Share of body weight under a foot that has landed, and that has left the ground [-].
const LANDED: f64 = 0.08;
const LEFT: f64 = 0.01;
/// How far before the hip the place wanted is in swing at most [m]; our choice.
const AHEAD: f64 = 0.08;
/// Speed at which a walking frame is rolled on [m/s] and the drag of its wheels [N]; our choice.
const ROLL_SPEED: f64 = 0.8;
const ROLL_DRAG: f64 = 15.0;

/// How crutches or a walking frame hold the trunk. All values are our choice; the bounds are about what trained arms bear.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SupportParams {
    /// A walking frame that rolls, else two crutches.
    pub frame: bool,
    /// Stiffness [N/m], 0 to 2e4, and damping [N·s/m], 0 to 2e3, forward.
    pub x: [f64; 2],
    /// The same upward.
    pub z: [f64; 2],
    /// Stiffness [N·m/rad], 0 to 3e3, and damping [N·m·s/rad], 0 to 300, against pitch.
    pub pitch: [f64; 2],
    /// Greatest force forward and upward of both arms [N], 0 to 500 and 0 to 1000.
    pub force: [f64; 2],
    /// Greatest moment of both arms [N·m], 0 to 300.
    pub moment: f64,
    /// Speed at which the person shifts the hip over the foot that landed [m/s], 0.02 to 1.
    pub pace: f64,
    /// How far before that foot's ankle they bring it [m], -0.1 to 0.2.
    pub over: f64,
    /// Distance of a tip before the hip when planted [m], 0 to 0.8.
    pub reach: f64,
    /// Pitch of the trunk at rest [rad], -0.3 to 0.3, negative leans forward.
    pub lean: f64,
    /// Sinking of the hip below standing height from which the arms carry [m], 0 to 0.1.
    pub slack: f64,
}

impl SupportParams {
    pub(crate) fn check(&self) -> Result<()> {
        for (name, value, min, max) in [
            ("support_x_stiffness", self.x[0], 0.0, 2e4),
            ("support_x_damping", self.x[1], 0.0, 2e3),
            ("support_z_stiffness", self.z[0], 0.0, 2e4),
            ("support_z_damping", self.z[1], 0.0, 2e3),
            ("support_pitch_stiffness", self.pitch[0], 0.0, 3e3),
            ("support_pitch_damping", self.pitch[1], 0.0, 300.0),
            ("support_force_x", self.force[0], 0.0, 500.0),
            ("support_force", self.force[1], 0.0, 1000.0),
            ("support_moment", self.moment, 0.0, 300.0),
            ("support_pace", self.pace, 0.02, 1.0),
            ("support_over", self.over, -0.1, 0.2),
            ("support_reach", self.reach, 0.0, 0.8),
            ("support_lean", self.lean, -0.3, 0.3),
            ("support_slack", self.slack, 0.0, 0.1),
        ] {
            in_range(name, value, min, max)?;
        }
        Ok(())
    }
}

/// What crutches or walking frame do and feel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SupportState {
    /// Where each tip is [m].
    pub tips: Sides<f64>,
    /// Whether it stands and bears.
    pub planted: Sides<bool>,
    /// Force forward and up [N] and moment [N·m] on the trunk.
    pub force: [f64; 3],
    /// Work done on the trunk so far [J].
    pub work: f64,
}

#[derive(Clone, Debug)]
pub(crate) struct Support {
    pub state: SupportState,
    body: Body,
    airborne: Sides<bool>,
    /// Where a rolling frame goes.
    goal: f64,
    rolling: bool,
    begun: bool,
    /// Where the person wants the hip now.
    wanted: f64,
    /// The foot that landed last.
    landed: usize,
    height: f64,
}

fn spring([stiffness, damping]: [f64; 2], stretch: f64, rate: f64) -> f64 {
    stiffness * stretch - damping * rate
}

/// Place of an ankle forward of the hip.
fn ankle(body: &Body, directions: &DofVec, side: usize) -> f64 {
    let i = 3 + 3 * side;
    body.thigh.length * directions[i].sin() + body.shank.length * directions[i + 1].sin()
}

impl Support {
    pub fn new(params: &SupportParams, body: Body, height: f64) -> Self {
        let state = SupportState { tips: [params.reach; 2], planted: [true; 2], ..SupportState::default() };
        Self {
            state,
            body,
            airborne: [false; 2],
            goal: params.reach,
            rolling: false,
            begun: false,
            wanted: 0.0,
            landed: 0,
            height: height - params.slack,
        }
    }

    /// Start of a tick of `dt` [s]: which tips step on, and where the person wants to be; nothing changes unless `live`.
    pub fn begin(&mut self, params: &SupportParams, live: bool, p: &DofVec, load: Sides<f64>, dt: f64) {
        if !live {
            self.state.planted = [true; 2];
            self.rolling = false;
            return;
        }
        let (hip, reach) = (p[0], p[0] + params.reach);
        if !self.begun {
            self.begun = true;
            self.landed = usize::from(ankle(&self.body, p, 1) > ankle(&self.body, p, 0));
        }
        for side in 0..2 {
            let (other, load) = (1 - side, load[side]);
            if self.airborne[side] && load > LANDED {
                self.airborne[side] = false;
                self.goal = self.goal.max(reach);
                self.rolling = params.frame;
                self.landed = side;
            } else if !self.airborne[side] && load < LEFT {
                // One foot at a time: with both off the ground (hanging, falling) the tips stay.
                self.airborne[side] = self.state.planted[side] && !self.airborne[other];
            }
            if !params.frame {
                self.state.planted[other] = !self.airborne[side];
                if self.airborne[side] {
                    self.state.tips[other] = self.state.tips[other].max(reach);
                }
            }
        }
        if self.airborne == [false; 2] {
            let place = hip + ankle(&self.body, p, self.landed) + params.over;
            self.wanted += (place - self.wanted).clamp(-params.pace * dt, params.pace * dt);
        } else {
            self.wanted = (self.wanted + params.pace * dt).clamp(hip, hip + AHEAD);
        }
    }

    /// One substep.
    pub fn add(&mut self, params: &SupportParams, out: &mut System, (p, v): (&DofVec, &DofVec), h: f64) {
        if self.rolling {
            let tip = self.state.tips[0] + ROLL_SPEED * h;
            self.rolling = tip < self.goal;
            self.state.tips = [tip.min(self.goal); 2];
        }
        let ahead = 0.5 * spring(params.x, self.wanted - p[0], v[0]);
        let up = 0.5 * spring(params.z, self.height - p[1], v[1]);
        let turn = 0.5 * spring(params.pitch, params.lean - p[2], v[2]);
        let [most_x, most_z, most_m] = [params.force[0], params.force[1], params.moment].map(|f| 0.5 * f);
        let mut force = [0.0; 3];
        for planted in self.state.planted {
            if planted {
                force[0] += if self.rolling { -0.5 * ROLL_DRAG } else { ahead.clamp(-most_x, most_x) };
                force[1] += up.clamp(0.0, most_z);
                force[2] += turn.clamp(-most_m, most_m);
            }
        }
        for (k, force) in force.into_iter().enumerate() {
            out.force[k] += force;
            self.state.work += h * force * v[k];
        }
        self.state.force = force;
    }
}
