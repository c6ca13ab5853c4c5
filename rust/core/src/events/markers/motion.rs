//! How a marker and a foot move: times, the velocity filter, the mean velocity of the body.

use crate::types::NS;

/// Time constant of the slow velocities that show a flat foot [s].
const SLOW_TIME: f64 = 0.02;
/// Longest memory of the body's velocity [s].
const BODY_TIME: f64 = 0.6;

/// Something in the horizontal plane.
pub(super) type Pair = [f64; 2];
/// Heel, then toe, each x, y, z.
pub(super) type Six = [f64; 6];

pub(super) fn nanoseconds(seconds: f64) -> i64 {
    (seconds * NS) as i64
}

pub(super) fn seconds(from: i64, to: i64) -> f64 {
    to.saturating_sub(from) as f64 * 1e-9
}

pub(super) fn length([x, y]: Pair) -> f64 {
    (x * x + y * y).sqrt()
}

pub(super) fn minus([ax, ay]: Pair, [bx, by]: Pair) -> Pair {
    [ax - bx, ay - by]
}

/// Share of the way that a mean of this age goes to a new value that lasted `dt` [s].
fn share(dt: f64, age: f64) -> f64 {
    if age > dt { dt / age } else { 1.0 }
}

/// A mean that is exact while it is young and exponential later.
pub(super) fn toward([x, y]: Pair, [to_x, to_y]: Pair, dt: f64, age: f64) -> Pair {
    let k = share(dt, age);
    [x + k * (to_x - x), y + k * (to_y - y)]
}

/// One foot in one tick.
#[derive(Clone, Copy, Debug)]
pub(super) struct Motion {
    /// Velocities of heel and toe [m/s].
    pub(super) v: Six,
    /// From heel to toe [m].
    pub(super) along: Pair,
    /// Time since the motion before [s].
    pub(super) dt: f64,
    /// Share of the way that the slow velocities go to these ones [-].
    pub(super) blend: f64,
    /// By how much the velocities are late [s].
    pub(super) lag: f64,
}

/// Share of the way that the slow velocities go in `dt` [s].
pub(super) fn blend(dt: f64) -> f64 {
    dt / (SLOW_TIME + dt)
}

pub(super) fn along(position: &Six) -> Pair {
    let [hx, hy, _, tx, ty, _] = *position;
    [tx - hx, ty - hy]
}

/// What a filter needs to know of its step; computed once for steps of the same length.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gains {
    step: i64,
    dt: f64,
    position: f64,
    velocity: f64,
    blend: f64,
}

impl Gains {
    pub(super) fn new(step: i64, smoothing: f64) -> Self {
        let dt = step as f64 * 1e-9;
        let m = smoothing / (smoothing + dt);
        Self { step, dt, position: 1.0 - m * m, velocity: (1.0 - m) * (1.0 - m), blend: blend(dt) }
    }

    fn over(&mut self, step: i64, smoothing: f64) -> &Self {
        if step != self.step {
            *self = Self::new(step, smoothing);
        }
        self
    }
}

/// Positions and velocities of heel and toe by the fading-memory polynomial of first order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Filter {
    ticks: u8,
    x: Six,
    v: Six,
}

impl Filter {
    /// A first sample: no velocity yet.
    pub(super) fn start(&mut self, position: &Six) {
        *self = Self { ticks: 1, x: *position, v: [0.0; 6] };
    }

    /// A sample `step` [ns] after the one before; the second one gives the plain difference.
    #[inline(always)]
    pub(super) fn take(&mut self, position: &Six, step: i64, gains: &mut Gains, smoothing: f64) -> Motion {
        let gains = gains.over(step, smoothing);
        let filtered = self.ticks >= 2;
        let (g, h) = if filtered { (gains.position, gains.velocity) } else { (1.0, 1.0) };
        self.ticks = 2;
        let dt = gains.dt;
        for ((x, v), p) in self.x.iter_mut().zip(&mut self.v).zip(position) {
            let ahead = *x + *v * dt;
            let error = *p - ahead;
            *x = ahead + g * error;
            *v += h * error / dt;
        }
        let lag = 0.5 * dt + 2.0 * smoothing;
        Motion { v: self.v, along: along(position), dt, blend: gains.blend, lag }
    }
}

/// A tick as the body needs it: time [ns], pelvis and middle of the feet [m].
type Place = (i64, Option<Pair>, Option<Pair>);

/// Mean horizontal velocity of the body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Body {
    /// [m/s].
    pub(super) velocity: Pair,
    age: f64,
    before: Option<Place>,
    /// The last share and what it was computed from: time step and age [s].
    share: (f64, f64, f64),
}

impl Body {
    pub(super) fn new() -> Self {
        Self { velocity: [0.0; 2], age: 0.0, before: None, share: (0.0, 0.0, 1.0) }
    }

    /// Where the pelvis and the middle of the feet are; the pelvis counts where it was seen twice.
    #[inline(always)]
    pub(super) fn take(&mut self, place: Place, gap: i64) {
        let Some((last, old_pelvis, old_middle)) = self.before.replace(place) else { return };
        let (t, pelvis, middle) = place;
        if t.saturating_sub(last) > gap {
            return;
        }
        let Some((old, new)) = old_pelvis.zip(pelvis).or(old_middle.zip(middle)) else { return };
        let dt = seconds(last, t);
        self.age = (self.age + dt).min(BODY_TIME);
        if (self.share.0, self.share.1) != (dt, self.age) {
            self.share = (dt, self.age, share(dt, self.age));
        }
        let k = self.share.2;
        for ((v, from), to) in self.velocity.iter_mut().zip(old).zip(new) {
            *v += k * ((to - from) / dt - *v);
        }
    }
}

/// Middle of both feet [m].
pub(super) fn middle(feet: &[Six; 2]) -> Pair {
    let [[hx_l, hy_l, _, tx_l, ty_l, _], [hx_r, hy_r, _, tx_r, ty_r, _]] = *feet;
    [(hx_l + tx_l + hx_r + tx_r) / 4.0, (hy_l + ty_l + hy_r + ty_r) / 4.0]
}
