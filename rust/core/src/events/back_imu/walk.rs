//! From rises of the trunk to steps, from steps to events.

use super::due::{Due, Pending};
use super::{BackImuParams, double_support, nanoseconds, seconds};
use crate::types::{Event, EventKind, Sides};

/// Step times that a person may have [s].
const STEP_TIME: (f64, f64) = (0.3, 1.8);
/// Times between two steps of somebody who begins to walk [s].
const FIRST_STEPS: (f64, f64) = (0.25, 1.9);
/// Step times without a step after which the person stands.
const STANDING: f64 = 2.2;
/// Time from the share of the rise that is watched to the contact [s].
const LEAD: f64 = 0.1;

/// A step of somebody of whom it is not known yet whether he walks.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// Contact [ns].
    at: i64,
    /// Rise of the vertical acceleration [m/s²].
    height: f64,
    /// Turning rate at the contact [rad/s].
    turn: f64,
}

/// What a gap wipes.
#[derive(Clone, Copy, Debug)]
struct Moment {
    high: bool,
    walking: bool,
    low: f64,
    top: f64,
    before: Option<f64>,
    /// Contact whose rise is not over, and the turning rate there.
    contact: Option<i64>,
    turn: f64,
    /// The two latest steps, the later one second; both wait for a third.
    steps: [Option<Step>; 2],
    last: i64,
    side: usize,
    agree: f64,
    weight: f64,
    lift: Option<Pending>,
    due: Due,
}

impl Moment {
    fn new() -> Self {
        Self {
            high: false,
            walking: false,
            low: f64::INFINITY,
            top: f64::NEG_INFINITY,
            before: None,
            contact: None,
            turn: 0.0,
            steps: [None; 2],
            last: 0,
            side: 0,
            agree: 0.0,
            weight: 0.0,
            lift: None,
            due: Due::new(),
        }
    }

    /// How sure the sides are, 0.5 to 1.
    fn sure(&self) -> f64 {
        if self.weight <= 0.0 {
            return 0.5;
        }
        0.5 + 0.5 * (2.0 * self.agree / self.weight - 1.0).clamp(0.0, 1.0)
    }
}

/// The steps of one person.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk {
    floor: f64,
    share: f64,
    /// Usual rise of a step [m/s²].
    height: f64,
    step_time: f64,
    smoothing: f64,
    in_contact: Sides<bool>,
    /// Time of the last event given [ns].
    reported: Option<i64>,
    moment: Moment,
}

impl Walk {
    pub(super) fn new(params: &BackImuParams) -> Self {
        let mut walk = Self {
            floor: params.floor,
            share: params.rise,
            height: 0.0,
            step_time: 0.0,
            smoothing: 0.0,
            in_contact: [true; 2],
            reported: None,
            moment: Moment::new(),
        };
        walk.set_step_time(params.step_time);
        walk
    }

    /// Forgets the moment; what was learned of the person stays.
    pub(super) fn forget(&mut self) {
        (self.moment, self.in_contact) = (Moment::new(), [true; 2]);
    }

    pub(super) fn in_contact(&self) -> Sides<bool> {
        self.in_contact
    }

    /// Time constant of the low-passes of the vertical acceleration [s].
    pub(super) fn smoothing(&self) -> f64 {
        self.smoothing
    }

    fn set_step_time(&mut self, step_time: f64) {
        self.step_time = step_time.clamp(STEP_TIME.0, STEP_TIME.1);
        self.smoothing = (0.06 * self.step_time).clamp(0.02, 0.08);
    }

    /// The usual rise fades while nobody walks.
    #[inline]
    pub(super) fn fade(&mut self, share: f64) {
        if !self.moment.walking {
            self.height -= self.height * share;
        }
    }

    /// A lift whose time has come will be given.
    #[inline]
    pub(super) fn lift(&mut self, t: i64) {
        if let Some(lift) = self.moment.lift
            && t >= lift.at
        {
            self.moment.due.push(lift);
            self.moment.lift = None;
        }
    }

    /// Rise and fall of the smoothed vertical acceleration `x` [m/s²] between `prev` and `t` [ns].
    #[inline]
    pub(super) fn follow(&mut self, x: f64, turn: f64, prev: i64, t: i64) {
        let moment = &mut self.moment;
        if moment.walking && seconds(moment.last, t) > STANDING * self.step_time {
            (moment.walking, moment.contact, self.in_contact) = (false, None, [true; 2]);
        }
        let old = moment.before.replace(x);
        if moment.high {
            moment.top = if x > moment.top { x } else { moment.top };
            let height = moment.top - moment.low;
            if x <= moment.top - 0.5 * if height > self.floor { height } else { self.floor } {
                (moment.high, moment.low) = (false, x);
                if let Some(at) = moment.contact.take() {
                    self.step_ends(at, height, t);
                }
            }
            return;
        }
        moment.low = if x < moment.low { x } else { moment.low };
        let usual = self.share * self.height;
        let level = moment.low + if usual > self.floor { usual } else { self.floor };
        if x >= level {
            (moment.high, moment.top) = (true, x);
            self.rise(level, x, old, turn, (prev, t));
        }
    }

