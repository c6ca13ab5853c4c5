//! One foot: swings and contacts of its shank.

use super::axis::{Axis, Jolts, Vector, dot};
use super::params::{Settings, Span};
use crate::types::{Event, EventKind};

/// Rate below which a leg is quiet [rad/s], and how long until it surely stands [s].
const QUIET: f64 = 0.25;
const QUIET_TIME: f64 = 0.5;
/// Longest swing [s].
const SWING_MAX: f64 = 2.0;
/// Longest wait for a sign of contact after the end of a swing [ns].
const WAIT: i64 = 120_000_000;
/// Shortest swing [s], and the share of the usual sweep below which a swing is short [-].
const SWING_MIN: f64 = 0.1;
const SWEEP_MIN: f64 = 0.5;
/// How much of each new step is learnt [-].
const LEARN: f64 = 0.2;

/// What is forgotten after a gap.
#[derive(Clone, Copy, Debug, Default)]
struct Now {
    /// Smoothed forward rate [rad/s].
    y: Option<f64>,
    swing: bool,
    /// Whether the shank turned back clearly after its swing.
    through: bool,
    /// Angle turned in this lobe of the rate [rad], and its largest rate [rad/s].
    turned: f64,
    top: f64,
    /// Angles turned back and forth lately, and what they were when the lobe began [rad].
    back: f64,
    forth: f64,
    back_lobe: f64,
    forth_lobe: f64,
    /// How long the leg has been quiet [s].
    quiet: f64,
    /// Times [ns]: begin of the lobe, end of the swing, first jolt then, new forward turn then, last events.
    lobe: Option<i64>,
    crossed: Option<i64>,
    impact: Option<i64>,
    bump: Option<i64>,
    ic: Option<i64>,
    to: Option<i64>,
}

/// A tick as the steps of a foot see it: times [ns], smoothed rates [rad/s] and whether it jolts.
struct Tick {
    before: i64,
    t: i64,
    y0: f64,
    y: f64,
    jolt: bool,
}

/// One foot between two ticks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Foot {
    now: Now,
    axis: Axis,
    jolts: Jolts,
    /// Last sample and last event [ns].
    seen: Option<i64>,
    event: Option<i64>,
    /// Angle turned when the bump began [rad].
    bump_from: f64,
    /// Usual largest rate [rad/s], angle [rad] and stride time [s]; whether a swing was seen.
    peak: f64,
    sweep: f64,
    stride: f64,
    swung: bool,
    /// Whether a swing may be believed: the leg was quiet or has been in contact before.
    known: bool,
}

/// The larger of two numbers; one instruction, as neither is NaN.
fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

fn seconds(from: i64, to: i64) -> f64 {
    to.saturating_sub(from) as f64 * 1e-9
}

impl Tick {
    /// When the smoothed rate crossed a level [ns].
    fn crossing(&self, level: f64) -> i64 {
        let share = (level - self.y0) / (self.y - self.y0);
        if self.y == self.y0 || !(0.0..=1.0).contains(&share) {
            return self.t;
        }
        let length = self.t.saturating_sub(self.before) as f64;
        self.before.saturating_add((share * length) as i64).min(self.t)
    }
}

impl Foot {
    pub(super) fn new() -> Self {
        Self {
            now: Now::default(),
            axis: Axis::new(),
            jolts: Jolts::default(),
            seen: None,
            event: None,
            bump_from: 0.0,
            peak: 2.5,
            sweep: 0.5,
            stride: 0.0,
            swung: false,
            known: false,
        }
    }

    pub(super) fn in_swing(&self) -> bool {
        self.now.swing
    }

    /// Whether this foot is in swing at time `t` [ns] as far as a sensor has shown lately.
    pub(super) fn swings(&self, settings: &Settings, t: i64) -> bool {
        self.now.swing && self.seen.is_some_and(|seen| t.saturating_sub(seen) <= settings.gap)
    }

    /// Ready for another recording of the same person.
    pub(super) fn rewind(&mut self) {
        self.axis.restart();
        (self.seen, self.event, self.known) = (None, None, false);
        self.forget();
    }

    fn forget(&mut self) {
        self.now = Now::default();
        self.jolts.restart();
    }

    /// Takes a rate [rad/s] at time `t` [ns]; `span` is that of the tick before, `other` whether the other foot swings.
    #[inline]
    pub(super) fn take(
        &mut self,
        settings: &Settings,
        span: &mut Span,
        (w, t): (&Vector, i64),
        other: bool,
    ) -> Option<Event> {
        let before = self.seen.replace(t);
        let Some((before, ns)) = before.map(|b| (b, t.saturating_sub(b))).filter(|(_, ns)| *ns <= settings.gap) else {
            self.axis.restart();
            self.forget();
            return None;
        };
        if ns != span.ns {
            *span = Span::new(ns);
        }
        let dt = span.dt;
        self.rest(w, dt);
        let jolt = self.jolts.take(w, span);
        let (x, backward) = self.axis.take(w, span);
        if backward {
            self.flip();
        }
        let x = x * self.axis.sign;
        let y0 = self.now.y.unwrap_or(x);
        let y = y0 + (x - y0) * span.smooth;
        self.now.y = Some(y);
        let tick = Tick { before, t, y0, y, jolt };
        self.turn(&tick, span);
        if self.now.swing { self.swing(settings, &tick) } else { self.stance(settings, &tick, other) }
    }

