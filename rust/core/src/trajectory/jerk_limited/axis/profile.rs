//! A movement of one degree of freedom: pieces of constant jerk, one after the other.

/// Largest number of pieces a [`Profile`] holds [-].
pub const MAX_PIECES: usize = 24;

/// Position, velocity and acceleration of one degree of freedom.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct State {
    /// Position [rad].
    pub position: f64,
    /// Velocity [rad/s].
    pub velocity: f64,
    /// Acceleration [rad/s²].
    pub acceleration: f64,
}

impl State {
    /// A state from its three numbers.
    #[must_use]
    pub const fn new(position: f64, velocity: f64, acceleration: f64) -> Self {
        Self { position, velocity, acceleration }
    }

    /// The state `t` [s] later under constant `jerk` [rad/s³].
    #[must_use]
    pub fn after(&self, t: f64, jerk: f64) -> Self {
        let (v, a) = (self.velocity, self.acceleration);
        Self {
            position: self.position + t * (v + t * (a / 2.0 + t * (jerk / 6.0))),
            velocity: v + t * (a + t * (jerk / 2.0)),
            acceleration: a + t * jerk,
        }
    }

    /// The state `t` [s] earlier under constant `jerk` [rad/s³].
    #[must_use]
    pub fn before(&self, t: f64, jerk: f64) -> Self {
        let (v, a) = (self.velocity, self.acceleration);
        Self {
            position: self.position - t * (v - t * (a / 2.0 - t * (jerk / 6.0))),
            velocity: v - t * (a - t * (jerk / 2.0)),
            acceleration: a - t * jerk,
        }
    }
}

/// A piece of constant jerk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Piece {
    /// How long it lasts [s].
    pub duration: f64,
    /// State in which it begins; with lower orders acceleration and velocity jump there.
    pub start: State,
    /// Jerk throughout [rad/s³].
    pub jerk: f64,
}

impl Piece {
    /// Times inside the piece at which the velocity is zero [s], ascending; infinite where there is none.
    fn standstills(&self) -> [f64; 2] {
        let (v, a, half) = (self.start.velocity, self.start.acceleration, self.jerk / 2.0);
        let inside = |t: f64| if t > 0.0 && t < self.duration { t } else { f64::INFINITY };
        let under = a * a - 4.0 * half * v;
        if under < 0.0 {
            return [f64::INFINITY; 2];
        }
        let q = -0.5 * (a + under.sqrt().copysign(a));
        let (one, two) = (inside(q / half), inside(v / q));
        [one.min(two), one.max(two)]
    }

    /// Time in `[low, high]`, where the position is monotone, at which it equals `position` [s].
    fn crossing(&self, position: f64, low: f64, high: f64) -> Option<f64> {
        let miss = |t: f64| self.start.after(t, self.jerk).position - position;
        let (at_low, at_high) = (miss(low), miss(high));
        if at_low == 0.0 {
            return Some(low);
        }
        if (at_low > 0.0) == (at_high > 0.0) && at_high != 0.0 {
            return None;
        }
        let (mut low, mut high) = (low, high);
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            if (miss(middle) > 0.0) == (at_low > 0.0) { low = middle } else { high = middle }
        }
        Some(high)
    }
}

/// Smallest and largest position of a movement and when they occur.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extrema {
    /// Smallest position [rad].
    pub min: f64,
    /// Largest position [rad].
    pub max: f64,
    /// First time of the smallest position [s].
    pub t_min: f64,
    /// First time of the largest position [s].
    pub t_max: f64,
}

/// Product of two numbers as a number and what rounding takes from it (Dekker, Numer. Math. 18, 1971).
fn product(a: f64, b: f64) -> (f64, f64) {
    let split = |x: f64| {
        let long = 134_217_729.0 * x;
        let high = long - (long - x);
        (high, x - high)
    };
    let (product, (a, small_a), (b, small_b)) = (a * b, split(a), split(b));
    (product, ((a * b - product) + a * small_b + small_a * b) + small_a * small_b)
}

/// A movement of one degree of freedom.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    pieces: [Piece; MAX_PIECES],
    count: usize,
    duration: f64,
    end: State,
}

impl Profile {
    /// No movement: it ends where it begins.
    #[must_use]
    pub const fn rest(state: State) -> Self {
        const NONE: Piece = Piece { duration: 0.0, start: State::new(0.0, 0.0, 0.0), jerk: 0.0 };
        Self { pieces: [NONE; MAX_PIECES], count: 0, duration: 0.0, end: state }
    }

    /// Make it [`Self::rest`] in place, which costs less.
    pub fn restart(&mut self, state: State) {
        (self.count, self.duration, self.end) = (0, 0.0, state);
    }

    /// Duration [s].
    #[must_use]
    pub fn duration(&self) -> f64 {
        self.duration
    }

