//! Contacts of both feet from their vertical forces.

use crate::error::{Error, Result, in_range};
use crate::types::{Event, EventKind, NS, Sides};

/// Settings of [`ForceContacts`]; the defaults suit belts and insoles between 100 Hz and 1 kHz.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForceParams {
    /// Peak force of a step that is assumed until one was seen [N], `100..=3000`.
    pub scale: f64,
    /// Force at which a contact begins, as a share of the peak force [-], `0.01..=0.5`.
    pub on: f64,
    /// Force at which a contact ends, as a share of the peak force [-], `0.01..=0.5`, not above `on`.
    pub off: f64,
    /// Time a new state must last before it is believed [s], `0..=0.05`.
    pub debounce: f64,
    /// Smallest time between two events of a foot [s], `0..=0.5`.
    pub refractory: f64,
    /// Time constant with which the zero of a lifted foot is followed [s], `0.02..=10`.
    pub baseline_time: f64,
    /// Largest zero error that is followed [N], `0..=200`.
    pub baseline_max: f64,
    /// Time from the first sample until events are reported [s], `0..=1`.
    pub settle: f64,
    /// Time without a sample after which the state of a foot is forgotten [s], `0.01..=1`.
    pub gap: f64,
}

impl Default for ForceParams {
    fn default() -> Self {
        Self {
            scale: 700.0,
            on: 0.06,
            off: 0.05,
            debounce: 0.008,
            refractory: 0.12,
            baseline_time: 0.3,
            baseline_max: 50.0,
            settle: 0.1,
            gap: 0.1,
        }
    }
}

impl ForceParams {
    fn checked(self) -> Result<Self> {
        in_range("scale", self.scale, 100.0, 3000.0)?;
        in_range("on", self.on, 0.01, 0.5)?;
        in_range("off", self.off, 0.01, 0.5)?;
        in_range("debounce", self.debounce, 0.0, 0.05)?;
        in_range("refractory", self.refractory, 0.0, 0.5)?;
        in_range("baseline_time", self.baseline_time, 0.02, 10.0)?;
        in_range("baseline_max", self.baseline_max, 0.0, 200.0)?;
        in_range("settle", self.settle, 0.0, 1.0)?;
        in_range("gap", self.gap, 0.01, 1.0)?;
        if self.off > self.on {
            return Err(Error::Swapped {
                low: "off",
                high: "on",
                index: None,
                low_value: self.off,
                high_value: self.on,
            });
        }
        Ok(self)
    }
}

/// One foot between two ticks.
#[derive(Clone, Copy, Debug)]
struct Foot {
    /// First sample since the state was forgotten [ns]; absent before it.
    since: Option<i64>,
    contact: bool,
    baseline: f64,
    scale: f64,
    peak: f64,
    /// Last valid sample: time [ns] and net force [N].
    last: Option<(i64, f64)>,
    /// Time at which the threshold of the other state was crossed, and the first sample beyond it [ns].
    crossing: Option<(i64, i64)>,
    /// Last event [ns].
    event: Option<i64>,
}

impl Foot {
    fn new(scale: f64) -> Self {
        Self { since: None, contact: false, baseline: 0.0, scale, peak: 0.0, last: None, crossing: None, event: None }
    }
}

/// Streaming detector of initial contact and toe-off of both feet.
#[derive(Clone, Debug)]
pub struct ForceContacts {
    params: ForceParams,
    feet: Sides<Foot>,
    t: Option<i64>,
}

fn nanoseconds(seconds: f64) -> i64 {
    (seconds * NS) as i64
}

impl ForceContacts {
    /// A detector that has seen nothing.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming the first parameter outside its range; [`Error::Swapped`] when `off` exceeds `on`.
    pub fn new(params: ForceParams) -> Result<Self> {
        let params = params.checked()?;
        Ok(Self { params, feet: [Foot::new(params.scale); 2], t: None })
    }

    /// One tick: vertical forces [N] at time `t` [ns].
    ///
    /// A tick whose time does not exceed the one before is not taken.
    pub fn step(&mut self, force: Sides<Option<f64>>, t: i64) -> Sides<Option<Event>> {
        if self.t.is_some_and(|last| t <= last) {
            return [None; 2];
        }
        self.t = Some(t);
        let params = self.params;
        core::array::from_fn(|side| {
            let force = force[side].filter(|f| f.is_finite())?;
            self.feet[side].step(&params, force, t)
        })
    }

