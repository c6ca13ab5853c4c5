//! Contacts of both feet from the angles of an exoskeleton's joints.

mod trigonometry;

use super::detector::{Detector, second_pass};
use crate::error::{Error, Result, in_range};
use crate::types::{Event, EventKind, N_JOINTS, NS, Sides};
use core::f64::consts::PI;
use trigonometry::sin_cos;

/// Lengths of a leg as shares of body height [-], section 1 of the specification.
const THIGH: f64 = 0.245;
const SHANK: f64 = 0.246;
const ANKLE_HEIGHT: f64 = 0.039;
const HEEL: f64 = 0.0286;
const TOE: f64 = 0.0743;
/// Time constant of the filter of the ankle's place [s], and the delay that it costs [ns].
const SMOOTH: f64 = 0.005;
const LAG: i64 = 5_000_000;
/// Height above the other foot at which a foot counts as down, as a share of body height [-].
const LEVEL: f64 = 0.0026;
/// Time from there to contact [ns].
const SETTLE: i64 = 35_000_000;
/// Hip flexion of a person who sits [rad].
const SEATED: f64 = 1.2;

/// Settings of [`JointContacts`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JointParams {
    /// Earliest contact after the foot was furthest ahead [s], `0..=0.2`.
    pub earliest: f64,
    /// Latest contact after the foot was furthest ahead [s], `0..=0.2`, not before `earliest`.
    pub latest: f64,
    /// Contact after the foot was furthest ahead where the ankles are not measured [s], `0..=0.2`.
    pub usual: f64,
    /// Time without a sample after which a foot's momentary state is forgotten [s], `0.01..=1`.
    pub gap: f64,
}

impl Default for JointParams {
    fn default() -> Self {
        Self { earliest: 0.05, latest: 0.1, usual: 0.085, gap: 0.1 }
    }
}

impl JointParams {
    fn checked(self) -> Result<Self> {
        in_range("earliest", self.earliest, 0.0, 0.2)?;
        in_range("latest", self.latest, 0.0, 0.2)?;
        in_range("usual", self.usual, 0.0, 0.2)?;
        in_range("gap", self.gap, 0.01, 1.0)?;
        if self.earliest > self.latest {
            return Err(Error::Swapped {
                low: "earliest",
                high: "latest",
                index: None,
                low_value: self.earliest,
                high_value: self.latest,
            });
        }
        Ok(self)
    }
}

/// The settings in nanoseconds.
#[derive(Clone, Copy, Debug)]
struct Times {
    earliest: i64,
    latest: i64,
    usual: i64,
    gap: i64,
}

/// Where a leg's ankle is, as shares of body height.
#[derive(Clone, Copy, Debug)]
struct Leg {
    hip: f64,
    /// Ankle before the hip.
    ahead: f64,
    /// Lowest point of the foot above the hip; absent without an ankle angle.
    lowest: Option<f64>,
}

impl Leg {
    /// The leg of hip, knee and ankle [rad]; absent without hip or knee.
    fn of([hip, knee, ankle]: [f64; 3]) -> Option<Self> {
        let measured = |angle: f64| angle.abs() <= PI;
        if !(measured(hip) && measured(knee)) {
            return None;
        }
        let shank = hip - knee;
        let ((sin_h, cos_h), (sin_s, cos_s)) = (sin_cos(hip), sin_cos(shank));
        let lowest = measured(ankle).then(|| {
            let (sin_f, cos_f) = sin_cos(shank + ankle);
            let z = -(THIGH * cos_h + SHANK * cos_s);
            (z - ANKLE_HEIGHT * cos_f) + (-HEEL * sin_f).min(TOE * sin_f)
        });
        Some(Self { hip, ahead: THIGH * sin_h + SHANK * sin_s, lowest })
    }
}

/// One tick of one leg.
struct Tick {
    t: i64,
    before: i64,
    hip: f64,
    /// This ankle before the other one.
    lead: Option<f64>,
    /// Height above the other foot one tick ago.
    gap_before: Option<f64>,
}

/// One foot between two ticks.
#[derive(Clone, Copy, Debug)]
struct Foot {
    excursion: f64,
    stride: f64,
    steps: u32,
    known: bool,
    swing: bool,
    edge: f64,
    fall: f64,
    rise: f64,
    edge_t: i64,
    edge_lead: Option<f64>,
    seen: Option<i64>,
    ground: Option<i64>,
    event: Option<i64>,
    ic: Option<i64>,
    x: Option<f64>,
    above: Option<f64>,
}

