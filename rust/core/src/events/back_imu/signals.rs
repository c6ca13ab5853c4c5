//! From a row to the vertical acceleration and the turning rate about the vertical.

use super::seconds;

/// Standard gravity [m/s²].
pub(super) const GRAVITY: f64 = 9.80665;
/// Time constant with which the direction of gravity is followed [s].
const GRAVITY_TIME: f64 = 0.7;
/// Measured gravity below which there is no vertical [m/s²].
const GRAVITY_MIN: f64 = 0.05;
/// Time constants between which the turning rate passes [s].
const TURN_TIMES: [f64; 2] = [0.15, 0.4];
/// Time constant with which the usual rise of a step fades while nobody walks [s].
const FADE_TIME: f64 = 6.0;

/// Sum in the order x, y, z.
pub(super) fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// What depends on the time step and the smoothing only.
#[derive(Clone, Copy, Debug)]
struct Factors {
    step: i64,
    dt: f64,
    smoothing: f64,
    gravity: f64,
    rise: f64,
    turn: [f64; 2],
    fade: f64,
}

impl Factors {
    fn new(step: i64, smoothing: f64) -> Self {
        let dt = seconds(0, step);
        Self {
            step,
            dt,
            smoothing,
            gravity: dt / (GRAVITY_TIME + dt),
            rise: dt / (smoothing + dt),
            turn: TURN_TIMES.map(|time| dt / (time + dt)),
            fade: (dt / FADE_TIME).min(1.0),
        }
    }
}

/// Filters on the way from a row to both signals.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signals {
    gravity: [f64; 3],
    elapsed: f64,
    rise: [f64; 3],
    turn: [f64; 2],
    factors: Factors,
}

impl Signals {
    /// Filters at rest after a first row.
    pub(super) fn new(acceleration: [f64; 3]) -> Self {
        Self { gravity: acceleration, elapsed: 0.0, rise: [0.0; 3], turn: [0.0; 2], factors: Factors::new(0, 1.0) }
    }

    /// The next row, `step` [ns] after the one before; whether there is a vertical.
    #[inline]
    pub(super) fn step(&mut self, row: &[f64; 6], step: i64, smoothing: f64) -> bool {
        if step != self.factors.step || smoothing != self.factors.smoothing {
            self.factors = Factors::new(step, smoothing);
        }
        let factors = self.factors;
        self.elapsed += factors.dt;
        let k = if self.elapsed < GRAVITY_TIME { factors.dt / (self.elapsed + factors.dt) } else { factors.gravity };
        let [ax, ay, az, wx, wy, wz] = *row;
        let g = &mut self.gravity;
        for (g, a) in g.iter_mut().zip([ax, ay, az]) {
            *g += k * (a - *g);
        }
        let q = dot(*g, *g);
        if q < GRAVITY_MIN * GRAVITY_MIN {
            return false;
        }
        let mut x = GRAVITY * (dot(*g, [ax, ay, az]) / q - 1.0);
        for low_pass in &mut self.rise {
            *low_pass += factors.rise * (x - *low_pass);
            x = *low_pass;
        }
        let w = dot(*g, [wx, wy, wz]) / q.sqrt();
        for (low_pass, k) in self.turn.iter_mut().zip(factors.turn) {
            *low_pass += k * (w - *low_pass);
        }
        true
    }

    /// Smoothed vertical acceleration, upward positive, less gravity [m/s²].
    pub(super) fn rise(&self) -> f64 {
        self.rise[2]
    }

    /// Turning rate about the upward vertical, to the left positive, less what lasts [rad/s].
    pub(super) fn turn(&self) -> f64 {
        self.turn[0] - self.turn[1]
    }

    /// Share by which the usual rise of a step fades in this tick [-].
    pub(super) fn fade(&self) -> f64 {
        self.factors.fade
    }
}