    /// The acceleration has risen through `level`.
    fn rise(&mut self, level: f64, x: f64, old: Option<f64>, turn: f64, (prev, t): (i64, i64)) {
        let share = match old {
            Some(old) if x > old => ((level - old) / (x - old)).clamp(0.0, 1.0),
            _ => 1.0,
        };
        let crossed = prev.saturating_add((share * t.saturating_sub(prev) as f64) as i64);
        let at = crossed.saturating_sub(nanoseconds(3.0 * self.smoothing - LEAD)).min(t);
        self.moment.contact = None;
        if self.moment.walking {
            if seconds(self.moment.last, at) >= 0.5 * self.step_time {
                self.next_contact(at, turn);
            }
        } else if self.may_be_contact(at) {
            (self.moment.contact, self.moment.turn) = (Some(at), turn);
        }
    }

    /// Whether a rise fits the steps before it; steps that it does not fit are left out.
    fn may_be_contact(&mut self, at: i64) -> bool {
        let steps = &mut self.moment.steps;
        let [older, Some(newer)] = *steps else { return true };
        let d = seconds(newer.at, at);
        if d < FIRST_STEPS.0 {
            return false;
        }
        let even = older.is_none_or(|older| (0.5..=2.0).contains(&(d / seconds(older.at, newer.at))));
        if d > FIRST_STEPS.1 {
            *steps = [None; 2];
        } else if !even {
            steps[0] = None;
        }
        true
    }

    /// A contact of somebody who walks.
    fn next_contact(&mut self, at: i64, turn: f64) {
        let (d, usual) = (seconds(self.moment.last, at), self.step_time);
        let regular = (1.0 - (d - usual).abs() / usual).clamp(0.0, 1.0);
        self.set_step_time(usual + 0.2 * (d.min(1.5 * usual).max(0.6 * usual) - usual));
        let moment = &mut self.moment;
        (moment.contact, moment.last) = (Some(at), at);
        moment.agree = 0.8 * moment.agree + if moment.side == 1 { turn } else { -turn };
        moment.weight = 0.8 * moment.weight + turn.abs();
        if moment.agree < -0.5 * moment.weight {
            moment.agree = -moment.agree;
            return;
        }
        let confidence = regular * moment.sure();
        moment.due.push(Pending { side: moment.side, kind: EventKind::InitialContact, at, confidence });
        moment.side = 1 - moment.side;
        let lift = at.saturating_add(nanoseconds(double_support(self.step_time)));
        moment.lift = Some(Pending { side: moment.side, kind: EventKind::ToeOff, at: lift, confidence });
    }

    /// The rise that began at the contact `at` is over.
    fn step_ends(&mut self, at: i64, height: f64, t: i64) {
        if self.moment.walking {
            self.height += 0.2 * (height - self.height);
            return;
        }
        let steps = &mut self.moment.steps;
        if height < 0.35 * self.height {
            *steps = [None; 2];
            return;
        }
        let step = Step { at, height, turn: self.moment.turn };
        match *steps {
            [Some(first), Some(second)] => self.start([first, second, step], t),
            [_, newer] => *steps = [newer, Some(step)],
        }
    }

    /// Three steps are walking.
    fn start(&mut self, steps: [Step; 3], t: i64) {
        let [first, second, third] = steps;
        let (d1, d2) = (seconds(first.at, second.at), seconds(second.at, third.at));
        self.set_step_time(0.5 * (d1 + d2));
        self.height = (first.height + second.height + third.height) / 3.0;
        let moment = &mut self.moment;
        let vote = first.turn - second.turn + third.turn;
        moment.agree = vote.abs();
        moment.weight = first.turn.abs() + second.turn.abs() + third.turn.abs();
        moment.side = usize::from(vote > 0.0);
        let confidence = (1.0 - (d2 - d1).abs() / (d1 + d2)).clamp(0.0, 1.0) * moment.sure();
        let later = nanoseconds(double_support(self.step_time));
        for Step { at, .. } in steps {
            moment.due.push(Pending { side: moment.side, kind: EventKind::InitialContact, at, confidence });
            moment.side = 1 - moment.side;
            let lift = at.saturating_add(later).min(t);
            moment.due.push(Pending { side: moment.side, kind: EventKind::ToeOff, at: lift, confidence });
        }
        (moment.walking, moment.last, moment.steps) = (true, third.at, [None; 2]);
    }

    /// Whether nothing waits to be given.
    pub(super) fn nothing_due(&self) -> bool {
        self.moment.due.is_empty()
    }

    /// Gives what is due, at most one event per side.
    pub(super) fn release(&mut self, t: i64) -> Sides<Option<Event>> {
        let mut events = [None; 2];
        while let Some(next) = self.moment.due.pop_if(|front| events[front.side & 1].is_none()) {
            let at = self.reported.map_or(next.at, |reported| next.at.max(reported.saturating_add(1))).min(t);
            self.reported = Some(at);
            self.in_contact[next.side & 1] = next.kind == EventKind::InitialContact;
            events[next.side & 1] = Some(Event { kind: next.kind, t: at, t_emit: t, confidence: next.confidence });
        }
        events
    }
}
