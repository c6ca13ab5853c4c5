//! One foot: the ground it stands on, and its events.

use super::motion::{Motion, Pair, Six, length, minus, nanoseconds, toward};
use super::params::MarkerParams;
use crate::types::{Event, EventKind};

const MS: i64 = 1_000_000;
/// Slow velocity, vertical and between heel and toe, below which a foot is flat [m/s].
const FLAT_SPEED: f64 = 0.15;
/// Speed along the foot by which a flat foot may overtake the body [m/s].
const FLAT_AHEAD: f64 = 0.1;
/// Time after which a flat foot tells the velocity of the ground [ns].
const FLAT_TIME: i64 = 60 * MS;
/// Time after which a flat foot that came without an impact has landed [ns].
const SHUFFLE_TIME: i64 = 200 * MS;
/// Smallest time between two events of a foot [ns].
const EVENT_TIME: i64 = 100 * MS;
/// Longest memory of the ground's velocity [s].
const GROUND_TIME: f64 = 0.3;
/// Share of the walking speed below which a toe stands [-].
const STANDS: f64 = 0.35;
/// Time by which a toe-off is told too early [s].
const TOE_OFF_EARLY: f64 = -0.003;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    Unknown,
    Stance,
    Swing,
}

/// One foot between two ticks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Foot {
    /// Velocity of the ground under this foot [m/s].
    pub(super) own: Option<Pair>,
    own_age: f64,
    mode: Mode,
    ready: bool,
    /// Since when the mode holds [ns]; absent where it was not seen to begin.
    since: Option<i64>,
    /// Last tick with heel and toe [ns].
    pub(super) seen: Option<i64>,
    /// Slow velocities [m/s].
    slow: Option<Six>,
    /// Since when the foot is flat [ns].
    flat: Option<i64>,
    /// Last margin to the next event: time [ns] and margin [m/s].
    last: Option<(i64, f64)>,
    /// Largest speed of the toe in this swing [m/s].
    top: f64,
    /// Largest speed with which the heel rose around the toe in this stance [m/s].
    turn: f64,
}

/// What a foot is judged by in one tick [m/s]: walking speed; speeds of heel and toe over the ground; their vertical
/// velocities.
struct Speeds {
    walk: f64,
    heel: f64,
    toe: f64,
    heel_up: f64,
    toe_up: f64,
}

impl Speeds {
    #[inline(always)]
    fn of(motion: &Motion, body: Pair, ground: Pair, speed_min: f64) -> Self {
        let [hx, hy, heel_up, tx, ty, toe_up] = motion.v;
        Self {
            walk: length(minus(body, ground)).max(speed_min),
            heel: length(minus([hx, hy], ground)),
            toe: length(minus([tx, ty], ground)),
            heel_up,
            toe_up,
        }
    }
}

fn lasts(from: Option<i64>, t: i64, time: i64) -> bool {
    from.is_some_and(|from| t.saturating_sub(from) >= time)
}

/// When the margin was used up [ns]; `late` [s] is by how much that is told too late.
fn when(previous: Option<(i64, f64)>, (t, margin): (i64, f64), late: f64) -> i64 {
    let crossed = match previous {
        Some((before, old)) if old >= 0.0 => {
            before.saturating_add((old / (old - margin) * t.saturating_sub(before) as f64) as i64)
        }
        _ => t,
    };
    crossed.saturating_sub(nanoseconds(late)).min(t)
}

impl Foot {
    /// A foot that knows nothing but perhaps the velocity of its ground [m/s].
    pub(super) fn new(own: Option<Pair>) -> Self {
        Self {
            own,
            own_age: 0.0,
            mode: Mode::Unknown,
            ready: false,
            since: None,
            seen: None,
            slow: None,
            flat: None,
            last: None,
            top: 0.0,
            turn: 0.0,
        }
    }

    pub(super) fn in_contact(&self) -> bool {
        self.mode == Mode::Stance
    }

    /// Notes that the foot is seen, and gives the time since it was before [ns]; after a gap the state is forgotten and
    /// there is none.
    #[inline(always)]
    pub(super) fn see(&mut self, t: i64, gap: i64) -> Option<i64> {
        let step = t.saturating_sub(self.seen.replace(t)?);
        if step > gap {
            (self.slow, self.flat) = (None, None);
            self.enter(Mode::Unknown, None);
            return None;
        }
        Some(step)
    }

    fn enter(&mut self, mode: Mode, since: Option<i64>) {
        (self.mode, self.ready, self.since) = (mode, false, since);
        (self.last, self.top, self.turn) = (None, 0.0, 0.0);
    }

