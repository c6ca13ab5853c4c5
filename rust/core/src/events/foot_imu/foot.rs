//! One foot: its push-off, its swing and what is usual for it.

use super::axis::{FLAT, Pace, PitchAxis, seconds};
use super::params::{Settings, ns};
use super::vector::{Vector, dot};
use crate::types::{Event, EventKind};

/// Largest magnitude that is taken for a measurement [m/s² or rad/s].
const LIMIT: f64 = 1000.0;
/// Longest time from lying flat to the toe-off [s].
const GROUNDED: f64 = 5.0;
/// Longest fall of the pitch rate after the push-off, and that of a strong one [s].
const FALL: (f64, f64) = (0.08, 0.2);
/// Largest pitch at a toe-off [rad].
const STEEP: f64 = 1.6;
/// Longest stance and swing that are followed [s].
const LONGEST: (f64, f64) = (2.5, 1.5);
/// Angle [rad] of a swing whose toe-off was not seen, and how long ago that is taken to have been [ns].
const MISSED: (f64, i64) = (0.4, 100_000_000);
/// Time after the turn at which the foot has surely turned, and has surely come down [ns].
const TURN: (i64, i64) = (55_000_000, 150_000_000);
/// Angle by which the foot has turned forward again, per speed of the swing [s].
const SLAP: f64 = 0.01;
/// Squares of the least and the largest acceleration of a foot that strikes nothing [m²/s⁴].
const FREE: (f64, f64) = (4.8 * 4.8, 14.8 * 14.8);
/// Confidence of a contact that is known only by the rest after it [-].
const REST_CONFIDENCE: f64 = 0.2;

/// What is usual for the person; 0 where unknown.
#[derive(Clone, Copy, Debug, Default)]
struct Usual {
    push: f64,
    lift: f64,
    swing: f64,
    stance: f64,
    swing_time: f64,
}

fn follow(usual: &mut f64, x: f64) {
    *usual = if *usual == 0.0 { x } else { *usual + 0.25 * (x - *usual) };
}

/// Time from `from` to `to` [s]; infinite where there is no beginning.
fn since(from: Option<i64>, to: i64) -> f64 {
    from.map_or(f64::INFINITY, |from| seconds(from, to))
}

/// One tick: pitch rate before and now [rad/s], time [ns], time since the tick before [s].
struct Tick {
    m0: f64,
    m: f64,
    t: i64,
    dt: f64,
}

impl Tick {
    /// When the pitch rate crossed `level` [ns].
    fn crossing(&self, level: f64) -> i64 {
        if self.m == self.m0 {
            return self.t;
        }
        let share = ((self.m - level) / (self.m - self.m0)).clamp(0.0, 1.0);
        self.t.saturating_sub((share * ns(self.dt) as f64) as i64)
    }
}

/// One foot between two ticks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Foot {
    axis: PitchAxis,
    pace: Pace,
    pub(super) contact: bool,
    pub(super) paused: bool,
    /// Last sample [ns].
    seen: Option<i64>,
    event: Option<i64>,
    ic: Option<i64>,
    to: Option<i64>,
    before: f64,
    /// Push-off: largest rate [rad/s], angle so far and at the toe-off [rad], when the rate fell [ns].
    peak: f64,
    angle: f64,
    own: f64,
    fall: Option<i64>,
    /// Swing: most negative rate [rad/s], angle back [rad], rate [rad/s] and angle [rad] since it turned [ns].
    trough: f64,
    back: f64,
    top: f64,
    slap: f64,
    zero: Option<i64>,
    usual: Usual,
}

impl Foot {
    pub(super) fn new() -> Self {
        Self {
            axis: PitchAxis::new(),
            pace: Pace::new(0),
            contact: true,
            paused: true,
            seen: None,
            event: None,
            ic: None,
            to: None,
            before: 0.0,
            peak: 0.0,
            angle: 0.0,
            own: 0.0,
            fall: None,
            trough: 0.0,
            back: 0.0,
            top: 0.0,
            slap: 0.0,
            zero: None,
            usual: Usual::default(),
        }
    }

    /// A new foot of which a whole recording is known.
    pub(super) fn settled(&self) -> Self {
        Self { axis: self.axis.settled(), usual: self.usual, ..Self::new() }
    }