    /// Which feet are on the ground, as far as known.
    #[must_use]
    pub fn in_contact(&self) -> Sides<bool> {
        self.feet.map(|foot| foot.contact)
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        *self = Self { params: self.params, feet: [Foot::new(self.params.scale); 2], t: None };
    }
}

impl Foot {
    fn step(&mut self, params: &ForceParams, force: f64, t: i64) -> Option<Event> {
        if self.last.is_some_and(|(last, _)| t.saturating_sub(last) > nanoseconds(params.gap)) {
            (self.since, self.last, self.crossing) = (None, None, None);
        }
        let net = force - self.baseline;
        let level = self.scale * if self.contact { params.off } else { params.on };
        let previous = self.last.replace((t, net));
        let since = *self.since.get_or_insert(t);
        if t.saturating_sub(since) < nanoseconds(params.settle) {
            self.contact = net >= level;
            return None;
        }
        self.follow(params, force, previous.map_or(0.0, |(last, _)| t.saturating_sub(last) as f64 / NS));
        if (net >= level) == self.contact {
            self.crossing = None;
            return None;
        }
        let (happened, first) = *self.crossing.get_or_insert((crossing(previous, (t, net), level), t));
        let free = self.event.map_or(i64::MIN, |last| last.saturating_add(nanoseconds(params.refractory)));
        if t.saturating_sub(first) < nanoseconds(params.debounce) || t < free {
            return None;
        }
        Some(self.switch(happened.max(free), t))
    }

    /// Zero of a lifted foot, peak of a standing one.
    fn follow(&mut self, params: &ForceParams, force: f64, dt: f64) {
        if self.contact {
            self.peak = self.peak.max(force - self.baseline);
        } else if self.crossing.is_none() && force - self.baseline < self.scale * params.on {
            let next = self.baseline + (force - self.baseline) * (dt / params.baseline_time).min(1.0);
            self.baseline = next.clamp(-params.baseline_max, params.baseline_max);
        }
    }

    fn switch(&mut self, happened: i64, t: i64) -> Event {
        let kind = if self.contact { EventKind::ToeOff } else { EventKind::InitialContact };
        if self.contact {
            self.scale = (self.scale + 0.2 * (self.peak - self.scale)).clamp(100.0, 3000.0);
        }
        (self.contact, self.crossing, self.peak, self.event) = (!self.contact, None, 0.0, Some(happened));
        Event { kind, t: happened, t_emit: t, confidence: 1.0 }
    }
}

/// Time [ns] at which the line through two samples crosses `level`; the later sample's where there is no line.
fn crossing(previous: Option<(i64, f64)>, (t, net): (i64, f64), level: f64) -> i64 {
    let Some((before, old)) = previous else { return t };
    let share = (level - old) / (net - old);
    if !(0.0..=1.0).contains(&share) {
        return t;
    }
    before.saturating_add((share * t.saturating_sub(before) as f64) as i64).min(t)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_step_gives_one_contact_and_one_lift() {
        let mut contacts = ForceContacts::new(ForceParams::default()).unwrap();
        let mut seen = Vec::new();
        for i in 0..200_i64 {
            let force = if (50..120).contains(&i) { 600.0 } else { 0.0 };
            seen.extend(
                contacts.step([Some(force), None], i * 10_000_000)[0]
                    .map(|e| (e.kind, e.t / 1_000_000, e.t_emit / 1_000_000)),
            );
        }
        assert_eq!(seen, [(EventKind::InitialContact, 490, 510), (EventKind::ToeOff, 1199, 1210)]);
    }

    #[test]
    fn bad_settings_are_named() {
        let bad = ForceParams { on: 0.02, ..ForceParams::default() };
        assert!(matches!(ForceContacts::new(bad), Err(Error::Swapped { low: "off", .. })));
        assert!(ForceContacts::new(ForceParams { scale: f64::NAN, ..ForceParams::default() }).is_err());
    }
}