    /// The pieces in order of time.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        self.pieces.get(..self.count).unwrap_or(&[])
    }

    /// State at the beginning.
    #[must_use]
    pub fn start(&self) -> State {
        self.pieces().first().map_or(self.end, |piece| piece.start)
    }

    /// State at the end.
    #[must_use]
    pub fn end(&self) -> State {
        self.end
    }

    /// State and jerk at time `t` [s]; before the beginning the first state, after the end the last one carried on with constant acceleration.
    #[must_use]
    pub fn at(&self, t: f64) -> (State, f64) {
        let mut left = t.max(0.0);
        for piece in self.pieces() {
            if left < piece.duration {
                return (piece.start.after(left, piece.jerk), piece.jerk);
            }
            left -= piece.duration;
        }
        (self.end.after(left.max(0.0), 0.0), 0.0)
    }

    /// Smallest and largest position from beginning to end.
    #[must_use]
    pub fn extrema(&self) -> Extrema {
        let first = self.start().position;
        let mut found = Extrema { min: first, max: first, t_min: 0.0, t_max: 0.0 };
        let mut see = |position: f64, t: f64| {
            if position < found.min {
                (found.min, found.t_min) = (position, t);
            }
            if position > found.max {
                (found.max, found.t_max) = (position, t);
            }
        };
        let mut begin = 0.0;
        for piece in self.pieces() {
            see(piece.start.position, begin);
            for t in piece.standstills().into_iter().filter(|t| t.is_finite()) {
                see(piece.start.after(t, piece.jerk).position, begin + t);
            }
            begin += piece.duration;
        }
        see(self.end.position, self.duration);
        found
    }

    /// Smallest and largest velocity from beginning to end [rad/s].
    #[must_use]
    pub fn velocities(&self) -> [f64; 2] {
        let first = self.start().velocity;
        let mut range = [first.min(self.end.velocity), first.max(self.end.velocity)];
        for Piece { duration, start, jerk } in self.pieces() {
            let turn = (-start.acceleration / jerk).clamp(0.0, *duration);
            for v in [start.velocity, start.after(if turn.is_nan() { 0.0 } else { turn }, *jerk).velocity] {
                range = [range[0].min(v), range[1].max(v)];
            }
        }
        range
    }

    /// First time at or after `after` [s], up to the end, at which the movement passes `position`.
    #[must_use]
    pub fn first_time_at(&self, position: f64, after: f64) -> Option<f64> {
        let mut begin = 0.0;
        for piece in self.pieces() {
            let mut low = (after - begin).max(0.0);
            for border in piece.standstills().into_iter().chain([piece.duration]) {
                let high = border.min(piece.duration);
                if high >= low {
                    if let Some(t) = piece.crossing(position, low, high) {
                        return Some(begin + t);
                    }
                    low = high;
                }
            }
            begin += piece.duration;
        }
        (self.end.position == position && after <= self.duration).then_some(self.duration)
    }

    /// Carry the movement on for `duration` [s] with `jerk`. Nothing happens unless the duration is positive and there is room.
    pub fn push(&mut self, duration: f64, jerk: f64) {
        if duration > 0.0 && self.count < MAX_PIECES {
            self.pieces[self.count] = Piece { duration, start: self.end, jerk };
            self.count += 1;
            self.duration += duration;
            self.end = self.end.after(duration, jerk);
        }
    }

    /// The acceleration at the end that the start and all jerks and durations, taken as exact, lead to: what rounding hides in [`Self::end`].
    pub(super) fn acceleration_left(&self) -> f64 {
        let (mut sum, mut rest) = (self.start().acceleration, 0.0);
        for piece in self.pieces() {
            let (change, small) = product(piece.jerk, piece.duration);
            let total = sum + change;
            let part = total - sum;
            rest += (sum - (total - part)) + (change - part) + small;
            sum = total;
        }
        sum + rest
    }

    /// Set the state from which the next piece goes on, or in which the movement ends.
    pub fn set_end(&mut self, state: State) {
        self.end = state;
    }

    /// End in `state`, with what rounding left over as a jump at the very end; endless if it got out of all measure before.
    pub(super) fn arrive(&mut self, state: State) {
        if !self.end.position.is_finite() {
            self.duration = f64::INFINITY;
        }
        self.end = state;
    }

    /// End in `state`: what rounding (or a tolerance) left over is put at the beginning of the last piece.
    pub fn land(&mut self, state: State) {
        self.arrive(state);
        if let Some(last) =
            self.count.checked_sub(1).filter(|&last| last > 0).and_then(|last| self.pieces.get_mut(last))
        {
            last.start = state.before(last.duration, last.jerk);
        }
    }

    /// Stand still at `start` if numbers beyond all measure made the movement infinite.
    pub(super) fn keep_finite(&mut self, start: State) {
        let State { position, velocity, acceleration } = self.end;
        let sum = self.pieces().iter().fold(self.duration + position, |sum, piece| sum + piece.start.position);
        if !(sum.is_finite() && velocity.is_finite() && acceleration.is_finite()) {
            *self = Self::rest(start);
        }
    }

    /// Append another movement that begins where this one ends.
    pub fn append(&mut self, next: &Self) {
        for piece in next.pieces() {
            self.end = piece.start;
            self.push(piece.duration, piece.jerk);
        }
        self.end = next.end;
    }
}
