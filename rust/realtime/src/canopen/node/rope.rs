//! The rope of a simulated winch, its load cell and brake, and who hangs on it.

use super::Node;
use gaitloop_core::Result;
use gaitloop_core::error::in_range;
use gaitloop_core::types::GRAVITY;

/// Time that the brake takes to close [ns].
const BRAKE_TIME: i64 = 20_000_000;
/// Damping of the rope, and of the legs where they carry [N·s/m].
const DAMPING: [f64; 2] = [200.0, 800.0];
/// Digits of the load cell for each newton [1/N], and without a force.
const CELL: [f64; 2] = [10.0, 100.0];

/// A rope and who hangs on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RopeParams {
    /// Mass of the person [kg], 1 to 300.
    pub mass: f64,
    /// Stiffness of the rope and the harness [N/m], 100 to 30000.
    pub stiffness: f64,
    /// Stiffness of the legs [N/m], 0 to 50000.
    pub legs: f64,
}

impl RopeParams {
    /// Accepts what lies in its ranges.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first that does not.
    pub fn check(self) -> Result<Self> {
        in_range("mass", self.mass, 1.0, 300.0)?;
        in_range("stiffness", self.stiffness, 100.0, 30_000.0)?;
        in_range("legs", self.legs, 0.0, 50_000.0)?;
        Ok(self)
    }
}

/// Where the person is, and what the rope carries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rope {
    params: RopeParams,
    // Of the person, upwards: height [m], 0 where the legs begin to carry, and its speed [m/s].
    height: f64,
    speed: f64,
    /// Force in the rope [N].
    pub force: f64,
    free_since: Option<i64>,
}

impl Rope {
    /// A person on their legs, whose rope hangs down to them.
    pub fn new(params: RopeParams, position: f64) -> Self {
        let stands = if params.legs > 0.0 { -params.mass * GRAVITY / params.legs } else { position };
        Self { params, height: stands.min(position), speed: 0.0, force: 0.0, free_since: Some(i64::MIN) }
    }

    /// One step of `dt` [s] with the upper end of the rope at this place [m] and speed [m/s].
    pub fn step(&mut self, [place, speed]: [f64; 2], legs: f64, dt: f64) {
        let p = &self.params;
        let long = place - self.height;
        let pulled = p.stiffness * long + DAMPING[0] * (speed - self.speed);
        self.force = if long > 0.0 { pulled.max(0.0) } else { 0.0 };
        let carried = if self.height < 0.0 && legs > 0.0 {
            (-legs * self.height - DAMPING[1] * self.speed).max(0.0)
        } else {
            0.0
        };
        self.speed += dt * ((self.force + carried) / p.mass - GRAVITY);
        self.height += dt * self.speed;
    }

    /// Whether the brake is closed at `now` [ns]; it closes once the motor is `free`.
    pub fn is_braked(&mut self, now: i64, free: bool) -> bool {
        if !free {
            self.free_since = None;
            return false;
        }
        now.saturating_sub(*self.free_since.get_or_insert(now)) >= BRAKE_TIME
    }

    /// What the load cell tells.
    pub fn digits(&self) -> i32 {
        let digits = (self.force * CELL[0] + CELL[1]).round();
        (digits as i32).min(i32::from(i16::MAX))
    }
}

impl Node {
    /// Force in the rope [N]; 0 where there is none.
    #[must_use]
    pub fn rope_force(&self) -> f64 {
        self.rope.map_or(0.0, |rope| rope.force)
    }
}