    /// A leg that has been quiet for a while stands: its next swing may be believed.
    #[inline]
    fn rest(&mut self, w: &Vector, dt: f64) {
        self.now.quiet = if dot(w, w) < QUIET * QUIET { self.now.quiet + dt } else { 0.0 };
        self.known |= self.now.quiet >= QUIET_TIME;
    }

    /// Forward turned out to be backward.
    fn flip(&mut self) {
        let now = &mut self.now;
        now.y = now.y.map(|y| -y);
        now.turned = -now.turned;
        (now.back, now.forth) = (now.forth, now.back);
        (now.back_lobe, now.forth_lobe) = (now.forth_lobe, now.back_lobe);
        (now.swing, now.through) = (false, false);
        (now.crossed, now.bump, now.ic, now.to) = (None, None, None, None);
    }

    /// Counts what the shank turns [rad].
    #[inline]
    fn turn(&mut self, tick: &Tick, span: &Span) {
        let (now, y) = (&mut self.now, tick.y);
        if !now.swing && (y >= 0.0) != (tick.y0 >= 0.0) {
            now.lobe = Some(tick.crossing(0.0));
            (now.back_lobe, now.forth_lobe) = (now.back, now.forth);
            (now.turned, now.top) = (0.0, 0.0);
        }
        let turn = y * span.dt;
        now.turned += turn;
        now.top = larger(now.top, if now.swing { y } else { y.abs() });
        now.back = larger(now.back - turn, 0.0) * span.keep;
        now.forth = larger(now.forth + turn, 0.0) * span.keep;
    }

    /// A tick in swing: the initial contact, if it has come.
    #[inline(never)]
    fn swing(&mut self, settings: &Settings, tick: &Tick) -> Option<Event> {
        let (now, &Tick { t, y, .. }) = (&mut self.now, tick);
        let level = 0.1 * now.top;
        let Some(to) = now.to.filter(|to| seconds(*to, t) <= SWING_MAX) else {
            self.forget();
            return None;
        };
        if y >= 0.3 * now.top {
            if now.crossed.is_some() {
                (now.bump, self.bump_from) = (Some(t), now.turned);
            }
            (now.crossed, now.impact, now.through) = (None, None, false);
            if now.turned - self.bump_from >= 0.25 * self.sweep {
                now.bump = None;
            }
        } else if tick.jolt && now.impact.is_none() {
            now.impact = Some(t);
        }
        if y < level && now.crossed.is_none() {
            now.crossed = Some(tick.crossing(level));
        }
        let crossed = now.crossed?;
        now.through |= y <= -2.0 * level;
        let at = self.landing(settings, crossed);
        let short = self.now.turned < SWEEP_MIN * self.sweep || seconds(to, crossed) < SWING_MIN;
        if t < at || (short && t.saturating_sub(crossed) < WAIT) {
            return None;
        }
        Some(self.contact(at, t))
    }

    /// When the foot lands, by what is known so far [ns].
    fn landing(&self, settings: &Settings, crossed: i64) -> i64 {
        let now = &self.now;
        let at = match (now.bump, now.impact) {
            (Some(bump), _) => bump,
            (None, Some(impact)) => impact.max(crossed),
            (None, None) => crossed.saturating_add(if now.through { settings.delay } else { WAIT }),
        };
        self.after_last(at)
    }

    /// The time itself [ns], or just after the last event.
    fn after_last(&self, at: i64) -> i64 {
        self.event.map_or(at, |event| at.max(event.saturating_add(1)))
    }

    /// An initial contact: the swing is learnt from.
    fn contact(&mut self, at: i64, t: i64) -> Event {
        let now = &mut self.now;
        let sure = if now.through || now.impact.is_some() || now.bump.is_some() { 1.0 } else { 0.5 };
        let confidence = (now.turned / self.sweep).clamp(0.0, 1.0) * sure;
        let share = if self.swung { LEARN } else { 1.0 };
        self.peak = (self.peak + share * (now.top - self.peak)).max(1.0);
        self.sweep = (self.sweep + share * (now.turned - self.sweep)).max(0.25);
        if let Some(ic) = now.ic {
            let stride = seconds(ic, at).min(3.0);
            self.stride = if self.stride == 0.0 { stride } else { self.stride + LEARN * (stride - self.stride) };
        }
        (now.ic, now.swing, now.turned, now.back, now.forth) = (Some(at), false, 0.0, 0.0, 0.0);
        (now.crossed, now.impact, now.bump, now.lobe) = (None, None, None, None);
        (self.event, self.known, self.swung) = (Some(at), true, true);
        Event { kind: EventKind::InitialContact, t: at, t_emit: t, confidence }
    }

    /// A tick in stance: the toe-off, if it was seen.
    #[inline]
    fn stance(&mut self, settings: &Settings, tick: &Tick, other: bool) -> Option<Event> {
        let lobe = self.now.lobe?;
        let slow = tick.y < larger(0.2 * self.peak, 0.9);
        if slow || other || self.now.back_lobe < 0.35 * self.sweep {
            return None;
        }
        if self.now.ic.is_some_and(|ic| seconds(ic, lobe) < (0.3 * self.stride).clamp(0.2, 0.4)) {
            return None;
        }
        let at = self.after_last(lobe.saturating_sub(settings.lead));
        (self.now.swing, self.now.through, self.now.crossed, self.now.to) = (true, false, None, Some(at));
        if !self.known {
            return None;
        }
        self.event = Some(at);
        let confidence = (self.now.back_lobe / self.sweep).clamp(0.0, 1.0);
        Some(Event { kind: EventKind::ToeOff, t: at, t_emit: tick.t, confidence })
    }
}
