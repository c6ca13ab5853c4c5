//! The event detectors, one by one and their vote: events in order of time, known after they happened, trusted by a share.

use crate::bytes::Bytes;
use gaitloop_core::Result;
use gaitloop_core::events::{
    BackImuContacts, BackImuParams, Detector, FootImuContacts, FootImuParams, ForceContacts, ForceParams,
    FusedContacts, FusedParams, JointContacts, JointParams, MarkerContacts, MarkerParams, ShankGyroContacts,
    ShankGyroParams,
};
use gaitloop_core::types::{Event, Sides};

const TICK: i64 = 10_000_000;
/// Rows of a recording that are looked at as a whole.
const ROWS: usize = 2000;

fn judge(events: &[Option<Event>; 2], t: i64) {
    for event in events.iter().flatten() {
        assert!(event.t <= event.t_emit && event.t_emit <= t, "{event:?} at {t}");
        assert!((0.0..=1.0).contains(&event.confidence), "{event:?}");
    }
}

/// Rows of `N` values: some that repeat as a leg does, some of any numbers, some absent.
struct Rows<'a, const N: usize> {
    bytes: Bytes<'a>,
    t: i64,
    size: [f64; N],
    offset: [f64; N],
    period: f64,
    left: u32,
    at: u32,
}

impl<'a, const N: usize> Rows<'a, N> {
    fn new(mut bytes: Bytes<'a>, scale: f64) -> Self {
        let size = core::array::from_fn(|_| scale * bytes.between(-1.0, 1.0));
        let offset = core::array::from_fn(|_| scale * bytes.between(-1.0, 1.0));
        Self { bytes, t: 0, size, offset, period: 110.0, left: 0, at: 0 }
    }

    fn next(&mut self) -> Option<([f64; N], i64)> {
        if self.left == 0 {
            if self.bytes.is_empty() {
                return None;
            }
            self.t = self.bytes.time(self.t, TICK);
            match self.bytes.byte() % 8 {
                0 => return Some((core::array::from_fn(|_| self.bytes.hostile()), self.t)),
                1 => return Some(([f64::NAN; N], self.t)),
                2 => {
                    let (i, scale) = (self.bytes.below(N), self.size[0].abs().max(1.0));
                    self.offset[i] = self.bytes.value(-scale, scale);
                }
                3 => self.period = 2.0 + f64::from(self.bytes.byte()),
                _ => {}
            }
            self.left = u32::from(self.bytes.byte());
            self.at = self.at.wrapping_add(1);
        } else {
            self.left -= 1;
            self.t = self.t.saturating_add(TICK);
            self.at = self.at.wrapping_add(1);
        }
        // The channels of the right side, the second half, are half a cycle behind.
        let cycle = f64::from(self.at) / self.period;
        let wave =
            |i: usize| (core::f64::consts::TAU * (cycle + if 2 * i < N { 0.0 } else { 0.5 }) + i as f64 * 0.3).sin();
        Some((core::array::from_fn(|i| self.offset[i] + self.size[i] * wave(i)), self.t))
    }
}

fn drive<const N: usize, D: Detector<N>>(made: Result<D>, bytes: Bytes<'_>, scale: f64) {
    let Ok(mut detector) = made else { return };
    let mut rows = Rows::<N>::new(bytes, scale);
    let (mut table, mut times) = (Vec::new(), Vec::new());
    let fused = FusedContacts::new(&[1.0, 0.5], FusedParams::default());
    let mut fused = fused.ok();
    while let Some((row, t)) = rows.next() {
        let events = detector.step(&row, t);
        judge(&events, t);
        let (_, paused) = (detector.in_contact(), detector.paused());
        if let Some(vote) = &mut fused {
            judge(&vote.step(&[events, [None, events[0]]], &[paused.map(|p| !p), [true; 2]], t), t);
        }
        if table.len() < ROWS {
            table.push(row);
            times.push(t);
        }
    }
    let mut last = i64::MIN;
    for (side, event) in detector.look_ahead(&table, &times) {
        assert!(side < 2 && event.t >= last && (0.0..=1.0).contains(&event.confidence), "{event:?} after {last}");
        last = event.t;
    }
    detector.reset();
}

/// A vote over events of any kind, time and confidence.
fn vote(mut bytes: Bytes<'_>) {
    let weights: Vec<f64> = (0..bytes.below(10)).map(|_| bytes.value(0.01, 1.0)).collect();
    let params = FusedParams {
        window: bytes.value(0.02, 0.3),
        wait: bytes.value(0.0, 0.1),
        quorum: bytes.value(0.0, 1.0),
        stance: bytes.value(0.0, 0.5),
        swing: bytes.value(0.0, 0.5),
    };
    let Ok(mut fused) = FusedContacts::new(&weights, params) else { return };
    let mut t = 0;
    while !bytes.is_empty() {
        t = bytes.time(t, TICK);
        let mut found: Vec<Sides<Option<Event>>> = Vec::new();
        for _ in 0..fused.sources() {
            let mut event = || {
                use gaitloop_core::types::EventKind::{InitialContact, ToeOff};
                bytes.once_in(4).then(|| {
                    let at = bytes.time(t, -TICK);
                    let kind = bytes.any([InitialContact, ToeOff]);
                    Event { kind, t: at.min(t), t_emit: t, confidence: bytes.value(0.0, 1.0) }
                })
            };
            found.push([event(), event()]);
        }
        let alive: Vec<_> = (0..fused.sources()).map(|_| [!bytes.once_in(8), !bytes.once_in(8)]).collect();
        judge(&fused.step(&found, &alive, t), t);
        assert!(fused.trusted().count() == weights.len());
    }
}

pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let chosen = bytes.byte() % 7;
    match chosen {
        0 => {
            let params = ForceParams {
                shared: bytes.bit(),
                debounce: bytes.value(0.0, 0.05),
                settle: bytes.value(0.0, 1.0),
                gap: bytes.value(0.01, 1.0),
                ..ForceParams::default()
            };
            drive(ForceContacts::new(params), bytes, 800.0);
        }
        1 => drive(FootImuContacts::new(FootImuParams::default()), bytes, 15.0),
        2 => drive(BackImuContacts::new(BackImuParams::default()), bytes, 10.0),
        3 => drive(JointContacts::new(JointParams::default()), bytes, 1.0),
        4 => drive(MarkerContacts::new(MarkerParams::default()), bytes, 1.0),
        5 => drive(ShankGyroContacts::new(ShankGyroParams::default()), bytes, 6.0),
        _ => vote(bytes),
    }
}