    /// One tick: acceleration [m/s²] and angular velocity [rad/s] at time `t` [ns].
    pub(super) fn step(&mut self, settings: &Settings, row: &[Vector; 2], t: i64) -> Option<Event> {
        self.paused = !row.as_flattened().iter().fold(true, |sound, x| sound & (x.abs() <= LIMIT));
        if self.paused {
            return None;
        }
        let [a, w] = row;
        let fresh = self.begin(settings, w, t);
        let flipped = self.axis.take(a, w, t, &self.pace, self.usual.push);
        if flipped {
            self.clear();
            self.contact = true;
        }
        let m = self.axis.rate;
        let m0 = if fresh || flipped { m } else { self.before };
        self.before = m;
        if !self.axis.known {
            return None;
        }
        let tick = Tick { m0, m, t, dt: self.pace.dt };
        if self.contact { self.stance(settings, &tick) } else { self.swing(settings, &tick, a) }
    }

    /// Takes the time since the last sample; whether the foot begins anew.
    fn begin(&mut self, settings: &Settings, w: &Vector, t: i64) -> bool {
        let step = self.seen.map_or(i64::MAX, |seen| t.saturating_sub(seen));
        self.seen = Some(t);
        step != self.pace.step && self.change(settings, w, t, step)
    }

    /// Another time since the last sample; after a gap the state is forgotten, what was learned stays.
    fn change(&mut self, settings: &Settings, w: &Vector, t: i64, step: i64) -> bool {
        let gap = step > settings.gap;
        self.pace = Pace::new(if gap { 0 } else { step });
        if gap {
            self.axis.restart(w, t);
            self.clear();
            self.to = None;
        }
        gap
    }

    fn clear(&mut self) {
        (self.peak, self.angle, self.trough, self.back) = (0.0, 0.0, 0.0, 0.0);
        (self.fall, self.zero) = (None, None);
    }

    fn confidence(&self, x: f64, usual: f64) -> f64 {
        let full = if usual == 0.0 { 0.5 } else { (x / (0.6 * usual)).min(1.0) };
        if self.axis.voted() { full } else { 0.5 * full }
    }

    /// Whether the foot lay flat not long ago.
    fn grounded(&self, t: i64) -> bool {
        self.axis.flat.map_or(self.axis.settled, |flat| seconds(flat, t) <= GROUNDED)
    }

    /// Smallest speed with which a foot turns back in a swing [rad/s].
    fn swung(&self, settings: &Settings) -> f64 {
        settings.params.swing.max(0.12 * self.usual.swing)
    }

    /// On the ground: the push-off lifts the heel, then the pitch rate falls.
    fn stance(&mut self, settings: &Settings, tick: &Tick) -> Option<Event> {
        let &Tick { m, t, dt, .. } = tick;
        let up = m > 0.0;
        self.angle += if up { m * dt } else { 0.0 };
        self.peak = if m > self.peak { m } else { self.peak };
        if up {
            let falls = m <= 0.75 * self.peak;
            self.fall = falls.then(|| self.fall.unwrap_or_else(|| tick.crossing(0.75 * self.peak)));
        }
        if let Some(fall) = self.fall.filter(|_| m <= 0.5 * self.peak) {
            if self.pushed_off(settings, fall, t) {
                return Some(self.toe_off(settings, fall, t));
            }
            if seconds(fall, t) >= FALL.1 {
                (self.peak, self.angle, self.fall) = (m, 0.0, None);
            }
        }
        if !up {
            (self.peak, self.angle, self.fall) = (0.0, 0.0, None);
        }
        let down = m < 0.0;
        self.back = if down { self.back - m * dt } else { 0.0 };
        self.trough = if down { self.trough.min(m) } else { 0.0 };
        if self.back > MISSED.0 {
            self.missed(settings, t);
        }
        None
    }

    /// Whether the heel rose far and fast enough to be a step.
    fn pushed_off(&self, settings: &Settings, fall: i64, t: i64) -> bool {
        let (params, usual, after) = (&settings.params, &self.usual, seconds(fall, t));
        let pitch = self.axis.sign * self.axis.pitch;
        self.peak >= params.push.max(0.15 * usual.push)
            && self.angle >= params.lift.max(0.15 * usual.lift)
            && (after <= FALL.0 || (self.peak > 0.4 * usual.push && after < FALL.1))
            && since(self.event, fall) >= params.min_stance.max(0.5 * usual.stance)
            && params.lift < pitch
            && pitch < STEEP
            && self.grounded(t)
    }

    fn toe_off(&mut self, settings: &Settings, fall: i64, t: i64) -> Event {
        let happened = fall.saturating_add(settings.toe_off_delay).min(t);
        let confidence = self.confidence(self.peak, self.usual.push);
        follow(&mut self.usual.push, self.peak);
        follow(&mut self.usual.lift, self.angle);
        if let Some(stance) = self.ic.map(|ic| seconds(ic, happened)).filter(|stance| *stance < LONGEST.0) {
            follow(&mut self.usual.stance, stance);
        }
        self.own = self.angle;
        self.clear();
        self.contact = false;
        (self.event, self.to, self.ic) = (Some(happened), Some(happened), None);
        Event { kind: EventKind::ToeOff, t: happened, t_emit: t, confidence }
    }

