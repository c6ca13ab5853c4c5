//! The torque of a joint against what is usual for it at the same point of the stride.

use super::super::kernels::clamp;
use super::super::monitors::{Timer, within};

/// Parts of a stride.
const BINS: usize = 32;
/// Share by which the usual range shrinks in a stride that does not fill it [-].
const FORGET: f64 = 0.03;
/// Parts on either side in which a torque is usual too.
const NEAR: usize = 1;
/// Strides that are learned from before any is judged, and before it is judged as closely as ever.
const STRIDES: [u8; 2] = [10, 20];
/// Accepted torque beyond the usual range of a joint that is led, after so many [N·m].
const BEYOND: [f64; 2] = [16.0, 8.0];
/// Times what a person's torque differs from stride to stride that are accepted at least [-]; steady walking has up to
/// 3.5 N·m of it.
const SPREADS: f64 = 2.0;
/// Most that is ever accepted [N·m]: below the 25 N·m of PA1.
const MOST: f64 = 24.0;
/// Share by which that difference follows what a part of the stride shows, and strides before the first one [-].
const FOLLOW: f64 = 0.005;
const SETTLED: u8 = 3;
/// Guidance above which a joint is led, all through this stride and the last [-]; one that leads does as it likes.
const LED: f64 = 0.4;
/// Time for which it may be further off [s].
const TIME: f64 = 0.14;

/// Least and greatest torque [N·m].
type Range = [f64; 2];

/// What a joint usually needs, by parts of the stride.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Usual {
    usual: [Range; BINS],
    // What was seen last of each part.
    seen: [Range; BINS],
    // And in the stride before that.
    prior: [Range; BINS],
    // Mean difference of the two, of all parts [N·m].
    spread: f64,
    bin: Option<usize>,
    // What was seen of the part that is under way.
    now: Range,
    // Least guidance of the last stride and of this one.
    guided: [f64; 2],
    strides: u8,
    timer: Timer,
}

impl Usual {
    /// Takes the torque [N·m] at a phase [-] and a guidance [-]; true when that of a joint that is led is far from what is usual, for some time.
    ///
    /// How far is more for a person whose torque differs more from stride to stride, within bounds; like the usual itself
    /// this is learned half a stride late, so that no spasm is measured against itself.
    pub fn step(&mut self, tau: f64, [phase, guidance]: [f64; 2], steady: bool, dt: f64) -> bool {
        // Of a phase that is no number this is 0.
        let bin = ((phase * BINS as f64) as usize).min(BINS - 1);
        if self.bin != Some(bin) {
            self.turn(bin);
            self.now = [tau; 2];
        }
        let [last, this] = &mut self.guided;
        *this = this.min(guidance);
        let led = *last > LED && *this > LED;
        if !steady {
            self.strides = 0;
        }
        self.now = [self.now[0].min(tau), self.now[1].max(tau)];
        let [low, high] = self.around(bin);
        let least = if self.strides >= STRIDES[1] { BEYOND[1] } else { BEYOND[0] };
        let beyond = (SPREADS * self.spread).clamp(least, MOST);
        let unusual = led && self.strides >= STRIDES[0] && !within(tau - clamp(tau, low, high), beyond);
        self.timer.expired(Some(unusual), dt, TIME)
    }

    /// Keeps what was seen of the part that is over, and learns from the one half a stride away.
    fn turn(&mut self, bin: usize) {
        if let Some(left) = self.bin {
            self.prior[left % BINS] = self.seen[left % BINS];
            self.seen[left % BINS] = self.now;
            let far = (bin + BINS / 2) % BINS;
            let ([least, most], [low, high]) = (self.seen[far], &mut self.usual[far]);
            if self.strides >= SETTLED {
                let prior = self.prior[far];
                let change = (least - prior[0]).abs().max((most - prior[1]).abs());
                self.spread += (change - self.spread) * FOLLOW;
            }
            let begins = self.strides <= 1;
            *low = if begins || least < *low { least } else { *low + (least - *low) * FORGET };
            *high = if begins || most > *high { most } else { *high + (most - *high) * FORGET };
            if left >= bin + BINS / 2 {
                self.strides = self.strides.saturating_add(1);
                self.guided = [self.guided[1], 1.0];
            }
        }
        self.bin = Some(bin);
    }

    /// What is usual here and nearby.
    fn around(&self, bin: usize) -> Range {
        let near = (0..=2 * NEAR).map(|k| self.usual[(bin + BINS - NEAR + k) % BINS]);
        near.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], near| [low.min(near[0]), high.max(near[1])])
    }
}