    /// Follows the velocity of the ground while the foot lies flat on it.
    #[inline(always)]
    pub(super) fn ground(&mut self, motion: &Motion, body: Pair, t: i64) {
        let slow = self.slow.map_or(motion.v, |slow| {
            let mut next = slow;
            for (s, v) in next.iter_mut().zip(motion.v) {
                *s += motion.blend * (v - *s);
            }
            next
        });
        self.slow = Some(slow);
        let [hx, hy, hz, tx, ty, tz] = slow;
        let mean = [0.5 * (hx + tx), 0.5 * (hy + ty)];
        let flat = hz.abs() < FLAT_SPEED
            && tz.abs() < FLAT_SPEED
            && length([hx - tx, hy - ty]) < FLAT_SPEED
            && follows(mean, body, motion.along);
        if !flat {
            self.flat = None;
            return;
        }
        let first = *self.flat.get_or_insert(t);
        if t.saturating_sub(first) >= FLAT_TIME {
            self.own_age = (self.own_age + motion.dt).min(GROUND_TIME);
            self.own = Some(self.own.map_or(mean, |own| toward(own, mean, motion.dt, self.own_age)));
        }
    }

    /// The event of this tick, if there is one.
    #[inline(always)]
    pub(super) fn event(
        &mut self,
        params: &MarkerParams,
        motion: Option<&Motion>,
        body: Pair,
        ground: Option<Pair>,
        t: i64,
    ) -> Option<Event> {
        let (motion, ground) = (motion?, ground?);
        let speeds = Speeds::of(motion, body, ground, params.speed_min);
        match self.mode {
            Mode::Unknown => {
                self.settle(&speeds, t);
                None
            }
            Mode::Stance => self.stance(&speeds, motion.lag + TOE_OFF_EARLY + params.bias_to, t),
            Mode::Swing => self.swing(&speeds, motion.lag + 0.0 + params.bias_ic, params.bias_ic, t),
        }
    }

    /// Finds out whether the foot stands or swings.
    fn settle(&mut self, speeds: &Speeds, t: i64) {
        if lasts(self.flat, t, FLAT_TIME) {
            self.enter(Mode::Stance, None);
            self.ready = true;
        } else if speeds.toe > speeds.walk {
            self.enter(Mode::Swing, None);
            (self.ready, self.top) = (true, speeds.toe);
        }
    }

    /// Waits until the toe moves and the heel no longer rises around it, or the toe moves very fast.
    #[inline(always)]
    fn stance(&mut self, speeds: &Speeds, late: f64, t: i64) -> Option<Event> {
        let &Speeds { walk, toe, heel_up, toe_up, .. } = speeds;
        let rise = heel_up - toe_up;
        self.turn = self.turn.max(rise);
        let turned = rise - 0.6 * self.turn.max(0.3 * walk);
        let margin = (0.5 * walk - toe).max(turned.min(1.5 * walk - toe));
        let previous = self.last.replace((t, margin));
        self.ready |= toe < STANDS * walk;
        if !(self.may_change(margin, t)) {
            return None;
        }
        let confidence = (0.5 + 0.5 * self.turn / walk).clamp(0.0, 1.0);
        self.enter(Mode::Swing, Some(t));
        (self.flat, self.top) = (None, toe);
        Some(Event { kind: EventKind::ToeOff, t: when(previous, (t, margin), late), t_emit: t, confidence })
    }

    /// Waits until the heel or the toe has come to rest on the ground.
    #[inline(always)]
    fn swing(&mut self, speeds: &Speeds, late: f64, bias: f64, t: i64) -> Option<Event> {
        let &Speeds { walk, heel, toe, heel_up, toe_up } = speeds;
        let rest = |speed: f64, up: f64| (0.5 * speed - up - 0.15 * walk).max(speed - 0.7 * walk);
        let margin = rest(heel, heel_up).min(rest(toe, toe_up));
        let previous = self.last.replace((t, margin));
        self.top = self.top.max(toe);
        self.ready |= toe > walk;
        let happened = if self.may_change(margin, t) {
            when(previous, (t, margin), late)
        } else {
            let flat = self.flat.filter(|_| lasts(self.flat, t, SHUFFLE_TIME) && heel.max(toe) < STANDS * walk)?;
            flat.saturating_sub(nanoseconds(bias)).min(t)
        };
        let confidence = (self.top / (2.5 * walk)).clamp(0.0, 1.0);
        self.enter(Mode::Stance, Some(t));
        Some(Event { kind: EventKind::InitialContact, t: happened, t_emit: t, confidence })
    }

    #[inline(always)]
    fn may_change(&self, margin: f64, t: i64) -> bool {
        margin < 0.0 && self.ready && self.since.is_none_or(|since| t.saturating_sub(since) >= EVENT_TIME)
    }
}

/// Whether a foot does not overtake the body.
#[inline(always)]
fn follows([x, y]: Pair, [body_x, body_y]: Pair, along: Pair) -> bool {
    (x - body_x) * along[0] + (y - body_y) * along[1] <= FLAT_AHEAD * length(along)
}