fn seconds(from: i64, to: i64) -> f64 {
    to.saturating_sub(from) as f64 * 1e-9
}

impl Foot {
    const NEW: Self = Self {
        excursion: 0.15,
        stride: 0.0,
        steps: 0,
        known: false,
        swing: false,
        edge: 0.0,
        fall: 0.0,
        rise: 0.0,
        edge_t: 0,
        edge_lead: None,
        seen: None,
        ground: None,
        event: None,
        ic: None,
        x: None,
        above: None,
    };

    fn forget(&mut self) {
        (self.x, self.above, self.ground, self.ic, self.edge_lead) = (None, None, None, None, None);
        (self.swing, self.known, self.fall) = (false, false, 0.0);
    }

    fn rewind(&mut self) {
        (self.seen, self.event) = (None, None);
        self.forget();
    }

    fn mark(&mut self, t: i64, lead: Option<f64>) {
        (self.edge_t, self.edge_lead) = (t, lead);
    }

    fn step(&mut self, times: &Times, leg: &Leg, other: Option<&Leg>, t: i64) -> Option<Event> {
        let before = self.seen.replace(t);
        if before.is_some_and(|b| t.saturating_sub(b) > times.gap) {
            self.forget();
        }
        let lead = other.map(|other| leg.ahead - other.ahead);
        let above = other.and_then(|other| Some(leg.lowest? - other.lowest?));
        let (Some(before), Some(x)) = (before, self.x) else {
            (self.x, self.above, self.edge) = (Some(leg.ahead), above, leg.ahead);
            self.mark(t, lead);
            return None;
        };
        let dt = seconds(before, t);
        let share = dt / (SMOOTH + dt);
        let x = x + share * (leg.ahead - x);
        let gap_before = self.above;
        self.x = Some(x);
        self.above = match (above, gap_before) {
            (Some(new), Some(old)) => Some(old + share * (new - old)),
            (new, _) => new,
        };
        let tick = Tick { t, before, hip: leg.hip, lead, gap_before };
        if self.swing { self.land(times, &tick, x) } else { self.lift(&tick, x) }
    }

    /// Toe-off: the ankle comes forward from where it was furthest behind.
    fn lift(&mut self, tick: &Tick, x: f64) -> Option<Event> {
        if x < self.edge {
            self.fall += self.edge - x;
            self.edge = x;
        }
        if x <= self.edge + 0.006 * self.excursion {
            self.mark(tick.t, tick.lead);
            return None;
        }
        let mut way = x - self.edge;
        if let (Some(lead), Some(edge_lead)) = (tick.lead, self.edge_lead) {
            way = (2.0 * way).min(lead - edge_lead); // sitting down and rising move both legs alike
        }
        let stepped = self.known && self.fall >= 0.35 * self.excursion;
        if way < (if stepped { 0.1 } else { 0.3 }) * self.excursion || tick.hip > SEATED {
            return None;
        }
        if self.ic.is_some_and(|ic| seconds(ic, self.edge_t) < (0.25 * self.stride).clamp(0.15, 0.3)) {
            return None;
        }
        let at = self.after_last(self.edge_t.saturating_sub(LAG));
        let confidence = (self.fall / self.excursion).clamp(0.0, 1.0);
        (self.event, self.swing, self.rise, self.ground) = (Some(at), true, self.edge, None);
        self.edge = x;
        self.mark(tick.t, tick.lead);
        Some(Event { kind: EventKind::ToeOff, t: at, t_emit: tick.t, confidence })
    }

    /// Initial contact: the ankle was furthest ahead and the foot has come down to the other one.
    fn land(&mut self, times: &Times, tick: &Tick, x: f64) -> Option<Event> {
        let t = tick.t;
        if x > self.edge {
            (self.edge, self.ground) = (x, None);
            self.mark(t, tick.lead);
        }
        if let (None, Some(above)) = (self.ground, self.above.filter(|above| *above <= LEVEL)) {
            self.ground = Some(crossing(tick, above));
        }
        let way = self.edge - self.rise;
        let down = if way >= 0.4 * self.excursion { 0.02 * self.excursion } else { 0.5 * way };
        if x > self.edge - down && seconds(self.edge_t, t) < 0.3 {
            return None;
        }
        let e = self.edge_t.saturating_sub(LAG);
        let landing = match (self.above, self.ground) {
            (None, _) => e.saturating_add(times.usual),
            (Some(_), None) => e.saturating_add(times.latest),
            (Some(_), Some(ground)) => ground
                .saturating_sub(LAG)
                .saturating_add(SETTLE)
                .max(e.saturating_add(times.earliest))
                .min(e.saturating_add(times.latest)),
        };
        if t < landing {
            return None;
        }
        let at = self.after_last(landing);
        let confidence = (way / self.excursion).clamp(0.0, 1.0);
        self.learn(way, at);
        (self.swing, self.known, self.fall) = (false, true, self.edge - x);
        (self.ic, self.event, self.edge) = (Some(at), Some(at), x);
        self.mark(t, tick.lead);
        Some(Event { kind: EventKind::InitialContact, t: at, t_emit: t, confidence })
    }