    /// A swing whose toe-off was not seen.
    fn missed(&mut self, settings: &Settings, t: i64) {
        if -self.trough > self.swung(settings) && self.grounded(t) && since(self.event, t) > settings.params.min_stance
        {
            (self.contact, self.event) = (false, Some(t.saturating_sub(MISSED.1)));
            (self.to, self.zero, self.own) = (None, None, 0.0);
        }
    }

    /// Whether the swing has lasted long enough to end.
    fn late(&self, settings: &Settings, t: i64) -> bool {
        since(self.event, t) >= settings.params.min_swing.max(0.4 * self.usual.swing_time)
    }

    /// Off the ground: the foot turns back, then forward again when it comes down.
    fn swing(&mut self, settings: &Settings, tick: &Tick, a: &Vector) -> Option<Event> {
        let &Tick { m0, m, t, dt } = tick;
        if m < 0.0 {
            self.back -= m * dt;
            self.trough = self.trough.min(m);
        }
        if self.zero.is_some() {
            self.slap += (0.5 * (m + m0)).max(0.0) * dt;
            self.top = self.top.max(m);
            if m < 0.15 * self.trough {
                self.zero = None;
            }
        } else if m0 < 0.0 && 0.0 <= m && self.turns(settings, t) {
            let zero = tick.crossing(0.0);
            (self.zero, self.top, self.slap) = (Some(zero), m, 0.5 * m * seconds(zero, t));
        }
        if let Some(zero) = self.zero.filter(|zero| self.landed(*zero, t, a)) {
            return Some(self.initial_contact(settings, tick, zero));
        }
        if self.axis.rest && t.saturating_sub(self.axis.rest_since) >= FLAT && self.late(settings, t) {
            return self.come_to_rest(t);
        }
        None
    }

    /// Whether the swing went far enough to end with this turn.
    fn turns(&self, settings: &Settings, t: i64) -> bool {
        -self.trough >= self.swung(settings)
            && self.back >= (0.1 * self.usual.lift).max(0.4 * self.own)
            && self.late(settings, t)
    }

    /// Whether the foot is down: it has turned forward and struck, or enough time has passed.
    fn landed(&self, zero: i64, t: i64, a: &Vector) -> bool {
        let (fast, square, after) = (-self.trough, dot(a, a), t.saturating_sub(zero));
        let struck = self.top >= 0.5 * fast || !(FREE.0 <= square && square <= FREE.1);
        ((self.slap >= SLAP * fast || after >= TURN.0) && struck) || after >= TURN.1
    }

    fn initial_contact(&mut self, settings: &Settings, tick: &Tick, zero: i64) -> Event {
        let (fast, t) = (-self.trough, tick.t);
        let mut happened = t;
        if self.slap >= SLAP * fast && tick.m > 0.0 {
            happened = happened.saturating_sub(ns(tick.dt.min((self.slap - SLAP * fast) / tick.m)));
        }
        if self.top >= 0.5 * fast {
            happened = happened.min(zero.saturating_add(TURN.0));
        }
        happened = happened.saturating_add(settings.contact_delay).max(zero).min(t);
        let confidence = self.confidence(fast, self.usual.swing);
        follow(&mut self.usual.swing, fast);
        if let Some(swing) = self.to.map(|to| seconds(to, happened)).filter(|swing| *swing < LONGEST.1) {
            follow(&mut self.usual.swing_time, swing);
        }
        self.clear();
        self.contact = true;
        (self.event, self.ic, self.to) = (Some(happened), Some(happened), None);
        Event { kind: EventKind::InitialContact, t: happened, t_emit: t, confidence }
    }

    /// The foot rests although no contact was seen; one that had lifted must have come down.
    fn come_to_rest(&mut self, t: i64) -> Option<Event> {
        self.clear();
        self.contact = true;
        let lifted = self.to.take();
        let earliest = self.axis.rest_since.saturating_sub(30_000_000);
        self.ic = lifted.map(|to| earliest.max(to.saturating_add(50_000_000)));
        self.event = Some(t);
        let happened = self.ic?;
        Some(Event { kind: EventKind::InitialContact, t: happened, t_emit: t, confidence: REST_CONFIDENCE })
    }
}
