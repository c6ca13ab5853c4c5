//! What comes before the planned movement if it begins outside the limits.

use crate::trajectory::jerk_limited::axis::{Limits, Profile, State};

/// Largest number of pieces before the planned movement [-].
const MAX_MOVES: usize = 4;

/// By how much earlier the jerk ends where the acceleration comes to its limit, so that rounding does not carry it beyond [s].
const EARLY: f64 = 2.2e-14;

/// Pieces of constant jerk that bring a state inside the limits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LeadIn {
    moves: [(f64, f64); MAX_MOVES],
    count: usize,
    pub duration: f64,
    pub end: State,
}

impl LeadIn {
    fn from(state: State) -> Self {
        Self { end: state, ..Self::default() }
    }

    fn push(&mut self, duration: f64, jerk: f64) {
        if duration > 0.0 && self.count < MAX_MOVES {
            self.moves[self.count] = (duration, jerk);
            self.count += 1;
            self.duration += duration;
            self.end = self.end.after(duration, jerk);
        }
    }

    pub fn emit(&self, profile: &mut Profile) {
        for &(duration, jerk) in self.moves.get(..self.count).unwrap_or(&[]) {
            profile.push(duration, jerk);
        }
        if self.count > 0 {
            profile.set_end(self.end);
        }
    }

    /// Nothing but what brings the acceleration inside its limits.
    pub fn acceleration(start: State, limits: &Limits) -> Self {
        let mut lead = Self::from(start);
        let [low, high] = limits.acceleration;
        let inside = start.acceleration.clamp(low, high);
        if inside != start.acceleration {
            lead.push(
                (start.acceleration - inside).abs() / limits.jerk,
                limits.jerk.copysign(inside - start.acceleration),
            );
            lead.end.acceleration = inside;
        }
        lead
    }

    /// On to the velocity limit by full opposite jerk and acceleration; the acceleration is not zero there.
    pub fn brake(mut self, side: f64, limits: &Limits) -> Self {
        let j = limits.jerk;
        let ([above, below], lowest) = if side > 0.0 {
            ([limits.velocity[1], limits.velocity[0]], -limits.acceleration[0])
        } else {
            ([-limits.velocity[0], -limits.velocity[1]], limits.acceleration[1])
        };
        let (v, a) = (side * self.end.velocity, side * self.end.acceleration);
        let to_limit = (a + (a * a + 2.0 * j * (v - above)).max(0.0).sqrt()) / j;
        let to_other = (a + (0.5 * a * a + j * (v - below)).max(0.0).sqrt()) / j;
        let to_lowest = (a + lowest) / j;
        if to_lowest < to_limit.min(to_other) {
            self.push(to_lowest - EARLY.min(0.5 * lowest / j), -side * j);
            let (v, lowest) = (side * self.end.velocity, -side * self.end.acceleration);
            let hold = ((v - above) / lowest).min((v - below) / lowest - 0.5 * lowest / j);
            self.push(hold, 0.0);
        } else {
            self.push(to_limit.min(to_other), -side * j);
        }
        self
    }

    /// On to the velocity limit, with the acceleration back at zero there.
    pub fn soft(mut self, side: f64, limits: &Limits) -> Self {
        let limit = if side > 0.0 { limits.velocity[1] } else { limits.velocity[0] };
        let mut profile = Profile::rest(self.end);
        let [lowest, highest] = limits.acceleration;
        let early = EARLY * limits.jerk;
        let acceleration = [(lowest + early).min(0.5 * lowest), (highest - early).max(0.5 * highest)];
        let limits = Limits { acceleration, ..*limits };
        crate::trajectory::jerk_limited::axis::stop::reach(&mut profile, limit, 0.0, &limits);
        for piece in profile.pieces() {
            self.push(piece.duration, piece.jerk);
        }
        self.end = State { position: self.end.position, velocity: limit, acceleration: 0.0 };
        self
    }
}