    fn learn(&mut self, way: f64, at: i64) {
        let share = if self.steps == 0 { 1.0 } else { 0.2 };
        self.excursion = (self.excursion + share * (way - self.excursion)).max(0.06);
        self.steps = self.steps.saturating_add(1);
        if let Some(ic) = self.ic {
            let stride = seconds(ic, at).min(3.0);
            self.stride = if self.stride == 0.0 { stride } else { self.stride + 0.2 * (stride - self.stride) };
        }
    }

    /// `at`, but after the foot's last event.
    fn after_last(&self, at: i64) -> i64 {
        self.event.map_or(at, |event| at.max(event.saturating_add(1)))
    }
}

/// When the foot came down to the level [ns], by a straight line between two ticks.
fn crossing(tick: &Tick, above: f64) -> i64 {
    let Some(old) = tick.gap_before.filter(|old| *old != above) else { return tick.t };
    let share = (LEVEL - old) / (above - old);
    if !(0.0..=1.0).contains(&share) {
        return tick.t;
    }
    let way = (share * tick.t.saturating_sub(tick.before) as f64) as i64;
    tick.before.saturating_add(way).min(tick.t)
}

/// Streaming detector of initial contact and toe-off of both feet from joint angles, the trunk taken upright.
///
/// A leg swings from where its ankle is furthest behind the hip to where it is furthest ahead (Zeni 2008, in joint
/// space); contact follows when the foot has come down to the level of the other one.
#[derive(Clone, Debug)]
pub struct JointContacts {
    times: Times,
    feet: Sides<Foot>,
    paused: Sides<bool>,
    t: Option<i64>,
}

impl JointContacts {
    /// A detector that has seen nothing.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first setting outside its range; [`crate::Error::Swapped`] when
    /// `earliest` exceeds `latest`.
    pub fn new(params: JointParams) -> Result<Self> {
        let params = params.checked()?;
        let ns = |seconds: f64| (seconds * NS) as i64;
        let times = Times {
            earliest: ns(params.earliest),
            latest: ns(params.latest),
            usual: ns(params.usual),
            gap: ns(params.gap),
        };
        Ok(Self { times, feet: [Foot::NEW; 2], paused: [false; 2], t: None })
    }

    fn rewind(&mut self) {
        self.t = None;
        self.feet.iter_mut().for_each(Foot::rewind);
    }
}

impl Detector<N_JOINTS> for JointContacts {
    fn step(&mut self, row: &[f64; N_JOINTS], t: i64) -> Sides<Option<Event>> {
        if self.t.is_some_and(|last| t <= last) {
            return [None; 2];
        }
        self.t = Some(t);
        let [h0, k0, a0, h1, k1, a1] = *row;
        let legs = [Leg::of([h0, k0, a0]), Leg::of([h1, k1, a1])];
        self.paused = [legs[0].is_none(), legs[1].is_none()];
        let mut events = [None; 2];
        for (side, (foot, leg)) in self.feet.iter_mut().zip(&legs).enumerate() {
            if let Some(leg) = leg {
                events[side] = foot.step(&self.times, leg, legs[1 - side].as_ref(), t);
            }
        }
        events
    }

    fn look_ahead(&self, rows: &[[f64; N_JOINTS]], t: &[i64]) -> Vec<(usize, Event)> {
        let mut fresh = self.clone();
        fresh.reset();
        second_pass(fresh, Self::rewind, rows, t)
    }

    fn in_contact(&self) -> Sides<bool> {
        self.feet.map(|foot| !foot.swing)
    }

    fn paused(&self) -> Sides<bool> {
        self.paused
    }

    fn reset(&mut self) {
        *self = Self { times: self.times, feet: [Foot::NEW; 2], paused: [false; 2], t: None };
    }
}
