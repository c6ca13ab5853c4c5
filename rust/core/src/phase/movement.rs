//! The movement of a side as it comes in: what bridges gaps, and whether it rests or is stuck.

use super::waveform::{REST, Waveform};

/// Longest gap that the last value bridges [s].
const GAP: f64 = 0.05;
/// Time constant of the leaky integral [s].
const SLOW: f64 = 0.25;
/// Time for which a movement must have been there before it is compared [s].
const SETTLED: f64 = 0.5;

/// What is known of the movement.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Movement {
    /// Last value.
    value: f64,
    /// Leaky integral.
    slow: f64,
    /// Since when it is there [s].
    present: f64,
    /// Since when it is not there [s].
    absent: f64,
    pub(super) known: bool,
    /// Whether the sensor is stuck: contacts came while it rested.
    pub(super) frozen: bool,
    /// Value around which it rests.
    anchor: f64,
    /// Since when it rests [s].
    quiet: f64,
    /// Longest rest since the last contact [s].
    longest: f64,
    /// Share of a stride for which it rests in walking.
    share: f64,
}

impl Movement {
    /// Takes a value; true when the movement was lost by it.
    pub(super) fn take(&mut self, motion: Option<f64>, dt: f64) -> bool {
        let mut lost = false;
        if let Some(x) = motion {
            if !self.known {
                (self.slow, self.present) = (x, 0.0);
            }
            (self.value, self.known, self.absent) = (x, true, 0.0);
        } else {
            self.absent += dt;
            lost = self.known && self.absent > GAP;
            self.known &= !lost;
        }
        self.present = if self.known { self.present + dt } else { 0.0 };
        self.slow += (self.value - self.slow) * (dt / SLOW).min(1.0);
        lost
    }

    /// Watches for rest; `size` is that of the waveform.
    pub(super) fn watch(&mut self, size: f64, dt: f64) {
        if !self.known || (self.value - self.anchor).abs() > REST * size {
            (self.anchor, self.quiet, self.frozen) = (self.value, 0.0, false);
        } else {
            self.quiet += dt;
        }
        self.longest = self.longest.max(self.quiet);
    }

    /// Signal and leaky integral.
    #[inline]
    pub(super) fn features(&self) -> [f64; 2] {
        [self.value, self.slow]
    }

    /// Whether it can be compared with a waveform.
    pub(super) fn settled(&self) -> bool {
        self.known && !self.frozen && self.present >= SETTLED
    }

    /// Whether it rests for longer than it does in walking, with `expected` the stride time [s].
    pub(super) fn rests(&self, expected: f64) -> bool {
        self.quiet > (self.share + 0.2) * expected
    }

    /// A contact of that age [s] came: true when the sensor is stuck.
    pub(super) fn contact(&mut self, age: f64, expected: f64) -> bool {
        let stuck = self.quiet > age && self.rests(expected);
        self.frozen |= stuck;
        stuck
    }

    /// Takes how long it rested in a stride of `duration` [s], the last that `waveform` learned.
    pub(super) fn learn(&mut self, duration: f64, waveform: &Waveform) {
        let gain = (1.0 / f64::from(waveform.strides)).max(0.25);
        // While the first stride went on, its size was not known.
        let share = if waveform.strides == 1 { waveform.quiet_share() } else { self.longest / duration };
        self.share += gain * (share.min(1.0) - self.share);
    }

    /// Begins a stride whose contact is `age` [s] old.
    pub(super) fn restart(&mut self, age: f64) {
        self.longest = self.quiet.min(age);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DT: f64 = 0.01;

    #[test]
    fn a_short_gap_is_bridged_and_a_longer_one_is_not() {
        let mut movement = Movement::default();
        for _ in 0..60 {
            assert!(!movement.take(Some(2.0), DT));
        }
        assert!(movement.settled());
        let gap: Vec<bool> = (0..8).map(|_| movement.take(None, DT)).collect();
        assert_eq!(gap.iter().filter(|&&lost| lost).count(), 1);
        assert!(!gap[4] && !movement.known);
        movement.take(Some(5.0), DT);
        assert_eq!(movement.features(), [5.0; 2]);
        assert!(!movement.settled());
    }

    #[test]
    fn who_does_not_move_between_contacts_is_stuck() {
        let mut movement = Movement::default();
        for _ in 0..100 {
            movement.take(Some(1.0), DT);
            movement.watch(1.0, DT);
        }
        assert!(movement.rests(1.0));
        assert!(movement.contact(0.02, 1.0));
        assert!(!movement.settled());
        movement.take(Some(2.0), DT);
        movement.watch(1.0, DT);
        assert!(movement.settled());
    }
}
